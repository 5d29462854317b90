#pragma once

// What a decision to dial rests on that another engine could use up at the same moment: slots in a
// cap on calls. The store takes them in the transaction that makes the attempt's row.

#include "dnc/pack.hpp"

#include <string>
#include <vector>

namespace dnc {

/// The call may be placed only while fewer than `limit` matching calls were placed since `from`.
struct CapReservation {
    std::string rule;                  ///< "FL-CAP"
    std::vector<CapKey> keys;          ///< that a call must share with this one to count
    Instant from{};                    ///< inclusive
    int limit = 0;                     ///< 1 or more
    std::vector<PastOutcome> outcomes; ///< that count; empty: all but not_alerted
    bool inbound_counts = false;
};

} // namespace dnc
