#pragma once

// One call leg: from the INVITE to the last BYE.
//
//   phase       event                          next
//   calling     1xx                            calling      Ringing
//               2xx with usable media          talking      ACK, Answered
//               2xx without                    closing      ACK, BYE, Failed
//               401 or 407, credentials        challenged   Challenged
//               other final, timeout, ICMP     over         Failed
//               hang_up                        cancelling   CANCEL (held back until a 1xx)
//   challenged  resend                         calling      INVITE again, CSeq + 1
//               hang_up, or nothing for 32 s   over         Failed
//   cancelling  2xx                            closing      ACK, BYE, Failed{cancelled}
//               other final, timeout           over         Failed{cancelled}
//   talking     BYE                            over         Ended by the far end
//               hang_up, session expired, ...  closing      BYE, Ended
//   closing     BYE answered or given up       over
//
// Files: call_leg.cpp (life and the requests we send inside the dialog), uac.cpp (the INVITE and
// its responses), uas.cpp (requests from the far end).

#include "dialer/sip/digest.hpp"
#include "dialer/sip/handles.hpp"
#include "dialer/sip/legs.hpp"
#include "dialer/sip/registrar.hpp"
#include "dialer/sip/session_timer.hpp"

#include <optional>
#include <string>
#include <vector>

namespace dialer::sip {

/// Whom to call and how.
struct CallTarget {
    std::string uri;                  ///< Request-URI
    std::string from;                 ///< name-addr
    std::string to;                   ///< name-addr
    Source next_hop;                  ///< where the INVITE is sent
    bool keep_next_hop = false;       ///< later requests go there too (phones behind a NAT)
    std::vector<std::string> headers; ///< complete header lines
    std::string trunk;                ///< empty for an agent's phone
    std::optional<Credentials> credentials;
    std::optional<campaigns::AttemptId> attempt;
};

/// Lives on the SIP thread. Memory: the dialog, a few strings, and the transactions under way.
class CallLeg final : public Handler {
public:
    CallLeg(Endpoint& endpoint, LegId id, CallTarget target, sdp::Audio offer);

    void start();
    void resend(const campaigns::ResendTicket& ticket);
    void hang_up();
    /// The engine stops and has waited long enough: report the end and be gone.
    void give_up();
    void on_deadline(Monotonic now);

    void on_response(nta_outgoing_t* request, const sip_t* sip) override;
    int on_request(nta_leg_t* dialog, nta_incoming_t* request, const sip_t* sip) override;
    void on_ack(nta_incoming_t* request, const sip_t* sip) override;

private:
    enum class Phase { calling, challenged, cancelling, talking, closing, over };

    /// One early dialog with reliable provisional responses (a fork, when there are several).
    struct Fork {
        std::string tag;
        DialogHandle dialog;
        OutgoingHandle invite;
        std::optional<sdp::Audio> answer;
    };
    /// How a method of the far end is answered.
    using Answer = int (CallLeg::*)(nta_incoming_t*, const sip_t*);
    struct MethodRow {
        sip_method_t method;
        Answer answer;
    };
    static const MethodRow kMethods[];

    // -- uac.cpp: the INVITE
    void send_invite();
    void on_invite_response(nta_outgoing_t* request, const sip_t* sip);
    void on_provisional(nta_outgoing_t* request, const sip_t* sip);
    void on_success(nta_outgoing_t* request, const sip_t* sip);
    void on_failure(nta_outgoing_t* request, const sip_t* sip);
    bool challenged(const sip_t* sip);
    void report_ringing(int status, std::optional<sdp::Audio> early);
    Fork* fork_of(const sip_t* sip);
    Fork* add_fork(const sip_t* sip);
    void acknowledge_provisional(nta_outgoing_t* request, const sip_t* sip, Fork*& fork);
    void adopt_dialog(const sip_t* sip);
    void send_ack(nta_outgoing_t* invite, const sip_t* sip);
    void answered(const sip_t* sip);
    [[nodiscard]] sdp::ReadResult answer_of(const sip_t* sip);
    void on_late_invite_response(nta_outgoing_t* request, const sip_t* sip);

    // -- call_leg.cpp: the dialog
    [[nodiscard]] OutgoingHandle request(nta_leg_t* dialog, sip_method_t method, const char* name,
                                         const tagi_t* tags);
    [[nodiscard]] std::string next_hop(nta_leg_t* dialog) const;
    [[nodiscard]] std::string target_uri(nta_leg_t* dialog) const;
    void send_bye();
    void on_bye_response(nta_outgoing_t* request, const sip_t* sip);
    void send_refresh();
    void on_refresh_response(nta_outgoing_t* request, const sip_t* sip);
    void refreshed(nta_outgoing_t* request, const sip_t* sip);
    void refresh_failed(int status, const sip_t* sip);
    void retry_refresh(std::chrono::seconds after);
    void on_prack_response(nta_outgoing_t* request, const sip_t* sip);
    void end(bool by_far_end, std::string reason);
    void fail(Failure failure, int status, std::string reason, bool technical,
              std::optional<std::chrono::seconds> retry_after = std::nullopt);
    void close();
    void finish();
    void start_timer(SessionTimer timer);
    bool learn_challenge(const sip_t* sip);

    // -- uas.cpp: requests of the far end
    [[nodiscard]] bool may_ask(const Source& source) const;
    int on_reinvite(nta_incoming_t* request, const sip_t* sip);
    int on_update(nta_incoming_t* request, const sip_t* sip);
    int on_bye(nta_incoming_t* request, const sip_t* sip);
    int on_stray_ack(nta_incoming_t* request, const sip_t* sip);
    int on_info(nta_incoming_t* request, const sip_t* sip);
    int on_options(nta_incoming_t* request, const sip_t* sip);
    int on_refer(nta_incoming_t* request, const sip_t* sip);
    int on_notify(nta_incoming_t* request, const sip_t* sip);
    int on_unknown_cancel(nta_incoming_t* request, const sip_t* sip);
    int refuse_request(nta_incoming_t* request, const sip_t* sip);
    [[nodiscard]] int check_session(nta_incoming_t* request, const sip_t* sip) const;
    [[nodiscard]] int accept_offer(const sip_t* sip, const sdp::ReadResult& offer);
    int accept_session(nta_incoming_t* request, const sip_t* sip, bool with_body);
    void media_changed(const sdp::Audio& remote);
    [[nodiscard]] SessionTimer timer_for(const sip_t* sip) const;
    [[nodiscard]] int refuse_busy() const;

    Endpoint& endpoint_;
    const LegId id_;
    const CallTarget target_;
    const sdp::Audio offer_; // what we can do; the base of every later offer and answer
    sdp::Audio local_;       // what we said last
    std::optional<sdp::Audio> remote_;
    Phase phase_ = Phase::calling;

    int ringing_status_ = 0; // last one reported
    bool ringing_media_ = false;
    int challenges_ = 0;
    bool rang_ = false;
    bool far_end_updates_ = false; // Allow: UPDATE
    bool cancel_asked_ = false;
    bool confirmed_ = false;     // a 2xx made the dialog: it takes a BYE to end it
    bool offer_pending_ = false; // our offer in a 200 waits for its answer in the ACK
    std::optional<ClientAuth> auth_;
    bool request_retried_ = false; // a challenged request inside the dialog is repeated once
    SessionTimer timer_;
    Monotonic last_refresh_{};

    // Destroyed from the last to the first: transactions before dialogs.
    DialogHandle dialog_;
    OutgoingHandle invite_;
    std::vector<Fork> forks_;
    std::vector<OutgoingHandle> pracks_;
    OutgoingHandle refresh_;
    OutgoingHandle bye_;
    IncomingHandle reinvite_; // waits for its ACK
};

/// True when both describe the same stream; session ids and versions aside.
[[nodiscard]] bool same_media(const sdp::Audio& a, const sdp::Audio& b);

} // namespace dialer::sip
