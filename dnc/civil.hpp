#pragma once

// Arithmetic on civil dates: months with clamp, weekdays of a month, Easter, business days.

#include <chrono>
#include <optional>

namespace dnc {

/// `months` later on the same day of the month, or on the month's last day when it is shorter:
/// 31 August + 18 months is 28 (or 29) February. Negative months go back.
[[nodiscard]] std::chrono::sys_days add_months(std::chrono::sys_days date, int months);

/// The `nth` (1 .. 5) such weekday of the month, or with -1 its last. Nothing when the month has
/// no fifth one.
[[nodiscard]] std::optional<std::chrono::sys_days> nth_weekday(std::chrono::year year,
                                                               std::chrono::month month,
                                                               std::chrono::weekday weekday,
                                                               int nth);

/// Easter Sunday of the Gregorian calendar, years 1583 on.
[[nodiscard]] std::chrono::sys_days easter(std::chrono::year year);

/// The last day of a term of `days` business days that begins on the day after `from`. Saturdays,
/// Sundays and days for which `is_holiday` (sys_days -> bool) holds are none. `days` >= 0.
template <typename IsHoliday>
[[nodiscard]] std::chrono::sys_days add_business_days(std::chrono::sys_days from, int days,
                                                      IsHoliday is_holiday) {
    // A calendar that knows holidays alone must not keep the loop going for ever.
    constexpr int kSearchMax = 3660;
    std::chrono::sys_days date = from;
    for (int searched = 0; days > 0 && searched < kSearchMax; ++searched) {
        date += std::chrono::days{1};
        const std::chrono::weekday weekday{date};
        const bool weekend = weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
        days -= weekend || is_holiday(date) ? 0 : 1;
    }
    return date;
}

} // namespace dnc
