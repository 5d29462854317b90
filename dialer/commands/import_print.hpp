#pragma once

// What people see of imports at a terminal.

#include "campaigns/import/imports.hpp"
#include "campaigns/import/preview.hpp"

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace dialer::commands {

/// The name under which the program runs, for records of who did something.
[[nodiscard]] std::string system_user();

[[nodiscard]] boost::json::object counts_json(const std::map<std::string, std::int64_t>& counts);
void print_counts(std::string_view title, const std::map<std::string, std::int64_t>& counts);
void print_scrub(const campaigns::ScrubReport& scrub);
void print_preview(const campaigns::ImportPreview& preview);
void print_record(const campaigns::ImportRecord& record);

} // namespace dialer::commands
