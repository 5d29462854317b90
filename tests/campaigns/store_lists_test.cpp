// Goal: an opt-out is durable and known to every engine at once, no change is missed by the feed,
// and the snapshot is exactly what the lists in force say.
// Method: real PostgreSQL with a second session that listens; concurrent writers for the order.

#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace store_test;
using namespace std::chrono_literals;

namespace {

campaigns::OptOut opt_out(World& world, dnc::Number number) {
    return {.id = world.ids.make(kNoon),
            .number = number,
            .at = kNoon,
            .source = "key_press",
            .by = "",
            .attempt = std::nullopt};
}

/// Waits until the channel fires or the deadline passes.
bool fires(campaigns::Store& store, const std::string& channel) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < deadline) {
        const auto fired = store.wait_for_notifications(1000ms);
        if (std::find(fired.begin(), fired.end(), channel) != fired.end()) {
            return true;
        }
    }
    return false;
}

} // namespace

TEST_CASE("an opt-out stands in the snapshot and its request in the log", "[pg][lists]") {
    World world;
    auto first = opt_out(world, number_at(5));
    first.attempt = campaigns::AttemptId{42};
    CHECK(world.store.add_opt_out(first));
    auto second = opt_out(world, number_at(5));
    second.source = "api";
    second.by = "maria";
    CHECK_FALSE(world.store.add_opt_out(second));
    CHECK_FALSE(world.store.add_opt_out(second)); // the very same request
    CHECK(world.db.sql("SELECT source, by_user, attempt_id FROM suppression_changes ORDER BY id") ==
          "key_press||42\napi|maria|");

    const auto snapshot = world.store.load_suppression(kNoon);
    CHECK(snapshot.feed_alive_at == kNoon);
    REQUIRE(snapshot.lists.size() == 2);
    CHECK(snapshot.lists[0].name == "company");
    CHECK(snapshot.lists[0].kind == dnc::ListKind::company);
    CHECK(snapshot.lists[0].numbers.contains(number_at(5)));
    CHECK(snapshot.lists[0].numbers.size() == 1);
    CHECK(snapshot.lists[1].kind == dnc::ListKind::national);
    CHECK(snapshot.lists[1].version_id == 0);
    CHECK(snapshot.lists[1].numbers.size() == 0);
}

TEST_CASE("an opt-out wakes a listening session", "[pg][notify]") {
    World world;
    campaigns::Store ear{world.db.engine_dsn()};
    ear.listen();
    CHECK(ear.wait_for_notifications(0ms).empty());
    world.store.add_opt_out(opt_out(world, number_at(1)));
    CHECK(fires(ear, "dialer_suppression"));
    world.store.set_campaign_running("spring", false);
    CHECK(fires(ear, "dialer_campaigns"));
    world.db.sql("NOTIFY dialer_leads, '1'");
    CHECK(fires(ear, "dialer_leads"));
    CHECK(ear.wait_for_notifications(10ms).empty());
}

TEST_CASE("a listening session that is killed says so", "[pg][notify]") {
    World world;
    campaigns::Store ear{world.db.engine_dsn()};
    ear.listen();
    world.db.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                 "WHERE application_name = 'dialer' AND datname = current_database()");
    const auto listen_on = [&ear] {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (std::chrono::steady_clock::now() < deadline) {
            ear.wait_for_notifications(1000ms);
        }
    };
    CHECK_THROWS_AS(listen_on(), campaigns::StoreUnavailable);
}

TEST_CASE("the feed gives what came after the last change seen", "[pg][feed]") {
    World world;
    CHECK(world.store.last_suppression_change() == 0);
    world.store.add_opt_out(opt_out(world, number_at(1)));
    const auto seen = world.store.last_suppression_change();
    world.store.add_opt_out(opt_out(world, number_at(2)));
    world.store.add_opt_out(opt_out(world, number_at(3)));
    const auto changes = world.store.suppression_changes(seen);
    REQUIRE(changes.size() == 2);
    CHECK(changes[0].number == number_at(2));
    CHECK(changes[0].listed);
    CHECK(changes[1].change_id == world.store.last_suppression_change());
    CHECK(world.store.suppression_changes(changes[1].change_id).empty());
}

TEST_CASE("a reader of the feed misses nothing while several sessions write", "[pg][feed]") {
    World world;
    constexpr int each = 100;
    std::atomic<int> writing{3};
    std::vector<std::thread> writers;
    for (int node = 20; node < 23; ++node) {
        writers.emplace_back([&world, &writing, node] {
            campaigns::Store store{world.db.engine_dsn()};
            campaigns::IdMaker ids{node};
            for (int i = 0; i < each; ++i) {
                store.add_opt_out({.id = ids.make(kNoon),
                                   .number = number_at((node - 20) * each + i),
                                   .at = kNoon,
                                   .source = "agent",
                                   .by = "x",
                                   .attempt = std::nullopt});
            }
            --writing;
        });
    }
    std::int64_t seen = 0;
    std::size_t count = 0;
    for (bool last_look = false;;) {
        const bool done = writing == 0;
        for (const auto& change : world.store.suppression_changes(seen)) {
            REQUIRE(change.change_id > seen);
            seen = change.change_id;
            ++count;
        }
        if (last_look) {
            break;
        }
        last_look = done;
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    CHECK(count == 3 * each);
}

TEST_CASE("the newest version of a list is in force, with the changes on top", "[pg][lists]") {
    World world;
    world.db.sql(
        "INSERT INTO suppression_versions (id, list_id, as_of, sha256, rows, source) VALUES "
        "(1, 2, '2026-11-20', repeat('a', 64), 2, 'new'), "
        "(2, 2, '2026-11-01', repeat('b', 64), 1, 'old, loaded later'), "
        "(3, 1, '2026-10-01', repeat('c', 64), 2, 'company');"
        "INSERT INTO suppression_numbers SELECT 1, 12025550100 + i FROM generate_series(0, 49999) "
        "i;"
        "INSERT INTO suppression_numbers VALUES (2, 12065550100), (3, 12075550100), (3, "
        "12075550101);"
        "INSERT INTO suppression_changes (list_id, number, listed, at, source) VALUES "
        "(1, 12075550100, false, now(), 'api'), (1, 12085550100, true, now(), 'api')");
    const auto snapshot = world.store.load_suppression(kNoon);
    const auto& company = snapshot.lists[0];
    const auto& national = snapshot.lists[1];
    CHECK(national.version_id == 1);
    CHECK(national.as_of == std::chrono::year{2026} / 11 / 20);
    CHECK(national.numbers.size() == 50000);
    CHECK(national.numbers.contains({12025550100}));
    CHECK_FALSE(national.numbers.contains({12065550100}));
    CHECK(company.numbers.size() == 2);
    CHECK_FALSE(company.numbers.contains({12075550100}));
    CHECK(company.numbers.contains({12085550100}));

    // On the version by file, taken off by a change: an opt-out is news.
    CHECK(world.store.add_opt_out(opt_out(world, {12075550100})));
    // On the version and never taken off: it is not.
    CHECK_FALSE(world.store.add_opt_out(opt_out(world, {12075550101})));
}

TEST_CASE("an opt-out goes to the seller's list when there is one", "[pg][lists]") {
    World world;
    world.db.sql("INSERT INTO suppression_lists (name, kind, seller) VALUES "
                 "('acme', 'company', 'Acme Corp'), ('zeta', 'company', 'Zeta')");
    auto request = opt_out(world, number_at(1));
    request.seller = " acme corp ";
    CHECK(world.store.add_opt_out(request));
    request = opt_out(world, number_at(2));
    request.seller = "Unknown Inc";
    CHECK(world.store.add_opt_out(request));
    CHECK(world.store.add_opt_out(opt_out(world, number_at(3))));
    CHECK(world.db.sql("SELECT l.name FROM suppression_changes c JOIN suppression_lists l "
                       "ON l.id = c.list_id ORDER BY c.id") == "acme\ncompany\ncompany");
}

TEST_CASE("what is held stays, and only what is new comes", "[pg][lists]") {
    World world;
    world.db.sql(
        "INSERT INTO suppression_versions (id, list_id, as_of, sha256, rows, source) "
        "VALUES (1001, 2, '2026-11-01', repeat('a', 64), 2, 'full');"
        "INSERT INTO suppression_blocks (version_id, block, few) "
        "VALUES (1001, 1212555, '{100,101}');"
        "INSERT INTO suppression_versions (id, list_id, as_of, sha256, rows, source, changes, "
        "after_version, base_version) VALUES (1002, 2, '2026-11-02', repeat('b', 64), 2, "
        "'changes', "
        "2, 1001, 1001), (1003, 2, '2026-11-03', repeat('c', 64), 3, 'changes', 1, 1002, 1001);"
        "INSERT INTO suppression_version_changes (base_version, version_id, seq, number, listed) "
        "VALUES (1001, 1002, 1, 12125550100, false), (1001, 1002, 2, 12125550102, true), "
        "(1001, 1003, 1, 12125550103, true)");
    const auto national = [&](std::int64_t held) {
        auto update = world.store.update_suppression({{1, 0}, {2, held}}, "");
        REQUIRE(update.lists.size() == 2);
        CHECK(update.lists[0].keep);
        return std::move(update.lists[1]);
    };
    const auto fresh = national(0);
    CHECK_FALSE(fresh.keep);
    CHECK(fresh.list.numbers.size() == 3);
    CHECK_FALSE(fresh.list.numbers.contains({12125550100}));
    const auto same = national(1003);
    CHECK(same.keep);
    CHECK(same.changes.empty());
    CHECK(same.list.version_id == 1003);
    const auto behind = national(1002);
    CHECK(behind.keep);
    REQUIRE(behind.changes.size() == 1);
    CHECK(behind.changes[0].number == dnc::Number{12125550103});
    CHECK(national(1001).changes.size() == 3);
    CHECK_FALSE(national(999).keep); // of no chain that leads here
}

TEST_CASE("a large list is mapped from its file, and a wrong file is not used", "[pg][cache]") {
    World world;
    char name[] = "/tmp/dialer-lists.XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    const std::string folder = name;
    world.db.sql("INSERT INTO suppression_versions (id, list_id, as_of, sha256, rows, source) "
                 "VALUES (1001, 2, '2026-11-01', repeat('a', 64), 250000, 'full');"
                 "INSERT INTO suppression_blocks (version_id, block, many) "
                 "SELECT 1001, 1212000 + i, decode(repeat('ff', 1250), 'hex') "
                 "FROM generate_series(555, 579) i");
    const auto load = [&] { return world.store.update_suppression({}, folder); };
    const auto first = load();
    CHECK(first.notices.empty());
    CHECK(first.lists[1].list.numbers.size() == 250'000);
    const std::string file = folder + "/list-2-v1001.dncset";
    REQUIRE(std::filesystem::exists(file));
    CHECK(world.db.sql("SELECT count(*) FROM suppression_files WHERE version_id = 1001") == "1");

    // Without the rows the numbers can only come from the file.
    world.db.sql("CREATE TABLE kept AS SELECT * FROM suppression_blocks; "
                 "DELETE FROM suppression_blocks");
    const auto mapped = load();
    CHECK(mapped.notices.empty());
    CHECK(mapped.lists[1].list.numbers.size() == 250'000);
    CHECK(mapped.lists[1].list.numbers.contains({12125550100}));
    world.db.sql("INSERT INTO suppression_blocks SELECT * FROM kept");

    // One flipped bit: the database it is.
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    {
        std::fstream damaged{file, std::ios::in | std::ios::out | std::ios::binary};
        damaged.seekp(-1, std::ios::end);
        damaged.put('\0');
    }
    const auto fallen_back = load();
    REQUIRE(fallen_back.notices.size() == 1);
    CHECK_THAT(fallen_back.notices[0], Catch::Matchers::Contains("database"));
    CHECK(fallen_back.lists[1].list.numbers.size() == 250'000);
    CHECK(load().notices.empty()); // written anew meanwhile

    // Changes come on top of the file of the version before them.
    world.db.sql(
        "INSERT INTO suppression_versions (id, list_id, as_of, sha256, rows, source, changes, "
        "after_version, base_version) VALUES (1002, 2, '2026-11-02', repeat('b', 64), 249999, 'c', "
        "1, 1001, 1001);"
        "INSERT INTO suppression_version_changes (base_version, version_id, seq, number, listed) "
        "VALUES (1001, 1002, 1, 12125550100, false)");
    const auto changed = load();
    CHECK(changed.lists[1].list.numbers.size() == 249'999);
    CHECK_FALSE(changed.lists[1].list.numbers.contains({12125550100}));
    std::filesystem::remove_all(folder);
}

TEST_CASE("the history of a number says when it came on each list and went off", "[pg][history]") {
    World world;
    world.db.sql(
        "INSERT INTO suppression_versions (id, list_id, as_of, sha256, rows, source, loaded_at, "
        "area_codes) VALUES "
        "(1001, 2, '2026-09-01', repeat('a', 64), 1, 'sept', '2026-09-02Z', null), "
        "(1003, 2, '2026-11-01', repeat('c', 64), 0, 'nov', '2026-11-02Z', '{305}');"
        "INSERT INTO suppression_blocks (version_id, block, few) VALUES (1001, 1212555, '{100}');"
        "INSERT INTO suppression_versions (id, list_id, as_of, sha256, rows, source, loaded_at, "
        "changes, after_version, base_version) VALUES (1002, 2, '2026-10-01', repeat('b', 64), 0, "
        "'oct', '2026-10-02Z', 1, 1001, 1001);"
        "INSERT INTO suppression_version_changes (base_version, version_id, seq, number, listed, "
        "at) "
        "VALUES (1001, 1002, 1, 12125550100, false, '2026-09-20T10:00:00Z');"
        "INSERT INTO suppression_changes (list_id, number, listed, at, source) VALUES "
        "(1, 12125550100, true, '2026-10-15Z', 'key_press')");
    const auto day = [](unsigned month, unsigned of_month) {
        return campaigns::Instant{std::chrono::sys_days{
            std::chrono::year{2026} / static_cast<int>(month) / static_cast<int>(of_month)}};
    };
    const auto now = world.store.history_of({12125550100}, kNoon);
    REQUIRE(now.size() == 2);
    CHECK(now[0].kind == dnc::ListKind::company);
    CHECK(now[0].listed);
    REQUIRE(now[0].events.size() == 1);
    CHECK(now[0].events[0].source == "key_press");
    CHECK(now[0].events[0].at == day(10, 15));
    CHECK_FALSE(now[1].listed);
    CHECK_FALSE(now[1].covered);
    CHECK(now[1].version_id == 1003);
    REQUIRE(now[1].events.size() == 2);
    CHECK(now[1].events[0].listed);
    CHECK(now[1].events[0].at == day(9, 2));
    CHECK_FALSE(now[1].events[1].listed);
    CHECK(now[1].events[1].version_id == 1002);
    CHECK(now[1].events[1].registry_at == day(9, 20) + 10h);

    const auto then = world.store.history_of({12125550100}, day(9, 10));
    CHECK(then[1].listed);
    CHECK(then[1].version_id == 1001);
    CHECK_FALSE(then[0].listed);
    CHECK(world.store.history_of({12125550100}, day(9, 1))[1].version_id == 0);
}
