#include "campaigns/ids.hpp"

#include <algorithm>

namespace campaigns {

namespace {

constexpr std::chrono::sys_days kIdEpoch{std::chrono::January / 1 / 2024};
constexpr int kSequenceBits = 12;
constexpr int kNodeBits = 10;
constexpr int kSequenceEnd = 1 << kSequenceBits;
constexpr std::int64_t kNodeMask = (1 << kNodeBits) - 1;

} // namespace

std::int64_t IdMaker::make(dnc::Instant now) {
    using std::chrono::milliseconds;
    const std::int64_t ms = std::chrono::floor<milliseconds>(now - kIdEpoch).count();
    if (ms > last_ms_) {
        last_ms_ = ms;
        sequence_ = 0;
    } else if (++sequence_ == kSequenceEnd) {
        // The clock stepped back or 4096 ids were made in one millisecond: run ahead of the clock
        // rather than repeat an id.
        ++last_ms_;
        sequence_ = 0;
    }
    return (last_ms_ << (kSequenceBits + kNodeBits)) |
           ((static_cast<std::int64_t>(node_) & kNodeMask) << kSequenceBits) | sequence_;
}

} // namespace campaigns
