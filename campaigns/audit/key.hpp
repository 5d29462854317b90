#pragma once

// Ed25519 keys of the audit log (RFC 8032), their files and their names.

#include "campaigns/types.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace campaigns::audit {

using Signature = std::array<std::uint8_t, 64>;

struct PublicKey {
    std::array<std::uint8_t, 32> bytes{};
    friend bool operator==(const PublicKey&, const PublicKey&) = default;
};

/// 16 hexadecimal digits: the beginning of SHA-256 of the public key.
[[nodiscard]] std::string id_of(const PublicKey& key);
/// 64 hexadecimal digits, and back; nullopt for anything else.
[[nodiscard]] std::string text_of(const PublicKey& key);
[[nodiscard]] std::optional<PublicKey> public_key_from(std::string_view text);

[[nodiscard]] bool verify(const PublicKey& key, std::string_view bytes, const Signature& signature);

/// A secret key. Its memory is wiped when it goes.
class SigningKey {
public:
    [[nodiscard]] static SigningKey make();
    /// A key from a known seed of 32 bytes; the same seed gives the same key.
    [[nodiscard]] static SigningKey from_seed(const std::array<std::uint8_t, 32>& seed);
    /// Reads a file as write() makes it. Throws std::runtime_error when it cannot be read, is no
    /// such file, or can be read by others than its owner.
    [[nodiscard]] static SigningKey read(const std::string& path);
    /// Makes the file, readable by its owner alone, durable on return. Throws std::runtime_error
    /// when it exists already or cannot be written.
    void write(const std::string& path) const;

    ~SigningKey();
    SigningKey(SigningKey&&) noexcept;
    SigningKey& operator=(SigningKey&&) noexcept;

    [[nodiscard]] PublicKey public_key() const;
    [[nodiscard]] Signature sign(std::string_view bytes) const;

private:
    struct Secret;
    explicit SigningKey(std::unique_ptr<Secret> secret);
    std::unique_ptr<Secret> secret_;
};

} // namespace campaigns::audit
