// Goal: the budget counts what the law counts, at every edge of a period.
// Method: hand-worked days around the borders of months, blocks and windows, then a comparison with
// plain sums over random histories.

#include "pacing/budget.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <chrono>
#include <limits>
#include <map>

using namespace pacing;

namespace {

Day day_of(int year, unsigned month, unsigned day) {
    using namespace std::chrono;
    const sys_days date{std::chrono::year{year} / std::chrono::month{month} /
                        std::chrono::day{day}};
    return static_cast<Day>(date.time_since_epoch().count());
}

Count in_period(const Budget& budget, Day today) {
    return budget.standings(today, 0)[0].count;
}

} // namespace

TEST_CASE("a calendar month begins on its first day, whatever its length", "[pacing]") {
    for (const auto& [last, first] : {std::pair{day_of(2028, 2, 29), day_of(2028, 3, 1)},
                                      std::pair{day_of(2027, 2, 28), day_of(2027, 3, 1)},
                                      std::pair{day_of(2026, 12, 31), day_of(2027, 1, 1)},
                                      std::pair{day_of(2026, 4, 30), day_of(2026, 5, 1)}}) {
        Budget budget{{{PeriodKind::calendar_month, 0, {3, 100}}}, last - 40};
        budget.add(last, {100, 5});
        CHECK(in_period(budget, last).abandoned == 5);
        budget.add(first, {10, 0});
        CHECK(in_period(budget, first).abandoned == 0);
        CHECK(in_period(budget, first).answered == 10);
        CHECK(budget.standings(first, 0)[0].from == first);
    }
    CHECK(day_of(2028, 3, 1) - day_of(2028, 2, 28) == 2);
}

TEST_CASE("successive blocks are counted from the campaign's first day", "[pacing]") {
    const Day first = 20'000;
    Budget budget{{{PeriodKind::successive_days, 30, {3, 100}}}, first};
    budget.add(first + 29, {100, 3});
    CHECK(in_period(budget, first + 29).abandoned == 3);
    budget.add(first + 30, {1, 0});
    CHECK(in_period(budget, first + 30).abandoned == 0);
    CHECK(budget.standings(first + 59, 0)[0].from == first + 30);
    // A day before the first belongs to the block before it.
    CHECK(budget.standings(first - 1, 0)[0].from == first - 30);
}

TEST_CASE("a trailing window moves with each day", "[pacing]") {
    Budget budget{{{PeriodKind::trailing_days, 30, {3, 100}}}, 100};
    budget.add(100, {100, 4});
    CHECK(in_period(budget, 129).abandoned == 4);
    budget.add(130, {0, 0});
    CHECK(in_period(budget, 130).abandoned == 0);
}

TEST_CASE("a limit is met exactly at the cap and missed one call beyond", "[pacing]") {
    Budget budget{{{PeriodKind::day, 1, {3, 100}}}, 0};
    budget.add(0, {100, 3});
    CHECK(budget.standings(0, 0)[0].met);
    CHECK(budget.left(0, 0) == Approx(0.0));
    budget.add(0, {0, 1});
    CHECK_FALSE(budget.standings(0, 0)[0].met);
    CHECK(budget.left(0, 0) == Approx(-1.0));
    CHECK(budget.left(0, 100) == Approx(2.0));
}

TEST_CASE("the period that leaves least decides", "[pacing]") {
    Budget budget{{{PeriodKind::trailing_days, 30, {3, 100}}, {PeriodKind::day, 1, {1, 100}}}, 0};
    budget.add(0, {1000, 0});
    budget.add(1, {100, 0});
    CHECK(budget.left(1, 0) == Approx(1.0));
    CHECK(Budget{{}, 0}.left(5, 0) > 1e9);
}

TEST_CASE("days too far apart for any period neither hang nor overflow", "[pacing]") {
    Budget budget{{{PeriodKind::trailing_days, std::numeric_limits<int>::max(), {3, 100}},
                   {PeriodKind::successive_days, 1, {3, 100}},
                   {PeriodKind::calendar_month, 1, {3, 100}}},
                  std::numeric_limits<Day>::min()};
    budget.add(std::numeric_limits<Day>::max(), {std::numeric_limits<std::int64_t>::max(), 1});
    budget.add(std::numeric_limits<Day>::max(), {std::numeric_limits<std::int64_t>::max(), 1});
    budget.add(std::numeric_limits<Day>::min(), {std::numeric_limits<std::int64_t>::min(), 7});
    for (const Day today : {std::numeric_limits<Day>::min(), 0, std::numeric_limits<Day>::max()}) {
        CHECK(budget.standings(today, 0).size() == 3);
    }
    CHECK(budget.standings(std::numeric_limits<Day>::max(), 0)[0].count.abandoned == 2);
}

TEST_CASE("any history sums up as its days do", "[pacing][property]") {
    CHECK(rc::check([] {
        const int days = *rc::gen::inRange(1, 61);
        const auto kind = *rc::gen::element(PeriodKind::successive_days, PeriodKind::trailing_days,
                                            PeriodKind::day);
        Budget budget{{{kind, days, {3, 100}}}, 1000};
        std::map<Day, std::int64_t> truth;
        Day today = 1000;
        for (int step = *rc::gen::inRange(1, 60); step > 0; --step) {
            today += *rc::gen::inRange(0, 3);
            const Day day = today - *rc::gen::inRange(0, 2);
            const int answered = *rc::gen::inRange(0, 50);
            budget.add(day, {answered, 0});
            truth[day] += answered;
        }
        const auto standing = budget.standings(today, 0)[0];
        std::int64_t sum = 0;
        for (const auto& [day, answered] : truth) {
            sum += day >= standing.from && day <= today ? answered : 0;
        }
        RC_ASSERT(standing.count.answered == sum);
    }));
}
