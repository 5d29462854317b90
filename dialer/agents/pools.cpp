#include "dialer/agents/pools.hpp"

#include <algorithm>

namespace dialer::agents {

using campaigns::CampaignId;

namespace {

/// Ids of campaigns are positive, so those of named pools are negative.
PoolId own_pool(CampaignId campaign) {
    return PoolId{static_cast<std::int64_t>(campaign)};
}

} // namespace

void Pools::put(CampaignId campaign, const std::string& name) {
    auto pool = own_pool(campaign);
    if (!name.empty()) {
        const PoolId fresh{-1 - static_cast<std::int64_t>(by_name_.size())};
        pool = by_name_.emplace(name, fresh).first->second;
        names_[pool] = name;
    }
    if (const auto before = pools_.find(campaign); before != pools_.end()) {
        std::erase(members_[before->second], campaign);
    }
    pools_[campaign] = pool;
    auto& members = members_[pool];
    members.insert(std::lower_bound(members.begin(), members.end(), campaign), campaign);
}

PoolId Pools::of(CampaignId campaign) const {
    const auto found = pools_.find(campaign);
    return found == pools_.end() ? own_pool(campaign) : found->second;
}

const std::string& Pools::name(PoolId pool) const {
    static const std::string none;
    const auto found = names_.find(pool);
    return found == names_.end() ? none : found->second;
}

const std::vector<CampaignId>& Pools::campaigns(PoolId pool) const {
    static const std::vector<CampaignId> none;
    const auto found = members_.find(pool);
    return found == members_.end() ? none : found->second;
}

} // namespace dialer::agents
