#pragma once

// The SIP thread: one sofia-sip root and agent on one UDP port, behind the Legs interface.

#include "dialer/sip/legs.hpp"

#include <memory>

namespace dialer::sip {

/// Starts the SIP thread on construction (throws std::runtime_error when the port cannot be
/// bound) and joins it on destruction, after BYE or CANCEL to every leg. The clock must outlive it.
class Stack final : public Legs {
public:
    Stack(StackConfig config, const Clock& clock, EventSink sink);
    ~Stack() override;

    void dial(CustomerDial dial) override;
    void call_agent(AgentDial dial) override;
    void resend(LegId leg, campaigns::ResendTicket ticket) override;
    void hang_up(LegId leg) override;
    void set_phone_accounts(std::vector<PhoneAccount> accounts) override;

    /// The UDP port in use.
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] Dropped dropped() const;

private:
    class Thread;
    std::unique_ptr<Thread> thread_;
};

} // namespace dialer::sip
