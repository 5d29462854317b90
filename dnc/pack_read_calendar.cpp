#include "dnc/pack_read.hpp"

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <string_view>

namespace dnc::pack_read {

namespace {

constexpr int kShiftMax = 6;
constexpr int kPlusDaysMax = 60;
constexpr int kEasterDaysMax = 100;
constexpr std::size_t kIntervalsMax = 24;

// -- the days of a calendar

/// [7, 4]: 29 February counts as a day, in the years that have one.
void read_fixed(const PackNode& node, HolidayDef& day) {
    const std::vector<PackNode> parts = node.elements();
    if (parts.size() != 2) {
        node.field().refuse("must be [month, day]");
    }
    constexpr std::chrono::year kLeapYear{2024};
    day.kind = HolidayDef::Kind::fixed;
    day.month = static_cast<unsigned>(parts[0].small(1, 12));
    day.day = static_cast<unsigned>(parts[1].small(1, 31));
    const std::chrono::year_month_day date{kLeapYear, std::chrono::month{day.month},
                                           std::chrono::day{day.day}};
    if (!date.ok()) {
        node.field().refuse("is no day of any year");
    }
}

/// [11, "thu", 4], with -1 for the last.
void read_nth(const PackNode& node, HolidayDef& day) {
    const std::vector<PackNode> parts = node.elements();
    if (parts.size() != 3) {
        node.field().refuse("must be [month, weekday, which]");
    }
    day.kind = HolidayDef::Kind::nth_weekday;
    day.month = static_cast<unsigned>(parts[0].small(1, 12));
    day.weekday = parts[1].word(kWeekdays);
    day.nth = parts[2].small(-1, 5);
    if (day.nth == 0) {
        parts[2].field().refuse("must be 1 to 5, or -1 for the last");
    }
}

void read_easter(const PackNode& node, HolidayDef& day) {
    day.kind = HolidayDef::Kind::easter;
    day.plus_days = node.small(-kEasterDaysMax, kEasterDaysMax);
}

void read_dates(const PackNode& node, HolidayDef& day) {
    day.kind = HolidayDef::Kind::dates;
    for (const PackNode& element : node.elements()) {
        const std::chrono::sys_days date = element.date();
        if (!day.dates.empty() && date <= day.dates.back()) {
            element.field().refuse("must come after the date before it");
        }
        day.dates.push_back(date);
    }
}

struct Form {
    std::string_view name;
    void (*read)(const PackNode& node, HolidayDef& day);
};

constexpr std::array<Form, 4> kForms{
    {{"fixed", read_fixed}, {"nth", read_nth}, {"easter", read_easter}, {"dates", read_dates}}};

void read_form(const PackNode& node, HolidayDef& day) {
    int found = 0;
    for (const Form& form : kForms) {
        if (const auto member = node.maybe(form.name)) {
            form.read(*member, day);
            ++found;
        }
    }
    if (found != 1) {
        node.field().refuse("must have exactly one of: fixed, nth, easter, dates");
    }
}

void refuse_members(const PackNode& node, std::initializer_list<std::string_view> keys,
                    std::string_view why) {
    for (const std::string_view key : keys) {
        if (const auto member = node.maybe(key)) {
            member->field().refuse(why);
        }
    }
}

/// Days named one by one need somebody who says so; yearly ones are kept by rule.
void read_origin(const PackNode& node, const HolidayDef& day) {
    if (day.kind != HolidayDef::Kind::dates) {
        refuse_members(node, {"source", "reviewed_by"}, "has a meaning only with dates");
        return;
    }
    static_cast<void>(node.member("source").text());
    static_cast<void>(node.member("reviewed_by").text());
    refuse_members(node,
                   {"plus_days", "observed", "observed_only", "from_year", "to_year", "years"},
                   "has no meaning with dates");
}

void read_observed(const PackNode& node, HolidayDef& day) {
    const auto observed = node.maybe("observed");
    if (observed) {
        for (const std::string& key : observed->keys()) {
            const auto weekday = from_word(kWeekdays, key);
            const PackNode shift = observed->member(key);
            if (!weekday) {
                shift.field().refuse("must be one of: " + all_words(kWeekdays));
            }
            day.observed[*weekday] = shift.small(-kShiftMax, kShiftMax);
            if (day.observed[*weekday] == 0) {
                shift.field().refuse("shifts by nothing");
            }
        }
    }
    if (const auto only = node.maybe("observed_only")) {
        day.observed_only = only->set();
        if (!observed) {
            only->field().refuse("has no meaning without observed");
        }
    }
}

void read_years(const PackNode& node, HolidayDef& day) {
    if (const auto year = node.maybe("from_year")) {
        day.from_year = year->small(kYearMin, kYearMax);
    }
    if (const auto year = node.maybe("to_year")) {
        day.to_year = year->small(kYearMin, kYearMax);
        if (day.from_year && *day.to_year < *day.from_year) {
            year->field().refuse("lies before from_year");
        }
    }
    if (const auto years = node.maybe("years")) {
        static_cast<void>(years->text_of({"even"}));
        day.even_years_only = true;
    }
}

// -- the hours of a window

std::vector<Interval> read_hours(const PackNode& node) {
    std::vector<Interval> hours;
    for (const PackNode& element : node.list()) {
        const std::vector<PackNode> ends = element.elements();
        if (ends.size() != 2) {
            element.field().refuse("must be [opening, closing]");
        }
        const Interval interval{ends[0].time_of_day(), ends[1].time_of_day()};
        if (interval.open >= interval.close) {
            element.field().refuse("must open before it closes");
        }
        if (!hours.empty() && interval.open <= hours.back().close) {
            element.field().refuse("must begin after the one before it has ended");
        }
        if (hours.size() == kIntervalsMax) {
            element.field().refuse("is one too many");
        }
        hours.push_back(interval);
    }
    return hours;
}

void read_days(const PackNode& days, WindowRule& window) {
    days.allow_only(
        {"*", "sun", "mon", "tue", "wed", "thu", "fri", "sat", "holiday", "pre_holiday"});
    const auto every = days.maybe("*");
    for (const Word<unsigned>& weekday : kWeekdays) {
        const auto own = days.maybe(weekday.text);
        if (!own && !every) {
            days.field().member(weekday.text).refuse("is missing, and there is no \"*\"");
        }
        window.weekdays[weekday.value] = read_hours(own ? *own : *every);
    }
    if (const auto holiday = days.maybe("holiday")) {
        window.holiday = read_hours(*holiday);
    }
    if (const auto pre_holiday = days.maybe("pre_holiday")) {
        window.pre_holiday = read_hours(*pre_holiday);
    }
}

/// "FL-CAL" or "us-fl/FL-CAL"; whether there is such a rule is looked up when all rules are read.
std::string read_calendar_name(const PackNode& node) {
    std::string name = node.text();
    const std::size_t slash = name.find('/');
    const bool one_slash = slash == std::string::npos ||
                           (slash > 0 && slash + 1 < name.size() && slash == name.rfind('/'));
    if (!one_slash) {
        node.field().refuse("must be the id of a calendar rule, or \"pack-id/RULE-ID\"");
    }
    return name;
}

} // namespace

HolidayDef read_holiday(const PackNode& node) {
    node.allow_only({"name", "fixed", "nth", "easter", "dates", "source", "reviewed_by",
                     "plus_days", "observed", "observed_only", "from_year", "to_year", "years",
                     "counties", "npas"});
    HolidayDef day;
    day.name = node.member("name").text();
    read_form(node, day);
    read_origin(node, day);
    if (const auto plus = node.maybe("plus_days")) {
        if (day.kind == HolidayDef::Kind::easter) {
            plus->field().refuse("has no meaning with easter, which counts days already");
        }
        day.plus_days = plus->small(-kPlusDaysMax, kPlusDaysMax);
    }
    read_observed(node, day);
    read_years(node, day);
    if (const auto counties = node.maybe("counties")) {
        day.counties = read_texts(*counties);
    }
    if (const auto npas = node.maybe("npas")) {
        day.npas = read_area_codes(*npas);
    }
    return day;
}

WindowRule read_window(const PackNode& rule) {
    WindowRule window;
    read_days(rule.member("days"), window);
    const bool needs_calendar = window.holiday || window.pre_holiday;
    if (const auto calendar = rule.maybe("calendar")) {
        window.calendar = read_calendar_name(*calendar);
        if (!needs_calendar) {
            calendar->field().refuse("has no use: days says nothing about holidays");
        }
    } else if (needs_calendar) {
        rule.field().member("calendar").refuse("is missing: days speaks of holidays");
    }
    if (const auto zones = rule.maybe("also_zones")) {
        for (const PackNode& zone : zones->elements()) {
            window.also_zones.push_back(read_zone_name(zone));
        }
    }
    if (const auto guard = rule.maybe("ring_guard")) {
        window.ring_guard = guard->flag();
    }
    return window;
}

} // namespace dnc::pack_read
