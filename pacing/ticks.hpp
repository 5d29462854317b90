#pragma once

// The time of the core: a clock that never runs backwards, and the steps in which ages are counted.

#include "pacing/types.hpp"

#include <algorithm>
#include <cstdint>

namespace pacing {

using Tick = std::int64_t;   ///< quarter seconds since 1970: ages of agents
using Bucket = std::int64_t; ///< half seconds since 1970: ages of calls

inline constexpr std::int64_t tick_us = 250'000;
inline constexpr std::int64_t bucket_us = 500'000;
inline constexpr double tick_s = 0.25;
inline constexpr double bucket_s = 0.5;

[[nodiscard]] constexpr std::int64_t floor_div(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}
[[nodiscard]] constexpr Tick tick_of(Instant at) {
    return floor_div(at.time_since_epoch().count(), tick_us);
}
[[nodiscard]] constexpr Bucket bucket_of(Instant at) {
    return floor_div(at.time_since_epoch().count(), bucket_us);
}
[[nodiscard]] constexpr double seconds(Duration duration) {
    return static_cast<double>(duration.count()) * 1e-6;
}

/// Turns the instants of the outside into ones that never fall.
///
/// A small step back is waited out. A large one is a clock that was set: time goes on from the
/// latest instant, because a dialer that stands still until a wrong clock is reached again would
/// stand still for days. A leap ahead counts as one day, after which nothing is as it was anyway.
class HeldClock {
public:
    /// The time to use for something that happened at `at`; the clock stands there afterwards.
    Instant advance(Instant at) {
        const std::int64_t outside = bounded(at.time_since_epoch().count());
        if (!started_) {
            started_ = true;
            now_us_ = std::clamp(outside, -start_us_max, start_us_max);
            shift_us_ = now_us_ - outside;
        }
        const std::int64_t passed = outside + shift_us_ - now_us_;
        if (passed < -step_back_us_max || passed > leap_us_max) {
            now_us_ += passed < 0 ? 0 : leap_us_max;
            shift_us_ = now_us_ - outside;
        } else {
            now_us_ += std::max<std::int64_t>(0, passed);
        }
        return now();
    }
    /// Another instant of the outside, on the same scale; it may lie ahead.
    [[nodiscard]] Instant inside(Instant other) const {
        return Instant{Duration{bounded(other.time_since_epoch().count()) + shift_us_}};
    }
    /// What the outside calls that instant.
    [[nodiscard]] Instant outside(Instant own) const { return own - Duration{shift_us_}; }
    /// Some instant was told.
    [[nodiscard]] bool started() const { return started_; }
    [[nodiscard]] Instant now() const { return Instant{Duration{now_us_}}; }

private:
    static constexpr std::int64_t limit_us = 2'000'000'000'000'000'000; // 63,000 years
    static constexpr std::int64_t start_us_max = limit_us / 2;
    static constexpr std::int64_t step_back_us_max = 60'000'000;
    static constexpr std::int64_t leap_us_max = 86'400'000'000;

    // So bounded, sums and differences of a few instants cannot overflow.
    static constexpr std::int64_t bounded(std::int64_t us) {
        return std::clamp(us, -limit_us, limit_us);
    }

    bool started_ = false;
    std::int64_t now_us_ = 0;   // at most start_us_max and a day for each leap
    std::int64_t shift_us_ = 0; // inside - outside
};

} // namespace pacing
