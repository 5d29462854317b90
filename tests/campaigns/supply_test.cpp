// Goal: the supply gives the leads that settings, filters, rules and promises say, and nobody gets
// lost between them.
// Method: a real database; leads by SQL as an import makes them, leases and results as an engine
// does; every filter is asked in C++ and in PostgreSQL about the same leads.

#include "campaigns/supply/callbacks.hpp"
#include "campaigns/supply/filter_store.hpp"
#include "campaigns/supply/retry.hpp"
#include "campaigns/supply/supply.hpp"
#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <set>

using namespace store_test;
using namespace std::chrono_literals;
using namespace campaigns;

namespace {

const Actor kAnna{"anna", kNoon};

std::string text_of(std::int64_t value) {
    return std::to_string(value);
}

Leased lease(World& world, int count, Instant now = kNoon, std::vector<std::int32_t> closed = {}) {
    return lease_supply(world.store, {.campaign = world.campaign.id,
                                      .run = world.run,
                                      .count = count,
                                      .now = now,
                                      .until = now + 60s,
                                      .closed_places = std::move(closed)});
}

std::set<std::int64_t> ids_of(const Leased& leased) {
    std::set<std::int64_t> ids;
    for (const Lead& lead : leased.leads) {
        ids.insert(static_cast<std::int64_t>(lead.id));
    }
    return ids;
}

void finish(World& world, const AttemptDraft& draft, Outcome outcome, Treatment treatment,
            Instant at) {
    auto result = world.result(draft, outcome, at);
    result.treatment = treatment;
    world.write_result(result);
}

std::string state(const World& world, std::int64_t lead) {
    return world.db.sql("SELECT status, stop_reason, priority, coalesce(for_agent, 0), attempts, "
                        "phone_turn, CASE WHEN isfinite(due_at) THEN "
                        "to_char(due_at AT TIME ZONE 'UTC', 'DD HH24:MI:SS') ELSE '' END "
                        "FROM leads WHERE id = " +
                        text_of(lead));
}

/// Sweeps until nothing is left to do.
FilterSweep sweep(World& world, Instant now = kNoon) {
    FilterSweep total;
    for (int i = 0; i < 1000; ++i) {
        const auto one = sweep_filters(world.store, now);
        total.parked += one.parked;
        total.brought_back += one.brought_back;
        if (one.done) {
            return total;
        }
    }
    FAIL("the sweep does not end");
    return total;
}

dnc::Decision allow(const Lead& /*lead*/, const Campaign& /*campaign*/, Instant /*at*/) {
    dnc::Decision decision;
    decision.verdict = dnc::Verdict::allow;
    return decision;
}

Callback agreed(World& world, const CallbackWish& wish, Instant at = kNoon) {
    auto made = add_callback(world.store, wish, &allow, {"anna", at});
    REQUIRE(std::holds_alternative<Callback>(made));
    return std::get<Callback>(made);
}

std::int64_t add_agent(World& world, const std::string& name) {
    return static_cast<std::int64_t>(world.store.add_agent(
        {.id = {}, .name = name, .sip_user = name, .sip_ha1 = std::string(32, 'a')}));
}

} // namespace

TEST_CASE("places that are closed give nothing, and are told", "[pg][supply]") {
    World world;
    world.add_leads(6);
    world.db.sql("INSERT INTO places (id, key, jurisdictions, zones, number) VALUES "
                 "(1, 'a', '{US}', '{America/New_York}', 12015550100),"
                 "(2, 'b', '{US}', '{America/Denver}', 13035550100);"
                 "UPDATE leads SET place = id % 3");
    const auto open = lease(world, 10, kNoon, {1});
    CHECK(ids_of(open) == std::set<std::int64_t>{2, 3, 5, 6});
    CHECK(open.closed);
    CHECK(lease(world, 10, kNoon, {1}).leads.empty());
    const auto rest = lease(world, 10);
    CHECK(ids_of(rest) == std::set<std::int64_t>{1, 4});
    CHECK_FALSE(rest.closed);
    CHECK(places_of_leads(world.store).size() == 2);
}

TEST_CASE("lists give by their weights, and nothing when they are off", "[pg][supply]") {
    World world;
    world.add_leads(300);
    world.add_leads(300);
    world.add_leads(10);
    change_list(world.store, ListId{1}, {.weight = 3, .priority = {}}, kAnna);
    change_list(world.store, ListId{3}, {.weight = 0, .priority = {}}, kAnna);
    std::map<std::int64_t, int> taken;
    for (int i = 0; i < 40; ++i) {
        for (const Lead& lead : lease(world, 4, kNoon + std::chrono::microseconds{i}).leads) {
            ++taken[static_cast<std::int64_t>(lead.list)];
        }
    }
    CHECK(taken[1] == 120);
    CHECK(taken[2] == 40);
    CHECK(taken[3] == 0);
    change_list(world.store, ListId{3}, {.weight = 1, .priority = 5}, kAnna);
    const auto lifted = lease(world, 4);
    REQUIRE(lifted.leads.size() == 4);
    CHECK(lifted.leads[0].list == ListId{3});
    CHECK(lifted.leads[0].priority == 5);
    CHECK_THROWS_AS(change_list(world.store, ListId{9}, {}, kAnna), StoreRefusal);
    CHECK_THROWS_AS(change_list(world.store, ListId{1}, {.weight = 101, .priority = {}}, kAnna),
                    StoreRefusal);
    const auto lists = lists_of_leads(world.store, "spring");
    REQUIRE(lists.size() == 3);
    CHECK(lists[0].weight == 3);
    CHECK(lists[0].leads == 300);
    CHECK(world.db.sql("SELECT count(*) FROM setting_changes WHERE table_name = 'lists' "
                       "AND by_whom = 'anna'") == "3");
}

TEST_CASE("the filter decides what is leased, and a changed one brings leads back",
          "[pg][supply][filter]") {
    World world;
    world.add_leads(5000);
    world.db.sql("UPDATE leads SET region = CASE WHEN id % 500 = 0 THEN 'FL' ELSE 'GA' END");
    CHECK(set_filter(world.store, "spring", "state='fl'", kAnna) == "state = \"fl\"");
    CHECK(filter_of(world.store, "spring") == "state = \"fl\"");
    const auto few = lease(world, 3);
    CHECK(few.leads.size() == 3);
    CHECK(few.filtered > 0);
    CHECK(few.filtered <= kCandidatesMax);
    const auto swept = sweep(world);
    CHECK(swept.parked + few.filtered == 4990);
    CHECK(world.db.sql("SELECT count(*) FROM leads WHERE status = 'filtered'") == "4990");
    CHECK(sweep(world).parked == 0);
    const auto rest = lease(world, 50);
    CHECK(rest.leads.size() == 7);
    CHECK(rest.filtered == 0);

    const auto count = count_filter(world.store, "spring", "state = 'GA'", kNoon);
    CHECK(count.exact);
    CHECK(count.let_through == 4990);
    set_filter(world.store, "spring", "state = 'GA' and attempts = 0", kAnna);
    CHECK(sweep(world).brought_back == 4990);
    CHECK(lease(world, 50).leads.size() == 50);
    set_filter(world.store, "spring", "", kAnna);
    CHECK(sweep(world).done);
    CHECK_THROWS_WITH(set_filter(world.store, "spring", "state = FL", kAnna),
                      Catch::Contains("column 9"));
    CHECK_THROWS_AS(set_filter(world.store, "summer", "", kAnna), StoreRefusal);
}

TEST_CASE("an estimate of a filter's count holds the truth", "[pg][supply][filter]") {
    World world;
    world.db.sql("INSERT INTO lists (campaign_id, file_name, sha256) "
                 "VALUES (1, 'big.csv', repeat('a', 64));"
                 "INSERT INTO leads (campaign_id, list_id, region) "
                 "SELECT 1, 1, CASE WHEN i % 10 = 0 THEN 'FL' ELSE 'GA' END "
                 "FROM generate_series(1, 60000) i;"
                 "SELECT fold_lead_counts('2026-11-23 17:00Z')");
    int inside = 0;
    for (int i = 0; i < 20; ++i) {
        const auto count = count_filter(world.store, "spring", "state = 'FL'", kNoon);
        CHECK_FALSE(count.exact);
        CHECK(count.of == 60000);
        CHECK(count.sampled > 1000);
        inside += std::abs(count.let_through - 6000) <= count.error ? 1 : 0;
    }
    CHECK(inside >= 15);
    const auto exact = count_filter_exactly(world.store, "spring", "state = 'FL'", kNoon);
    CHECK(exact.exact);
    CHECK(exact.let_through == 6000);
    CHECK(count_filter(world.store, "spring", "name = 'nobody'", kNoon).error > 0);
}

namespace {

const std::vector<std::string> kValues{"FL",
                                       "fl",
                                       "Ga",
                                       "",
                                       "331",
                                       "Stra\xC3\x9F"
                                       "e",
                                       "O'Neil",
                                       "back\\slash",
                                       "%",
                                       "40000",
                                       " 12.5",
                                       "-3",
                                       "1e5",
                                       "x_y"};

/// Random filters, and leads that they may or may not let through.
class FilterGame {
public:
    explicit FilterGame(std::uint32_t seed) : random_{seed} {}

    std::uint32_t up_to(std::uint32_t limit) {
        return static_cast<std::uint32_t>(random_() % limit);
    }
    std::string one_of(const std::vector<std::string>& words) {
        return words[up_to(static_cast<std::uint32_t>(words.size()))];
    }

    FilterLead lead() {
        FilterLead lead;
        lead.texts = {
            {"state", one_of(kValues)}, {"city", one_of(kValues)}, {"list_name", "leads.csv"}};
        lead.numbers = {
            {"attempts", up_to(4) * 1'000'000LL}, {"list", 1'000'000}, {"phones", 1'000'000}};
        if (up_to(3) != 0) {
            lead.custom["x"] = one_of(kValues);
        }
        return lead;
    }

    std::string filter() {
        std::string text = condition();
        for (auto more = up_to(4); more > 0; --more) {
            text =
                one_of({"", "not "}) + "(" + text + ")" + one_of({" and ", " or "}) + condition();
        }
        return text;
    }

private:
    static std::string doubled(std::string text, char quote) {
        for (std::size_t at = 0; (at = text.find(quote, at)) != std::string::npos; at += 2) {
            text.insert(at, 1, quote);
        }
        return quote + text + quote;
    }
    std::string literal() { return doubled(one_of(kValues), '"'); }

    std::string condition() {
        const std::string text = one_of({"state", "city", "custom.x", "list_name"});
        const std::string number =
            one_of({"attempts", "custom.x", "phones", "list", "days_since_attempt"});
        const std::string wanted = literal();
        const std::vector<std::string> forms{
            text + one_of({" = ", " != "}) + wanted,
            number + one_of({" = ", " != ", " < ", " <= ", " > ", " >= "}) +
                one_of({"0", "1", "2", "12.5", "-3", "40000"}),
            wanted == "\"\"" ? text + " is empty"
                             : text + one_of({" starts ", " ends ", " contains "}) + wanted,
            text + one_of({" in (", " not in ("}) + wanted + ", " + literal() + ")",
            number + one_of({" in (", " not in ("}) + "1, 40000)",
            one_of({text, number}) + one_of({" is empty", " is not empty"})};
        return one_of(forms);
    }

    std::mt19937 random_;
};

std::string sql_quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) {
        out.append(c == '\'' ? 2 : 1, c);
    }
    return out + "'";
}

void store_lead(World& world, std::int64_t id, const FilterLead& lead) {
    const auto custom = lead.custom.find("x");
    world.db.sql("UPDATE leads SET region = " + sql_quoted(lead.texts.at("state")) +
                 ", city = " + sql_quoted(lead.texts.at("city")) + ", attempts = " +
                 text_of(lead.numbers.at("attempts") / 1'000'000) + ", custom = " +
                 (custom == lead.custom.end()
                      ? "NULL"
                      : "jsonb_build_object('x', " + sql_quoted(custom->second) + "::text)") +
                 " WHERE id = " + text_of(id));
}

} // namespace

TEST_CASE("PostgreSQL answers every filter as the program does", "[pg][supply][filter]") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    FilterGame game{seed};
    World world;
    constexpr int kLeads = 60;
    world.add_leads(kLeads);
    std::map<std::int64_t, FilterLead> leads;
    for (int id = 1; id <= kLeads; ++id) {
        leads[id] = game.lead();
        store_lead(world, id, leads[id]);
    }
    for (int round = 0; round < 300; ++round) {
        const std::string text = game.filter();
        const auto read = read_filter(text);
        INFO(text);
        REQUIRE(std::holds_alternative<Filter>(read));
        const auto& filter = std::get<Filter>(read);
        const std::string rows =
            world.db.sql("SELECT string_agg(l.id::text, ',' ORDER BY l.id) FROM leads l "
                         "JOIN lists s ON s.id = l.list_id WHERE " +
                         sql_of(filter, "'2026-11-23 17:00Z'"));
        std::string expected;
        for (const auto& [id, lead] : leads) {
            if (lets_through(filter, lead)) {
                expected += (expected.empty() ? "" : ",") + text_of(id);
            }
        }
        CHECK(rows == expected);
    }
}

TEST_CASE("the rule of an outcome says when and how a lead is tried again", "[pg][supply][retry]") {
    World world;
    world.add_leads(3, 2);
    set_retry_rule(world.store,
                   {.outcome = "busy",
                    .campaign = "spring",
                    .delay = 5min,
                    .tries_max = 1,
                    .other_phone = false},
                   kAnna);
    const auto rules = retry_rules(world.store, "spring");
    CHECK(rules.size() == 15);
    CHECK(retry_rules(world.store, "").size() == 15);

    auto draft = world.dial_one();
    finish(world, draft, Outcome::no_answer, Treatment::none, kNoon + 20s);
    // Another phone next; the campaign's hour, up to the quarter.
    CHECK(state(world, 1) == "ready|no_answer|0|0|1|1|23 18:15:00");
    draft = world.dial_one();
    finish(world, draft, Outcome::busy, Treatment::none, kNoon + 20s);
    CHECK(state(world, 2) == "exhausted|busy|0|0|1|0|23 17:06:00");
    draft = world.dial_one();
    finish(world, draft, Outcome::congestion, Treatment::none, kNoon + 20s);
    CHECK(state(world, 3) == "ready|congestion|0|0|1|1|23 17:02:00");

    drop_retry_rule(world.store, "spring", "busy", kAnna);
    CHECK_THROWS_AS(drop_retry_rule(world.store, "spring", "busy", kAnna), StoreRefusal);
    CHECK_THROWS_AS(set_retry_rule(world.store, {.outcome = "Busy!", .campaign = {}}, kAnna),
                    StoreRefusal);
}

TEST_CASE("a try in another part of the day", "[pg][supply][retry]") {
    World world; // noon in New York, the first tries are made in the afternoon there
    world.add_leads(1);
    world.db.sql("INSERT INTO places (id, key, jurisdictions, zones, number) VALUES "
                 "(1, 'a', '{US}', '{America/New_York}', 12015550100);"
                 "UPDATE leads SET place = 1; UPDATE campaigns SET attempts_max = 9");
    set_retry_rule(
        world.store,
        {.outcome = "no_answer", .campaign = "", .delay = 1h, .tries_max = {}, .spread = true},
        kAnna);
    auto draft = world.dial_one();
    finish(world, draft, Outcome::no_answer, Treatment::none, kNoon + 20s);
    CHECK(state(world, 1) == "ready|no_answer|0|0|1|1|23 22:00:00"); // 17 h in New York
    const Instant evening = kNoon + 5h;
    draft = world.dial_one(evening);
    finish(world, draft, Outcome::no_answer, Treatment::none, evening + 20s);
    CHECK(state(world, 1) == "ready|no_answer|0|0|2|2|24 14:00:00"); // 9 h the next morning
}

TEST_CASE("a lead has so many attempts in a day", "[pg][supply][retry]") {
    World world;
    world.add_leads(1);
    world.db.sql("UPDATE campaigns SET attempts_max = 9");
    set_attempt_limits(world.store, "spring", {.per_day = 2, .per_week = 0}, kAnna);
    set_retry_rule(world.store, {.outcome = "no_answer", .campaign = "", .delay = 5min}, kAnna);
    auto draft = world.dial_one();
    finish(world, draft, Outcome::no_answer, Treatment::none, kNoon + 20s);
    CHECK(state(world, 1) == "ready|no_answer|0|0|1|1|23 17:06:00");
    const Instant second = kNoon + 10min;
    draft = world.dial_one(second);
    finish(world, draft, Outcome::no_answer, Treatment::none, second + 20s);
    CHECK(state(world, 1) == "ready|no_answer|0|0|2|2|24 17:00:00");
    // Whoever makes it due earlier is told by the lease.
    change_lead(world.store, LeadId{1}, {.priority = {}, .due = second + 1min}, kAnna);
    const auto none = lease(world, 1, second + 2min);
    CHECK(none.leads.empty());
    CHECK(none.limited == 1);
    CHECK(state(world, 1) == "ready|attempts_limit|0|0|2|2|24 17:00:00");
    CHECK(lease(world, 1, kNoon + 24h).leads.size() == 1);
}

TEST_CASE("a callback of anybody's goes before all others at its minute",
          "[pg][supply][callback]") {
    World world;
    world.add_leads(20);
    const auto callback =
        agreed(world, {.lead = LeadId{7}, .due = kNoon + 90s, .note = "after lunch"});
    CHECK(callback.due == kNoon + 2min);
    CHECK(lease(world, 3, kNoon + 119s).leads.size() == 3);
    const auto due = lease(world, 3, kNoon + 2min);
    REQUIRE(due.leads.size() == 3);
    CHECK(due.leads[0].id == LeadId{7});
    CHECK(due.leads[0].callback == callback.id);

    std::vector<AttemptDraft> drafts;
    drafts.push_back(world.draft(due.leads[0], kNoon + 2min));
    REQUIRE(world.store.commit_attempts(drafts).tickets.size() == 1);
    finish(world, drafts[0], Outcome::no_answer, Treatment::none, kNoon + 150s);
    CHECK(world.db.sql("SELECT status, end_reason FROM callbacks") == "done|no_answer");
    CHECK(state(world, 7) == "ready|no_answer|0|0|1|1|23 18:15:00");
}

TEST_CASE("a callback agreed in a call outlives its conversation", "[pg][supply][callback]") {
    World world;
    world.add_leads(1);
    const auto agent = AgentId{add_agent(world, "bob")};
    const auto draft = world.dial_one();
    agreed(world, {.lead = LeadId{1}, .due = kNoon + 24h, .agent = agent, .attempt = draft.id},
           kNoon + 30s);
    CHECK(state(world, 1).starts_with("dialing"));
    finish(world, draft, Outcome::answered, Treatment::bridged, kNoon + 60s);
    CHECK(state(world, 1) ==
          "ready|callback|9|" + text_of(static_cast<std::int64_t>(agent)) + "|1|1|24 17:00:00");
    CHECK(lease(world, 5, kNoon + 25h).leads.empty()); // it is his
    CHECK(due_callbacks(world.store, kNoon + 23h, {agent}).empty());
    const auto due = due_callbacks(world.store, kNoon + 24h, {agent});
    REQUIRE(due.size() == 1);
    CHECK(due_callbacks(world.store, kNoon + 24h, {AgentId{99}}).empty());
    const auto lent = lease_callback(world.store, due[0].id, agent, world.run, kNoon + 24h,
                                     kNoon + 25h, std::chrono::days{31});
    REQUIRE(lent);
    CHECK(lent->phones.size() == 1);
    CHECK(lent->facts.size() == 1);
    CHECK_FALSE(lease_callback(world.store, due[0].id, agent, world.run, kNoon + 24h, kNoon + 25h,
                               std::chrono::days{31}));
    // The engine dies with it: before or after, never between.
    world.store.return_leads(world.run, {lent->id});
    CHECK(due_callbacks(world.store, kNoon + 24h, {agent}).size() == 1);
}

TEST_CASE("an own callback becomes anybody's after its grace", "[pg][supply][callback]") {
    World world;
    world.add_leads(2);
    const auto agent = AgentId{add_agent(world, "bob")};
    world.db.sql("INSERT INTO agent_states (id, agent_id, at, from_state, to_state, reason) VALUES "
                 "(1, 1, '2026-11-23 16:00Z', 'offline', 'ready', '')");
    agreed(world, {.lead = LeadId{1}, .due = kNoon + 5min, .agent = agent});
    CHECK(open_callbacks(world.store, kNoon + 5min) == 0); // he is at work
    CHECK(open_callbacks(world.store, kNoon + 20min) == 1);
    CHECK(open_callbacks(world.store, kNoon + 21min) == 0);
    const auto leads = lease(world, 1, kNoon + 21min);
    REQUIRE(leads.leads.size() == 1);
    CHECK(leads.leads[0].id == LeadId{1});
    world.store.return_leads(world.run, {LeadId{1}});
    const auto missed = callbacks(world.store, {.missed_only = true, .now = kNoon + 22min});
    REQUIRE(missed.size() == 1);
    CHECK(missed[0].opened);
    CHECK(missed[0].missed);

    // Not at work: at once. And where the campaign keeps them for their agents: never.
    agreed(world, {.lead = LeadId{2}, .due = kNoon + 30min, .agent = agent}, kNoon + 25min);
    set_callback_rule(world.store, "spring", {.grace = 15min, .opens = false}, kAnna);
    CHECK(open_callbacks(world.store, kNoon + 2h) == 0);
    set_callback_rule(world.store, "spring", {.grace = 15min, .opens = true}, kAnna);
    world.db.sql("INSERT INTO agent_states (id, agent_id, at, from_state, to_state, reason) VALUES "
                 "(2, 1, '2026-11-23 17:20Z', 'ready', 'offline', '')");
    CHECK(open_callbacks(world.store, kNoon + 30min) == 1);
}

TEST_CASE("a cancelled callback leaves its lead as it was", "[pg][supply][callback]") {
    World world;
    world.add_leads(1);
    world.db.sql("UPDATE leads SET status = 'exhausted', stop_reason = 'busy', priority = 2");
    const auto first = agreed(world, {.lead = LeadId{1}, .due = kNoon + 1h});
    const auto second = agreed(world, {.lead = LeadId{1}, .due = kNoon + 2h});
    CHECK(world.db.sql("SELECT status FROM callbacks ORDER BY id") == "replaced\nopen");
    CHECK(state(world, 1) == "ready|callback|9|0|0|0|23 19:00:00");
    CHECK_THROWS_AS(cancel_callback(world.store, first.id, "", kAnna), StoreRefusal);
    cancel_callback(world.store, second.id, "moved away", kAnna);
    CHECK(state(world, 1) == "exhausted|busy|2|0|0|0|");
    CHECK(world.db.sql("SELECT end_reason FROM callbacks WHERE status = 'cancelled'") ==
          "by anna: moved away");
}

TEST_CASE("a lead is kept for its agent only while the callback is open", "[pg][supply][callback]") {
    World world;
    world.add_leads(1);
    const auto agent = AgentId{add_agent(world, "bob")};
    const auto kept_for = [&] {
        return world.db.sql("SELECT status, priority, coalesce(for_agent, 0) FROM leads");
    };
    const auto his = [&](Instant due, Instant at) {
        return agreed(world, {.lead = LeadId{1}, .due = due, .agent = agent}, at).id;
    };
    const auto lend = [&](std::int64_t id, Instant at) {
        return lease_callback(world.store, id, agent, world.run, at, at + 1h,
                              std::chrono::days{31});
    };
    SECTION("cancelled on loan: gone from the loan, and anybody's") {
        const auto id = his(kNoon + 1h, kNoon);
        const auto lent = lend(id, kNoon + 1h);
        REQUIRE(lent);
        cancel_callback(world.store, id, "", {"anna", kNoon + 1h});
        CHECK(kept_for() == "ready|0|0");
        std::vector<AttemptDraft> drafts;
        drafts.push_back(world.draft(*lent, kNoon + 1h));
        CHECK(world.store.commit_attempts(drafts).tickets.empty());
        CHECK(lease(world, 5, kNoon + 2h).leads.size() == 1);
    }
    SECTION("cancelled in the call: as the call ends, or as it was before") {
        const bool was_over = GENERATE(false, true);
        if (was_over) {
            world.db.sql("UPDATE leads SET status = 'exhausted', stop_reason = 'busy'");
        }
        const auto id = his(kNoon + 1h, kNoon);
        const auto lent = lend(id, kNoon + 1h);
        REQUIRE(lent);
        std::vector<AttemptDraft> drafts;
        drafts.push_back(world.draft(*lent, kNoon + 1h));
        REQUIRE(world.store.commit_attempts(drafts).tickets.size() == 1);
        cancel_callback(world.store, id, "", {"anna", kNoon + 1h});
        CHECK(kept_for() == "dialing|0|0");
        finish(world, drafts[0], Outcome::no_answer, Treatment::none, kNoon + 61min);
        CHECK(kept_for() == (was_over ? "exhausted|0|0" : "ready|0|0"));
    }
    SECTION("ended by the word for an earlier call") {
        const auto draft = world.dial_one();
        finish(world, draft, Outcome::answered, Treatment::bridged, kNoon + 60s);
        his(kNoon + 24h, kNoon + 61s);
        CHECK(kept_for() == "ready|9|" + text_of(static_cast<std::int64_t>(agent)));
        campaigns::LogBatch batch;
        batch.dispositions.push_back(
            {.attempt = draft.id, .agent = agent, .at = kNoon + 62s, .code = "sale", .note = ""});
        world.store.write_log(batch);
        CHECK(kept_for() == "finished|0|0");
        CHECK(world.db.sql("SELECT status, end_reason FROM callbacks") == "cancelled|sale");
    }
    SECTION("the lead was blocked, and is free again") {
        his(kNoon + 1h, kNoon);
        world.db.sql("UPDATE leads SET status = 'blocked', stop_reason = 'opted_out'");
        open_callbacks(world.store, kNoon + 1h);
        CHECK(kept_for() == "blocked|0|0");
        CHECK(world.db.sql("SELECT end_reason FROM callbacks") == "the lead is blocked: opted_out");
    }
}

TEST_CASE("a lead that comes back between two trunks waits for the callback agreed meanwhile",
          "[pg][supply][callback]") {
    World world;
    world.add_leads(1);
    const auto agent = AgentId{add_agent(world, "bob")};
    const auto draft = world.dial_one();
    auto failed = world.result(draft, Outcome::trunk_failure);
    failed.failover_follows = true;
    world.write_result(failed);
    agreed(world, {.lead = LeadId{1}, .due = kNoon + 24h, .agent = agent}, kNoon + 1s);
    CHECK(state(world, 1).starts_with("dialing"));
    world.store.return_leads(world.run, {LeadId{1}});
    CHECK(state(world, 1) ==
          "ready|callback|9|" + text_of(static_cast<std::int64_t>(agent)) + "|1|0|24 17:00:00");
    CHECK(due_callbacks(world.store, kNoon + 24h, {agent}).size() == 1);
}

TEST_CASE("a callback for a lead on loan holds at once", "[pg][supply][callback]") {
    World world;
    world.add_leads(2);
    const auto lent = lease(world, 1);
    const auto callback = agreed(world, {.lead = LeadId{1}, .due = kNoon + 1h}, kNoon + 1s);
    CHECK(state(world, 1) == "ready|callback|9|0|0|0|23 18:00:00");
    // The engine has it in its queue still: no row, no call, and nothing to give back.
    std::vector<AttemptDraft> drafts;
    drafts.push_back(world.draft(lent.leads[0], kNoon + 2s));
    CHECK(world.store.commit_attempts(drafts).tickets.empty());
    world.store.return_leads(world.run, {LeadId{1}});
    CHECK(state(world, 1) == "ready|callback|9|0|0|0|23 18:00:00");
    // It was never called: without the callback it waits as before.
    cancel_callback(world.store, callback.id, "", kAnna);
    CHECK(world.db.sql("SELECT status, priority FROM leads WHERE id = 1") == "ready|0");
    CHECK(lease(world, 5, kNoon + 1min).leads.size() == 2);
}

TEST_CASE("a callback outside the person's hours is refused with better ones",
          "[pg][supply][callback]") {
    World world;
    world.add_leads(1);
    const Legal nine_to_nine = [](const Lead&, const Campaign&, Instant at) {
        dnc::Decision decision;
        const auto day = std::chrono::floor<std::chrono::days>(at);
        const bool open = at - day >= 14h && at - day < 20h;
        decision.verdict = open ? dnc::Verdict::allow : dnc::Verdict::defer;
        if (!open) {
            decision.until = at - day < 14h ? day + 14h : day + 38h;
            decision.reasons.push_back({dnc::ReasonCode::hours_federal, "R", "C", "too late"});
        }
        return decision;
    };
    const auto made =
        add_callback(world.store, {.lead = LeadId{1}, .due = kNoon + 6h}, nine_to_nine, kAnna);
    REQUIRE(std::holds_alternative<CallbackRefused>(made));
    const auto& refused = std::get<CallbackRefused>(made);
    CHECK_THAT(refused.why, Catch::Contains("too late"));
    REQUIRE(refused.next.size() == 3);
    CHECK(refused.next[0] == kNoon + 21h);
    CHECK(refused.next[1] == kNoon + 45h);
    CHECK(world.db.sql("SELECT count(*) FROM callbacks") == "0");
    CHECK_THROWS_AS(
        add_callback(world.store, {.lead = LeadId{1}, .due = kNoon - 1h}, &allow, kAnna),
        StoreRefusal);
    CHECK_THROWS_AS(
        add_callback(world.store, {.lead = LeadId{5}, .due = kNoon + 1h}, &allow, kAnna),
        StoreRefusal);
}

TEST_CASE("a lead that arrives goes first, and twice is once", "[pg][supply][hot]") {
    World world;
    world.add_leads(50);
    const NewLead hot{.campaign = "spring",
                      .phones = {"(212) 555-0177", "bad", "+1 212 555 0178"},
                      .name = "Hot Lead",
                      .region = "Florida",
                      .custom = {{"form", "quote"}}};
    const auto added = add_lead(world.store, hot, {}, kAnna);
    CHECK_FALSE(added.existed);
    CHECK(added.will_be_dialed);
    CHECK(added.warnings.size() == 1);
    const auto again = add_lead(world.store, hot, {}, kAnna);
    CHECK(again.existed);
    CHECK(again.id == added.id);
    const auto leads = lease(world, 2);
    REQUIRE(leads.leads.size() == 2);
    CHECK(leads.leads[0].id == added.id);
    CHECK(leads.leads[0].phones.size() == 2);
    CHECK(leads.leads[0].address_region == "FL");
    CHECK_FALSE(add_lead(world.store, hot, {}, kAnna).will_be_dialed); // he is being called
    CHECK(world.db.sql("SELECT kind, rows_accepted FROM lists ORDER BY id DESC LIMIT 1") ==
          "api|1");
    CHECK_THROWS_WITH(add_lead(world.store, {.campaign = "spring", .phones = {"12"}}, {}, kAnna),
                      Catch::Contains("no phone"));
    CHECK_THROWS_AS(add_lead(world.store, {.campaign = "x", .phones = {"2125550101"}}, {}, kAnna),
                    StoreRefusal);
    set_filter(world.store, "spring", "state = 'GA'", kAnna);
    const auto kept_out = add_lead(
        world.store, {.campaign = "spring", .phones = {"2125550199"}, .region = "FL"}, {}, kAnna);
    CHECK_FALSE(kept_out.will_be_dialed);
}

TEST_CASE("leads are recycled by list and outcome, and only those", "[pg][supply][recycle]") {
    World world;
    world.add_leads(6);
    world.db.sql("UPDATE leads SET status = 'exhausted', attempts = 2, last_outcome = "
                 "CASE WHEN id % 2 = 0 THEN 'busy' ELSE 'no_answer' END WHERE id <= 4;"
                 "UPDATE leads SET status = 'finished', last_outcome = 'busy' WHERE id = 5;"
                 "UPDATE lead_phones SET invalid_attempt = 1 WHERE lead_id = 4");
    const RecycleWish busy{.campaign = "spring", .reasons = {"busy"}};
    CHECK(count_recyclable(world.store, busy) == 1);
    CHECK(recycle_leads(world.store, busy, kAnna) == 1);
    CHECK(recycle_leads(world.store, busy, kAnna) == 0);
    CHECK(state(world, 2).starts_with("ready||0|0|0|"));
    CHECK(state(world, 4).starts_with("exhausted"));
    CHECK(recycle_leads(world.store, {.campaign = "spring", .list = ListId{1}, .finished = true},
                        kAnna) == 3);
    CHECK_THROWS_AS(recycle_leads(world.store, {.campaign = "spring", .list = ListId{8}}, kAnna),
                    StoreRefusal);
    CHECK(world.db.sql("SELECT count(*) FROM lead_edits WHERE what = 'recycled'") == "2");
}
