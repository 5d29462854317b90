#include "pacing/age_counts.hpp"

#include <algorithm>

namespace pacing {

void AgeCounts::add(Tick start, Tick now) {
    if (remembered(start, now)) {
        ++starts_[slot(start)];
    }
    ++by_bin_[static_cast<std::size_t>(age_bin(now - start))];
    ++size_;
}

void AgeCounts::remove(Tick start, Tick now) {
    if (remembered(start, now)) {
        --starts_[slot(start)];
    }
    --by_bin_[static_cast<std::size_t>(age_bin(now - start))];
    --size_;
}

void AgeCounts::step(Tick now) {
    // Whoever started a whole ring ago is in the last bin for good.
    starts_[slot(now)] = 0;
    starts_[slot(now + 1)] = 0;
    if (size_ == 0) {
        return;
    }
    const auto& edges = age_edges();
    for (std::size_t bin = 1; bin < age_bins; ++bin) {
        const auto moving = static_cast<std::int32_t>(starts_[slot(now - edges[bin])]);
        by_bin_[bin - 1] -= moving;
        by_bin_[bin] += moving;
    }
}

void AgeCounts::clear() {
    std::fill(starts_.begin(), starts_.end(), std::uint16_t{0});
    by_bin_.fill(0);
    size_ = 0;
}

} // namespace pacing
