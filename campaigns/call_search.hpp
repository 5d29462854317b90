#pragma once

// Calls by number, person, agent, campaign, time and result, newest first, a page at a time.

#include "campaigns/types.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace campaigns {

class Store;

/// What is empty does not matter.
struct CallQuery {
    std::optional<dnc::Number> number;
    std::string person;              ///< a part of the name in any case, or the external id
    std::string agent;               ///< the agent's name, in any case
    std::string campaign;            ///< its name
    std::string result;              ///< outcome or treatment: "busy", "abandoned"
    std::string disposition;         ///< the last that the agent said
    std::optional<Instant> from;     ///< of the attempt
    std::optional<Instant> to;       ///< first instant that is too late
    std::optional<AttemptId> before; ///< the page after this attempt
    int limit = 50;
};

/// So many attempts are looked at for one page, however few of them fit: the page then says where
/// to go on.
inline constexpr int kCallsLookedAt = 20'000;

/// JSON: `calls`, `next` (what `before` is for the next page; null: that was all), `looked_at` (how
/// many attempts), `looked_back_to` (the oldest of them; null: none).
[[nodiscard]] std::string search_calls(Store& store, const CallQuery& query);

} // namespace campaigns
