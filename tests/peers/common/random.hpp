#pragma once

// Seeded random numbers whose sequence is ours on every platform, so that runs compare.

#include <cstdint>
#include <string_view>

namespace peers {

/// Folds text into a seed; equal input gives equal seeds for ever.
[[nodiscard]] std::uint64_t fold(std::uint64_t seed, std::string_view text);

/// A small generator (splitmix64). Not thread-safe; copyable.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_{seed} {}

    [[nodiscard]] std::uint64_t next();
    /// In [0, 1).
    [[nodiscard]] double uniform();
    [[nodiscard]] double uniform(double low, double high);
    [[nodiscard]] double exponential(double mean);
    [[nodiscard]] double normal(double mean, double sd);
    /// By its own mean and coefficient of variation, not those of its logarithm.
    [[nodiscard]] double lognormal(double mean, double cv);
    /// Mean and sd > 0 with mean >= sd.
    [[nodiscard]] double gamma(double mean, double sd);

private:
    std::uint64_t state_;
};

} // namespace peers
