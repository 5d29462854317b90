// Goal: what pacing rests on after a restart is right: its saved state is whole, the answers of a
// civil day are those of that day in the zone of the law, samples are there once, and what agents
// did comes back in order.
// Method: real PostgreSQL, answers written through the log at chosen instants around midnights and
// clock changes, a session killed inside a save, batches repeated.

#include "campaigns/store_session.hpp"
#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>
#include <pqxx/transaction>

#include <future>

using namespace store_test;
using namespace std::chrono_literals;
using campaigns::AgentId;
using campaigns::AgentState;
using campaigns::CampaignId;
using campaigns::Instant;
using campaigns::Treatment;
using std::chrono::sys_days;

namespace {

const std::string kNewYork = "America/New_York";

Instant utc(int year, unsigned month, unsigned day, std::chrono::microseconds of_day) {
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                           std::chrono::day{day}};
    return Instant{sys_days{date}} + of_day;
}

std::int32_t day_of(int year, unsigned month, unsigned day) {
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                           std::chrono::day{day}};
    return static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count());
}

/// Dials a new lead and writes how its answer at `at` went.
campaigns::AttemptId answer(World& world, Treatment treatment, Instant at) {
    world.add_leads(1);
    const auto draft = world.dial_one(at - 5s);
    auto result = world.result(draft, campaigns::Outcome::answered, at + 30s);
    result.treatment = treatment;
    result.answered_at = at;
    world.write_result(result);
    return draft.id;
}

void dispose(World& world, campaigns::AttemptId attempt, const std::string& code, Instant at) {
    campaigns::LogBatch batch;
    batch.dispositions.push_back({attempt, AgentId{1}, at, code, ""});
    world.store.write_log(batch);
}

/// "day bridged abandoned early machines" of each day, in words.
std::string answers(World& world, const std::string& zone, Instant from) {
    std::string text;
    for (const auto& day : world.store.answers_by_day(world.campaign.id, zone, from)) {
        text += (text.empty() ? "" : "; ") + std::to_string(day.day) + " " +
                std::to_string(day.bridged) + " " + std::to_string(day.abandoned) + " " +
                std::to_string(day.early_hangup) + " " + std::to_string(day.machines);
    }
    return text;
}

campaigns::PacingSample sample(World& world, const std::string& explanation) {
    return {world.ids.make(kNoon), kNoon, world.campaign.id, explanation};
}

} // namespace

TEST_CASE("a campaign without saved pacing has none", "[pg][pacing]") {
    World world;
    CHECK(world.store.load_pacing(world.campaign.id).empty());
    CHECK(world.store.load_pacing(CampaignId{4711}).empty());
}

TEST_CASE("saved pacing comes back byte by byte and the last one stands", "[pg][pacing]") {
    World world;
    std::string large = "pacing 1\n";
    for (int i = 0; large.size() < 300'000; ++i) {
        large += std::to_string(i) + " 0x1.8p-3 \"\\' \xC3\xBC\n";
    }
    world.store.save_pacing(world.campaign.id, large, kNoon);
    CHECK(campaigns::Store{world.db.engine_dsn()}.load_pacing(world.campaign.id) == large);
    world.store.save_pacing(world.campaign.id, "pacing 2", kNoon - 1h); // a clock that stepped back
    CHECK(world.store.load_pacing(world.campaign.id) == "pacing 2");
    world.store.save_pacing(world.campaign.id, "", kNoon);
    CHECK(world.store.load_pacing(world.campaign.id).empty());
    CHECK(world.db.sql("SELECT count(*) FROM pacing_states") == "1");
}

TEST_CASE("pacing that could not come back as it is, is not saved", "[pg][pacing]") {
    World world;
    world.store.save_pacing(world.campaign.id, "good", kNoon);
    for (const std::string& state :
         {std::string("a\0b", 3), std::string{"\xFF"}, std::string(1024 * 1024 + 1, 'x')}) {
        CHECK_THROWS_AS(world.store.save_pacing(world.campaign.id, state, kNoon),
                        campaigns::StoreRefusal);
    }
    CHECK_THROWS_AS(world.store.save_pacing(CampaignId{4711}, "good", kNoon),
                    campaigns::StoreRefusal);
    CHECK(world.store.load_pacing(world.campaign.id) == "good");
}

TEST_CASE("a session that dies while it saves pacing leaves the old state whole", "[pg][pacing]") {
    World world;
    const std::string old_state(50'000, 'a');
    world.store.save_pacing(world.campaign.id, old_state, kNoon);
    // Somebody holds the row, so that the save is under way for as long as the test wants.
    campaigns::Store holder{world.db.owner_dsn()};
    pqxx::work hold{holder.session().connection};
    hold.exec("SELECT * FROM pacing_states FOR UPDATE");
    auto save = std::async(std::launch::async, [&world] {
        campaigns::Store store{world.db.engine_dsn()};
        store.save_pacing(world.campaign.id, std::string(50'000, 'b'), kNoon);
    });
    const std::string waiting = "FROM pg_stat_activity WHERE datname = current_database() "
                                "AND wait_event_type = 'Lock' "
                                "AND query LIKE 'INSERT INTO pacing_states%'";
    REQUIRE(world.db.becomes_true("SELECT count(*) = 1 " + waiting));
    REQUIRE(world.db.sql("SELECT pg_terminate_backend(pid) " + waiting) == "t");
    CHECK_THROWS_AS(save.get(), campaigns::StoreUnavailable);
    hold.abort();
    CHECK(world.store.load_pacing(world.campaign.id) == old_state);
}

TEST_CASE("an answer belongs to the day of its zone to the microsecond", "[pg][pacing]") {
    World world;
    const Instant midnight = utc(2026, 11, 24, 5h); // 00:00 in New York
    answer(world, Treatment::bridged, midnight - 1us);
    answer(world, Treatment::abandoned, midnight);
    const std::string monday = std::to_string(day_of(2026, 11, 23));
    const std::string tuesday = std::to_string(day_of(2026, 11, 24));
    CHECK(answers(world, kNewYork, midnight - 24h) == monday + " 1 0 0 0; " + tuesday + " 0 1 0 0");
    // The same two in Los Angeles, where it is still Monday.
    CHECK(answers(world, "America/Los_Angeles", midnight - 24h) == monday + " 1 1 0 0");
    // `from` is the first instant that counts.
    CHECK(answers(world, kNewYork, midnight) == tuesday + " 0 1 0 0");
    CHECK(answers(world, kNewYork, midnight + 1us).empty());
}

TEST_CASE("days of 23 and 25 hours hold the answers that fell into them", "[pg][pacing]") {
    World world;
    // Clocks in New York go back on 2026-11-01 and forward on 2027-03-14.
    for (const Instant at : {utc(2026, 11, 1, 4h), utc(2026, 11, 1, 5h + 30min),
                             utc(2026, 11, 1, 6h + 30min), utc(2026, 11, 2, 5h - 1us)}) {
        answer(world, Treatment::bridged, at);
    }
    answer(world, Treatment::bridged, utc(2026, 11, 1, 4h - 1us));
    answer(world, Treatment::bridged, utc(2026, 11, 2, 5h));
    answer(world, Treatment::abandoned, utc(2027, 3, 14, 5h));
    answer(world, Treatment::abandoned, utc(2027, 3, 15, 4h - 1us));
    answer(world, Treatment::abandoned, utc(2027, 3, 15, 4h));
    const auto line = [](std::int32_t day, const std::string& counts) {
        return std::to_string(day) + counts;
    };
    CHECK(answers(world, kNewYork, utc(2026, 10, 1, 0h)) ==
          line(day_of(2026, 10, 31), " 1 0 0 0; ") + line(day_of(2026, 11, 1), " 4 0 0 0; ") +
              line(day_of(2026, 11, 2), " 1 0 0 0; ") + line(day_of(2027, 3, 14), " 0 2 0 0; ") +
              line(day_of(2027, 3, 15), " 0 1 0 0"));
}

TEST_CASE("a bridged call that an agent found to be a machine counts as nothing but that",
          "[pg][pacing]") {
    World world;
    const auto machine = answer(world, Treatment::bridged, kNoon);
    const auto corrected = answer(world, Treatment::bridged, kNoon + 1min);
    const auto second_thought = answer(world, Treatment::bridged, kNoon + 2min);
    answer(world, Treatment::abandoned, kNoon + 3min);
    answer(world, Treatment::early_hangup, kNoon + 4min);
    dispose(world, machine, "machine", kNoon + 40s);
    dispose(world, corrected, "machine", kNoon + 100s);
    dispose(world, corrected, "sale", kNoon + 110s);
    dispose(world, second_thought, "contact", kNoon + 160s);
    dispose(world, second_thought, "machine", kNoon + 170s);
    CHECK(answers(world, kNewYork, kNoon) == std::to_string(day_of(2026, 11, 23)) + " 1 1 1 2");
    // What a campaign calls a machine in its own words is one as well.
    world.db.sql("INSERT INTO disposition_codes (code, position, category, campaign_id) "
                 "SELECT 'voicemail', 90, 'machine', id FROM campaigns");
    dispose(world, corrected, "voicemail", kNoon + 200s);
    CHECK(answers(world, kNewYork, kNoon) == std::to_string(day_of(2026, 11, 23)) + " 0 1 1 3");
}

TEST_CASE("calls that nobody answered and other campaigns' calls are in no count", "[pg][pacing]") {
    World world;
    answer(world, Treatment::bridged, kNoon);
    world.add_leads(1);
    const auto silent = world.dial_one(kNoon);
    world.write_result(world.result(silent, campaigns::Outcome::no_answer));
    world.add_leads(1);
    world.dial_one(kNoon); // still open
    auto other = usual_campaign();
    other.name = "autumn";
    other.seller = "Other";
    const CampaignId autumn = world.store.create_campaign(other);
    CHECK(answers(world, kNewYork, kNoon - 24h) ==
          std::to_string(day_of(2026, 11, 23)) + " 1 0 0 0");
    CHECK(world.store.answers_by_day(autumn, kNewYork, kNoon - 24h).empty());
    CHECK_THROWS_AS(world.store.answers_by_day(autumn, "Mars/Olympus", kNoon),
                    campaigns::StoreRefusal);
    CHECK(world.store.campaigns().size() == 2); // the session is whole after the refusal
}

TEST_CASE("a seller's campaigns with one offer share their answers and their first call",
          "[pg][pacing]") {
    World world;
    answer(world, Treatment::bridged, kNoon);
    auto second = usual_campaign();
    second.name = "second";
    const CampaignId same = world.store.create_campaign(second);
    second.name = "windows";
    second.offer = "windows";
    const CampaignId other = world.store.create_campaign(second);
    CHECK(world.store.answers_by_day(same, kNewYork, kNoon - 24h).size() == 1);
    CHECK(world.store.answers_by_day(other, kNewYork, kNoon - 24h).empty());
    const auto all = world.store.campaigns();
    CHECK(all[1].first_call_at == all[0].first_call_at);
    CHECK_FALSE(all[2].first_call_at);
}

TEST_CASE("calls that an engine's death cut off count by what their events say", "[pg][pacing]") {
    World world;
    {
        campaigns::Store dead{world.db.engine_dsn()};
        const campaigns::RunId run{world.ids.make(kNoon)};
        dead.begin_run(run_start(run));
        world.add_leads(3);
        campaigns::LogBatch batch;
        for (const std::string kinds : {"answered bridged", "answered", "ringing"}) {
            const auto lead = dead.lease_leads(world.campaign.id, run, 1, kNoon, kNoon + 60s);
            std::vector<campaigns::AttemptDraft> drafts;
            drafts.push_back(world.draft(lead.at(0)));
            drafts.back().run = run;
            REQUIRE(dead.commit_attempts(drafts).tickets.size() == 1);
            int seq = 0;
            for (const char* kind : {"answered", "bridged", "ringing"}) {
                if (kinds.find(kind) != std::string::npos) {
                    batch.events.push_back({drafts.back().id, seq++, kNoon + 9s, kind, ""});
                }
            }
        }
        dead.write_log(batch);
    }
    REQUIRE(world.db.becomes_true("SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory'"));
    REQUIRE(world.store.reconcile(kNoon + 30h).attempts_closed == 3); // on Tuesday
    CHECK(answers(world, kNewYork, kNoon) == std::to_string(day_of(2026, 11, 23)) + " 1 1 0 0");
}

TEST_CASE("the answers of two months are read through their index", "[pg][pacing]") {
    World world;
    answer(world, Treatment::bridged, kNoon);
    // 200,000 answers and half as many of another campaign.
    world.db.sql("INSERT INTO attempt_results (attempt_id, outcome, treatment, sip_status, "
                 "answered_at, ended_at, ended_by, failover_follows, campaign_id) "
                 "SELECT first_id_at(t.at) + i, 'answered', CASE WHEN i % 40 = 0 THEN 'abandoned' "
                 "ELSE 'bridged' END, 200, t.at, t.at, 'customer', false, "
                 "CASE WHEN i % 3 = 0 THEN 4711 ELSE 1 END FROM generate_series(1, 300000) i, "
                 "LATERAL (SELECT timestamptz '2026-09-25 15:00Z' + (i / 5000) * interval '1 day' "
                 "+ (i % 5000) * interval '5 s') AS t (at)");
    world.db.sql("INSERT INTO attempts (id, at, lead_id, campaign_id, run_id, number, caller_id, "
                 "trunk, evidence, seller, regulatory_campaign_id) "
                 "SELECT attempt_id, answered_at, 1, campaign_id, 1, 1, 1, 'a', '{}', 'Test', "
                 "CASE WHEN campaign_id = 1 THEN 1 ELSE 4711 END FROM attempt_results "
                 "ON CONFLICT DO NOTHING");
    world.db.sql("VACUUM ANALYZE attempt_results, attempts");
    const auto begin = std::chrono::steady_clock::now();
    const auto days = world.store.answers_by_day(world.campaign.id, "America/Los_Angeles",
                                                 kNoon - std::chrono::days{62});
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    std::int64_t bridged = 0;
    std::int64_t abandoned = 0;
    for (const auto& day : days) {
        bridged += day.bridged;
        abandoned += day.abandoned;
    }
    CHECK(bridged + abandoned == 200'001);
    CHECK(abandoned == 5'000);
    WARN("200,000 answers of 61 days: " << took.count() << " ms");
}

TEST_CASE("a repeated batch leaves its pacing samples once", "[pg][pacing]") {
    World world;
    campaigns::LogBatch batch;
    batch.pacing_samples.push_back(sample(world, R"({"dial": 7, "limit": "agents"})"));
    batch.pacing_samples.push_back(sample(world, R"({"dial": 0, "limit": "law"})"));
    CHECK_FALSE(batch.empty());
    world.store.write_log(batch);
    world.store.write_log(batch);
    CHECK(world.db.sql("SELECT explanation ->> 'dial', explanation ->> 'limit', campaign_id, "
                       "rfc3339(at), tableoid::regclass FROM pacing_samples ORDER BY id") ==
          "7|agents|1|2026-11-23T17:00:00.000000Z|pacing_samples_2026_11\n"
          "0|law|1|2026-11-23T17:00:00.000000Z|pacing_samples_2026_11");
}

TEST_CASE("an explanation that is no JSON is kept as text and spoils no batch", "[pg][pacing]") {
    World world;
    campaigns::LogBatch batch;
    const std::vector<std::string> bad = {"",
                                          "{\"dial\": nan}",
                                          "{\"a\": \"\\u0000\"}",
                                          "\xFF\xFE",
                                          "{\"a\": 1} x",
                                          std::string(100'000, '['),
                                          std::string("{\"a\": \"\0\"}", 10)};
    for (const std::string& explanation : bad) {
        batch.pacing_samples.push_back(sample(world, explanation));
    }
    batch.pacing_samples.push_back(sample(world, R"({"dial": 7})"));
    world.store.write_log(batch);
    CHECK(world.db.sql("SELECT count(*) FILTER (WHERE jsonb_typeof(explanation) = 'string'), "
                       "count(*) FILTER (WHERE jsonb_typeof(explanation) = 'object'), "
                       "max(length(explanation::text)) < 5000 FROM pacing_samples") == "7|1|t");
}

TEST_CASE("what agents did comes back in order of time, of their campaign or its calls",
          "[pg][pacing]") {
    World world;
    const CampaignId spring = world.campaign.id;
    const CampaignId autumn{2};
    const auto call = answer(world, Treatment::bridged, kNoon);
    campaigns::LogBatch batch;
    const auto add = [&](int agent, std::chrono::seconds at, AgentState from, AgentState to,
                         std::optional<campaigns::AttemptId> attempt,
                         std::optional<CampaignId> campaign) {
        batch.agent_states.push_back({world.ids.make(kNoon), AgentId{agent}, kNoon + at, from, to,
                                      "why", attempt, campaign});
    };
    add(1, 9s, AgentState::ready, AgentState::reserved, call, spring);
    add(1, 0s, AgentState::offline, AgentState::ready, std::nullopt, spring);
    add(2, 1s, AgentState::offline, AgentState::ready, std::nullopt, autumn);
    add(2, 3s, AgentState::ready, AgentState::talking, call, autumn); // one pool, our call
    add(3, 4s, AgentState::offline, AgentState::paused, std::nullopt, std::nullopt);
    add(3, 5s, AgentState::paused, AgentState::wrap_up, call, std::nullopt);
    add(1, 60s, AgentState::wrap_up, AgentState::offline, std::nullopt, spring);
    world.store.write_log(batch);

    const auto states = world.store.agent_states(spring, kNoon, kNoon + 60s);
    REQUIRE(states.size() == 4);
    CHECK(states[0].agent == AgentId{1});
    CHECK(states[0].at == kNoon);
    CHECK(states[0].from == AgentState::offline);
    CHECK(states[0].to == AgentState::ready);
    CHECK(states[0].campaign == spring);
    CHECK(states[0].reason == "why");
    CHECK_FALSE(states[0].attempt);
    CHECK(states[1].agent == AgentId{2});
    CHECK(states[1].campaign == autumn);
    CHECK(states[1].attempt == call);
    CHECK(states[2].agent == AgentId{3});
    CHECK_FALSE(states[2].campaign);
    CHECK(states[2].to == AgentState::wrap_up);
    CHECK(states[3].to == AgentState::reserved);
    CHECK(world.store.agent_states(autumn, kNoon, kNoon + 1h).size() == 2);
    CHECK(world.store.agent_states(spring, kNoon + 60s, kNoon + 1h).size() == 1);
    CHECK(world.store.agent_states(CampaignId{3}, kNoon, kNoon + 1h).empty());
}

TEST_CASE("the first call of a campaign is its first attempt that was sent", "[pg][pacing]") {
    World world;
    CHECK_FALSE(world.store.campaigns()[0].first_call_at);
    world.add_leads(4);
    const auto never_sent = world.dial_one(kNoon);
    world.write_result(world.result(never_sent, campaigns::Outcome::not_sent));
    CHECK_FALSE(world.store.campaigns()[0].first_call_at);
    world.dial_one(kNoon + 32 * 24h + 1us);
    world.dial_one(kNoon + 1min);
    CHECK(world.store.campaigns()[0].first_call_at == kNoon + 1min);
    auto other = usual_campaign();
    other.name = "autumn";
    other.seller = "Other";
    world.store.create_campaign(other);
    const auto all = world.store.campaigns();
    CHECK(all[0].first_call_at == kNoon + 1min);
    CHECK_FALSE(all[1].first_call_at);
}
