#pragma once

// Makes a policy by name.

#include "bench/pacing/policy.hpp"
#include "pacing/settings.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pacing_sim {

/// What a policy is made from. Only `predictive` and the pacing core's own modes read `campaigns`;
/// the peers' rules know one campaign and take what they are asked for as that one.
struct PolicySettings {
    std::string name = "predictive";
    double ratio = 1.5;     ///< of `ratio`
    double max_level = 5;   ///< of the VICIdial rules
    double target = 0.03;   ///< abandonment that a rule aims at
    double tolerance_s = 2; ///< answer to agent
    double day_s = 28'800;
    std::vector<std::pair<pacing::CampaignId, pacing::Settings>> campaigns;
};

/// A policy that knows nothing yet; nullptr when there is none of that name.
[[nodiscard]] std::unique_ptr<Policy> make_policy(const PolicySettings& settings);

/// All names, in the order of tables.
[[nodiscard]] std::vector<std::string_view> policy_names();

} // namespace pacing_sim
