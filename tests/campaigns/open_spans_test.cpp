// Goal: the hours in which a callback may be promised are those in which the question says yes, to
// the minute.
// Method: made-up hours, asked as the gate is.

#include "campaigns/supply/callbacks.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace std::chrono_literals;
using campaigns::Instant;
using campaigns::open_spans;
using campaigns::OpenSpan;

namespace {

const Instant kStart{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

/// Every day from 08:00 to 12:07 and from 13:30 to 21:00.
bool shop(Instant at) {
    const auto of_day = at - std::chrono::floor<std::chrono::days>(at);
    return (of_day >= 8h && of_day < 12h + 7min) || (of_day >= 13h + 30min && of_day < 21h);
}

} // namespace

TEST_CASE("each day's hours are found with their breaks", "[callbacks]") {
    const auto spans = open_spans(shop, kStart, kStart + 48h);
    REQUIRE(spans.size() == 4);
    CHECK(spans[0] == OpenSpan{kStart + 8h, kStart + 12h + 7min});
    CHECK(spans[1] == OpenSpan{kStart + 13h + 30min, kStart + 21h});
    CHECK(spans[3] == OpenSpan{kStart + 37h + 30min, kStart + 45h});
}

TEST_CASE("what begins or ends in the middle is cut there", "[callbacks]") {
    const auto spans = open_spans(shop, kStart + 9h + 20s, kStart + 11h);
    REQUIRE(spans.size() == 1);
    CHECK(spans[0] == OpenSpan{kStart + 9h + 1min, kStart + 11h});
    CHECK(open_spans(shop, kStart + 22h, kStart + 24h).empty());
    CHECK(open_spans(shop, kStart + 10h, kStart + 10h).empty());
    CHECK(open_spans([](Instant) { return true; }, kStart, kStart + 1min).size() == 1);
    CHECK(open_spans([](Instant) { return false; }, kStart, kStart + 24h).empty());
}
