#pragma once

// When a lead is tried again, by what came of the last try. The rules act in the store
// (schema/0008_supply.sql, rest_after), in the transaction that writes the result.

#include "campaigns/types.hpp"

#include <optional>
#include <string>
#include <vector>

namespace campaigns {

class Store;

/// For one outcome or disposition code. Outcomes: busy, no_answer, rejected, invalid_number,
/// congestion, trunk_failure, cancelled, not_sent, interrupted, answered (heard a message),
/// abandoned, early_hangup. What is not in a rule is said by the campaign: attempts_max, and
/// retry_after between tries.
struct RetryRule {
    std::string outcome;
    std::string campaign;                           ///< its name; empty: of every campaign
    std::optional<std::chrono::seconds> delay = {}; ///< empty: the campaign's retry_after
    std::optional<int> tries_max = {}; ///< that end like this; then the lead is exhausted
    bool other_phone = true;           ///< the next try goes to the lead's next phone
    bool spread = false;               ///< in another part of the day than the last two
    bool own = false;                  ///< read only: of the campaign asked for, not of all
};

/// In force for the campaign, or those of every campaign with an empty name; by outcome.
/// StoreRefusal when there is no such campaign.
[[nodiscard]] std::vector<RetryRule> retry_rules(Store& store, const std::string& campaign);
/// Makes the rule or replaces it whole. StoreRefusal when a value is out of range.
void set_retry_rule(Store& store, const RetryRule& rule, const Actor& actor);
/// The campaign's own rule of that outcome ends; that of every campaign holds again.
/// StoreRefusal when there is none, or for a rule of every campaign.
void drop_retry_rule(Store& store, const std::string& campaign, const std::string& outcome,
                     const Actor& actor);

/// Limits of a campaign for each lead, in any 24 hours and any 7 days; 0: none. Callbacks are not
/// held back by them.
struct AttemptLimits {
    int per_day = 0;
    int per_week = 0;
};
[[nodiscard]] AttemptLimits attempt_limits(Store& store, const std::string& campaign);
void set_attempt_limits(Store& store, const std::string& campaign, AttemptLimits limits,
                        const Actor& actor);

} // namespace campaigns
