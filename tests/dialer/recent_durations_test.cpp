// Goal: percentiles of the latest values, in fixed memory.
// Method: hand-worked values, then more values than are kept.

#include "dialer/call/campaign_runtime.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using dialer::call::RecentDurations;

TEST_CASE("there is no percentile before the first value", "[figures]") {
    CHECK_FALSE(RecentDurations{}.percentile_ms(0.5).has_value());
}

TEST_CASE("percentiles are in milliseconds", "[figures]") {
    RecentDurations durations;
    for (int i = 1; i <= 101; ++i) {
        durations.add(i * 1ms);
    }
    CHECK(durations.percentile_ms(0.50).value() == Approx(51.0));
    CHECK(durations.percentile_ms(0.99).value() == Approx(100.0));
    CHECK(durations.percentile_ms(1.00).value() == Approx(101.0));
}

TEST_CASE("old values make room for new ones", "[figures]") {
    RecentDurations durations;
    for (int i = 0; i < 5000; ++i) {
        durations.add(1000ms);
    }
    for (int i = 0; i < 2048; ++i) {
        durations.add(2ms);
    }
    CHECK(durations.percentile_ms(1.0).value() == Approx(2.0));
}

TEST_CASE("a value out of range is kept at the edge", "[figures]") {
    RecentDurations durations;
    durations.add(std::chrono::microseconds{-5});
    CHECK(durations.percentile_ms(0.5).value() == Approx(0.0));
}
