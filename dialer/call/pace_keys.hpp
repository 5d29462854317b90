#pragma once

// The store's ids as the keys that pacing knows.

#include "campaigns/types.hpp"
#include "pacing/types.hpp"

namespace dialer::call {

[[nodiscard]] inline pacing::CampaignId key(campaigns::CampaignId id) {
    return pacing::CampaignId{static_cast<std::int64_t>(id)};
}

[[nodiscard]] inline pacing::CallId key(campaigns::AttemptId id) {
    return pacing::CallId{static_cast<std::int64_t>(id)};
}

[[nodiscard]] inline pacing::AgentId key(campaigns::AgentId id) {
    return pacing::AgentId{static_cast<std::int64_t>(id)};
}

} // namespace dialer::call
