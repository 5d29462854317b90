#pragma once

// The peers' own clocks, apart from the engine's so that a fault there is not mirrored here.

#include <chrono>
#include <cstdint>

namespace peers {

using Moment = std::chrono::steady_clock::time_point;
using Millis = std::chrono::milliseconds;

/// The monotonic clock.
[[nodiscard]] Moment now();

/// Unix time in milliseconds, for journals that are compared with the engine's log.
[[nodiscard]] std::int64_t wall_ms();

} // namespace peers
