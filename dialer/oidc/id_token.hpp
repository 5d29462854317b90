#pragma once

// Whether an ID token is one for us, of now, and for this very attempt (OpenID Connect Core 1.0
// 3.1.3.7), and who it says that somebody is.
//
// Pure: keys, clock and settings come in.

#include "dialer/oidc/jose.hpp"
#include "dialer/oidc/settings.hpp"
#include "dnc/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace dialer::oidc {

inline constexpr std::size_t kSubjectMax = 255; // OpenID Connect Core 1.0, 2
/// Whether there is no space and nothing outside of ASCII in it.
[[nodiscard]] bool is_plain(std::string_view text);

/// Whom the provider knows.
struct Claims {
    std::string subject; ///< 1 to 255 characters; never given to somebody else
    std::string email;   ///< in lower case; empty unless the provider has verified it
    std::string name;    ///< preferred user name, else the e-mail address; may be empty
    std::optional<campaigns::Role> role; ///< by the mapping; the one that may most
};

/// What the token must answer to.
struct Expected {
    std::string_view issuer;
    std::string_view client_id;
    std::string_view nonce;        ///< of the attempt
    std::string_view access_token; ///< that came with it
    dnc::Instant now;              ///< the world's
};

/// What is wrong with the claims of a token whose signature is good, for the log; nothing when all
/// is well.
[[nodiscard]] std::optional<std::string> fault_of(const boost::json::object& claims,
                                                  const Expected& expected);

/// Reads what `fault_of` found sound.
[[nodiscard]] Claims read_claims(const boost::json::object& claims, const Settings& settings);

} // namespace dialer::oidc
