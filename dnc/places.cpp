#include "dnc/places.hpp"

#include <algorithm>

namespace dnc {

namespace {

// The longest number of other kinds than E.164 that anybody dials has six digits (116 123 and its
// like); seven digits are not enough for a country code and a subscriber.
constexpr std::int64_t kShortEnd = 10'000'000;
constexpr std::int64_t kE164End = 1'000'000'000'000'000; // 15 digits
constexpr std::int64_t kAlignedMin = kE164End / 10;
constexpr int kPremiumExchange = 976; // NANP: the same surcharge exchange in every area code
constexpr std::uint32_t kNowhere = 0;
constexpr std::uint32_t kUnitedStates = 1;

} // namespace

Place Places::find(Number number, const Address& address) const {
    Place place;
    find(number, address, place);
    return place;
}

void Places::find(Number number, const Address& address, Place& out) const {
    find_number(number, out);
    add_address(address, out);
}

void Places::find_number(Number number, Place& out) const {
    std::uint32_t area = kNowhere;
    out.kind = LineKind::unknown_country;
    out.area_code = 0;
    if (const auto code = dnc::area_code(number)) {
        std::tie(out.kind, area) = by_code_[static_cast<std::size_t>(*code)];
        out.area_code = *code;
        const bool reachable =
            out.kind == LineKind::geographic || out.kind == LineKind::unknown_code;
        if (reachable && number.e164 / 10'000 % 1000 == kPremiumExchange) {
            out.kind = LineKind::premium;
        }
    } else if (number.e164 > 0 && number.e164 < kShortEnd) {
        out.kind = LineKind::emergency;
        area = kUnitedStates; // without a country code a number is one of the NANP
    } else if (number.e164 > 0 && number.e164 < kE164End && !ranges_.empty()) {
        std::int64_t aligned = number.e164;
        while (aligned < kAlignedMin) {
            aligned *= 10;
        }
        const auto after = std::upper_bound(
            ranges_.begin(), ranges_.end(), aligned,
            [](std::int64_t value, const Range& range) { return value < range.first; });
        if (after != ranges_.begin()) {
            out.kind = std::prev(after)->kind;
            area = std::prev(after)->area;
        }
    }
    const Area& found = areas_[area];
    out.zones = found.zones;
    out.zones_known = found.zones_known;
    out.jurisdictions = found.jurisdictions;
    out.of_number = found.jurisdictions;
}

const Places::Area* Places::find_name(const std::vector<Name>& names, CountryCode country,
                                      std::string_view folded) const {
    const auto at = std::lower_bound(
        names.begin(), names.end(), folded, [&](const Name& name, std::string_view text) {
            return name.country != country ? name.country < country : name.text < text;
        });
    const bool found = at != names.end() && at->country == country && at->text == folded;
    return found ? &areas_[at->area] : nullptr;
}

} // namespace dnc
