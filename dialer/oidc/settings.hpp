#pragma once

// What is configured about an OpenID Connect provider.

#include "campaigns/types.hpp"

#include <map>
#include <string>

namespace dialer::oidc {

struct Settings {
    std::string issuer;        ///< https://..., as the provider writes it
    std::string client_id;     ///< as registered there
    std::string client_secret; ///< likewise
    std::string public_url;    ///< https://host[:port], where browsers find our pages
    std::string label;         ///< of the button: "Sign in with <label>"
    std::string scope = "openid email profile";
    std::string ca_file; ///< certificates to trust instead of the system's; empty: the system's
    /// The claim with somebody's groups, and which role each gives; both empty: accounts are made
    /// by administrators only. Never the role agent, which needs a desk.
    std::string role_claim{};
    std::map<std::string, campaigns::Role> roles{};

    /// Where the provider sends browsers back to.
    [[nodiscard]] std::string redirect_uri() const;
};

inline constexpr const char* kStartPath = "/api/sign-in/oidc/start";
inline constexpr const char* kCallbackPath = "/api/sign-in/oidc/callback";

inline std::string Settings::redirect_uri() const {
    return public_url + kCallbackPath;
}

} // namespace dialer::oidc
