#pragma once

// What a log of events says about a day, split into what pacing cannot change and what it decided.

#include "pacing/event.hpp"

#include <chrono>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace replay {

using pacing::Duration;
using pacing::Instant;

[[nodiscard]] inline double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

/// What agents and calls came to. Idle, talk and wrap-up are seconds of all agents together.
struct Figures {
    double idle_s = 0;
    double talk_s = 0;
    double wrap_s = 0;
    std::int64_t dials = 0;
    std::int64_t answered = 0; ///< by a person
    std::int64_t abandoned = 0;
    std::int64_t served = 0;  ///< people bridged to an agent
    std::int64_t inbound = 0; ///< calls of others that took an agent

    [[nodiscard]] double idle_s_per_call() const;
    [[nodiscard]] double abandonment() const;
    [[nodiscard]] double utilisation() const;
};

/// An agent's announcement, by the time since wrap-up began.
struct WrapSignal {
    Duration said{};
    Duration until{};
};

/// What one call costs an agent.
struct Service {
    Duration talk{};
    Duration wrap{};
    std::vector<WrapSignal> signals;
};

struct Break {
    Instant at{};
    Duration length{};
};

/// From sign-in to sign-out. An agent who is not ready at once begins with a break.
struct Shift {
    Instant from{};
    Instant to{};
    std::vector<Break> breaks;
};

struct AgentRecord {
    pacing::AgentId id{};
    std::vector<Shift> shifts;
    std::vector<Service> services; ///< of calls with people, complete ones only, in order
};

/// A call that is not ours took an agent.
struct InboundRecord {
    Instant at{};
    std::size_t agent = 0; ///< index
    Service service;
};

enum class Fate : std::uint8_t {
    person, ///< answered by one
    other,  ///< busy, nobody, a machine
    open,   ///< cut off after `delay`, by us or by the end of the log
};

struct CallRecord {
    pacing::CampaignId campaign{};
    Instant dialed{};
    pacing::Group group{};
    Fate fate = Fate::open;
    Duration delay{};                                 ///< dial to answer or end
    std::optional<Duration> ringing;                  ///< dial to ringing
    pacing::EventKind end = pacing::EventKind::ended; ///< Fate::other: as what it ended
    /// Fate::person: how long the person is known to have waited, and whether that was all the
    /// patience there was.
    Duration waited{};
    bool left = false;
    bool gone = false;                                        ///< left at once, with an agent free
    pacing::EventKind leaving = pacing::EventKind::abandoned; ///< how the log calls that
    std::optional<Service> machine; ///< what it cost the agent who found a machine
};

/// A day or more, from one log.
struct Recording {
    std::vector<AgentRecord> agents;
    std::vector<InboundRecord> inbound;
    std::vector<CallRecord> calls;      ///< in dial order
    std::vector<pacing::Event> notices; ///< day_started and supply_changed, in time order
    std::vector<pacing::CampaignId> campaigns;
    Instant from{};
    Instant to{};
    Duration tolerance{}; ///< answer to abandonment, when nobody left before
    Figures figures;
    std::int64_t contradictions = 0; ///< events that did not fit what was before them
};

/// Reads the lines of a log; empty ones are skipped. Nothing on the first malformed line, and `why`
/// gives its number and fault.
[[nodiscard]] std::optional<std::vector<pacing::Event>> read_events(std::istream& in,
                                                                    std::string& why);

/// Events need not be in order of time. `tolerance` tells people who left from people who were
/// dropped because their time was up; without it, it is where the longest waits of abandoned
/// calls lie close together, or two seconds when hardly any call was abandoned.
[[nodiscard]] Recording record(std::vector<pacing::Event> events,
                               std::optional<Duration> tolerance = std::nullopt);

} // namespace replay
