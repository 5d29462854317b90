#pragma once

// From a campaign, a lead and what is in memory to the facts that the gate decides on. Pure.

#include "campaigns/ledger/ledger.hpp"
#include "campaigns/types.hpp"
#include "dnc/facts.hpp"
#include "dnc/pack.hpp"
#include "dnc/suppression.hpp"

#include <chrono>
#include <optional>
#include <vector>

namespace campaigns {

/// From the decision to the INVITE.
inline constexpr std::chrono::seconds kClearanceAgeMax{2};
/// From the INVITE to the first sign of ringing.
inline constexpr std::chrono::seconds kProgressMax{30};

/// Where the facts of one call come from.
struct FactSources {
    const Campaign& campaign;
    const Lead& lead;
    std::size_t phone = 0; ///< into lead.phones
    bool by_hand = false;  ///< an agent dials it and is kept for it
    const std::optional<Declarations>& declared;
    /// Of that phone, recorded after the lead was leased.
    std::vector<dnc::Revocation> said_since = {};
    const dnc::SuppressionSnapshot& lists;
    dnc::Instant now{};
    /// Lists of wireless and ported numbers that are older say nothing.
    std::chrono::days line_data_max{};
};

[[nodiscard]] dnc::CallFacts call_facts(FactSources sources);

/// What kind of line the number is by the lists of wireless and ported numbers; nothing when none
/// of them was loaded, or none is younger than `age_max`. A ported number counts as wireless at
/// once: the lists do not say on which day it was ported.
[[nodiscard]] std::optional<dnc::LineType> line_type_of(dnc::Number number,
                                                        const dnc::SuppressionSnapshot& lists,
                                                        dnc::Instant now,
                                                        std::chrono::days age_max);

/// How far back the caps of these packs look, at most.
[[nodiscard]] std::chrono::days memory_of(const dnc::PackSet& packs);
/// For how long the packs let a caller not know that a number was ported; the longest of them.
[[nodiscard]] std::chrono::days port_grace_of(const dnc::PackSet& packs);

} // namespace campaigns
