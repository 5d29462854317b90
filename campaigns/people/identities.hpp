#pragma once

// Users whom an identity provider knows (OpenID Connect). A user has at most one identity there:
// invited by an e-mail address, which the first sign-in with it ties to issuer and subject for
// good, or tied to a subject by an administrator. An address may go to somebody else one day, a
// subject never does.

#include "campaigns/people/sign_in.hpp"

#include <optional>
#include <string>
#include <variant>

namespace campaigns {

class Store;

/// Whom a provider says somebody is; already proven.
struct Identity {
    std::string issuer;
    std::string subject;
    std::string email; ///< verified, in lower case; empty: none
    std::string name;  ///< for a user that is made; may be empty
    /// What the provider's groups mean here. With one, and without a user, one is made; such a user
    /// has the role that the groups give at each sign-in, and is kept out when they give none.
    std::optional<Role> role;
};

/// `locked` as with passwords, counted by subject and by address; else nobody here is that person,
/// or he is switched off.
[[nodiscard]] std::variant<Session, SignInRefused>
sign_in_by_identity(Store& store, const Identity& identity, const Browser& browser, Instant now);

/// What an administrator ties a user to; one of both is empty.
struct IdentityWish {
    std::string email;   ///< invites: whoever first comes with it, verified
    std::string subject; ///< at `issuer`
    std::string issuer;
};
/// Takes the place of what was there and ends the user's sessions. StoreRefusal: no such user, it
/// is another user's already, or somebody changes his own account.
void set_identity(Store& store, const std::string& name, const IdentityWish& wish,
                  const Actor& actor);
/// Likewise takes it away; without one, nothing changes.
void remove_identity(Store& store, const std::string& name, const Actor& actor);

} // namespace campaigns
