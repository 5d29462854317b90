#pragma once

// Passwords and tokens as the store keeps them: never themselves, always a hash.

#include "campaigns/people/sign_in.hpp"

#include <string>

namespace campaigns {

/// 256 random bits in hexadecimal.
[[nodiscard]] std::string new_secret();
/// SHA-256 of such a secret, as PostgreSQL's text form of bytea.
[[nodiscard]] std::string secret_digest(const std::string& secret);

/// Argon2id with 64 MiB and two passes, as the library advises for people who wait.
[[nodiscard]] std::string password_hash(const std::string& password);
/// StoreRefusal when the password is too short, too long, or holds the user's name.
void check_password(const std::string& name, const std::string& password);

} // namespace campaigns
