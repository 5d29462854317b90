#pragma once

// The best a rule could have done had its knob been known in advance.

#include "bench/pacing/run.hpp"

namespace pacing_sim {

enum class Knob { ratio, max_level };

struct Hindsight {
    double chosen = 0; ///< the knob's value
    RunResult result;
};

/// Looks for the value of the knob with the least idle time among those whose abandonment over the
/// days that count is at most `cap`; every value meets the same days. Abandonment need not rise
/// smoothly with the knob, so a grid comes before the bisection.
[[nodiscard]] Hindsight find_best(RunSettings settings, Knob knob, double cap);

} // namespace pacing_sim
