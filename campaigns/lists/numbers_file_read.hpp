#pragma once

// One pass over a file of numbers, whatever its form: the records, the bad lines, and whether the
// file is whole.

#include "campaigns/import/import.hpp"
#include "campaigns/lists/numbers_file.hpp"
#include "campaigns/lists/numbers_file_source.hpp"
#include "dnc/registry.hpp"

#include <functional>
#include <optional>
#include <string>

namespace campaigns {

/// Reads the file through and fills lines, bad, bad_lines, notices and sha256 of `summary`. Returns
/// why the file must be refused: it is not what it should be, it was cut off, it has another number
/// of records than was declared, or more than 1 % of its lines are bad.
[[nodiscard]] std::optional<std::string>
read_numbers_file(NumbersSource& source, const NumbersRequest& request,
                  const dnc::RegistryOptions& options, NumbersSummary& summary,
                  const OnProgress& on_progress,
                  const std::function<void(const dnc::RegistryRecord&)>& on_record);

} // namespace campaigns
