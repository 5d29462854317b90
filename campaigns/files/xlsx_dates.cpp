// Number formats and the dates that they make of numbers.

#include "campaigns/files/xlsx_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

namespace campaigns::xlsx {

namespace {

using Kind = NumberFormat::Kind;

constexpr double kSecondsPerDay = 86'400.0;
constexpr std::int64_t kSerialMax = 2'958'465;    // 9999-12-31, counted from 1900
constexpr std::int64_t kLeapDayThatNeverWas = 60; // 1900-02-29

// The letters of a format's first section that mean something, in lower case; "[h]" becomes '{'.
std::string letters_of(std::string_view code) {
    std::string letters;
    for (std::size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
        const char c = code[i];
        if (c == '"' || c == '[') {
            const std::size_t close = code.find(c == '"' ? '"' : ']', i + 1);
            const std::string_view inside =
                code.substr(i + 1, close == std::string_view::npos ? close : close - i - 1);
            const bool elapsed = c == '[' && !inside.empty() &&
                                 inside.find_first_not_of("hHmMsS") == std::string_view::npos;
            letters += elapsed ? "{" : "";
            if (close == std::string_view::npos) {
                return letters;
            }
            i = close;
        } else if (c == '\\' || c == '_' || c == '*') {
            ++i;
        } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            letters += static_cast<char>(c | 0x20);
        } else {
            letters += c;
        }
    }
    return letters;
}

bool has_any(std::string_view text, std::string_view wanted) {
    return text.find_first_of(wanted) != std::string_view::npos;
}

// "h:mm AM/PM" and "General" hold letters that are no parts of dates.
void erase_words(std::string& letters) {
    for (const std::string_view word : {"general", "am/pm", "a/p", "e+", "e-"}) {
        const std::size_t at = letters.find(word);
        if (at != std::string::npos) {
            letters.erase(at, word.size());
        }
    }
}

std::string clock_text(std::int64_t seconds) {
    return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string date_text(std::int64_t day, DateSystem system) {
    if (system == DateSystem::from_1900 && day == 0) {
        return "1900-01-00"; // as it is shown: no date, and nothing that reads dates takes it
    }
    if (system == DateSystem::from_1900 && day == kLeapDayThatNeverWas) {
        return "1900-02-29";
    }
    using namespace std::chrono;
    const sys_days base = system == DateSystem::from_1904
                              ? sys_days{January / 1 / 1904}
                              : sys_days{December / (day < kLeapDayThatNeverWas ? 31 : 30) / 1899};
    const year_month_day date{base + days{day}};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

// "000-00-0000" with 123456789: from the right, the pattern's own signs between the digits.
std::string digits_text(const std::string& number, const std::string& pattern) {
    if (number.find_first_not_of("0123456789") != std::string::npos) {
        return number;
    }
    std::string text;
    std::size_t left = number.size();
    for (auto sign = pattern.rbegin(); sign != pattern.rend(); ++sign) {
        text += *sign != '0' ? *sign : left > 0 ? number[--left] : '0';
    }
    while (left > 0) {
        text += number[--left];
    }
    std::reverse(text.begin(), text.end());
    return text;
}

std::optional<double> read_double(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) {
        return std::nullopt;
    }
    text.remove_prefix(begin);
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool all = error == std::errc{} && end == text.data() + text.size();
    return all && std::isfinite(value) ? std::optional{value} : std::nullopt;
}

// Nothing when the number is no date.
std::optional<std::string> moment_text(double serial, Kind kind, DateSystem system) {
    const std::int64_t last = system == DateSystem::from_1904 ? kSerialMax - 1462 : kSerialMax;
    if (serial < 0 || serial >= static_cast<double>(last + 1)) {
        return std::nullopt;
    }
    auto day = static_cast<std::int64_t>(serial);
    std::int64_t seconds = std::llround((serial - std::floor(serial)) * kSecondsPerDay);
    if (kind == Kind::elapsed) {
        return clock_text(day * 86'400 + seconds);
    }
    if (seconds == 86'400) {
        ++day;
        seconds = 0;
    }
    if (kind == Kind::time && day == 0) {
        return clock_text(seconds);
    }
    // A time that hides in a cell which shows the date alone is kept: it says when, and the date is
    // still its beginning.
    const bool with_time = kind != Kind::date || seconds != 0;
    return date_text(day, system) + (with_time ? "T" + clock_text(seconds) : std::string{});
}

} // namespace

NumberFormat format_of_code(std::string_view code) {
    if (code.size() >= 2 && code.size() <= 32 && code.front() == '0' && code.back() == '0') {
        std::string plain;
        for (const char c : code) {
            if (c != '\\' && c != '"') {
                plain += c;
            }
        }
        if (plain.find_first_not_of("0-") == std::string::npos) {
            return {Kind::digits, plain};
        }
    }
    std::string letters = letters_of(code);
    if (letters.find('{') != std::string::npos) {
        return {Kind::elapsed, {}};
    }
    const bool half_day = letters.find("am/pm") != std::string::npos;
    erase_words(letters);
    const bool time = half_day || has_any(letters, "hs");
    // Minutes stand beside hours or seconds, else they are months.
    const bool date = has_any(letters, "ydbe") || (!time && has_any(letters, "m"));
    if (date) {
        return {time ? Kind::date_time : Kind::date, {}};
    }
    return {time ? Kind::time : Kind::plain, {}};
}

NumberFormat format_of_builtin(std::uint32_t id) {
    if (id >= 14 && id <= 17) {
        return {Kind::date, {}};
    }
    if ((id >= 18 && id <= 21) || id == 45 || id == 47) {
        return {Kind::time, {}};
    }
    if (id == 22) {
        return {Kind::date_time, {}};
    }
    if (id == 46) {
        return {Kind::elapsed, {}};
    }
    const bool east_asian_time = (id >= 32 && id <= 35) || id == 55 || id == 56;
    if (east_asian_time) {
        return {Kind::time, {}};
    }
    if ((id >= 27 && id <= 36) || (id >= 50 && id <= 58)) {
        return {Kind::date, {}};
    }
    return {};
}

std::string formatted_text(std::string_view text, const NumberFormat& format, DateSystem system) {
    if (format.kind == Kind::plain) {
        return number_text(text);
    }
    if (format.kind == Kind::digits) {
        return digits_text(number_text(text), format.digits);
    }
    const auto serial = read_double(text);
    const auto moment = serial ? moment_text(*serial, format.kind, system) : std::nullopt;
    return moment ? *moment : number_text(text);
}

std::string iso_date_text(std::string_view text, const NumberFormat& format) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    text = begin == std::string_view::npos ? std::string_view{} : text.substr(begin);
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    const std::size_t time = text.find('T');
    if (time == std::string_view::npos) {
        return std::string{text};
    }
    if (format.kind == Kind::date &&
        text.find_first_not_of("0:.Z", time + 1) == std::string_view::npos) {
        return std::string{text.substr(0, time)};
    }
    const std::size_t point = text.find('.', time);
    const std::size_t zone = text.find_first_not_of("0123456789.", point);
    std::string out{text.substr(0, point)};
    if (point != std::string_view::npos && zone != std::string_view::npos) {
        out.append(text.substr(zone));
    }
    return out;
}

} // namespace campaigns::xlsx
