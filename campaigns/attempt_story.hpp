#pragma once

// One attempt: whose it was, and everything that the store has about it.

#include "campaigns/types.hpp"

#include <optional>
#include <string>

namespace campaigns {

class Store;

/// What belongs to an attempt. `agent` is known once it is over.
struct AttemptKey {
    AttemptId attempt{};
    LeadId lead{};
    CampaignId campaign{};
    std::optional<AgentId> agent;
};

/// Nothing when there is no such attempt.
[[nodiscard]] std::optional<AttemptKey> find_attempt_key(Store& store, AttemptId attempt);

/// A JSON object: `attempt` as the log is exported, `dispositions` (all that agents said, oldest
/// first), `answers` (forms, oldest first), `matter` (seller, subject and purpose as they were),
/// `person` (of the lead), `consent` and `relationship` on which the decision rested (null: on
/// none), `list_versions` (files of the lists that were asked), `opt_outs` (made in this call),
/// `leaves` (of the audit log, null before the record is sealed). Nothing when there is no such
/// attempt.
[[nodiscard]] std::optional<std::string> attempt_story(Store& store, AttemptId attempt);

} // namespace campaigns
