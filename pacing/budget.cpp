#include "pacing/budget.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>

namespace pacing {

namespace {

constexpr std::array<std::string_view, 4> kind_names{"successive_days", "trailing_days",
                                                     "calendar_month", "day"};
constexpr double no_period_left = 1e12;

std::int64_t wrapped(std::int64_t value, std::int64_t by) {
    const std::int64_t rest = value % by;
    return rest < 0 ? rest + by : rest;
}

std::int64_t first_of_month(Day today) {
    // std::chrono::year spans +-32767 years; a day beyond is in no calendar, so it stands alone.
    constexpr Day calendar_days = 11'000'000;
    if (today < -calendar_days || today > calendar_days) {
        return today;
    }
    const std::chrono::sys_days date{std::chrono::days{today}};
    const std::chrono::year_month_day civil{date};
    const std::chrono::sys_days first{civil.year() / civil.month() / std::chrono::day{1}};
    return first.time_since_epoch().count();
}

std::int64_t first_of_block(const Period& period, Day first_day, Day today) {
    const std::int64_t days = std::max(1, period.days);
    return today - wrapped(std::int64_t{today} - first_day, days);
}

std::int64_t period_begin(const Period& period, Day first_day, Day today) {
    switch (period.kind) {
    case PeriodKind::successive_days:
        return first_of_block(period, first_day, today);
    case PeriodKind::trailing_days:
        return std::int64_t{today} - std::max(1, period.days) + 1;
    case PeriodKind::calendar_month:
        return first_of_month(today);
    case PeriodKind::day:
        break;
    }
    return today;
}

double left_of(const Period& period, const Count& count, double answers_ahead) {
    const double answered = static_cast<double>(count.answered) + std::max(0.0, answers_ahead);
    return period.cap.value() * answered - static_cast<double>(count.abandoned);
}

bool is_met(const Period& period, const Count& count) {
    // Products of counts of calls and parts of a fraction: wide enough for any that are real.
    const auto abandoned = static_cast<long double>(count.abandoned) *
                           static_cast<long double>(period.cap.denominator);
    const auto allowed =
        static_cast<long double>(count.answered) * static_cast<long double>(period.cap.numerator);
    return abandoned <= allowed;
}

} // namespace

std::string_view to_text(PeriodKind kind) {
    const auto at = static_cast<std::size_t>(kind);
    return at < kind_names.size() ? kind_names[at] : "unknown";
}

Budget::Budget(std::vector<Period> periods, Day first_day)
    : periods_{std::move(periods)}, first_day_{first_day}, latest_{first_day},
      by_day_(static_cast<std::size_t>(days_kept)) {}

Budget Budget::with(std::vector<Period> periods, Day first_day) const {
    Budget other{*this};
    other.periods_ = std::move(periods);
    other.first_day_ = first_day;
    return other;
}

void Budget::add(Day day, Count count) {
    if (day > latest_) {
        const std::int64_t passed = std::min<std::int64_t>(std::int64_t{day} - latest_, days_kept);
        for (std::int64_t step = 0; step < passed; ++step) {
            by_day_[static_cast<std::size_t>(wrapped(std::int64_t{day} - step, days_kept))] = {};
        }
        latest_ = day;
    }
    if (std::int64_t{latest_} - day >= days_kept) {
        return;
    }
    Count& sum = by_day_[static_cast<std::size_t>(wrapped(day, days_kept))];
    // Counts beyond a thousand million a day are not calls; kept small, no sum can overflow.
    constexpr std::int64_t limit = 1'000'000'000;
    const auto bounded = [](std::int64_t value) {
        return std::clamp<std::int64_t>(value, -1'000'000'000, 1'000'000'000);
    };
    sum.answered = std::clamp<std::int64_t>(sum.answered + bounded(count.answered), 0, limit);
    sum.abandoned = std::clamp<std::int64_t>(sum.abandoned + bounded(count.abandoned), 0, limit);
}

Budget::Totals Budget::totals(const Period& period, Day today) const {
    const std::int64_t begin = period_begin(period, first_day_, today);
    const std::int64_t oldest = std::int64_t{latest_} - days_kept + 1;
    Totals totals;
    totals.from = static_cast<Day>(std::max<std::int64_t>(begin, std::numeric_limits<Day>::min()));
    const std::int64_t last = std::min<std::int64_t>(today, latest_);
    for (std::int64_t day = std::max(begin, oldest); day <= last; ++day) {
        const Count& count = by_day_[static_cast<std::size_t>(wrapped(day, days_kept))];
        totals.count.answered += count.answered;
        totals.count.abandoned += count.abandoned;
    }
    return totals;
}

std::vector<Budget::Standing> Budget::standings(Day today, double answers_ahead) const {
    std::vector<Standing> all;
    all.reserve(periods_.size());
    for (const auto& period : periods_) {
        const Totals sum = totals(period, today);
        all.push_back({period, sum.from, sum.count, is_met(period, sum.count),
                       left_of(period, sum.count, answers_ahead)});
    }
    return all;
}

double Budget::left(Day today, double answers_ahead) const {
    double least = no_period_left;
    for (const auto& period : periods_) {
        least = std::min(least, left_of(period, totals(period, today).count, answers_ahead));
    }
    return least;
}

} // namespace pacing
