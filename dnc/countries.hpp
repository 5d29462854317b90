#pragma once

// The world outside the area code table, as dated data: countries, their regions, what the first
// digits of a number say, and what a postal code says.

#include <string>
#include <vector>

namespace dnc {

/// A country of ISO 3166-1.
struct Country {
    std::string code;               ///< "GB"
    std::vector<std::string> names; ///< "GBR", "United Kingdom": how addresses write it
    std::vector<std::string> zones; ///< tz database names, all of them
    /// Another country of which it is a region by the same code ("US" for PR); its laws hold, and
    /// its zones are those of the region.
    std::string part_of;
};

/// A state, province or territory.
struct Region {
    std::string country;
    std::string code;               ///< "FL"
    std::vector<std::string> names; ///< "Florida"
    /// All of its zones. None: its people may be anywhere in the world (armed forces abroad).
    std::vector<std::string> zones;
};

/// What a range of numbers is for.
enum class NumberUse {
    geographic,     ///< people, mobile phones included
    not_geographic, ///< freephone, shared cost, personal, machines
    premium,
};

/// What numbers that begin with `prefix` are; of two prefixes the longer one tells.
struct NumberArea {
    std::string prefix;               ///< country code and what follows it: "44", "5592"
    std::string country;              ///< empty for codes that no country has
    std::vector<std::string> regions; ///< empty: anywhere in the country
    std::vector<std::string> zones;   ///< empty: all of the country
    NumberUse use = NumberUse::geographic;
};

/// Where postal codes that begin with `prefix` are; of two prefixes the longer one tells.
struct PostalArea {
    std::string country;
    std::string prefix;               ///< "324"
    std::vector<std::string> regions; ///< every one that it touches
    std::vector<std::string> zones;   ///< every one that it touches; none: anywhere in the world
};

struct World {
    std::vector<Country> countries;
    std::vector<Region> regions;
    std::vector<NumberArea> numbers;
    std::vector<PostalArea> postal;
};

/// Reads countries.csv, regions.csv, numbers.csv and postal.csv of a folder. Throws
/// std::runtime_error naming file and line.
[[nodiscard]] World load_world(const std::string& folder);

} // namespace dnc
