#pragma once

// Credentials for phones in browsers: made by the engine, good for minutes, stored nowhere.
//
// The name says when they run out, and the password is an HMAC of the name under a secret that only
// the engine and the proxy in front of the browsers have (Kamailio's auth_ephemeral knows the
// same). A page that leaks them leaks a phone for those minutes, and never a password. Pure.

#include "dialer/sip/legs.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dialer::sip {

/// What a browser registers with.
struct PhoneLogin {
    std::string name; ///< user name of the digest: "1795363200:anna"
    std::string password;
    std::chrono::sys_seconds until; ///< by the world's clock, which the proxy goes by
};

[[nodiscard]] PhoneLogin make_phone_login(const BrowserPhones& phones, std::string_view sip_user,
                                          std::chrono::sys_seconds now);

/// The password of a login's name; nothing when the name is not one of `sip_user`, or it has run
/// out.
[[nodiscard]] std::optional<std::string> phone_login_password(const BrowserPhones& phones,
                                                              std::string_view name,
                                                              std::string_view sip_user,
                                                              std::chrono::sys_seconds now);

} // namespace dialer::sip
