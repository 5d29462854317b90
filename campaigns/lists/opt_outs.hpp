#pragma once

// Requests not to be called again, one by one, and how soon each took effect.

#include "campaigns/types.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace campaigns {

class Store;

struct OptOutQuery {
    std::optional<Instant> from;
    std::optional<Instant> to; ///< first instant that is too late
    std::int64_t before = 0;   ///< the page after this change; 0: the newest
    int limit = 50;
};

/// JSON: `opt_outs`, newest first, and `next` (what `before` is for the next page; null: that was
/// all). Of each: the calls to the number that were open when it was made and the last of their
/// ends after it, and the calls to it that were made afterwards.
[[nodiscard]] std::string opt_outs(Store& store, const OptOutQuery& query);

} // namespace campaigns
