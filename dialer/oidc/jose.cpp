#include "dialer/oidc/jose.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace dialer::oidc {

namespace json = boost::json;

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kTokenBytesMax = 16 * 1024;
constexpr std::size_t kKeysMax = 64;
// RFC 7518 3.3: 2048 bits or more; more than 8192 would only cost time.
constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 8192;
constexpr std::size_t kCoordinateBytes = 32; // of P-256

template <auto Free> struct Deleter {
    template <typename Type> void operator()(Type* handle) const { Free(handle); }
};
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Number number_of(std::string_view bytes) {
    return Number{BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr)};
}

std::shared_ptr<EVP_PKEY> make_key(const char* type, const Builder& builder) {
    const Params params{OSSL_PARAM_BLD_to_param(builder.get())};
    const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
    EVP_PKEY* made = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
        return nullptr;
    }
    std::shared_ptr<EVP_PKEY> key{made, EVP_PKEY_free};
    const KeyContext check{EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr)};
    return check && EVP_PKEY_public_check(check.get()) == 1 ? key : nullptr;
}

std::shared_ptr<EVP_PKEY> rsa_key(const json::object& jwk) {
    const auto modulus = from_base64url(text_of(jwk, "n"));
    const auto exponent = from_base64url(text_of(jwk, "e"));
    if (!modulus || !exponent || exponent->size() > 4 || modulus->size() > kRsaBitsMax / 8) {
        return nullptr;
    }
    const Number n = number_of(*modulus);
    const Number e = number_of(*exponent);
    const Builder builder{OSSL_PARAM_BLD_new()};
    if (!n || !e || !builder || BN_num_bits(n.get()) < kRsaBitsMin || BN_is_odd(e.get()) == 0 ||
        BN_is_one(e.get()) != 0 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return nullptr;
    }
    return make_key("RSA", builder);
}

std::shared_ptr<EVP_PKEY> p256_key(const json::object& jwk) {
    const auto x = from_base64url(text_of(jwk, "x"));
    const auto y = from_base64url(text_of(jwk, "y"));
    if (text_of(jwk, "crv") != "P-256" || !x || !y || x->size() != kCoordinateBytes ||
        y->size() != kCoordinateBytes) {
        return nullptr;
    }
    const std::string point = '\x04' + *x + *y; // uncompressed, SEC 1 2.3.3
    const Builder builder{OSSL_PARAM_BLD_new()};
    if (!builder ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
                                        0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1) {
        return nullptr;
    }
    return make_key("EC", builder);
}

/// RFC 7517 4.2 to 4.4: what the key says it is for, when it says so.
bool is_to_verify(const json::object& jwk, std::string_view algorithm) {
    const auto* const operations = jwk.if_contains("key_ops");
    const auto verifies = [](const json::value& each) {
        return each.is_string() && each.as_string() == "verify";
    };
    return (!jwk.contains("use") || text_of(jwk, "use") == "sig") &&
           (!jwk.contains("alg") || text_of(jwk, "alg") == algorithm) &&
           (operations == nullptr ||
            (operations->is_array() && std::ranges::any_of(operations->as_array(), verifies)));
}

std::optional<Key> read_key(const json::object& jwk) {
    const auto type = text_of(jwk, "kty");
    Key key{text_of(jwk, "kid"), {}, nullptr};
    if (type == "RSA" && is_to_verify(jwk, "RS256")) {
        key.algorithm = Algorithm::rs256;
        key.key = rsa_key(jwk);
    } else if (type == "EC" && is_to_verify(jwk, "ES256")) {
        key.algorithm = Algorithm::es256;
        key.key = p256_key(jwk);
    }
    ERR_clear_error(); // of keys that are none
    return key.key ? std::optional{std::move(key)} : std::nullopt;
}

/// RFC 7518 3.4: r and s, 32 bytes each; OpenSSL wants them in DER. Empty when they are not that.
std::string to_der(std::string_view raw) {
    if (raw.size() != 2 * kCoordinateBytes) {
        return {};
    }
    Number r = number_of(raw.substr(0, kCoordinateBytes));
    Number s = number_of(raw.substr(kCoordinateBytes));
    const Signature signature{ECDSA_SIG_new()};
    if (!r || !s || !signature || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) {
        return {};
    }
    static_cast<void>(r.release()); // the signature has them now
    static_cast<void>(s.release());
    const int size = i2d_ECDSA_SIG(signature.get(), nullptr);
    std::string der(static_cast<std::size_t>(std::max(size, 0)), '\0');
    auto* out = reinterpret_cast<unsigned char*>(der.data());
    i2d_ECDSA_SIG(signature.get(), &out);
    return der;
}

std::optional<Algorithm> algorithm_of(const json::object& header) {
    const auto name = text_of(header, "alg");
    return name == "RS256"   ? std::optional{Algorithm::rs256}
           : name == "ES256" ? std::optional{Algorithm::es256}
                             : std::nullopt;
}

} // namespace

std::string to_base64url(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    unsigned held = 0;
    int bits = 0;
    for (const char byte : bytes) {
        held = (held << 8 | static_cast<unsigned char>(byte)) & 0xffffU;
        for (bits += 8; bits >= 6; bits -= 6) {
            text += kAlphabet[held >> (bits - 6) & 63U];
        }
    }
    if (bits > 0) {
        text += kAlphabet[held << (6 - bits) & 63U];
    }
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    unsigned held = 0;
    int bits = 0;
    for (const char c : text) {
        const auto digit = kAlphabet.find(c);
        if (digit == std::string_view::npos) {
            return std::nullopt;
        }
        held = (held << 6 | static_cast<unsigned>(digit)) & 0xffffU;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(held >> bits & 0xffU);
        }
    }
    const bool whole = bits < 6 && (held & ((1U << bits) - 1U)) == 0;
    return whole ? std::optional{std::move(bytes)} : std::nullopt;
}

std::string sha256(std::string_view bytes) {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(bytes_of(bytes), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

std::optional<json::object> read_object(std::string_view text, std::size_t bytes_max) {
    boost::system::error_code error;
    if (text.size() > bytes_max) {
        return std::nullopt;
    }
    auto value = json::parse({text.data(), text.size()}, error);
    return !error && value.is_object() ? std::optional{std::move(value.as_object())} : std::nullopt;
}

std::string text_of(const json::object& object, std::string_view name) {
    const auto* const value = object.if_contains({name.data(), name.size()});
    return value != nullptr && value->is_string() ? std::string{value->as_string()} : std::string{};
}

std::vector<Key> read_keys(const json::object& set) {
    std::vector<Key> keys;
    const auto* const list = set.if_contains("keys");
    if (list == nullptr || !list->is_array()) {
        return keys;
    }
    for (const auto& each : list->as_array()) {
        if (each.is_object() && keys.size() < kKeysMax) {
            if (auto key = read_key(each.as_object())) {
                keys.push_back(std::move(*key));
            }
        }
    }
    return keys;
}

std::optional<SignedToken> read_token(std::string_view text) {
    const auto first = text.find('.');
    const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
    if (text.size() > kTokenBytesMax || second == std::string_view::npos ||
        text.find('.', second + 1) != std::string_view::npos) {
        return std::nullopt;
    }
    const auto header_text = from_base64url(text.substr(0, first));
    const auto claims_text = from_base64url(text.substr(first + 1, second - first - 1));
    auto signature = from_base64url(text.substr(second + 1));
    if (!header_text || !claims_text || !signature) {
        return std::nullopt;
    }
    const auto header = read_object(*header_text, kTokenBytesMax);
    auto claims = read_object(*claims_text, kTokenBytesMax);
    const auto algorithm = header ? algorithm_of(*header) : std::nullopt;
    if (!algorithm || !claims || header->contains("crit")) {
        return std::nullopt;
    }
    return SignedToken{*algorithm, text_of(*header, "kid"), text.substr(0, second),
                       std::move(*signature), std::move(*claims)};
}

const Key* key_for(const SignedToken& token, const std::vector<Key>& keys) {
    const Key* found = nullptr;
    for (const Key& key : keys) {
        if (key.algorithm != token.algorithm || (!token.key_id.empty() && key.id != token.key_id)) {
            continue;
        }
        if (found != nullptr) {
            return nullptr; // which of them is not said
        }
        found = &key;
    }
    return found;
}

bool is_signed_by(const SignedToken& token, const Key& key) {
    const bool elliptic = token.algorithm == Algorithm::es256;
    const std::string signature = elliptic ? to_der(token.signature) : token.signature;
    const DigestContext context{EVP_MD_CTX_new()};
    // The default padding of an RSA key is PKCS #1 v1.5, which is what RS256 means.
    const bool good =
        key.algorithm == token.algorithm && !signature.empty() && context &&
        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.key.get()) == 1 &&
        EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                         bytes_of(token.signed_of), token.signed_of.size()) == 1;
    ERR_clear_error(); // of a signature that is wrong
    return good;
}

} // namespace dialer::oidc
