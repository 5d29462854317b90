#include "dialer/oidc/attempt.hpp"

#include "dialer/oidc/jose.hpp"

#include <boost/json/serialize.hpp>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace dialer::oidc {

namespace json = boost::json;

namespace {

constexpr std::string_view kCookie = "dialer_oidc";
constexpr std::size_t kPathMax = 500;
constexpr std::size_t kSealedMax = 3000;

using SealKey = std::array<unsigned char, crypto_secretbox_KEYBYTES>;

unsigned char* writable(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

const unsigned char* readable(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string random_bytes(std::size_t count) {
    if (sodium_init() < 0) {
        throw std::runtime_error{"no source of random numbers"};
    }
    std::string bytes(count, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

std::string random_text() {
    return to_base64url(random_bytes(32));
}

/// Of the client's secret, so that engines behind one address can finish each other's attempts.
SealKey seal_key(std::string_view secret) {
    SealKey key{};
    const std::string text = "dialer sign-in attempt " + std::string{secret};
    crypto_generichash(key.data(), key.size(), readable(text), text.size(), nullptr, 0);
    return key;
}

bool is_of_a_path(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"/-._~%?=&+,:@"}.find(c) != std::string_view::npos;
}

} // namespace

std::string own_path(std::string_view wanted) {
    const bool own = wanted.size() <= kPathMax && wanted.starts_with('/') &&
                     !wanted.starts_with("/api/") && wanted.find("//") == std::string_view::npos &&
                     wanted.find("..") == std::string_view::npos &&
                     std::ranges::all_of(wanted, is_of_a_path);
    return own ? std::string{wanted} : "/";
}

Attempt new_attempt(std::string_view to, dnc::Instant now) {
    return {random_text(), random_text(), random_text(), own_path(to), now + kAttemptMax};
}

std::string challenge_of(const Attempt& attempt) {
    return to_base64url(sha256(attempt.verifier));
}

std::string seal(const Attempt& attempt, std::string_view secret) {
    const auto text = json::serialize(json::object{
        {"state", attempt.state},
        {"nonce", attempt.nonce},
        {"verifier", attempt.verifier},
        {"to", attempt.to},
        {"until",
         std::chrono::floor<std::chrono::seconds>(attempt.until).time_since_epoch().count()}});
    const auto nonce = random_bytes(crypto_secretbox_NONCEBYTES);
    std::string box(text.size() + crypto_secretbox_MACBYTES, '\0');
    const auto key = seal_key(secret);
    crypto_secretbox_easy(writable(box), readable(text), text.size(), readable(nonce), key.data());
    return to_base64url(nonce + box);
}

std::optional<Attempt> unseal(std::string_view text, std::string_view secret, dnc::Instant now) {
    constexpr std::size_t kLeast = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    const auto bytes = text.size() <= kSealedMax ? from_base64url(text) : std::nullopt;
    if (!bytes || bytes->size() < kLeast) {
        return std::nullopt;
    }
    const auto box = std::string_view{*bytes}.substr(crypto_secretbox_NONCEBYTES);
    std::string plain(box.size() - crypto_secretbox_MACBYTES, '\0');
    const auto key = seal_key(secret);
    if (crypto_secretbox_open_easy(writable(plain), readable(box), box.size(), readable(*bytes),
                                   key.data()) != 0) {
        return std::nullopt;
    }
    const auto object = read_object(plain, kSealedMax);
    const auto* const until = object ? object->if_contains("until") : nullptr;
    if (until == nullptr || !until->is_int64()) {
        return std::nullopt;
    }
    Attempt attempt{text_of(*object, "state"), text_of(*object, "nonce"),
                    text_of(*object, "verifier"), text_of(*object, "to"),
                    dnc::Instant{std::chrono::seconds{until->as_int64()}}};
    return now < attempt.until ? std::optional{std::move(attempt)} : std::nullopt;
}

std::string attempt_cookie(std::string_view sealed, bool secure) {
    std::string cookie{kCookie};
    cookie += '=';
    cookie += sealed;
    cookie += "; Path=/api/sign-in/oidc; HttpOnly; SameSite=Lax; Max-Age=";
    cookie += std::to_string(sealed.empty() ? 0 : kAttemptMax.count());
    return secure ? cookie + "; Secure" : cookie;
}

std::string sealed_in(std::string_view cookie) {
    std::string found;
    while (!cookie.empty()) {
        auto pair = cookie.substr(0, cookie.find(';'));
        cookie.remove_prefix(std::min(pair.size() + 1, cookie.size()));
        pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != kCookie) {
            continue;
        }
        if (!found.empty()) {
            return {}; // one of them was planted
        }
        found = pair.substr(equals + 1);
    }
    return found;
}

} // namespace dialer::oidc
