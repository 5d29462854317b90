#pragma once

// How well agents keep the time at which they said they would be ready.

#include "pacing/grid.hpp"

#include <array>

namespace pacing {

/// (actual ready - announced) in half seconds, from -30 s to +30 s; the outermost hold all beyond.
inline constexpr int signal_bins = 120;
struct SignalCounts {
    std::array<double, signal_bins> late{};
    double weight = 0;

    void add(double late_s);
    void scale(double factor);
};

/// The distribution of an agent's lateness given that he is not ready yet, as rows over the grid.
class SignalTimes {
public:
    void build(const SignalCounts& counts, double stays);
    /// `ahead_s` to the announced instant; negative when it is over.
    [[nodiscard]] const Moments& row(double ahead_s) const;

private:
    static constexpr int before = 64; // half seconds past the announced instant
    static constexpr int ahead = 140; // half seconds before it
    std::array<Moments, before + ahead + 1> rows_;
};

} // namespace pacing
