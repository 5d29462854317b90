#pragma once

// What a user or the law fixes for a campaign. Nothing here tunes the prediction.

#include "pacing/budget.hpp"
#include "pacing/types.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace pacing {

enum class Mode : std::uint8_t {
    manual,      ///< agents dial themselves; pacing dials nothing
    preview,     ///< each ready agent is shown a lead and dials it; pacing dials nothing
    progressive, ///< one line for each free agent: nobody is dialed for whom no agent is free
    predictive,  ///< ahead of the agents, within the abandonment budget
    ratio,       ///< a fixed number of lines for each free agent
    agentless,   ///< no agents: answered calls hear the message
};
inline constexpr std::size_t modes = 6;
[[nodiscard]] std::string_view to_text(Mode mode);
[[nodiscard]] std::optional<Mode> mode_from_text(std::string_view text);

/// Parts of the prediction that can be switched off, so that the worth of each can be measured.
struct Features {
    bool events = true;      ///< decide at each event; off: every 15 s
    bool ring_age = true;    ///< what the time since the dial says about an answer
    bool tolerance = true;   ///< count on agents who come free while an answer may lawfully wait
    bool phases = true;      ///< tell talking from wrap-up
    bool agent_age = true;   ///< what the time in a phase says about its end
    bool groups = true;      ///< answer rates by Group
    bool cancelling = true;  ///< give up calls past the legal ring time when nobody will be free
    bool wrap_signal = true; ///< believe agent_wrap_ending
    bool inbound = true;     ///< expect agents to be taken by inbound returns
    bool change = true;      ///< forget faster after a change of answer rate or ring times
};

struct Settings {
    Mode mode = Mode::predictive;
    double lines_per_agent = 1.0; ///< for Mode::ratio, clamped to [1, 10]
    // Caps.
    std::vector<Period> periods{{PeriodKind::successive_days, 30, {3, 100}},
                                {PeriodKind::trailing_days, 30, {3, 100}}};
    Day first_day = 0;               ///< of the campaign's first call
    double lines_per_agent_max = 12; ///< lines in flight for each agent signed in, hard
    int channels_max = 100'000;      ///< lines in flight, hard
    // How calls are made.
    Duration tolerance = std::chrono::seconds{2}; ///< answer to agent. 47 CFR 64.1200(a)(7)
    Duration ring_min = std::chrono::seconds{15}; ///< not given up before. 47 CFR 64.1200(a)(6)
    Duration ring_max = std::chrono::seconds{22}; ///< given up as no answer; at most 60 s
    // Sharing a pool of agents.
    int priority = 0;   ///< higher goes first
    double share = 1.0; ///< of the served calls among equal priorities, > 0
    Features features;
};

} // namespace pacing
