#pragma once

// The plain values that every part of pacing shares: instants, keys, fractions.

#include <chrono>
#include <cstdint>

namespace pacing {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

// Keys of the caller's own; pacing compares them and nothing else. 0 means "none".
enum class CampaignId : std::int64_t {};
enum class AgentId : std::int64_t {};
enum class CallId : std::int64_t {};

/// A civil day as the number of days since 1970-01-01, in the campaign's legal time zone. The
/// caller turns instants into days: pacing knows no time zones.
using Day = std::int32_t;

/// An exact share, so that a legal limit is compared without rounding. denominator > 0.
struct Fraction {
    std::int64_t numerator = 0;
    std::int64_t denominator = 1;
    [[nodiscard]] constexpr double value() const {
        return static_cast<double>(numerator) / static_cast<double>(denominator);
    }
};

/// What is known of a number before it is dialed and may tell how likely a person answers. 0 means
/// "not known"; calls with equal values are alike. `hour` is the local hour of the called person
/// plus one, 1 .. 24.
struct Group {
    std::int64_t list = 0;
    std::int64_t caller_id = 0;
    std::int32_t attempt = 0; ///< 1 for the first attempt at this lead
    std::int32_t hour = 0;

    friend bool operator==(const Group&, const Group&) = default;
};

} // namespace pacing
