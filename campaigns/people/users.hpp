#pragma once

// Users as an administrator sees and changes them. People sign in with a password, programs with a
// token; a user may have both.

#include "campaigns/types.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace campaigns {

class Store;

inline constexpr std::size_t kUserNameBytesMax = 100;

struct Person {
    std::int64_t id = 0;
    std::string name;
    Role role = Role::agent;
    std::optional<AgentId> agent; ///< whose desk this is
    std::string agent_name;       ///< of that agent; empty without one
    bool active = true;
    bool has_password = false;
    bool has_token = false;
    std::optional<Instant> signed_in_at; ///< the last time, with a password
    std::int64_t sessions = 0;           ///< that are open
};
/// All users, by name.
[[nodiscard]] std::vector<Person> people(Store& store, Instant now);

struct NewPerson {
    std::string name;
    Role role = Role::agent;
    std::optional<AgentId> agent;        ///< for agents, and for them only
    std::optional<std::string> password; ///< without one a token is made
    bool with_token = false;             ///< beside the password
};
/// Returns the token, which is shown once; empty when none was made. StoreRefusal: the name is
/// taken, role and agent do not fit, the password is too weak.
std::string add_person(Store& store, const NewPerson& person, const Actor& actor);

/// What is empty stays.
struct PersonChange {
    std::optional<Role> role;
    std::optional<AgentId> agent; ///< with the role agent
    std::optional<bool> active;
};
/// Ends the user's sessions when anything changed. StoreRefusal: no such user, role and agent do
/// not fit, nobody could administer afterwards, or somebody changes his own account.
void change_person(Store& store, const std::string& name, const PersonChange& change,
                   const Actor& actor);

/// A new token, shown once; the one before is no longer known. StoreRefusal: no such user.
std::string renew_token(Store& store, const std::string& name, const Actor& actor);

/// Ends all sessions of a user; returns how many. StoreRefusal: no such user.
std::int64_t end_sessions(Store& store, const std::string& name, const Actor& actor);

} // namespace campaigns
