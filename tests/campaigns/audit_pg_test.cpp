// Goal: nothing durable is missing from the log, each record has one leaf and keeps it, nobody
// signs an altered log, and the dialer's role can add and nothing else.
// Method: real PostgreSQL; calls as the engine makes them; writers that commit late, roll back and
// run at the same time as sealers; tables and rights as the catalog has them.

#include "campaigns/audit/audit.hpp"
#include "campaigns/audit/verify.hpp"
#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>
#include <pqxx/pqxx>

#include <random>
#include <set>
#include <thread>

using namespace campaigns;
using namespace std::chrono_literals;
using store_test::kNoon;
using store_test::World;

namespace {

audit::SigningKey key_of_seed(std::uint8_t seed) {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(seed);
    return audit::SigningKey::from_seed(bytes);
}

const Actor kMaria{"maria", kNoon};

/// What sales ops, agents and callers do in one morning, a little of each.
void live(World& world) {
    world.add_leads(4);
    world.write_result(world.result(world.dial_one(), Outcome::busy));
    const auto talk = world.dial_one();
    world.write_result(world.result(talk, Outcome::answered));
    LogBatch batch;
    batch.dispositions.push_back({talk.id, AgentId{1}, kNoon + 60s, "sale", "will \"pay\"\n soon"});
    world.store.write_log(batch);
    OptOut opt_out;
    opt_out.id = world.ids.make(kNoon);
    opt_out.number = store_test::number_at(1);
    opt_out.at = kNoon;
    opt_out.source = "agent";
    world.store.add_opt_out(opt_out);
    audit::login(world.store, "maria", "login", "192.0.2.7", kNoon);
}

std::string exported(Store& store, const audit::ExportWish& wish = {}) {
    std::string file;
    audit::export_log(store, wish, kNoon + 1h, [&](std::string_view line) { file += line; });
    return file;
}

std::int64_t count(const World& world, const std::string& what) {
    return std::stoll(world.db.sql("SELECT count(*) FROM " + what));
}

std::string differences(Store& store) {
    std::string all;
    for (const auto& difference : audit::check(store).differences) {
        all += difference + "\n";
    }
    return all;
}

/// Changes what only a superuser can, as somebody would who wants the log to say something else.
void tamper(const World& world, const std::string& statement) {
    world.db.sql("SET session_replication_role = replica; " + statement);
}

} // namespace

TEST_CASE("all that happens is recorded, sealed, signed, exported and proved", "[audit][pg]") {
    World world;
    live(world);
    const auto key = key_of_seed(1);
    audit::introduce_key(world.store, key, nullptr, kMaria);
    audit::introduce_key(world.store, key, nullptr, kMaria);
    const auto sealed = audit::seal_all(world.store);
    CHECK(sealed.size == count(world, "audit_records"));
    CHECK(audit::seal_all(world.store).added == 0);

    const std::string kinds = world.db.sql("SELECT string_agg(DISTINCT kind, ' ' ORDER BY kind) "
                                           "FROM audit_records");
    for (const char* kind :
         {"attempt", "audit_key", "disposition", "login", "opt_out", "run", "setting"}) {
        CHECK(kinds.find(kind) != std::string::npos);
    }
    const auto head = audit::sign(world.store, key, kNoon + 5min);
    REQUIRE(head);
    CHECK(head->head.size == sealed.size);
    CHECK_FALSE(audit::sign(world.store, key, kNoon + 6min)); // nothing new

    const auto verdict = audit::verify_export(exported(world.store), {key.public_key()});
    INFO(audit::explain(verdict));
    CHECK_FALSE(verdict.fault);
    CHECK(verdict.records == sealed.size);
    CHECK(differences(world.store) == "");

    const auto status = audit::status(world.store);
    CHECK(status.size == sealed.size);
    CHECK(status.waiting == 0);
    CHECK(status.head->head.size == sealed.size);
    CHECK(status.key == key.public_key());
}

TEST_CASE("the record of an attempt is proved by itself, with what agents said", "[audit][pg]") {
    World world;
    live(world);
    const auto key = key_of_seed(1);
    audit::introduce_key(world.store, key, nullptr, kMaria);
    audit::seal_all(world.store);
    audit::ExportWish wish;
    wish.attempt = AttemptId{std::stoll(world.db.sql("SELECT attempt_id FROM dispositions"))};
    CHECK_THROWS_AS(exported(world.store, wish), StoreRefusal); // no head yet
    audit::sign(world.store, key, kNoon + 5min);
    const auto file = exported(world.store, wish);
    const auto verdict = audit::verify_export(file, {key.public_key()});
    INFO(audit::explain(verdict));
    CHECK_FALSE(verdict.fault);
    CHECK(verdict.records == 2);
    CHECK(file.find(R"("outcome" : "answered")") != std::string::npos);
    wish.attempt = AttemptId{1};
    CHECK_THROWS_AS(exported(world.store, wish), StoreRefusal);
}

TEST_CASE("exports by number, campaign and period are proved", "[audit][pg]") {
    World world;
    const auto key = key_of_seed(1);
    audit::introduce_key(world.store, key, nullptr, kMaria);
    audit::seal_all(world.store);
    audit::sign(world.store, key, kNoon - 1h);
    live(world);
    audit::seal_all(world.store);
    audit::sign(world.store, key, kNoon + 10min);
    audit::login(world.store, "paul", "refused", "192.0.2.9", kNoon + 20min);
    audit::seal_all(world.store);
    audit::sign(world.store, key, kNoon + 30min);

    audit::ExportWish wish;
    SECTION("a period") {
        wish.from = kNoon - 30min;
        wish.to = kNoon + 10min;
        const auto verdict = audit::verify_export(exported(world.store, wish), {key.public_key()});
        INFO(audit::explain(verdict));
        CHECK_FALSE(verdict.fault);
        CHECK(verdict.header.first > 0);
        CHECK(verdict.header.end < verdict.header.size);
        CHECK(verdict.records == verdict.header.end - verdict.header.first);
    }
    SECTION("a period that goes on") {
        wish.from = kNoon + 15min;
        wish.to = kNoon + 24h;
        const auto verdict = audit::verify_export(exported(world.store, wish), {key.public_key()});
        INFO(audit::explain(verdict));
        CHECK_FALSE(verdict.fault);
        CHECK(verdict.records == 1);
    }
    SECTION("a number") {
        wish.number = store_test::number_at(1).e164;
        const auto verdict = audit::verify_export(exported(world.store, wish), {key.public_key()});
        INFO(audit::explain(verdict));
        CHECK_FALSE(verdict.fault);
        CHECK(verdict.records >= 1);
        CHECK(verdict.header.filter == "number " + std::to_string(*wish.number));
    }
    SECTION("a campaign") {
        wish.campaign = world.campaign.name;
        const auto verdict = audit::verify_export(exported(world.store, wish), {key.public_key()});
        INFO(audit::explain(verdict));
        CHECK_FALSE(verdict.fault);
        CHECK(verdict.records >= 3);
        wish.campaign = "nobody's";
        CHECK_THROWS_AS(exported(world.store, wish), StoreRefusal);
    }
}

TEST_CASE("a record that commits late is sealed after those before it, once", "[audit][pg]") {
    World world;
    audit::seal_all(world.store);
    const auto before = count(world, "audit_leaves");
    const std::string insert = "INSERT INTO audit_logins (at, user_name, what, from_addr) VALUES "
                               "('2026-11-23', 'u', 'login', '')";
    pqxx::connection late{world.db.engine_dsn()};
    pqxx::connection lost{world.db.engine_dsn()};
    {
        pqxx::work late_work{late};
        late_work.exec(insert);
        {
            pqxx::work lost_work{lost};
            lost_work.exec(insert);
        }                                               // rolled back
        world.db.sql(insert);                           // begins later, commits earlier
        CHECK(audit::seal_all(world.store).added == 0); // the late one may still come
        CHECK(audit::status(world.store).waiting == 1);
        late_work.commit();
    }
    CHECK(audit::seal_all(world.store).added == 2);
    CHECK(world.db.sql("SELECT array_agg(r.xid ORDER BY leaf) = array_agg(r.xid ORDER BY r.xid) "
                       "FROM audit_leaves l JOIN audit_records r ON r.id = l.record_id") == "t");
    CHECK(count(world, "audit_leaves") == before + 2);
    CHECK(differences(world.store) == "");
}

TEST_CASE("many writers and two sealers: every committed record has one leaf", "[audit][pg]") {
    World world;
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    constexpr int writers = 4;
    constexpr int rounds = 60;
    std::vector<std::thread> threads;
    std::atomic<int> running{writers};
    std::atomic<bool> failed{false};
    for (int w = 0; w < writers; ++w) {
        threads.emplace_back([&, w] {
            try {
                std::mt19937 random{static_cast<unsigned>(seed + static_cast<unsigned>(w))};
                pqxx::connection connection{world.db.engine_dsn()};
                for (int i = 0; i < rounds; ++i) {
                    pqxx::work work{connection};
                    for (auto rows = random() % 5; rows > 0; --rows) {
                        work.exec("INSERT INTO audit_logins (at, user_name, what, from_addr) "
                                  "SELECT '2026-11-23', 'w', 'login', n::text "
                                  "FROM generate_series(1, 3) AS n");
                    }
                    if (random() % 3 != 0) {
                        work.commit();
                    }
                }
            } catch (const std::exception&) {
                failed = true;
            }
            --running;
        });
    }
    for (int s = 0; s < 2; ++s) {
        threads.emplace_back([&] {
            try {
                Store store{world.db.engine_dsn()};
                while (running > 0) {
                    audit::seal(store, 7);
                }
            } catch (const std::exception&) {
                failed = true;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK_FALSE(failed);
    audit::seal_all(world.store);
    CHECK(count(world, "audit_leaves") == count(world, "audit_records"));
    CHECK(count(world, "audit_logins") == count(world, "audit_records WHERE kind = 'login'"));
    CHECK(world.db.sql("SELECT max(leaf) + 1 = count(*) FROM audit_leaves") == "t");
    CHECK(world.db.sql("SELECT bool_and(xid >= before) FROM (SELECT r.xid, lag(r.xid) OVER "
                       "(ORDER BY leaf) AS before FROM audit_leaves l JOIN audit_records r "
                       "ON r.id = l.record_id) AS o WHERE before IS NOT NULL") == "t");
    CHECK(differences(world.store) == "");
}

TEST_CASE("after a restore into another cluster sealing goes on and misses nothing",
          "[audit][pg]") {
    World world;
    live(world);
    audit::seal(world.store, 3);
    audit::login(world.store, "old", "login", "", kNoon);
    // As a dump of a cluster that was far ahead of this one.
    tamper(world, "UPDATE audit_epochs SET cluster = 1; "
                  "UPDATE audit_records SET xid = (xid::text::bigint + 5000000)::text::xid8");
    audit::login(world.store, "new", "login", "", kNoon);
    audit::seal_all(world.store);
    audit::login(world.store, "newer", "login", "", kNoon);
    CHECK(audit::seal_all(world.store).added == 1);
    CHECK(count(world, "audit_leaves") == count(world, "audit_records"));
    CHECK(differences(world.store) == "");
}

TEST_CASE("what is altered in the database is found, and never signed", "[audit][pg]") {
    World world;
    live(world);
    const auto key = key_of_seed(1);
    audit::introduce_key(world.store, key, nullptr, kMaria);
    audit::seal_all(world.store);
    REQUIRE(audit::sign(world.store, key, kNoon));
    REQUIRE(differences(world.store) == "");
    const auto expect = [&](const std::string& words) {
        const std::string found = differences(world.store);
        INFO(found);
        CHECK(found.find(words) != std::string::npos);
    };
    SECTION("a result") {
        tamper(world, "UPDATE attempt_results SET outcome = 'no_answer' WHERE outcome = 'busy'");
        expect("attempt_results says something else");
    }
    SECTION("the evidence of an attempt") {
        tamper(world, "UPDATE attempts SET evidence = evidence || '{\"tzdb\": \"?\"}'");
        expect("attempt_results says something else");
    }
    SECTION("an opt-out that is gone") {
        tamper(world, "DELETE FROM suppression_changes");
        expect("opt_out 1: is in the log, and suppression_changes has no such row");
    }
    SECTION("a row that came by another way") {
        tamper(world, "INSERT INTO audit_logins (at, user_name, what, from_addr) VALUES "
                      "('2026-11-23', 'ghost', 'login', '')");
        expect("is in audit_logins and was never recorded");
    }
    SECTION("a record") {
        tamper(world, "UPDATE audit_records SET record = replace(record, 'maria', 'mario')");
        expect("its record is not the one that was sealed");
    }
    SECTION("a record with its hash") {
        tamper(world, "UPDATE audit_records SET record = replace(record, 'sale', 'lost') "
                      "WHERE kind = 'disposition'; "
                      "UPDATE audit_leaves l SET hash = sha256('\\x00'::bytea || "
                      "convert_to(r.record, 'UTF8')) FROM audit_records r "
                      "WHERE r.id = l.record_id");
        expect("signed over other leaves");
    }
    SECTION("the nodes above the leaves") {
        for (int i = 0; i < 20; ++i) {
            audit::login(world.store, "eve", "login", "", kNoon);
        }
        audit::seal_all(world.store);
        tamper(world, "UPDATE audit_nodes SET hash = sha256('other')");
        expect("is not what their hashes make");
        CHECK_THROWS_AS(audit::sign(world.store, key, kNoon + 1h), StoreRefusal);
    }
    SECTION("a leaf that is gone") {
        tamper(world, "DELETE FROM audit_leaves WHERE leaf = 2");
        expect("leaf 2: is missing");
    }
    SECTION("the last leaves are gone") {
        tamper(world, "DELETE FROM audit_leaves WHERE leaf > 2; DELETE FROM audit_nodes");
        expect("the log only 3");
        CHECK_THROWS_AS(audit::sign(world.store, key, kNoon + 1h), StoreRefusal);
    }
    SECTION("a trigger") {
        world.db.sql("ALTER TABLE dispositions DISABLE TRIGGER audit");
        expect("dispositions: the trigger that makes its records is gone or off");
    }
    SECTION("the time of a head") {
        tamper(world, "UPDATE audit_heads SET at = at - interval '1 day'");
        expect("its row says something else");
    }
}

TEST_CASE("a log table that lost its guard is found", "[audit][pg]") {
    World world;
    world.db.sql("DROP TRIGGER append_only ON audit_heads");
    CHECK(differences(world.store).find("audit_heads: the trigger that keeps it") == 0);
}

TEST_CASE("the nodes of the tree are those of its leaves at every size", "[audit][pg]") {
    World world;
    world.db.sql("INSERT INTO audit_logins (at, user_name, what, from_addr) "
                 "SELECT '2026-11-23', 'w', 'login', n::text FROM generate_series(1, 700) AS n");
    for (const int batch : {1, 15, 1, 3, 250, 17, 300, 1000}) {
        audit::seal(world.store, batch);
    }
    const auto size = count(world, "audit_leaves");
    CHECK(size == count(world, "audit_records"));
    CHECK(count(world, "audit_nodes WHERE level = 4") == size / 16);
    CHECK(count(world, "audit_nodes WHERE level = 8") == size / 256);
    CHECK(differences(world.store) == "");
}

TEST_CASE("a key follows another one, and a day is closed once", "[audit][pg]") {
    World world;
    const auto first = key_of_seed(1);
    const auto second = key_of_seed(2);
    audit::introduce_key(world.store, first, nullptr, kMaria);
    CHECK_THROWS_AS(audit::introduce_key(world.store, key_of_seed(4), &second, kMaria),
                    StoreRefusal);
    audit::seal_all(world.store);
    CHECK_THROWS_AS(audit::sign(world.store, second, kNoon), StoreRefusal);
    audit::sign(world.store, first, kNoon);
    audit::introduce_key(world.store, second, &first, kMaria);
    audit::seal_all(world.store);
    audit::sign(world.store, second, kNoon + 1h);

    const auto day = std::chrono::floor<std::chrono::days>(kNoon);
    CHECK_FALSE(audit::last_closed(world.store));
    const auto closing = audit::sign(world.store, second, kNoon + 10h, day);
    REQUIRE(closing);
    CHECK(closing->head.closes == "2026-11-23");
    CHECK_FALSE(audit::sign(world.store, second, kNoon + 11h, day));
    CHECK(audit::last_closed(world.store) == day);

    const auto file = exported(world.store);
    CHECK_FALSE(audit::verify_export(file, {first.public_key()}).fault);
    CHECK(differences(world.store) == "");
    CHECK(audit::heads(world.store, 10).size() == 3);
    CHECK(audit::keys(world.store).size() == 2);
}

TEST_CASE("a secret never enters the log", "[audit][pg]") {
    World world;
    world.db.sql("INSERT INTO agents (name, sip_user, sip_ha1) VALUES "
                 "('Ann', 'ann', '0123456789abcdef0123456789abcdef')");
    world.db.sql("INSERT INTO users (name, role, token_sha256) VALUES "
                 "('maria', 'admin', sha256('token'))");
    CHECK(count(world, "audit_records WHERE kind IN ('agent', 'user')") == 2);
    CHECK(count(world, "audit_records WHERE record LIKE '%0123456789abcdef0123%'") == 0);
    CHECK(count(world, "audit_records WHERE record LIKE '%token%'") == 0);
}

TEST_CASE("a user is in the log as he is now, and missed when he is gone", "[audit][pg]") {
    World world;
    world.db.sql("INSERT INTO users (name, role, token_sha256) VALUES "
                 "('maria', 'admin', sha256('token'))");
    world.db.sql("UPDATE users SET active = false");
    CHECK(count(world, "audit_records WHERE kind = 'user'") == 2);
    CHECK(differences(world.store) == "");
    world.db.sql("DELETE FROM users");
    CHECK(differences(world.store).find("no such row") != std::string::npos);
}

TEST_CASE("the dialer's role adds to logs and can do nothing else", "[audit][pg]") {
    World world;
    // Rows that say how things are now, not what happened; everything else is a log.
    const std::set<std::string> state{"callbacks",
                                      "caller_id_days",
                                      "caller_ids",
                                      "campaign_caller_ids",
                                      "campaigns",
                                      "disposition_codes",
                                      "disposition_effects",
                                      "filter_sweeps",
                                      "import_sources",
                                      "imports",
                                      "lead_phones",
                                      "leads",
                                      "lists",
                                      "pacing_states",
                                      "retention_terms",
                                      "retry_rules",
                                      "sessions",
                                      "users"};
    // Settings that are taken away again; each time is in setting_changes.
    const std::set<std::string> deleted{"retry_rules"};
    pqxx::connection owner{world.db.admin_dsn()};
    pqxx::nontransaction work{owner};
    const auto tables = work.exec(
        "SELECT c.relname, has_table_privilege('dialer_engine', c.oid, 'DELETE'), "
        "has_table_privilege('dialer_engine', c.oid, 'TRUNCATE'), "
        "has_any_column_privilege('dialer_engine', c.oid, 'UPDATE'), "
        "(SELECT quote_ident(attname) FROM pg_attribute a WHERE a.attrelid = c.oid "
        "AND attnum > 0 AND attidentity = '' AND NOT attisdropped ORDER BY attnum LIMIT 1) "
        "FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', "
        "'p')");
    REQUIRE(tables.size() > 40);
    pqxx::connection engine{world.db.engine_dsn()};
    const auto refused = [&](const std::string& statement) {
        pqxx::work attempt{engine};
        try {
            attempt.exec(statement);
        } catch (const pqxx::insufficient_privilege&) {
            return true;
        }
        return false;
    };
    int logs = 0;
    for (const pqxx::row& row : tables) {
        const std::string table = row[0].c_str();
        INFO(table);
        CHECK(row[1].as<bool>() == (deleted.count(table) == 1));
        CHECK_FALSE(row[2].as<bool>());
        CHECK(refused("TRUNCATE " + table + " CASCADE"));
        if (deleted.count(table) == 0) {
            CHECK(refused("DELETE FROM " + table));
        }
        if (state.count(table) == 0) {
            ++logs;
            CHECK_FALSE(row[3].as<bool>());
            CHECK(refused("UPDATE " + table + " SET " + row[4].c_str() + " = " + row[4].c_str()));
        }
    }
    CHECK(logs > 30);
    CHECK(refused("INSERT INTO audit_records (id, kind, at, subject, record) "
                  "VALUES (-1, 'x', '2026-11-23', 'x', '{}')"));
    CHECK(refused("ALTER TABLE attempts DISABLE TRIGGER ALL"));
}

TEST_CASE("not even the owner changes the log by mistake", "[audit][pg]") {
    World world;
    audit::seal_all(world.store);
    for (const char* statement :
         {"UPDATE audit_records SET kind = 'x'", "DELETE FROM audit_leaves", "TRUNCATE audit_nodes",
          "DELETE FROM audit_heads", "UPDATE audit_keys SET by_whom = ''"}) {
        INFO(statement);
        CHECK_THROWS(store_test::run_sql(world.db.owner_dsn(), statement));
    }
}
