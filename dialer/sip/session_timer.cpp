#include "dialer/sip/session_timer.hpp"

#include <algorithm>

namespace dialer::sip {

using std::chrono::seconds;

namespace {

// No session lives for more than a day unrefreshed; also keeps the arithmetic far from overflow.
constexpr seconds kIntervalMax{86400};

seconds bounded(seconds interval, seconds min) {
    return std::clamp(interval, std::min(min, kIntervalMax), kIntervalMax);
}

} // namespace

Monotonic SessionTimer::due(Monotonic last_refresh) const {
    return we_refresh ? last_refresh + interval / 2 : end(last_refresh);
}

Monotonic SessionTimer::end(Monotonic last_refresh) const {
    return last_refresh + interval - std::min(seconds{32}, interval / 3); // RFC 4028 10
}

SessionTimer agreed_as_uac(std::optional<seconds> expires, Refresher refresher, seconds min) {
    if (!expires) {
        return {};
    }
    // RFC 4028 7.2 wants the refresher named; refreshing ourselves is right in either case.
    return {bounded(*expires, min), refresher != Refresher::uas};
}

SessionTimer answered_as_uas(std::optional<seconds> expires, Refresher refresher,
                             bool far_end_supports, seconds min) {
    if (!expires) {
        return {};
    }
    const bool we_refresh =
        !far_end_supports || refresher == Refresher::uas; // the UAS of this request is us
    return {bounded(*expires, min), we_refresh};
}

} // namespace dialer::sip
