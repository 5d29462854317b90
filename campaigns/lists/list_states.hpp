#pragma once

// The lists of numbers as they are in force, and which of them are too old by the rules.

#include "campaigns/lists/lists.hpp"
#include "campaigns/types.hpp"
#include "dnc/pack.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace campaigns {

class Store;

/// One list with its newest version.
struct ListState {
    std::string name;
    dnc::ListKind kind = dnc::ListKind::other;
    std::string country;
    std::string region;
    std::string seller;
    std::int64_t version_id = 0; ///< 0: none was loaded
    std::optional<std::chrono::year_month_day> as_of;
    std::optional<Instant> loaded_at;
    std::int64_t rows = 0;
    std::int64_t bad = 0;      ///< lines that were left out
    std::string source;        ///< file name
    std::string sha256;        ///< of that file
    std::int64_t versions = 0; ///< that were ever loaded
};
[[nodiscard]] std::vector<ListState> list_states(Store& store);

/// The newest answers of the reassigned-numbers database.
struct ReassignedState {
    std::chrono::year_month_day as_of;
    Instant loaded_at{};
    std::int64_t rows = 0;
    std::string source;
};
[[nodiscard]] std::optional<ReassignedState> reassigned_state(Store& store);

/// How old a version may be: the strictest rule in force on a day.
struct ListTerm {
    std::string rule;
    std::string cite;
    std::chrono::sys_days good_until; ///< the last day
};
/// Nothing when no rule speaks of the age of such a list, or none was loaded.
[[nodiscard]] std::optional<ListTerm> list_term(const dnc::PackSet& packs, const ListState& list,
                                                std::chrono::sys_days day);

} // namespace campaigns
