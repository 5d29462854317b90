#pragma once

// How many lines to dial now. Pure: no clock, no I/O, no threads.

#include <chrono>
#include <cstdint>
#include <string_view>

namespace pacing {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;

enum class Mode {
    progressive, ///< one line per free agent: nobody is dialed for whom no agent is free
    ratio,       ///< a fixed number of lines per free agent
};

/// A campaign at one instant, as the engine sees it. All counts >= 0.
struct State {
    Mode mode = Mode::progressive;
    double lines_per_agent = 1.0; ///< for Mode::ratio, clamped to [1, 10]
    int agents_free = 0;          ///< ready, not reserved
    int agents_busy = 0;          ///< reserved, talking or wrapping up
    int lines_in_flight = 0;      ///< dialed (or about to be) and not yet ended or answered
    int answered_waiting = 0;     ///< answered and no agent yet
};

/// What stops the pacing from dialing more right now.
enum class Limit { agents, nothing };
[[nodiscard]] std::string_view to_text(Limit limit);

/// How many lines to dial now, in addition to those in flight.
struct DialPlan {
    int dial = 0; ///< >= 0
    Limit limit = Limit::agents;
};

/// Decides for one campaign at `now`. Deterministic. The predictive core will keep a state of its
/// own behind this seam; these two modes need none.
[[nodiscard]] DialPlan plan(const State& state, Instant now);

} // namespace pacing
