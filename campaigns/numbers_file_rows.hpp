#pragma once

// One line of a file of numbers not to be called. Pure.

#include "campaigns/csv.hpp"
#include "dnc/number.hpp"

#include <string>
#include <variant>

namespace campaigns {

/// Blank lines, comments (#...) and column names.
struct NotANumberLine {};
/// Something that should have been a number.
struct BadLine {
    std::int64_t line = 0;
    std::string value; ///< shortened
    std::string why;
};
/// The file is not a list of numbers but of changes to one (a column of A and D): loading it as a
/// full list would take everybody else off the list.
struct ChangeListLine {};

using NumberLine = std::variant<dnc::Number, NotANumberLine, BadLine, ChangeListLine>;

/// Reads "+12125550123", "(212) 555-0123", "2125550123,..." and the registry's "212,5550123".
/// `may_be_header`: no number was read so far.
[[nodiscard]] NumberLine read_number_line(const csv::Row& row, bool may_be_header);

} // namespace campaigns
