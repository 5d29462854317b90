// Goal: the two first modes dial what they promise and never more.
// Method: a table of hand-worked states, then properties over random ones. No clock is read.

#include "pacing/pacing.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using pacing::Instant;
using pacing::Mode;
using pacing::plan;
using pacing::State;

namespace {

struct Row {
    const char* name;
    State state;
    int dial;
};

State progressive(int free, int busy, int in_flight, int waiting) {
    return {Mode::progressive, 1.0, free, busy, in_flight, waiting};
}

State ratio(double lines, int free, int busy, int in_flight, int waiting) {
    return {Mode::ratio, lines, free, busy, in_flight, waiting};
}

} // namespace

TEST_CASE("a plan is what its mode promises", "[pacing]") {
    const Row rows[] = {
        {"nobody is free", progressive(0, 5, 0, 0), 0},
        {"one line for each free agent", progressive(3, 5, 0, 0), 3},
        {"lines in flight count", progressive(3, 0, 2, 0), 1},
        {"more in flight than agents free", progressive(1, 0, 4, 0), 0},
        {"a waiting answer has the first claim on a free agent", progressive(2, 0, 0, 1), 1},
        {"two lines a free agent", ratio(2.0, 3, 0, 0, 0), 6},
        {"part of a line is no line", ratio(1.5, 3, 0, 0, 0), 4},
        {"a ratio below one is one", ratio(0.2, 3, 0, 0, 0), 3},
        {"a ratio above ten is ten", ratio(50.0, 1, 0, 0, 0), 10},
        {"a ratio needs free agents too", ratio(3.0, 0, 9, 0, 0), 0},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        CHECK(plan(row.state, Instant{}).dial == row.dial);
    }
}

TEST_CASE("progressive never has more lines than free agents", "[pacing][property]") {
    CHECK(rc::check([] {
        const auto state = progressive(*rc::gen::inRange(0, 500), *rc::gen::inRange(0, 500),
                                       *rc::gen::inRange(0, 500), *rc::gen::inRange(0, 50));
        const auto dial = plan(state, Instant{}).dial;
        RC_ASSERT(dial >= 0);
        RC_ASSERT(dial == 0 || state.lines_in_flight + dial <= state.agents_free);
    }));
}

TEST_CASE("the same state gives the same plan at any instant", "[pacing][property]") {
    CHECK(rc::check([](std::int64_t at_us) {
        const auto state = ratio(static_cast<double>(*rc::gen::inRange(0, 100)) / 10.0,
                                 *rc::gen::inRange(0, 100), 0, *rc::gen::inRange(0, 100), 0);
        const Instant at{std::chrono::microseconds{at_us}};
        RC_ASSERT(plan(state, at).dial == plan(state, Instant{}).dial);
    }));
}
