#include "dialer/sip/digest.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

namespace dialer::sip {

namespace {

std::string to_hex(std::span<const unsigned char> bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const unsigned char byte : bytes) {
        fmt::format_to(std::back_inserter(text), "{:02x}", byte);
    }
    return text;
}

constexpr std::size_t kHmacBytes = 32;

std::array<unsigned char, kHmacBytes> hmac(std::string_view key, std::string_view text) {
    std::array<unsigned char, kHmacBytes> digest{};
    unsigned size = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
             &size) == nullptr) {
        throw std::runtime_error{"HMAC-SHA-256 is not available"};
    }
    return digest;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string unquote(std::string_view value) {
    if (value.size() < 2 || value.front() != '"' || value.back() != '"') {
        return std::string{value};
    }
    std::string text;
    for (std::size_t i = 1; i + 1 < value.size(); ++i) {
        if (value[i] == '\\' && i + 2 < value.size()) {
            ++i; // quoted-pair, RFC 3261 25.1
        }
        text.push_back(value[i]);
    }
    return text;
}

std::string quote(std::string_view value) {
    std::string text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            text.push_back('\\');
        }
        text.push_back(c);
    }
    text.push_back('"');
    return text;
}

bool offers_auth(std::string_view list) {
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        std::string_view item = list.substr(0, comma);
        while (!item.empty() && item.front() == ' ') {
            item.remove_prefix(1);
        }
        while (!item.empty() && item.back() == ' ') {
            item.remove_suffix(1);
        }
        if (same_word(item, "auth")) {
            return true;
        }
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

} // namespace

std::string md5_hex(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) {
        throw std::runtime_error{"MD5 is not available: SIP digest (RFC 2617) needs it"};
    }
    return to_hex({digest.data(), size});
}

std::string hmac_hex(std::string_view key, std::string_view text, std::size_t digits) {
    return to_hex(hmac(key, text)).substr(0, digits);
}

std::string hmac_base64(std::string_view key, std::string_view text) {
    const auto digest = hmac(key, text);
    std::array<unsigned char, 4 * ((kHmacBytes + 2) / 3) + 1> out{}; // with a zero at the end
    const int size = EVP_EncodeBlock(out.data(), digest.data(), static_cast<int>(digest.size()));
    return {out.begin(), out.begin() + size};
}

std::string random_hex(std::size_t bytes) {
    std::vector<unsigned char> random(bytes);
    if (RAND_bytes(random.data(), static_cast<int>(bytes)) != 1) {
        throw std::runtime_error{"the system's random generator failed"};
    }
    return to_hex(random);
}

std::optional<std::string> find_parameter(std::span<const std::string_view> params,
                                          std::string_view name) {
    for (const std::string_view param : params) {
        const auto equals = param.find('=');
        if (equals != std::string_view::npos && same_word(param.substr(0, equals), name)) {
            return unquote(param.substr(equals + 1));
        }
    }
    return std::nullopt;
}

std::string digest_response(const DigestInput& input) {
    const std::string ha2 = md5_hex(fmt::format("{}:{}", input.method, input.uri));
    if (input.qop.empty()) {
        return md5_hex(fmt::format("{}:{}:{}", input.ha1, input.nonce, ha2));
    }
    return md5_hex(fmt::format("{}:{}:{}:{}:{}:{}", input.ha1, input.nonce, input.nc, input.cnonce,
                               input.qop, ha2));
}

bool same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<Challenge> Challenge::read(std::string_view scheme,
                                         std::span<const std::string_view> params,
                                         bool from_proxy) {
    const auto realm = find_parameter(params, "realm");
    const auto nonce = find_parameter(params, "nonce");
    const auto algorithm = find_parameter(params, "algorithm");
    const auto qop = find_parameter(params, "qop");
    const auto stale = find_parameter(params, "stale");
    if (!same_word(scheme, "Digest") || !realm || !nonce ||
        (algorithm && !same_word(*algorithm, "MD5")) || (qop && !offers_auth(*qop))) {
        return std::nullopt;
    }
    return Challenge{.realm = *realm,
                     .nonce = *nonce,
                     .opaque = find_parameter(params, "opaque"),
                     .with_qop = qop.has_value(),
                     .stale = stale && same_word(*stale, "true"),
                     .from_proxy = from_proxy};
}

ClientAuth::ClientAuth(Credentials credentials, Challenge challenge)
    : credentials_{std::move(credentials)}, challenge_{std::move(challenge)} {}

std::string ClientAuth::authorize(std::string_view method, std::string_view uri) {
    const std::string ha1 = md5_hex(
        fmt::format("{}:{}:{}", credentials_.user, challenge_.realm, credentials_.password));
    const std::string nc = fmt::format("{:08x}", ++uses_);
    const std::string cnonce = random_hex(8);
    const std::string response =
        digest_response({.ha1 = ha1,
                         .method = method,
                         .uri = uri,
                         .nonce = challenge_.nonce,
                         .qop = challenge_.with_qop ? std::string_view{"auth"} : "",
                         .nc = nc,
                         .cnonce = cnonce});
    std::string header = fmt::format(
        "Digest username={}, realm={}, nonce={}, uri={}, response=\"{}\", algorithm=MD5",
        quote(credentials_.user), quote(challenge_.realm), quote(challenge_.nonce), quote(uri),
        response);
    if (challenge_.opaque) {
        header += fmt::format(", opaque={}", quote(*challenge_.opaque));
    }
    if (challenge_.with_qop) {
        header += fmt::format(", qop=auth, nc={}, cnonce=\"{}\"", nc, cnonce);
    }
    return header;
}

} // namespace dialer::sip
