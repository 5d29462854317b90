#include "campaigns/reports/rate_change.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace campaigns {

namespace {

// Of the standard normal distribution: 95 of 100 within.
constexpr double kNormal95 = 1.959963984540054;

void check(RateCounts counts) {
    if (counts.trials < 0 || counts.successes < 0 || counts.successes > counts.trials) {
        throw std::invalid_argument{"RateCounts: successes must lie between 0 and the trials"};
    }
}

double share(RateCounts counts) {
    return counts.trials == 0
               ? 0.0
               : static_cast<double>(counts.successes) / static_cast<double>(counts.trials);
}

double log_choose(double n, double k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

/// Successes among `drawn` of `all` trials of which `marked` are successes.
struct Hypergeometric {
    double all;
    double marked;
    double drawn;

    [[nodiscard]] double low() const { return std::max(0.0, drawn + marked - all); }
    [[nodiscard]] double high() const { return std::min(drawn, marked); }
    [[nodiscard]] double at(double k) const {
        return std::exp(log_choose(marked, k) + log_choose(all - marked, drawn - k) -
                        log_choose(all, drawn));
    }
    /// at(k + 1) / at(k)
    [[nodiscard]] double step_up(double k) const {
        return (marked - k) * (drawn - k) / ((k + 1) * (all - marked - drawn + k + 1));
    }
};

// Terms that small change no figure that anybody reads.
constexpr double kNegligible = 1e-12;

/// P(X <= k). Terms fall off on the way down once the mode is behind, and the sum ends there.
double chance_at_most(const Hypergeometric& x, double k) {
    double sum = 0;
    double term = x.at(k);
    for (double i = k; i >= x.low(); --i) {
        sum += term;
        const double next = i > x.low() ? term / x.step_up(i - 1) : 0.0;
        if (next < term && next < kNegligible * sum) {
            break;
        }
        term = next;
    }
    return std::min(sum, 1.0);
}

/// P(X >= k)
double chance_at_least(const Hypergeometric& x, double k) {
    double sum = 0;
    double term = x.at(k);
    for (double i = k; i <= x.high(); ++i) {
        sum += term;
        const double next = i < x.high() ? term * x.step_up(i) : 0.0;
        if (next < term && next < kNegligible * sum) {
            break;
        }
        term = next;
    }
    return std::min(sum, 1.0);
}

} // namespace

RateInterval wilson_interval(RateCounts counts) {
    check(counts);
    if (counts.trials == 0) {
        return {};
    }
    const auto n = static_cast<double>(counts.trials);
    const double p = share(counts);
    const double z2 = kNormal95 * kNormal95;
    const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
    const double half = kNormal95 / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    // At 0 and at all the interval ends there exactly; rounding must not say otherwise.
    return {.rate = p,
            .low = counts.successes == 0 ? 0.0 : std::max(0.0, centre - half),
            .high = counts.successes == counts.trials ? 1.0 : std::min(1.0, centre + half)};
}

RateChange rate_change(RateCounts before, RateCounts now, const RateChangeRule& rule) {
    check(before);
    check(now);
    RateChange change;
    change.before = share(before);
    change.now = share(now);
    if (before.trials == 0 || now.trials == 0) {
        return change;
    }
    const Hypergeometric x{.all = static_cast<double>(before.trials + now.trials),
                           .marked = static_cast<double>(before.successes + now.successes),
                           .drawn = static_cast<double>(now.trials)};
    const auto seen = static_cast<double>(now.successes);
    // A sum that begins on the far side of the mode begins with a term too small to compute: then
    // the other tail is nothing, and this one all of it.
    const double mean = x.drawn * x.marked / x.all;
    if (seen <= mean) {
        change.drop_chance = chance_at_most(x, seen);
        change.rise_chance = std::min(1.0, 1.0 - change.drop_chance + x.at(seen));
    } else {
        change.rise_chance = chance_at_least(x, seen);
        change.drop_chance = std::min(1.0, 1.0 - change.rise_chance + x.at(seen));
    }
    if (before.trials < rule.trials_min || now.trials < rule.trials_min) {
        return change;
    }
    const double difference = change.now - change.before;
    const bool large = std::abs(difference) >= rule.least_change * change.before;
    change.dropped = difference < 0 && large && change.drop_chance <= rule.false_alarm;
    change.rose = difference > 0 && large && change.rise_chance <= rule.false_alarm;
    return change;
}

} // namespace campaigns
