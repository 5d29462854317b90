// Goal: civil arithmetic is that of the calendar: clamped months, weekdays of a month, Easter,
// business days.
// Method: tables of known dates, and for Easter what must hold in every year.

#include "dnc/civil.hpp"
#include "tests/dnc/packs_support.hpp"

#include <catch2/catch.hpp>

#include <vector>

using dnc_tests::day;

TEST_CASE("months are added with a clamp at the end of the month", "[civil]") {
    struct Row {
        std::string_view from;
        int months;
        std::string_view to;
    };
    for (const Row& row : std::vector<Row>{{"2024-08-31", 18, "2026-02-28"},
                                           {"2026-08-31", 18, "2028-02-29"},
                                           {"2026-11-30", 3, "2027-02-28"},
                                           {"2026-11-22", 18, "2028-05-22"},
                                           {"2028-02-29", 12, "2029-02-28"},
                                           {"2028-02-29", 48, "2032-02-29"},
                                           {"2026-01-31", 0, "2026-01-31"},
                                           {"2026-03-31", -1, "2026-02-28"},
                                           {"2026-12-15", 1, "2027-01-15"}}) {
        CAPTURE(row.from, row.months);
        CHECK(dnc::add_months(day(row.from), row.months) == day(row.to));
    }
}

TEST_CASE("the nth weekday of a month is found, or none", "[civil]") {
    using std::chrono::November, std::chrono::May, std::chrono::August, std::chrono::February,
        std::chrono::Thursday, std::chrono::Monday, std::chrono::Sunday, std::chrono::Tuesday;
    using namespace std::chrono_literals;
    CHECK(dnc::nth_weekday(2026y, November, Thursday, 4) == day("2026-11-26"));
    CHECK(dnc::nth_weekday(2026y, May, Monday, -1) == day("2026-05-25"));
    CHECK(dnc::nth_weekday(2026y, August, Monday, 2) == day("2026-08-10"));
    CHECK(dnc::nth_weekday(2026y, November, Sunday, 5) == day("2026-11-29"));
    CHECK(dnc::nth_weekday(2026y, February, Monday, 5) == std::nullopt);
    CHECK(dnc::nth_weekday(2028y, February, Tuesday, 5) == day("2028-02-29"));
}

TEST_CASE("Easter falls on the dates that the churches keep", "[civil]") {
    for (const std::string_view sunday :
         {"1961-04-02", "2000-04-23", "2008-03-23", "2011-04-24", "2024-03-31", "2025-04-20",
          "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21", "2038-04-25",
          "2045-04-09"}) {
        CAPTURE(sunday);
        CHECK(dnc::easter(std::chrono::year_month_day{day(sunday)}.year()) == day(sunday));
    }
    for (int year = 1583; year <= 4000; ++year) {
        const auto sunday = dnc::easter(std::chrono::year{year});
        const std::chrono::year_month_day date{sunday};
        REQUIRE(std::chrono::weekday{sunday} == std::chrono::Sunday);
        REQUIRE(date >= std::chrono::year{year} / std::chrono::March / 22);
        REQUIRE(date <= std::chrono::year{year} / std::chrono::April / 25);
    }
}

TEST_CASE("business days leave out weekends and holidays", "[civil]") {
    const auto none = [](std::chrono::sys_days) { return false; };
    // A Friday: the ten business days end on the Friday two weeks later.
    CHECK(dnc::add_business_days(day("2026-11-20"), 10, none) == day("2026-12-04"));
    const auto thanksgiving = [](std::chrono::sys_days date) { return date == day("2026-11-26"); };
    CHECK(dnc::add_business_days(day("2026-11-20"), 10, thanksgiving) == day("2026-12-07"));
    CHECK(dnc::add_business_days(day("2026-11-21"), 1, none) == day("2026-11-23"));
    CHECK(dnc::add_business_days(day("2026-11-22"), 0, none) == day("2026-11-22"));
    // A calendar that has holidays alone ends all the same.
    const auto always = [](std::chrono::sys_days) { return true; };
    CHECK(dnc::add_business_days(day("2026-11-22"), 1, always) > day("2035-01-01"));
}
