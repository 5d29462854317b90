#pragma once

// A scanner for the one written form of the audit log's lines: it takes what must be there, byte
// for byte, and nothing else.

#include <cstdint>
#include <optional>
#include <string_view>

namespace campaigns::audit {

/// What is left of a line. Each take* advances only when it finds what it wants.
struct Scan {
    std::string_view rest;

    /// Exactly these bytes.
    [[nodiscard]] bool take(std::string_view bytes) {
        if (!rest.starts_with(bytes)) {
            return false;
        }
        rest.remove_prefix(bytes.size());
        return true;
    }

    /// A number as it must be written: digits without a leading zero, at most 18.
    [[nodiscard]] std::optional<std::int64_t> take_number() {
        std::size_t digits = 0;
        std::int64_t value = 0;
        while (digits < rest.size() && digits < 19 && rest[digits] >= '0' && rest[digits] <= '9') {
            value = digits < 18 ? value * 10 + (rest[digits] - '0') : value;
            ++digits;
        }
        if (digits == 0 || digits > 18 || (digits > 1 && rest[0] == '0')) {
            return std::nullopt;
        }
        rest.remove_prefix(digits);
        return value;
    }

    /// What stands up to the next quotation mark, which is taken too. No form has quotation marks
    /// or backslashes in its values.
    [[nodiscard]] std::optional<std::string_view> take_text() {
        const auto quote = rest.find('"');
        if (quote == std::string_view::npos) {
            return std::nullopt;
        }
        const std::string_view text = rest.substr(0, quote);
        for (const char c : text) {
            if (c < ' ' || c > '~' || c == '\\') {
                return std::nullopt;
            }
        }
        rest.remove_prefix(quote + 1);
        return text;
    }
};

} // namespace campaigns::audit
