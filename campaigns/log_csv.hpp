#pragma once

// The exported dial log as a CSV file.

#include <string>
#include <string_view>

namespace campaigns {

/// The first line, with its line end.
[[nodiscard]] std::string log_csv_header();
/// One line with its line end, from one row of Store::export_log.
[[nodiscard]] std::string log_csv_line(std::string_view json_row);

} // namespace campaigns
