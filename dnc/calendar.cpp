#include "dnc/calendar.hpp"

#include "dnc/civil.hpp"

#include <algorithm>

namespace dnc {

namespace {

using std::chrono::days;
using std::chrono::year;
using std::chrono::year_month_day;

// How far the dates are worked out ahead: no limit of theirs, only of what is looked up fast.
constexpr year kFirstYear{2020};
constexpr year kLastYear{2045};

/// The day itself in a year, before it is shifted.
std::optional<sys_days> date_in(const HolidayDef& day, year in) {
    switch (day.kind) {
    case HolidayDef::Kind::fixed: {
        const year_month_day date{in, std::chrono::month{day.month}, std::chrono::day{day.day}};
        return date.ok() ? std::optional{sys_days{date}} : std::nullopt;
    }
    case HolidayDef::Kind::nth_weekday:
        return nth_weekday(in, std::chrono::month{day.month}, std::chrono::weekday{day.weekday},
                           day.nth);
    case HolidayDef::Kind::easter:
        return easter(in);
    case HolidayDef::Kind::dates:
        break;
    }
    return std::nullopt;
}

bool is_kept_in(const HolidayDef& day, year in) {
    const int number = static_cast<int>(in);
    return (!day.from_year || number >= *day.from_year) &&
           (!day.to_year || number <= *day.to_year) && (!day.even_years_only || number % 2 == 0);
}

/// Gives `take` the day that begins from `date`, and the one on which it is observed.
template <typename Take> void take_observed(const HolidayDef& day, sys_days date, Take take) {
    const sys_days own = date + days{day.plus_days};
    const int shift = day.observed[std::chrono::weekday{own}.c_encoding()];
    if (shift == 0 || !day.observed_only) {
        take(own);
    }
    if (shift != 0) {
        take(own + days{shift});
    }
}

/// Gives `take` all dates of the holiday that belong to a year. A shift may lead out of it.
template <typename Take> void take_dates(const HolidayDef& day, year in, Take take) {
    if (!is_kept_in(day, in)) {
        return;
    }
    if (const auto date = date_in(day, in)) {
        take_observed(day, *date, take);
    }
    for (const sys_days date : day.dates) {
        if (year_month_day{date}.year() == in) {
            take_observed(day, date, take);
        }
    }
}

sys_days year_begin(year in) {
    return sys_days{in / std::chrono::January / 1};
}

} // namespace

Calendar::Calendar(const CalendarRule& rule)
    : rule_{rule}, first_{year_begin(kFirstYear)}, end_{year_begin(kLastYear +
                                                                   std::chrono::years{1})} {
    for (std::uint32_t i = 0; i < rule.days.size(); ++i) {
        // From the year before to the year after: Saturday, 1 January may be observed in December.
        for (year in = kFirstYear - std::chrono::years{1}; in <= kLastYear + std::chrono::years{1};
             ++in) {
            take_dates(rule.days[i], in, [&](sys_days date) { days_.emplace_back(date, i); });
        }
    }
    std::sort(days_.begin(), days_.end());
}

Calendar::Entries::const_iterator Calendar::first_on(sys_days date) const {
    return std::lower_bound(days_.begin(), days_.end(), date,
                            [](const auto& entry, sys_days key) { return entry.first < key; });
}

bool Calendar::falls_on(const HolidayDef& day, sys_days date) {
    bool found = false;
    const year middle = year_month_day{date}.year();
    for (year in = middle - std::chrono::years{1}; in <= middle + std::chrono::years{1}; ++in) {
        take_dates(day, in, [&](sys_days kept) { found = found || kept == date; });
    }
    return found;
}

} // namespace dnc
