#pragma once

// What the lists in memory say about one number, in the form in which rules ask.

#include "dnc/facts.hpp"
#include "dnc/places.hpp"
#include "dnc/suppression.hpp"

namespace dnc {

/// Answers of the snapshot's lists about the number of the call; what no list answers
/// (reassignment) is taken over from `facts.lists`. A registry that is asked for and does not exist
/// answers with a name and without a version. Views in `out` lead into the snapshot. Allocates
/// nothing once `out` has grown.
void set_list_facts(const CallFacts& facts, const Place& place, const SuppressionSnapshot& snapshot,
                    ListFacts& out);

/// Lists of the snapshot that speak of numbers of this place, with their versions.
struct AskedList {
    std::string_view name;
    std::int64_t version_id = 0;
    std::chrono::year_month_day as_of{};
};
[[nodiscard]] std::vector<AskedList> versions_asked(const Place& place,
                                                    const SuppressionSnapshot& snapshot);

} // namespace dnc
