#pragma once

// Is a trunk alive? Asked with OPTIONS (RFC 3261 11) at an interval.

#include "dialer/sip/handles.hpp"
#include "dialer/sip/legs.hpp"

#include <optional>
#include <string>

namespace dialer::sip {

/// Lives on the SIP thread; one per trunk. A trunk with interval 0 is reported up once and never
/// asked.
class TrunkProbe final : public Handler {
public:
    TrunkProbe(Endpoint& endpoint, const Trunk& trunk);

    /// Sends a probe when one is due, gives up on one that is late.
    void tick(Monotonic now);
    /// An INVITE found the port closed.
    void refused();

    void on_response(nta_outgoing_t* request, const sip_t* sip) override;

private:
    void send(Monotonic now);
    void set_up(bool up, std::string why);

    Endpoint& endpoint_;
    const Trunk& trunk_;
    std::optional<bool> up_; // unknown until the first result
    Monotonic due_{};
    Monotonic late_{};
    std::string uri_;
    DialogHandle dialog_;
    OutgoingHandle probe_;
};

} // namespace dialer::sip
