#pragma once

// What each jurisdiction says about abandoned calls: how large a share, over which period.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dnc {

/// Longest period in days: pacing looks back over two months.
constexpr int kAbandonmentDaysMax = 62;

enum class AbandonmentPeriod : std::uint8_t { successive_days, trailing_days, calendar_month, day };

/// One limit: abandoned / answered by a person <= cap_numerator / cap_denominator.
struct AbandonmentLimit {
    AbandonmentPeriod period{};
    int days = 30; ///< for successive_days and trailing_days, 1 .. kAbandonmentDaysMax
    std::int64_t cap_numerator = 3;
    std::int64_t cap_denominator = 100;
    std::string cite;       ///< "47 CFR 64.1200(a)(7)"
    std::string confidence; ///< as in the rule packs
};

/// The rules of one jurisdiction; all of its limits hold at once. Days are civil days of `zone`.
struct AbandonmentRules {
    std::string jurisdiction; ///< "US"
    std::string zone;         ///< IANA name; whether it exists is not checked here
    std::vector<AbandonmentLimit> limits;
};

/// The rules by jurisdiction out of the text of such a file. Throws std::runtime_error naming
/// `file` and the field.
[[nodiscard]] std::map<std::string, AbandonmentRules>
parse_abandonment_rules(std::string_view text, const std::string& file);

/// Reads and checks the file (dnc/packs/abandonment.json); by jurisdiction. Throws
/// std::runtime_error naming the file and the field.
[[nodiscard]] std::map<std::string, AbandonmentRules>
load_abandonment_rules(const std::string& path);

} // namespace dnc
