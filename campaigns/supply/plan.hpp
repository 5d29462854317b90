#pragma once

// How a lease is divided among lists and places. Pure.

#include <cstdint>
#include <span>
#include <vector>

namespace campaigns {

/// Ready and due leads of one list, place and priority.
struct SupplyGroup {
    std::int64_t list = 0;
    std::int32_t place = 0;
    int priority = 0;      ///< of the leads
    int list_priority = 0; ///< lifts it
    int list_weight = 1;   ///< > 0
    std::int64_t leads = 0;

    [[nodiscard]] int level() const { return priority > list_priority ? priority : list_priority; }
};

/// So many leads of one group, in the order in which they are to be dialed.
struct SupplyShare {
    std::int64_t list = 0;
    std::int32_t place = 0;
    int priority = 0;
    int take = 0;

    friend bool operator==(const SupplyShare&, const SupplyShare&) = default;
};

/// Divides `count` leads: the highest level first; in a level by the weights of the lists, as long
/// as they have leads; in a list by the sizes of its groups, some eight at once. `start`, 0 <=
/// start < 1, is the point from which whole numbers are drawn: over uniformly drawn starts every
/// list gets exactly its share, also of leases smaller than the number of lists. At most `count`
/// shares, whatever the groups are.
[[nodiscard]] std::vector<SupplyShare> divide_supply(std::span<const SupplyGroup> groups, int count,
                                                     double start);

} // namespace campaigns
