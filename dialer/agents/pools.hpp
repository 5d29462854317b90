#pragma once

// Which campaigns share their agents.

#include "campaigns/types.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace dialer::agents {

/// A pool of agents; only compared. Made by Pools.
enum class PoolId : std::int64_t {};

/// Campaigns with the same pool name share their agents; a campaign without one has a pool of its
/// own. Pure; control thread only. Memory: an entry a campaign and a name.
class Pools {
public:
    /// Puts the campaign into the pool of that name, or into one of its own when it is empty.
    void put(campaigns::CampaignId campaign, const std::string& name);

    /// The pool of a campaign; one of its own when it was never put anywhere.
    [[nodiscard]] PoolId of(campaigns::CampaignId campaign) const;
    /// Empty for the pool of a single campaign without a pool name.
    [[nodiscard]] const std::string& name(PoolId pool) const;
    /// The campaigns of the pool, by ascending id.
    [[nodiscard]] const std::vector<campaigns::CampaignId>& campaigns(PoolId pool) const;

private:
    std::map<std::string, PoolId, std::less<>> by_name_;
    std::map<PoolId, std::string> names_;
    std::map<campaigns::CampaignId, PoolId> pools_;
    std::map<PoolId, std::vector<campaigns::CampaignId>> members_;
};

} // namespace dialer::agents
