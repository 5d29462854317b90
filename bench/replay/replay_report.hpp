#pragma once

// Sums up the runs of a replay and says what they are worth.

#include "bench/replay/replay.hpp"

#include <string>
#include <vector>

namespace replay {

/// A mean over runs and its 95 % bootstrap interval.
struct Estimate {
    double value = 0;
    double low = 0;
    double high = 0;
};

/// Bootstrap of the mean: percentiles of the means of `values` drawn with replacement.
[[nodiscard]] Estimate bootstrap(const std::vector<double>& values, std::uint64_t seed);

/// What a report is made from. Both series use the same seeds, run by run.
struct Comparison {
    std::string log;
    std::string was; ///< what the day is taken to have been dialed by, for people
    std::string now; ///< the change
    const Recording* recording = nullptr;
    std::vector<Run> same;
    std::vector<Run> changed;
    int warm_up = 0;
    std::uint64_t seed = 1;
};

[[nodiscard]] std::string to_json(const Comparison& comparison);
[[nodiscard]] std::string to_table(const Comparison& comparison);

} // namespace replay
