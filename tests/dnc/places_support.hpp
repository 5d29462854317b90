#pragma once

// What the tests of places share: the shipped tables, people's places, and readable answers.

#include "dnc/places.hpp"

#include <set>
#include <string>
#include <vector>

namespace dnc_tests {

using Names = std::set<std::string>;

/// The system's zones and the tables of dnc/geo, each loaded once.
[[nodiscard]] const dnc::ZoneDatabase& zones();
[[nodiscard]] const dnc::Geography& geography();
[[nodiscard]] const dnc::Places& places();

/// +1 and ten digits.
constexpr dnc::Number in_nanp(std::int64_t national) {
    return {10'000'000'000 + national};
}
[[nodiscard]] dnc::Number in_area(int code);

inline constexpr dnc::Number kNewYork = in_nanp(2125550100);
inline constexpr dnc::Number kMiami = in_nanp(3055550100);
inline constexpr dnc::Number kLouisville = in_nanp(5025550100);
inline constexpr dnc::Number kToronto = in_nanp(4165550100);
inline constexpr dnc::Number kUnknown = in_nanp(2735550100); ///< area code not in the table
inline constexpr dnc::Number kLondon{442079460100};

[[nodiscard]] dnc::Address in_state(std::string region, std::string postal = "");
[[nodiscard]] dnc::Address in_country(std::string country, std::string region = "",
                                      std::string postal = "");

[[nodiscard]] Names zone_names(const dnc::Place& place);
/// "US", "US-FL".
[[nodiscard]] Names laws(const std::vector<dnc::Jurisdiction>& jurisdictions);
/// "America/New_York America/Chicago" as two names.
[[nodiscard]] Names words(const std::string& text);
[[nodiscard]] bool has_all(const Names& whole, const Names& part);

} // namespace dnc_tests
