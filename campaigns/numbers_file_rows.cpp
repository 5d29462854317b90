#include "campaigns/numbers_file_rows.hpp"

#include "campaigns/import_rows.hpp"

#include <algorithm>

namespace campaigns {

namespace {

constexpr std::size_t kShownBytesMax = 60;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string digits_of(std::string_view text) {
    std::string out;
    std::copy_if(text.begin(), text.end(), std::back_inserter(out), is_digit);
    return out;
}

bool all_digits(std::string_view text, std::size_t count) {
    return text.size() == count && std::all_of(text.begin(), text.end(), is_digit);
}

// The registry's changes have area code, number, time and A (added) or D (deleted).
bool is_change(const csv::Row& row) {
    if (row.fields.size() < 3) {
        return false;
    }
    const auto is_mark = [](std::string_view field) {
        const std::string_view text = trimmed(field);
        return text == "A" || text == "D" || text == "a" || text == "d";
    };
    return std::any_of(row.fields.begin() + 2, row.fields.end(), is_mark);
}

std::variant<dnc::Number, dnc::NumberFault> read_cells(const csv::Row& row) {
    const std::string_view first = trimmed(row.fields.front());
    if (row.fields.size() >= 2 && all_digits(first, 3)) {
        const std::string rest = digits_of(row.fields[1]);
        if (rest.size() == 7) {
            return dnc::read_number(std::string{first} + rest);
        }
    }
    return dnc::read_number(first);
}

} // namespace

NumberLine read_number_line(const csv::Row& row, bool may_be_header) {
    const auto is_blank = [](std::string_view field) { return trimmed(field).empty(); };
    if (row.fault) {
        return BadLine{row.fault->line, {}, csv::explain(*row.fault)};
    }
    if (std::all_of(row.fields.begin(), row.fields.end(), is_blank) ||
        trimmed(row.fields.front()).starts_with('#')) {
        return NotANumberLine{};
    }
    const auto read = read_cells(row);
    if (const auto* number = std::get_if<dnc::Number>(&read)) {
        if (is_change(row)) {
            return ChangeListLine{};
        }
        return *number;
    }
    std::size_t digits = 0;
    for (const std::string_view field : row.fields) {
        digits += digits_of(field).size();
    }
    // Seven digits could be a number: such a line is never taken for column names.
    if (may_be_header && digits < 7) {
        return NotANumberLine{};
    }
    return BadLine{row.line, tidy_text(row.fields.front(), kShownBytesMax),
                   std::string{dnc::explain(std::get<dnc::NumberFault>(read))}};
}

} // namespace campaigns
