#pragma once

// The events of pacing that a stored dial log amounts to.

#include "campaigns/types.hpp"
#include "pacing/event.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialer::commands {

/// An attempt as the export of the log tells it.
struct PastCall {
    campaigns::AttemptId attempt{};
    campaigns::Instant at{};
    std::int64_t caller_id = 0;
    std::int32_t hour = 0; ///< local hour of the called person plus one; 0: more than one plausible
    std::optional<campaigns::Outcome> outcome; ///< nothing while the call is open
    campaigns::Treatment treatment = campaigns::Treatment::none;
    std::optional<campaigns::Instant> ringing_at;
    std::optional<campaigns::Instant> answered_at;
    std::optional<campaigns::Instant> message_started_at;
    campaigns::Instant ended_at{};
    bool machine = false; ///< an agent said so, in whichever of the campaign's words for it
};

/// Reads a row of Store::export_log; nothing, and the reason in `why`, when it is not one.
[[nodiscard]] std::optional<PastCall> read_past_call(std::string_view json_row, std::string& why);

/// The events in order of time. Calls get their attempts' ids. `states` are those of the campaign's
/// agents, ordered by time; an agent who is there already when they begin signs in with the first.
/// What the dial log does not hold is left out: list and attempt number of a lead, announcements
/// of the end of wrap-up, days and changes of supply.
[[nodiscard]] std::vector<pacing::Event>
past_events(campaigns::CampaignId campaign, const std::vector<PastCall>& calls,
            const std::vector<campaigns::AgentStateChange>& states);

} // namespace dialer::commands
