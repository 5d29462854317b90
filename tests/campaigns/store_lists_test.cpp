// Goal: an opt-out is durable and known to every engine at once, no change is missed by the feed,
// and the snapshot is exactly what the lists in force say.
// Method: real PostgreSQL with a second session that listens; concurrent writers for the order.

#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
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
