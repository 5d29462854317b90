// Goal: a database in use goes from 0004 to 0005 with all its rows: campaigns keep their mode,
// results learn their campaign, old agent states are still read, and the log stays append-only.
// Method: the first four files applied as an older program would, rows of every kind, then migrate.

#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

using namespace store_test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kOldRows = R"sql(
INSERT INTO campaigns (name, seller, running, mode, lines_per_agent, caller_id, trunks, ring_max_s,
                       wrap_up_max_s, attempts_max, retry_after_s, message_file)
VALUES ('spring', 'Test', true, 'progressive', 1, 12125550199, '{}', 25, 30, 3, 3600, ''),
       ('autumn', 'Other', false, 'ratio', 2.5, 12125550198, '{a}', 25, 30, 3, 3600, '');
INSERT INTO lists (campaign_id, file_name, sha256)
SELECT id, 'leads.csv', repeat('a', 64) FROM campaigns;
INSERT INTO engine_runs VALUES (5, '2026-11-02 15:00Z', 'node-1', '0', '2026b', 'test');
INSERT INTO leads (campaign_id, list_id, status, run_id, leased_until)
SELECT 1, 1, status, CASE WHEN status IN ('leased', 'dialing') THEN 5 END,
       CASE WHEN status IN ('leased', 'dialing') THEN timestamptz '2026-11-02 16:00Z' END
FROM unnest(ARRAY['ready', 'leased', 'dialing', 'exhausted', 'finished', 'blocked']) AS status;
INSERT INTO lead_phones (lead_id, position, campaign_id, number)
SELECT id, 0, 1, 12015550100 + id FROM leads;
INSERT INTO attempts
SELECT first_id_at(at) + i, at, i, CASE WHEN i = 6 THEN 2 ELSE 1 END, 5, 12015550100 + i,
       12125550199, 'a', NULL, '{}'
FROM generate_series(1, 6) i,
     LATERAL (SELECT timestamptz '2026-10-20 15:00Z' + i * interval '3 days') AS t (at);
INSERT INTO attempt_results (attempt_id, outcome, treatment, sip_status, answered_at, ended_at,
                             ended_by, failover_follows)
SELECT id, 'answered', CASE WHEN lead_id = 2 THEN 'abandoned' ELSE 'bridged' END, 200,
       at + interval '9 s', at + interval '1 min', 'customer', false
FROM attempts WHERE lead_id <> 5;
INSERT INTO dispositions SELECT id, 1, at + interval '2 min', 'machine', '' FROM attempts
WHERE lead_id = 3;
INSERT INTO agent_states
SELECT id, 1, at, 'ready', 'talking', '', id FROM attempts WHERE lead_id = 1;
INSERT INTO agent_states
SELECT id + 1, 1, at, 'offline', 'ready', '', NULL FROM attempts WHERE lead_id = 1;
)sql";

} // namespace

TEST_CASE("a database in use at 0004 keeps all it has and learns what is new", "[pg][migrate]") {
    Database db{Database::Empty{}};
    apply_until(db, "0005");
    db.sql(kOldRows);
    const std::string log = "SELECT md5(string_agg((attempt_id, outcome, treatment, answered_at, "
                            "ended_at)::text, ',' ORDER BY attempt_id)) FROM attempt_results";
    const std::string before = db.sql(log);
    CHECK_THROWS_WITH(campaigns::Store{db.engine_dsn()}, Catch::Contains("dialer migrate"));
    CHECK(campaigns::migrate(db.owner_dsn()) == schema_from("0005"));
    CHECK(campaigns::migrate(db.owner_dsn()).empty());
    CHECK(db.sql(log) == before);

    campaigns::Store store{db.engine_dsn()};
    const auto all = store.campaigns();
    REQUIRE(all.size() == 2);
    CHECK(all[0].mode == campaigns::DialMode::progressive);
    CHECK(all[0].lines_per_agent_max == 12.0);
    CHECK(all[0].jurisdiction == "US");
    CHECK(all[0].first_call_at ==
          campaigns::Instant{std::chrono::sys_days{std::chrono::October / 23 / 2026}} + 15h);
    CHECK(all[1].mode == campaigns::DialMode::ratio);
    CHECK(all[1].lines_per_agent == 2.5);
    CHECK(db.sql("SELECT string_agg(status, ' ' ORDER BY id) FROM leads") ==
          "ready leased dialing exhausted finished blocked");
    CHECK(db.sql("SELECT DISTINCT kind FROM lists") == "file");

    const auto from = *all[0].first_call_at;
    std::string counts;
    for (const auto& day : store.answers_by_day(all[0].id, "America/New_York", from)) {
        counts += std::to_string(day.bridged) + std::to_string(day.abandoned) +
                  std::to_string(day.machines) + " ";
    }
    CHECK(counts == "100 010 001 100 ");
    CHECK(store.answers_by_day(all[1].id, "America/New_York", from).size() == 1);
    CHECK(store.agent_states(all[0].id, from, from + 24h).size() == 1);
}

TEST_CASE("months that had partitions before get one for the new log table", "[pg][migrate]") {
    Database db{Database::Empty{}};
    apply_until(db, "0005");
    campaigns::migrate(db.owner_dsn());
    run_sql(db.engine_dsn(), "SELECT ensure_partitions('2026-10-15', 3)");
    CHECK(db.sql("SELECT count(*) FROM pg_class WHERE relname IN ('pacing_samples_2026_10', "
                 "'pacing_samples_2026_12')") == "2");
}
