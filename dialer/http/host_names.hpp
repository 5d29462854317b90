#pragma once

// Which names a request may call us by. A page of somebody else's that makes its own name point to
// our address (DNS rebinding) speaks to us under that name, and is refused.

#include <string>
#include <string_view>
#include <vector>

namespace dialer::http {

/// Whether the Host field (RFC 9112 3.2; with or without a port) is one of `names` (lower case,
/// "*." for any one label), "localhost", or the address at which the client reached us.
[[nodiscard]] bool is_our_name(std::string_view host, const std::vector<std::string>& names,
                               std::string_view own_address);

} // namespace dialer::http
