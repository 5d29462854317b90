#include "dnc/rules_window.hpp"

#include <algorithm>
#include <array>

namespace dnc {

namespace {

using std::chrono::days;
using std::chrono::microseconds;
using Intervals = std::vector<Interval>;

constexpr seconds kDay{86400};

/// The hours of one civil day under one rule.
struct DayHours {
    const Intervals* week = nullptr;    ///< of the weekday; nullptr: the rule is not in force
    const Intervals* special = nullptr; ///< of a holiday, or of the day before one
    bool is_holiday = false;            ///< `special` replaces `week`; else both must hold
    std::string_view holiday = {};      ///< its name
};

/// What refuses: the weekday's hours, or those of a holiday or of the day before it.
struct Failure {
    bool week = false;
    bool special = false;

    [[nodiscard]] bool any() const { return week || special; }
    friend Failure operator|(Failure left, Failure right) {
        return {left.week || right.week, left.special || right.special};
    }
};

/// One rule asked about one call, whatever the hour.
class Window {
public:
    Window(const ReadyRule& rule, const WindowRule& body, const Call& call)
        : rule_{rule}, body_{body}, call_{call} {}

    [[nodiscard]] DayHours hours_on(sys_days date) const;
    /// With the ringing when the rule guards it.
    [[nodiscard]] Failure failure(const ZoneMoment& there) const;
    /// First instant from `from` on at which the rule allows the call in that zone.
    [[nodiscard]] Instant opens(ZoneId zone, Instant from) const;
    [[nodiscard]] bool needs_proclaimed() const {
        return rule_.calendar != nullptr && rule_.calendar->days.proclaimed() &&
               (body_.holiday || body_.pre_holiday);
    }

private:
    [[nodiscard]] std::optional<std::string_view> holiday_on(sys_days date) const;
    [[nodiscard]] Instant opens_on(ZoneId zone, Instant from, sys_days date) const;
    [[nodiscard]] Instant opens_at(ZoneId zone, Instant from, sys_days date, seconds open) const;
    [[nodiscard]] bool allows(ZoneId zone, Instant at) const {
        return !failure(moment_in(call_, zone, at)).any();
    }

    const ReadyRule& rule_;
    const WindowRule& body_;
    const Call& call_;
};

/// Whether a region that facts name is where the rules of a pack hold.
bool is_region_of(std::string_view region, const Pack& pack, const Call& call) {
    if (pack.jurisdiction) {
        return names_region(region, *pack.jurisdiction);
    }
    const std::vector<Jurisdiction>& there = call.place.jurisdictions;
    return std::any_of(there.begin(), there.end(), [region](const Jurisdiction& jurisdiction) {
        return names_region(region, jurisdiction);
    });
}

std::optional<std::string_view> Window::holiday_on(sys_days date) const {
    const ReadyCalendar* calendar = rule_.calendar;
    if (calendar == nullptr || !in_force(*calendar->rule, date)) {
        return std::nullopt;
    }
    const HolidayDef* day = calendar->days.find(date, [&](const HolidayDef& holiday) {
        return is_located(call_, calendar->pack->jurisdiction, holiday.npas, holiday.counties);
    });
    if (day != nullptr) {
        return day->name;
    }
    if (calendar->days.proclaimed() && call_.facts.proclaimed_holidays) {
        for (const ProclaimedHoliday& holiday : *call_.facts.proclaimed_holidays) {
            if (holiday.date.ok() && sys_days{holiday.date} == date &&
                is_region_of(holiday.region, *calendar->pack, call_)) {
                return "a proclaimed holiday";
            }
        }
    }
    return std::nullopt;
}

DayHours Window::hours_on(sys_days date) const {
    DayHours hours;
    if (!in_force(*rule_.rule, date)) {
        return hours;
    }
    hours.week = &body_.weekdays.at(std::chrono::weekday{date}.c_encoding());
    if (!body_.holiday && !body_.pre_holiday) {
        return hours;
    }
    if (const auto name = holiday_on(date)) {
        hours.is_holiday = body_.holiday.has_value();
        hours.special = body_.holiday ? &*body_.holiday : nullptr;
        hours.holiday = *name;
    } else if (body_.pre_holiday) {
        if (const auto next = holiday_on(date + days{1})) {
            hours.special = &*body_.pre_holiday;
            hours.holiday = *next;
        }
    }
    return hours;
}

/// Whether one interval has all of [from, to]; `to` may be the end of the day, 24:00.
bool has(const Intervals& hours, seconds from, seconds to) {
    return std::any_of(hours.begin(), hours.end(), [from, to](const Interval& interval) {
        const bool ends_inside = to < interval.close || (to == kDay && interval.close == kDay);
        return interval.open <= std::min(from, to) && from < interval.close && ends_inside;
    });
}

Failure failure_within(const DayHours& day, seconds from, seconds to) {
    if (day.week == nullptr) {
        return {};
    }
    const bool week = !has(*day.week, from, to);
    const bool special = day.special != nullptr && !has(*day.special, from, to);
    if (day.is_holiday) {
        return {week && special, special};
    }
    return {week || special, special}; // the day before a holiday: its hours are shorter
}

Failure Window::failure(const ZoneMoment& there) const {
    const sys_days date{there.now.date};
    const LocalTime& end = body_.ring_guard ? there.ring_end : there.now;
    const DayHours hours = hours_on(date);
    if (end.date == there.now.date) {
        return failure_within(hours, there.now.of_day, end.of_day);
    }
    return failure_within(hours, there.now.of_day, kDay) |
           failure_within(hours_on(sys_days{end.date}), seconds{0}, end.of_day);
}

Instant Window::opens(ZoneId zone, Instant from) const {
    const sys_days today{call_.zones.local(zone, from).date};
    for (days ahead{0}; ahead <= kSearchAhead; ++ahead) {
        const Instant opening = opens_on(zone, from, today + ahead);
        if (opening != Instant::max()) {
            return opening;
        }
    }
    return Instant::max();
}

/// Openings of a day are the beginnings of its intervals, or the beginning of the day when the rule
/// is not in force on it.
Instant Window::opens_on(ZoneId zone, Instant from, sys_days date) const {
    const DayHours hours = hours_on(date);
    if (hours.week == nullptr) {
        return opens_at(zone, from, date, seconds{0});
    }
    Instant first = Instant::max();
    for (const Intervals* intervals : {hours.is_holiday ? nullptr : hours.week, hours.special}) {
        for (std::size_t i = 0; intervals != nullptr && i < intervals->size(); ++i) {
            first = std::min(first, opens_at(zone, from, date, (*intervals)[i].open));
        }
    }
    return first;
}

Instant Window::opens_at(ZoneId zone, Instant from, sys_days date, seconds open) const {
    const ZoneDatabase& zones = call_.zones;
    Instant opening = zones.first_at(zone, date, open);
    if (opening >= from && allows(zone, opening)) {
        return opening;
    }
    // On a day when the clock is set back it may show that hour once more.
    if (zones.day_begin(zone, date + days{1}) - zones.day_begin(zone, date) <= kDay) {
        return Instant::max();
    }
    opening = zones.next_time_of_day(zone, std::max(from, opening + microseconds{1}), open);
    const bool same_day =
        opening != Instant::max() && sys_days{zones.local(zone, opening).date} == date;
    return same_day && allows(zone, opening) ? opening : Instant::max();
}

/// Calls `visit` with the plausible zones and those that the rule names, until it returns false.
template <typename Visit> void visit_zones(const ReadyRule& rule, const Case& asked, Visit visit) {
    for (const ZoneMoment& there : asked.moment.zones) {
        if (!visit(there)) {
            return;
        }
    }
    for (const ZoneId zone : rule.also_zones) {
        if (!visit(moment_in(asked.call, zone, asked.moment.at))) {
            return;
        }
    }
}

/// The emergency that lasts longest of those declared there now.
const Emergency* find_emergency(const ReadyRule& rule, const Case& asked) {
    const Emergency* longest = nullptr;
    const auto end = [](const Emergency& emergency) {
        return emergency.to.value_or(Instant::max());
    };
    for (const Emergency& emergency : *asked.call.facts.emergencies) {
        const bool now = emergency.from <= asked.moment.at && asked.moment.at < end(emergency);
        if (now && is_region_of(emergency.region, *rule.pack->pack, asked.call) &&
            (longest == nullptr || end(*longest) < end(emergency))) {
            longest = &emergency;
        }
    }
    return longest;
}

/// What to say of the hours: of the weekday's own unless they would allow the call.
Saying hours_saying(const DayHours& hours, const ZoneMoment& there) {
    const seconds now = there.now.of_day;
    if (hours.week == nullptr || has(*hours.week, now, now)) {
        const bool shorter = hours.special != nullptr && !has(*hours.special, now, now);
        return shorter ? Saying::before_holiday : Saying::rings_past_hours;
    }
    return Saying::outside_hours;
}

void add_failure(const ReadyRule& rule, const Window& window, const ZoneMoment& there,
                 Failure failure, Judgement& out) {
    const PackLevel level = rule.pack->pack->level;
    const DayHours hours = window.hours_on(sys_days{there.now.date});
    const auto add = [&](ReasonCode code, Saying saying) {
        Finding& finding = add_finding(out, rule, at_level(code, level), saying);
        finding.zone = there.zone;
        finding.of_day = there.now.of_day;
        finding.day = sys_days{there.now.date};
        finding.name = hours.holiday;
    };
    if (failure.week) {
        add(ReasonCode::hours_federal, hours_saying(hours, there));
    }
    if (failure.special) {
        add(ReasonCode::holiday_federal,
            hours.is_holiday ? Saying::holiday : Saying::before_holiday);
    }
}

} // namespace

void judge_window(const ReadyRule& rule, const WindowRule& body, const Case& asked,
                  Judgement& out) {
    const Window window{rule, body, asked.call};
    const bool acts = in_force(*rule.rule, asked.moment);
    if (acts && rule.zone_missing) {
        add_finding(out, rule, ReasonCode::tz_unknown, Saying::zone_not_in_data);
    }
    if (acts && window.needs_proclaimed() && !asked.call.facts.proclaimed_holidays &&
        !asked.call.facts.assume_clear) {
        add_finding(out, rule, ReasonCode::unknown_holidays, Saying::unknown).name =
            "which days were proclaimed holidays";
    }
    Failure said;
    visit_zones(rule, asked, [&](const ZoneMoment& there) {
        const Failure failure = window.failure(there);
        const Failure fresh{failure.week && !said.week, failure.special && !said.special};
        if (fresh.any()) {
            add_failure(rule, window, there, fresh, out);
            said = said | fresh;
        }
        return !(said.week && said.special);
    });
}

std::optional<Instant> closed_until(const ReadyRule& rule, const WindowRule& body,
                                    const Case& asked) {
    const Window window{rule, body, asked.call};
    std::optional<Instant> until;
    visit_zones(rule, asked, [&](const ZoneMoment& there) {
        if (window.failure(there).any()) {
            const Instant opens = window.opens(there.zone, asked.moment.at);
            until = until ? std::max(*until, opens) : opens;
        }
        return until != Instant::max();
    });
    return until;
}

void judge_emergency(const ReadyRule& rule, const Case& asked, Judgement& out) {
    const CallFacts& facts = asked.call.facts;
    if (!facts.emergencies) {
        if (!facts.assume_clear) {
            add_finding(out, rule, ReasonCode::unknown_emergencies, Saying::unknown).name =
                "where a state of emergency is declared";
        }
        return;
    }
    if (const Emergency* emergency = find_emergency(rule, asked)) {
        const PackLevel level = rule.pack->pack->level;
        Finding& finding = add_finding(out, rule, at_level(ReasonCode::emergency_federal, level),
                                       Saying::emergency);
        finding.name = emergency->region;
        finding.at = emergency->to.value_or(Instant::max());
    }
}

std::optional<Instant> emergency_until(const ReadyRule& rule, const Case& asked) {
    if (!asked.call.facts.emergencies) {
        return std::nullopt;
    }
    const Emergency* emergency = find_emergency(rule, asked);
    if (emergency == nullptr) {
        return std::nullopt;
    }
    return std::min(emergency->to.value_or(Instant::max()), ends_at(*rule.rule, asked.call));
}

} // namespace dnc
