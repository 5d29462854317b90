#pragma once

// Users as an administrator sees and changes them. People sign in with a password or at an identity
// provider, programs with a token; a user may have all of them.

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
    std::string identity_email{};        ///< at an identity provider (identities.hpp); may be empty
    std::string identity_subject{};      ///< likewise; empty with an address: invited
    std::optional<Instant> signed_in_at; ///< the last time
    std::int64_t sessions = 0;           ///< that are open
};
/// All users, by name.
[[nodiscard]] std::vector<Person> people(Store& store, Instant now);

struct NewPerson {
    std::string name;
    Role role = Role::agent;
    std::optional<AgentId> agent;        ///< for agents, and for them only
    std::optional<std::string> password; ///< without one or an invitation a token is made
    bool with_token = false;             ///< beside them
    std::string invited_email{};         ///< who signs in elsewhere with it, verified; may be empty
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
