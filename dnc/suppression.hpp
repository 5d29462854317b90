#pragma once

// Who must not be called: numbers by list, held in memory for the gate.

#include "dnc/number_set.hpp"
#include "dnc/time.hpp"

#include <bitset>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace dnc {

/// What kind of promise a list is.
enum class ListKind {
    national,   ///< a country's registry, 47 CFR 64.1200(c)(2)
    company,    ///< a seller's own do-not-call list; changes act at once, 47 CFR 64.1200(d)
    other,      ///< any further list of numbers not to call
    state,      ///< a state's own registry
    preference, ///< TPS, RPO and their like
    litigator,  ///< people known to sue
    wireless,   ///< numbers of wireless carriers: says what kind of line a number is
    ported,     ///< numbers that went from a landline to a wireless carrier
    landline,   ///< numbers that went from a wireless carrier to a landline
};

/// One list in force: the loaded version and its numbers.
struct SuppressionList {
    std::int64_t id = 0;
    std::string name;
    ListKind kind = ListKind::other;
    std::int64_t version_id = 0;         ///< 0: nothing was ever loaded
    std::chrono::year_month_day as_of{}; ///< the version's own date
    NumberSet numbers;
    std::string country = {}; ///< whose registry, "US"; empty: of no one country
    std::string region = {};  ///< "MA", for lists of states
    std::string seller = {};  ///< whose list; empty: every seller's
    /// Area codes that the version covers (bit = code); all, when it does not say.
    std::bitset<1000> area_codes = std::bitset<1000>{}.set();
};

/// All lists, with the time up to which the company lists' change feed is known to be complete.
/// Owned by the control loop; opt-outs are inserted as they come in, versions are swapped whole.
struct SuppressionSnapshot {
    std::vector<SuppressionList> lists;
    Instant feed_alive_at{}; ///< last proof that the change feed works; stale means deny
};

} // namespace dnc
