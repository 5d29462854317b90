// Goal: what a call rests on and another engine could use up at the same moment (a slot in a cap,
// the absence of an opt-out or a revocation) is looked at in the transaction of the attempt's row.
// Method: real PostgreSQL; two sessions commit drafts to one person at once, many rounds, and one
// session commits what was leased before somebody said no.

#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

#include <barrier>
#include <thread>

using namespace store_test;
using namespace std::chrono_literals;
using campaigns::AttemptDraft;
using campaigns::Commitment;
using campaigns::DraftRefusal;
using campaigns::Outcome;
using dnc::CapKey;

namespace {

dnc::FrequencyRule three_a_day() {
    dnc::FrequencyRule rule;
    rule.keys = {CapKey::seller, CapKey::person, CapKey::subject};
    rule.length = 24h;
    rule.limit = 3;
    return rule;
}

/// A world with a second campaign of the same seller whose leads are the same people.
struct Pair : World {
    Pair() {
        auto settings = usual_campaign();
        settings.name = "autumn";
        second = store.create_campaign(settings);
    }

    /// `count` people who are leads of both campaigns, with one number each.
    void add_people(int count) {
        add_leads(count);
        const std::string id = std::to_string(static_cast<std::int64_t>(second));
        db.sql("INSERT INTO lists (campaign_id, file_name, sha256) VALUES (" + id +
               ", 'b.csv', encode(sha256(random()::text::bytea), 'hex'));"
               "WITH made AS (INSERT INTO leads (campaign_id, list_id, external_id) "
               " SELECT " +
               id +
               ", (SELECT max(id) FROM lists), p.number::text FROM lead_phones p "
               " WHERE p.campaign_id <> " +
               id +
               " ORDER BY p.number RETURNING id, external_id) "
               "INSERT INTO lead_phones (lead_id, position, campaign_id, number) "
               "SELECT id, 0, " +
               id + ", external_id::bigint FROM made");
    }

    /// Calls to everybody in the last hours, each busy.
    void add_past_calls(int calls) {
        const std::string n = std::to_string(calls);
        db.sql("INSERT INTO attempts (id, at, lead_id, campaign_id, run_id, number, caller_id, "
               "trunk, evidence, seller, subject) "
               "SELECT first_id_at('2026-11-23 14:00Z') + p.lead_id * 10 + i, '2026-11-23 14:00Z',"
               " p.lead_id, p.campaign_id, 1, p.number, 12125550199, 'a', '{}', 'test', '' "
               "FROM lead_phones p, generate_series(1, " +
               n + ") i WHERE p.campaign_id = " +
               std::to_string(static_cast<std::int64_t>(campaign.id)) +
               ";"
               "INSERT INTO attempt_results (attempt_id, outcome, treatment, sip_status, ended_at, "
               "ended_by, failover_follows) "
               "SELECT id, 'busy', 'none', 486, at, 'carrier', false FROM attempts "
               "WHERE lead_id > 0 ON CONFLICT DO NOTHING");
    }

    AttemptDraft capped(const campaigns::Lead& lead, const dnc::FrequencyRule& rule,
                        campaigns::Instant at = kNoon) {
        AttemptDraft made = draft(lead, at);
        made.campaign = lead.campaign;
        made.clearance = clearance_for(lead.phones.front(), at, {rule});
        return made;
    }

    campaigns::CampaignId second{};
};

std::vector<AttemptDraft> list_of(AttemptDraft draft) {
    std::vector<AttemptDraft> drafts;
    drafts.push_back(std::move(draft));
    return drafts;
}

} // namespace

TEST_CASE("of two engines with one slot left exactly one gets it, round for round", "[pg][race]") {
    constexpr int rounds = 60;
    Pair world;
    world.add_people(rounds);
    world.add_past_calls(2);
    campaigns::Store other{world.db.engine_dsn()};
    const campaigns::RunId other_run{world.ids.make(kNoon)};
    other.begin_run(run_start(other_run));
    const auto ours = world.lease(rounds);
    const auto theirs = other.lease_leads(world.second, other_run, rounds, kNoon, kNoon + 60s);
    REQUIRE(ours.size() == rounds);
    REQUIRE(theirs.size() == rounds);

    int refused = 0;
    for (std::size_t i = 0; i < rounds; ++i) {
        REQUIRE(ours[i].phones == theirs[i].phones);
        const auto mine = list_of(world.capped(ours[i], three_a_day()));
        auto draft = world.capped(theirs[i], three_a_day());
        draft.run = other_run;
        const auto his = list_of(std::move(draft));
        Commitment first;
        Commitment second;
        std::barrier start{2};
        std::thread rival{[&] {
            start.arrive_and_wait();
            second = other.commit_attempts(his);
        }};
        start.arrive_and_wait();
        first = world.store.commit_attempts(mine);
        rival.join();
        CHECK(first.tickets.size() + second.tickets.size() == 1);
        const auto& loser = first.tickets.empty() ? first : second;
        REQUIRE(loser.refused.size() == 1);
        CHECK(loser.refused[0].why == DraftRefusal::Why::cap_used_up);
        CHECK(loser.refused[0].taken == 3);
        CHECK(loser.refused[0].limit == 3);
        ++refused;
    }
    CHECK(refused == rounds);
    CHECK(world.db.sql(
              "SELECT max(n) FROM (SELECT count(*) AS n FROM attempts GROUP BY number) c") == "3");
}

TEST_CASE("two drafts to one person in one batch use two slots", "[pg][race]") {
    Pair world;
    world.add_people(1);
    world.add_past_calls(2);
    std::vector<AttemptDraft> drafts;
    drafts.push_back(world.capped(world.lease(1).at(0), three_a_day()));
    drafts.push_back(
        world.capped(world.store.lease_leads(world.second, world.run, 1, kNoon, kNoon + 60s).at(0),
                     three_a_day()));
    const auto done = world.store.commit_attempts(drafts);
    REQUIRE(done.tickets.size() == 1);
    CHECK(done.tickets[0].id() == drafts[0].id);
    REQUIRE(done.refused.size() == 1);
    CHECK(done.refused[0].id == drafts[1].id);
    CHECK(done.refused[0].rule == "CAP-0");
    // What was taken is in the evidence of the row that took it.
    CHECK(world.db.sql("SELECT evidence->'caps'->0->>'rule', evidence->'caps'->0->>'limit', "
                       "evidence->'caps'->0->>'before' FROM attempts WHERE evidence ? 'caps'") ==
          "CAP-0|3|2");
    // The refused draft's lead is still on loan and can be given back.
    world.store.return_leads(world.run, {drafts[1].lead});
    CHECK(world.lead(drafts[1].lead).substr(0, 7) == "ready|0");
}

TEST_CASE("a cap counts what its keys and outcomes say, from its first instant on", "[pg][race]") {
    Pair world;
    world.add_people(1);
    world.add_past_calls(3); // three hours before kNoon
    auto rule = three_a_day();
    bool refused = false;
    SECTION("the limit is reached") {
        refused = true;
    }
    SECTION("the calls are older") {
        rule.length = 3h - 1s;
    }
    SECTION("exactly as old as the window is long: the gate has let it, the window is behind it") {
        rule.length = 2h;
    }
    SECTION("another seller's calls") {
        world.db.sql("UPDATE attempts SET seller = 'Somebody else'");
    }
    SECTION("another subject's calls") {
        world.db.sql("UPDATE attempts SET subject = 'windows'");
        world.campaign.subject = "solar";
    }
    SECTION("another subject's calls, and the rule asks for no subject") {
        world.db.sql("UPDATE attempts SET subject = 'windows'");
        world.campaign.subject = "solar";
        rule.keys = {CapKey::person};
        refused = true;
    }
    SECTION("calls of unknown subject count") {
        world.campaign.subject = "solar";
        refused = true;
    }
    SECTION("nobody's phone rang") {
        world.db.sql("UPDATE attempt_results SET outcome = 'trunk_failure'");
    }
    SECTION("calls that are still open count") {
        world.db.sql("DELETE FROM attempt_results");
        refused = true;
    }
    SECTION("quiet time after a conversation, and there was none") {
        rule.limit.reset();
        rule.after = {dnc::PastOutcome::conversation};
    }
    SECTION("quiet time after a conversation") {
        world.db.sql("UPDATE attempt_results SET outcome = 'answered', treatment = 'bridged'");
        rule.limit.reset();
        rule.after = {dnc::PastOutcome::conversation};
        refused = true;
    }
    const auto done =
        world.store.commit_attempts(list_of(world.capped(world.lease(1).at(0), rule)));
    CHECK(done.tickets.size() == (refused ? 0 : 1));
    CHECK(done.refused.size() == (refused ? 1 : 0));
}

TEST_CASE("a call that goes on to another trunk counts once", "[pg][race]") {
    Pair world;
    world.add_people(1);
    world.add_past_calls(2);
    const auto lead = world.lease(1).at(0);
    const auto first = list_of(world.capped(lead, three_a_day()));
    REQUIRE(world.store.commit_attempts(first).tickets.size() == 1);
    auto second = world.capped(lead, three_a_day(), kNoon + 1s);
    second.failover_of = first[0].id;
    const auto next = list_of(std::move(second));
    REQUIRE(world.store.commit_attempts(next).tickets.size() == 1);
    auto third = world.capped(lead, three_a_day(), kNoon + 2s);
    third.failover_of = next[0].id;
    CHECK(world.store.commit_attempts(list_of(std::move(third))).tickets.size() == 1);
}

TEST_CASE("an opt-out that came after the lease refuses the draft", "[pg][race]") {
    Pair world;
    world.add_people(2);
    const auto leads = world.lease(2);
    world.store.add_opt_out({.id = world.ids.make(kNoon),
                             .number = leads[0].phones[0],
                             .at = kNoon,
                             .source = "api",
                             .by = "maria",
                             .attempt = std::nullopt});
    std::vector<AttemptDraft> drafts;
    drafts.push_back(world.draft(leads[0]));
    drafts.push_back(world.draft(leads[1]));
    const auto done = world.store.commit_attempts(drafts);
    REQUIRE(done.tickets.size() == 1);
    CHECK(done.tickets[0].id() == drafts[1].id);
    REQUIRE(done.refused.size() == 1);
    CHECK(done.refused[0].id == drafts[0].id);
    CHECK(done.refused[0].why == DraftRefusal::Why::opted_out);
}

TEST_CASE("a revocation that came after the lease refuses the draft when it covers the call",
          "[pg][race]") {
    Pair world;
    world.campaign.subject = "solar";
    world.add_people(1);
    campaigns::RevocationRecord record;
    record.request = 1;
    record.revocation.at = kNoon;
    record.revocation.means = "spoken";
    record.deadline = std::chrono::December / 8 / 2026;
    record.recorded = {kNoon, "maria", ""};
    bool refused = true;
    bool before = false;
    SECTION("of everything the seller does") {
        record.revocation.scope = dnc::RevocationScope::seller;
        record.revocation.seller = "TEST";
    }
    SECTION("of everything anybody does") {
        record.revocation.scope = dnc::RevocationScope::all;
    }
    SECTION("of this subject") {
        record.revocation.scope = dnc::RevocationScope::subject;
        record.revocation.subject = "Solar";
    }
    SECTION("of another subject") {
        record.revocation.scope = dnc::RevocationScope::subject;
        record.revocation.subject = "windows";
        refused = false;
    }
    SECTION("to another seller") {
        record.revocation.scope = dnc::RevocationScope::seller;
        record.revocation.seller = "Somebody else";
        refused = false;
    }
    SECTION("known at the lease: the gate has judged it") {
        record.revocation.scope = dnc::RevocationScope::all;
        before = true;
        refused = false;
    }
    record.number = number_at(0);
    if (before) {
        world.store.add_revocation(record);
    }
    const auto lead = world.lease(1).at(0);
    if (!before) {
        world.store.add_revocation(record);
    }
    const auto done = world.store.commit_attempts(list_of(world.draft(lead)));
    CHECK(done.tickets.size() == (refused ? 0 : 1));
    REQUIRE(done.refused.size() == (refused ? 1 : 0));
    if (refused) {
        CHECK(done.refused[0].why == DraftRefusal::Why::revoked);
        CHECK(done.refused[0].scope == record.revocation.scope);
    }
}

TEST_CASE("a draft to a person who revokes at the same moment is a row before, or none",
          "[pg][race]") {
    constexpr int rounds = 30;
    Pair world;
    world.add_people(rounds);
    campaigns::Store other{world.db.engine_dsn()};
    const auto leads = world.lease(rounds);
    for (std::size_t i = 0; i < rounds; ++i) {
        campaigns::RevocationRecord record;
        record.request = static_cast<std::int64_t>(i) + 1;
        record.number = leads[i].phones[0];
        record.revocation.at = kNoon;
        record.revocation.means = "sms";
        record.revocation.scope = dnc::RevocationScope::all;
        record.deadline = std::chrono::December / 8 / 2026;
        record.recorded = {kNoon, "maria", ""};
        std::barrier start{2};
        std::thread person{[&] {
            start.arrive_and_wait();
            other.add_revocation(record);
        }};
        start.arrive_and_wait();
        const auto done = world.store.commit_attempts(list_of(world.draft(leads[i])));
        person.join();
        CHECK(done.tickets.size() + done.refused.size() == 1);
    }
    // And every one of them reaches whoever reads the feed, in order.
    const auto feed = world.store.revocations(0);
    CHECK(feed.size() == rounds);
    CHECK(std::is_sorted(feed.begin(), feed.end(),
                         [](const auto& a, const auto& b) { return a.id < b.id; }));
}
