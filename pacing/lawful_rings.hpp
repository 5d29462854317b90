#pragma once

// How many lines have rung as long as the law wants before they may be given up.

#include "pacing/ring_times.hpp"
#include "pacing/ticks.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace pacing {

/// Lines of one campaign by the half second in which they began to ring. A line counts only when
/// the whole half second is long enough ago, so that none is given up too early.
class LawfulRings {
public:
    void add(Instant since) { change(since, 1); }
    void remove(Instant since) { change(since, -1); }
    void advance(Instant now) {
        const Bucket bucket = bucket_of(now);
        for (Bucket step = 1; step <= std::min<Bucket>(bucket - now_, ring_buckets); ++step) {
            past_ += by_start_[slot(now_ + step)];
            by_start_[slot(now_ + step)] = 0;
        }
        now_ = bucket;
    }
    [[nodiscard]] int past(Instant now, Duration ring_min) const {
        const auto bound = now.time_since_epoch().count() - ring_min.count();
        const Bucket last = std::min(now_, floor_div(bound, bucket_us) - 1);
        int count = past_;
        for (Bucket start = now_ - ring_buckets + 1; start <= last; ++start) {
            count += by_start_[slot(start)];
        }
        return count;
    }

private:
    [[nodiscard]] static std::size_t slot(Bucket bucket) {
        return static_cast<std::size_t>(bucket) % ring_buckets;
    }
    void change(Instant since, int by) {
        const Bucket start = bucket_of(since);
        (now_ - start < ring_buckets ? by_start_[slot(start)] : past_) += by;
    }

    std::array<int, ring_buckets> by_start_{};
    int past_ = 0; // older than the ring
    Bucket now_ = 0;
};

} // namespace pacing
