#include "campaigns/files/xlsx_cells.hpp"

#include "campaigns/files/csv_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

namespace campaigns::xlsx {

namespace {

constexpr std::size_t kDigitsShown = 15;     // of every spreadsheet program
constexpr std::int64_t kPlainDigitsMax = 40; // beyond that the exponent stays

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// sign, digits and where the point stands in them: 0.5 is {"5", 0}, 120 is {"12", 3}.
struct Decimal {
    bool negative = false;
    bool whole = false; ///< written without point and exponent
    std::string digits; ///< without zeros in front and at the end
    std::int64_t point = 0;
};

std::optional<std::int64_t> read_exponent(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool all = error == std::errc{} && end == text.data() + text.size();
    return all && std::abs(value) < 10'000 ? std::optional{value} : std::nullopt;
}

std::optional<Decimal> read_decimal(std::string_view text) {
    Decimal number;
    if (text.starts_with('-') || text.starts_with('+')) {
        number.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    const std::size_t e = text.find_first_of("eE");
    std::int64_t exponent = 0;
    if (e != std::string_view::npos) {
        const auto read = read_exponent(text.substr(e + 1));
        if (!read) {
            return std::nullopt;
        }
        exponent = *read;
        text = text.substr(0, e);
    }
    const std::size_t dot = text.find('.');
    const std::string_view before = text.substr(0, dot);
    const std::string_view after =
        dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
    number.whole = e == std::string_view::npos && dot == std::string_view::npos;
    number.digits.append(before).append(after);
    if (number.digits.empty() ||
        !std::all_of(number.digits.begin(), number.digits.end(), is_digit)) {
        return std::nullopt;
    }
    number.point = static_cast<std::int64_t>(before.size()) + exponent;
    const std::size_t zeros = std::min(number.digits.find_first_not_of('0'), number.digits.size());
    number.digits.erase(0, zeros);
    number.point -= static_cast<std::int64_t>(zeros);
    return number;
}

void drop_zeros_at_end(std::string& digits) {
    digits.erase(digits.find_last_not_of('0') + 1);
}

void round_to_shown(Decimal& number) {
    if (number.digits.size() <= kDigitsShown) {
        return;
    }
    const bool up = number.digits[kDigitsShown] >= '5';
    number.digits.resize(kDigitsShown);
    std::size_t i = kDigitsShown;
    while (up && i > 0 && number.digits[i - 1] == '9') {
        number.digits[--i] = '0';
    }
    if (up && i > 0) {
        ++number.digits[i - 1];
    } else if (up) {
        number.digits.insert(0, 1, '1');
        ++number.point;
    }
}

std::string plain_text(Decimal number) {
    if (!number.whole) {
        round_to_shown(number);
    }
    drop_zeros_at_end(number.digits);
    if (number.digits.empty()) {
        return "0";
    }
    const auto size = static_cast<std::int64_t>(number.digits.size());
    std::string text = number.negative ? "-" : "";
    if (number.point <= 0) {
        text += "0." + std::string(static_cast<std::size_t>(-number.point), '0') + number.digits;
    } else if (number.point >= size) {
        text += number.digits + std::string(static_cast<std::size_t>(number.point - size), '0');
    } else {
        const auto point = static_cast<std::size_t>(number.point);
        text += number.digits.substr(0, point) + "." + number.digits.substr(point);
    }
    return text;
}

} // namespace

std::optional<CellRef> read_cell_ref(std::string_view text) {
    CellRef ref;
    std::size_t i = 0;
    std::uint32_t column = 0;
    for (; i < text.size() && i < 4; ++i) {
        const char c = static_cast<char>(text[i] & ~0x20);
        if (c < 'A' || c > 'Z') {
            break;
        }
        column = column * 26 + static_cast<std::uint32_t>(c - 'A' + 1);
    }
    if (column == 0 || column > kSheetColumnsMax) {
        return std::nullopt;
    }
    ref.column = column - 1;
    const std::string_view digits = text.substr(i);
    if (!digits.empty()) {
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), ref.row);
        if (error != std::errc{} || end != digits.data() + digits.size() || ref.row < 1 ||
            ref.row > kSheetRowsMax) {
            return std::nullopt;
        }
    }
    return ref;
}

std::string cell_name(std::uint32_t column, std::int64_t row) {
    std::string letters;
    for (std::uint32_t rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
        letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
    }
    return fmt::format("{}{}", letters, row);
}

std::string number_text(std::string_view text) {
    const std::string_view number = trimmed(text);
    const auto decimal = read_decimal(number);
    if (!decimal || decimal->point > kPlainDigitsMax + 20 || decimal->point < -kPlainDigitsMax) {
        return std::string{number};
    }
    return plain_text(*decimal);
}

void append_unescaped(std::string& out, std::string_view text) {
    const auto unit_at = [text](std::size_t at) -> std::uint32_t {
        std::uint32_t unit = 0;
        const std::string_view code = text.substr(std::min(at, text.size()), 7);
        if (code.size() != 7 || !code.starts_with("_x") || code[6] != '_') {
            return 0;
        }
        const auto [end, error] = std::from_chars(code.data() + 2, code.data() + 6, unit, 16);
        return error == std::errc{} && end == code.data() + 6 ? unit : 0;
    };
    std::size_t i = 0;
    while (i < text.size()) {
        const std::size_t next = text.find("_x", i);
        out.append(text.substr(i, next - i));
        if (next == std::string_view::npos) {
            return;
        }
        i = next;
        std::uint32_t unit = unit_at(i);
        if (unit == 0) {
            out.append("_x");
            i += 2;
            continue;
        }
        i += 7;
        if (const std::uint32_t low = unit_at(i);
            unit >= 0xD800 && unit < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
            unit = 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
            i += 7;
        }
        csv::append_utf8(out, unit);
    }
}

} // namespace campaigns::xlsx
