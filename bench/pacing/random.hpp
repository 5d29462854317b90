#pragma once

// Seeded random numbers that are the same on every machine and library version.

#include <array>
#include <cstdint>

namespace pacing_sim {

/// xoshiro256++ with the draws that the reference world needs. Copying copies the sequence.
class Random {
public:
    /// Different (seed, day, stream) give unrelated sequences: a day does not depend on how many
    /// numbers the day before has used, nor a call's outcome on how long agents talked.
    Random(std::uint64_t seed, std::uint64_t day, std::uint64_t stream);

    [[nodiscard]] std::uint64_t bits();
    /// In [0, 1).
    [[nodiscard]] double uniform();
    /// Mean 1.
    [[nodiscard]] double exponential();
    /// Mean 0, sd 1.
    [[nodiscard]] double normal();
    /// Mean `shape`, scale 1; shape > 0.
    [[nodiscard]] double gamma(double shape);

private:
    std::array<std::uint64_t, 4> state_{};
    double spare_ = 0; ///< normals come in pairs
    bool has_spare_ = false;
};

} // namespace pacing_sim
