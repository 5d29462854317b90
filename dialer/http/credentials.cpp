#include "dialer/http/credentials.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace dialer::http {

namespace {

constexpr std::size_t kTokenBytesMax = 256;
constexpr std::size_t kSecretBytes = 64;
constexpr std::string_view kCookie = "dialer_session";
// RFC 6265bis 4.1.3.2: of this host alone. Another host of our domain cannot make one, and so hand
// somebody a session of its own.
constexpr std::string_view kSecureCookie = "__Host-dialer_session";
constexpr std::string_view kSession = "session:";
/// The browser forgets it then; the store ends it earlier when nobody uses it.
constexpr int kCookieSeconds = 24 * 60 * 60;

bool is_token_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"-._~+/="}.find(c) != std::string_view::npos;
}

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

/// Whether both were seen takes the same time wherever they differ.
bool same(std::string_view one, std::string_view other) {
    return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

bool changes_something(Method method) {
    return method != Method::get && method != Method::head && method != Method::options;
}

} // namespace

std::optional<std::string> bearer_token(std::string_view authorization) {
    constexpr std::string_view kScheme = "bearer ";
    const bool is_bearer =
        authorization.size() > kScheme.size() &&
        std::ranges::equal(authorization.substr(0, kScheme.size()), kScheme, {}, [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
        });
    if (!is_bearer) {
        return std::nullopt;
    }
    authorization.remove_prefix(
        std::min(authorization.find_first_not_of(' ', kScheme.size()), authorization.size()));
    if (authorization.empty() || authorization.size() > kTokenBytesMax ||
        !std::ranges::all_of(authorization, is_token_character)) {
        return std::nullopt;
    }
    return std::string{authorization};
}

std::optional<std::string> session_secret(std::string_view cookie, bool secure) {
    const std::string_view name = secure ? kSecureCookie : kCookie;
    std::optional<std::string> secret;
    while (!cookie.empty()) {
        const auto pair = cookie.substr(0, cookie.find(';'));
        cookie.remove_prefix(std::min(pair.size() + 1, cookie.size()));
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || trim(pair.substr(0, equals)) != name) {
            continue;
        }
        if (secret) {
            return std::nullopt;
        }
        secret = std::string{trim(pair.substr(equals + 1))};
    }
    const bool sound =
        secret && secret->size() == kSecretBytes && std::ranges::all_of(*secret, is_hex);
    return sound ? secret : std::nullopt;
}

std::string session_cookie(std::string_view secret, bool secure) {
    std::string cookie{secure ? kSecureCookie : kCookie};
    cookie += '=';
    cookie += secret;
    cookie += "; Path=/; HttpOnly; SameSite=Strict; Max-Age=";
    cookie += std::to_string(secret.empty() ? 0 : kCookieSeconds);
    return secure ? cookie + "; Secure" : cookie;
}

std::string csrf_token(std::string_view secret) {
    constexpr std::string_view kPurpose = "csrf of ";
    std::string text{kPurpose};
    text += secret;
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size());
    std::string hex(digest.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
    hex.pop_back();
    return hex;
}

std::string session_credential(std::string_view secret) {
    return std::string{kSession} + std::string{secret};
}

std::optional<std::string_view> secret_of(std::string_view credential) {
    // No token has a colon, so no token can pass for a session.
    return credential.starts_with(kSession) ? std::optional{credential.substr(kSession.size())}
                                            : std::nullopt;
}

bool from_this_site(const Request& request) {
    // RFC 6454 7.3: browsers say where a request that changes something comes from; programs do
    // not. "null" is a page that hides it.
    if (request.origin.empty()) {
        return true;
    }
    const auto scheme = request.origin.find("://");
    return scheme != std::string::npos && request.origin.substr(scheme + 3) == request.host;
}

Credential credential_of(const Request& request) {
    if (auto token = bearer_token(request.authorization)) {
        return {std::move(*token), {}};
    }
    const auto secret = session_secret(request.cookie, request.secure);
    if (!secret || !request.authorization.empty()) {
        return {};
    }
    if (changes_something(request.method) && !same(request.csrf, csrf_token(*secret))) {
        return {{}, "The request lacks the X-CSRF-Token of its session; load the page again."};
    }
    return {session_credential(*secret), {}};
}

} // namespace dialer::http
