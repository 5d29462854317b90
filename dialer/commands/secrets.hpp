#pragma once

// Passwords and tokens as the commands handle them.

#include <string>
#include <string_view>

namespace dialer::commands {

/// MD5(user:realm:password) in hexadecimal (RFC 2617 3.2.2.2): what SIP phones' digest needs.
[[nodiscard]] std::string digest_ha1(std::string_view user, std::string_view realm,
                                     std::string_view password);

/// 256 random bits in hexadecimal.
[[nodiscard]] std::string make_token();

/// One line of stdin, without echo and after a prompt when that is a terminal.
[[nodiscard]] std::string read_password(std::string_view prompt);

} // namespace dialer::commands
