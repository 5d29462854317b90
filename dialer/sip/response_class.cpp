#include "dialer/sip/response_class.hpp"

#include <algorithm>
#include <array>

namespace dialer::sip {

namespace {

struct Row {
    int status;
    Failure failure;
    bool technical; // only while nothing has rung
};

// Sorted by status. Section numbers are of RFC 3261 unless another RFC is named.
constexpr std::array kTable{
    Row{400, Failure::trunk_failure, true},   // 21.4.1: our request is not understood there
    Row{401, Failure::trunk_failure, true},   // 21.4.2: no credentials, or refused ones
    Row{402, Failure::trunk_failure, true},   // 21.4.3: our account, not the callee
    Row{403, Failure::rejected, false},       // 21.4.4: carriers send it for a callee's blocks
    Row{404, Failure::invalid_number, false}, // 21.4.5
    Row{405, Failure::trunk_failure, true},   // 21.4.6
    Row{406, Failure::trunk_failure, true},   // 21.4.7
    Row{407, Failure::trunk_failure, true},   // 21.4.8
    Row{408, Failure::trunk_failure, true},   // 21.4.9: nobody was found in time
    Row{410, Failure::invalid_number, false}, // 21.4.10
    Row{413, Failure::trunk_failure, true},   // 21.4.11
    Row{414, Failure::trunk_failure, true},   // 21.4.12
    Row{415, Failure::trunk_failure, true},   // 21.4.13
    Row{416, Failure::trunk_failure, true},   // 21.4.14
    Row{420, Failure::trunk_failure, true},   // 21.4.15
    Row{421, Failure::trunk_failure, true},   // 21.4.16
    Row{422, Failure::congestion, true},      // RFC 4028 6: a repeat would be an unlogged INVITE
    Row{423, Failure::trunk_failure, true},   // 21.4.17
    Row{428, Failure::trunk_failure, true},   // RFC 8224 6.2.2: wants a signed identity
    Row{433, Failure::rejected, false},       // RFC 5079 4: the callee refuses anonymous calls
    Row{436, Failure::trunk_failure, true},   // RFC 8224 6.2.2
    Row{437, Failure::trunk_failure, true},   // RFC 8224 6.2.2
    Row{438, Failure::trunk_failure, true},   // RFC 8224 6.2.2
    Row{480, Failure::no_answer, false},      // 21.4.18: the callee is known, but not there
    Row{481, Failure::trunk_failure, true},   // 21.4.19
    Row{482, Failure::trunk_failure, true},   // 21.4.20
    Row{483, Failure::trunk_failure, true},   // 21.4.21
    Row{484, Failure::invalid_number, false}, // 21.4.22
    Row{485, Failure::invalid_number, false}, // 21.4.23
    Row{486, Failure::busy, false},           // 21.4.24
    Row{487, Failure::no_answer, false},      // 21.4.25: ended by a timer of ours or theirs
    Row{488, Failure::trunk_failure, true},   // 21.4.26: our media offer
    Row{491, Failure::trunk_failure, true},   // 21.4.27
    Row{493, Failure::trunk_failure, true},   // 21.4.28
    Row{494, Failure::trunk_failure, true},   // RFC 3329 2.3.1
    Row{600, Failure::busy, false},           // 21.6.1
    Row{603, Failure::rejected, false},       // 21.6.2
    Row{604, Failure::invalid_number, false}, // 21.6.3
    Row{606, Failure::rejected, false},       // 21.6.4
    Row{607, Failure::rejected, false},       // RFC 8197: the person does not want the call
    Row{608, Failure::rejected, false},       // RFC 8688: a call blocking service
};

Classified by_class(int status) {
    if (status >= 500 && status < 600) {
        return {Failure::congestion, true}; // 21.5: the server failed, the number may be fine
    }
    // 21.3: a redirection names another target, which was never cleared: it is not followed.
    return {Failure::rejected, false};
}

Classified by_table(int status) {
    const auto row = std::lower_bound(kTable.begin(), kTable.end(), status,
                                      [](const Row& r, int s) { return r.status < s; });
    if (row != kTable.end() && row->status == status) {
        return {row->failure, row->technical};
    }
    return by_class(status);
}

} // namespace

Classified classify(const FinalResponse& response) {
    if (response.we_cancelled) {
        return {Failure::cancelled, false};
    }
    Classified result =
        response.local ? Classified{Failure::trunk_failure, true} : by_table(response.status);
    if (response.rang) {
        if (response.status == 408) {
            result.failure = Failure::no_answer;
        }
        result.technical = false;
    }
    return result;
}

} // namespace dialer::sip
