#pragma once

// Where a called party may be: every plausible zone, from the number and the address together.

#include "dnc/area_codes.hpp"
#include "dnc/number.hpp"
#include "dnc/zones.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dnc {

/// What the rules can make of a number's area code.
enum class LineKind {
    us,             ///< United States and its territories
    us_perhaps,     ///< area code not in the table: newer than the table, or mistyped
    not_geographic, ///< toll-free, premium, personal, or never assigned
    other_country,
};

/// All places a call to one number may reach.
struct Place {
    LineKind kind = LineKind::other_country;
    std::vector<ZoneId> zones; ///< each once; union over number and address
    bool zones_known = true;   ///< false: a zone of the table is not in the zone data
};

/// Weaker evidence never widens the window: an address adds zones to those of the number and
/// takes none away. Thread-safe after construction; keeps no reference.
class Places {
public:
    Places(const AreaCodes& area_codes, const ZoneDatabase& zones);

    /// `region` as in the area code table ("FL", in any case), empty when not known. A region that
    /// is not in the table may be anywhere in the United States.
    [[nodiscard]] Place find(Number number, std::string_view region) const;

private:
    [[nodiscard]] const Place& place_of_number(Number number) const;
    [[nodiscard]] const Place& place_of_region(std::string_view region) const;

    std::vector<Place> by_code_;                         // 1000 entries
    std::vector<std::pair<std::string, Place>> regions_; // sorted by region
    Place anywhere_;                                     // all zones of the United States
    Place abroad_;                                       // country codes other than 1: no zones
};

} // namespace dnc
