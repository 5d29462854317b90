// Goal: the schema is built once, never rebuilt, never edited, and gives the engine's role no way
// to change a log. Method: real PostgreSQL; every log table (and every partition of it) is tried as
// dialer_engine.

#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using namespace store_test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

void check_denied(const std::string& dsn, const std::string& statement) {
    INFO(statement);
    try {
        run_sql(dsn, statement);
        FAIL_CHECK("was allowed");
    } catch (const std::runtime_error& error) {
        CHECK(std::string{error.what()}.find("permission denied") != std::string::npos);
    }
}

} // namespace

TEST_CASE("migrate applies every file once", "[pg][migrate]") {
    Database db{Database::Empty{}};
    const auto first = campaigns::migrate(db.owner_dsn());
    CHECK(first == schema_from("0001"));
    CHECK(first.front() == "0001_campaigns");
    CHECK(campaigns::migrate(db.owner_dsn()).empty());
    CHECK(db.sql("SELECT count(*) FROM schema_migrations WHERE length(sha256) = 64") ==
          std::to_string(first.size()));
}

TEST_CASE("a migration that was edited after it was applied is refused", "[pg][migrate]") {
    Database db;
    db.sql("UPDATE schema_migrations SET sha256 = repeat('0', 64) WHERE name LIKE '0002%'");
    CHECK_THROWS_AS(campaigns::migrate(db.owner_dsn()), campaigns::StoreRefusal);
    CHECK_THROWS_AS(campaigns::Store{db.engine_dsn()}, campaigns::StoreRefusal);
}

TEST_CASE("a schema that is older or newer than the program is refused", "[pg][migrate]") {
    Database empty{Database::Empty{}};
    CHECK_THROWS_WITH(campaigns::Store{empty.engine_dsn()}, Catch::Contains("dialer migrate"));
    Database newer;
    newer.sql("INSERT INTO schema_migrations VALUES ('9999_future', repeat('0', 64))");
    CHECK_THROWS_WITH(campaigns::Store{newer.engine_dsn()}, Catch::Contains("newer program"));
    CHECK_THROWS_AS(campaigns::migrate(newer.owner_dsn()), campaigns::StoreRefusal);
}

TEST_CASE("the engine's role cannot change, delete or empty any log table", "[pg][rights]") {
    World world;
    // All tables that hold history, with all their partitions.
    const auto tables = lines_of(world.db.sql(
        "SELECT c.oid::regclass FROM pg_class c WHERE relkind IN ('r', 'p') "
        "AND relnamespace = 'public'::regnamespace AND relname ~ "
        "'^(engine_run|attempt|gate_refusals|agent_states|dispositions|pacing_samples|"
        "suppression|regulatory|consents|revocations|relationships|emergenc|proclaimed|"
        "import_refusals|schema_migrations|sign_ins|disposition_codes)' ORDER BY 1"));
    CHECK(tables.size() > 30);
    for (const std::string& table : tables) {
        const std::string column =
            world.db.sql("SELECT attname FROM pg_attribute WHERE attrelid = '" + table +
                         "'::regclass ORDER BY attnum DESC LIMIT 1");
        check_denied(world.db.engine_dsn(), "UPDATE " + table + " SET " + column + " = " + column);
        check_denied(world.db.engine_dsn(), "DELETE FROM " + table);
        check_denied(world.db.engine_dsn(), "TRUNCATE " + table);
    }
}

TEST_CASE("the engine's role cannot delete what the log names", "[pg][rights]") {
    World world;
    for (const char* table :
         {"campaigns", "lists", "leads", "lead_phones", "agents", "pacing_states"}) {
        check_denied(world.db.engine_dsn(), std::string{"DELETE FROM "} + table);
        check_denied(world.db.engine_dsn(), std::string{"TRUNCATE "} + table);
    }
    check_denied(world.db.engine_dsn(), "CREATE TABLE public.mine (a int)");
    CHECK_THROWS_WITH(run_sql(world.db.engine_dsn(), "DROP TABLE attempts"),
                      Catch::Contains("must be owner"));
}

TEST_CASE("each month has its partition and a clock far off still has a place", "[pg][migrate]") {
    World world;
    CHECK(world.db.sql("SELECT count(*) FROM pg_class WHERE relname IN ('attempts_2026_11', "
                       "'attempts_2026_12', 'attempts_2027_01', 'agent_states_2026_11')") == "4");
    // The bounds in SQL must agree with the ids made in C++.
    world.add_leads(2);
    const auto draft = world.dial_one();
    CHECK(world.db.sql("SELECT tableoid::regclass FROM attempts") == "attempts_2026_11");
    world.dial_one(kNoon + std::chrono::days{3000});
    CHECK(world.db.sql("SELECT count(*) FROM attempts_other") == "1");
    CHECK(world.db.sql("SELECT first_id_at('2026-12-01 00:00Z') > " +
                       std::to_string(static_cast<std::int64_t>(draft.id))) == "t");
    // Rows already in the default partition make their month's partition impossible, not an error.
    CHECK(world.db.sql("SELECT ensure_partitions('2035-02-01', 1)") != "");
}
