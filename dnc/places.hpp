#pragma once

// Where a called party may be: every plausible zone and jurisdiction, from the number and the
// address together.

#include "dnc/area_codes.hpp"
#include "dnc/countries.hpp"
#include "dnc/facts.hpp"
#include "dnc/number.hpp"
#include "dnc/pack.hpp"
#include "dnc/zones.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dnc {

/// What a number is by its digits.
enum class LineKind : std::uint8_t {
    geographic,      ///< people of a known place
    unknown_code,    ///< area code not in the table: newer than the table, or mistyped
    not_geographic,  ///< toll-free, personal, machines, or never assigned
    premium,         ///< the caller pays a surcharge: 900, 976, and what other countries have
    emergency,       ///< 911, 988, N11 services and all other short numbers
    unknown_country, ///< country code not in the tables
};

/// All places a call to one number may reach.
struct Place {
    LineKind kind = LineKind::unknown_country;
    std::vector<ZoneId> zones; ///< sorted, each once; union over number and address
    /// False: a zone of the tables is not in the zone data, or the address names a country or a
    /// place whose zones nobody knows.
    bool zones_known = true;
    /// Sorted, each once; countries and regions of the number and of the address: "US", "US-FL".
    std::vector<Jurisdiction> jurisdictions;
    std::vector<Jurisdiction> of_number; ///< of the number alone
    int area_code = 0;                   ///< NANP, else 0
};

/// All tables of dnc/geo.
struct Geography {
    AreaCodes area_codes;
    World world;
};

/// Reads dnc/geo. `path` is the folder or its nanp.csv. Throws std::runtime_error naming file and
/// line.
[[nodiscard]] Geography load_geography(const std::string& path);

/// Weaker evidence never widens the window: an address adds zones and jurisdictions to those of
/// the number and takes none away. Thread-safe after construction; keeps no reference.
class Places {
public:
    Places(const Geography& geography, const ZoneDatabase& zones);

    /// Without the tables of other countries, regions and postal codes: regions are those of the
    /// area codes, and all other countries are unknown.
    Places(const AreaCodes& area_codes, const ZoneDatabase& zones);

    /// Fills `out` anew. Allocates nothing once the vectors of `out` have grown.
    void find(Number number, const Address& address, Place& out) const;
    [[nodiscard]] Place find(Number number, const Address& address) const;

private:
    using CountryCode = std::array<char, 2>;

    /// A place without its line kind: what a country, region, area code or postal code stands for.
    struct Area {
        std::vector<ZoneId> zones;
        bool zones_known = true;
        std::vector<Jurisdiction> jurisdictions;
    };
    /// Something that an address can name, by its folded name.
    struct Name {
        CountryCode country; ///< zeros for names of countries
        std::string text;
        std::uint32_t area; ///< into areas_
        friend auto operator<=>(const Name&, const Name&) = default;
    };
    /// Numbers from `first` on, digits aligned to the left, up to the next range.
    struct Range {
        std::int64_t first;
        LineKind kind;
        std::uint32_t area;
    };
    class Builder;
    class AddressReader;

    [[nodiscard]] const Area* find_name(const std::vector<Name>& names, CountryCode country,
                                        std::string_view folded) const;
    void find_number(Number number, Place& out) const;
    void add_address(const Address& address, Place& out) const;

    std::vector<Area> areas_; // [0] is nowhere, [1] the United States without a place
    std::array<std::pair<LineKind, std::uint32_t>, 1000> by_code_{}; // NANP
    std::vector<Range> ranges_;   // sorted by first; all other numbers
    std::vector<Name> countries_; // sorted; codes and names
    std::vector<Name> regions_;   // sorted; codes and names
    std::vector<Name> postal_;    // sorted by country and prefix
};

} // namespace dnc
