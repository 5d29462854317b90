#include "tests/peers/common/json_text.hpp"

#include <fmt/format.h>

namespace peers {

std::string quoted(std::string_view text) {
    std::string out{"\""};
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(byte));
        } else {
            // SIP identifiers are ASCII; anything else came from a fault or an attack.
            out += byte < 0x7f ? c : '?';
        }
    }
    return out + '"';
}

} // namespace peers
