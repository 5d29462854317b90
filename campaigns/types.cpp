#include "campaigns/types.hpp"

#include <array>

namespace campaigns {

namespace {

// Each table is indexed by the enumerator's value; the same words stand in the database's checks.
constexpr std::array<std::string_view, 10> kOutcomes{
    "answered",   "busy",          "no_answer", "rejected", "invalid_number",
    "congestion", "trunk_failure", "cancelled", "not_sent", "interrupted"};
constexpr std::array<std::string_view, 4> kTreatments{"none", "bridged", "abandoned",
                                                      "early_hangup"};
constexpr std::array<std::string_view, 6> kDialModes{"manual",     "preview", "progressive",
                                                     "predictive", "ratio",   "agentless"};
constexpr std::array<std::string_view, 6> kAgentStates{"offline", "ready",   "reserved",
                                                       "talking", "wrap_up", "paused"};
constexpr std::array<std::string_view, 5> kRoles{"ops", "agent", "supervisor", "compliance",
                                                 "admin"};

template <typename Enum, std::size_t size>
std::string_view name_of(const std::array<std::string_view, size>& names, Enum value) {
    return names.at(static_cast<std::size_t>(value));
}

template <typename Enum, std::size_t size>
std::optional<Enum> value_of(const std::array<std::string_view, size>& names,
                             std::string_view text) {
    for (std::size_t i = 0; i < size; ++i) {
        if (names[i] == text) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

} // namespace

std::string_view to_text(Outcome outcome) {
    return name_of(kOutcomes, outcome);
}
std::string_view to_text(Treatment treatment) {
    return name_of(kTreatments, treatment);
}
std::string_view to_text(DialMode mode) {
    return name_of(kDialModes, mode);
}
std::string_view to_text(AgentState state) {
    return name_of(kAgentStates, state);
}
std::string_view to_text(Role role) {
    return name_of(kRoles, role);
}

std::optional<DialMode> dial_mode_from_text(std::string_view text) {
    return value_of<DialMode>(kDialModes, text);
}

std::optional<AgentState> agent_state_from_text(std::string_view text) {
    return value_of<AgentState>(kAgentStates, text);
}

std::optional<Role> role_from_text(std::string_view text) {
    return value_of<Role>(kRoles, text);
}

} // namespace campaigns
