#include "pacing/guard.hpp"

#include "pacing/saved_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace pacing {

void Early::save(SavedWriter& out) const {
    out.put("early", std::array{answered, abandoned, time_s});
}

void Early::load(SavedReader& in) {
    std::array<double, 3> values{};
    in.get("early", values);
    answered = values[0];
    abandoned = values[1];
    time_s = values[2];
}

double answers_ahead(const Prospect& prospect) {
    if (prospect.rate <= 0.0 || prospect.time_s <= 0.0) {
        return 0.0;
    }
    // A free agent has one line; the next call reaches him after line_s / rate seconds on average.
    const double cycle_s = prospect.work_s + prospect.line_s / prospect.rate;
    // What is dialed in the last moments is not answered any more.
    const double time_s = std::max(0.0, prospect.time_s - 2.0 * prospect.line_s);
    const double by_agents = prospect.agents * time_s / cycle_s * prospect.part;
    const double by_channels = prospect.channels * time_s * prospect.rate / prospect.line_s;
    const double by_leads = prospect.leads * prospect.rate;
    const double mean = std::min({by_agents, by_channels, by_leads});
    return std::max(0.0, 0.85 * mean - 2.0 * std::sqrt(mean));
}

double Guard::left(const Early& early, double cap) const {
    return early.lasts() ? std::min(left_, cap * early.answered - early.abandoned) : left_;
}

bool Guard::spares_none(const Early& early, double cap) const {
    return left(early, cap) < 1.0;
}

double Guard::answers_most(const Early& early, double cap, double spare) const {
    const double left = this->left(early, cap);
    // The largest x with x + 3 sqrt(x) <= room: three times the standard deviation of a Poisson
    // count.
    const double room = left - 1.0 + spare;
    if (left < 1.0 || room <= 0.0) {
        return 0.0;
    }
    const double root = 0.5 * (std::sqrt(9.0 + 4.0 * room) - 3.0);
    return root * root;
}

} // namespace pacing
