#include "dialer/http/path.hpp"

#include <algorithm>
#include <cstdint>

namespace dialer::http {

namespace {

/// Cuts the next "/segment" off the front of a path that starts with "/".
std::string_view take_segment(std::string_view& path) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    const auto segment = path.substr(0, end);
    path.remove_prefix(end);
    return segment;
}

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    const char lower = static_cast<char>(c | 0x20);
    if (lower >= 'a' && lower <= 'f') {
        return static_cast<unsigned>(lower - 'a') + 10U;
    }
    return std::nullopt;
}

bool has_control_character(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// Length of the sequence that starts with `lead` and its smallest code point.
struct Sequence {
    std::size_t length;
    std::uint32_t smallest;
    std::uint32_t first_bits;
};

std::optional<Sequence> sequence_of(unsigned char lead) {
    if (lead < 0x80U) {
        return Sequence{1, 0, lead};
    }
    if ((lead & 0xE0U) == 0xC0U) {
        return Sequence{2, 0x80, lead & 0x1FU};
    }
    if ((lead & 0xF0U) == 0xE0U) {
        return Sequence{3, 0x800, lead & 0x0FU};
    }
    if ((lead & 0xF8U) == 0xF0U) {
        return Sequence{4, 0x10000, lead & 0x07U};
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string_view> path_of(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (target.starts_with(scheme)) {
            target.remove_prefix(scheme.size());
            const auto slash = target.find('/');
            target = slash == std::string_view::npos ? std::string_view{"/"} : target.substr(slash);
            break;
        }
    }
    if (!target.starts_with('/')) {
        return std::nullopt;
    }
    return target.substr(0, target.find_first_of("?#"));
}

std::string_view query_of(std::string_view target) {
    target = target.substr(0, target.find('#'));
    const auto mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
}

std::optional<std::string> decode_segment(std::string_view segment) {
    std::string text;
    text.reserve(segment.size());
    for (std::size_t i = 0; i < segment.size(); ++i) {
        if (segment[i] != '%') {
            text += segment[i];
            continue;
        }
        if (i + 2 >= segment.size()) {
            return std::nullopt;
        }
        const auto high = hex_digit(segment[i + 1]);
        const auto low = hex_digit(segment[i + 2]);
        if (!high || !low) {
            return std::nullopt;
        }
        text += static_cast<char>(*high << 4U | *low);
        i += 2;
    }
    if (has_control_character(text) || !is_utf8(text)) {
        return std::nullopt;
    }
    return text;
}

std::optional<std::vector<std::string_view>> match_path(std::string_view path_template,
                                                        std::string_view path) {
    std::vector<std::string_view> arguments;
    while (!path_template.empty() && !path.empty()) {
        const auto wanted = take_segment(path_template);
        const auto given = take_segment(path);
        if (wanted.starts_with('{')) {
            if (given.empty()) {
                return std::nullopt;
            }
            arguments.push_back(given);
        } else if (wanted != given) {
            return std::nullopt;
        }
    }
    if (!path_template.empty() || !path.empty()) {
        return std::nullopt;
    }
    return arguments;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto sequence = sequence_of(static_cast<unsigned char>(text.front()));
        if (!sequence || sequence->length > text.size()) {
            return false;
        }
        std::uint32_t code_point = sequence->first_bits;
        for (const char c : text.substr(1, sequence->length - 1)) {
            const auto byte = static_cast<unsigned char>(c);
            if ((byte & 0xC0U) != 0x80U) {
                return false;
            }
            code_point = code_point << 6U | (byte & 0x3FU);
        }
        const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
        if (code_point < sequence->smallest || code_point > 0x10FFFF || surrogate) {
            return false;
        }
        text.remove_prefix(sequence->length);
    }
    return true;
}

} // namespace dialer::http
