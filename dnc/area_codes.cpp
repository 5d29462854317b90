#include "dnc/area_codes.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace dnc {

namespace {

constexpr std::size_t kCodes = 1000;
constexpr std::string_view kUnitedStates = "US";

bool is_territory(const AreaCode& row) {
    constexpr std::array<std::string_view, 5> kTerritories = {"AS", "GU", "MP", "PR", "VI"};
    return std::any_of(row.regions.begin(), row.regions.end(), [&](const std::string& region) {
        return std::find(kTerritories.begin(), kTerritories.end(), region) != kTerritories.end();
    });
}

} // namespace

AreaCodes::AreaCodes(std::vector<AreaCode> rows) : rows_{std::move(rows)}, by_code_(kCodes, 0) {
    std::sort(rows_.begin(), rows_.end(),
              [](const AreaCode& a, const AreaCode& b) { return a.code < b.code; });
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const AreaCode& row = rows_[i];
        if (row.code < 200 || row.code > 999) {
            throw std::invalid_argument{"area code " + std::to_string(row.code) +
                                        " is not between 200 and 999"};
        }
        auto& slot = by_code_[static_cast<std::size_t>(row.code)];
        if (slot != 0) {
            throw std::invalid_argument{"area code " + std::to_string(row.code) +
                                        " is in the table twice"};
        }
        slot = static_cast<std::uint16_t>(i + 1);
        if (row.country == kUnitedStates && !is_territory(row)) {
            us_zones_.insert(us_zones_.end(), row.zones.begin(), row.zones.end());
        }
    }
    std::sort(us_zones_.begin(), us_zones_.end());
    us_zones_.erase(std::unique(us_zones_.begin(), us_zones_.end()), us_zones_.end());
}

const AreaCode* AreaCodes::find(int code) const {
    if (code < 0 || code >= static_cast<int>(kCodes)) {
        return nullptr;
    }
    const std::uint16_t slot = by_code_[static_cast<std::size_t>(code)];
    return slot == 0 ? nullptr : &rows_[slot - 1U];
}

} // namespace dnc
