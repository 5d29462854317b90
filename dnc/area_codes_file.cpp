#include "dnc/area_codes.hpp"
#include "dnc/geo_table.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace dnc {

namespace {

constexpr std::string_view kHeader = "code,country,regions,zones,geographic,source,confidence,note";

int read_code(const GeoLine& line) {
    const std::string_view field = line.fields[0];
    int code = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), code);
    const bool whole = error == std::errc{} && end == field.data() + field.size();
    if (!whole || code < 200 || code > 999 || code % 100 == 11) {
        line.refuse("'" + std::string{field} + "' is no area code (200 to 999, not N11)");
    }
    return code;
}

AreaCode read_row(const GeoLine& line) {
    AreaCode row;
    row.code = read_code(line);
    row.country = line.fields[1];
    row.regions = line.names(2, "regions");
    row.zones = line.names(3, "zones");
    row.geographic = line.fields[4] == "yes";
    row.premium = line.fields[4] == "premium";
    if (!row.geographic && !row.premium && line.fields[4] != "no") {
        line.refuse("the field 'geographic' must be yes, no or premium");
    }
    const bool country_optional = !row.geographic && row.country.empty();
    if (!country_optional && !is_country_code(row.country)) {
        line.refuse("the field 'country' must be two capital letters");
    }
    if (row.geographic == row.zones.empty()) {
        line.refuse("a geographic code needs a zone, and no other code may have one");
    }
    return row;
}

} // namespace

AreaCodes load_area_codes(const std::string& path) {
    std::vector<AreaCode> rows;
    std::array<std::size_t, 1000> line_of{};
    read_geo_table(path, kHeader, [&](const GeoLine& line) {
        rows.push_back(read_row(line));
        auto& first_line = line_of[static_cast<std::size_t>(rows.back().code)];
        if (first_line != 0) {
            line.refuse("area code " + std::to_string(rows.back().code) + " is already on line " +
                        std::to_string(first_line));
        }
        first_line = line.number;
    });
    return AreaCodes{std::move(rows)};
}

} // namespace dnc
