#pragma once

// The exact optimum of dialing ahead in a memoryless world, as a constrained Markov decision
// process.

#include <cstddef>
#include <vector>

namespace optimum {

/// A world without memory. Agents serve for an exponential time; a dialed call rings for `phases`
/// exponential phases and is then answered by a person with probability `answer`, else it is gone.
/// An answer that finds no agent free is abandoned at once.
struct World {
    int agents = 3;         ///< >= 1
    double service_s = 150; ///< mean, > 0
    double ring_s = 8;      ///< mean over all phases, > 0
    int phases = 1;         ///< 1: exponential ringing, 2: Erlang-2
    double answer = 0.25;   ///< 0 < answer <= 1
    double cap = 0.03;      ///< abandoned / answered, 0 < cap < 1
};

/// The best that can be done on average, and how exactly that is known.
struct Optimum {
    double idle_s_per_call = 0;
    double abandonment = 0;
    double utilisation = 0;
    double multiplier = 0;  ///< agents' idle seconds that one more abandonment would save
    double residual = 0;    ///< of the optimality equation, relative to its gain
    double duality_gap = 0; ///< of the idle agents, relative
    double mix = 0;         ///< share of time under the eager one of the two policies mixed
    int policies = 0;       ///< policies evaluated
    std::size_t states = 0;
    int calls_max = 0;        ///< calls in flight that the model has room for
    int calls_used = 0;       ///< the most that either policy dials up to
    std::vector<int> targets; ///< by free agents: calls in flight dialed up to, ringing anew
};

/// Minimises idle time over all rules that see how many agents are free and how many calls are in
/// which phase. Throws std::runtime_error when the model turns out too small for its own answer.
[[nodiscard]] Optimum solve(const World& world);

} // namespace optimum
