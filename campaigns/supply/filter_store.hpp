#pragma once

// The filter of a campaign: set, counted, and applied to leads that are there already.

#include "campaigns/supply/filter.hpp"
#include "campaigns/types.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace campaigns {

class Store;

/// Leads that may be dialed at all: ready (due or resting) or parked by a filter.
struct FilterCount {
    std::int64_t let_through = 0;
    std::int64_t of = 0; ///< all of them
    bool exact = true;
    std::int64_t error = 0;   ///< when not exact: the truth is that near in 95 of 100 cases
    std::int64_t sampled = 0; ///< leads that were looked at
};

/// The campaign's expression in canonical form; empty: everything passes.
[[nodiscard]] std::string filter_of(Store& store, const std::string& campaign);

/// Within a fifth of a second, however many leads there are: exact for some twenty thousand leads,
/// else an estimate. StoreRefusal with the position when the expression is wrong, or when there is
/// no such campaign.
[[nodiscard]] FilterCount count_filter(Store& store, const std::string& campaign,
                                       const std::string& expression, Instant now);
/// Looks at every lead; seconds for millions.
[[nodiscard]] FilterCount count_filter_exactly(Store& store, const std::string& campaign,
                                               const std::string& expression, Instant now);

/// Engines follow at once; leads that the new filter does not let through are parked, others come
/// back, by sweep_filters. Returns the canonical form. StoreRefusal as above.
std::string set_filter(Store& store, const std::string& campaign, const std::string& expression,
                       const Actor& actor);

struct FilterSweep {
    std::int64_t parked = 0;
    std::int64_t brought_back = 0;
    bool done = true; ///< nothing is left to look at; else call again
};
/// Applies changed filters to one further batch of leads; whoever calls it next, in whatever
/// engine, goes on where the last one was. Filters that depend on the time are applied again every
/// hour. Short: some milliseconds a call.
FilterSweep sweep_filters(Store& store, Instant now);

} // namespace campaigns
