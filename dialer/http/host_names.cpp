#include "dialer/http/host_names.hpp"

#include <algorithm>
#include <cctype>

namespace dialer::http {

namespace {

std::string lower(std::string_view text) {
    std::string low{text};
    std::ranges::transform(low, low.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return low;
}

/// "name:443" -> "name"; nothing when what follows the colon is no port.
std::string_view without_port(std::string_view host) {
    const auto colon = host.rfind(':');
    if (colon == std::string_view::npos) {
        return host;
    }
    const auto port = host.substr(colon + 1);
    const bool sound = !port.empty() && port.size() <= 5 &&
                       std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
    return sound ? host.substr(0, colon) : std::string_view{};
}

/// RFC 6125 6.4.3: the star stands for the whole leftmost label and for no more than that.
bool fits(std::string_view pattern, std::string_view name) {
    if (!pattern.starts_with("*.")) {
        return pattern == name;
    }
    const auto dot = name.find('.');
    return dot != std::string_view::npos && dot > 0 && pattern.substr(1) == name.substr(dot);
}

} // namespace

bool is_our_name(std::string_view host, const std::vector<std::string>& names,
                 std::string_view own_address) {
    const std::string name = lower(without_port(host));
    if (name.empty()) {
        return false;
    }
    return name == "localhost" || name == own_address ||
           std::ranges::any_of(names, [&](const std::string& one) { return fits(one, name); });
}

} // namespace dialer::http
