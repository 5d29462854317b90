#include "pacing/signal_times.hpp"

#include <algorithm>
#include <cmath>

namespace pacing {

namespace {

// A logistic lateness of one second stands for what is not known yet. Its exponential tail also
// answers for agents who are overdue by more than was ever seen.
constexpr double prior_weight = 4.0;
constexpr double prior_scale_s = 1.0;
constexpr double beyond_s = 5.0; // mean further delay beyond the bins

double prior_share(double late_s) {
    return 1.0 / (1.0 + std::exp(-late_s / prior_scale_s));
}

constexpr double first_s = -0.25 * signal_bins;

/// Share of agents ready by each bin's end, among all that were counted.
struct Lateness {
    std::array<double, signal_bins + 1> share{}; // at the first instant of each bin, and the end

    explicit Lateness(const SignalCounts& counts) {
        double sum = 0;
        const double all = counts.weight + prior_weight;
        for (int bin = 0; bin <= signal_bins; ++bin) {
            const double prior = prior_share(first_s + bin * 0.5) * prior_weight;
            share[static_cast<std::size_t>(bin)] = (sum + prior) / all;
            if (bin < signal_bins) {
                sum += counts.late[static_cast<std::size_t>(bin)];
            }
        }
    }
    [[nodiscard]] double by(double late_s) const {
        const double at = (late_s - first_s) * 2.0;
        if (at <= 0.0) {
            return 0.0;
        }
        if (at >= signal_bins) {
            const double left = 1.0 - share.back();
            return 1.0 - left * std::exp(-(late_s + first_s) / beyond_s);
        }
        const auto bin = static_cast<std::size_t>(at);
        return share[bin] + (at - std::floor(at)) * (share[bin + 1] - share[bin]);
    }
};

} // namespace

void SignalCounts::add(double late_s) {
    const double at = std::floor((late_s - first_s) * 2.0);
    const auto bin = static_cast<std::size_t>(std::clamp(at, 0.0, signal_bins - 1.0));
    late[bin] += 1.0;
    weight += 1.0;
}

void SignalCounts::scale(double factor) {
    for (double& value : late) {
        value *= factor;
    }
    weight *= factor;
}

void SignalTimes::build(const SignalCounts& counts, double stays) {
    const Lateness lateness{counts};
    for (int at = -before; at <= ahead; ++at) {
        const double ahead_s = at * 0.5;
        const double gone = lateness.by(-ahead_s);
        const double left = std::max(1.0 - gone, 1e-9);
        Row probability;
        for (int g = 0; g < grid_size; ++g) {
            const double time_s = grid_half_s[static_cast<std::size_t>(g)] * 0.5;
            const double by = lateness.by(time_s - ahead_s);
            probability[g] = static_cast<float>(stays * std::clamp((by - gone) / left, 0.0, 1.0));
        }
        rows_[static_cast<std::size_t>(at + before)].set(probability);
    }
}

const Moments& SignalTimes::row(double ahead_s) const {
    const double at = std::clamp(std::round(ahead_s * 2.0), -1.0 * before, 1.0 * ahead);
    return rows_[static_cast<std::size_t>(at + before)];
}

} // namespace pacing
