#pragma once

// The only reader of clocks. Wall time for the law and the log, monotonic time for durations.

#include "dnc/time.hpp"

#include <chrono>

namespace dialer {

using Monotonic = std::chrono::steady_clock::time_point;

/// One moment on both clocks, taken together.
struct Stamp {
    dnc::Instant wall;
    Monotonic mono;
};

/// Wall time may be shifted by a fixed amount for a demo on loopback trunks; the shift is part of
/// every logged row. Thread-safe: immutable after construction.
class Clock {
public:
    explicit Clock(std::chrono::microseconds shift = {}) : shift_{shift} {}

    [[nodiscard]] Stamp now() const;
    [[nodiscard]] std::chrono::microseconds shift() const { return shift_; }

private:
    std::chrono::microseconds shift_;
};

} // namespace dialer
