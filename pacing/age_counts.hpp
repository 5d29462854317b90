#pragma once

// How many agents are of which age in a phase, kept up as time goes by.

#include "pacing/service_times.hpp"
#include "pacing/ticks.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace pacing {

/// Counts by age bin. Starts are remembered by tick, so that growing older is moving, for each bin
/// edge, the agents that started just that long ago: O(bins) a tick, whatever the number of agents.
/// Memory: 32 kB.
class AgeCounts {
public:
    AgeCounts() : starts_(ring, 0) {}

    void add(Tick start, Tick now);
    void remove(Tick start, Tick now);
    /// One tick later. `now` is the tick that begins.
    void step(Tick now);
    void clear();

    [[nodiscard]] const std::array<std::int32_t, age_bins>& by_bin() const { return by_bin_; }
    [[nodiscard]] int size() const { return size_; }

private:
    static constexpr std::size_t ring = 16'384; // ticks, more than the last edge
    static std::size_t slot(Tick tick) { return static_cast<std::size_t>(tick) & (ring - 1); }
    static bool remembered(Tick start, Tick now) {
        return now - start < static_cast<Tick>(ring) - 1;
    }

    std::vector<std::uint16_t> starts_;
    std::array<std::int32_t, age_bins> by_bin_{};
    int size_ = 0;
};

} // namespace pacing
