#include "campaigns/settings/hours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace campaigns {

namespace {

using std::chrono::days;
using std::chrono::seconds;
using std::chrono::sys_days;

constexpr std::array<std::string_view, 7> kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
// People begin the week on Monday.
constexpr std::array<std::size_t, 7> kDayOrder{1, 2, 3, 4, 5, 6, 0};
constexpr std::size_t kTextMax = 1000;
constexpr int kSearchDays = 14;

/// Words of a text one after the other, in lower case; blanks and commas part them.
class WordReader {
public:
    explicit WordReader(std::string_view text) : text_{text} {}

    /// Empty at the end.
    std::string next() {
        const auto parts = [](char c) { return c == ' ' || c == '\t' || c == ',' || c == ';'; };
        while (at_ < text_.size() && parts(text_[at_])) {
            ++at_;
        }
        std::string word;
        for (; at_ < text_.size() && !parts(text_[at_]); ++at_) {
            const char c = text_[at_];
            word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        return word;
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

std::optional<std::size_t> day_of(std::string_view word) {
    const auto found = std::ranges::find(kDays, word.substr(0, 3));
    // "monday" is fine, "month" is not.
    constexpr std::array<std::string_view, 7> rests{"day",   "day", "sday", "nesday",
                                                    "rsday", "day", "urday"};
    if (found == kDays.end()) {
        return std::nullopt;
    }
    const auto day = static_cast<std::size_t>(found - kDays.begin());
    const std::string_view rest = word.substr(3);
    return rest.empty() || rest == rests[day] ? std::optional{day} : std::nullopt;
}

/// "mon", "mon-fri", "fri-mon", "daily", "weekdays", "weekend"; empty when it names no days.
std::set<std::size_t> days_of(std::string_view word) {
    if (word == "daily" || word == "*") {
        return {0, 1, 2, 3, 4, 5, 6};
    }
    if (word == "weekdays") {
        return {1, 2, 3, 4, 5};
    }
    if (word == "weekend") {
        return {0, 6};
    }
    const auto dash = word.find('-');
    const auto first = day_of(word.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : day_of(word.substr(dash + 1));
    std::set<std::size_t> found;
    if (first && last) {
        for (std::size_t day = *first; found.insert(day).second && day != *last;) {
            day = (day + 1) % 7;
        }
    }
    return found;
}

std::optional<int> two_digits(std::string_view text) {
    int value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
    const bool digits = !text.empty() && text.size() <= 2 && text.front() >= '0';
    return whole && digits ? std::optional{value} : std::nullopt;
}

/// "9", "9:30", "09:30", "24:00".
std::optional<seconds> time_of(std::string_view word) {
    const auto colon = word.find(':');
    const auto hours = two_digits(word.substr(0, colon));
    const auto minutes = colon == std::string_view::npos ? std::optional{0}
                         : word.size() == colon + 3      ? two_digits(word.substr(colon + 1))
                                                         : std::nullopt;
    if (!hours || !minutes || *minutes > 59) {
        return std::nullopt;
    }
    const auto time = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
    return time <= std::chrono::hours{24} ? std::optional{seconds{time}} : std::nullopt;
}

std::optional<CallingHours::Interval> interval_of(std::string_view word) {
    const auto dash = word.find('-');
    if (dash == std::string_view::npos) {
        return std::nullopt;
    }
    const auto open = time_of(word.substr(0, dash));
    const auto close = time_of(word.substr(dash + 1));
    return open && close && *open < *close ? std::optional{CallingHours::Interval{*open, *close}}
                                           : std::nullopt;
}

/// Sorted, with those that touch made one.
void tidy(std::vector<CallingHours::Interval>& intervals) {
    std::ranges::sort(intervals, {}, &CallingHours::Interval::open);
    std::vector<CallingHours::Interval> merged;
    for (const auto& interval : intervals) {
        if (!merged.empty() && interval.open <= merged.back().close) {
            merged.back().close = std::max(merged.back().close, interval.close);
        } else {
            merged.push_back(interval);
        }
    }
    intervals = std::move(merged);
}

std::string time_text(seconds time) {
    return fmt::format("{:02}:{:02}", time.count() / 3600, time.count() / 60 % 60);
}

std::string intervals_text(const std::vector<CallingHours::Interval>& intervals) {
    std::string text;
    for (const auto& interval : intervals) {
        text += " " + time_text(interval.open) + "-" + time_text(interval.close);
    }
    return text;
}

bool inside(const CallingHours& hours, const dnc::LocalTime& local) {
    const std::chrono::weekday weekday{sys_days{local.date}};
    const auto& intervals = hours.weekdays[weekday.c_encoding()];
    return std::ranges::any_of(intervals, [&](const CallingHours::Interval& interval) {
        return interval.open <= local.of_day && local.of_day < interval.close;
    });
}

bool open_in_all(const CallingHours& hours, const std::vector<dnc::ZoneId>& zones,
                 const dnc::ZoneDatabase& database, dnc::Instant at) {
    return std::ranges::all_of(
        zones, [&](dnc::ZoneId zone) { return inside(hours, database.local(zone, at)); });
}

/// All zones open together only at an instant at which one of them opens.
std::optional<dnc::Instant> next_opening(const CallingHours& hours,
                                         const std::vector<dnc::ZoneId>& zones,
                                         const dnc::ZoneDatabase& database, dnc::Instant from) {
    std::set<dnc::Instant> openings;
    for (const dnc::ZoneId zone : zones) {
        const sys_days today{database.local(zone, from).date};
        for (int ahead = 0; ahead <= kSearchDays; ++ahead) {
            const sys_days day = today + days{ahead};
            for (const auto& interval : hours.weekdays[std::chrono::weekday{day}.c_encoding()]) {
                openings.insert(database.first_at(zone, day, interval.open));
            }
        }
    }
    for (auto opening = openings.upper_bound(from); opening != openings.end(); ++opening) {
        if (open_in_all(hours, zones, database, *opening)) {
            return *opening;
        }
    }
    return std::nullopt;
}

} // namespace

bool CallingHours::always() const {
    return std::ranges::all_of(weekdays, [](const auto& day) { return day.empty(); });
}

CallingHours CallingHours::never() {
    CallingHours hours;
    hours.weekdays[0].push_back({});
    return hours;
}

std::variant<CallingHours, std::string> read_calling_hours(std::string_view text,
                                                           std::string zone) {
    if (text.size() > kTextMax) {
        return std::string{"calling hours have at most 1000 characters"};
    }
    CallingHours hours;
    hours.zone = std::move(zone);
    WordReader reader{text};
    std::set<std::size_t> days;
    bool any = false;
    for (std::string word = reader.next(); !word.empty(); word = reader.next()) {
        if (const auto interval = interval_of(word); interval && !days.empty()) {
            for (const std::size_t day : days) {
                hours.weekdays[day].push_back(*interval);
            }
            any = true;
            continue;
        }
        if (!days.empty() && !any) {
            return fmt::format("\"{}\": times such as 09:00-17:30 are expected after the days",
                               word);
        }
        days = days_of(word);
        any = false;
        if (days.empty()) {
            return fmt::format("\"{}\" names no day and no time; write for example \"mon-fri "
                               "09:00-17:30, sat 10:00-14:00\"",
                               word);
        }
    }
    if (!days.empty() && !any) {
        return std::string{"times such as 09:00-17:30 are missing after the last days"};
    }
    for (auto& day : hours.weekdays) {
        tidy(day);
    }
    return hours;
}

std::string to_text(const CallingHours& hours) {
    std::string text;
    for (std::size_t i = 0; i < kDayOrder.size();) {
        const auto& intervals = hours.weekdays[kDayOrder[i]];
        std::size_t last = i;
        while (last + 1 < kDayOrder.size() && hours.weekdays[kDayOrder[last + 1]] == intervals) {
            ++last;
        }
        if (!intervals.empty()) {
            text += text.empty() ? "" : ", ";
            text += kDays[kDayOrder[i]];
            if (last > i) {
                text += "-" + std::string{kDays[kDayOrder[last]]};
            }
            text += intervals_text(intervals);
        }
        i = last + 1;
    }
    return text;
}

HoursState campaign_open(const CallingHours& hours, const std::vector<dnc::ZoneId>& zones,
                         const dnc::ZoneDatabase& database, dnc::Instant at) {
    if (hours.always()) {
        return {};
    }
    std::vector<dnc::ZoneId> asked = zones;
    if (!hours.zone.empty()) {
        const auto own = database.find(hours.zone);
        asked.clear();
        if (own) {
            asked.push_back(*own);
        }
    }
    if (asked.empty()) {
        return {.open = false, .opens = std::nullopt};
    }
    if (open_in_all(hours, asked, database, at)) {
        return {};
    }
    return {.open = false, .opens = next_opening(hours, asked, database, at)};
}

HoursState campaign_open(const CallingHours& hours, const std::vector<std::string>& zones,
                         const dnc::ZoneDatabase& database, dnc::Instant at) {
    std::vector<dnc::ZoneId> ids;
    for (const std::string& zone : zones) {
        const auto id = database.find(zone);
        if (!id && hours.zone.empty() && !hours.always()) {
            return {.open = false, .opens = std::nullopt};
        }
        if (id) {
            ids.push_back(*id);
        }
    }
    return campaign_open(hours, ids, database, at);
}

} // namespace campaigns
