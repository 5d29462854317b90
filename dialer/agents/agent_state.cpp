#include "dialer/agents/agent_state.hpp"

#include <array>
#include <cstddef>

namespace dialer::agents {

bool may_change(AgentState from, AgentState to) {
    constexpr std::size_t states = 6;
    // Rows and columns in the order of the enum, as drawn in the header.
    constexpr std::array<std::array<bool, states>, states> table{{
        {false, true, false, false, false, true},
        {true, false, true, false, false, true},
        {true, true, false, true, false, true},
        {true, false, false, false, true, false},
        {true, true, false, false, false, true},
        {true, true, false, false, false, false},
    }};
    return table[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
}

} // namespace dialer::agents
