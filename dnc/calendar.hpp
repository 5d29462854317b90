#pragma once

// The holidays of one calendar rule, worked out for the years that calls are judged in.

#include "dnc/pack.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace dnc {

/// Thread-safe after construction; `rule` must outlive it. Days of the usual years are looked up
/// (a few hundred entries of 16 bytes), those of others are worked out when asked for.
class Calendar {
public:
    /// `days` of the calendar; what facts proclaim is not its matter.
    explicit Calendar(const CalendarRule& rule);

    /// The first holiday on that date which `is_kept` (HolidayDef -> bool) says is kept where the
    /// call goes; nullptr when there is none.
    template <typename IsKept>
    [[nodiscard]] const HolidayDef* find(sys_days date, IsKept is_kept) const {
        if (date < first_ || date >= end_) {
            for (const HolidayDef& day : rule_.days) {
                if (falls_on(day, date) && is_kept(day)) {
                    return &day;
                }
            }
            return nullptr;
        }
        for (auto entry = first_on(date); entry != days_.end() && entry->first == date; ++entry) {
            if (is_kept(rule_.days[entry->second])) {
                return &rule_.days[entry->second];
            }
        }
        return nullptr;
    }

    /// Whether days that facts name for the region belong to it.
    [[nodiscard]] bool proclaimed() const { return rule_.proclaimed; }

    /// Whether the day, or the day on which it is observed, is that date.
    [[nodiscard]] static bool falls_on(const HolidayDef& day, sys_days date);

private:
    using Entries = std::vector<std::pair<sys_days, std::uint32_t>>;

    [[nodiscard]] Entries::const_iterator first_on(sys_days date) const;

    const CalendarRule& rule_;
    sys_days first_; // days_ has all dates [first_, end_)
    sys_days end_;
    Entries days_; // sorted: date and index into rule_.days
};

} // namespace dnc
