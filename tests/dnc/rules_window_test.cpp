// Goal: hours hold to the microsecond in every plausible zone, with holidays, days before them,
// dates of effect and the ringing; a refused call names the first legal instant.
// Method: hand-made packs with one window each, tables of instants around every edge.

#include "tests/dnc/packs_support.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace dnc_tests;
using dnc::CallFacts;
using dnc::Decision;
using dnc::Gate;
using dnc::Instant;
using dnc::Number;
using dnc::Rule;
using dnc::WindowRule;

namespace {

const Number kNewYork = us(2125550123);
const Number kFloridaWest = us(8505550123); // Eastern and Central

struct Row {
    std::string_view at;
    std::string outcome;
    std::string_view until = {};
};

void check(const Gate& gate, const CallFacts& facts, const std::vector<Row>& table) {
    for (const Row& row : table) {
        CAPTURE(facts.number.e164, row.at);
        const Instant at = utc(row.at);
        const Decision decision = gate.decide(facts, at);
        CHECK(outcome(decision) == row.outcome);
        CHECK(decision.until.has_value() == (decision.verdict == dnc::Verdict::defer));
        if (!row.until.empty()) {
            REQUIRE(decision.until);
            CHECK(*decision.until == utc(row.until));
            CHECK(outcome(gate.decide(facts, *decision.until)) == "allow");
            CHECK(outcome(gate.decide(facts, *decision.until - 1us)) != "allow");
        }
    }
}

Rule holidays(std::vector<dnc::HolidayDef> days, bool proclaimed = false) {
    return rule("HOLIDAYS", dnc::CalendarRule{std::move(days), proclaimed});
}

dnc::HolidayDef fixed(unsigned month, unsigned date, std::string name) {
    dnc::HolidayDef holiday;
    holiday.name = std::move(name);
    holiday.month = month;
    holiday.day = date;
    return holiday;
}

} // namespace

TEST_CASE("the window is half-open to the microsecond", "[window]") {
    const Gate gate = gate_of({federal({rule("HRS", every_day({"08:00", "21:00"}))})});
    const std::string closed = "defer HOURS_FEDERAL";
    // Eastern Standard Time is UTC-5, Eastern Daylight Time UTC-4.
    check(gate, call_to(kNewYork),
          {{"2026-11-23 12:59:59.999999", closed, "2026-11-23 13:00:00"},
           {"2026-11-23 13:00:00", "allow"},
           {"2026-11-24 01:59:59.999999", "allow"},
           {"2026-11-24 02:00:00", closed, "2026-11-24 13:00:00"},
           {"2026-07-01 11:59:59.999999", closed, "2026-07-01 12:00:00"},
           {"2026-07-01 12:00:00", "allow"}});
}

TEST_CASE("the window moves with the clocks on the days they change", "[window]") {
    const Gate gate = gate_of({federal({rule("HRS", every_day({"08:00", "21:00"}))})});
    check(gate, call_to(kNewYork),
          {{"2026-03-07 12:59:59", "defer HOURS_FEDERAL", "2026-03-07 13:00:00"},
           {"2026-03-08 02:00:00", "defer HOURS_FEDERAL", "2026-03-08 12:00:00"},
           {"2026-10-31 12:00:00", "allow"},
           {"2026-11-01 01:00:00", "defer HOURS_FEDERAL", "2026-11-01 13:00:00"}});
}

TEST_CASE("hours that a clock change skips or repeats are found to the microsecond", "[window]") {
    const Gate gate = gate_of({federal({rule("HRS", every_day({"01:30", "02:30"}))})});
    check(gate, call_to(kNewYork),
          {// 8 March 2026: 02:00 becomes 03:00 and ends the hours.
           {"2026-03-08 06:59:59", "allow"},
           {"2026-03-08 07:00:00", "defer HOURS_FEDERAL", "2026-03-09 05:30:00"},
           // 1 November 2026: 02:00 becomes 01:00; 01:30 to 02:00 come twice.
           {"2026-11-01 05:59:59", "allow"},
           {"2026-11-01 06:00:00", "defer HOURS_FEDERAL", "2026-11-01 06:30:00"},
           {"2026-11-01 07:29:59", "allow"}});
    const Gate skipped = gate_of({federal({rule("HRS", every_day({"02:15", "04:00"}))})});
    check(skipped, call_to(kNewYork),
          {{"2026-03-08 05:00:00", "defer HOURS_FEDERAL", "2026-03-08 07:00:00"}});
}

TEST_CASE("every plausible zone must be inside, the number's and the address's", "[window]") {
    const Gate gate = gate_of({federal({rule("HRS", every_day({"08:00", "21:00"}))})});
    check(gate, call_to(kFloridaWest),
          {{"2026-11-23 13:30:00", "defer HOURS_FEDERAL", "2026-11-23 14:00:00"},
           {"2026-11-24 02:00:00", "defer HOURS_FEDERAL", "2026-11-24 14:00:00"}});
    CallFacts in_california = call_to(kNewYork);
    in_california.address.region = "CA";
    check(gate, in_california,
          {{"2026-11-23 15:59:59.999999", "defer HOURS_FEDERAL", "2026-11-23 16:00:00"},
           {"2026-11-24 02:00:00", "defer HOURS_FEDERAL", "2026-11-24 16:00:00"}});
}

TEST_CASE("a zone that a rule names must be inside as well", "[window]") {
    WindowRule window = every_day({"09:00", "21:00"});
    window.also_zones = {"America/Chicago"};
    const Gate gate = gate_of({federal({rule("HRS", window)})});
    check(gate, call_to(us(9155550123)), // El Paso, Mountain Time
          {{"2026-11-23 15:59:59", "defer HOURS_FEDERAL", "2026-11-23 16:00:00"},
           {"2026-11-24 02:59:59", "allow"},
           {"2026-11-24 03:00:00", "defer HOURS_FEDERAL", "2026-11-24 16:00:00"}});
    window.also_zones = {"America/Atlantis"};
    const Gate unknown = gate_of({federal({rule("HRS", window)})});
    CHECK(outcome(unknown.decide(call_to(kNewYork), utc("2026-11-23 18:00:00"))) ==
          "deny TZ_UNKNOWN");
}

TEST_CASE("the ringing must end inside the same interval", "[window]") {
    CallFacts facts = call_to(kNewYork);
    facts.ring_max = 30s;
    const Gate gate =
        gate_of({federal({rule("HRS", every_day({"10:00", "13:00", "14:00", "20:00"}))})});
    check(gate, facts,
          {{"2026-11-23 17:59:29.999999", "allow"},
           {"2026-11-23 17:59:30", "defer HOURS_FEDERAL", "2026-11-23 19:00:00"},
           {"2026-11-23 18:59:59", "defer HOURS_FEDERAL", "2026-11-23 19:00:00"},
           {"2026-11-24 00:59:30", "defer HOURS_FEDERAL", "2026-11-24 15:00:00"}});
    WindowRule unguarded = every_day({"08:00", "21:00"});
    unguarded.ring_guard = false;
    const Gate without = gate_of({federal({rule("HRS", unguarded)})});
    check(without, facts, {{"2026-11-24 01:59:59.999999", "allow"}});
}

TEST_CASE("hours to 24:00 go on into a day that begins with hours", "[window]") {
    CallFacts facts = call_to(kNewYork);
    facts.ring_max = 30s;
    WindowRule window = every_day({"00:00", "24:00"});
    window.weekdays[0] = hours({"12:00", "24:00"}); // Sundays
    const Gate gate = gate_of({federal({rule("HRS", window)})});
    check(gate, facts,
          {{"2026-11-24 04:59:59", "allow"}, // into a Tuesday
           {"2026-11-22 04:59:29", "allow"}, // Saturday night
           {"2026-11-22 04:59:31", "defer HOURS_FEDERAL", "2026-11-22 17:00:00"}});
}

TEST_CASE("weekdays have hours of their own, and some have none", "[window]") {
    WindowRule window = every_day({"08:00", "20:00"});
    window.weekdays[0].clear();
    window.weekdays[6] = hours({"10:00", "17:00"});
    const Gate gate = gate_of({federal({}), state("NY", {rule("NY-HRS", window)})});
    check(gate, call_to(kNewYork),
          {{"2026-11-21 22:00:00", "defer HOURS_STATE", "2026-11-23 13:00:00"}, // Saturday 17:00
           {"2026-11-22 17:00:00", "defer HOURS_STATE", "2026-11-23 13:00:00"}, // Sunday
           {"2026-11-23 04:59:59", "defer HOURS_STATE", "2026-11-23 13:00:00"},
           {"2026-11-21 15:00:00", "allow"}});
}

TEST_CASE("a holiday has its own hours and its own code", "[window]") {
    WindowRule window = every_day({"08:00", "20:00"});
    window.weekdays[0].clear();
    window.holiday.emplace();
    window.calendar = "HOLIDAYS";
    const Gate gate = gate_of(
        {federal({}),
         state("NY", {rule("NY-HRS", window),
                      holidays({fixed(11, 26, "Thanksgiving"), fixed(11, 29, "a Sunday")})})});
    check(gate, call_to(kNewYork),
          {{"2026-11-26 05:00:00", "defer HOURS_STATE HOLIDAY_STATE", "2026-11-27 13:00:00"},
           {"2026-11-26 18:00:00", "defer HOLIDAY_STATE", "2026-11-27 13:00:00"},
           {"2026-11-29 18:00:00", "defer HOURS_STATE HOLIDAY_STATE", "2026-11-30 13:00:00"}});
    const Decision decision = gate.decide(call_to(kNewYork), utc("2026-11-26 18:00:00"));
    CHECK_THAT(decision.reasons.front().detail, Catch::Contains("Thanksgiving"));
    CHECK(decision.reasons.front().cite == "the law of NY-HRS");
}

TEST_CASE("holiday hours replace those of a closed weekday", "[window]") {
    WindowRule window = every_day({});
    window.holiday = hours({"13:00", "21:00"});
    window.calendar = "HOLIDAYS";
    const Gate gate = gate_of({federal({rule("HRS", window), holidays({fixed(11, 26, "day")})})});
    check(gate, call_to(kNewYork),
          {{"2026-11-26 17:59:59", "defer HOURS_FEDERAL HOLIDAY_FEDERAL", "2026-11-26 18:00:00"},
           {"2026-11-26 18:00:00", "allow"},
           {"2026-11-27 18:00:00", "defer HOURS_FEDERAL", "2027-11-26 18:00:00"}});
}

TEST_CASE("the day before a holiday keeps what both hours allow", "[window]") {
    WindowRule window = every_day({"09:00", "20:00"});
    window.weekdays[0].clear();
    window.holiday.emplace();
    window.pre_holiday = hours({"10:00", "22:00"});
    window.calendar = "HOLIDAYS";
    const Gate gate = gate_of(
        {federal({rule("HRS", window),
                  holidays({fixed(12, 8, "one"), fixed(12, 9, "two"), fixed(12, 21, "three")})})});
    check(gate, call_to(kNewYork),
          {{"2026-12-07 14:30:00", "defer HOURS_FEDERAL HOLIDAY_FEDERAL", "2026-12-07 15:00:00"},
           {"2026-12-08 00:59:59", "allow"},
           {"2026-12-08 01:00:00", "defer HOURS_FEDERAL", "2026-12-10 14:00:00"},
           {"2026-12-08 18:00:00", "defer HOLIDAY_FEDERAL", "2026-12-10 14:00:00"},
           // A Sunday before a holiday stays closed.
           {"2026-12-20 18:00:00", "defer HOURS_FEDERAL", "2026-12-22 14:00:00"}});
}

TEST_CASE("a county's holiday counts there, and where the county is not known", "[window]") {
    WindowRule window = every_day({"08:00", "20:00"});
    window.holiday.emplace();
    window.calendar = "HOLIDAYS";
    dnc::HolidayDef mardi_gras = fixed(2, 17, "Mardi Gras");
    mardi_gras.counties = {"Baldwin", "Mobile"};
    mardi_gras.npas = {251};
    const Gate gate =
        gate_of({federal({}), state("AL", {rule("AL-HRS", window), holidays({mardi_gras})})});
    const Instant at = utc("2026-02-17 18:00:00");
    const auto with = [&](std::int64_t number, std::string region, std::string county) {
        CallFacts facts = call_to(us(number));
        facts.address.region = std::move(region);
        facts.address.county = std::move(county);
        return outcome(gate.decide(facts, at));
    };
    CHECK(with(2055550123, "", "") == "allow");
    CHECK(with(2515550123, "", "") == "defer HOLIDAY_STATE");
    CHECK(with(2515550123, "AL", "Jefferson") == "defer HOLIDAY_STATE");
    CHECK(with(2055550123, "AL", "Jefferson") == "allow");
    CHECK(with(2055550123, "AL", "baldwin county") == "defer HOLIDAY_STATE");
    CHECK(with(2055550123, "al", "") == "defer HOLIDAY_STATE");
    CHECK(with(2055550123, "Alabama", "") == "defer HOLIDAY_STATE");
    CHECK(with(2125550123, "AL", "") == "defer HOLIDAY_STATE");
    CHECK(with(2055550123, "GA", "") == "allow");
}

TEST_CASE("days that an authority proclaims close its region", "[window]") {
    WindowRule window = every_day({"08:00", "20:00"});
    window.holiday.emplace();
    window.calendar = "HOLIDAYS";
    const Gate gate =
        gate_of({federal({}), state("LA", {rule("LA-HRS", window), holidays({}, true)})});
    const Instant at = utc("2026-12-24 18:00:00");
    CallFacts facts = call_to(us(5045550123));
    CHECK(outcome(gate.decide(facts, at)) == "allow");
    const std::chrono::year_month_day eve{day("2026-12-24")};
    for (const std::string region : {"LA", "la", "US-LA"}) {
        facts.proclaimed_holidays = {{region, eve}};
        CHECK(outcome(gate.decide(facts, at)) == "defer HOLIDAY_STATE");
    }
    facts.proclaimed_holidays = {{"TX", eve}};
    CHECK(outcome(gate.decide(facts, at)) == "allow");
    facts.proclaimed_holidays.reset();
    CHECK(outcome(gate.decide(facts, at)) == "deny UNKNOWN_HOLIDAYS");
    facts.assume_clear = true;
    CHECK(outcome(gate.decide(facts, at)) == "allow");
}

TEST_CASE("a calendar of another pack is kept where that pack says", "[window]") {
    WindowRule window = every_day({"08:00", "20:00"});
    window.holiday.emplace();
    window.calendar = "us-NY/HOLIDAYS";
    const Gate gate = gate_of({federal({}), state("NY", {holidays({fixed(11, 26, "day")})}),
                               pack("acme", dnc::PackLevel::company, "", {rule("A-HRS", window)})});
    check(gate, call_to(kNewYork),
          {{"2026-11-26 18:00:00", "defer HOLIDAY_COMPANY", "2026-11-27 13:00:00"}});
    window.calendar = "us-NY/NOWHERE";
    CHECK_THROWS_WITH(gate_of({federal({rule("HRS", window)})}), Catch::Contains("us-NY/NOWHERE"));
}

TEST_CASE("a rule acts on its dates, by the date of each place", "[window]") {
    Rule until_2026 = rule("OLD", every_day({"08:00", "21:00"}));
    until_2026.effective.to = day("2026-01-01");
    Rule from_2026 = rule("NEW", every_day({"08:00", "20:00"}));
    from_2026.effective.from = day("2026-01-01");
    const Gate gate = gate_of({federal({}), state("OR", {until_2026, from_2026})});
    check(gate, call_to(us(5035550123)), // Portland, UTC-8
          {{"2026-01-01 04:59:59", "allow"},
           {"2026-01-01 05:00:00", "defer HOURS_STATE", "2026-01-01 16:00:00"},
           {"2026-01-02 03:59:59", "allow"},
           {"2026-01-02 04:00:00", "defer HOURS_STATE", "2026-01-02 16:00:00"}});
    // Alone, the old rule lets go of the night in which it ends, at midnight in the last zone.
    const Gate ending = gate_of({federal({until_2026})});
    check(ending, call_to(kFloridaWest),
          {{"2026-01-01 03:00:00", "defer HOURS_FEDERAL", "2026-01-01 06:00:00"}});
    Rule waived = rule("WAIVED", every_day({}));
    waived.status = dnc::RuleStatus::waived;
    Rule proposed = rule("PROPOSED", every_day({"08:00", "21:00"}));
    proposed.status = dnc::RuleStatus::proposed_repeal;
    const Gate both = gate_of({federal({waived, proposed})});
    check(both, call_to(kNewYork),
          {{"2026-11-23 18:00:00", "allow"},
           {"2026-11-24 05:00:00", "defer HOURS_FEDERAL", "2026-11-24 13:00:00"}});
}

TEST_CASE("hours of several packs hold together and each gives its code", "[window]") {
    const Gate gate = gate_of(
        {pack("mine", dnc::PackLevel::company, "", {rule("M", every_day({"10:00", "18:00"}))}),
         state("NY", {rule("S", every_day({"09:00", "20:00"}))}),
         pack("house", dnc::PackLevel::house, "", {rule("H", every_day({"08:00", "21:00"}))}),
         federal({rule("F", every_day({"08:00", "21:00"}))})});
    check(gate, call_to(kNewYork),
          {{"2026-11-23 12:30:00", "defer HOURS_FEDERAL HOURS_STATE HOURS_HOUSE HOURS_COMPANY",
            "2026-11-23 15:00:00"},
           {"2026-11-23 23:30:00", "defer HOURS_COMPANY", "2026-11-24 15:00:00"}});
}

TEST_CASE("hours that never come, or never together, deny for good", "[window]") {
    const Gate never = gate_of({federal({rule("HRS", every_day({}))})});
    CHECK(outcome(never.decide(call_to(kNewYork), utc("2026-11-23 18:00:00"))) ==
          "deny HOURS_FEDERAL");
    const Gate apart = gate_of({federal({rule("A", every_day({"08:00", "12:00"}))}),
                                state("NY", {rule("B", every_day({"12:00", "20:00"}))})});
    CHECK(outcome(apart.decide(call_to(kNewYork), utc("2026-11-23 18:00:00"))) ==
          "deny HOURS_FEDERAL TZ_UNKNOWN");
    const Gate short_ring = gate_of({federal({rule("HRS", every_day({"08:00", "08:01"}))})});
    CallFacts facts = call_to(kNewYork);
    facts.ring_max = 60s;
    CHECK(outcome(short_ring.decide(facts, utc("2026-11-23 18:00:00"))) == "deny HOURS_FEDERAL");
}

TEST_CASE("an emergency lasts from its first instant to before its last", "[window]") {
    const Gate gate = gate_of({federal({}), state("NY", {rule("NY-EM", dnc::EmergencyRule{})})});
    CallFacts facts = call_to(kNewYork);
    facts.emergencies = {
        {"NY", utc("2026-11-23 10:00:00"), utc("2026-11-25 10:00:00")},
        {"NY", utc("2026-11-24 10:00:00"), utc("2026-11-26 10:00:00")},
        {"CA", utc("2026-11-01 10:00:00"), std::nullopt},
    };
    check(gate, facts,
          {{"2026-11-23 09:59:59.999999", "allow"},
           {"2026-11-23 10:00:00", "defer EMERGENCY_STATE", "2026-11-26 10:00:00"},
           {"2026-11-26 10:00:00", "allow"}});
    facts.address.region = "CA"; // California's law has no such rule here
    check(gate, facts, {{"2026-11-27 18:00:00", "allow"}});
    facts.emergencies = {{"US-NY", utc("2026-11-23 10:00:00"), std::nullopt}};
    check(gate, facts, {{"2026-11-27 18:00:00", "deny EMERGENCY_STATE"}});
    facts.emergencies.reset();
    check(gate, facts, {{"2026-11-27 18:00:00", "deny UNKNOWN_EMERGENCIES"}});
    facts.assume_clear = true;
    check(gate, facts, {{"2026-11-27 18:00:00", "allow"}});
}

TEST_CASE("a consent can lift a day's ban and leave the hours as they are", "[window]") {
    WindowRule sundays = every_day({"00:00", "24:00"});
    sundays.weekdays[0].clear();
    Rule ban = rule("UT-SUN", sundays);
    dnc::Lift lift;
    lift.consent = dnc::ConsentGrade::express;
    ban.lift_by = {lift};
    const Gate gate =
        gate_of({federal({}), state("UT", {rule("UT-HRS", every_day({"08:00", "21:00"})), ban})});
    CallFacts facts = call_to(us(8015550123)); // UTC-7
    check(gate, facts, {{"2026-11-22 18:00:00", "defer HOURS_STATE", "2026-11-23 15:00:00"}});
    facts.consents = {consent(dnc::ConsentGrade::written, utc("2026-01-01 00:00:00"))};
    check(gate, facts,
          {{"2026-11-22 18:00:00", "allow"},
           {"2026-11-23 04:00:00", "defer HOURS_STATE", "2026-11-23 15:00:00"}});
    CHECK(gate.decide(facts, utc("2026-11-22 18:00:00")).evidence.consent_id == 41);
}
