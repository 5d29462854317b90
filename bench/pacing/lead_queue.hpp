#pragma once

// The leads of one campaign in dialing order, as a policy may see them and as they truly are.

#include "bench/pacing/random.hpp"
#include "bench/pacing/world_settings.hpp"
#include "pacing/types.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace pacing_sim {

/// An endless list unless the world's supply is limited. Shows a window; never tells a policy more
/// than a real list does.
class LeadQueue {
public:
    static constexpr std::size_t window = 512;

    LeadQueue(const GroupWorld& groups, bool limited);

    void start_day();
    void load(std::int64_t count) { left_ += count; }

    /// The leads at hand; `hour` is the hour of the day, from 0.
    [[nodiscard]] std::span<const pacing::Group> next(int hour, Random& random);
    /// No more than the window shows.
    [[nodiscard]] bool ends() const;
    /// Takes the first lead: its factor on p, and its group.
    struct Lead {
        double factor = 1;
        pacing::Group group;
    };
    Lead take();

private:
    void fill(int hour, Random& random);

    GroupWorld groups_;
    bool limited_;
    std::int64_t left_ = 0; ///< in a limited supply, those in the window included
    int hour_ = -1;
    std::size_t first_ = 0; ///< of the window, in `shown_`
    std::vector<pacing::Group> shown_;
    std::vector<double> factors_;
};

} // namespace pacing_sim
