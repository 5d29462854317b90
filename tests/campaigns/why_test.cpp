// Goal: whoever asks why a lead is not dialed gets every condition with its answer, and the instant
// at which it could be dialed.
// Method: one condition after the other is broken on a lead in a real store, with a gate of one
// simple law, and the answer compared with the one written down here; the earliest instants are
// worked out by hand and asked for again at that instant.

#include "campaigns/funnel/why_state.hpp"
#include "tests/campaigns/funnel_support.hpp"
#include "tests/campaigns/store_support.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace campaigns;
using namespace store_test;
using namespace std::chrono_literals;
using funnel_test::law;

namespace {

constexpr dnc::Number kNewYork{12125550100};
constexpr dnc::Number kHonolulu{18085550100};

/// Lead 1 with one phone in New York, callable at kNoon.
struct OneLead : World {
    OneLead() {
        add_leads(1);
        db.sql("UPDATE lead_phones SET number = 12125550100;"
               "UPDATE leads SET region = '', external_id = 'crm-7';"
               "INSERT INTO suppression_versions (list_id, as_of, sha256, source, rows, loaded_at) "
               "SELECT id, '2026-11-20', repeat('a', 64), 'r.csv', 0, '2026-11-20' "
               "FROM suppression_lists WHERE name = 'national'");
    }

    void set(const std::string& what) { db.sql("UPDATE leads SET " + what); }
    Why why(Instant at = kNoon) {
        return why_not_dialed(store, *law().gate, *law().zones, LeadId{1}, at);
    }
};

const WhyCondition& condition(const Why& why, const std::string& code) {
    for (const WhyCondition& one : why.conditions) {
        if (one.code == code) {
            return one;
        }
    }
    throw std::runtime_error{"no condition " + code};
}

/// Codes of the conditions that do not hold, in order.
std::string failing(const Why& why) {
    std::string codes;
    for (const WhyCondition& one : why.conditions) {
        if (one.passes == Passes::no) {
            codes += (codes.empty() ? "" : ",") + one.code;
        }
    }
    return codes;
}

} // namespace

TEST_CASE("a lead that nothing stops is callable now", "[pg][why]") {
    OneLead world;
    const Why why = world.why();
    CHECK(failing(why).empty());
    CHECK(why.callable_now);
    CHECK(why.earliest == kNoon);
    CHECK(why.unless.empty());
    CHECK(english(why.summary) == "It may be called now; its turn comes in line.");
    REQUIRE(why.phones.size() == 1);
    CHECK(why.phones[0].number == kNewYork);
    CHECK(why.phones[0].next);
    CHECK(why.phones[0].decision.verdict == dnc::Verdict::allow);
    CHECK(why.ahead_min == 0);
    CHECK(why.ahead_max == 0);
    CHECK(english(condition(why, "hours").words) ==
          "Where +12125550100 rings it is 12:00 in America/New_York.");
}

TEST_CASE("conditions that never hold by themselves say what would have to happen", "[pg][why]") {
    struct Broken {
        const char* sql;
        const char* code;
        const char* words;
        const char* unless;
    };
    const auto broken = GENERATE(
        Broken{"UPDATE campaigns SET running = false", "campaign_running", "It is stopped.",
               "the campaign is started"},
        Broken{"UPDATE campaigns SET mode = 'manual'", "mode",
               "Its mode is manual: agents dial numbers, and no list is dialed.",
               "the campaign gets another mode"},
        Broken{"UPDATE lists SET status = 'loading'", "list_active",
               "List leads.csv is still loading.", "the import of the list is accepted"},
        Broken{"UPDATE lists SET status = 'undone'", "list_active",
               "The import of list leads.csv was undone.", "the list is imported again"},
        Broken{"UPDATE lists SET weight = 0", "list_weight",
               "It has weight 0: nothing of it is dialed.", "the list gets a weight above 0"},
        Broken{"UPDATE campaigns SET filter = 'state = \"FL\" and attempts < 3'", "filter",
               "The campaign's filter does not let it through: state = \"FL\" is not so.",
               "the filter or the lead changes"},
        Broken{"UPDATE leads SET status = 'finished', stop_reason = 'bridged'", "status",
               "It is finished: a conversation was held.", "the lead is taken up again"},
        Broken{"UPDATE leads SET status = 'blocked', stop_reason = 'LIST_NATIONAL'", "status",
               "The gate refused it for good: on the national do-not-call registry.",
               "a new consent or relationship is recorded, or the list that has it changes and the "
               "lead is asked about again"},
        Broken{"UPDATE leads SET status = 'held', stop_reason = 'undone'", "status",
               "It is held back: the import was undone.", "the list is imported again"},
        Broken{"UPDATE lead_phones SET invalid_attempt = 1", "phones",
               "None of its numbers exists, as calls have shown.", "the lead gets another number"});
    OneLead world;
    world.db.sql(broken.sql);
    const Why why = world.why();
    INFO(broken.sql);
    CHECK(failing(why) == broken.code);
    const WhyCondition& one = condition(why, broken.code);
    CHECK(english(one.words) == broken.words);
    CHECK(english(one.unless) == broken.unless);
    CHECK_FALSE(one.until);
    CHECK_FALSE(why.callable_now);
    CHECK_FALSE(why.earliest);
    REQUIRE(why.unless.size() == 1);
    CHECK(english(why.unless[0]) == broken.unless);
    if (std::string{broken.code} != "phones") {
        CHECK(why.earliest_then == kNoon);
    }
    CHECK(english(why.summary).find("Never as things stand: ") == 0);
    CHECK(english(why.summary).find(broken.unless) != std::string::npos);
}

TEST_CASE("a lead without attempts left is used up", "[pg][why]") {
    OneLead world;
    world.set("status = 'exhausted', attempts = 2, stop_reason = 'busy'");
    const Why why = world.why();
    CHECK(failing(why) == "status,attempts");
    CHECK(english(condition(why, "status").words) == "It is used up after 2 of 2 attempts: busy.");
    CHECK_FALSE(why.earliest);
}

TEST_CASE("a resting lead is callable when it is due", "[pg][why]") {
    OneLead world;
    world.set("due_at = '2026-11-23 19:15Z', stop_reason = 'no_answer'");
    const Why why = world.why();
    CHECK(failing(why) == "due");
    CHECK(english(condition(why, "due").words) ==
          "It rests until 2026-11-23 19:15:00 UTC: nobody answered.");
    CHECK(why.earliest == kNoon + 2h + 15min);
    CHECK(english(why.summary) ==
          "Not before 2026-11-23 19:15:00 UTC: It rests until 2026-11-23 19:15:00 "
          "UTC: nobody answered.");
    CHECK(world.why(*why.earliest).callable_now);
    CHECK_FALSE(world.why(*why.earliest - 1us).callable_now);
    CHECK_FALSE(why.ahead_max);
    // Due at night: the morning counts.
    world.set("due_at = '2026-11-24 05:00Z'");
    CHECK(world.why().earliest == kNoon + 20h); // 08:00 in New York
}

TEST_CASE("the hour is asked of the gate and of the campaign", "[pg][why]") {
    OneLead world;
    const Instant night = kNoon + 13h; // 01:00 on Tuesday
    Why why = world.why(night);
    CHECK(failing(why) == "hours,gate");
    CHECK(condition(why, "hours").until == kNoon + 20h);
    CHECK(why.earliest == kNoon + 20h);
    CHECK(world.why(*why.earliest).callable_now);
    CHECK_FALSE(world.why(*why.earliest - 1us).callable_now);

    world.db.sql("UPDATE campaigns SET calling_hours = 'wed 10:00-12:00'");
    why = world.why();
    CHECK(failing(why) == "campaign_hours");
    CHECK(english(condition(why, "campaign_hours").words) ==
          "Its hours are wed 10:00-12:00, and it is 12:00 in America/New_York.");
    CHECK(why.earliest == kNoon + 46h);
    CHECK(world.why(*why.earliest).callable_now);
    // Hours that the law never allows.
    world.db.sql("UPDATE campaigns SET calling_hours = 'wed 03:00-04:00'");
    why = world.why();
    CHECK_FALSE(why.earliest);
    REQUIRE_FALSE(why.unless.empty());
}

TEST_CASE("a number on a list is refused until the list changes", "[pg][why]") {
    OneLead world;
    world.db.sql("INSERT INTO suppression_numbers (version_id, number) "
                 "SELECT id, 12125550100 FROM suppression_versions");
    const Why why = world.why();
    CHECK(failing(why) == "gate");
    CHECK_FALSE(why.earliest);
    CHECK_FALSE(why.earliest_then);
    REQUIRE(why.phones.size() == 1);
    CHECK(why.phones[0].listed == std::vector<std::string>{"national"});
    REQUIRE(why.phones[0].decision.reasons.size() == 1);
    CHECK(why.phones[0].decision.reasons[0].code == dnc::ReasonCode::list_national);
    REQUIRE(why.unless.size() == 1);
    CHECK(english(why.unless[0]).find("this changes: ") == 0);
    CHECK(english(why.unless[0]).find("(LIST_NATIONAL, T-DNC)") != std::string::npos);
    // What passes by itself is not told as the reason for never.
    world.set("due_at = '2026-11-23 18:00Z'");
    CHECK(english(world.why().summary).find("Never as things stand: +12125550100: ") == 0);
}

TEST_CASE("an opt-out refuses a number for good", "[pg][why]") {
    OneLead world;
    static_cast<void>(world.store.add_opt_out({.id = world.ids.make(kNoon),
                                               .number = kNewYork,
                                               .at = kNoon - 1h,
                                               .source = "api",
                                               .by = "ann",
                                               .attempt = {},
                                               .seller = ""}));
    const Why why = world.why();
    CHECK(failing(why) == "gate");
    REQUIRE(why.phones[0].decision.reasons.size() == 1);
    CHECK(why.phones[0].decision.reasons[0].code == dnc::ReasonCode::company_dnc);
    // Before it was said the lead was callable.
    CHECK(world.why(kNoon - 2h).callable_now);
}

TEST_CASE("a list that is too old is ours to mend", "[pg][why]") {
    OneLead world;
    const Why why = world.why(kNoon + 24h * 60);
    CHECK(failing(why) == "gate");
    CHECK(why.phones[0].decision.reasons[0].code == dnc::ReasonCode::list_stale);
    CHECK_FALSE(why.earliest);
    CHECK(english(why.unless.at(0)).find("our data are mended: ") == 0);
    // A search into the coming weeks takes for granted that lists are kept as fresh as now.
    world.set("due_at = '2026-12-21 17:00Z'");
    CHECK(world.why().earliest == kNoon + 24h * 28);
}

TEST_CASE("a cap of the law lets the call through when it runs off", "[pg][why]") {
    OneLead world;
    for (int i = 0; i < 3; ++i) {
        const Instant at = kNoon - 5h + i * 1h;
        const auto draft = world.dial_one(at);
        world.write_result(world.result(draft, Outcome::no_answer, at + 30s));
        world.set("status = 'ready', due_at = '-infinity', attempts = 0, stop_reason = ''");
    }
    const Why why = world.why();
    CHECK(failing(why) == "gate");
    CHECK(why.phones[0].decision.reasons.at(0).code == dnc::ReasonCode::freq_federal);
    CHECK(why.earliest ==
          kNoon + 20h); // at 19 h the first one runs off, and New York opens at 20 h
    CHECK(why.attempts.size() == 3);
    CHECK(world.why(*why.earliest).callable_now);
}

TEST_CASE("limits of a day and a week hold a lead back", "[pg][why]") {
    OneLead world;
    const auto draft = world.dial_one(kNoon - 2h);
    world.write_result(world.result(draft, Outcome::busy, kNoon - 2h + 30s));
    world.set("status = 'ready', due_at = '-infinity'");
    CHECK(world.why().callable_now);
    world.db.sql("UPDATE campaigns SET attempts_per_day = 1, attempts_per_week = 5");
    const Why why = world.why();
    CHECK(failing(why) == "limits");
    CHECK(english(condition(why, "limits").words) ==
          "1 attempts in 24 hours (at most 1), 1 in 7 days (at most 5).");
    CHECK(condition(why, "limits").until == kNoon + 22h);
    CHECK(why.earliest == kNoon + 22h);
    CHECK(world.why(*why.earliest).callable_now);
    world.db.sql("UPDATE campaigns SET attempts_per_day = 0, attempts_per_week = 1");
    CHECK(world.why().earliest == kNoon + 24h * 7 - 2h);
}

TEST_CASE("a callback waits for its agent", "[pg][why]") {
    OneLead world;
    const AgentId agent =
        world.store.add_agent({{}, "Maria", "maria", "0123456789abcdef0123456789abcdef"});
    world.set("for_agent = " + std::to_string(static_cast<std::int64_t>(agent)) +
              ", stop_reason = 'callback'");
    world.db.sql("INSERT INTO callbacks (lead_id, campaign_id, agent_id, due_at, by_whom, at, "
                 "was_status, was_reason, was_priority, was_due) VALUES (1, 1, " +
                 std::to_string(static_cast<std::int64_t>(agent)) +
                 ", '2026-11-23 16:00Z', 'maria', '2026-11-22', 'finished', '', 0, '-infinity')");
    const Why why = world.why();
    CHECK(failing(why).empty());
    CHECK_FALSE(why.callable_now);
    CHECK(why.earliest == kNoon);
    const WhyCondition& one = condition(why, "for_agent");
    CHECK(one.passes == Passes::unknown);
    CHECK(english(one.words) ==
          "A callback was promised for 2026-11-23 16:00:00 UTC by Maria. It is dialed "
          "when Maria is signed in and free.");
    CHECK(english(why.summary) == "It may be called now, when its agent is there.");
}

TEST_CASE("of several phones the first that is legal counts", "[pg][why]") {
    OneLead world;
    world.db.sql("INSERT INTO lead_phones (lead_id, position, campaign_id, number) "
                 "SELECT 1, 1, campaign_id, 18085550100 FROM leads;"
                 "INSERT INTO lead_phones (lead_id, position, campaign_id, number, "
                 "invalid_attempt) SELECT 1, 2, campaign_id, 12125550102, 5 FROM leads;"
                 "UPDATE leads SET phone_turn = 1");
    const Why why = world.why();
    REQUIRE(why.phones.size() == 3);
    CHECK_FALSE(why.phones[0].next);
    CHECK(why.phones[1].number == kHonolulu);
    CHECK(why.phones[1].next);
    CHECK(why.phones[1].decision.verdict == dnc::Verdict::defer);
    CHECK(why.phones[1].earliest == kNoon + 1h);
    CHECK(why.phones[2].invalid);
    CHECK(why.earliest == kNoon);
    // Honolulu is next and sleeps, and the other one may be called.
    CHECK(condition(why, "hours").passes == Passes::yes);
    CHECK(condition(why, "gate").passes == Passes::yes);
    CHECK(why.callable_now);
}

TEST_CASE("why it was dialed stands with each attempt", "[pg][why]") {
    OneLead world;
    const auto draft = world.dial_one();
    CHECK(english(world.why().summary) == "It is being called at this moment.");
    world.write_result(world.result(draft, Outcome::no_answer));
    const Why why = world.why();
    REQUIRE(why.attempts.size() == 1);
    CHECK(why.attempts[0].outcome == "no_answer");
    CHECK(why.attempts[0].number == kNewYork);
    CHECK(english(why.attempts[0].words)
              .find("The gate allowed it. It was 12:00 in America/New_York. On "
                    "none of the lists asked: company of 2026-11-23, national of "
                    "2026-11-23.") == 0);
    CHECK(why.attempts[0].evidence.find("tzdb") != std::string::npos);
}

TEST_CASE("the last refusals of the gate are told", "[pg][why]") {
    OneLead world;
    LogBatch batch;
    dnc::Decision decision;
    decision.verdict = dnc::Verdict::defer;
    decision.until = kNoon + 1h;
    decision.reasons = {{dnc::ReasonCode::hours_federal, "T-HRS", "test law 1", "It is night."}};
    batch.refusals.push_back({.id = world.ids.make(kNoon),
                              .at = kNoon,
                              .campaign = world.campaign.id,
                              .lead = LeadId{1},
                              .number = kNewYork,
                              .decision = decision});
    world.store.write_log(batch);
    const Why why = world.why();
    REQUIRE(why.refusals.size() == 1);
    CHECK(why.refusals[0].verdict == "defer");
    CHECK(why.refusals[0].until == kNoon + 1h);
    CHECK(words_of_reasons(why.refusals[0].reasons) == "HOURS_FEDERAL (T-HRS): It is night.");
}

TEST_CASE("the place in line is told", "[pg][why]") {
    OneLead world;
    world.add_leads(9);
    world.db.sql("UPDATE leads SET priority = 5 WHERE id IN (3, 4)");
    world.db.sql("UPDATE leads SET for_agent = 1 WHERE id = 5");
    const Why why = world.why();
    CHECK(why.ahead_min == 2);
    CHECK(why.ahead_max == 8);
}

TEST_CASE("leads are found by id, number and external id", "[pg][why]") {
    OneLead world;
    CHECK(find_leads(world.store, {.lead = LeadId{1}}).size() == 1);
    CHECK(find_leads(world.store, {.number = kNewYork}).at(0).lead == LeadId{1});
    CHECK(find_leads(world.store, {.external_id = "crm-7"}).at(0).campaign_name == "spring");
    CHECK(find_leads(world.store, {.external_id = "crm-7", .campaign = "spring"}).size() == 1);
    CHECK(find_leads(world.store, {.external_id = "'; DROP TABLE leads; --"}).empty());
    CHECK(find_leads(world.store, {.external_id = ""}).empty());
    CHECK(find_leads(world.store, {.number = kHonolulu}).empty());
    CHECK_THROWS_AS(find_leads(world.store, {.lead = LeadId{1}, .campaign = "no such"}),
                    StoreRefusal);
    CHECK_THROWS_AS(why_not_dialed(world.store, *law().gate, *law().zones, LeadId{99}, kNoon),
                    StoreRefusal);
}

TEST_CASE("the same question has the same answer, as JSON and as text", "[pg][why]") {
    OneLead world;
    world.set("due_at = '2026-11-23 19:15Z', stop_reason = 'no_answer'");
    const std::string once = to_json(world.why());
    CHECK(once == to_json(world.why()));
    const auto json = boost::json::parse(once).as_object();
    CHECK(json.at("earliest") == "2026-11-23T19:15:00Z");
    CHECK(json.at("callable_now") == false);
    CHECK(json.at("conditions").as_array().size() == 14);
    CHECK(json.at("phones").as_array().at(0).at("decision").at("verdict") == "allow");
    const std::string text = to_text(world.why());
    CHECK(text.find("NO   It is due") != std::string::npos);
    CHECK(text.find("yes  The campaign is running") != std::string::npos);
    CHECK(text.find("earliest   2026-11-23 19:15:00 UTC") != std::string::npos);
}

TEST_CASE("a filter is taken apart where all its terms must hold", "[why]") {
    const auto terms = [](const char* text) { return filter_terms(text); };
    CHECK(terms("").empty());
    CHECK(terms("attempts < 3") == std::vector<std::string>{"attempts < 3"});
    CHECK(terms("a = \"x and y\" and b in (\"1\", \"2\") and not (c = 1 and d = 2)") ==
          std::vector<std::string>{"a = \"x and y\"", "b in (\"1\", \"2\")",
                                   "not (c = 1 and d = 2)"});
    CHECK(terms("a = 1 and b = 2 or c = 3").size() == 1);
    CHECK(terms("a = \"say \"\"and\"\" and\" and b = 2").size() == 2);
    CHECK(terms("(a = 1 or b = 2) and c = 3").size() == 2);
}
