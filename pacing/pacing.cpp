#include "pacing/pacing.hpp"

#include <algorithm>
#include <cmath>

namespace pacing {

std::string_view to_text(Limit limit) {
    return limit == Limit::agents ? "agents" : "nothing";
}

DialPlan plan(const State& state, Instant /*now*/) {
    const double ratio =
        state.mode == Mode::ratio ? std::clamp(state.lines_per_agent, 1.0, 10.0) : 1.0;
    // Free agents only: an agent who is busy may stay so for an hour, and a line dialed on his
    // account would find nobody. Answered calls that wait have the first claim on free agents.
    const int claimed = std::min(state.agents_free, state.answered_waiting);
    const auto lines =
        static_cast<int>(std::floor(ratio * static_cast<double>(state.agents_free - claimed)));
    const int dial = std::max(0, lines - state.lines_in_flight);
    return {dial, Limit::agents};
}

} // namespace pacing
