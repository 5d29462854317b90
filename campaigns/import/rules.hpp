#pragma once

// What an import asks about the numbers and addresses of its leads.

#include "dnc/gate.hpp"
#include "dnc/places.hpp"
#include "dnc/zones.hpp"

#include <chrono>
#include <string>

namespace campaigns {

/// Used by one import at a time from one further thread; all of it outlives the import.
struct ImportRules {
    const dnc::Gate& gate;
    const dnc::Places& places; ///< of the same tables as the gate's
    const dnc::ZoneDatabase& zones;
    std::string lists_cache = {};        ///< folder of large lists as files; empty: none
    std::chrono::days line_data_max{15}; ///< older lists of wireless numbers say nothing
};

} // namespace campaigns
