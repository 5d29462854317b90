#pragma once

// The local days and hours of a period, as instants: the database counts by instants alone, and
// what a clock shows at them is known here.

#include "dnc/time.hpp"
#include "dnc/zones.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

/// One hour, or one day, of a zone's clocks: from `begin` to that of the next. When clocks are put
/// back an hour of that name comes twice.
struct Bucket {
    dnc::Instant begin{};
    std::chrono::sys_days date; ///< local
    int hour = 0;               ///< 0 .. 23; of a day 0
};

/// The buckets that the period touches, oldest first; the first begins at or before `from`. Empty
/// for an empty period.
[[nodiscard]] std::vector<Bucket> day_buckets(const dnc::ZoneDatabase& zones, dnc::ZoneId zone,
                                              dnc::Instant from, dnc::Instant to);
[[nodiscard]] std::vector<Bucket> hour_buckets(const dnc::ZoneDatabase& zones, dnc::ZoneId zone,
                                               dnc::Instant from, dnc::Instant to);

/// The beginnings as a PostgreSQL array for width_bucket, which answers with the bucket's index
/// from 1.
[[nodiscard]] std::string bounds_of(const std::vector<Bucket>& buckets);

/// "2026-11-23"
[[nodiscard]] std::string day_text(std::chrono::sys_days day);
/// "Monday"
[[nodiscard]] std::string_view weekday_text(std::chrono::sys_days day);

} // namespace campaigns
