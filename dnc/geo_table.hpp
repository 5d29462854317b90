#pragma once

// Reading of the tables in dnc/geo: lines of fields separated by commas, with a header row, notes
// after '#', and lists separated by '|'.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace dnc {

/// One row of a table, with its place for messages.
struct GeoLine {
    const std::string& path;
    std::size_t number; ///< from 1
    std::vector<std::string_view> fields;

    /// Throws std::runtime_error "path:number: why".
    [[noreturn]] void refuse(std::string_view why) const;

    /// The names of a list field. Throws when one is empty or comes twice.
    [[nodiscard]] std::vector<std::string> names(std::size_t field, std::string_view what) const;
};

/// Calls `row` for each row of the file. The last three columns of every table are source,
/// confidence and note; source and confidence are checked here. Throws std::runtime_error naming
/// file and line when the file cannot be read, has another header, no row, or a row with another
/// number of fields.
void read_geo_table(const std::string& path, std::string_view header,
                    const std::function<void(const GeoLine&)>& row);

/// Two capital letters.
[[nodiscard]] bool is_country_code(std::string_view text);

} // namespace dnc
