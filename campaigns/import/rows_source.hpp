#pragma once

// The rows of a lead list, whatever kind of file it is: its type is found by its content.

#include "campaigns/files/csv.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace campaigns {

/// What kind of file was read.
struct RowsSource {
    std::string type;                ///< "CSV, separated by ;", "XLSX, sheet Leads"
    std::vector<std::string> sheets; ///< of a workbook
};

/// Bytes done and in total; false ends the reading.
using OnBytes = std::function<bool(std::uint64_t done, std::uint64_t total)>;

/// Reads the file's rows into the listener; the first one is the header. `sheet` is for workbooks.
/// Returns why the file as a whole cannot be used, for people, without its name. Throws SourceError
/// when it cannot be read.
[[nodiscard]] std::optional<std::string> read_rows(const std::string& path,
                                                   const std::string& sheet,
                                                   csv::Reader::Listener& listener,
                                                   const OnBytes& on_bytes, RowsSource& out);

} // namespace campaigns
