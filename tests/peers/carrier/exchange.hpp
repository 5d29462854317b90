#pragma once

// The carrier's switch: takes INVITEs on its trunks and lets every call go as its plan says.

#include "tests/peers/carrier/call.hpp"
#include "tests/peers/carrier/ledger.hpp"
#include "tests/peers/carrier/options.hpp"
#include "tests/peers/common/agenda.hpp"
#include "tests/peers/common/sofia.hpp"
#include "tests/peers/common/streams.hpp"

#include <memory>
#include <unordered_map>
#include <vector>

namespace peers {

/// One SIP port.
struct Trunk {
    Exchange* exchange = nullptr;
    int index = 0;
    std::uint16_t port = 0;
    AgentOwner agent;
    LegOwner default_leg; // after the agent: destroyed before it
};

/// Runs on the thread that made it. Memory grows by one ledger record an INVITE.
class Exchange {
public:
    /// Throws std::runtime_error when a port cannot be bound.
    Exchange(const CarrierOptions& options, Ledger& ledger);
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    [[nodiscard]] std::vector<std::uint16_t> ports() const;

    /// Serves until a stop signal; afterwards the ledger is complete.
    void run();

private:
    enum class Step : std::uint8_t { begin, ring, decide, lose_patience, hang_up };
    struct Due {
        std::uint64_t call;
        Step step;
    };

    // Requests outside of a dialog.
    static int on_request(nta_leg_magic_t* trunk, nta_leg_t* leg, nta_incoming_t* irq,
                          const sip_t* sip);
    int take_invite(Trunk& trunk, nta_incoming_t* irq, const sip_t* sip);
    /// Replies and notes why when the INVITE is not to become a call.
    bool turn_away(const Invite& invite, nta_incoming_t* irq, const sip_t* sip);
    bool challenge(const Invite& invite, nta_incoming_t* irq, const sip_t* sip);
    void begin_call(Trunk& trunk, Invite invite, nta_incoming_t* irq, const sip_t* sip,
                    std::optional<SessionBody> remote);
    [[nodiscard]] bool over_rate();

    // What comes for a call.
    static int on_call_request(nta_leg_magic_t* call, nta_leg_t* leg, nta_incoming_t* irq,
                               const sip_t* sip);
    static int on_ack_or_cancel(nta_incoming_magic_t* call, nta_incoming_t* irq, const sip_t* sip);
    static int on_bye_reply(nta_outgoing_magic_t* call, nta_outgoing_t* orq, const sip_t* sip);
    int change_media(Call& call, nta_incoming_t* irq, const sip_t* sip);
    void acked(Call& call, const sip_t* sip);
    void cancelled(Call& call);

    // What the call does by itself. One function a step.
    void begin(Call& call);
    void ring(Call& call);
    void decide(Call& call);
    void lose_patience(Call& call);
    void hang_up(Call& call);
    void answer(Call& call);
    /// Opens the call's socket and writes our SDP. False when there is no socket left.
    bool reserve_media(Call& call);
    /// From here on the call is heard; does nothing without the caller's SDP.
    void start_media(Call& call, Program program);
    void finish(Call& call);

    void run_due_steps();
    void take_stream_events();
    void take(const SoundHeard& event);
    void take(const BeepHeard& event);
    void take(const StreamStalled& event);
    void take(StreamClosed& event);
    void sweep();
    void note(const Call& call, Millis after, Step step);
    [[nodiscard]] Call* find(std::uint64_t id);

    const CarrierOptions& options_;
    Ledger& ledger_;
    std::string nonce_secret_;
    RootOwner root_;
    std::vector<std::unique_ptr<Trunk>> trunks_;
    Agenda<Due> agenda_;
    std::unordered_map<std::uint64_t, std::unique_ptr<Call>> calls_;
    std::vector<std::uint64_t> ended_;
    std::size_t answered_now_ = 0;
    std::uint64_t answers_ = 0;
    double rate_allowance_;
    Moment rate_at_;
    Streams streams_;
};

} // namespace peers
