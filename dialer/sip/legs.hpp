#pragma once

// The call-leg layer as the control loop sees it: commands in, events out, plain values only.
//
// Commands may be given from any thread; they are carried out on the SIP thread. Events arrive in
// batches through the sink, called on the SIP thread, which must only post them on. No sofia-sip
// type appears here.

#include "campaigns/attempt.hpp"
#include "dialer/leg.hpp"
#include "dialer/loop/clock.hpp"
#include "dialer/sdp/sdp.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace dialer::sip {

struct Credentials {
    std::string user;
    std::string password;
};

struct Trunk {
    std::string name;
    std::string host; ///< IPv4 address of the carrier's proxy
    std::uint16_t port = 5060;
    std::string from_domain; ///< host part of From; our own address when empty
    std::optional<Credentials> credentials;
    bool asserted_identity = true; ///< send P-Asserted-Identity, RFC 3325
    double calls_per_second_max = 50;
    int channels_max = 1000;
    std::chrono::seconds options_interval{30}; ///< health probe; 0 switches it off
};

/// Phones in browsers, behind a proxy that speaks SIP over WebSocket and secured media.
struct BrowserPhones {
    std::string url;                 ///< of the proxy's WebSocket, as browsers see it
    std::string proxy = "127.0.0.1"; ///< IPv4 address that the proxy's requests come from
    std::uint16_t proxy_port = 5070; ///< and their UDP port
    std::string secret;              ///< of credentials (phone_login.hpp); the proxy has the same
    std::chrono::seconds login_life{300};
};

struct StackConfig {
    std::string address = "127.0.0.1"; ///< local IPv4 address
    std::uint16_t port = 0;            ///< UDP; 0 picks a free one
    std::string realm = "dialer";      ///< of agents' digest
    std::vector<Trunk> trunks;
    std::chrono::milliseconds t1{500};               ///< RFC 3261 17.1.1.1
    std::chrono::milliseconds invite_timeout{32000}; ///< Timer B, 64 * T1 by default
    std::chrono::seconds proceeding_timeout{180};    ///< Timer C, a net below the ring timer
    /// Short, because registrations are not stored: after a restart a phone is known again when it
    /// next refreshes.
    std::chrono::seconds registration_max{60};
    std::chrono::seconds session_expires{1800};   ///< offered, RFC 4028 4; 0 offers none
    std::chrono::seconds session_expires_min{90}; ///< Min-SE, RFC 4028 5
    std::optional<BrowserPhones> browser_phones{};
};

/// An agent's phone that has registered with valid credentials. Only the registrar makes them:
/// without an attempt ticket, this is the only thing that can be called.
class RegisteredContact {
public:
    [[nodiscard]] const std::string& user() const { return user_; }
    [[nodiscard]] const std::string& uri() const { return uri_; }

private:
    friend class Registrar;
    RegisteredContact(std::string user, std::string uri)
        : user_{std::move(user)}, uri_{std::move(uri)} {}

    std::string user_;
    std::string uri_;
};

/// Dial a customer. The ticket names number, caller id and trunk; there is no other way to.
struct CustomerDial {
    LegId leg{};
    campaigns::AttemptTicket ticket;
    sdp::Audio offer;
};

/// Call an agent's registered phone, to keep the leg for the shift.
struct AgentDial {
    LegId leg{};
    RegisteredContact contact;
    sdp::Audio offer;
};

struct PhoneAccount {
    std::string user;
    std::string ha1; ///< MD5(user:realm:password)
};

// -- events
/// A provisional response other than 100. Sent for the first and for each later change of status.
struct Ringing {
    LegId leg{};
    Stamp at{};
    int status = 180;
    std::optional<sdp::Audio> early_media; ///< 183 with SDP (RFC 3262 reliable or not)
};
/// 401 or 407 to the INVITE, and we have credentials. The leg waits for Legs::resend.
struct Challenged {
    LegId leg{};
    Stamp at{};
    int status = 407;
};
/// 2xx with usable SDP; the ACK is already out.
struct Answered {
    LegId leg{};
    Stamp at{};
    sdp::Audio remote;
};
/// How an INVITE ended without a conversation.
enum class Failure {
    busy,           ///< 486, 600
    no_answer,      ///< 480, 408 after ringing, 487 after our ring timer
    rejected,       ///< 603, 607, 608, 403
    invalid_number, ///< 404, 410, 484, 604
    congestion,     ///< 503, 500, 502, 504 and other 5xx; trunk is alive but cannot
    trunk_failure,  ///< timeout, ICMP, 408 without ringing, challenge failed, unusable answer
    cancelled,      ///< 487 after our CANCEL, or 200 after CANCEL (ACKed and BYEd)
};
/// No conversation. `technical` is true where another trunk may be tried (never after a person's
/// or the number's refusal).
struct Failed {
    LegId leg{};
    Stamp at{};
    Failure failure{};
    int status = 0; ///< 0: no response at all
    std::string reason;
    bool technical = false;
    std::optional<std::chrono::seconds> retry_after;
};
/// The far end changed its media by re-INVITE or UPDATE; already answered.
struct MediaChanged {
    LegId leg{};
    Stamp at{};
    sdp::Audio remote;
};
/// An answered leg is over. Always the last event of an answered leg.
struct Ended {
    LegId leg{};
    Stamp at{};
    bool by_far_end = false;
    std::string reason; ///< "BYE", "session expired", "ACK timeout", ...
};
struct PhoneRegistered {
    RegisteredContact contact;
};
struct PhoneUnregistered {
    std::string user;
};
struct TrunkHealth {
    std::string trunk;
    Stamp at{};
    bool up = false;
    std::string why;
};

using Event = std::variant<Ringing, Challenged, Answered, Failed, MediaChanged, Ended,
                           PhoneRegistered, PhoneUnregistered, TrunkHealth>;
using EventSink = std::function<void(std::vector<Event>)>;

/// Counters of input that was dropped; for metrics.
struct Dropped {
    std::uint64_t from_strangers = 0; ///< requests from neither a trunk nor a registered phone
    std::uint64_t malformed = 0;
};

/// The commands of the call-leg layer. Any thread; a stale leg id is ignored.
class Legs {
public:
    virtual ~Legs() = default;

    virtual void dial(CustomerDial dial) = 0;
    virtual void call_agent(AgentDial dial) = 0;
    /// Repeats the INVITE with credentials, after Challenged and once the resend is logged.
    virtual void resend(LegId leg, campaigns::ResendTicket ticket) = 0;
    /// CANCEL before the answer, BYE after it. Ends in Failed{cancelled} or Ended.
    virtual void hang_up(LegId leg) = 0;
    virtual void set_phone_accounts(std::vector<PhoneAccount> accounts) = 0;
};

} // namespace dialer::sip
