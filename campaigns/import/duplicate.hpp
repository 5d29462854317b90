#pragma once

// What becomes of a row some of whose numbers another lead has. Pure.

#include "campaigns/import/import.hpp"
#include "campaigns/import/lookups.hpp"
#include "campaigns/import/rows.hpp"
#include "dnc/number.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace campaigns {

/// A number of a row that another lead has.
struct Duplicate {
    RowFinding finding;
    bool refuses = false; ///< the whole row; else the lead comes without the number
};

/// The row on line `earlier` has the number.
[[nodiscard]] Duplicate duplicate_in_file(std::int64_t earlier, dnc::Number number,
                                          std::int64_t line, const DedupePolicy& policy);
/// A lead that does not come from the file has the number.
[[nodiscard]] Duplicate duplicate_of(const NumberTaken& by, dnc::Number number, std::int64_t line,
                                     const DedupePolicy& policy);

/// What is left of a row's numbers.
struct Deduped {
    std::vector<std::size_t> kept;     ///< which of them, ascending; at least one
    std::vector<RowFinding> left_out;  ///< warnings, one a number that the lead comes without
    std::optional<RowFinding> refused; ///< the row as a whole; `kept` means nothing then
};

/// Any number that another lead has makes the row a duplicate: two leads with one number would have
/// one person called twice. Where the policy lets it pass, the lead comes without the number, as
/// long as it has another one. `find(i)` gives the std::optional<Duplicate> of the i-th number.
template <typename Find> [[nodiscard]] Deduped dedupe(std::size_t count, Find&& find) {
    Deduped rest;
    for (std::size_t i = 0; i < count; ++i) {
        std::optional<Duplicate> found = find(i);
        if (!found) {
            rest.kept.push_back(i);
            continue;
        }
        if (found->refuses || (rest.kept.empty() && i + 1 == count)) {
            rest.refused = std::move(found->finding);
            return rest;
        }
        rest.left_out.push_back(std::move(found->finding));
        rest.left_out.back().reason += "_left_out";
    }
    return rest;
}

} // namespace campaigns
