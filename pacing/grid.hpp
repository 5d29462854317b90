#pragma once

// The points of time ahead at which supply and demand are summed, the same for all campaigns.

#include <Eigen/Core>

#include <array>
#include <cstdint>

namespace pacing {

inline constexpr int grid_size = 24;
/// In half seconds from now; close where answers and tolerances lie.
inline constexpr std::array<int, grid_size> grid_half_s{
    0, 1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 28, 32, 36, 40, 44, 48, 56, 80, 128};
inline constexpr int grid_steps = 128; ///< half seconds to the last point

using Row = Eigen::Array<float, grid_size, 1>;

/// Mean and variance of a sum of independent yes-or-no terms at each point of the grid.
struct Moments {
    Row mean = Row::Zero();
    Row variance = Row::Zero();

    void add(const Moments& other, float times) {
        mean += times * other.mean;
        variance += times * other.variance;
    }
    void clear() {
        mean.setZero();
        variance.setZero();
    }
    /// From the probabilities of one term.
    void set(const Row& probability) {
        mean = probability;
        variance = probability * (1.0F - probability);
    }
};

/// A time between two points of the grid.
struct GridPoint {
    int below = 0;
    float share = 0; ///< of the way to the next point, 0 .. 1
};

[[nodiscard]] inline GridPoint grid_point(double time_s) {
    const double half = time_s * 2.0;
    int below = 0;
    while (below < grid_size - 2 && half >= grid_half_s[static_cast<std::size_t>(below) + 1]) {
        ++below;
    }
    const auto at = static_cast<std::size_t>(below);
    const double low = grid_half_s[at];
    const double share = (half - low) / (grid_half_s[at + 1] - low);
    return {below, static_cast<float>(share < 0.0 ? 0.0 : (share > 1.0 ? 1.0 : share))};
}

[[nodiscard]] inline float at(const Row& row, const GridPoint& point) {
    return row[point.below] + point.share * (row[point.below + 1] - row[point.below]);
}

/// The horizons of a decision: the times at which a call dialed now would be answered, all equally
/// likely.
inline constexpr int horizons = 8;
using Horizons = Eigen::Array<double, horizons, 1>;
using GridPoints = std::array<GridPoint, horizons>;

[[nodiscard]] inline Horizons at(const Row& row, const GridPoints& points) {
    Horizons values;
    for (int k = 0; k < horizons; ++k) {
        values[k] = static_cast<double>(at(row, points[static_cast<std::size_t>(k)]));
    }
    return values;
}

} // namespace pacing
