// Goal: what an agent promised a person is kept: at its minute, by its agent, once; and a lead is
// never lost over it. Method: a real database; leads by SQL as an import makes them, leases and
// results as an engine does.

#include "campaigns/supply/callbacks.hpp"
#include "tests/campaigns/supply_support.hpp"

#include <catch2/catch.hpp>

using namespace store_test;
using namespace std::chrono_literals;
using namespace campaigns;

namespace {

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

TEST_CASE("a lead is kept for its agent only while the callback is open",
          "[pg][supply][callback]") {
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

TEST_CASE("a cancelled callback does not shorten the pause after the last try",
          "[pg][supply][callback]") {
    World world;
    world.add_leads(1);
    const auto agent = AgentId{add_agent(world, "bob")};
    const auto draft = world.dial_one();
    const auto callback =
        agreed(world, {.lead = LeadId{1}, .due = kNoon + 24h, .agent = agent}, kNoon + 5s);
    const auto before_result = GENERATE(false, true);
    const auto cancel = [&](Instant at) {
        cancel_callback(world.store, callback.id, "", {"anna", at});
    };
    if (before_result) {
        cancel(kNoon + 10s);
    }
    SECTION("nobody answered: it rests as it would have without the callback") {
        finish(world, draft, Outcome::no_answer, Treatment::none, kNoon + 30s);
        if (!before_result) {
            cancel(kNoon + 40s);
        }
        CHECK(state(world, 1) == "ready|no_answer|0|0|1|1|23 18:15:00");
    }
    SECTION("they talked: it is over") {
        finish(world, draft, Outcome::answered, Treatment::bridged, kNoon + 30s);
        if (!before_result) {
            cancel(kNoon + 40s);
        }
        CHECK(state(world, 1).starts_with("finished|answered|0|0|1|1|"));
    }
    SECTION("it was its last try") {
        world.db.sql("UPDATE campaigns SET attempts_max = 1");
        finish(world, draft, Outcome::busy, Treatment::none, kNoon + 30s);
        if (!before_result) {
            cancel(kNoon + 40s);
        }
        CHECK(state(world, 1).starts_with("exhausted|busy|0|0|1|1|"));
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
