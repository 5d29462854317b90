// Goal: a lead is on loan to one run at a time, and comes back when its run dies, gives it up or
// lets the lease run out.
// Method: two sessions against one real database, in turn and from two threads.

#include "campaigns/funnel/funnel.hpp"
#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

#include <mutex>
#include <set>
#include <thread>

using namespace store_test;
using namespace std::chrono_literals;
using campaigns::LeadId;
using campaigns::Outcome;

namespace {

/// The server notices a closed socket in its own time.
bool lock_is_free(const World& world, campaigns::RunId run) {
    return world.db.becomes_true("SELECT pg_try_advisory_xact_lock(" +
                                 std::to_string(static_cast<std::int64_t>(run)) + ")");
}

} // namespace

TEST_CASE("a lease gives due leads in order of priority, then age", "[pg][lease]") {
    World world;
    world.add_leads(6, 2);
    world.db.sql("UPDATE leads SET priority = 9, due_at = '2026-11-23 17:30Z' WHERE id = 1");
    world.db.sql("UPDATE leads SET priority = 5 WHERE id = 4");
    world.db.sql("UPDATE leads SET due_at = '2026-11-23 16:00Z' WHERE id = 2");

    const auto leads = world.lease(4);
    REQUIRE(leads.size() == 4);
    CHECK(leads[0].id == LeadId{4});
    CHECK(leads[1].id == LeadId{3});
    CHECK(leads[0].phones.size() == 2);
    CHECK(leads[0].phones[0] == number_at(6));
    CHECK(leads[0].phones[1] == number_at(7));
    CHECK(leads[0].name == "Ann 3");
    CHECK(leads[0].address_region == "NY");
    CHECK(leads[0].leased_until == kNoon + 60s);
    // What is left: lead 2, and lead 1 which is due later.
    CHECK(world.lease(10).size() == 1);
    CHECK(world.lease(10, kNoon + 31min).size() == 1);
    CHECK(world.lease(10, kNoon + 31min).empty());
}

TEST_CASE("a stopped campaign gives no leads", "[pg][lease]") {
    World world;
    world.add_leads(3);
    world.store.set_campaign_running("spring", false);
    CHECK(world.lease(3).empty());
    CHECK(world.store.lease_leads(campaigns::CampaignId{999}, world.run, 3, kNoon, kNoon + 60s)
              .empty());
    world.store.set_campaign_running("spring", true);
    CHECK(world.lease(0).empty());
    CHECK(world.lease(-5).empty());
    CHECK(world.lease(3).size() == 3);
}

TEST_CASE("two engines leasing at once never get the same lead", "[pg][lease]") {
    World world;
    world.add_leads(2000);
    std::mutex mutex;
    std::multiset<LeadId> seen;
    const auto lease_all = [&](int node) {
        campaigns::Store store{world.db.engine_dsn()};
        campaigns::IdMaker ids{node};
        const campaigns::RunId run{ids.make(kNoon)};
        store.begin_run(run_start(run));
        for (;;) {
            const auto leads = store.lease_leads(world.campaign.id, run, 7, kNoon, kNoon + 60s);
            if (leads.empty()) {
                return;
            }
            const std::lock_guard lock{mutex};
            for (const auto& lead : leads) {
                seen.insert(lead.id);
            }
        }
    };
    std::thread first{lease_all, 11};
    std::thread second{lease_all, 12};
    first.join();
    second.join();
    CHECK(seen.size() == 2000);
    CHECK(std::set<LeadId>(seen.begin(), seen.end()).size() == 2000);
}

TEST_CASE("leads given back are untouched, others' leads are not given back", "[pg][lease]") {
    World world;
    world.add_leads(2);
    const auto leads = world.lease(2);
    world.store.return_leads(campaigns::RunId{77}, {leads[0].id});
    CHECK(world.lease(2).empty());
    world.store.return_leads(world.run, {leads[0].id, leads[1].id});
    CHECK(world.lead(leads[0].id) == "ready|0|");
    CHECK(world.lease(2).size() == 2);
    world.store.return_leads(world.run, {});
}

TEST_CASE("a run that was never begun gets nothing", "[pg][lease]") {
    World world;
    world.add_leads(1);
    CHECK_THROWS_AS(
        world.store.lease_leads(world.campaign.id, campaigns::RunId{5}, 1, kNoon, kNoon + 60s),
        campaigns::StoreRefusal);
}

TEST_CASE("a lease that ran out is released, one that stands is not", "[pg][reconcile]") {
    World world;
    world.add_leads(1);
    const auto leads = world.lease(1);
    CHECK(world.store.reconcile(kNoon + 59s).leases_released == 0);
    CHECK(world.store.reconcile(kNoon + 61s).leases_released == 1);
    CHECK(world.lead(leads[0].id) == "ready|0|");
}

TEST_CASE("what a dead run left open is closed as interrupted, once", "[pg][reconcile]") {
    World world;
    world.add_leads(3);
    campaigns::IdMaker ids{9};
    const campaigns::RunId dead{ids.make(kNoon)};
    campaigns::AttemptId open{};
    {
        campaigns::Store other{world.db.engine_dsn()};
        other.begin_run(run_start(dead));
        const auto leads = other.lease_leads(world.campaign.id, dead, 2, kNoon, kNoon + 60s);
        auto draft = world.draft(leads[0]);
        draft.run = dead;
        open = draft.id;
        std::vector<campaigns::AttemptDraft> drafts;
        drafts.push_back(std::move(draft));
        REQUIRE(other.commit_attempts(drafts).tickets.size() == 1);
        campaigns::LogBatch batch;
        batch.events.push_back({open, 0, kNoon + 2s, "ringing", "180 Ringing"});
        other.write_log(batch);

        // While its session lives, nothing of it is touched.
        const auto none = world.store.reconcile(kNoon + 5s);
        CHECK(none.attempts_closed == 0);
        CHECK(none.leases_released == 0);
    }
    REQUIRE(lock_is_free(world, dead));
    const auto closed = world.store.reconcile(kNoon + 10s);
    CHECK(closed.attempts_closed == 1);
    CHECK(closed.leases_released == 1);
    CHECK(world.db.sql("SELECT outcome, ended_by FROM attempt_results") == "interrupted|engine");
    CHECK(world.db.sql("SELECT seq, kind FROM attempt_events ORDER BY seq") ==
          "0|ringing\n1|interrupted");
    // The interrupted attempt counts, and its lead rests as after any other.
    CHECK(world.lead(LeadId{1}) == "ready|1|4500");
    CHECK(world.lead(LeadId{2}) == "ready|0|");

    CHECK(world.store.reconcile(kNoon + 20s).attempts_closed == 0);
    // A run that was declared dead is not let in again.
    CHECK_THROWS_AS(world.store.lease_leads(world.campaign.id, dead, 1, kNoon, kNoon + 60s),
                    campaigns::StoreRefusal);
    campaigns::Store zombie{world.db.engine_dsn()};
    CHECK_THROWS_AS(zombie.begin_run(run_start(dead)), campaigns::StoreRefusal);
}

TEST_CASE("reconciliation leaves its own run alone", "[pg][reconcile]") {
    World world;
    world.add_leads(2);
    world.dial_one();
    const auto leads = world.lease(1);
    const auto found = world.store.reconcile(kNoon + 5s);
    CHECK(found.attempts_closed == 0);
    CHECK(found.leases_released == 0);
    // Nor does another session of the same engine think it dead.
    campaigns::Store worker{world.db.engine_dsn()};
    CHECK(worker.reconcile(kNoon + 5s).attempts_closed == 0);
    CHECK(worker.lease_leads(world.campaign.id, world.run, 1, kNoon, kNoon + 60s).empty());
}

TEST_CASE("a run goes on after its session was lost", "[pg][reconcile]") {
    World world;
    world.add_leads(2);
    const auto draft = world.dial_one();
    world.db.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                 "WHERE application_name = 'dialer' AND datname = current_database()");
    CHECK_THROWS_AS(world.lease(1), campaigns::StoreUnavailable);
    CHECK_THROWS_AS(world.lease(1), campaigns::StoreUnavailable);

    REQUIRE(lock_is_free(world, world.run));
    world.store = campaigns::Store{world.db.engine_dsn()};
    world.store.begin_run(run_start(world.run));
    CHECK(world.store.reconcile(kNoon + 5s).attempts_closed == 0);
    CHECK(world.lease(1).size() == 1);
    world.write_result(world.result(draft, Outcome::busy));
    CHECK(world.lead(draft.lead) == "ready|1|4500");
}

TEST_CASE("a lead between two trunks comes back when its run dies", "[pg][reconcile]") {
    World world;
    world.add_leads(1);
    const auto draft = world.dial_one();
    auto failed = world.result(draft, Outcome::trunk_failure);
    failed.failover_follows = true;
    world.write_result(failed);
    CHECK(world.lead(draft.lead) == "dialing|1|");

    // The session ends with the run's lock; another engine finds it.
    world.store = campaigns::Store{world.db.engine_dsn()};
    REQUIRE(lock_is_free(world, world.run));
    const auto found = world.store.reconcile(kNoon + 60s);
    CHECK(found.attempts_closed == 0);
    CHECK(world.lead(draft.lead) == "ready|1|4500");
}

TEST_CASE("the funnel counts every lead once", "[pg][funnel]") {
    World world;
    world.add_leads(7);
    world.db.sql("UPDATE leads SET due_at = '2026-11-23 18:00Z' WHERE id = 1;"
                 "UPDATE leads SET status = 'finished' WHERE id = 2;"
                 "UPDATE leads SET status = 'blocked' WHERE id = 3;"
                 "UPDATE leads SET status = 'exhausted' WHERE id = 4");
    world.dial_one();
    world.lease(1);
    const auto funnel =
        campaigns::totals_of(campaigns::funnel_counts(world.store, world.campaign.id, kNoon));
    CHECK(funnel.ready == 1);
    CHECK(funnel.leased == 2);
    CHECK(funnel.resting == 1);
    CHECK(funnel.finished == 1);
    CHECK(funnel.blocked == 1);
    CHECK(funnel.exhausted == 1);
}
