#pragma once

// Where a NANP area code may be: country, regions and every plausible time zone, as dated data.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dnc {

/// What an area code stands for. An overlay has all zones of the codes it overlays.
struct AreaCode {
    int code = 0;                     ///< 200 .. 999
    std::string country;              ///< ISO 3166, "US"
    std::vector<std::string> regions; ///< "FL"; more than one only where a code crosses a border
    std::vector<std::string> zones;   ///< tz database names, at least one for geographic codes
    bool geographic = true;           ///< false: toll-free, premium, personal numbering
    bool premium = false;             ///< the caller pays a surcharge
};

/// The table, read once. Thread-safe after construction.
class AreaCodes {
public:
    /// Throws std::invalid_argument when a code is no area code or comes twice.
    explicit AreaCodes(std::vector<AreaCode> rows);

    /// nullptr when the code is not in the table: then the narrowest window applies.
    [[nodiscard]] const AreaCode* find(int code) const;

    /// All rows, by ascending code.
    [[nodiscard]] const std::vector<AreaCode>& rows() const { return rows_; }

    /// Every zone of the fifty states and DC that appears in the table, for unknown codes. The
    /// territories have codes of their own that are long known.
    [[nodiscard]] const std::vector<std::string>& all_us_zones() const { return us_zones_; }

private:
    std::vector<AreaCode> rows_;         // sorted by code
    std::vector<std::uint16_t> by_code_; // 1000 entries: index + 1 into rows_, 0 for none
    std::vector<std::string> us_zones_;
};

/// Reads dnc/geo/nanp.csv. Throws std::runtime_error naming file and line.
[[nodiscard]] AreaCodes load_area_codes(const std::string& path);

} // namespace dnc
