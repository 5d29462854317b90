#pragma once

// One attempt to sign in at the provider, from the button to the way back. The browser keeps it,
// sealed, so that attempts that nobody finishes cost us nothing.

#include "dnc/time.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dialer::oidc {

inline constexpr std::chrono::seconds kAttemptMax{600};

struct Attempt {
    std::string state;    ///< RFC 6749 10.12: binds the way back to the browser that left
    std::string nonce;    ///< OpenID Connect Core 1.0 15.5.2: binds the ID token to the attempt
    std::string verifier; ///< RFC 7636 4.1: binds the code to us
    std::string to;       ///< path of the page to show afterwards
    dnc::Instant until{};
};

/// A path of our own pages (with its query), or "/" for whatever else was asked for.
[[nodiscard]] std::string own_path(std::string_view wanted);

[[nodiscard]] Attempt new_attempt(std::string_view to, dnc::Instant now);
/// RFC 7636 4.2, S256.
[[nodiscard]] std::string challenge_of(const Attempt& attempt);

/// Readable and changeable by nobody without the secret.
[[nodiscard]] std::string seal(const Attempt& attempt, std::string_view secret);
/// Nothing when it was not sealed with this secret, was changed, or is over.
[[nodiscard]] std::optional<Attempt> unseal(std::string_view text, std::string_view secret,
                                            dnc::Instant now);

/// Set-Cookie for an attempt that begins, or (empty text) is over. SameSite=Lax, since the way back
/// is a link of the provider's page.
[[nodiscard]] std::string attempt_cookie(std::string_view sealed, bool secure);
/// The sealed attempt in a Cookie field; empty when there is none, or more than one.
[[nodiscard]] std::string sealed_in(std::string_view cookie);

} // namespace dialer::oidc
