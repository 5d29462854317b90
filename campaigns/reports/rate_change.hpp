#pragma once

// Shares of small numbers told honestly: intervals, and whether a share has changed.
//
// Pure. Reports and the watch over caller ids use the same functions, so that what the one shows
// and what the other rests a caller id for never differ.

#include <cstdint>

namespace campaigns {

/// `successes` of `trials`, 0 <= successes <= trials.
struct RateCounts {
    std::int64_t trials = 0;
    std::int64_t successes = 0;

    friend bool operator==(const RateCounts&, const RateCounts&) = default;
};

/// A share with the interval that holds the true one in 95 of 100 cases.
struct RateInterval {
    double rate = 0; ///< successes / trials; 0 when there is no trial
    double low = 0;
    double high = 1;
};

/// Wilson's score interval (1927): honest for small counts and for shares near 0 and 1. Nothing
/// tried: 0 to 1. Throws std::invalid_argument for counts that cannot be.
[[nodiscard]] RateInterval wilson_interval(RateCounts counts);

struct RateChangeRule {
    /// Probability that one comparison of two samples of the same share alarms, each way:
    /// at most this, whatever the share and the counts (Fisher's exact test, one-sided).
    double false_alarm = 0.001;
    /// A change smaller than this part of the share before is no alarm, however certain: with
    /// enough calls any trifle is.
    double least_change = 0.2;
    /// Fewer trials than these on either side say nothing.
    std::int64_t trials_min = 50;
};

struct RateChange {
    double before = 0;      ///< share before; 0 when there is no trial
    double now = 0;         ///< share now
    double drop_chance = 1; ///< that so low a share comes about without any change
    double rise_chance = 1; ///< that so high a share comes about without any change
    bool dropped = false;   ///< alarm: lower than before, by the rule
    bool rose = false;      ///< alarm: higher than before, by the rule
};

/// Compares two samples that share no trial. Exact for counts of any size: given how many successes
/// there are in all, those of the second sample are hypergeometric. One look at one pair: who looks
/// k times at one caller id gets false alarms with at most k times the probability, so samples are
/// compared when they are complete (a day, an hour, a hundred calls) and not after every call.
/// Throws std::invalid_argument for counts that cannot be. At most a few thousand steps.
[[nodiscard]] RateChange rate_change(RateCounts before, RateCounts now,
                                     const RateChangeRule& rule = {});

} // namespace campaigns
