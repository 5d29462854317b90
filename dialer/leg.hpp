#pragma once

// The name of a leg, shared by signalling, media and the call layer.

#include <cstdint>

namespace dialer {

/// One SIP dialog to be and its RTP session, for customers and agents alike. Given out by the
/// control loop, never used twice in a run; a command for a leg that is gone is ignored.
enum class LegId : std::uint64_t {};

} // namespace dialer
