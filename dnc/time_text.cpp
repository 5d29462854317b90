#include "dnc/time_text.hpp"

#include <cstdint>

namespace dnc {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr int kYearMin = 1970;
constexpr int kYearMax = 2199;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Takes what it reads off the front of the text.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_{text} {}

    /// Exactly `count` digits, at most `max`.
    std::optional<int> digits(std::size_t count, int max) {
        if (rest_.size() < count) {
            return std::nullopt;
        }
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (!is_digit(rest_[i])) {
                return std::nullopt;
            }
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(count);
        return value <= max ? std::optional{value} : std::nullopt;
    }

    bool one_of(std::string_view chars) {
        if (rest_.empty() || chars.find(rest_.front()) == std::string_view::npos) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    /// The digits after the point; what is finer than a microsecond is cut off.
    std::optional<microseconds> fraction() {
        std::int64_t value = 0;
        int count = 0;
        for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1), ++count) {
            value = count < 6 ? value * 10 + (rest_.front() - '0') : value;
        }
        for (int i = count; i < 6; ++i) {
            value *= 10;
        }
        return count == 0 ? std::nullopt : std::optional{microseconds{value}};
    }

    [[nodiscard]] char front() const { return rest_.empty() ? '\0' : rest_.front(); }
    [[nodiscard]] bool empty() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

std::optional<minutes> take_hours_and_minutes(Cursor& text, int hours_max) {
    const auto hour = text.digits(2, hours_max);
    if (!hour || !text.one_of(":")) {
        return std::nullopt;
    }
    const auto minute = text.digits(2, 59);
    return minute ? std::optional{hours{*hour} + minutes{*minute}} : std::nullopt;
}

std::optional<microseconds> take_time(Cursor& text) {
    const auto whole_minutes = take_hours_and_minutes(text, 23);
    if (!whole_minutes || !text.one_of(":")) {
        return std::nullopt;
    }
    const auto second = text.digits(2, 60); // RFC 3339 5.6 knows leap seconds
    if (!second) {
        return std::nullopt;
    }
    const microseconds whole = *whole_minutes + seconds{*second};
    if (!text.one_of(".")) {
        return whole;
    }
    const auto fraction = text.fraction();
    return fraction ? std::optional{whole + *fraction} : std::nullopt;
}

/// East of UTC.
std::optional<minutes> take_offset(Cursor& text) {
    if (text.one_of("Zz")) {
        return minutes{0};
    }
    const int sign = text.front() == '-' ? -1 : 1;
    if (!text.one_of("+-")) {
        return std::nullopt;
    }
    const auto offset = take_hours_and_minutes(text, 23);
    return offset ? std::optional{sign * *offset} : std::nullopt;
}

bool is_near(year_month_day date) {
    const int year{date.year()};
    return year >= kYearMin && year <= kYearMax;
}

std::string padded(std::int64_t value, std::size_t width) {
    std::string text = std::to_string(value);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

/// "2026-11-23T15:04:05".
std::string without_zone(year_month_day date, seconds of_day) {
    return date_text(date) + "T" + clock_text(of_day) + ":" + padded(of_day.count() % 60, 2);
}

} // namespace

std::optional<year_month_day> read_any_date(std::string_view text) {
    Cursor rest{text};
    const auto year = rest.digits(4, 9999);
    if (!year || !rest.one_of("-")) {
        return std::nullopt;
    }
    const auto month = rest.digits(2, 12);
    if (!month || !rest.one_of("-")) {
        return std::nullopt;
    }
    const auto day = rest.digits(2, 31);
    if (!day || !rest.empty()) {
        return std::nullopt;
    }
    const year_month_day date{std::chrono::year{*year},
                              std::chrono::month{static_cast<unsigned>(*month)},
                              std::chrono::day{static_cast<unsigned>(*day)}};
    return date.ok() ? std::optional{date} : std::nullopt;
}

std::optional<year_month_day> read_date(std::string_view text) {
    const auto date = read_any_date(text);
    return date && is_near(*date) ? date : std::nullopt;
}

std::optional<Instant> read_any_instant(std::string_view text) {
    if (text.size() < 20) {
        return std::nullopt;
    }
    const auto date = read_any_date(text.substr(0, 10));
    Cursor rest{text.substr(10)};
    if (!date || !rest.one_of("Tt ")) {
        return std::nullopt;
    }
    const auto time = take_time(rest);
    const auto offset = time ? take_offset(rest) : std::nullopt;
    if (!offset || !rest.empty()) {
        return std::nullopt;
    }
    return sys_days{*date} + *time - *offset;
}

std::optional<Instant> read_instant(std::string_view text) {
    return read_date(text.substr(0, 10)) ? read_any_instant(text) : std::nullopt;
}

std::optional<seconds> read_time_of_day(std::string_view text) {
    Cursor rest{text};
    const auto of_day = take_hours_and_minutes(rest, 24);
    const bool whole = of_day && rest.empty() && *of_day <= hours{24};
    return whole ? std::optional{seconds{*of_day}} : std::nullopt;
}

std::string date_text(year_month_day date) {
    return padded(static_cast<int>(date.year()), 4) + "-" +
           padded(static_cast<unsigned>(date.month()), 2) + "-" +
           padded(static_cast<unsigned>(date.day()), 2);
}

std::string clock_text(seconds of_day) {
    return padded(of_day.count() / 3600, 2) + ":" + padded(of_day.count() / 60 % 60, 2);
}

std::string local_text(year_month_day date, seconds of_day, seconds offset) {
    return without_zone(date, of_day) + (offset < seconds::zero() ? "-" : "+") +
           clock_text(std::chrono::abs(offset));
}

std::string instant_text(Instant at) {
    const auto midnight = floor<days>(at);
    const auto second = floor<seconds>(at);
    std::string text = without_zone(year_month_day{midnight}, second - midnight);
    if (const std::int64_t fraction = (at - second).count(); fraction != 0) {
        text += "." + padded(fraction, 6);
    }
    return text + "Z";
}

} // namespace dnc
