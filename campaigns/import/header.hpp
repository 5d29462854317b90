#pragma once

// The header of a lead list: from its cells, the choices of a person and what is remembered of the
// source to the columns that are read.

#include "campaigns/files/csv.hpp"
#include "campaigns/import/columns.hpp"
#include "campaigns/import/imports.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace campaigns {

/// How columns are chosen: by hand, else as remembered, else by their names.
struct HeaderChoices {
    std::vector<ColumnChoice> by_hand;
    std::optional<ImportSource> remembered; ///< asked only when nothing is chosen by hand
};

[[nodiscard]] std::variant<ColumnMap, ColumnFault> read_header(const csv::Row& row,
                                                               const HeaderChoices& choices);

/// "Cell Phone -> phone" of each column that is used.
[[nodiscard]] std::vector<std::string> describe_columns(const ColumnMap& map);

/// What there is to say about columns that are not used.
[[nodiscard]] std::vector<std::string> notices_of(const ColumnMap& map);

} // namespace campaigns
