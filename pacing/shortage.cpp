#include "pacing/shortage.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pacing {

Shortage::Shortage(const Outlook& outlook,
                   const std::array<const Row*, AgentsBook::exact_max>& agents, int busy,
                   const GridPoints& points)
    : outlook_{outlook}, busy_{busy} {
    // The probability of each number of agents back, one agent after the other.
    std::array<Horizons, AgentsBook::exact_max + 1> exactly;
    exactly[0].setOnes();
    for (int i = 0; i < busy; ++i) {
        const auto last = static_cast<std::size_t>(i);
        const Horizons back = at(*agents[last], points);
        const Horizons away = 1.0 - back;
        exactly[last + 1] = exactly[last] * back;
        for (std::size_t j = last; j > 0; --j) {
            exactly[j] = exactly[j] * away + exactly[j - 1] * back;
        }
        exactly[0] *= away;
    }
    Horizons above = Horizons::Zero();
    for (int j = busy; j > 0; --j) {
        above += exactly[static_cast<std::size_t>(j)];
        more_than_[static_cast<std::size_t>(j) - 1] = above;
    }
}

double Shortage::with(const Horizons& more, const Horizons& more_var) const {
    return busy_ < 0 ? normal(more, more_var) : exact(more, more_var);
}

double Shortage::normal(const Horizons& more, const Horizons& more_var) const {
    const double base = outlook_.free - outlook_.waiting;
    const Horizons mean = base + outlook_.supply - outlook_.demand - more;
    const Horizons sd = (outlook_.supply_var + outlook_.demand_var + more_var + 1e-9).sqrt();
    const Horizons x = (mean - 0.5) / (sd * std::numbers::sqrt2);
    double sum = 0;
    for (int k = 0; k < horizons; ++k) {
        sum += std::erfc(x[k]);
    }
    return 0.5 * sum / horizons;
}

double Shortage::exact(const Horizons& more, const Horizons& more_var) const {
    // Nobody is short while the answers before this one are fewer than the free agents; beyond
    // that, as many busy ones must be back.
    const int ahead = outlook_.waiting - outlook_.free;
    const int last = busy_ - ahead; // answers from which on somebody is surely short
    if (last <= 0) {
        return 1.0;
    }
    const Horizons mean = (outlook_.demand + more).max(1e-12);
    const Horizons variance = (outlook_.demand_var + more_var).max(1e-12);
    const Horizons p = (1.0 - variance / mean).max(1e-6).min(0.999);
    const Horizons trials = mean / p;
    const Horizons odds = p / (1.0 - p);
    // The logarithm of 1 - p, taken where p is not small enough to be lost in 1.
    Horizons exactly = (trials * (1.0 - p).log()).exp();
    Horizons served = Horizons::Zero();
    for (int answers = 0; answers < last; ++answers) {
        const int needed = answers + ahead; // more than that many must be back
        served += needed < 0 ? exactly : exactly * more_than_[static_cast<std::size_t>(needed)];
        exactly *= ((trials - answers) / (answers + 1.0)).max(0.0) * odds;
    }
    return std::clamp(1.0 - served.sum() / horizons, 0.0, 1.0);
}

} // namespace pacing
