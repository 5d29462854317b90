#pragma once

// All softphones of the process on one SIP port, and their media.

#include "tests/peers/common/agenda.hpp"
#include "tests/peers/common/session_body.hpp"
#include "tests/peers/softphones/options.hpp"
#include "tests/peers/softphones/phone.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace peers {

/// Runs on the thread that made it; only `wake` may be called from others.
class PhoneBank {
public:
    /// Throws std::runtime_error when the port cannot be bound.
    explicit PhoneBank(const SoftphoneOptions& options);
    ~PhoneBank();
    PhoneBank(const PhoneBank&) = delete;
    PhoneBank& operator=(const PhoneBank&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// Called with the phone's index when its far end beeps, on this thread; set it before run().
    std::function<void(std::size_t phone)> on_beep = [](std::size_t) {};

    /// Serves until a stop signal, then hangs up and completes the records.
    void run();

    /// The person has reason to believe that the registrar was away: register again at once.
    void wake(std::size_t phone) { woken_.at(phone) = true; }

    [[nodiscard]] const std::vector<std::unique_ptr<Phone>>& phones() const { return phones_; }

private:
    enum class Step : std::uint8_t { start, give_up };
    struct Due {
        std::size_t phone;
        std::uint64_t try_number;
        Step step;
    };

    // Registration: phone_register.cpp
    void look_after(Phone& phone);
    void start_registering(Phone& phone);
    void send_register(Phone& phone);
    static int on_register_reply(nta_outgoing_magic_t* phone, nta_outgoing_t* orq,
                                 const sip_t* sip);
    void registered(Phone& phone, const sip_t* sip);
    void challenged(Phone& phone, const sip_t* sip);
    void failed(Phone& phone, int status);
    void run_due_steps();

    // The leg: phone_leg.cpp
    static int on_request(nta_leg_magic_t* bank, nta_leg_t* leg, nta_incoming_t* irq,
                          const sip_t* sip);
    static int on_leg_request(nta_leg_magic_t* leg, nta_leg_t* handle, nta_incoming_t* irq,
                              const sip_t* sip);
    static int on_ack(nta_incoming_magic_t* leg, nta_incoming_t* irq, const sip_t* sip);
    static int on_bye_reply(nta_outgoing_magic_t* leg, nta_outgoing_t* orq, const sip_t* sip);
    int take_invite(nta_incoming_t* irq, const sip_t* sip);
    void accept(Phone& phone, nta_incoming_t* irq, const sip_t* sip, const SessionBody& remote);
    void start_media(const PhoneLeg& leg, UdpSocket socket, const SessionBody& remote);
    int change_media(PhoneLeg& leg, nta_incoming_t* irq, const sip_t* sip);
    void end_leg(PhoneLeg& leg, std::string_view ended_by);
    void hang_up(PhoneLeg& leg, std::string_view ended_by);
    void retire(Phone& phone);

    void take_stream_events();
    void take(const SoundHeard& event);
    void take(const BeepHeard& event);
    void take(const StreamStalled& event);
    void take(StreamClosed& event);
    void turn();
    void hang_up_all();

    const SoftphoneOptions& options_;
    std::string registrar_uri_;
    RootOwner root_;
    AgentOwner agent_;
    LegOwner default_leg_;
    std::uint16_t port_ = 0;
    std::vector<std::unique_ptr<Phone>> phones_;
    std::map<std::string, Phone*, std::less<>> by_user_;
    std::vector<std::unique_ptr<PhoneLeg>> retired_; // waiting for their BYE or for the sweep
    struct Place {
        Phone* phone;
        std::size_t record;
    };
    std::unordered_map<StreamId, Place> streams_of_;
    std::uint64_t next_stream_ = 1;
    Agenda<Due> agenda_;
    std::vector<std::atomic<bool>> woken_;
    Streams streams_;
};

} // namespace peers
