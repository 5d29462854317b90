#pragma once

// What funnel and explanations read from the store besides counts and leads.

#include "campaigns/funnel/funnel.hpp"
#include "campaigns/store.hpp"

#include <string>

namespace campaigns {

/// StoreRefusal when there is no campaign of that name.
[[nodiscard]] Campaign find_campaign(Store& store, const std::string& name);

/// The whole funnel in one call, for commands and pages that ask now and then. StoreRefusal when
/// there is no campaign of that name.
[[nodiscard]] Funnel funnel_of(Store& store, const dnc::Gate& gate, const dnc::ZoneDatabase& zones,
                               const std::string& campaign, Instant at);

} // namespace campaigns
