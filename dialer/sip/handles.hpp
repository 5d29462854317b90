#pragma once

// Move-only owners of sofia-sip's objects, and the barrier between its C callbacks and ours.
//
// Everything here belongs to the SIP thread. Order of destruction: transactions before their leg,
// legs before the agent, the agent before the root.

#include "dialer/sip/sofia.hpp"

#include <memory>

namespace dialer::sip {

template <auto Destroy> struct Destroyer {
    template <class T> void operator()(T* object) const noexcept { Destroy(object); }
};

using RootHandle = std::unique_ptr<su_root_t, Destroyer<su_root_destroy>>;
using AgentHandle = std::unique_ptr<nta_agent_t, Destroyer<nta_agent_destroy>>;
using DialogHandle = std::unique_ptr<nta_leg_t, Destroyer<nta_leg_destroy>>;
using OutgoingHandle = std::unique_ptr<nta_outgoing_t, Destroyer<nta_outgoing_destroy>>;
using IncomingHandle = std::unique_ptr<nta_incoming_t, Destroyer<nta_incoming_destroy>>;
using MessageHandle = std::unique_ptr<msg_t, Destroyer<msg_destroy>>;

/// Whatever sofia-sip calls back for a dialog or a transaction. The stack keeps the pointer only
/// in objects that the handler owns through the handles above; destroying a handle unbinds it, so
/// a handler is never called after its death.
class Handler {
public:
    Handler() = default;
    Handler(const Handler&) = delete;
    Handler& operator=(const Handler&) = delete;
    virtual ~Handler() = default;

    /// `sip` is null when the stack gives up without a response.
    virtual void on_response(nta_outgoing_t* request, const sip_t* sip) = 0;
    /// Answers the request and returns the final status, or 0 when it keeps the transaction.
    virtual int on_request(nta_leg_t* dialog, nta_incoming_t* request, const sip_t* sip);
    /// ACK or CANCEL for a transaction that was bound; `sip` is null when no ACK came in time.
    virtual void on_ack(nta_incoming_t* request, const sip_t* sip);
};

// The callbacks given to sofia-sip. noexcept: an exception must not unwind through C, and one that
// gets here is a broken invariant, on which the process stops.
int response_callback(Handler* handler, nta_outgoing_t* request, const sip_t* sip) noexcept;
int request_callback(Handler* handler, nta_leg_t* dialog, nta_incoming_t* request,
                     const sip_t* sip) noexcept;
int ack_callback(Handler* handler, nta_incoming_t* request, const sip_t* sip) noexcept;

} // namespace dialer::sip
