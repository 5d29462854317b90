#include "dnc/places.hpp"

#include <algorithm>

namespace dnc {

namespace {

constexpr std::size_t kCodes = 1000;
constexpr std::string_view kUnitedStates = "US";

/// N11 are services and N9X is kept for longer numbers: no such area code will ever have people.
bool can_be_assigned(std::size_t code) {
    return code >= 200 && code % 100 != 11 && code / 10 % 10 != 9;
}

void add_zone(Place& place, ZoneId zone) {
    if (std::find(place.zones.begin(), place.zones.end(), zone) == place.zones.end()) {
        place.zones.push_back(zone);
    }
}

void add_zones(Place& place, const std::vector<std::string>& names, const ZoneDatabase& zones) {
    for (const std::string& name : names) {
        if (const auto zone = zones.find(name)) {
            add_zone(place, *zone);
        } else {
            place.zones_known = false;
        }
    }
}

LineKind kind_of(const AreaCode& row) {
    if (!row.geographic) {
        return LineKind::not_geographic;
    }
    return row.country == kUnitedStates ? LineKind::us : LineKind::other_country;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// Order of region names without regard to the case of `text`; `region` is in capitals.
bool is_before(std::string_view region, std::string_view text) {
    return std::lexicographical_compare(region.begin(), region.end(), text.begin(), text.end(),
                                        [](char a, char b) { return upper(a) < upper(b); });
}

} // namespace

Places::Places(const AreaCodes& area_codes, const ZoneDatabase& zones) : by_code_(kCodes) {
    anywhere_.kind = LineKind::us_perhaps;
    add_zones(anywhere_, area_codes.all_us_zones(), zones);
    for (std::size_t code = 0; code < kCodes; ++code) {
        if (can_be_assigned(code)) {
            by_code_[code] = anywhere_;
        } else {
            by_code_[code].kind = LineKind::not_geographic;
        }
    }
    for (const AreaCode& row : area_codes.rows()) {
        Place& place = by_code_[static_cast<std::size_t>(row.code)];
        place = Place{.kind = kind_of(row), .zones = {}, .zones_known = true};
        add_zones(place, row.zones, zones);
        for (const std::string& region : row.regions) {
            const auto at = std::lower_bound(
                regions_.begin(), regions_.end(), region,
                [](const auto& entry, const std::string& key) { return entry.first < key; });
            const bool known = at != regions_.end() && at->first == region;
            const auto entry = known ? at : regions_.insert(at, {region, Place{}});
            add_zones(entry->second, row.zones, zones);
        }
    }
}

Place Places::find(Number number, std::string_view region) const {
    Place place = place_of_number(number);
    const std::string_view name = trimmed(region);
    if (!name.empty()) {
        const Place& address = place_of_region(name);
        for (const ZoneId zone : address.zones) {
            add_zone(place, zone);
        }
        place.zones_known = place.zones_known && address.zones_known;
    }
    return place;
}

const Place& Places::place_of_number(Number number) const {
    const std::optional<int> code = area_code(number);
    return code ? by_code_[static_cast<std::size_t>(*code)] : abroad_;
}

const Place& Places::place_of_region(std::string_view region) const {
    const auto at = std::lower_bound(
        regions_.begin(), regions_.end(), region,
        [](const auto& entry, std::string_view key) { return is_before(entry.first, key); });
    const bool found =
        at != regions_.end() && !is_before(at->first, region) && at->first.size() == region.size();
    return found ? at->second : anywhere_;
}

} // namespace dnc
