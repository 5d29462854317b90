#pragma once

// Users who sign in with a password: their passwords, their sessions, and the lock on guessing.
//
// Passwords are kept as Argon2id (RFC 9106), sessions as the SHA-256 of a random secret that only
// the browser has. A session ends when nobody used it for a while, after a day at the latest, when
// somebody ends it, and with a change of the password.

#include "campaigns/types.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace campaigns {

class Store;

inline constexpr std::size_t kPasswordBytesMin = 10;
inline constexpr std::size_t kPasswordBytesMax = 256;
/// Unused for so long, a session is over.
inline constexpr std::chrono::hours kSessionIdleMax{2};
inline constexpr std::chrono::hours kSessionMax{24};

/// Where a browser is and what it says it is; both for the record.
struct Browser {
    std::string address;
    std::string name;
};

struct Session {
    std::string token; ///< the secret; shown once
    User user;
};

/// Why somebody was not let in. Says nothing about which names there are.
struct SignInRefused {
    bool locked = false;         ///< too many wrong tries: wait
    std::chrono::seconds wait{}; ///< until a try makes sense again, when locked
};

/// Sets the password of a user and ends his sessions. StoreRefusal when there is no such user or
/// the password is too short, too long, or his name.
void set_password(Store& store, const std::string& name, const std::string& password,
                  const Actor& actor);

/// Checks name and password; every try is recorded. Takes the time of one Argon2id whatever the
/// name is. After 5 wrong tries for a name from one address within a quarter of an hour, after 30
/// for a name and after 100 from an address, further ones are refused unseen until those have
/// become old.
[[nodiscard]] std::variant<Session, SignInRefused> sign_in(Store& store, const std::string& name,
                                                           const std::string& password,
                                                           const Browser& browser, Instant now);

/// Whose session it is; nothing when it is unknown, over, or its user was switched off. Notes that
/// it was used, at most once a minute.
[[nodiscard]] std::optional<User> find_session(Store& store, const std::string& token, Instant now);

/// Ends one session; ending it again changes nothing.
void end_session(Store& store, const std::string& token, Instant now);

struct OpenSession {
    std::int64_t id = 0;
    std::string user;
    Role role = Role::agent;
    Instant at{};
    Instant seen_at{};
    Browser browser;
};
/// Open ones, of one user or (empty name) of all, latest used first.
[[nodiscard]] std::vector<OpenSession> open_sessions(Store& store, const std::string& name,
                                                     Instant now);
/// The id of the open session with that secret; nothing when there is none.
[[nodiscard]] std::optional<std::int64_t> session_id(Store& store, const std::string& token);
/// Ends a session of `owner`, or (empty) of anybody; returns whose it was. StoreRefusal when there
/// is none of that id open.
std::string revoke_session(Store& store, std::int64_t id, const std::string& owner,
                           const Actor& actor);

/// The name and password of whoever signed in last are not needed to make the first administrator:
/// this says whether there is one yet.
[[nodiscard]] bool has_administrator(Store& store);

} // namespace campaigns
