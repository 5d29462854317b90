// Goal: a number dialed by hand has one lead in one hand, whoever asks at the same time, and never
// becomes a lead that the engine dials by itself.
// Method: real PostgreSQL, each way a loan can end, and two sessions racing for the same numbers.

#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

#include <barrier>
#include <thread>

using namespace store_test;
using namespace std::chrono_literals;
using campaigns::Lead;
using campaigns::LeadId;
using campaigns::Outcome;
using campaigns::StoreRefusal;

namespace {

constexpr int kUnlisted = 5000; // numbers from here on are on no list

Lead take(World& world, int number, campaigns::Instant now = kNoon) {
    return world.store.lease_number(world.campaign.id, world.run, number_at(number), "CA", now,
                                    now + 60s);
}

campaigns::AttemptDraft dial(World& world, const Lead& lead, campaigns::Instant at = kNoon) {
    std::vector<campaigns::AttemptDraft> drafts;
    drafts.push_back(world.draft(lead, at));
    REQUIRE(world.store.commit_attempts(drafts).tickets.size() == 1);
    return std::move(drafts.front());
}

campaigns::GateRefusal refusal(World& world, const Lead& lead, dnc::Verdict verdict) {
    campaigns::GateRefusal made;
    made.id = world.ids.make(kNoon);
    made.at = kNoon;
    made.campaign = world.campaign.id;
    made.lead = lead.id;
    made.number = lead.phones.front();
    made.decision.verdict = verdict;
    made.decision.reasons.push_back(
        {dnc::ReasonCode::list_national, "US-DNC-1", "47 CFR 64.1200(c)(2)", "listed"});
    return made;
}

/// A second engine with a run of its own.
struct Other {
    explicit Other(World& world) : store{world.db.engine_dsn()}, run{world.ids.make(kNoon)} {
        store.begin_run(run_start(run));
    }
    campaigns::Store store;
    campaigns::RunId run;
};

} // namespace

TEST_CASE("a number on no list becomes a lead of the campaign's list of hand-dialed numbers",
          "[pg][by-hand]") {
    World world;
    const Lead lead = take(world, kUnlisted);
    CHECK(lead.campaign == world.campaign.id);
    CHECK(lead.phones == std::vector{number_at(kUnlisted)});
    CHECK(lead.address_region == "CA");
    CHECK(lead.attempts == 0);
    CHECK(lead.leased_until == kNoon + 60s);
    CHECK(world.lead(lead.id) == "leased|0|");
    const Lead second = take(world, kUnlisted + 1);
    CHECK(second.list == lead.list);
    CHECK(world.db.sql("SELECT kind, sha256 IS NULL, rows_read, rows_accepted, rows_refused "
                       "FROM lists") == "by_hand|t|2|2|0");
    dial(world, lead); // and it can be dialed like any other
    CHECK(world.lead(lead.id) == "dialing|1|");
}

TEST_CASE("a number dialed by hand is never leased to be dialed by the engine", "[pg][by-hand]") {
    World world;
    const Lead lead = take(world, kUnlisted);
    const campaigns::Instant later = kNoon + std::chrono::days{300};
    SECTION("given back") {
        world.store.return_leads(world.run, {lead.id});
        CHECK(world.lead(lead.id) == "by_hand|0|");
    }
    SECTION("no answer") {
        world.write_result(world.result(dial(world, lead), Outcome::no_answer));
        CHECK(world.lead(lead.id) == "by_hand|1|4500");
    }
    SECTION("a trunk failed") {
        world.write_result(world.result(dial(world, lead), Outcome::trunk_failure));
        CHECK(world.lead(lead.id) == "by_hand|1|120");
    }
    SECTION("answered and bridged") {
        auto result = world.result(dial(world, lead), Outcome::answered);
        result.treatment = campaigns::Treatment::bridged;
        world.write_result(result);
        CHECK(world.lead(lead.id) == "finished|1|4500");
    }
    SECTION("refused by the gate") {
        campaigns::LogBatch batch;
        batch.refusals.push_back(refusal(world, lead, dnc::Verdict::deny));
        world.store.write_log(batch);
        CHECK(world.lead(lead.id) == "by_hand|0|");
    }
    SECTION("the lease ran out") {
        world.store.reconcile(kNoon + 61s);
        CHECK(world.lead(lead.id) == "by_hand|0|");
    }
    CHECK(world.lease(10, later).empty());
    CHECK(world.db.sql("SELECT count(*) FROM leads WHERE after_loan IS NOT NULL") == "0");
    // By hand it can be taken again.
    CHECK(take(world, kUnlisted, later).id == lead.id);
}

TEST_CASE("a run that died gives hand-dialed numbers back as what they were", "[pg][by-hand]") {
    World world;
    world.add_leads(1);
    Lead dialing;
    Lead leased;
    {
        Other dead{world};
        const auto take_there = [&](int number) {
            return dead.store.lease_number(world.campaign.id, dead.run, number_at(number), "",
                                           kNoon, kNoon + 1h);
        };
        leased = take_there(kUnlisted);
        dialing = take_there(kUnlisted + 1);
        std::vector<campaigns::AttemptDraft> drafts;
        drafts.push_back(world.draft(dialing));
        drafts.back().run = dead.run;
        REQUIRE(dead.store.commit_attempts(drafts).tickets.size() == 1);
    }
    REQUIRE(world.db.becomes_true("SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory'"));
    CHECK(world.store.reconcile(kNoon + 1min).attempts_closed == 1);
    CHECK(world.lead(leased.id) == "by_hand|0|");
    CHECK(world.lead(dialing.id) == "by_hand|1|4500");
}

TEST_CASE("a number of a listed lead takes that lead with that number alone", "[pg][by-hand]") {
    World world;
    world.add_leads(1, 3);
    const Lead lead = take(world, 1);
    CHECK(lead.phones == std::vector{number_at(1)});
    CHECK(lead.name == "Ann 0");
    CHECK(lead.address_region == "NY"); // what the list says stands
    CHECK(world.db.sql("SELECT count(*) FROM leads") == "1");
    CHECK(world.lease(1).empty());
    world.store.return_leads(world.run, {lead.id});
    CHECK(world.lead(lead.id) == "ready|0|");
    CHECK(world.lease(1).size() == 1);
}

TEST_CASE("a listed lead goes on by the retry rule after a call by hand", "[pg][by-hand]") {
    World world;
    world.add_leads(1);
    const Lead lead = take(world, 0);
    world.write_result(world.result(dial(world, lead), Outcome::busy));
    CHECK(world.lead(lead.id) == "ready|1|4500");
    const auto again = dial(world, take(world, 0, kNoon + 1min), kNoon + 1min); // not due yet
    world.write_result(world.result(again, Outcome::busy));
    CHECK(world.lead(lead.id) == "exhausted|2|4500");
}

TEST_CASE("a lead that was done with goes back to that after a call by hand", "[pg][by-hand]") {
    World world;
    world.add_leads(1);
    const std::string status = GENERATE("finished", "exhausted", "blocked");
    world.db.sql("UPDATE leads SET status = '" + status + "'");
    const Lead lead = take(world, 0);
    world.write_result(world.result(dial(world, lead), Outcome::no_answer));
    CHECK(world.db.sql("SELECT status FROM leads") == status);
    CHECK(world.lease(1, kNoon + 24h).empty());
}

TEST_CASE("a lead in another hand is refused in words", "[pg][by-hand]") {
    World world;
    world.add_leads(2);
    Other other{world};
    const auto leased = world.lease(1);
    REQUIRE(leased.size() == 1);
    const auto by_other = [&](campaigns::Instant now) {
        return other.store.lease_number(world.campaign.id, other.run, leased[0].phones.front(), "",
                                        now, now + 60s);
    };
    CHECK_THROWS_WITH(by_other(kNoon + 60s), Catch::Contains("about to be called"));
    // A lease that ran out holds nobody off; its holder can make no attempt of it any more.
    CHECK(by_other(kNoon + 61s).id == leased[0].id);
    std::vector<campaigns::AttemptDraft> late;
    late.push_back(world.draft(leased[0], kNoon + 62s));
    CHECK(world.store.commit_attempts(late).tickets.empty());

    const auto dialed = world.dial_one();
    CHECK_THROWS_WITH(take(world, 1), Catch::Contains("being called already"));
    world.write_result(world.result(dialed, Outcome::busy));
    CHECK(take(world, 1).id == dialed.lead);
}

TEST_CASE("a stopped or unknown campaign and a run not begun take no number", "[pg][by-hand]") {
    World world;
    CHECK_THROWS_AS(world.store.lease_number(campaigns::CampaignId{4711}, world.run,
                                             number_at(kUnlisted), "", kNoon, kNoon + 60s),
                    StoreRefusal);
    CHECK_THROWS_AS(world.store.lease_number(world.campaign.id, campaigns::RunId{4711},
                                             number_at(kUnlisted), "", kNoon, kNoon + 60s),
                    StoreRefusal);
    CHECK_THROWS_AS(
        world.store.lease_number(world.campaign.id, world.run, {}, "", kNoon, kNoon + 60s),
        StoreRefusal);
    world.store.set_campaign_running("spring", false);
    CHECK_THROWS_WITH(take(world, kUnlisted), Catch::Contains("stopped"));
    CHECK(world.db.sql("SELECT count(*) FROM leads") == "0");
}

TEST_CASE("the region of an agent may be any bytes", "[pg][by-hand]") {
    World world;
    const Lead lead = world.store.lease_number(world.campaign.id, world.run, number_at(kUnlisted),
                                               std::string("\xFF'\0x", 4), kNoon, kNoon + 60s);
    CHECK(lead.address_region == "\xEF\xBF\xBD'\xEF\xBF\xBDx");
}

TEST_CASE("of two sessions that take one number at once exactly one gets it",
          "[pg][by-hand][race]") {
    World world;
    world.add_leads(20);
    Other other{world};
    constexpr int kRounds = 60; // 20 listed numbers, 40 new ones
    std::barrier start{2};
    const auto race = [&](campaigns::Store& store, campaigns::RunId run, std::vector<int>& got) {
        for (int i = 0; i < kRounds; ++i) {
            const int number = i < 20 ? i : kUnlisted + i;
            start.arrive_and_wait();
            try {
                const Lead lead = store.lease_number(world.campaign.id, run, number_at(number), "",
                                                     kNoon, kNoon + 60s);
                got.push_back(
                    static_cast<int>(lead.phones.front().e164 == number_at(number).e164 ? i : -1));
            } catch (const StoreRefusal&) {
                // The other one has it.
            }
        }
    };
    std::vector<int> ours;
    std::vector<int> theirs;
    std::thread thread{[&] { race(other.store, other.run, theirs); }};
    race(world.store, world.run, ours);
    thread.join();
    CHECK(ours.size() + theirs.size() == kRounds);
    std::vector<int> all = ours;
    all.insert(all.end(), theirs.begin(), theirs.end());
    std::sort(all.begin(), all.end());
    for (int i = 0; i < kRounds; ++i) {
        REQUIRE(all[static_cast<std::size_t>(i)] == i);
    }
    CHECK(world.db.sql("SELECT count(*), count(DISTINCT number) FROM lead_phones") == "60|60");
    CHECK(world.db.sql("SELECT count(*) FROM lists WHERE kind = 'by_hand'") == "1");
    CHECK(world.db.sql("SELECT count(*) FROM leads WHERE status = 'leased'") == "60");
}

TEST_CASE("a number is not taken by hand and by the supply at once", "[pg][by-hand][race]") {
    World world;
    constexpr int kLeads = 40;
    world.add_leads(kLeads);
    Other other{world};
    std::barrier start{2};
    std::vector<LeadId> supplied;
    std::thread thread{[&] {
        for (int i = 0; i < kLeads; ++i) {
            start.arrive_and_wait();
            for (const Lead& lead :
                 other.store.lease_leads(world.campaign.id, other.run, 1, kNoon, kNoon + 60s)) {
                supplied.push_back(lead.id);
            }
        }
    }};
    std::vector<LeadId> by_hand;
    for (int i = 0; i < kLeads; ++i) {
        start.arrive_and_wait();
        try {
            by_hand.push_back(take(world, i).id);
        } catch (const StoreRefusal&) {
            // The supply has it.
        }
    }
    thread.join();
    for (const LeadId lead : by_hand) {
        REQUIRE(std::count(supplied.begin(), supplied.end(), lead) == 0);
    }
    const std::string run = std::to_string(static_cast<std::int64_t>(other.run));
    CHECK(world.db.sql("SELECT count(*) FROM leads WHERE run_id = " + run) ==
          std::to_string(supplied.size()));
    CHECK(world.db.sql("SELECT count(*) FROM leads WHERE run_id <> " + run) ==
          std::to_string(by_hand.size()));
}
