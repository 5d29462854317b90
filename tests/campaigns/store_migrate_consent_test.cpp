// Goal: a database in use goes from 0005 to 0007 with all its rows: campaigns get their regulatory
// campaign, past attempts their seller, and the new tables are as append-only as the log.
// Method: the first five files applied as an older program would, rows, then migrate.

#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

using namespace store_test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kOldRows = R"sql(
INSERT INTO campaigns (name, seller, running, mode, lines_per_agent, caller_id, trunks, ring_max_s,
                       wrap_up_max_s, attempts_max, retry_after_s, message_file)
VALUES ('spring', 'Acme', true, 'predictive', 1, 12125550199, '{}', 25, 30, 3, 3600, ''),
       ('summer', ' ACME ', false, 'ratio', 2.5, 12125550198, '{a}', 25, 30, 3, 3600, ''),
       ('autumn', '', false, 'preview', 1, 12125550198, '{a}', 25, 30, 3, 3600, '');
INSERT INTO lists (campaign_id, file_name, sha256)
SELECT id, 'leads.csv', repeat('a', 64) FROM campaigns;
INSERT INTO engine_runs VALUES (5, '2026-11-02 15:00Z', 'node-1', '0', '2026b', 'test');
INSERT INTO leads (campaign_id, list_id, status) SELECT 1, 1, 'ready' FROM generate_series(1, 6);
INSERT INTO lead_phones (lead_id, position, campaign_id, number)
SELECT id, 0, 1, 12015550100 + id FROM leads;
INSERT INTO attempts (id, at, lead_id, campaign_id, run_id, number, caller_id, trunk, evidence)
SELECT first_id_at(at) + i, at, i, CASE WHEN i = 6 THEN 2 ELSE 1 END, 5, 12015550100 + i,
       12125550199, 'a', '{"rules": "old"}'
FROM generate_series(1, 6) i,
     LATERAL (SELECT timestamptz '2026-11-10 15:00Z' + i * interval '1 day') AS t (at);
INSERT INTO attempt_results (attempt_id, outcome, treatment, sip_status, ended_at, ended_by,
                             failover_follows, campaign_id)
SELECT id, 'busy', 'none', 486, at, 'carrier', false, campaign_id FROM attempts;
INSERT INTO suppression_changes (list_id, number, listed, at, source)
VALUES (1, 12015550150, true, '2026-11-01 15:00Z', 'key_press');
)sql";

void check_refused(const std::string& dsn, const std::string& statement) {
    INFO(statement);
    CHECK_THROWS_WITH(run_sql(dsn, statement), Catch::Contains("permission denied"));
}

} // namespace

TEST_CASE("a database in use at 0005 keeps all it has and learns whose calls they were",
          "[pg][migrate]") {
    Database db{Database::Empty{}};
    apply_until(db, "0006");
    db.sql(kOldRows);
    const std::string log = "SELECT md5(string_agg((id, at, lead_id, number, evidence)::text, ',' "
                            "ORDER BY id)) FROM attempts";
    const std::string before = db.sql(log);
    CHECK(campaigns::migrate(db.owner_dsn()) == schema_from("0006"));
    CHECK(campaigns::migrate(db.owner_dsn()).empty());
    CHECK(db.sql(log) == before);

    campaigns::Store store{db.engine_dsn()};
    const auto all = store.campaigns();
    REQUIRE(all.size() == 3);
    CHECK(all[0].regulatory_campaign == all[1].regulatory_campaign);
    CHECK(all[2].regulatory_campaign != all[0].regulatory_campaign);
    CHECK(all[2].seller == "autumn"); // a campaign without a seller called for itself
    CHECK(all[0].purpose == dnc::Purpose::telemarketing);
    CHECK(all[0].atds_profile == dnc::AtdsProfile::strict);
    CHECK(all[0].subject.empty());
    CHECK(db.sql("SELECT count(*) FROM attempts a JOIN campaigns c ON c.id = a.campaign_id "
                 "WHERE a.seller = c.seller AND a.subject = '' AND a.regulatory_campaign_id = "
                 "c.regulatory_campaign_id") == "6");

    // Calls of before count for caps.
    const campaigns::RunId run{4711};
    store.begin_run(run_start(run));
    const auto leads = store.lease_leads(all[0].id, run, 1, kNoon, kNoon + 60s);
    REQUIRE(leads.size() == 1);
    REQUIRE(leads[0].past.size() == 1);
    CHECK(leads[0].past[0].seller == "Acme");
    CHECK(leads[0].past[0].outcome == dnc::PastOutcome::busy);
}

TEST_CASE("the ledger can be added to and nothing else", "[pg][rights]") {
    World world;
    for (const char* table : {"consents", "revocations", "relationships", "emergencies",
                              "emergency_ends", "proclaimed_holidays", "regulatory_campaigns"}) {
        const std::string name{table};
        const std::string column = world.db.sql("SELECT attname FROM pg_attribute WHERE attrelid "
                                                "= '" +
                                                name + "'::regclass AND attnum = 2");
        check_refused(world.db.engine_dsn(), "UPDATE " + name + " SET " + column + " = " + column);
        check_refused(world.db.engine_dsn(), "DELETE FROM " + name);
        check_refused(world.db.engine_dsn(), "TRUNCATE " + name);
    }
}

TEST_CASE("what a lease reads of the ledger is read by index, however large it is", "[pg][facts]") {
    World world;
    world.add_leads(200);
    // A ledger and a log of other people, much larger than what the lease wants.
    world.db.sql("INSERT INTO consents (number, grade, sellers, at, evidence, source, recorded_at, "
                 "recorded_by) SELECT 13000000000 + i, 'written', '{Test}', '2026-01-01', "
                 "'{\"form\":\"f\",\"timestamp\":\"t\"}', 's', '2026-01-01', 'x' "
                 "FROM generate_series(1, 20000) i;"
                 "INSERT INTO attempts (id, at, lead_id, campaign_id, run_id, number, caller_id, "
                 "trunk, evidence) SELECT first_id_at('2026-11-20') + i, '2026-11-20', i, 1, 1, "
                 "13000000000 + i, 1, 'a', '{}' FROM generate_series(1, 20000) i");
    world.db.sql("SELECT pg_stat_reset()");
    world.store = campaigns::Store{world.db.engine_dsn()};
    // The server ends the session before in its own time, and with it the hold on the run.
    REQUIRE(world.db.becomes_true("SELECT pg_try_advisory_xact_lock(" +
                                  std::to_string(static_cast<std::int64_t>(world.run)) + ")"));
    world.store.begin_run(run_start(world.run));
    CHECK(world.lease(100).size() == 100);
    world.store = campaigns::Store{world.db.engine_dsn()}; // its counts are published when it ends
    CHECK(world.db.becomes_true("SELECT sum(idx_scan) > 0 FROM pg_stat_user_tables "
                                "WHERE relname = 'consents'"));
    CHECK(world.db.sql("SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables "
                       "WHERE relname LIKE 'attempts%' OR relname = 'consents'") == "0");
}
