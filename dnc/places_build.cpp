#include "dnc/places.hpp"
#include "dnc/places_text.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace dnc {

namespace {

constexpr std::size_t kCodes = 1000;
constexpr std::size_t kE164Digits = 15;
constexpr std::string_view kUnitedStates = "US";

template <class Value> void insert_once(std::vector<Value>& sorted, const Value& value) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), value);
    if (at == sorted.end() || *at != value) {
        sorted.insert(at, value);
    }
}

/// 988 is dialed by itself, as 911 is (47 CFR 52.200).
bool is_service(std::size_t code) {
    return code % 100 == 11 || code == 988;
}

/// N9X, 37X and 96X are kept for longer numbers (ATIS-0300055): no such area code has people.
bool can_be_assigned(std::size_t code) {
    const std::size_t decade = code / 10;
    return code >= 200 && decade % 10 != 9 && decade != 37 && decade != 96;
}

LineKind kind_of(const AreaCode& row) {
    if (row.geographic) {
        return LineKind::geographic;
    }
    return row.premium ? LineKind::premium : LineKind::not_geographic;
}

LineKind kind_of(NumberUse use) {
    switch (use) {
    case NumberUse::geographic:
        return LineKind::geographic;
    case NumberUse::not_geographic:
        return LineKind::not_geographic;
    case NumberUse::premium:
        return LineKind::premium;
    }
    return LineKind::unknown_country;
}

std::array<char, 2> country_code(std::string_view text) {
    if (text.size() != 2) {
        throw std::invalid_argument{"'" + std::string{text} + "' is no country of two letters"};
    }
    return {text[0], text[1]};
}

Jurisdiction jurisdiction(std::string_view country, std::string_view region) {
    Jurisdiction result{.country = country_code(country), .region = {}};
    if (region.size() > result.region.size()) {
        throw std::invalid_argument{"'" + std::string{region} + "' is no region of " +
                                    std::string{country} + ": more than three letters"};
    }
    std::copy(region.begin(), region.end(), result.region.begin());
    return result;
}

/// What can be known of other tables when there are only area codes.
World world_of(const AreaCodes& area_codes) {
    World world;
    world.countries.push_back({.code = std::string{kUnitedStates},
                               .names = {"USA", "United States"},
                               .zones = area_codes.all_us_zones(),
                               .part_of = {}});
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> zones;
    for (const AreaCode& row : area_codes.rows()) {
        for (const std::string& region : row.regions) {
            for (const std::string& zone : row.zones) {
                insert_once(zones[{row.country, region}], zone);
            }
        }
    }
    for (auto& [key, names] : zones) {
        world.regions.push_back(
            {.country = key.first, .code = key.second, .names = {}, .zones = std::move(names)});
    }
    return world;
}

} // namespace

/// Turns names into indexes. Lives while places are made.
class Places::Builder {
public:
    Builder(Places& places, const ZoneDatabase& zones) : places_{places}, zones_{zones} {}

    void build(const Geography& geography) {
        places_.areas_.emplace_back(); // nowhere
        places_.areas_.push_back(area(kUnitedStates, {}, {}));
        add_regions(geography.world);
        add_countries(geography.world);
        add_postal(geography.world);
        add_area_codes(geography.area_codes);
        add_ranges(geography.world);
    }

private:
    using Names = std::vector<std::string>;

    Area area(std::string_view country, const Names& regions, const Names& zones) {
        Area made;
        insert_once(made.jurisdictions, jurisdiction(country, {}));
        for (const std::string& region : regions) {
            insert_once(made.jurisdictions, jurisdiction(country, region));
        }
        for (const std::string& name : zones) {
            if (const auto zone = zones_.find(name)) {
                insert_once(made.zones, *zone);
            } else {
                made.zones_known = false;
            }
        }
        return made;
    }

    std::uint32_t add(Area made) {
        places_.areas_.push_back(std::move(made));
        return static_cast<std::uint32_t>(places_.areas_.size() - 1);
    }

    static void add_name(std::vector<Name>& names, CountryCode country, std::string_view text,
                         std::uint32_t area) {
        names.push_back(
            {.country = country, .text = std::string{FoldedText{text}.view()}, .area = area});
    }

    /// Sorts, and refuses a name with two meanings.
    static void settle(std::vector<Name>& names) {
        std::sort(names.begin(), names.end());
        const auto same = [](const Name& a, const Name& b) {
            return a.country == b.country && a.text == b.text;
        };
        names.erase(std::unique(names.begin(), names.end()), names.end());
        const auto twice = std::adjacent_find(names.begin(), names.end(), same);
        if (twice != names.end()) {
            throw std::invalid_argument{"the name '" + twice->text + "' has two meanings"};
        }
    }

    void add_regions(const World& world) {
        for (const Region& region : world.regions) {
            Area made = area(region.country, {region.code}, region.zones);
            made.zones_known = made.zones_known && !region.zones.empty();
            const std::uint32_t index = add(std::move(made));
            const CountryCode country = country_code(region.country);
            add_name(places_.regions_, country, region.code, index);
            for (const std::string& name : region.names) {
                add_name(places_.regions_, country, name, index);
            }
        }
        settle(places_.regions_);
    }

    void add_countries(const World& world) {
        for (const Country& country : world.countries) {
            std::uint32_t index = 0;
            if (country.part_of.empty()) {
                index = add(area(country.code, {}, country.zones));
            } else {
                const Area* const region = places_.find_name(
                    places_.regions_, country_code(country.part_of), country.code);
                if (region == nullptr) {
                    throw std::invalid_argument{country.code + " is no region of " +
                                                country.part_of};
                }
                index = static_cast<std::uint32_t>(region - places_.areas_.data());
            }
            add_name(places_.countries_, {}, country.code, index);
            for (const std::string& name : country.names) {
                add_name(places_.countries_, {}, name, index);
            }
        }
        settle(places_.countries_);
    }

    void add_postal(const World& world) {
        for (const PostalArea& row : world.postal) {
            Area made = area(row.country, row.regions, row.zones);
            made.zones_known = made.zones_known && !row.zones.empty();
            add_name(places_.postal_, country_code(row.country), row.prefix, add(std::move(made)));
        }
        settle(places_.postal_);
    }

    void add_area_codes(const AreaCodes& area_codes) {
        const Area* const known = places_.find_name(places_.countries_, {}, kUnitedStates);
        const std::uint32_t anywhere = add(
            known != nullptr ? Area{*known} : area(kUnitedStates, {}, area_codes.all_us_zones()));
        for (std::size_t code = 0; code < kCodes; ++code) {
            const auto kind = is_service(code)        ? LineKind::emergency
                              : can_be_assigned(code) ? LineKind::unknown_code
                                                      : LineKind::not_geographic;
            places_.by_code_[code] = {kind, kind == LineKind::unknown_code ? anywhere : 1U};
        }
        for (const AreaCode& row : area_codes.rows()) {
            const std::string_view country =
                row.country.empty() ? kUnitedStates : std::string_view{row.country};
            places_.by_code_[static_cast<std::size_t>(row.code)] = {
                kind_of(row), add(area(country, row.regions, row.zones))};
        }
    }

    /// Zones of a row: its own, or those of its regions, or those of its country.
    Area area_of(const NumberArea& row) {
        if (row.country.empty()) {
            return {};
        }
        Area made = area(row.country, row.regions, row.zones);
        if (!row.zones.empty() || row.use != NumberUse::geographic) {
            return made;
        }
        for (const std::string& region : row.regions) {
            merge(made, places_.find_name(places_.regions_, country_code(row.country),
                                          FoldedText{region}.view()));
        }
        if (row.regions.empty()) {
            merge(made, places_.find_name(places_.countries_, {}, row.country));
        }
        return made;
    }

    static void merge(Area& into, const Area* from) {
        if (from == nullptr) {
            into.zones_known = false;
            return;
        }
        into.zones_known = into.zones_known && from->zones_known;
        for (const ZoneId zone : from->zones) {
            insert_once(into.zones, zone);
        }
    }

    /// Nested prefixes become ranges side by side, so that one binary search finds the longest.
    void add_ranges(const World& world) {
        std::map<std::string, std::pair<LineKind, std::uint32_t>, std::less<>> by_prefix;
        std::vector<std::int64_t> edges;
        for (const NumberArea& row : world.numbers) {
            const auto [at, is_new] = by_prefix.try_emplace(row.prefix);
            if (!is_new) {
                throw std::invalid_argument{"the prefix " + row.prefix + " comes twice"};
            }
            at->second = {kind_of(row.use), add(area_of(row))};
            std::int64_t first = std::stoll(row.prefix);
            std::int64_t next = first + 1;
            for (std::size_t digits = row.prefix.size(); digits < kE164Digits; ++digits) {
                first *= 10;
                next *= 10;
            }
            insert_once(edges, first);
            insert_once(edges, next);
        }
        for (const std::int64_t edge : edges) {
            const std::string digits = std::to_string(edge);
            Range range{.first = edge, .kind = LineKind::unknown_country, .area = 0};
            for (std::size_t length = 1; length <= digits.size(); ++length) {
                const auto found = by_prefix.find(std::string_view{digits}.substr(0, length));
                if (found != by_prefix.end()) {
                    std::tie(range.kind, range.area) = found->second;
                }
            }
            places_.ranges_.push_back(range);
        }
    }

    Places& places_;
    const ZoneDatabase& zones_;
};

Places::Places(const Geography& geography, const ZoneDatabase& zones) {
    Builder{*this, zones}.build(geography);
}

Places::Places(const AreaCodes& area_codes, const ZoneDatabase& zones)
    : Places{Geography{area_codes, world_of(area_codes)}, zones} {}

} // namespace dnc
