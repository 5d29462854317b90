#pragma once

// All rules of the packs that apply, on one call at one instant.

#include "dnc/caps.hpp"
#include "dnc/rules_judgement.hpp"

#include <vector>

namespace dnc {

/// Fills all of `out` but its place, which is there already. Packs in the order of `rules`.
void evaluate(const RuleSet& rules, const Call& call, Instant at, Judgement& out);

/// For each cap that looks at the call of a judgement and is not lifted.
[[nodiscard]] std::vector<CapReservation> reservations(const Call& call,
                                                       const Judgement& judgement);

} // namespace dnc
