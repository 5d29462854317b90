#include "dialer/oidc/id_token.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace dialer::oidc {

namespace json = boost::json;

namespace {

using namespace std::chrono_literals;

// Clocks of two sites differ by so much at most.
constexpr std::chrono::seconds kSkew{60};
// The code is exchanged at once, so a token older than an attempt may be was not made for it.
constexpr std::chrono::seconds kAgeMax{600};
constexpr std::size_t kNameMax = 100;

/// Seconds since 1970 (RFC 7519 2, NumericDate); nothing when absent or no sane number.
std::optional<dnc::Instant> time_of(const json::object& claims, std::string_view name) {
    constexpr double kLatest = 253402300799; // the end of the year 9999
    const auto* const value = claims.if_contains({name.data(), name.size()});
    if (value == nullptr || !value->is_number()) {
        return std::nullopt;
    }
    const auto seconds = value->to_number<double>();
    if (!(seconds >= 0 && seconds <= kLatest)) {
        return std::nullopt;
    }
    return dnc::Instant{std::chrono::seconds{static_cast<std::int64_t>(std::floor(seconds))}};
}

/// The audience must be us alone: we trust no other that the token could be used at.
bool is_for(const json::object& claims, std::string_view client_id) {
    const auto* audience = claims.if_contains("aud");
    if (audience != nullptr && audience->is_array() && audience->as_array().size() == 1) {
        audience = &audience->as_array().front();
    }
    const bool ours =
        audience != nullptr && audience->is_string() && audience->as_string() == client_id;
    return ours && (!claims.contains("azp") || text_of(claims, "azp") == client_id);
}

std::optional<std::string> fault_of_times(const json::object& claims, dnc::Instant now) {
    const auto expires = time_of(claims, "exp");
    const auto issued = time_of(claims, "iat");
    if (!expires || !issued) {
        return "exp or iat is missing";
    }
    if (now >= *expires + kSkew) {
        return "it has expired";
    }
    if (*issued > now + kSkew || *issued < now - kAgeMax - kSkew) {
        return "it was not issued just now; compare the clocks";
    }
    if (claims.contains("nbf")) {
        const auto begins = time_of(claims, "nbf");
        if (!begins || *begins > now + kSkew) {
            return "it is not valid yet";
        }
    }
    return std::nullopt;
}

/// OpenID Connect Core 1.0 3.1.3.6: the left half of the hash; both our algorithms use SHA-256.
bool fits_access_token(const json::object& claims, std::string_view access_token) {
    return !claims.contains("at_hash") ||
           text_of(claims, "at_hash") == to_base64url(sha256(access_token).substr(0, 16));
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    });
    return text;
}

std::string verified_email(const json::object& claims) {
    const auto* const verified = claims.if_contains("email_verified");
    // Some providers write flags as texts.
    const bool is_verified =
        verified != nullptr && ((verified->is_bool() && verified->as_bool()) ||
                                (verified->is_string() && verified->as_string() == "true"));
    auto email = text_of(claims, "email");
    const bool sound = is_verified && email.size() <= kNameMax && is_plain(email) &&
                       email.find('@') != std::string::npos;
    return sound ? lower(std::move(email)) : std::string{};
}

std::optional<campaigns::Role> role_of(const json::object& claims, const Settings& settings) {
    using campaigns::Role;
    const auto* const groups =
        settings.role_claim.empty() ? nullptr : claims.if_contains(settings.role_claim);
    std::vector<Role> roles;
    const auto add = [&](const json::value& group) {
        const auto found = group.is_string() ? settings.roles.find(std::string{group.as_string()})
                                             : settings.roles.end();
        if (found != settings.roles.end()) {
            roles.push_back(found->second);
        }
    };
    if (groups != nullptr && groups->is_array()) {
        std::ranges::for_each(groups->as_array(), add);
    } else if (groups != nullptr) {
        add(*groups);
    }
    for (const auto role : {Role::admin, Role::compliance, Role::supervisor, Role::ops}) {
        if (std::ranges::find(roles, role) != roles.end()) {
            return role;
        }
    }
    return std::nullopt;
}

} // namespace

bool is_plain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

std::optional<std::string> fault_of(const json::object& claims, const Expected& expected) {
    const auto subject = text_of(claims, "sub");
    if (expected.issuer.empty() || text_of(claims, "iss") != expected.issuer) {
        return "another issuer made it";
    }
    if (expected.client_id.empty() || !is_for(claims, expected.client_id)) {
        return "it is for another audience";
    }
    if (subject.empty() || subject.size() > kSubjectMax || !is_plain(subject)) {
        return "its subject is missing or no plain text";
    }
    if (expected.nonce.empty() || text_of(claims, "nonce") != expected.nonce) {
        return "it was made for another attempt";
    }
    if (!fits_access_token(claims, expected.access_token)) {
        return "it does not belong to its access token";
    }
    return fault_of_times(claims, expected.now);
}

Claims read_claims(const json::object& claims, const Settings& settings) {
    Claims found{text_of(claims, "sub"), verified_email(claims),
                 text_of(claims, "preferred_username"), role_of(claims, settings)};
    if (found.name.empty() || found.name.size() > kNameMax) {
        found.name = found.email;
    }
    return found;
}

} // namespace dialer::oidc
