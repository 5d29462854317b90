#include "dialer/sip/phone_login.hpp"

#include "dialer/sip/digest.hpp"

#include <fmt/format.h>

#include <charconv>

namespace dialer::sip {

PhoneLogin make_phone_login(const BrowserPhones& phones, std::string_view sip_user,
                            std::chrono::sys_seconds now) {
    PhoneLogin login;
    login.until = now + phones.login_life;
    login.name = fmt::format("{}:{}", login.until.time_since_epoch().count(), sip_user);
    login.password = hmac_base64(phones.secret, login.name);
    return login;
}

std::optional<std::string> phone_login_password(const BrowserPhones& phones, std::string_view name,
                                                std::string_view sip_user,
                                                std::chrono::sys_seconds now) {
    std::int64_t until = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), until);
    if (error != std::errc{} || end == name.data() + name.size() || *end != ':' ||
        std::string_view{end + 1, name.data() + name.size()} != sip_user ||
        until < now.time_since_epoch().count()) {
        return std::nullopt;
    }
    return hmac_base64(phones.secret, name);
}

} // namespace dialer::sip
