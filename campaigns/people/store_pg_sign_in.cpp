// Users with passwords, and their sessions.

#include "campaigns/people/store_pg_sign_in.hpp"
#include "campaigns/people/secrets.hpp"
#include "campaigns/people/sign_in.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>
#include <sodium.h>

#include <algorithm>

namespace campaigns {

namespace {

using namespace std::chrono_literals;

// Tries for one name take turns, so that guesses made at once count one after the other.
constexpr const char* kTakeTurns =
    "SELECT pg_advisory_xact_lock(1684630627, 16 + abs(hashtext($1) % 1024))";
// When the try that fills the count was made: from then on a quarter of an hour must pass. Each try
// is written as a wrong one before its password is looked at; a sign-in that worked forgives the
// tries for its name from its place until then, its own among them, so that an office behind one
// address may come to work at once.
constexpr const char* kFilledAt = R"sql(
WITH counted AS (
    SELECT t.name, t.address, t.at FROM sign_ins t
    WHERE (t.name = $1 OR t.address = $2) AND t.outcome = 'wrong' AND t.at > $3
      AND NOT EXISTS (SELECT FROM sign_ins s
                      WHERE s.name = t.name AND s.address = t.address
                        AND s.outcome = 'signed_in' AND s.at >= t.at)
)
SELECT greatest(
    (SELECT at FROM counted WHERE name = $1 AND address = $2 ORDER BY at DESC OFFSET $4 LIMIT 1),
    (SELECT at FROM counted WHERE name = $1 ORDER BY at DESC OFFSET $5 LIMIT 1),
    (SELECT at FROM counted WHERE address = $2 ORDER BY at DESC OFFSET $6 LIMIT 1))
)sql";
constexpr const char* kNoteTry =
    "INSERT INTO sign_ins (at, name, address, outcome) VALUES ($1, $2, $3, $4)";
constexpr const char* kHashOf =
    "SELECT password_hash FROM users WHERE lower(name) = $1 AND active AND password_hash IS NOT "
    "NULL";
// The user may have been switched off, or have another password, since the hash was read.
constexpr const char* kBegin = R"sql(
INSERT INTO sessions (token_sha256, user_id, at, address, browser, seen_at)
SELECT $1, id, $2, $3, $4, $2 FROM users
WHERE lower(name) = $5 AND active AND password_hash = $6
RETURNING user_id
)sql";
constexpr const char* kUser = "SELECT id, name, role, agent_id FROM users WHERE id = $1";
constexpr const char* kFind = R"sql(
SELECT u.id, u.name, u.role, u.agent_id, s.id AS session, s.seen_at < $2 AS stale
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.token_sha256 = $1 AND s.ended_at IS NULL AND u.active AND s.seen_at > $3 AND s.at > $4
)sql";
constexpr const char* kSeen = "UPDATE sessions SET seen_at = greatest(seen_at, $2) WHERE id = $1";
constexpr const char* kEnd = "UPDATE sessions SET ended_at = $2, ended_by = 'user' "
                             "WHERE token_sha256 = $1 AND ended_at IS NULL";
constexpr const char* kEndAll =
    "UPDATE sessions SET ended_at = $2, ended_by = $3 WHERE user_id = $1 AND ended_at IS NULL";
constexpr const char* kRevoke = R"sql(
UPDATE sessions s SET ended_at = $2, ended_by = $3 FROM users u
WHERE s.id = $1 AND s.ended_at IS NULL AND u.id = s.user_id
  AND ($4 = '' OR lower(u.name) = lower($4))
RETURNING u.name
)sql";
constexpr const char* kIdOf =
    "SELECT id FROM sessions WHERE token_sha256 = $1 AND ended_at IS NULL";
constexpr const char* kOpen = R"sql(
SELECT s.id, u.name, u.role, (extract(epoch FROM s.at) * 1000000)::bigint AS at,
       (extract(epoch FROM s.seen_at) * 1000000)::bigint AS seen_at, s.address, s.browser
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.ended_at IS NULL AND u.active AND s.seen_at > $2 AND s.at > $3
  AND ($1 = '' OR lower(u.name) = lower($1))
ORDER BY s.seen_at DESC, s.id
)sql";
constexpr const char* kSetPassword =
    "UPDATE users SET password_hash = $2 WHERE lower(name) = lower($1) RETURNING id";

constexpr auto kGuessWindow = 15min;
constexpr int kWrongByNameAndAddress = 5;
constexpr int kWrongByName = 30;
constexpr int kWrongByAddress = 100;
constexpr auto kSeenEvery = 1min;

bool fits(const std::string& hash, const std::string& password) {
    return password.size() <= kPasswordBytesMax &&
           crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

/// Of a name without a password: the answer takes the same time.
const std::string& hash_of_nobody() {
    static const std::string hash = password_hash(new_secret());
    return hash;
}

/// Counts the try as a wrong one before the password is looked at. Says how long to wait when there
/// were too many.
std::optional<std::chrono::seconds> note_try(Store::Session& session, const std::string& name,
                                             const Browser& browser, Instant now) {
    pqxx::work work{session.connection};
    const auto wait = locked_for(work, name, browser.address, now);
    note_sign_in(work, name, browser.address, wait ? "locked" : "wrong", now);
    work.commit();
    return wait;
}

/// Nothing when the user changed since `hash` was read.
std::optional<Session> begin_session(Store::Session& session, const std::string& name,
                                     const std::string& hash, const Browser& browser, Instant now) {
    const std::string at = to_rfc3339(now);
    Session begun{new_secret(), {}};
    pqxx::work work{session.connection};
    const pqxx::result made = work.exec_params(kBegin, secret_digest(begun.token), at,
                                               browser.address, browser.name, name, hash);
    if (made.empty()) {
        return std::nullopt;
    }
    begun.user = user_of(work.exec_params1(kUser, made[0][0].as<std::int64_t>()));
    note_sign_in(work, name, browser.address, "signed_in", now);
    work.commit();
    return begun;
}

[[noreturn]] void no_such_user(const std::string& name) {
    throw StoreRefusal{"there is no user named \"" + name + "\""};
}

} // namespace

std::optional<std::chrono::seconds> locked_for(pqxx::work& work, const std::string& name,
                                               const std::string& address, Instant now) {
    work.exec_params(kTakeTurns, name);
    const pqxx::row row =
        work.exec_params1("SELECT (extract(epoch FROM filled.at) * 1000000)::bigint FROM (" +
                              std::string{kFilledAt} + ") AS filled (at)",
                          name, address, to_rfc3339(now - kGuessWindow), kWrongByNameAndAddress - 1,
                          kWrongByName - 1, kWrongByAddress - 1);
    if (row[0].is_null()) {
        return std::nullopt;
    }
    const Instant over = instant_from_micros(row[0].as<std::int64_t>()) + kGuessWindow;
    return std::max(std::chrono::ceil<std::chrono::seconds>(over - now), 1s);
}

void note_sign_in(pqxx::work& work, const std::string& name, const std::string& address,
                  const std::string& outcome, Instant now) {
    work.exec_params(kNoteTry, to_rfc3339(now), name, address, outcome);
}

User user_of(const pqxx::row& row) {
    User user;
    user.id = row[0].as<std::int64_t>();
    user.name = row[1].as<std::string>();
    user.role = role_from_text(row[2].c_str()).value_or(Role::agent);
    if (!row[3].is_null()) {
        user.agent = AgentId{row[3].as<std::int64_t>()};
    }
    return user;
}

std::string name_of_try(std::string_view text) {
    std::string out = clean_text(text, 200);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    });
    return out;
}

void set_password(Store& store, const std::string& name, const std::string& password,
                  const Actor& actor) {
    check_password(name, password);
    const std::string hash = password_hash(password);
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        act_as(work, actor);
        const pqxx::result changed = work.exec_params(kSetPassword, clean_text(name), hash);
        if (changed.empty()) {
            no_such_user(name);
        }
        work.exec_params(kEndAll, changed[0][0].as<std::int64_t>(), to_rfc3339(actor.at),
                         "password");
        work.commit();
    });
}

std::variant<Session, SignInRefused> sign_in(Store& store, const std::string& name,
                                             const std::string& password, const Browser& browser,
                                             Instant now) {
    return guarded(store.session(), [&]() -> std::variant<Session, SignInRefused> {
        const std::string who = name_of_try(name);
        const Browser from{clean_text(browser.address, 100), clean_text(browser.name, 300)};
        if (const auto wait = note_try(store.session(), who, from, now)) {
            return SignInRefused{true, *wait};
        }
        std::optional<std::string> hash;
        {
            pqxx::work work{store.session().connection};
            const pqxx::result found = work.exec_params(kHashOf, who);
            work.commit();
            if (!found.empty()) {
                hash = found[0][0].as<std::string>();
            }
        }
        const bool right = fits(hash ? *hash : hash_of_nobody(), password) && hash;
        if (!right) {
            return SignInRefused{};
        }
        auto begun = begin_session(store.session(), who, *hash, from, now);
        if (!begun) {
            return SignInRefused{};
        }
        return std::move(*begun);
    });
}

std::optional<User> find_session(Store& store, const std::string& token, Instant now) {
    return guarded(store.session(), [&]() -> std::optional<User> {
        pqxx::work work{store.session().connection};
        const pqxx::result rows =
            work.exec_params(kFind, secret_digest(token), to_rfc3339(now - kSeenEvery),
                             to_rfc3339(now - kSessionIdleMax), to_rfc3339(now - kSessionMax));
        if (rows.empty()) {
            return std::nullopt;
        }
        if (rows[0]["stale"].as<bool>()) {
            work.exec_params(kSeen, rows[0]["session"].as<std::int64_t>(), to_rfc3339(now));
        }
        work.commit();
        return user_of(rows[0]);
    });
}

void end_session(Store& store, const std::string& token, Instant now) {
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        work.exec_params(kEnd, secret_digest(token), to_rfc3339(now));
        work.commit();
    });
}

std::vector<OpenSession> open_sessions(Store& store, const std::string& name, Instant now) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::vector<OpenSession> open;
        for (const pqxx::row& row :
             work.exec_params(kOpen, clean_text(name), to_rfc3339(now - kSessionIdleMax),
                              to_rfc3339(now - kSessionMax))) {
            open.push_back({row["id"].as<std::int64_t>(),
                            row["name"].as<std::string>(),
                            role_from_text(row["role"].c_str()).value_or(Role::agent),
                            instant_from_micros(row["at"].as<std::int64_t>()),
                            instant_from_micros(row["seen_at"].as<std::int64_t>()),
                            {row["address"].as<std::string>(), row["browser"].as<std::string>()}});
        }
        work.commit();
        return open;
    });
}

std::optional<std::int64_t> session_id(Store& store, const std::string& token) {
    return guarded(store.session(), [&]() -> std::optional<std::int64_t> {
        pqxx::work work{store.session().connection};
        const pqxx::result found = work.exec_params(kIdOf, secret_digest(token));
        work.commit();
        return found.empty() ? std::nullopt : std::optional{found[0][0].as<std::int64_t>()};
    });
}

std::string revoke_session(Store& store, std::int64_t id, const std::string& owner,
                           const Actor& actor) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const auto done = work.exec_params(kRevoke, id, to_rfc3339(actor.at),
                                           clean_text(actor.name), clean_text(owner));
        if (done.empty()) {
            throw StoreRefusal{"there is no open session " + std::to_string(id)};
        }
        work.commit();
        return done[0][0].as<std::string>();
    });
}

bool has_administrator(Store& store) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const bool any = work.exec1("SELECT EXISTS (SELECT FROM users WHERE role = 'admin' AND "
                                    "active)")[0]
                             .as<bool>();
        work.commit();
        return any;
    });
}

} // namespace campaigns
