#pragma once

// How much abandonment the law still allows, over every legal period at once.

#include "pacing/types.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace pacing {

/// Over which days a share of abandoned calls is taken.
enum class PeriodKind : std::uint8_t {
    successive_days, ///< blocks of `days` from the first day of the campaign. 47 CFR 64.1200(a)(7)
    trailing_days,   ///< the last `days` days, today included
    calendar_month,
    day, ///< one civil day
};
[[nodiscard]] std::string_view to_text(PeriodKind kind);

/// One legal limit: abandoned / answered <= cap over the period.
struct Period {
    PeriodKind kind = PeriodKind::successive_days;
    int days = 30; ///< for successive_days and trailing_days, >= 1
    Fraction cap{3, 100};

    friend bool operator==(const Period& left, const Period& right) {
        return left.kind == right.kind && left.days == right.days &&
               left.cap.numerator == right.cap.numerator &&
               left.cap.denominator == right.cap.denominator;
    }
};

/// Calls answered by a person, and those of them that no agent reached in time.
struct Count {
    std::int64_t answered = 0;
    std::int64_t abandoned = 0;
};

/// Counts by day and what they leave of each period. Integers only: rates are compared as
/// `abandoned * denominator <= numerator * answered`.
///
/// Memory: one Count for each day kept, at most `days_kept`.
class Budget {
public:
    static constexpr int days_kept = 62; ///< two months: the longest period that is looked back at

    /// `first_day` is the day of the campaign's first call, the anchor of successive periods.
    Budget(std::vector<Period> periods, Day first_day);

    /// Adds to a day that is not after the latest day known by more than it moves it forward; days
    /// that fall out of `days_kept` are forgotten. May be negative to take back.
    void add(Day day, Count count);

    /// The same counts under other limits.
    [[nodiscard]] Budget with(std::vector<Period> periods, Day first_day) const;

    struct Standing {
        Period period;
        Day from = 0; ///< first day of the period that holds `today`
        Count count;
        bool met = true; ///< the limit holds now
        /// Further abandonments that would still meet the cap if `answers_ahead` more answers came
        /// and all others of them were served; negative when it is already missed.
        double left = 0;
    };
    [[nodiscard]] std::vector<Standing> standings(Day today, double answers_ahead) const;
    /// The `left` of the period that leaves least; a large number without periods. Does not
    /// allocate.
    [[nodiscard]] double left(Day today, double answers_ahead) const;

    [[nodiscard]] const std::vector<Period>& periods() const { return periods_; }

private:
    struct Totals {
        Day from = 0;
        Count count;
    };
    [[nodiscard]] Totals totals(const Period& period, Day today) const;

    std::vector<Period> periods_;
    Day first_day_;
    Day latest_ = 0;
    std::vector<Count> by_day_; ///< ring, by day modulo days_kept
};

} // namespace pacing
