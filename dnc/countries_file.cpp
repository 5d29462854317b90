#include "dnc/countries.hpp"

#include "dnc/geo_table.hpp"
#include "dnc/places.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace dnc {

namespace {

constexpr std::string_view kCountriesHeader = "country,names,zones,part_of,source,confidence,note";
constexpr std::string_view kRegionsHeader = "country,region,names,zones,source,confidence,note";
constexpr std::string_view kNumbersHeader =
    "prefix,country,regions,zones,use,source,confidence,note";
constexpr std::string_view kPostalHeader = "country,prefix,regions,zones,source,confidence,note";

std::string read_country(const GeoLine& line, std::size_t field) {
    if (!is_country_code(line.fields[field])) {
        line.refuse("the field 'country' must be two capital letters");
    }
    return std::string{line.fields[field]};
}

std::vector<std::string> read_regions(const GeoLine& line, std::size_t field) {
    std::vector<std::string> regions = line.names(field, "regions");
    for (const std::string& region : regions) {
        if (region.size() > 3) {
            line.refuse("'" + region + "' is no region: at most three letters or digits");
        }
    }
    return regions;
}

Country read_country_row(const GeoLine& line) {
    Country row{.code = read_country(line, 0),
                .names = line.names(1, "names"),
                .zones = line.names(2, "zones"),
                .part_of = std::string{line.fields[3]}};
    if (!row.part_of.empty() && !is_country_code(row.part_of)) {
        line.refuse("the field 'part_of' must be two capital letters or empty");
    }
    if (row.zones.empty() == row.part_of.empty()) {
        line.refuse("a country needs a zone, unless it is part of another one");
    }
    return row;
}

Region read_region_row(const GeoLine& line) {
    const std::vector<std::string> code = read_regions(line, 1);
    if (code.size() != 1) {
        line.refuse("the field 'region' must hold one region");
    }
    return {.country = read_country(line, 0),
            .code = code.front(),
            .names = line.names(2, "names"),
            .zones = line.names(3, "zones")};
}

NumberUse read_use(const GeoLine& line, std::string_view text) {
    constexpr std::array<std::pair<std::string_view, NumberUse>, 3> kUses = {{
        {"people", NumberUse::geographic},
        {"other", NumberUse::not_geographic},
        {"premium", NumberUse::premium},
    }};
    const auto* const found = std::find_if(kUses.begin(), kUses.end(),
                                           [&](const auto& use) { return use.first == text; });
    if (found == kUses.end()) {
        line.refuse("the field 'use' must be people, other or premium");
    }
    return found->second;
}

NumberArea read_number_row(const GeoLine& line) {
    const std::string_view prefix = line.fields[0];
    const bool digits = !prefix.empty() && prefix.size() <= 12 &&
                        prefix.find_first_not_of("0123456789") == std::string_view::npos;
    if (!digits || prefix[0] == '0' || prefix[0] == '1') {
        line.refuse("'" + std::string{prefix} + "' is no prefix (digits, not from 0 or 1)");
    }
    NumberArea row{.prefix = std::string{prefix},
                   .country = {},
                   .regions = read_regions(line, 2),
                   .zones = line.names(3, "zones"),
                   .use = read_use(line, line.fields[4])};
    if (row.use == NumberUse::geographic || !line.fields[1].empty()) {
        row.country = read_country(line, 1);
    }
    if (row.use != NumberUse::geographic && !row.zones.empty()) {
        line.refuse("only numbers of people have zones");
    }
    return row;
}

PostalArea read_postal_row(const GeoLine& line) {
    PostalArea row{.country = read_country(line, 0),
                   .prefix = std::string{line.fields[1]},
                   .regions = read_regions(line, 2),
                   .zones = line.names(3, "zones")};
    if (row.prefix.empty() || row.prefix.size() > 8 || row.regions.empty()) {
        line.refuse("a prefix of 1 to 8 letters or digits and a region are needed");
    }
    return row;
}

/// Fills one table; `key` of two rows must differ.
template <class Row, class Read, class Key>
std::vector<Row> read_rows(const std::string& path, std::string_view header, Read read, Key key) {
    std::vector<Row> rows;
    std::vector<std::string> keys;
    read_geo_table(path, header, [&](const GeoLine& line) {
        rows.push_back(read(line));
        std::string name = key(rows.back());
        const auto at = std::lower_bound(keys.begin(), keys.end(), name);
        if (at != keys.end() && *at == name) {
            line.refuse("'" + name + "' comes twice");
        }
        keys.insert(at, std::move(name));
    });
    return rows;
}

} // namespace

World load_world(const std::string& folder) {
    const std::filesystem::path root{folder};
    World world;
    world.countries =
        read_rows<Country>((root / "countries.csv").string(), kCountriesHeader, read_country_row,
                           [](const Country& row) { return row.code; });
    world.regions =
        read_rows<Region>((root / "regions.csv").string(), kRegionsHeader, read_region_row,
                          [](const Region& row) { return row.country + "-" + row.code; });
    world.numbers =
        read_rows<NumberArea>((root / "numbers.csv").string(), kNumbersHeader, read_number_row,
                              [](const NumberArea& row) { return row.prefix; });
    world.postal =
        read_rows<PostalArea>((root / "postal.csv").string(), kPostalHeader, read_postal_row,
                              [](const PostalArea& row) { return row.country + " " + row.prefix; });
    return world;
}

Geography load_geography(const std::string& path) {
    const std::filesystem::path given{path};
    const std::filesystem::path folder = given.extension() == ".csv" ? given.parent_path() : given;
    return {.area_codes = load_area_codes((folder / "nanp.csv").string()),
            .world = load_world(folder.string())};
}

} // namespace dnc
