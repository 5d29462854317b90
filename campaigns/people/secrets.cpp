#include "campaigns/people/secrets.hpp"

#include "campaigns/store.hpp"
#include "campaigns/store_json.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace campaigns {

namespace {

void start_sodium() {
    if (sodium_init() < 0) {
        throw std::runtime_error{"no source of random numbers"};
    }
}

std::string hex(const unsigned char* bytes, std::size_t count) {
    std::string text(count * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes, count);
    text.pop_back();
    return text;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    });
    return text;
}

} // namespace

std::string secret_digest(const std::string& secret) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(secret.data()),
                       secret.size());
    return "\\x" + hex(digest.data(), digest.size());
}

std::string new_secret() {
    start_sodium();
    std::array<unsigned char, 32> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return hex(bytes.data(), bytes.size());
}

std::string password_hash(const std::string& password) {
    start_sodium();
    std::array<char, crypto_pwhash_STRBYTES> text{};
    if (crypto_pwhash_str(text.data(), password.data(), password.size(),
                          crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
        throw std::runtime_error{"no memory to hash a password with"};
    }
    return text.data();
}

void check_password(const std::string& name, const std::string& password) {
    if (password.size() < kPasswordBytesMin) {
        throw StoreRefusal{"the password has fewer than " + std::to_string(kPasswordBytesMin) +
                           " characters"};
    }
    if (password.size() > kPasswordBytesMax) {
        throw StoreRefusal{"the password has more than " + std::to_string(kPasswordBytesMax) +
                           " bytes"};
    }
    if (lower(password).find(lower(clean_text(name))) != std::string::npos) {
        throw StoreRefusal{"the password holds the user's name"};
    }
}

} // namespace campaigns
