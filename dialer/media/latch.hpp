#pragma once

// Symmetric RTP: whose packets a leg believes, and where its own packets go. Pure.

#include "dialer/loop/clock.hpp"

#include <cstdint>

namespace dialer::media {

/// An IPv4 address and a port, both in network byte order.
struct Endpoint {
    std::uint32_t address = 0;
    std::uint16_t port = 0;

    bool operator==(const Endpoint&) const = default;
};

/// Starts at the address of the SDP and moves to the source of the first valid packet, since a
/// phone behind NAT describes an address nobody can reach. Then it stays there, or anyone who
/// guesses a port could take a call over. Three things move it: a changed SDP; a packet from
/// exactly the described address, which outranks a stranger who came first; a new SSRC after more
/// than a second of silence (a phone that restarted behind its NAT).
class Latch {
public:
    /// The far end's SDP. Keeps the source when it says the same as before.
    void point(Endpoint described);

    /// True when a valid packet from there is the far end's. Only then does it count as heard.
    [[nodiscard]] bool admit(Endpoint from, std::uint32_t ssrc, Monotonic now);

    /// Where to send; address or port 0 while nowhere.
    [[nodiscard]] Endpoint destination() const { return latched_ ? source_ : described_; }

private:
    Endpoint described_;
    Endpoint source_;
    bool latched_ = false;
    std::uint32_t ssrc_ = 0;
    Monotonic heard_at_{};
};

} // namespace dialer::media
