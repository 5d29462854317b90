#pragma once

// Digest authentication with MD5 (RFC 2617), for both sides of a challenge.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peers {

[[nodiscard]] std::string md5_hex(std::string_view text);

struct Challenge {
    std::string realm;
    std::string nonce;
    std::string opaque;
    bool qop_auth = false;
};

/// Reads the parameters of a Digest challenge ("realm=..., nonce=..."). Nothing when a part is
/// missing or the algorithm is not MD5.
[[nodiscard]] std::optional<Challenge> read_challenge(std::string_view parameters);

struct Login {
    std::string user;
    std::string password;
};

/// The value of an Authorization header, "Digest username=...".
[[nodiscard]] std::string answer_challenge(const Challenge& challenge, const Login& login,
                                           std::string_view method, std::string_view uri,
                                           std::uint32_t nonce_count);

/// Whether the parameters of a Digest answer prove the login for this nonce and method.
[[nodiscard]] bool proves(std::string_view parameters, const Login& login, std::string_view realm,
                          std::string_view nonce, std::string_view method);

/// One parameter's value without quotes; nothing when absent.
[[nodiscard]] std::optional<std::string> parameter(std::string_view parameters,
                                                   std::string_view name);

} // namespace peers
