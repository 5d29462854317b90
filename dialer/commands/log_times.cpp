#include "dialer/commands/log_times.hpp"

#include "campaigns/numbers_file.hpp"
#include "dialer/commands/command.hpp"

#include <fmt/format.h>

#include <chrono>

namespace dialer::commands {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;

// Takes what it reads off the front of the text.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_{text} {}

    // Exactly two digits, at most `max`.
    std::optional<int> two(int max) {
        if (rest_.size() < 2 || !is_digit(rest_[0]) || !is_digit(rest_[1])) {
            return std::nullopt;
        }
        const int value = (rest_[0] - '0') * 10 + (rest_[1] - '0');
        rest_.remove_prefix(2);
        return value <= max ? std::optional{value} : std::nullopt;
    }
    bool one_of(std::string_view chars) {
        if (rest_.empty() || chars.find(rest_.front()) == std::string_view::npos) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }
    // The digits after the point, to the microsecond.
    std::optional<microseconds> fraction() {
        std::int64_t value = 0;
        int digits = 0;
        for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1), ++digits) {
            value = digits < 6 ? value * 10 + (rest_.front() - '0') : value;
        }
        for (int i = digits; i < 6; ++i) {
            value *= 10;
        }
        return digits == 0 ? std::nullopt : std::optional{microseconds{value}};
    }
    [[nodiscard]] char front() const { return rest_.empty() ? '\0' : rest_.front(); }
    [[nodiscard]] bool empty() const { return rest_.empty(); }

private:
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }

    std::string_view rest_;
};

std::optional<microseconds> read_time_of_day(Cursor& text) {
    const auto hour = text.two(23);
    if (!hour || !text.one_of(":")) {
        return std::nullopt;
    }
    const auto minute = text.two(59);
    if (!minute || !text.one_of(":")) {
        return std::nullopt;
    }
    const auto second = text.two(60); // RFC 3339 5.6 knows leap seconds
    if (!second) {
        return std::nullopt;
    }
    const microseconds whole = hours{*hour} + minutes{*minute} + seconds{*second};
    if (!text.one_of(".")) {
        return whole;
    }
    const auto fraction = text.fraction();
    return fraction ? std::optional{whole + *fraction} : std::nullopt;
}

// East of UTC.
std::optional<minutes> read_offset(Cursor& text) {
    if (text.one_of("Zz")) {
        return minutes{0};
    }
    const int sign = text.front() == '-' ? -1 : 1;
    if (!text.one_of("+-")) {
        return std::nullopt;
    }
    const auto hour = text.two(23);
    if (!hour || !text.one_of(":")) {
        return std::nullopt;
    }
    const auto minute = text.two(59);
    if (!minute) {
        return std::nullopt;
    }
    return sign * (hours{*hour} + minutes{*minute});
}

dnc::Instant read_bound(const std::string& option, const std::string& text, days date_adds) {
    if (const auto date = campaigns::read_date(text)) {
        return sys_days{*date} + date_adds;
    }
    if (const auto time = read_rfc3339(text)) {
        return *time;
    }
    throw CommandError{Exit::usage, fmt::format("{} \"{}\" is no time; write 2026-11-23 or "
                                                "2026-11-23T15:00:00-05:00",
                                                option, text)};
}

} // namespace

std::optional<dnc::Instant> read_rfc3339(std::string_view text) {
    if (text.size() < 20) {
        return std::nullopt;
    }
    const auto date = campaigns::read_date(text.substr(0, 10));
    Cursor rest{text.substr(10)};
    if (!date || !rest.one_of("Tt ")) {
        return std::nullopt;
    }
    const auto time = read_time_of_day(rest);
    const auto offset = time ? read_offset(rest) : std::nullopt;
    if (!offset || !rest.empty()) {
        return std::nullopt;
    }
    return sys_days{*date} + *time - *offset;
}

Period read_period(const std::string& from, const std::string& to) {
    const Period period{read_bound("--from", from, days{0}), read_bound("--to", to, days{1})};
    if (period.to <= period.from) {
        throw CommandError{Exit::usage, "--to is not after --from"};
    }
    return period;
}

} // namespace dialer::commands
