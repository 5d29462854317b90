// Goal: no token, key set or cookie, however ugly, harms the reader, and none that we did not sign
// is believed. Method: libFuzzer under ASan and UBSan; broken promises abort.

#include "dialer/oidc/attempt.hpp"
#include "dialer/oidc/id_token.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace dialer::oidc;

namespace {

constexpr std::size_t kBytesMax = 16 * 1024;

void require(bool promise) {
    if (!promise) {
        std::abort();
    }
}

void check_claims(const boost::json::object& claims) {
    const Expected expected{"https://id.example", "dialer", "n", "at", dnc::Instant{}};
    const bool sound = !fault_of(claims, expected);
    const auto found = read_claims(claims, {});
    require(!sound || (!found.subject.empty() && is_plain(found.subject)));
    require(is_plain(found.email));
    require(!found.role); // there is no mapping
}

} // namespace

/// A line with keys, then a token.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto line = text.substr(0, text.find('\n'));
    const auto rest = text.substr(std::min(line.size() + 1, text.size()));
    const auto set = read_object(line, kBytesMax);
    const auto keys = set ? read_keys(*set) : std::vector<Key>{};
    if (const auto token = read_token(rest)) {
        const auto* const key = key_for(*token, keys);
        if (key != nullptr) {
            static_cast<void>(is_signed_by(*token, *key));
        }
        check_claims(token->claims);
    }
    if (set) {
        check_claims(*set);
    }
    require(!unseal(rest, "secret", dnc::Instant{}));
    const auto path = own_path(line);
    require(path.starts_with('/') && path.find("//") == std::string::npos && is_plain(path));
    if (const auto bytes = from_base64url(rest)) {
        require(to_base64url(*bytes) == rest);
    }
    return 0;
}
