#pragma once

// The one notion of time of the compliance core: an instant that the caller passes in.

#include <chrono>

namespace dnc {

/// Wall-clock time in UTC with microsecond resolution. Decisions never read a clock: every
/// function that needs one takes an Instant.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

} // namespace dnc
