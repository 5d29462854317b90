#pragma once

// What each jurisdiction says about abandoned calls: how large a share, over which period.

#include "dnc/pack.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
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
    std::string id = {};    ///< of the rule, "US-ABAN-1"
    /// From the end of the greeting to an agent; what takes longer is abandoned.
    std::chrono::milliseconds connect_within{2000};
};

/// The rules of one jurisdiction; all of its limits hold at once. Days are civil days of `zone`.
struct AbandonmentRules {
    std::string jurisdiction; ///< "US"
    std::string zone;         ///< IANA name; whether it exists is not checked here
    std::vector<AbandonmentLimit> limits;
};

/// The rules in force on a date, by jurisdiction: those of a region ("US-VA") with those of its
/// country, and those of packs without a jurisdiction with all. Throws std::runtime_error naming
/// pack and rule when two of one jurisdiction count days of different zones, or when one looks back
/// too far.
[[nodiscard]] std::map<std::string, AbandonmentRules> abandonment_rules(const PackSet& packs,
                                                                        std::chrono::sys_days on);

} // namespace dnc
