#pragma once

// Session timers (RFC 4028): who refreshes, when, and when silence means that the call is dead.
// Pure.

#include "dialer/loop/clock.hpp"

#include <chrono>
#include <optional>

namespace dialer::sip {

/// A timer as one side sees it.
struct SessionTimer {
    std::chrono::seconds interval{}; ///< zero: no session timer
    bool we_refresh = false;

    [[nodiscard]] bool running() const { return interval.count() > 0; }
    /// When we have something to do: half the interval when we refresh (RFC 4028 7.2); shortly
    /// before its end, when the far end should have (RFC 4028 10).
    [[nodiscard]] Monotonic due(Monotonic last_refresh) const;
    /// When the call must be ended even though we refresh: no refresh of ours has succeeded.
    [[nodiscard]] Monotonic end(Monotonic last_refresh) const;
};

enum class Refresher { not_said, uac, uas };

/// The timer after a 2xx to a request of ours. A 2xx without Session-Expires switches it off.
[[nodiscard]] SessionTimer agreed_as_uac(std::optional<std::chrono::seconds> expires,
                                         Refresher refresher, std::chrono::seconds min);

/// The timer we answer a request with. When the request leaves the refresher open, the far end
/// does it if it can, else we do (RFC 4028 9, table 2).
[[nodiscard]] SessionTimer answered_as_uas(std::optional<std::chrono::seconds> expires,
                                           Refresher refresher, bool far_end_supports,
                                           std::chrono::seconds min);

} // namespace dialer::sip
