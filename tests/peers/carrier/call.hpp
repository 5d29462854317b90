#pragma once

// One call as the carrier holds it.

#include "tests/peers/carrier/outcome.hpp"
#include "tests/peers/common/session_body.hpp"
#include "tests/peers/common/socket.hpp"
#include "tests/peers/common/sofia.hpp"

#include <cstdint>
#include <optional>

namespace peers {

class Exchange;
struct Trunk;

enum class CallState : std::uint8_t {
    proceeding, ///< INVITE came, nothing final sent
    accepted,   ///< 200 sent, no ACK yet
    talking,    ///< ACK came
    leaving,    ///< our BYE is out
    over,       ///< swept at the end of the loop's turn
};

/// Lives on the SIP thread. Its address is the context of its own handles, which die with it, so
/// no callback can find it gone; it is destroyed only outside of callbacks.
struct Call {
    Exchange* exchange = nullptr;
    Trunk* trunk = nullptr;
    std::uint64_t id = 0; ///< of its record in the ledger and of its stream
    Plan plan;
    CallState state = CallState::proceeding;
    std::optional<SessionBody> remote; ///< nothing: the caller left the offer to us
    std::string own_session;           ///< our SDP once a socket is reserved
    UdpSocket socket;                  ///< reserved, not yet given to the stream
    bool streaming = false;
    bool heard = false;
    bool leave_when_acked = false; ///< RFC 3261 15: the callee may not send BYE before the ACK
    int tone_hz = 0;
    LegOwner leg; // handles last: destroyed first, transactions before the leg
    IncomingOwner invite;
    OutgoingOwner bye;
};

} // namespace peers
