// Goal: the shipped packs hold what each jurisdiction says about abandoned calls, its civil days
// divide nobody's calling hours, and packs that contradict each other are refused.
// Method: the shipped packs as they are, a walk through two years of midnights, hand-made packs.

#include "dnc/abandonment.hpp"
#include "tests/dnc/packs_support.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace dnc_tests;
using dnc::AbandonmentPeriod;
using dnc::AbandonmentRule;
using dnc::PackLevel;
using dnc::PackSet;

namespace {

const std::chrono::sys_days kToday = day("2026-11-22");

bool holds(const dnc::AbandonmentLimit& limit, AbandonmentPeriod period, std::int64_t percent) {
    return limit.period == period && limit.cap_numerator * 100 == percent * limit.cap_denominator;
}

AbandonmentRule three_percent(std::string period, std::string zone = "America/Los_Angeles") {
    AbandonmentRule made;
    made.period = std::move(period);
    made.zone = std::move(zone);
    return made;
}

} // namespace

TEST_CASE("the shipped packs hold the limits of three jurisdictions", "[abandonment]") {
    const auto rules = dnc::abandonment_rules(shipped_packs(), kToday);
    const dnc::AbandonmentRules& us = rules.at("US");
    REQUIRE(us.limits.size() == 2);
    CHECK(holds(us.limits[0], AbandonmentPeriod::successive_days, 3));
    CHECK(us.limits[0].days == 30);
    CHECK(us.limits[0].cite == "47 CFR 64.1200(a)(7)");
    CHECK(us.limits[0].confidence == "S");
    CHECK(us.limits[0].id == "US-ABAN-1");
    CHECK(us.limits[0].connect_within == 2s);
    CHECK(holds(us.limits[1], AbandonmentPeriod::trailing_days, 3));
    CHECK(us.limits[1].days == 30);
    CHECK(us.limits[1].confidence == "P");

    REQUIRE(rules.at("CA").limits.size() == 1);
    CHECK(holds(rules.at("CA").limits[0], AbandonmentPeriod::calendar_month, 5));
    REQUIRE(rules.at("GB").limits.size() == 1);
    CHECK(holds(rules.at("GB").limits[0], AbandonmentPeriod::day, 3));
    for (const auto& [jurisdiction, rule] : rules) {
        CHECK(rule.jurisdiction == jurisdiction);
        CHECK(system_zones().find(rule.zone));
    }
}

TEST_CASE("no state's calling hours lie across the midnight that the US budget is counted by",
          "[abandonment]") {
    const auto& zones = system_zones();
    const auto zone = zones.find(dnc::abandonment_rules(shipped_packs(), kToday).at("US").zone);
    REQUIRE(zone);
    const std::vector<std::string> places = {"Pacific/Honolulu",  "America/Adak",
                                             "America/Anchorage", "America/Los_Angeles",
                                             "America/Phoenix",   "America/Denver",
                                             "America/Chicago",   "America/Indiana/Indianapolis",
                                             "America/New_York",  "America/Puerto_Rico"};
    dnc::Instant at = utc("2026-01-01 00:00:00");
    for (int count = 0; count < 730; ++count) {
        at = zones.next_time_of_day(*zone, at + 1h, 0s);
        for (const std::string& place : places) {
            const auto where = zones.find(place);
            REQUIRE(where);
            const auto local = zones.local(*where, at);
            // 47 CFR 64.1200(c)(1): 8 to 21 o'clock at the called party's place.
            INFO(place << " " << local.of_day.count());
            REQUIRE((local.of_day < 8h || local.of_day >= 21h));
        }
    }
}

TEST_CASE("rules count from their date to their date, and not when waived", "[abandonment]") {
    dnc::Rule ending = rule("OLD", three_percent("trailing_days"));
    ending.effective.to = day("2026-11-23");
    dnc::Rule coming = rule("NEW", three_percent("day"));
    coming.effective.from = day("2026-11-23");
    dnc::Rule waived = rule("WAIVED", three_percent("calendar_month"));
    waived.status = dnc::RuleStatus::waived;
    const PackSet packs{{federal({ending, coming, waived})}};
    const auto ids = [&](std::string_view on) {
        std::string text;
        const auto rules = dnc::abandonment_rules(packs, day(on));
        for (const auto& limit : rules.at("US").limits) {
            text += limit.id + " ";
        }
        return text;
    };
    CHECK(ids("2026-11-22") == "OLD ");
    CHECK(ids("2026-11-23") == "NEW ");
}

TEST_CASE("a region has its country's limits too, and everybody those without a place",
          "[abandonment]") {
    const PackSet packs{
        {federal({rule("US", three_percent("successive_days"))}),
         state("VA", {rule("VA", three_percent("day"))}),
         pack("ca", PackLevel::national, "CA", {rule("CA", three_percent("calendar_month"))}),
         pack("mine", PackLevel::company, "", {rule("M", three_percent("day"))})}};
    const auto rules = dnc::abandonment_rules(packs, kToday);
    REQUIRE(rules.size() == 3);
    CHECK(rules.at("US").limits.size() == 2);
    CHECK(rules.at("US-VA").limits.size() == 3);
    CHECK(rules.at("CA").limits.size() == 2);
    CHECK(dnc::abandonment_rules(PackSet{}, kToday).empty());
}

TEST_CASE("rules that cannot hold together are refused by name", "[abandonment]") {
    const auto refusal = [](std::vector<dnc::Rule> rules) {
        return PackSet{{federal(std::move(rules))}};
    };
    CHECK_THROWS_WITH(
        dnc::abandonment_rules(refusal({rule("A", three_percent("day")),
                                        rule("B", three_percent("day", "America/New_York"))}),
                               kToday),
        Catch::Contains("us-fed.json: rule B: counts days of America/New_York"));
    AbandonmentRule far = three_percent("trailing_days");
    far.days = 63;
    CHECK_THROWS_WITH(dnc::abandonment_rules(refusal({rule("A", far)}), kToday),
                      Catch::Contains("days must be from 1 to 62"));
    CHECK_THROWS_WITH(dnc::abandonment_rules(refusal({rule("A", three_percent("weeks"))}), kToday),
                      Catch::Contains("no period 'weeks'"));
}
