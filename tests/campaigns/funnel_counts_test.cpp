// Goal: the counts are those of the leads at any moment, whatever happens to the leads.
// Method: random statements from several sessions at once, some rolled back, with folds in between,
// and the counts compared with the leads themselves in one snapshot; a server that is killed under
// that; leads that were there before the counts.

#include "campaigns/funnel/funnel.hpp"
#include "campaigns/schema_files.hpp"
#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>
#include <pqxx/pqxx>

#include <atomic>
#include <cstdlib>
#include <random>
#include <thread>

using namespace store_test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kAt = "'2026-11-23 17:00Z'::timestamptz";

/// How many groups differ between the counts and the leads, in one snapshot.
std::string faults(const std::string& at = kAt) {
    const std::string all =
        "WITH told AS (SELECT campaign_id, list_id, place, status, stop_reason, sum(leads) AS n "
        "FROM (SELECT campaign_id, list_id, place, status, stop_reason, leads FROM lead_counts "
        "UNION ALL SELECT campaign_id, list_id, place, status, stop_reason, change "
        "FROM lead_count_changes) c GROUP BY 1, 2, 3, 4, 5 HAVING sum(leads) <> 0), "
        "true_ones AS (SELECT campaign_id, list_id, place, counted_status(status, for_agent), "
        "counted_reason(status, stop_reason), count(*)::numeric FROM leads GROUP BY 1, 2, 3, 4, 5),"
        "told_ready AS (SELECT c.id, g.* FROM campaigns c, ready_groups(c.id, AT) g), "
        "true_ready AS (SELECT campaign_id, priority, list_id, place, count(*) FROM leads "
        "WHERE status = 'ready' AND for_agent IS NULL "
        "AND counted_due(status, due_at) <= AT GROUP BY 1, 2, 3, 4), "
        "told_rest AS (SELECT campaign_id, list_id, stop_reason, due, sum(leads) FROM ("
        "SELECT campaign_id, list_id, stop_reason, due, leads FROM resting_counts WHERE due > AT "
        "UNION ALL SELECT campaign_id, list_id, stop_reason, due, change FROM lead_count_changes "
        "WHERE status = 'ready' AND due > AT) r GROUP BY 1, 2, 3, 4 HAVING sum(leads) <> 0), "
        "true_rest AS (SELECT campaign_id, list_id, stop_reason, counted_due(status, due_at), "
        "count(*)::numeric FROM leads WHERE status = 'ready' AND for_agent IS NULL "
        "AND counted_due(status, due_at) > AT GROUP BY 1, 2, 3, 4) "
        "SELECT (SELECT count(*) FROM (TABLE told EXCEPT TABLE true_ones) a) + "
        "(SELECT count(*) FROM (TABLE true_ones EXCEPT TABLE told) a) + "
        "(SELECT count(*) FROM (TABLE told_ready EXCEPT TABLE true_ready) a) + "
        "(SELECT count(*) FROM (TABLE true_ready EXCEPT TABLE told_ready) a) + "
        "(SELECT count(*) FROM (TABLE told_rest EXCEPT TABLE true_rest) a) + "
        "(SELECT count(*) FROM (TABLE true_rest EXCEPT TABLE told_rest) a)";
    std::string sql;
    for (std::size_t at_pos = 0;;) {
        const std::size_t found = all.find("AT", at_pos);
        // Only the word itself, not one that it is part of.
        if (found == std::string::npos) {
            return sql + all.substr(at_pos);
        }
        const bool whole = !std::isalpha(all[found - 1]) && !std::isalpha(all[found + 2]) &&
                           all[found - 1] != '_' && all[found + 2] != '_';
        sql += all.substr(at_pos, found - at_pos) + (whole ? at : "AT");
        at_pos = found + 2;
    }
}

void make_world(const Database& db) {
    db.sql("INSERT INTO campaigns (name, seller, mode, lines_per_agent, caller_id, trunks, "
           "ring_max_s, wrap_up_max_s, attempts_max, retry_after_s, message_file) "
           "SELECT 'c' || i, 's', 'predictive', 1, 12125550100, '{}', 25, 30, 3, 3600, '' "
           "FROM generate_series(1, 2) i;"
           "INSERT INTO lists (campaign_id, file_name, sha256) "
           "SELECT 1 + i % 2, 'l' || i, encode(sha256(i::text::bytea), 'hex') "
           "FROM generate_series(1, 4) i;"
           "INSERT INTO places (key, jurisdictions, zones, number) "
           "SELECT 'p' || i, '{}', '{}', 12125550100 FROM generate_series(1, 3) i");
}

/// One random statement on the leads.
std::string random_statement(std::mt19937& random) {
    const auto pick = [&](int below) {
        return std::to_string(std::uniform_int_distribution<int>{0, below - 1}(random));
    };
    const std::string where = " WHERE id % 17 = " + pick(17) + " AND run_id IS NULL";
    switch (std::uniform_int_distribution<int>{0, 7}(random)) {
    case 0:
        return "INSERT INTO leads (campaign_id, list_id, place, priority, due_at) "
               "SELECT 1 + l % 2, l, g % 4, g % 3, CASE WHEN g % 2 = 0 THEN '-infinity' ELSE "
               "'2026-11-23 16:30Z'::timestamptz + g * interval '17 seconds' END "
               "FROM generate_series(1, 4) l, generate_series(1, " +
               pick(60) + ") g";
    case 1:
        return "UPDATE leads SET status = 'leased', run_id = 5, leased_until = '2030-01-01Z'" +
               where + " AND status = 'ready'";
    case 2:
        return "UPDATE leads SET status = 'dialing' WHERE status = 'leased' AND id % 5 = " +
               pick(5);
    case 3:
        return "UPDATE leads SET status = 'ready', run_id = NULL, leased_until = NULL, "
               "stop_reason = 'busy', due_at = '2026-11-23 16:50Z'::timestamptz + (id % 40) * "
               "interval '31 seconds' WHERE run_id IS NOT NULL AND id % 3 = " +
               pick(3);
    case 4:
        return "UPDATE leads SET status = 'finished', stop_reason = 'sale', run_id = NULL, "
               "leased_until = NULL WHERE run_id IS NOT NULL AND id % 7 = " +
               pick(7);
    case 5:
        return "UPDATE leads SET place = " + pick(4) + ", priority = " + pick(10) + where;
    case 6:
        return "UPDATE leads SET for_agent = CASE WHEN for_agent IS NULL THEN 3 END" + where +
               " AND status = 'ready'";
    default:
        return "DELETE FROM leads WHERE id % 101 = " + pick(101) + " AND run_id IS NULL";
    }
}

/// Random transactions until told to stop or the connection breaks.
void write_leads(const Database& db, unsigned seed, int statements, const std::atomic<bool>& stop) {
    std::mt19937 random{seed};
    for (int i = 0; i < statements && !stop; ++i) {
        std::string sql;
        for (int n = std::uniform_int_distribution<int>{1, 3}(random); n > 0; --n) {
            sql += random_statement(random) + ";";
        }
        const bool undone = random() % 4 == 0;
        try {
            db.sql("BEGIN;" + sql + (undone ? "ROLLBACK" : "COMMIT"));
        } catch (const std::runtime_error&) {
            // Two sessions met in one row, or the server is gone: then nothing happened.
        }
    }
}

std::string minute_text(int minute) {
    const std::string text = std::to_string(minute);
    return "'2026-11-23 17:" + std::string(text.size() == 1 ? "0" : "") + text + "Z'::timestamptz";
}

} // namespace

TEST_CASE("the counts are those of the leads while many sessions write", "[pg][funnel]") {
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    Database db;
    make_world(db);
    std::atomic<bool> stop{false};
    std::vector<std::thread> writers;
    for (unsigned i = 0; i < 3; ++i) {
        writers.emplace_back([&, i] { write_leads(db, seed + i, 60, stop); });
    }
    // Readers and folds in the middle of it: never a wrong sum.
    std::vector<std::string> wrong;
    for (int minute = 0; minute < 20; ++minute) {
        wrong.push_back(db.sql(faults(minute_text(minute))));
        db.sql("SELECT fold_lead_counts(" + minute_text(minute) + ")");
        wrong.push_back(db.sql(faults(minute_text(minute))));
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    for (const std::string& count : wrong) {
        CHECK(count == "0");
    }
    CHECK(db.sql(faults(minute_text(20))) == "0");
    // A fold takes so many at a time.
    while (db.sql("SELECT fold_lead_counts(" + minute_text(21) + ")") != "0") {
    }
    CHECK(db.sql("SELECT count(*) FROM lead_count_changes") == "0");
    CHECK(db.sql(faults(minute_text(21))) == "0");
    CHECK(db.sql("SELECT count(*) FROM leads") != "0");
    // What has passed lies together, and what is over is gone.
    CHECK(db.sql("SELECT count(*) FROM resting_counts WHERE due <= " + minute_text(21)) == "0");
    CHECK(db.sql("SELECT count(*) FROM ready_counts WHERE due <= " + minute_text(21)) == "0");
}

TEST_CASE("a server that is killed under writers comes back with exact counts",
          "[pg][funnel][crash]") {
    if (std::getenv("DIALER_TEST_DSN") != nullptr) {
        return; // somebody else's server is not ours to kill
    }
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    Database db;
    make_world(db);
    std::string folder = db.sql("SHOW data_directory");
    folder = folder.substr(0, folder.rfind('/'));
    const std::string tool = std::string{DIALER_SOURCE_DIR} + "/tools/cluster ";
    for (unsigned round = 0; round < 3; ++round) {
        std::atomic<bool> stop{false};
        std::vector<std::thread> writers;
        for (unsigned i = 0; i < 3; ++i) {
            writers.emplace_back([&, i] { write_leads(db, seed + round * 10 + i, 100000, stop); });
        }
        REQUIRE(db.becomes_true("SELECT count(*) > 500 FROM leads"));
        db.sql("SELECT fold_lead_counts(" + minute_text(static_cast<int>(round)) + ")");
        REQUIRE(std::system((tool + "kill " + folder + " >/dev/null").c_str()) == 0);
        stop = true;
        for (std::thread& writer : writers) {
            writer.join();
        }
        REQUIRE(std::system((tool + "start " + folder + " --volatile >/dev/null").c_str()) == 0);
        CHECK(db.sql(faults(minute_text(static_cast<int>(round)))) == "0");
    }
    db.sql("SELECT fold_lead_counts(" + minute_text(10) + ")");
    CHECK(db.sql(faults(minute_text(10))) == "0");
}

TEST_CASE("a large statement writes one change a group", "[pg][funnel]") {
    Database db;
    make_world(db);
    db.sql("INSERT INTO leads (campaign_id, list_id, place) "
           "SELECT 1, 2, i % 3 FROM generate_series(1, 9000) i");
    CHECK(db.sql("SELECT count(*), sum(change) FROM lead_count_changes") == "3|9000");
    db.sql("UPDATE leads SET status = 'held', stop_reason = 'undone'");
    CHECK(db.sql("SELECT count(*), sum(change) FROM lead_count_changes") == "9|9000");
    // What changes nothing that is counted leaves no trace.
    db.sql("UPDATE leads SET name = 'Ann'");
    CHECK(db.sql("SELECT count(*) FROM lead_count_changes") == "9");
    db.sql("DELETE FROM leads");
    CHECK(db.sql("SELECT sum(change) FROM lead_count_changes") == "0");
    CHECK(db.sql("SELECT fold_lead_counts(" + std::string{kAt} + ")") == "12");
    CHECK(db.sql("SELECT count(*) FROM lead_counts WHERE leads <> 0") == "0");
}

TEST_CASE("while one session folds another one goes on without", "[pg][funnel]") {
    World world;
    world.add_leads(3);
    pqxx::connection other{world.db.admin_dsn()};
    {
        pqxx::work busy{other};
        busy.exec("SELECT pg_advisory_xact_lock(1684630627, 9)");
        CHECK(campaigns::fold_lead_counts(world.store, kNoon) == 0);
        CHECK(world.db.sql("SELECT count(*) FROM lead_count_changes") == "1");
        // Readers are exact all the same.
        const auto groups = campaigns::ready_groups(world.store, world.campaign.id, kNoon);
        REQUIRE(groups.size() == 1);
        CHECK(groups[0].leads == 3);
    }
    CHECK(campaigns::fold_lead_counts(world.store, kNoon) == 1);
    CHECK(campaigns::ready_groups(world.store, world.campaign.id, kNoon).size() == 1);
}

TEST_CASE("the engine's role reads the counts and cannot write them", "[pg][funnel]") {
    Database db;
    const auto as_engine = [&](const std::string& sql) { return run_sql(db.engine_dsn(), sql); };
    CHECK(as_engine("SELECT count(*) FROM lead_counts") == "0");
    CHECK_THROWS(as_engine("INSERT INTO lead_count_changes VALUES (1,1,0,0::smallint,'ready','',"
                           "'-infinity',5)"));
    CHECK_THROWS(as_engine("UPDATE lead_counts SET leads = 5"));
    CHECK_THROWS(as_engine("DELETE FROM ready_counts"));
    CHECK_THROWS(as_engine("UPDATE due_counts SET leads = 0"));
}

TEST_CASE("leads that were there before the counts are counted", "[pg][funnel][migrate]") {
    const Database db{Database::Empty{}};
    apply_until(db, "0009");
    make_world(db);
    db.sql("INSERT INTO leads (campaign_id, list_id, place, due_at, status) "
           "SELECT 1, 2, i % 3, CASE WHEN i % 2 = 0 THEN '-infinity' ELSE "
           "'2026-11-23 16:59:30Z'::timestamptz + i * interval '1 minute' END, "
           "CASE WHEN i % 5 = 0 THEN 'exhausted' ELSE 'ready' END FROM generate_series(1, 50) i");
    campaigns::migrate(db.owner_dsn());
    CHECK(db.sql(faults()) == "0");
    CHECK(db.sql("SELECT sum(leads) FROM lead_counts") == "50");
    db.sql("SELECT fold_lead_counts(" + minute_text(10) + ")");
    CHECK(db.sql(faults(minute_text(10))) == "0");
}
