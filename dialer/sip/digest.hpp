#pragma once

// HTTP digest for SIP (RFC 2617 with MD5, RFC 3261 22): both sides of it. Pure but for random
// client nonces.

#include "dialer/sip/legs.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dialer::sip {

/// 32 lower-case hexadecimal digits.
[[nodiscard]] std::string md5_hex(std::string_view text);
/// First `digits` (at most 64) hexadecimal digits of HMAC-SHA-256.
[[nodiscard]] std::string hmac_hex(std::string_view key, std::string_view text, std::size_t digits);
/// HMAC-SHA-256 in base64 (RFC 4648 4).
[[nodiscard]] std::string hmac_base64(std::string_view key, std::string_view text);
/// `bytes` random bytes in hexadecimal, from the system's generator.
[[nodiscard]] std::string random_hex(std::size_t bytes);

/// The value of parameter `name` among `name=value` texts, without quotes; nothing when missing.
[[nodiscard]] std::optional<std::string> find_parameter(std::span<const std::string_view> params,
                                                        std::string_view name);

/// What the response is computed over (RFC 2617 3.2.2.1). An empty qop is the old form of RFC 2069.
struct DigestInput {
    std::string_view ha1;
    std::string_view method;
    std::string_view uri;
    std::string_view nonce;
    std::string_view qop;
    std::string_view nc;
    std::string_view cnonce;
};
[[nodiscard]] std::string digest_response(const DigestInput& input);

/// True when both texts are equal; takes the same time wherever they differ.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b);

/// A challenge that we can answer: scheme Digest, algorithm MD5, qop missing or with "auth".
struct Challenge {
    std::string realm;
    std::string nonce;
    std::optional<std::string> opaque;
    bool with_qop = false;
    bool stale = false;
    bool from_proxy = false; ///< 407, answered in Proxy-Authorization

    [[nodiscard]] static std::optional<Challenge>
    read(std::string_view scheme, std::span<const std::string_view> params, bool from_proxy);
};

/// Answers a trunk's challenges within one dialog. Counts the uses of the nonce.
class ClientAuth {
public:
    ClientAuth(Credentials credentials, Challenge challenge);

    [[nodiscard]] bool from_proxy() const { return challenge_.from_proxy; }
    /// The value of an (Proxy-)Authorization header.
    [[nodiscard]] std::string authorize(std::string_view method, std::string_view uri);

private:
    Credentials credentials_;
    Challenge challenge_;
    std::uint32_t uses_ = 0;
};

} // namespace dialer::sip
