// Goal: the gate allows a call exactly when every rule does, gives every failing reason in one
// order, and defers only to an instant that is legal.
// Method: tables of instants around the edges of the window with the shipped rules, table and the
// system's zones; lists made for each case.

#include "dnc/gate.hpp"
#include "tests/dnc/support.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <type_traits>
#include <vector>

using namespace std::chrono_literals;
using namespace dnc_tests;
using dnc::Clearance;
using dnc::Decision;
using dnc::Gate;
using dnc::Instant;
using dnc::ListKind;
using dnc::Number;
using dnc::ReasonCode;
using dnc::Verdict;

// A clearance comes from the gate or not at all, and counts once.
static_assert(!std::is_default_constructible_v<Clearance>);
static_assert(!std::is_copy_constructible_v<Clearance>);
static_assert(!std::is_copy_assignable_v<Clearance>);
static_assert(std::is_nothrow_move_constructible_v<Clearance>);
static_assert(!std::is_constructible_v<Clearance, Number, Instant, dnc::Evidence>);
static_assert(!std::is_constructible_v<Clearance, Number, Instant>);
static_assert(!std::is_constructible_v<Clearance, Decision>);
static_assert(!std::is_aggregate_v<Clearance>);

namespace {

const Gate& gate() {
    static const Gate shipped{shipped_rules(), shipped_area_codes(), system_zones()};
    return shipped;
}

Decision decide(Number number, Instant at, const std::string& region = "") {
    return gate().decide({number, "seller", region}, fresh_lists(at), at);
}

struct Edge {
    std::string_view at;
    Verdict verdict;
};

void check_edges(Number number, const std::vector<Edge>& edges, const std::string& region = "") {
    for (const Edge& edge : edges) {
        CAPTURE(number.e164, region, edge.at);
        const Decision decision = decide(number, utc(edge.at), region);
        CHECK(to_text(decision.verdict) == to_text(edge.verdict));
        if (edge.verdict == Verdict::defer) {
            CHECK(codes(decision) == std::vector{ReasonCode::hours_federal});
        }
    }
}

const Number kNewYork = us(2125550123);
const Number kFloridaWest = us(8505550123);       // Eastern and Central
const Number kUnknown = us(2735550123);           // not in service in November 2026
const Instant kNoon = utc("2026-11-23 20:00:00"); // 15:00 in New York, 10:00 in Honolulu

} // namespace

TEST_CASE("the window is half-open to the microsecond", "[gate]") {
    // Eastern Standard Time is UTC-5; the last minute is kept for the ringing.
    check_edges(kNewYork, {{"2026-11-23 12:59:59.999999", Verdict::defer},
                           {"2026-11-23 13:00:00", Verdict::allow},
                           {"2026-11-24 01:58:59.999999", Verdict::allow},
                           {"2026-11-24 01:59:00", Verdict::defer},
                           {"2026-11-24 02:00:00", Verdict::defer},
                           {"2026-11-24 05:00:00", Verdict::defer}});
    // Eastern Daylight Time is UTC-4.
    check_edges(kNewYork, {{"2026-07-01 11:59:59.999999", Verdict::defer},
                           {"2026-07-01 12:00:00", Verdict::allow},
                           {"2026-07-02 00:58:59.999999", Verdict::allow},
                           {"2026-07-02 00:59:00", Verdict::defer}});
}

TEST_CASE("without a ring guard the window lasts to its last microsecond", "[gate]") {
    dnc::Rules rules = shipped_rules();
    rules.ring_guard = 0s;
    const Gate exact{rules, shipped_area_codes(), system_zones()};
    const auto verdict = [&](std::string_view at) {
        return exact.decide({kNewYork, "", ""}, fresh_lists(utc(at)), utc(at)).verdict;
    };
    CHECK(verdict("2026-11-24 01:59:59.999999") == Verdict::allow);
    CHECK(verdict("2026-11-24 02:00:00") == Verdict::defer);
}

TEST_CASE("the window moves with the clocks on the days they change", "[gate]") {
    // 8 March 2026, 02:00 EST: clocks go forward; 1 November 2026, 02:00 EDT: they go back.
    check_edges(kNewYork, {{"2026-03-07 12:59:59", Verdict::defer},
                           {"2026-03-07 13:00:00", Verdict::allow},
                           {"2026-03-08 11:59:59", Verdict::defer},
                           {"2026-03-08 12:00:00", Verdict::allow},
                           {"2026-10-31 12:00:00", Verdict::allow},
                           {"2026-11-01 12:59:59", Verdict::defer},
                           {"2026-11-01 13:00:00", Verdict::allow}});
    // Phoenix stays, so its window does not move.
    check_edges(us(6025550123), {{"2026-03-07 15:00:00", Verdict::allow},
                                 {"2026-03-08 14:59:59", Verdict::defer},
                                 {"2026-03-08 15:00:00", Verdict::allow}});
}

TEST_CASE("an area code on a zone line opens with its western and closes with its eastern side",
          "[gate]") {
    for (const std::int64_t national : {8505550123, 4485550123}) { // the overlay likewise
        check_edges(us(national), {{"2026-11-23 13:00:00", Verdict::defer},
                                   {"2026-11-23 13:59:59.999999", Verdict::defer},
                                   {"2026-11-23 14:00:00", Verdict::allow},
                                   {"2026-11-24 01:58:59.999999", Verdict::allow},
                                   {"2026-11-24 01:59:00", Verdict::defer}});
    }
}

TEST_CASE("an address adds zones and never takes one away", "[gate]") {
    // A New York number at a Californian address: 08:00 Pacific to 21:00 Eastern.
    for (const std::string region : {"CA", "ca", " Ca "}) {
        check_edges(kNewYork,
                    {{"2026-11-23 13:00:00", Verdict::defer},
                     {"2026-11-23 15:59:59.999999", Verdict::defer},
                     {"2026-11-23 16:00:00", Verdict::allow},
                     {"2026-11-24 01:59:00", Verdict::defer}},
                    region);
    }
    // A state with two zones brings both, also for a number of the one side.
    check_edges(us(3055550123),
                {{"2026-11-23 13:30:00", Verdict::defer}, {"2026-11-23 14:00:00", Verdict::allow}},
                "FL");
    // An address in the narrower place does not open what the number closes.
    check_edges(us(3105550123), {{"2026-11-23 14:00:00", Verdict::defer}}, "NY");
}

TEST_CASE("an address that is no known region may be anywhere in the country", "[gate]") {
    const Decision decision = decide(kNewYork, kNoon, "Atlantis");
    CHECK(decision.verdict == Verdict::defer);
    CHECK(decision.evidence.zones.size() == shipped_area_codes().all_us_zones().size());
}

TEST_CASE("an unknown area code gets the hours of all zones of the country together", "[gate]") {
    REQUIRE(shipped_area_codes().find(273) == nullptr);
    // Guam opens at 22:00 UTC, Puerto Rico closes at 01:00 UTC.
    check_edges(kUnknown, {{"2026-11-23 20:00:00", Verdict::defer},
                           {"2026-11-23 21:59:59.999999", Verdict::defer},
                           {"2026-11-23 22:00:00", Verdict::allow},
                           {"2026-11-24 00:58:59.999999", Verdict::allow},
                           {"2026-11-24 00:59:00", Verdict::defer}});
    CHECK(decide(kUnknown, utc("2026-11-24 00:59:00")).until == utc("2026-11-24 22:00:00"));
}

TEST_CASE("a deferred call names the first legal instant", "[gate]") {
    struct Row {
        Number number;
        std::string_view at;
        std::string_view until;
    };
    const std::vector<Row> table = {
        {kNewYork, "2026-11-23 12:59:59.999999", "2026-11-23 13:00:00"},
        {kNewYork, "2026-11-24 01:59:00", "2026-11-24 13:00:00"},
        {kNewYork, "2026-11-24 05:00:00", "2026-11-24 13:00:00"},
        {kFloridaWest, "2026-11-24 01:59:00", "2026-11-24 14:00:00"},
        {kFloridaWest, "2026-11-23 13:30:00", "2026-11-23 14:00:00"},
        {kNewYork, "2026-03-08 01:59:00", "2026-03-08 12:00:00"}, // the night clocks go forward
        {kNewYork, "2026-11-01 00:59:00", "2026-11-01 13:00:00"}, // the night they go back
        {us(9285550123), "2026-03-08 04:00:00", "2026-03-08 15:00:00"}, // Phoenix and Navajo
        {us(9285550123), "2026-07-01 14:30:00", "2026-07-01 15:00:00"},
        {us(9075550123), "2026-11-24 06:00:00", "2026-11-24 18:00:00"}, // Adak is the last to open
    };
    for (const Row& row : table) {
        CAPTURE(row.number.e164, row.at);
        const Decision decision = decide(row.number, utc(row.at));
        CHECK(decision.verdict == Verdict::defer);
        REQUIRE(decision.until);
        CHECK(*decision.until == utc(row.until));
        CHECK(decide(row.number, *decision.until).verdict == Verdict::allow);
        CHECK(decide(row.number, *decision.until - 1us).verdict == Verdict::defer);
    }
}

TEST_CASE("a number on a list is denied, by company, nation or other", "[gate]") {
    struct Row {
        ListKind kind;
        ReasonCode code;
    };
    for (const Row& row : {Row{ListKind::company, ReasonCode::company_dnc},
                           Row{ListKind::national, ReasonCode::list_national},
                           Row{ListKind::other, ReasonCode::list_other}}) {
        dnc::SuppressionSnapshot lists = fresh_lists(kNoon);
        lists.lists.push_back(
            make_list("extra", row.kind, 9, lists.lists.front().as_of, {kNewYork}));
        const Decision decision = gate().decide({kNewYork, "", ""}, lists, kNoon);
        CHECK(decision.verdict == Verdict::deny);
        CHECK(codes(decision) == std::vector{row.code});
        CHECK_FALSE(decision.until);
        CHECK_THAT(decision.reasons.front().detail, Catch::Contains("extra"));
        CHECK(gate().decide({us(2125550124), "", ""}, lists, kNoon).verdict == Verdict::allow);
    }
}

TEST_CASE("without a loaded national list nothing is allowed", "[gate]") {
    dnc::SuppressionSnapshot lists;
    lists.feed_alive_at = kNoon;
    CHECK(codes(gate().decide({kNewYork, "", ""}, lists, kNoon)) ==
          std::vector{ReasonCode::list_missing});
    lists.lists.push_back(make_list("national", ListKind::national, 0, {}, {}));
    const Decision decision = gate().decide({kNewYork, "", ""}, lists, kNoon);
    CHECK(decision.verdict == Verdict::deny);
    CHECK(codes(decision) == std::vector{ReasonCode::list_missing});
    // A second registry that is loaded does not stand in for the first.
    lists.lists.push_back(
        make_list("state", ListKind::national, 5, fresh_lists(kNoon).lists.front().as_of, {}));
    CHECK(codes(gate().decide({kNewYork, "", ""}, lists, kNoon)) ==
          std::vector{ReasonCode::list_missing});
}

TEST_CASE("a national list serves 31 days by the called party's calendar", "[gate]") {
    using std::chrono::November;
    using std::chrono::year;
    dnc::SuppressionSnapshot lists;
    lists.lists.push_back(
        make_list("national", ListKind::national, 7, year{2026} / November / 1, {}));
    const auto reasons = [&](Number number, std::string_view at) {
        lists.feed_alive_at = utc(at);
        return codes(gate().decide({number, "", ""}, lists, utc(at)));
    };
    CHECK(reasons(kNewYork, "2026-12-02 20:00:00").empty()); // 31 days
    // 19:30 on 2 December in New York, the 3rd by UTC: still 31 days where the phone rings.
    CHECK(reasons(kNewYork, "2026-12-03 00:30:00").empty());
    CHECK(reasons(kNewYork, "2026-12-03 15:00:00") == std::vector{ReasonCode::list_stale});
    // In Guam the 3rd begins 15 hours before it does in New York.
    CHECK(reasons(us(6715550123), "2026-12-02 22:30:00") == std::vector{ReasonCode::list_stale});
    // A number that may be in either place has the later date of the two.
    CHECK(reasons(kUnknown, "2026-12-02 22:30:00") == std::vector{ReasonCode::list_stale});
    CHECK(reasons(kUnknown, "2026-12-01 22:30:00").empty());
    CHECK(reasons(kNewYork, "2026-10-20 15:00:00").empty()); // a version dated ahead is fresh
}

TEST_CASE("a national list with an impossible date is stale", "[gate]") {
    dnc::SuppressionSnapshot lists = fresh_lists(kNoon);
    lists.lists.front().as_of = std::chrono::year_month_day{};
    CHECK(codes(gate().decide({kNewYork, "", ""}, lists, kNoon)) ==
          std::vector{ReasonCode::list_stale});
}

TEST_CASE("other lists may be old or never loaded", "[gate]") {
    dnc::SuppressionSnapshot lists = fresh_lists(kNoon);
    lists.lists.push_back(
        make_list("old", ListKind::other, 3, std::chrono::year{2001} / std::chrono::May / 5, {}));
    lists.lists.push_back(make_list("company two", ListKind::company, 0, {}, {}));
    CHECK(gate().decide({kNewYork, "", ""}, lists, kNoon).verdict == Verdict::allow);
}

TEST_CASE("a silent change feed denies, and so does a proof from the future", "[gate]") {
    dnc::SuppressionSnapshot lists = fresh_lists(kNoon);
    const auto limit = shipped_rules().feed_age_max;
    struct Row {
        Instant alive_at;
        bool stale;
    };
    for (const Row& row :
         {Row{kNoon - limit, false}, Row{kNoon - limit - 1us, true}, Row{kNoon + limit, false},
          Row{kNoon + limit + 1us, true}, Row{Instant{}, true}, Row{Instant::min(), true},
          Row{Instant::max(), true}}) {
        lists.feed_alive_at = row.alive_at;
        const Decision decision = gate().decide({kNewYork, "", ""}, lists, kNoon);
        CAPTURE(row.alive_at.time_since_epoch().count());
        CHECK(codes(decision) ==
              (row.stale ? std::vector{ReasonCode::feed_stale} : std::vector<ReasonCode>{}));
    }
}

TEST_CASE("lines without a place are denied", "[gate]") {
    for (const std::int64_t national :
         {8005550123, 8885550123, 9005550123, 5005550123, 4115550123, 2905550123}) {
        CAPTURE(national);
        CHECK(codes(decide(us(national), kNoon)) == std::vector{ReasonCode::line_not_geographic});
    }
}

TEST_CASE("other countries are denied, inside the numbering plan and outside", "[gate]") {
    const std::vector<Number> abroad = {us(4165550123), us(8765550123), {442079460123}, {0}, {-1}};
    for (const Number number : abroad) {
        CAPTURE(number.e164);
        const Decision decision = decide(number, kNoon);
        CHECK(decision.verdict == Verdict::deny);
        CHECK(codes(decision) == std::vector{ReasonCode::country_unsupported});
        // By night as well: the federal window is no rule there.
        CHECK(codes(decide(number, utc("2026-11-23 08:00:00"))) ==
              std::vector{ReasonCode::country_unsupported});
    }
}

TEST_CASE("the territories are under federal law", "[gate]") {
    check_edges(us(7875550123),
                {{"2026-11-23 11:59:59", Verdict::defer}, {"2026-11-23 12:00:00", Verdict::allow}});
    check_edges(us(6715550123),
                {{"2026-11-23 21:59:59", Verdict::defer}, {"2026-11-23 22:00:00", Verdict::allow}});
}

TEST_CASE("zone data older than the rules ask for deny every call", "[gate]") {
    const auto reasons = [](const std::string& have, const std::string& need) {
        const FixedZones zones{{{"America/New_York", -5h}}, have};
        const dnc::AreaCodes table{
            {{.code = 212, .country = "US", .regions = {"NY"}, .zones = {"America/New_York"}}}};
        dnc::Rules rules = shipped_rules();
        rules.min_tzdb = need;
        const Gate strict{rules, table, zones};
        return codes(strict.decide({kNewYork, "", ""}, fresh_lists(kNoon), kNoon));
    };
    const std::vector stale{ReasonCode::tzdb_stale};
    CHECK(reasons("2026b", "2026b").empty());
    CHECK(reasons("2026f", "2026b").empty());
    CHECK(reasons("2027a", "2026b").empty());
    CHECK(reasons("2026a", "2026b") == stale);
    CHECK(reasons("2025z", "2026b") == stale);
    CHECK(reasons("unknown", "2026b") == stale);
    CHECK(reasons("2026f", "") == stale);
}

TEST_CASE("a zone that the data lack denies instead of being left out", "[gate]") {
    const FixedZones zones{{{"America/New_York", -5h}}};
    const dnc::AreaCodes table{{{.code = 850,
                                 .country = "US",
                                 .regions = {"FL"},
                                 .zones = {"America/New_York", "America/Chicago"}}}};
    const Gate partial{shipped_rules(), table, zones};
    CHECK(codes(partial.decide({kFloridaWest, "", ""}, fresh_lists(kNoon), kNoon)) ==
          std::vector{ReasonCode::tz_unknown});
}

TEST_CASE("zones without a common hour deny for good", "[gate]") {
    const FixedZones zones{{{"A/East", 12h}, {"A/West", -4h}}};
    const dnc::AreaCodes table{
        {{.code = 212, .country = "US", .regions = {"NY"}, .zones = {"A/East", "A/West"}}}};
    dnc::Rules rules = shipped_rules();
    rules.window_close = 12h;
    const Gate narrow{rules, table, zones};
    const Decision decision = narrow.decide({kNewYork, "", ""}, fresh_lists(kNoon), kNoon);
    CHECK(decision.verdict == Verdict::deny);
    CHECK(codes(decision) == std::vector{ReasonCode::hours_federal, ReasonCode::tz_unknown});
    CHECK_FALSE(decision.until);
}

TEST_CASE("rules that were never loaded allow nothing", "[gate]") {
    const Gate blank{dnc::Rules{}, shipped_area_codes(), system_zones()};
    for (int hour = 0; hour < 24; ++hour) {
        const Instant at = utc("2026-11-23 00:00:00") + std::chrono::hours{hour};
        CHECK(blank.decide({kNewYork, "", ""}, fresh_lists(at), at).verdict == Verdict::deny);
    }
}

TEST_CASE("all failing reasons come together in the order of the enumeration", "[gate]") {
    const Instant night = utc("2026-11-23 08:00:00");
    dnc::SuppressionSnapshot lists;
    lists.lists.push_back(make_list("other", ListKind::other, 1, {}, {kNewYork}));
    lists.lists.push_back(make_list("never", ListKind::national, 0, {}, {}));
    lists.lists.push_back(make_list("old", ListKind::national, 2,
                                    std::chrono::year{2026} / std::chrono::May / 5, {kNewYork}));
    lists.lists.push_back(make_list("company", ListKind::company, 3, {}, {kNewYork}));
    dnc::Rules rules = shipped_rules();
    rules.min_tzdb = "9999z";
    const Gate strict{rules, shipped_area_codes(), system_zones()};
    const Decision decision = strict.decide({kNewYork, "", ""}, lists, night);
    CHECK(decision.verdict == Verdict::deny);
    CHECK(codes(decision) == std::vector{ReasonCode::hours_federal, ReasonCode::company_dnc,
                                         ReasonCode::list_national, ReasonCode::list_other,
                                         ReasonCode::list_missing, ReasonCode::list_stale,
                                         ReasonCode::feed_stale, ReasonCode::tzdb_stale});
    CHECK_FALSE(decision.until);
    for (const dnc::Reason& reason : decision.reasons) {
        CHECK_FALSE(reason.rule.empty());
        CHECK_FALSE(reason.cite.empty());
        CHECK_THAT(reason.detail, Catch::EndsWith("."));
    }
}

TEST_CASE("hours with any further reason deny instead of deferring", "[gate]") {
    const Instant night = utc("2026-11-23 08:00:00");
    dnc::SuppressionSnapshot lists = fresh_lists(night);
    lists.lists.back().numbers.insert(kNewYork);
    const Decision decision = gate().decide({kNewYork, "", ""}, lists, night);
    CHECK(decision.verdict == Verdict::deny);
    CHECK(codes(decision) == std::vector{ReasonCode::hours_federal, ReasonCode::company_dnc});
}

TEST_CASE("a decision carries what it rested on", "[gate]") {
    const Instant at = utc("2026-11-23 20:04:05.000006");
    const Decision decision = gate().decide({kFloridaWest, "seller", ""}, fresh_lists(at), at);
    const dnc::Evidence& evidence = decision.evidence;
    REQUIRE(evidence.zones.size() == 2);
    CHECK(evidence.zones[0].zone == "America/New_York");
    CHECK(evidence.zones[0].local == "2026-11-23T15:04:05-05:00");
    CHECK(evidence.zones[1].zone == "America/Chicago");
    CHECK(evidence.zones[1].local == "2026-11-23T14:04:05-06:00");
    REQUIRE(evidence.lists.size() == 2);
    CHECK(evidence.lists[0].list == "national");
    CHECK(evidence.lists[0].version_id == 7);
    CHECK(evidence.lists[0].as_of ==
          std::chrono::year_month_day{std::chrono::year{2026} / std::chrono::November / 22});
    CHECK(evidence.tzdb_version == system_zones().version());
    CHECK(evidence.rules_version == shipped_rules().version);
    CHECK(decide(us(6715550123), at).evidence.zones[0].local == "2026-11-24T06:04:05+10:00");
}

TEST_CASE("the gate clears what it allows and nothing else", "[gate]") {
    const auto cleared = gate().clear({kNewYork, "", ""}, fresh_lists(kNoon), kNoon);
    REQUIRE(std::holds_alternative<Clearance>(cleared));
    const Clearance& clearance = std::get<Clearance>(cleared);
    CHECK(clearance.number() == kNewYork);
    CHECK(clearance.decided_at() == kNoon);
    CHECK(clearance.evidence().rules_version == shipped_rules().version);
    CHECK(clearance.evidence().zones.size() == 1);

    const Instant night = utc("2026-11-23 08:00:00");
    const auto refused = gate().clear({kNewYork, "", ""}, fresh_lists(night), night);
    REQUIRE(std::holds_alternative<Decision>(refused));
    CHECK(std::get<Decision>(refused).verdict == Verdict::defer);
}

TEST_CASE("the hours reason says what people need to see", "[gate]") {
    const auto detail = [](std::string_view at) {
        return decide(kNewYork, utc(at)).reasons.at(0).detail;
    };
    CHECK(detail("2026-11-24 02:03:59") ==
          "It is 21:03 in America/New_York, outside the window 08:00 to 21:00.");
    CHECK_THAT(detail("2026-11-24 01:59:30"), Catch::Contains("20:59 in America/New_York") &&
                                                  Catch::Contains("ring past the end"));
}
