#include "dnc/civil.hpp"

namespace dnc {

using std::chrono::sys_days;

sys_days add_months(sys_days date, int months) {
    const std::chrono::year_month_day start{date};
    const std::chrono::year_month_day moved = start + std::chrono::months{months};
    return moved.ok() ? sys_days{moved}
                      : sys_days{moved.year() / moved.month() / std::chrono::last};
}

std::optional<sys_days> nth_weekday(std::chrono::year year, std::chrono::month month,
                                    std::chrono::weekday weekday, int nth) {
    if (nth == -1) {
        return sys_days{year / month / weekday[std::chrono::last]};
    }
    const std::chrono::year_month_weekday date = year / month / weekday[static_cast<unsigned>(nth)];
    return date.ok() ? std::optional{sys_days{date}} : std::nullopt;
}

sys_days easter(std::chrono::year year) {
    // The computus in its usual form for the Gregorian calendar: the golden number gives the
    // Paschal full moon, with the century's corrections of leap days and of the moon, and Easter
    // is the Sunday after it.
    const int y = static_cast<int>(year);
    const int golden = y % 19;
    const int century = y / 100;
    const int of_century = y % 100;
    const int moon_correction = (8 * century + 13) / 25;
    const int epact = (19 * golden + century - century / 4 - moon_correction + 15) % 30;
    const int to_sunday =
        (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    const int late = (golden + 11 * epact + 22 * to_sunday) / 451;
    const int from_march = epact + to_sunday - 7 * late + 114;
    return sys_days{year / (from_march / 31) / (from_march % 31 + 1)};
}

} // namespace dnc
