// Goal: a calendar has the days of its rule in every year, on the day itself and on the day they
// are observed, and only where and while they are kept.
// Method: one definition a case over several years; the table of worked-out years against the
// definition asked day by day.

#include "dnc/calendar.hpp"
#include "dnc/civil.hpp"
#include "tests/dnc/packs_support.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using dnc::Calendar;
using dnc::CalendarRule;
using dnc::HolidayDef;
using dnc_tests::day;

namespace {

HolidayDef fixed(unsigned month, unsigned date) {
    HolidayDef holiday;
    holiday.name = "fixed";
    holiday.kind = HolidayDef::Kind::fixed;
    holiday.month = month;
    holiday.day = date;
    return holiday;
}

HolidayDef nth(unsigned month, unsigned weekday, int nth) {
    HolidayDef holiday;
    holiday.name = "nth";
    holiday.kind = HolidayDef::Kind::nth_weekday;
    holiday.month = month;
    holiday.weekday = weekday;
    holiday.nth = nth;
    return holiday;
}

HolidayDef easter(int plus) {
    HolidayDef holiday;
    holiday.name = "easter";
    holiday.kind = HolidayDef::Kind::easter;
    holiday.plus_days = plus;
    return holiday;
}

/// All dates of a span on which the one holiday is kept, as text.
std::string dates_of(const HolidayDef& holiday, std::string_view from, std::string_view to) {
    CalendarRule rule;
    rule.days.push_back(holiday);
    const Calendar calendar{rule};
    std::string text;
    for (auto date = day(from); date < day(to); date += std::chrono::days{1}) {
        if (calendar.find(date, [](const HolidayDef&) { return true; }) != nullptr) {
            const std::chrono::year_month_day ymd{date};
            text += (text.empty() ? "" : " ") + std::to_string(static_cast<int>(ymd.year())) + "-" +
                    std::to_string(static_cast<unsigned>(ymd.month())) + "-" +
                    std::to_string(static_cast<unsigned>(ymd.day()));
        }
    }
    return text;
}

} // namespace

TEST_CASE("fixed days, weekdays of a month and days around Easter move as they should",
          "[calendar]") {
    CHECK(dates_of(fixed(7, 4), "2026-01-01", "2028-01-01") == "2026-7-4 2027-7-4");
    CHECK(dates_of(nth(11, 4, 4), "2026-01-01", "2029-01-01") ==
          "2026-11-26 2027-11-25 2028-11-23");
    CHECK(dates_of(nth(5, 1, -1), "2026-01-01", "2028-01-01") == "2026-5-25 2027-5-31");
    // Mardi Gras; in 2028 on the leap day.
    CHECK(dates_of(easter(-47), "2026-01-01", "2031-01-01") ==
          "2026-2-17 2027-2-9 2028-2-29 2029-2-13 2030-3-5");
    HolidayDef after = nth(11, 4, 4);
    after.plus_days = 1;
    CHECK(dates_of(after, "2026-01-01", "2028-01-01") == "2026-11-27 2027-11-26");
    CHECK(dates_of(fixed(2, 29), "2026-01-01", "2033-01-01") == "2028-2-29 2032-2-29");
}

TEST_CASE("a holiday on a weekend counts on its day and on the day it is observed", "[calendar]") {
    HolidayDef holiday = fixed(7, 4); // 2026 a Saturday, 2027 a Sunday, 2028 a Tuesday
    holiday.observed[6] = -1;
    holiday.observed[0] = 1;
    CHECK(dates_of(holiday, "2026-01-01", "2029-01-01") ==
          "2026-7-3 2026-7-4 2027-7-4 2027-7-5 2028-7-4");
    holiday.observed_only = true;
    CHECK(dates_of(holiday, "2026-01-01", "2029-01-01") == "2026-7-3 2027-7-5 2028-7-4");
    // New Year's Day of 2028, a Saturday, is observed in the year before.
    HolidayDef new_year = fixed(1, 1);
    new_year.observed[6] = -1;
    CHECK(dates_of(new_year, "2027-12-01", "2028-02-01") == "2027-12-31 2028-1-1");
}

TEST_CASE("a holiday is kept from a year on, to a year, or in even years", "[calendar]") {
    HolidayDef holiday = fixed(10, 4);
    holiday.from_year = 2026;
    CHECK(dates_of(holiday, "2024-01-01", "2028-01-01") == "2026-10-4 2027-10-4");
    holiday.from_year.reset();
    holiday.to_year = 2025;
    CHECK(dates_of(holiday, "2024-01-01", "2028-01-01") == "2024-10-4 2025-10-4");
    holiday.to_year.reset();
    holiday.even_years_only = true;
    CHECK(dates_of(holiday, "2024-01-01", "2028-01-01") == "2024-10-4 2026-10-4");
}

TEST_CASE("days named one by one are those days", "[calendar]") {
    HolidayDef holiday;
    holiday.name = "proclaimed";
    holiday.kind = HolidayDef::Kind::dates;
    holiday.dates = {day("2026-12-24"), day("2026-12-31"), day("2050-01-02")};
    CHECK(dates_of(holiday, "2026-01-01", "2027-02-01") == "2026-12-24 2026-12-31");
    CHECK(dates_of(holiday, "2050-01-01", "2050-02-01") == "2050-1-2");
}

TEST_CASE("the worked-out years and the definitions agree, at their edges and beyond",
          "[calendar]") {
    HolidayDef shifted = fixed(1, 1);
    shifted.observed[6] = -1;
    shifted.observed[0] = 1;
    CalendarRule rule;
    rule.days = {fixed(12, 25), nth(9, 1, 1), easter(-2), shifted};
    const Calendar calendar{rule};
    const auto any = [](const HolidayDef&) { return true; };
    for (auto date = day("2017-01-01"); date < day("2050-01-01"); date += std::chrono::days{1}) {
        bool expected = false;
        for (const HolidayDef& holiday : rule.days) {
            expected = expected || Calendar::falls_on(holiday, date);
        }
        REQUIRE((calendar.find(date, any) != nullptr) == expected);
    }
}

TEST_CASE("a holiday that is not kept there does not hide another one", "[calendar]") {
    HolidayDef county = fixed(2, 17);
    county.name = "in two counties";
    CalendarRule rule;
    rule.days = {county, easter(-47)}; // both on 17 February 2026
    const Calendar calendar{rule};
    const HolidayDef* found = calendar.find(
        day("2026-02-17"), [](const HolidayDef& def) { return def.name == "easter"; });
    REQUIRE(found != nullptr);
    CHECK(found->name == "easter");
}
