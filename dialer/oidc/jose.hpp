#pragma once

// Signed JSON as identity providers make it: JSON Web Signature (RFC 7515) and JSON Web Key
// (RFC 7517). Two algorithms and no other: RS256 and ES256 (RFC 7518 3.3, 3.4).
//
// All input is hostile: nothing here throws on it.

#include <boost/json/object.hpp>
#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialer::oidc {

/// RFC 4648 5, without padding.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// Nothing when the text is padded, not canonical, or holds another character.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);
/// The 32 bytes of SHA-256.
[[nodiscard]] std::string sha256(std::string_view bytes);

/// A JSON object of up to `bytes_max` bytes; nothing when the text is anything else.
[[nodiscard]] std::optional<boost::json::object> read_object(std::string_view text,
                                                             std::size_t bytes_max);
/// The text of a member; empty when it is absent or no text.
[[nodiscard]] std::string text_of(const boost::json::object& object, std::string_view name);

enum class Algorithm { rs256, es256 };

/// A public key that fits one algorithm, so that no token can choose another for it.
struct Key {
    std::string id; ///< "kid"; may be empty
    Algorithm algorithm{};
    std::shared_ptr<EVP_PKEY> key;
};
/// The keys of a set (RFC 7517 5) that sign with one of our algorithms; others are left out, and so
/// are keys too weak or not on their curve. At most 64.
[[nodiscard]] std::vector<Key> read_keys(const boost::json::object& set);

/// A token in compact form (RFC 7515 7.1), not believed yet.
struct SignedToken {
    Algorithm algorithm{};
    std::string key_id;         ///< "kid" of the header; may be empty
    std::string_view signed_of; ///< header and payload as they were signed; points into the text
    std::string signature;
    boost::json::object claims;
};
/// Nothing when it is no such token, of another algorithm ("none" and the symmetric ones among
/// them), or asks for an extension (RFC 7515 4.1.11). At most 16 KiB.
[[nodiscard]] std::optional<SignedToken> read_token(std::string_view text);

/// The one key that may have signed the token: that of its id, or without an id the only one of its
/// algorithm.
[[nodiscard]] const Key* key_for(const SignedToken& token, const std::vector<Key>& keys);
[[nodiscard]] bool is_signed_by(const SignedToken& token, const Key& key);

} // namespace dialer::oidc
