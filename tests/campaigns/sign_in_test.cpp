// Goal: who has the password gets in and nobody else, guessing is stopped, and a session ends when
// it should. Method: a real PostgreSQL; the clock is an argument, so hours pass at once.

#include "campaigns/people/sign_in.hpp"
#include "campaigns/people/users.hpp"
#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using namespace campaigns;
using namespace std::chrono_literals;
using store_test::Database;
using store_test::kNoon;

namespace {

const std::string kPassword = "correct horse battery";
const Browser kDesk{"192.0.2.7", "Firefox"};

struct Users {
    Users() {
        store.add_user({.id = 0, .name = "Ann", .role = Role::admin, .agent = std::nullopt},
                       "t-ann");
        set_password(store, "Ann", kPassword, {"setup", kNoon});
    }

    void add_boss() {
        store.add_user({.id = 0, .name = "Boss", .role = Role::admin, .agent = std::nullopt},
                       "t-boss");
    }

    std::optional<Session> enter(const std::string& password = kPassword, Instant at = kNoon,
                                 const std::string& name = "ann", const Browser& from = kDesk) {
        auto result = sign_in(store, name, password, from, at);
        auto* session = std::get_if<Session>(&result);
        return session == nullptr ? std::nullopt : std::optional{std::move(*session)};
    }

    std::optional<std::chrono::seconds> locked(Instant at, const std::string& name = "ann",
                                               const Browser& from = kDesk) {
        const auto result = sign_in(store, name, "wrong wrong", from, at);
        const auto* refused = std::get_if<SignInRefused>(&result);
        return refused != nullptr && refused->locked ? std::optional{refused->wait} : std::nullopt;
    }

    Database db;
    Store store{db.engine_dsn()};
};

} // namespace

TEST_CASE("the password opens a session, in whatever case the name is typed", "[pg][sign_in]") {
    Users users;
    const auto session = users.enter(kPassword, kNoon, "ANN");
    REQUIRE(session);
    CHECK(session->user.name == "Ann");
    CHECK(session->user.role == Role::admin);
    CHECK(session->token.size() == 64);
    const auto found = find_session(users.store, session->token, kNoon + 1min);
    REQUIRE(found);
    CHECK(found->name == "Ann");
    CHECK_FALSE(find_session(users.store, "", kNoon));
    CHECK_FALSE(find_session(users.store, session->token + "0", kNoon));
    CHECK(has_administrator(users.store));
}

TEST_CASE("no wrong password, name or switched off user gets in", "[pg][sign_in]") {
    Users users;
    CHECK_FALSE(users.enter("correct horse batterz"));
    CHECK_FALSE(users.enter(""));
    CHECK_FALSE(users.enter(std::string(100'000, 'a')));
    CHECK_FALSE(users.enter(kPassword, kNoon, "bob"));
    CHECK_FALSE(users.enter(kPassword, kNoon, std::string("ann\0", 4)));
    const auto open = users.enter(kPassword, kNoon + 1h);
    REQUIRE(open);
    users.add_boss();
    change_person(users.store, "ann", {.role = {}, .agent = {}, .active = false},
                  {"boss", kNoon + 1h});
    CHECK_FALSE(find_session(users.store, open->token, kNoon + 1h));
    CHECK_FALSE(users.enter(kPassword, kNoon + 2h));
    CHECK_FALSE(users.store.find_user("t-ann"));
    change_person(users.store, "ann", {.role = {}, .agent = {}, .active = true},
                  {"boss", kNoon + 2h});
    CHECK(users.enter(kPassword, kNoon + 2h));
    CHECK(users.store.find_user("t-ann"));
    CHECK_FALSE(find_session(users.store, open->token, kNoon + 2h));
}

TEST_CASE("the last administrator cannot be switched off, others can", "[pg][sign_in]") {
    Users users;
    const PersonChange off{.role = {}, .agent = {}, .active = false};
    CHECK_THROWS_AS(change_person(users.store, "ann", off, {"root", kNoon}), StoreRefusal);
    CHECK(has_administrator(users.store));
    users.store.add_user({.id = 0, .name = "Olga", .role = Role::ops, .agent = std::nullopt}, "t");
    change_person(users.store, "olga", off, {"root", kNoon});
    CHECK_FALSE(users.store.find_user("t"));
    users.add_boss();
    change_person(users.store, "ann", off, {"root", kNoon});
    CHECK_THROWS_AS(change_person(users.store, "boss", off, {"root", kNoon}), StoreRefusal);
}

TEST_CASE("nothing secret is in the database, nor in the log of settings", "[pg][sign_in]") {
    Users users;
    const auto session = users.enter();
    REQUIRE(session);
    CHECK(users.db.sql("SELECT password_hash LIKE '$argon2id$v=19$m=65536,t=2,p=1$%' FROM users") ==
          "t");
    CHECK(users.db.sql("SELECT count(*) FROM sessions WHERE encode(token_sha256, 'hex') = '" +
                       session->token + "'") == "0");
    CHECK(users.db.sql("SELECT count(*) FROM setting_changes WHERE table_name = 'users'") == "2");
    CHECK(users.db.sql("SELECT count(*) FROM setting_changes WHERE "
                       "concat(before, after) ~ 'argon|token_sha256'") == "0");
    CHECK(users.db.sql("SELECT by_whom FROM setting_changes WHERE table_name = 'users' "
                       "ORDER BY id DESC LIMIT 1") == "setup");
}

TEST_CASE("a password that is short, huge or the name itself is refused", "[pg][sign_in]") {
    Users users;
    const Actor boss{"boss", kNoon};
    for (const std::string& password :
         {std::string{"short"}, std::string(257, 'x'), std::string{"I am ANN, let me in"}}) {
        CHECK_THROWS_AS(set_password(users.store, "ann", password, boss), StoreRefusal);
    }
    CHECK_THROWS_AS(set_password(users.store, "nobody", kPassword, boss), StoreRefusal);
    CHECK(users.enter());
}

TEST_CASE("a new password ends all sessions of its user", "[pg][sign_in]") {
    Users users;
    const auto session = users.enter();
    REQUIRE(session);
    set_password(users.store, "ann", "another long one", {"ann", kNoon + 1min});
    CHECK_FALSE(find_session(users.store, session->token, kNoon + 2min));
    CHECK_FALSE(users.enter());
    CHECK(users.enter("another long one"));
}

TEST_CASE("a session ends by itself: unused after two hours, in any case after a day",
          "[pg][sign_in]") {
    Users users;
    const auto idle = users.enter();
    const auto busy = users.enter();
    REQUIRE((idle && busy));
    CHECK(find_session(users.store, idle->token, kNoon + 119min));
    CHECK_FALSE(find_session(users.store, idle->token, kNoon + 119min + 121min));
    Instant at = kNoon;
    for (; at < kNoon + 24h; at += 1h) {
        CHECK(find_session(users.store, busy->token, at));
    }
    CHECK_FALSE(find_session(users.store, busy->token, at));
}

TEST_CASE("a session is ended by its user, or by somebody in charge", "[pg][sign_in]") {
    Users users;
    const auto one = users.enter();
    const auto other = users.enter();
    REQUIRE((one && other));
    auto open = open_sessions(users.store, "Ann", kNoon);
    REQUIRE(open.size() == 2);
    CHECK(open[0].browser.address == kDesk.address);
    CHECK(open[0].user == "Ann");
    end_session(users.store, one->token, kNoon);
    end_session(users.store, one->token, kNoon);
    CHECK_FALSE(find_session(users.store, one->token, kNoon));
    open = open_sessions(users.store, "", kNoon);
    REQUIRE(open.size() == 1);
    revoke_session(users.store, open[0].id, "", {"boss", kNoon});
    CHECK_FALSE(find_session(users.store, other->token, kNoon));
    CHECK_THROWS_AS(revoke_session(users.store, open[0].id, "", {"boss", kNoon}), StoreRefusal);
    CHECK(open_sessions(users.store, "", kNoon).empty());
}

TEST_CASE("five wrong tries lock the name out at that address for a quarter of an hour",
          "[pg][sign_in]") {
    Users users;
    for (int i = 0; i < 5; ++i) {
        CHECK_FALSE(users.locked(kNoon + i * 1s));
    }
    const auto wait = users.locked(kNoon + 10s);
    REQUIRE(wait);
    CHECK(*wait == 15min - 10s);
    CHECK_FALSE(users.enter(kPassword, kNoon + 1min)); // not even with the right one
    // Somebody else, and the same user elsewhere, are not kept out.
    const Browser elsewhere{"192.0.2.8", "Firefox"};
    CHECK(users.enter(kPassword, kNoon + 1min, "ann", elsewhere));
    CHECK(users.enter(kPassword, kNoon + 16min));
    CHECK(users.db.sql("SELECT count(*) FROM sign_ins WHERE outcome = 'locked'") == "2");
}

TEST_CASE("a sign-in that works forgives the wrong tries before it", "[pg][sign_in]") {
    Users users;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 4; ++i) {
            CHECK_FALSE(users.locked(kNoon + round * 10s + i * 1s));
        }
        CHECK(users.enter(kPassword, kNoon + round * 10s + 5s));
    }
}

TEST_CASE("guessing from many addresses, and for many names, is stopped too", "[pg][sign_in]") {
    Users users;
    users.db.sql("INSERT INTO sign_ins (at, name, address, outcome) "
                 "SELECT '2026-11-23 17:00:00Z', 'ann', '198.51.100.' || i, 'wrong' "
                 "FROM generate_series(1, 29) i");
    CHECK_FALSE(users.locked(kNoon + 1s));
    CHECK(users.locked(kNoon + 2s));
    users.db.sql("INSERT INTO sign_ins (at, name, address, outcome) "
                 "SELECT '2026-11-23 17:00:00Z', 'name' || i, '203.0.113.9', 'wrong' "
                 "FROM generate_series(1, 100) i");
    CHECK(users.locked(kNoon + 3s, "somebody new", {"203.0.113.9", ""}));
}

TEST_CASE("an office behind one address signs in at once, and guesses from it are still counted",
          "[pg][sign_in]") {
    Users users;
    // As 95 colleagues have done it; one of them mistyped twice.
    users.db.sql("INSERT INTO sign_ins (at, name, address, outcome) "
                 "SELECT timestamptz '2026-11-23 16:59:00Z' + i * interval '1 ms', 'agent' || i, "
                 "'192.0.2.7', o FROM generate_series(1, 95) i, (VALUES ('wrong'), ('signed_in')) "
                 "t (o)");
    users.db.sql("INSERT INTO sign_ins (at, name, address, outcome) "
                 "SELECT '2026-11-23 16:59:00Z', 'agent7', '192.0.2.7', 'wrong' "
                 "FROM generate_series(1, 2)");
    for (int i = 0; i < 8; ++i) { // as many of her own as would fill both counts
        CHECK(users.enter(kPassword, kNoon + i * 1s, "ann", kDesk));
    }
    // Guesses for names that never come in fill the count of the address all the same.
    users.db.sql("INSERT INTO sign_ins (at, name, address, outcome) "
                 "SELECT '2026-11-23 17:00:00Z', 'name' || i, '192.0.2.7', 'wrong' "
                 "FROM generate_series(1, 99) i");
    CHECK_FALSE(users.locked(kNoon + 10s, "somebody new", kDesk));
    CHECK(users.locked(kNoon + 11s, "somebody new", kDesk));
    CHECK_FALSE(users.enter(kPassword, kNoon + 12s, "ann", kDesk));
}

TEST_CASE("guesses made at the same moment count one by one", "[pg][sign_in]") {
    Users users;
    std::vector<std::thread> threads;
    std::atomic<int> looked_at{0};
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            Store store{users.db.engine_dsn()};
            const auto result = sign_in(store, "ann", "wrong wrong", kDesk, kNoon);
            looked_at += std::get<SignInRefused>(result).locked ? 0 : 1;
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(looked_at == 5);
}
