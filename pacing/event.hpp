#pragma once

// What happens to agents and calls, as pacing is told of it. A day is a list of these.

#include "pacing/types.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace pacing {

/// The fields of Event that a kind uses are named after it.
enum class EventKind : std::uint8_t {
    agent_signed_in,   ///< agent. Not ready yet
    agent_signed_out,  ///< agent
    agent_ready,       ///< agent
    agent_talking,     ///< agent, call. Call 0: taken by a call that is not ours (inbound return)
    agent_wrap_up,     ///< agent
    agent_wrap_ending, ///< agent, until: the agent says when he will be ready
    agent_paused,      ///< agent
    dial_started,      ///< campaign, call, group
    ringing,           ///< call
    answered,          ///< call. A person, or whatever is passed to agents as one
    machine,           ///< call. Found before an agent had it, or said by the agent afterwards
    ended,             ///< call: any end that is none of the others (busy, no answer, failure)
    abandoned,         ///< call: answered, and no agent in time, whoever ended it
    cancelled,         ///< call: given up by us while it rang
    supply_changed,    ///< campaign: another list or carrier; what was learnt may be stale
    day_started,       ///< campaign, day, until: when dialing ends on that day
};
inline constexpr std::size_t event_kinds = 16;

[[nodiscard]] std::string_view to_text(EventKind kind);
[[nodiscard]] std::optional<EventKind> event_kind_from_text(std::string_view text);

/// One event. Plain data, so that a log of them replays bit for bit.
struct Event {
    Instant at{};
    EventKind kind{};
    CampaignId campaign{};
    CallId call{};
    AgentId agent{};
    Group group{};
    Instant until{};
    Day day = 0;

    friend bool operator==(const Event&, const Event&) = default;
};

/// One JSON object without a line end; fields a kind does not use are left out. `at` and `until`
/// are microseconds since 1970 as integers.
[[nodiscard]] std::string to_line(const Event& event);

/// The reverse. On a malformed line nothing, and `why` names the field and what is wrong.
[[nodiscard]] std::optional<Event> event_from_line(std::string_view line, std::string& why);

} // namespace pacing
