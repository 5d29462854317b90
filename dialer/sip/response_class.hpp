#pragma once

// What a final response to an INVITE means for the attempt: the outcome, and whether another
// trunk may be tried. Pure.

#include "dialer/sip/legs.hpp"

namespace dialer::sip {

/// How an INVITE ended, as far as signalling knows.
struct FinalResponse {
    int status = 0;            ///< 300 .. 699; of a local failure 408 (timeout) or 503 (transport)
    bool local = false;        ///< made by our own stack: nothing came from the network
    bool rang = false;         ///< an 18x was seen before
    bool we_cancelled = false; ///< our CANCEL was asked for before this arrived
};

struct Classified {
    Failure failure{};
    bool technical = false;
};

/// Never technical after ringing: by then the callee may have been alerted, and a second call
/// through another trunk would be a second call to a person. An unknown 4xx or 6xx counts as a
/// refusal, because a refusal must never fail over.
[[nodiscard]] Classified classify(const FinalResponse& response);

} // namespace dialer::sip
