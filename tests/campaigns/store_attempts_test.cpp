// Goal: no ticket without a durable row, no row without a lease, and every result acts on its lead
// exactly once.
// Method: real PostgreSQL; each rule tried, repeated, and tried by somebody who has no right to it.

#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdio>
#include <future>

using namespace store_test;
using namespace std::chrono_literals;
using campaigns::AttemptDraft;
using campaigns::LogBatch;
using campaigns::Outcome;
using campaigns::Treatment;

namespace {

std::vector<AttemptDraft> list_of(AttemptDraft draft) {
    std::vector<AttemptDraft> drafts;
    drafts.push_back(std::move(draft));
    return drafts;
}

AttemptDraft failover(World& world, const AttemptDraft& first, dnc::Number number) {
    return {.id = campaigns::AttemptId{world.ids.make(kNoon + 5s)},
            .lead = first.lead,
            .campaign = first.campaign,
            .run = first.run,
            .clearance = clearance_for(number, kNoon + 5s),
            .trunk = "carrier-b",
            .caller_id = first.caller_id,
            .failover_of = first.id};
}

} // namespace

TEST_CASE("a committed draft is a row with its evidence, and a ticket", "[pg][attempts]") {
    World world;
    world.add_leads(1);
    const auto leads = world.lease(1);
    const auto drafts = list_of(world.draft(leads[0]));
    const auto tickets = world.store.commit_attempts(drafts).tickets;
    REQUIRE(tickets.size() == 1);
    CHECK(tickets[0].id() == drafts[0].id);
    CHECK(tickets[0].number() == number_at(0));
    CHECK(tickets[0].caller_id() == world.campaign.caller_id);
    CHECK(tickets[0].trunk() == "carrier-a");
    CHECK(
        world.db.sql("SELECT number, trunk, evidence->'lists'->1->>'as_of', "
                     "evidence->'zones'->0->>'zone', evidence->'packs'->0->>'id' FROM attempts") ==
        std::to_string(number_at(0).e164) + "|carrier-a|2026-11-23|America/New_York|test");
    CHECK(world.lead(leads[0].id) == "dialing|1|");
    CHECK(world.store.find_attempts(drafts) == std::vector<campaigns::AttemptId>{drafts[0].id});
    CHECK(world.store.find_attempts(list_of(world.draft(leads[0]))).empty());
}

TEST_CASE("a draft without a valid lease gets no row and no ticket", "[pg][attempts]") {
    World world;
    world.add_leads(1, 2);
    const auto leads = world.lease(1);
    auto draft = world.draft(leads[0]);
    SECTION("the lead is leased to another run") {
        draft.run = campaigns::RunId{4711};
    }
    SECTION("the lead was given back") {
        world.store.return_leads(world.run, {leads[0].id});
    }
    SECTION("the lease ran out") {
        draft = world.draft(leads[0], kNoon + 61s);
    }
    SECTION("the lead is dialed already") {
        REQUIRE(world.store.commit_attempts(list_of(world.draft(leads[0]))).tickets.size() == 1);
        world.db.sql("DELETE FROM attempts");
    }
    SECTION("another campaign") {
        draft.campaign = campaigns::CampaignId{99};
    }
    SECTION("no such lead") {
        draft.lead = campaigns::LeadId{99};
    }
    SECTION("a number of somebody else") {
        auto other = leads[0];
        other.phones = {number_at(50)};
        draft = world.draft(other);
    }
    CHECK(world.store.commit_attempts(list_of(std::move(draft))).tickets.empty());
    CHECK(world.db.sql("SELECT count(*) FROM attempts") == "0");
}

TEST_CASE("of a batch only the rightful drafts get tickets, in their order", "[pg][attempts]") {
    World world;
    world.add_leads(4);
    const auto leads = world.lease(3);
    std::vector<AttemptDraft> drafts;
    drafts.push_back(world.draft(leads[2]));
    drafts.push_back(world.draft(leads[0]));
    drafts.push_back(world.draft(leads[2])); // twice in one batch
    campaigns::Lead stranger = leads[1];
    stranger.id = campaigns::LeadId{4}; // not leased
    drafts.push_back(world.draft(stranger));
    drafts.push_back(world.draft(leads[1]));
    const auto tickets = world.store.commit_attempts(drafts).tickets;
    REQUIRE(tickets.size() == 3);
    CHECK(tickets[0].id() == drafts[0].id);
    CHECK(tickets[1].id() == drafts[1].id);
    CHECK(tickets[2].id() == drafts[4].id);
    CHECK(world.store.commit_attempts({}).tickets.empty());
}

TEST_CASE("the same draft committed again gives no second ticket", "[pg][attempts]") {
    World world;
    world.add_leads(1);
    const auto leads = world.lease(1);
    const auto drafts = list_of(world.draft(leads[0]));
    REQUIRE(world.store.commit_attempts(drafts).tickets.size() == 1);
    CHECK(world.store.commit_attempts(drafts).tickets.empty());
    CHECK(world.db.sql("SELECT count(*) FROM attempts") == "1");
    CHECK(world.lead(leads[0].id) == "dialing|1|");
}

TEST_CASE("a connection lost inside COMMIT is in doubt and can be looked up", "[pg][attempts]") {
    World world;
    world.add_leads(1);
    const auto leads = world.lease(1);
    // A deferred trigger runs inside COMMIT: there the server ends our session.
    world.db.sql(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS "
        "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';"
        "CREATE CONSTRAINT TRIGGER die AFTER UPDATE ON leads DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION die()");
    const auto drafts = list_of(world.draft(leads[0]));
    CHECK_THROWS_AS(world.store.commit_attempts(drafts), campaigns::CommitInDoubt);
    CHECK_THROWS_AS(world.store.commit_attempts(drafts), campaigns::StoreUnavailable);
    world.db.sql("DROP TRIGGER die ON leads");

    const std::string run = std::to_string(static_cast<std::int64_t>(world.run));
    REQUIRE(world.db.becomes_true("SELECT pg_try_advisory_xact_lock(" + run + ")"));
    world.store = campaigns::Store{world.db.engine_dsn()};
    world.store.begin_run(run_start(world.run));
    CHECK(world.store.find_attempts(drafts).empty());
    CHECK(world.store.commit_attempts(drafts).tickets.size() == 1);
    CHECK(world.store.find_attempts(drafts).size() == 1);
}

TEST_CASE("who looks up a commit in doubt waits until the server is done with it",
          "[pg][attempts]") {
    World world;
    world.add_leads(1);
    const auto leads = world.lease(1);
    world.db.sql("CREATE TABLE go (at int); GRANT SELECT ON go TO dialer_engine;"
                 "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN "
                 "WHILE NOT EXISTS (SELECT FROM go) LOOP PERFORM pg_sleep(0.01); END LOOP; "
                 "RETURN NULL; END';"
                 "CREATE CONSTRAINT TRIGGER linger AFTER UPDATE ON leads DEFERRABLE INITIALLY "
                 "DEFERRED FOR EACH ROW EXECUTE FUNCTION linger()");
    const auto drafts = list_of(world.draft(leads[0]));
    // The other session stands for the one that lost its client inside COMMIT.
    auto committed = std::async(std::launch::async, [&] {
        campaigns::Store other{world.db.engine_dsn()};
        return other.commit_attempts(drafts).tickets.size();
    });
    const auto active = [](const std::string& what) {
        return "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'dialer_engine' AND "
               "state = 'active' AND datname = current_database() AND " +
               what + ")";
    };
    REQUIRE(world.db.becomes_true(active("query = 'COMMIT'")));
    auto found = std::async(std::launch::async, [&] { return world.store.find_attempts(drafts); });
    CHECK(world.db.becomes_true(active("wait_event_type = 'Lock'")));
    world.db.sql("INSERT INTO go VALUES (1)");
    CHECK(committed.get() == 1);
    CHECK(found.get().size() == 1);
}

TEST_CASE("a killed backend means unavailable, and nothing happened", "[pg][attempts]") {
    World world;
    world.add_leads(1);
    const auto leads = world.lease(1);
    world.db.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                 "WHERE application_name = 'dialer' AND datname = current_database()");
    CHECK_THROWS_AS(world.store.commit_attempts(list_of(world.draft(leads[0]))),
                    campaigns::StoreUnavailable);
    CHECK_THROWS_AS(world.store.agents(), campaigns::StoreUnavailable);
    CHECK(world.db.sql("SELECT count(*) FROM attempts") == "0");
    CHECK_THROWS_AS(campaigns::Store{"host=/nonexistent dbname=x user=y"},
                    campaigns::StoreUnavailable);
}

TEST_CASE("each outcome sends the lead where the retry rule says", "[pg][log]") {
    struct Case {
        Outcome outcome;
        Treatment treatment;
        const char* expected; // status|attempts|due; results end at kNoon + 30 s, dues are round
    };
    const auto outcome = GENERATE(values<Case>({
        {Outcome::answered, Treatment::bridged, "finished|1|4500"},
        {Outcome::answered, Treatment::abandoned, "ready|1|4500"},
        {Outcome::answered, Treatment::early_hangup, "ready|1|4500"},
        {Outcome::busy, Treatment::none, "ready|1|4500"},
        {Outcome::no_answer, Treatment::none, "ready|1|4500"},
        {Outcome::rejected, Treatment::none, "ready|1|4500"},
        {Outcome::cancelled, Treatment::none, "ready|1|4500"},
        {Outcome::interrupted, Treatment::none, "ready|1|4500"},
        {Outcome::invalid_number, Treatment::none, "exhausted|1|4500"},
        {Outcome::trunk_failure, Treatment::none, "ready|1|120"},
        {Outcome::congestion, Treatment::none, "ready|1|120"},
        {Outcome::not_sent, Treatment::none, "ready|0|120"},
    }));
    INFO(campaigns::to_text(outcome.outcome));
    World world;
    world.add_leads(1);
    const auto draft = world.dial_one();
    auto result = world.result(draft, outcome.outcome);
    result.treatment = outcome.treatment;
    world.write_result(result);
    CHECK(world.lead(draft.lead) == outcome.expected);
}

TEST_CASE("a log batch written again changes nothing", "[pg][log]") {
    World world;
    world.add_leads(2);
    const auto draft = world.dial_one();
    const auto agent = world.store.add_agent({{}, "Ada", "ada", std::string(32, 'a')});
    const auto refused = world.lease(1);
    LogBatch batch;
    batch.events.push_back({draft.id, 0, kNoon, "sent", "\xFF bad bytes\n"});
    batch.events.push_back({draft.id, 1, kNoon + 1s, "ringing", std::string(100000, 'x')});
    batch.results.push_back(world.result(draft, Outcome::busy));
    batch.agent_states.push_back({world.ids.make(kNoon), agent, kNoon,
                                  campaigns::AgentState::offline, campaigns::AgentState::ready,
                                  "signed in", std::nullopt});
    campaigns::GateRefusal refusal;
    refusal.id = world.ids.make(kNoon);
    refusal.at = kNoon;
    refusal.campaign = world.campaign.id;
    refusal.lead = refused[0].id;
    refusal.number = refused[0].phones[0];
    refusal.decision.verdict = dnc::Verdict::defer;
    refusal.decision.until = kNoon + 2h;
    refusal.decision.reasons.push_back(
        {dnc::ReasonCode::hours_federal, "US-HRS", "47 CFR 64.1200(c)(1)", "too early"});
    batch.refusals.push_back(refusal);
    batch.dispositions.push_back({draft.id, agent, kNoon + 40s, "no_contact", "said \"yes\""});

    world.store.write_log(batch);
    const auto counts = [&world] {
        return world.db.sql("SELECT (SELECT count(*) FROM attempt_events),"
                            "(SELECT count(*) FROM attempt_results),"
                            "(SELECT count(*) FROM agent_states),"
                            "(SELECT count(*) FROM gate_refusals),"
                            "(SELECT count(*) FROM dispositions)");
    };
    CHECK(counts() == "2|1|1|1|1");
    CHECK(world.lead(draft.lead) == "ready|1|4500");
    CHECK(world.lead(refusal.lead) == "ready|0|7200");
    CHECK(world.db.sql("SELECT max(length(detail)) FROM attempt_events") == "2000");
    CHECK(world.db.sql("SELECT reasons->0->>'code', verdict FROM gate_refusals") ==
          "HOURS_FEDERAL|defer");

    // Dialed again meanwhile: the repeated result must not release the second call's lead.
    const auto again = world.dial_one(kNoon + 3h);
    world.store.write_log(batch);
    CHECK(counts() == "2|1|1|1|1");
    CHECK(world.lead(again.lead).substr(0, 9) == "dialing|2");
    world.store.write_log({});
}

TEST_CASE("a lead is exhausted after the campaign's number of attempts", "[pg][log]") {
    World world; // attempts_max = 2
    world.add_leads(1);
    const auto first = world.dial_one();
    world.write_result(world.result(first, Outcome::no_answer));
    CHECK(world.lease(1, kNoon + 1h).empty());
    const auto second = world.dial_one(kNoon + 2h);
    world.write_result(world.result(second, Outcome::not_sent, kNoon + 2h));
    CHECK(world.lead(second.lead).substr(0, 7) == "ready|1");
    const auto third = world.dial_one(kNoon + 3h);
    world.write_result(world.result(third, Outcome::busy, kNoon + 3h));
    CHECK(world.lead(third.lead).substr(0, 11) == "exhausted|2");
    CHECK(world.lease(1, kNoon + 300h).empty());
}

TEST_CASE("an invalid number is not given out again, the lead's other number is", "[pg][log]") {
    World world;
    world.add_leads(1, 2);
    const auto draft = world.dial_one();
    world.write_result(world.result(draft, Outcome::invalid_number));
    const auto leads = world.lease(1, kNoon + 2h);
    REQUIRE(leads.size() == 1);
    REQUIRE(leads[0].phones.size() == 1);
    CHECK(leads[0].phones[0] == number_at(1));
}

TEST_CASE("a failover goes on with the same lead and counts once", "[pg][failover]") {
    World world;
    world.add_leads(1, 2);
    const auto first = world.dial_one();
    auto failed = world.result(first, Outcome::trunk_failure);
    failed.failover_follows = true;
    world.write_result(failed);
    CHECK(world.lead(first.lead) == "dialing|1|");
    CHECK(world.lease(1, kNoon + 5h).empty());

    auto drafts = list_of(failover(world, first, number_at(0)));
    REQUIRE(world.store.commit_attempts(drafts).tickets.size() == 1);
    CHECK(world.lead(first.lead) == "dialing|1|");
    // A chain has one open end: the first attempt cannot be followed twice.
    CHECK(
        world.store.commit_attempts(list_of(failover(world, first, number_at(0)))).tickets.empty());
    world.write_result(world.result(drafts[0], Outcome::busy));
    CHECK(world.lead(first.lead) == "ready|1|4500");
}

TEST_CASE("a failover needs a technical failure, the same number and a lead still dialing",
          "[pg][failover]") {
    World world;
    world.add_leads(1, 2);
    const auto first = world.dial_one();
    SECTION("a person's refusal never fails over") {
        auto refused = world.result(first, Outcome::rejected);
        refused.failover_follows = true;
        world.write_result(refused);
        CHECK(world.store.commit_attempts(list_of(failover(world, first, number_at(0))))
                  .tickets.empty());
    }
    SECTION("another number") {
        CHECK(world.store.commit_attempts(list_of(failover(world, first, number_at(1))))
                  .tickets.empty());
    }
    SECTION("the lead was released") {
        world.write_result(world.result(first, Outcome::trunk_failure));
        CHECK(world.store.commit_attempts(list_of(failover(world, first, number_at(0))))
                  .tickets.empty());
    }
    SECTION("no result yet is allowed, and the late result does not release the lead") {
        auto drafts = list_of(failover(world, first, number_at(0)));
        REQUIRE(world.store.commit_attempts(drafts).tickets.size() == 1);
        world.write_result(world.result(first, Outcome::trunk_failure));
        CHECK(world.lead(first.lead) == "dialing|1|");
        world.write_result(world.result(drafts[0], Outcome::no_answer));
        CHECK(world.lead(first.lead) == "ready|1|4500");
    }
}

TEST_CASE("a result of an attempt that does not exist is left out", "[pg][log]") {
    World world;
    world.add_leads(1);
    auto result = world.result(world.dial_one(), Outcome::busy);
    result.attempt = campaigns::AttemptId{world.ids.make(kNoon)};
    world.write_result(result);
    CHECK(world.db.sql("SELECT count(*) FROM attempt_results") == "0");
    CHECK(world.lead(result.lead) == "dialing|1|");
}

TEST_CASE("a refusal for good blocks the lead", "[pg][log]") {
    World world;
    world.add_leads(1, 2);
    const auto leads = world.lease(1);
    campaigns::GateRefusal first;
    first.id = world.ids.make(kNoon);
    first.at = kNoon;
    first.campaign = world.campaign.id;
    first.lead = leads[0].id;
    first.number = leads[0].phones[0];
    first.decision.reasons.push_back({dnc::ReasonCode::list_national, "r", "c", "d"});
    first.last_phone = false;
    LogBatch batch;
    batch.refusals.push_back(first);
    world.store.write_log(batch);
    CHECK(world.lead(first.lead) == "leased|0|");

    auto second = first;
    second.id = world.ids.make(kNoon);
    second.number = leads[0].phones[1];
    second.last_phone = true;
    batch.refusals.push_back(second);
    world.store.write_log(batch);
    CHECK(world.lead(first.lead) == "blocked|0|");
    CHECK(world.db.sql("SELECT count(*) FROM gate_refusals") == "2");
}

TEST_CASE("a resend is durable before the ticket, and only for an open attempt", "[pg][resend]") {
    World world;
    world.add_leads(1);
    const auto draft = world.dial_one();
    const campaigns::AttemptEvent challenged{draft.id, 0, kNoon, "challenged", "407"};
    const auto ticket = world.store.log_resend(challenged);
    CHECK(ticket.attempt() == draft.id);
    CHECK(world.db.sql("SELECT kind, detail FROM attempt_events") == "challenged|407");
    CHECK_THROWS_AS(world.store.log_resend(challenged), campaigns::StoreRefusal);
    world.write_result(world.result(draft, Outcome::busy));
    CHECK_THROWS_AS(world.store.log_resend({draft.id, 1, kNoon, "challenged", "407"}),
                    campaigns::StoreRefusal);
    CHECK_THROWS_AS(world.store.log_resend({campaigns::AttemptId{3}, 0, kNoon, "challenged", ""}),
                    campaigns::StoreRefusal);
}

TEST_CASE("rate of the whole way of an attempt, printed", "[pg][rate]") {
    using Clock = std::chrono::steady_clock;
    World world;
    constexpr int count = 5000;
    world.add_leads(count);
    std::chrono::duration<double> leasing{};
    std::chrono::duration<double> committing{};
    std::chrono::duration<double> logging{};
    for (int done = 0; done < count; done += 50) {
        const auto start = Clock::now();
        const auto leads = world.lease(50);
        const auto leased = Clock::now();
        std::vector<AttemptDraft> drafts;
        for (const auto& lead : leads) {
            drafts.push_back(world.draft(lead));
        }
        const auto drafted = Clock::now();
        REQUIRE(world.store.commit_attempts(drafts).tickets.size() == 50);
        const auto committed = Clock::now();
        LogBatch batch;
        for (const AttemptDraft& draft : drafts) {
            for (int seq = 0; seq < 3; ++seq) {
                batch.events.push_back({draft.id, seq, kNoon, "ringing", "180 Ringing"});
            }
            batch.results.push_back(world.result(draft, Outcome::busy));
        }
        world.store.write_log(batch);
        leasing += leased - start;
        committing += committed - drafted;
        logging += Clock::now() - committed;
    }
    const auto us_each = [](std::chrono::duration<double> total) {
        return total.count() * 1e6 / count;
    };
    std::printf("per attempt in batches of 50: lease %.0f us, commit %.0f us (%.0f/s), log %.0f us "
                "(3 events, 1 result); whole way %.0f/s on one session\n",
                us_each(leasing), us_each(committing), count / committing.count(), us_each(logging),
                count / (leasing + committing + logging).count());
    CHECK(world.db.sql("SELECT count(*) FROM attempt_results") == std::to_string(count));
}
