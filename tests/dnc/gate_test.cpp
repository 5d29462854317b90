// Goal: the gate asks every pack that has a say and no other, gives all reasons in one order,
// carries what it rested on, and clears what it allows and nothing else.
// Method: hand-made packs of several jurisdictions; the shipped packs for the whole.

#include "dnc/gate.hpp"
#include "tests/dnc/packs_support.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <type_traits>
#include <vector>

using namespace std::chrono_literals;
using namespace dnc_tests;
using dnc::CallFacts;
using dnc::Clearance;
using dnc::Decision;
using dnc::Gate;
using dnc::Instant;
using dnc::Number;
using dnc::PackLevel;
using dnc::ReasonCode;

// A clearance comes from the gate or not at all, and counts once.
static_assert(!std::is_default_constructible_v<Clearance>);
static_assert(!std::is_copy_constructible_v<Clearance>);
static_assert(!std::is_copy_assignable_v<Clearance>);
static_assert(std::is_nothrow_move_constructible_v<Clearance>);
static_assert(!std::is_constructible_v<Clearance, Number, Instant, dnc::Evidence>);
static_assert(!std::is_constructible_v<Clearance, Number, Instant, dnc::Evidence,
                                       std::vector<dnc::CapReservation>>);
static_assert(!std::is_constructible_v<Clearance, Decision>);
static_assert(!std::is_aggregate_v<Clearance>);

namespace {

const Number kNewYork = us(2125550123);
const Number kFloridaWest = us(8505550123);       // Eastern and Central
const Number kUnknown = us(2735550123);           // not in service in November 2026
const Instant kNoon = utc("2026-11-23 20:00:00"); // 15:00 in New York, 10:00 in Honolulu

/// A pack that refuses every call with a code of its level.
dnc::Rule no_hours(std::string id) {
    return rule(std::move(id), every_day({}));
}

std::string decide(const Gate& gate, Number number, std::string region = "",
                   std::string country = "") {
    CallFacts facts = call_to(number);
    facts.address.region = std::move(region);
    facts.address.country = std::move(country);
    return outcome(gate.decide(facts, kNoon));
}

} // namespace

TEST_CASE("every code has a text of its own, which reads back", "[gate]") {
    for (std::size_t i = 0; i < dnc::kReasonCodes; ++i) {
        const auto code = static_cast<ReasonCode>(i);
        CHECK(dnc::reason_from_text(to_text(code)) == code);
    }
    CHECK_FALSE(dnc::reason_from_text("HOURS"));
    CHECK_FALSE(dnc::reason_from_text(""));
    CHECK(to_text(dnc::at_level(ReasonCode::freq_federal, PackLevel::national)) == "FREQ_NATIONAL");
}

TEST_CASE("a state's pack speaks for its numbers and its addresses", "[gate]") {
    const Gate gate = gate_of({federal({}), state("NY", {no_hours("NY")})});
    CHECK(decide(gate, kNewYork) == "deny HOURS_STATE");
    CHECK(decide(gate, kNewYork, "CA") == "deny HOURS_STATE");
    CHECK(decide(gate, us(3105550123), "NY") == "deny HOURS_STATE");
    CHECK(decide(gate, us(3105550123), "new york") == "deny HOURS_STATE");
    CHECK(decide(gate, us(3105550123)) == "allow");
}

TEST_CASE("a country's pack speaks for all its regions, one without a place for all", "[gate]") {
    const Gate gate =
        gate_of({federal({no_hours("US")}), pack("ca", PackLevel::national, "CA", {no_hours("CA")}),
                 pack("mine", PackLevel::company, "", {no_hours("M")})});
    CHECK(decide(gate, kNewYork) == "deny HOURS_FEDERAL HOURS_COMPANY");
    CHECK(decide(gate, us(7875550123)) == "deny HOURS_FEDERAL HOURS_COMPANY"); // Puerto Rico
    CHECK(decide(gate, us(4165550123)) == "deny HOURS_NATIONAL HOURS_COMPANY");
    CHECK(decide(gate, us(4165550123), "NY", "US") ==
          "deny HOURS_FEDERAL HOURS_NATIONAL HOURS_COMPANY");
    CHECK(decide(gate, kUnknown) == "deny HOURS_FEDERAL HOURS_COMPANY");
}

TEST_CASE("a country without a pack of its own is not called", "[gate]") {
    const Gate gate = gate_of({federal({}), state("NY", {})});
    CHECK(decide(gate, {442079460123}) == "deny PACK_MISSING");
    CHECK(decide(gate, us(4165550123)) == "deny PACK_MISSING");
    CHECK(decide(gate, kNewYork, "ON", "CA") == "deny PACK_MISSING");
    CHECK(decide(gate, {0}) != "allow");
    CHECK(decide(gate, {-1}) != "allow");
    const Gate none = gate_of({});
    CHECK(decide(none, kNewYork) == "deny PACK_MISSING");
    const Gate no_law = gate_of({pack("house", PackLevel::house, "US", {}), state("NY", {})});
    CHECK(decide(no_law, kNewYork) == "deny PACK_MISSING");
}

TEST_CASE("an unknown area code has the hours of all fifty states together", "[gate]") {
    const Gate gate = gate_of({federal({rule("HRS", every_day({"08:00", "21:00"}))})});
    const auto at = [&](std::string_view instant) {
        return gate.decide(call_to(kUnknown), utc(instant));
    };
    // Hawaii opens at 18:00 UTC, the East closes at 02:00 UTC.
    CHECK(outcome(at("2026-11-23 17:59:59.999999")) == "defer HOURS_FEDERAL");
    CHECK(outcome(at("2026-11-23 18:00:00")) == "allow");
    CHECK(outcome(at("2026-11-24 01:59:59.999999")) == "allow");
    CHECK(at("2026-11-24 02:00:00").until == utc("2026-11-24 18:00:00"));
}

TEST_CASE("zone data older than an applying pack asks for deny every call", "[gate]") {
    const auto reasons = [](const std::string& have, const std::string& need) {
        const FixedZones zones{{{"America/New_York", -5h}}, have};
        const dnc::AreaCodes table{
            {{.code = 212, .country = "US", .regions = {"NY"}, .zones = {"America/New_York"}}}};
        dnc::Pack strict = federal({});
        strict.min_tzdb = need;
        dnc::Pack elsewhere = pack("ca", PackLevel::national, "CA", {});
        elsewhere.min_tzdb = "2099a";
        const Gate gate{dnc::PackSet{{strict, elsewhere}}, table, zones};
        return outcome(gate.decide(call_to(kNewYork), kNoon));
    };
    CHECK(reasons("2026b", "2026b") == "allow");
    CHECK(reasons("2027a", "2026b") == "allow");
    CHECK(reasons("2026f", "") == "allow");
    CHECK(reasons("2026a", "2026b") == "deny TZDB_STALE");
    CHECK(reasons("2025z", "2026b") == "deny TZDB_STALE");
    CHECK(reasons("unknown", "2026b") == "deny TZDB_STALE");
}

TEST_CASE("a zone that the data lack denies instead of being left out", "[gate]") {
    const FixedZones zones{{{"America/New_York", -5h}}};
    const dnc::AreaCodes table{{{.code = 850,
                                 .country = "US",
                                 .regions = {"FL"},
                                 .zones = {"America/New_York", "America/Chicago"}}}};
    const Gate gate{dnc::PackSet{{federal({})}}, table, zones};
    CHECK(outcome(gate.decide(call_to(kFloridaWest), kNoon)) == "deny TZ_UNKNOWN");
}

TEST_CASE("all failing rules come together, by level, pack and rule, whatever the input's order",
          "[gate]") {
    dnc::ListRule registry;
    const std::vector<dnc::Pack> packs = {
        pack("b-mine", PackLevel::company, "", {no_hours("B")}),
        pack("a-mine", PackLevel::company, "", {no_hours("A1"), no_hours("A2")}),
        pack("house", PackLevel::house, "", {no_hours("H")}),
        state("NY", {rule("CONS", dnc::ConsentRule{}), no_hours("NY")}),
        federal({rule("DNC", registry), no_hours("US")})};
    const std::vector<dnc::Pack> reversed(packs.rbegin(), packs.rend());
    CallFacts facts = call_to(kNewYork);
    facts.lists.national = dnc::ListAnswer{.listed = true};
    std::string rules;
    const Decision decision = gate_of(packs).decide(facts, kNoon);
    for (const dnc::Reason& reason : decision.reasons) {
        rules += reason.rule + " ";
        CHECK_FALSE(reason.cite.empty());
        CHECK_THAT(reason.detail, Catch::EndsWith("."));
    }
    CHECK(rules == "DNC US CONS NY H A1 A2 B ");
    CHECK(outcome(gate_of(reversed).decide(facts, kNoon)) == outcome(decision));
}

TEST_CASE("hours with any further reason deny instead of deferring", "[gate]") {
    const Gate gate = gate_of({federal({rule("HRS", every_day({"08:00", "21:00"}))})});
    CallFacts facts = call_to(kNewYork);
    facts.lists.company->listed = true;
    const Decision decision = gate.decide(facts, utc("2026-11-23 08:00:00"));
    CHECK(outcome(decision) == "deny HOURS_FEDERAL COMPANY_DNC");
    CHECK_FALSE(decision.until);
    CHECK(decision.reasons.back().rule == "GATE-COMPANY");
}

TEST_CASE("hours and caps together defer to the first instant that both allow", "[gate]") {
    dnc::FrequencyRule cap;
    cap.keys = {dnc::CapKey::number};
    cap.length = 24h;
    cap.limit = 1;
    const Gate gate =
        gate_of({federal({rule("HRS", every_day({"08:00", "21:00"})), rule("CAP", cap)})});
    CallFacts facts = call_to(kNewYork);
    dnc::PastAttempt late;
    late.at = utc("2026-11-23 01:30:00"); // runs off at 20:30 of the next day
    facts.attempts = {late};
    CHECK(gate.decide(facts, utc("2026-11-23 03:00:00")).until == utc("2026-11-24 01:30:00"));
    late.at = utc("2026-11-23 02:30:00"); // runs off at 21:30: the next morning
    facts.attempts = {late};
    const Decision decision = gate.decide(facts, utc("2026-11-23 03:00:00"));
    CHECK(outcome(decision) == "defer HOURS_FEDERAL FREQ_FEDERAL");
    CHECK(decision.until == utc("2026-11-24 13:00:00"));
}

TEST_CASE("a decision carries what it rested on", "[gate]") {
    const Instant at = utc("2026-11-23 20:04:05.000006");
    const Gate gate = gate_of({federal({}), state("FL", {}), state("NY", {})});
    const Decision decision = gate.decide(call_to(kFloridaWest), fresh_lists(at), at);
    const dnc::Evidence& evidence = decision.evidence;
    REQUIRE(evidence.zones.size() == 2);
    CHECK(evidence.zones[0].zone == "America/Chicago");
    CHECK(evidence.zones[0].local == "2026-11-23T14:04:05-06:00");
    CHECK(evidence.zones[1].zone == "America/New_York");
    CHECK(evidence.zones[1].local == "2026-11-23T15:04:05-05:00");
    REQUIRE(evidence.lists.size() == 2);
    CHECK(evidence.lists[0].list == "national");
    CHECK(evidence.lists[0].version_id == 7);
    CHECK(evidence.lists[0].as_of == std::chrono::year_month_day{day("2026-11-22")});
    REQUIRE(evidence.packs.size() == 2);
    CHECK(evidence.packs[0].id == "us-fed");
    CHECK(evidence.packs[1].id == "us-FL");
    CHECK(evidence.packs[1].version == "1");
    CHECK(evidence.tzdb_version == system_zones().version());
    CHECK(gate.decide(call_to(us(6715550123)), at).evidence.zones.at(0).local ==
          "2026-11-24T06:04:05+10:00");
    CHECK_THAT(gate.packs_text(), Catch::Contains("us-fed 1 00, us-FL"));
}

TEST_CASE("the gate clears what it allows and nothing else", "[gate]") {
    const Gate gate = gate_of({federal({rule("HRS", every_day({"08:00", "21:00"}))})});
    const auto cleared = gate.clear(call_to(kNewYork), fresh_lists(kNoon), kNoon);
    REQUIRE(std::holds_alternative<Clearance>(cleared));
    const Clearance& clearance = std::get<Clearance>(cleared);
    CHECK(clearance.number() == kNewYork);
    CHECK(clearance.decided_at() == kNoon);
    CHECK(clearance.evidence().packs.size() == 1);
    CHECK(clearance.evidence().zones.size() == 1);
    CHECK(clearance.caps().empty());

    const Instant night = utc("2026-11-23 08:00:00");
    const auto refused = gate.clear(call_to(kNewYork), fresh_lists(night), night);
    REQUIRE(std::holds_alternative<Decision>(refused));
    CHECK(std::get<Decision>(refused).verdict == dnc::Verdict::defer);
}

TEST_CASE("the hours reason says what people need to see", "[gate]") {
    const Gate gate = gate_of({federal({rule("HRS", every_day({"08:00", "21:00"}))})});
    const auto detail = [&](std::string_view at) {
        CallFacts facts = call_to(kNewYork);
        facts.ring_max = 60s;
        return gate.decide(facts, utc(at)).reasons.at(0).detail;
    };
    CHECK(detail("2026-11-24 02:03:59") ==
          "It is 21:03 on Monday, 2026-11-23, in America/New_York, outside the hours of that day: "
          "08:00 to 21:00.");
    CHECK_THAT(detail("2026-11-24 01:59:30"),
               Catch::Contains("20:59 on Monday") && Catch::Contains("ring past the hours"));
}

TEST_CASE("the strictest rule says how long a call must ring", "[gate]") {
    dnc::Rule later = rule("LATER", dnc::RingRule{60s, 9});
    later.effective.from = day("2030-01-01");
    const Gate gate = gate_of({federal({rule("RING", dnc::RingRule{15s, 4}), later}),
                               state("NY", {rule("NY-RING", dnc::RingRule{20s, 3})})});
    CHECK(gate.ring_minimum(call_to(kNewYork), kNoon).min_ring == 20s);
    CHECK(gate.ring_minimum(call_to(kNewYork), kNoon).min_rings == 4);
    CHECK(gate.ring_minimum(call_to(us(3105550123)), kNoon).min_ring == 15s);
    CHECK(gate.ring_minimum(call_to({442079460123}), kNoon).min_ring == 0s);
}

TEST_CASE("a day's calls end with the latest hour of any country's law", "[gate]") {
    CHECK(
        gate_of({federal({rule("A", every_day({"08:00", "21:00"}))}),
                 pack("ca", PackLevel::national, "CA", {rule("B", every_day({"09:00", "21:30"}))}),
                 state("NY", {rule("C", every_day({"00:00", "23:00"}))})})
            .day_end() == 21h + 30min);
    CHECK(gate_of({federal({})}).day_end() == 24h);
}

TEST_CASE("the shipped packs allow a plain call by day and refuse it without facts", "[gate]") {
    CallFacts facts = call_to(us(3035550123));
    facts.lists.national = dnc::ListAnswer{.as_of = day("2026-11-20")};
    facts.lists.litigator = dnc::ListAnswer{};
    CHECK(outcome(shipped_gate().decide(facts, kNoon)) == "allow");
    CallFacts bare;
    bare.number = facts.number;
    const Decision decision = shipped_gate().decide(bare, kNoon);
    CHECK(decision.verdict == dnc::Verdict::deny);
    for (const dnc::Reason& reason : decision.reasons) {
        CAPTURE(to_text(reason.code));
        CHECK(to_text(reason.code).starts_with("UNKNOWN_"));
    }
}
