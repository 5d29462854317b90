// The INVITE we send and all that can come back for it.

#include "dialer/sip/call_leg.hpp"
#include "dialer/sip/endpoint.hpp"
#include "dialer/sip/messages.hpp"
#include "dialer/sip/response_class.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dialer::sip {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t kForksMax = 8;
constexpr std::size_t kPracksMax = 32; // kept for their responses; more are sent and forgotten
constexpr int kChallengesMax = 2;      // the second only when the nonce was stale
constexpr auto kResendWait = 32s;

std::vector<tagi_t> header_tags(const std::vector<std::string>& lines) {
    std::vector<tagi_t> tags;
    for (const std::string& line : lines) {
        tags.push_back({SIPTAG_HEADER_STR(line.c_str())});
    }
    tags.push_back({TAG_END()});
    return tags;
}

} // namespace

void CallLeg::start() {
    dialog_.reset(nta_leg_tcreate(endpoint_.agent(), request_callback, this,
                                  SIPTAG_FROM_STR(target_.from.c_str()),
                                  SIPTAG_TO_STR(target_.to.c_str()), TAG_END()));
    if (!dialog_ || nta_leg_tag(dialog_.get(), nullptr) == nullptr) {
        fail(Failure::trunk_failure, 0, "the request could not be built", true);
        return;
    }
    send_invite();
}

void CallLeg::send_invite() {
    const auto& config = endpoint_.config();
    const std::string body = sdp::write(local_);
    const std::string expires = std::to_string(config.session_expires.count());
    const std::string min_se = std::to_string(config.session_expires_min.count());
    const bool timed = config.session_expires > 0s;
    const auto headers = header_tags(target_.headers);
    const tagi_t tags[] = {
        {SIPTAG_CONTACT_STR(endpoint_.contact().c_str())},
        {SIPTAG_SUPPORTED_STR(kSupported)},
        {SIPTAG_ALLOW_STR(kAllow)},
        {TAG_IF(timed, SIPTAG_SESSION_EXPIRES_STR(expires.c_str()))},
        {TAG_IF(timed, SIPTAG_MIN_SE_STR(min_se.c_str()))},
        {SIPTAG_CONTENT_TYPE_STR(kSdpType)},
        {SIPTAG_PAYLOAD_STR(body.c_str())},
        {TAG_NEXT(headers.data())},
    };
    invite_ = request(dialog_.get(), SIP_METHOD_INVITE, tags);
    if (!invite_) {
        fail(Failure::trunk_failure, 0, "the request could not be built", true);
    }
}

void CallLeg::resend(const campaigns::ResendTicket& ticket) {
    if (phase_ != Phase::challenged || ticket.attempt() != target_.attempt) {
        return;
    }
    phase_ = Phase::calling;
    endpoint_.set_deadline(id_, std::nullopt);
    send_invite();
}

void CallLeg::on_invite_response(nta_outgoing_t* request, const sip_t* sip) {
    const int status = nta_outgoing_status(request);
    if (phase_ != Phase::calling && phase_ != Phase::cancelling) {
        on_late_invite_response(request, sip);
    } else if (status < 200) {
        on_provisional(request, sip);
    } else if (status < 300) {
        on_success(request, sip);
    } else {
        on_failure(request, sip);
    }
}

// Responses after the decision reach us only when forks were told apart by their tags: the
// transaction is kept then, because the stack knows no tag to recognise repeated answers by.
void CallLeg::on_late_invite_response(nta_outgoing_t* request, const sip_t* sip) {
    const int status = nta_outgoing_status(request);
    const bool network_2xx = sip != nullptr && status >= 200 && status < 300;
    if (!network_2xx) {
        if (status >= 300) {
            invite_.reset(); // the stack has waited long enough (Timer D)
            forks_.clear();
        }
        return;
    }
    const char* tag = sip->sip_to->a_tag;
    if (tag != nullptr && dialog_ && su_casematch(tag, nta_leg_get_rtag(dialog_.get()))) {
        send_ack(request, sip); // our ACK was lost
        return;
    }
    // Another branch was answered as well: this one is taken up and ended (RFC 3261 13.2.2.4).
    MessageHandle response{nta_outgoing_getresponse(request)};
    if (nta_msg_ackbye(endpoint_.agent(), response.get()) == 0) {
        (void)response.release(); // taken over by the stack
    }
}

void CallLeg::on_provisional(nta_outgoing_t* request, const sip_t* sip) {
    if (sip == nullptr || nta_outgoing_status(request) <= 100) {
        return;
    }
    const int status = sip->sip_status->st_status;
    Fork* fork = fork_of(sip);
    if (requires_reliability(sip)) {
        acknowledge_provisional(request, sip, fork);
    }
    std::optional<sdp::Audio> early;
    if (const auto body = read_body(sip)) {
        early = body->audio;
        if (fork != nullptr && early) {
            fork->answer = early;
        }
    }
    if (status != 199) { // RFC 6228: that branch is over, nobody is ringing there
        rang_ = true;
        report_ringing(status, early);
    }
}

void CallLeg::report_ringing(int status, std::optional<sdp::Audio> early) {
    const bool news = status != ringing_status_ || (early && !ringing_media_);
    ringing_media_ = ringing_media_ || early.has_value();
    if (!news || phase_ != Phase::calling) {
        return;
    }
    ringing_status_ = status;
    endpoint_.emit(Ringing{id_, endpoint_.now(), status, early});
}

CallLeg::Fork* CallLeg::fork_of(const sip_t* sip) {
    const char* tag = sip->sip_to->a_tag;
    const auto found = std::ranges::find_if(
        forks_, [tag](const Fork& fork) { return tag != nullptr && fork.tag == tag; });
    return found != forks_.end() ? &*found : nullptr;
}

CallLeg::Fork* CallLeg::add_fork(const sip_t* sip) {
    if (forks_.size() >= kForksMax) {
        return nullptr;
    }
    Fork fork{.tag = sip->sip_to->a_tag, .dialog = {}, .invite = {}, .answer = {}};
    fork.dialog.reset(nta_leg_tcreate(
        endpoint_.agent(), request_callback, this, SIPTAG_CALL_ID(sip->sip_call_id),
        SIPTAG_FROM(sip->sip_from), SIPTAG_TO(sip->sip_to), SIPTAG_CSEQ(sip->sip_cseq), TAG_END()));
    if (!fork.dialog) {
        return nullptr;
    }
    nta_leg_client_route(fork.dialog.get(), sip->sip_record_route, sip->sip_contact);
    fork.invite.reset(nta_outgoing_tagged(invite_.get(), response_callback, this, fork.tag.c_str(),
                                          sip->sip_rseq));
    if (!fork.invite) {
        return nullptr;
    }
    forks_.push_back(std::move(fork));
    return &forks_.back();
}

void CallLeg::acknowledge_provisional(nta_outgoing_t* request, const sip_t* sip, Fork*& fork) {
    if (fork == nullptr) {
        fork = add_fork(sip);
    } else if (request != fork->invite.get()) {
        return; // a repeat that went to the untagged transaction; the PRACK is under way
    }
    if (fork == nullptr) {
        return;
    }
    std::string header;
    if (auth_) {
        header = auth_->authorize("PRACK", target_uri(fork->dialog.get()));
    }
    const bool proxy = auth_ && auth_->from_proxy();
    const std::string hop = next_hop(fork->dialog.get());
    OutgoingHandle prack{nta_outgoing_prack(
        fork->dialog.get(), fork->invite.get(), response_callback, this,
        hop.empty() ? nullptr : URL_STRING_MAKE(hop.c_str()), sip,
        TAG_IF(auth_ && proxy, SIPTAG_PROXY_AUTHORIZATION_STR(header.c_str())),
        TAG_IF(auth_ && !proxy, SIPTAG_AUTHORIZATION_STR(header.c_str())), TAG_END())};
    if (prack && pracks_.size() < kPracksMax) {
        pracks_.push_back(std::move(prack));
    }
}

void CallLeg::on_success(nta_outgoing_t* request, const sip_t* sip) {
    const sdp::ReadResult answer = answer_of(sip);
    adopt_dialog(sip);
    send_ack(request, sip);
    pracks_.clear();
    // The transactions of the other branches stay, or the stack would swallow their answers; those
    // end in on_late_invite_response. Nobody may end this call in the name of such a branch.
    for (Fork& fork : forks_) {
        if (fork.invite.get() != request) {
            fork.dialog.reset();
        }
    }
    if (forks_.empty()) {
        invite_.reset(); // the stack answers repeats with our ACK by itself
    }
    if (phase_ == Phase::cancelling) {
        fail(Failure::cancelled, sip->sip_status->st_status, "answered while being cancelled",
             false);
        return;
    }
    if (!answer.audio) {
        fail(Failure::trunk_failure, 488,
             fmt::format("unusable media in the answer: {}", sdp::explain(answer.fault)), false);
        return;
    }
    remote_ = answer.audio;
    answered(sip);
}

void CallLeg::answered(const sip_t* sip) {
    phase_ = Phase::talking;
    far_end_updates_ = allows_update(sip);
    endpoint_.emit(Answered{id_, endpoint_.now(), *remote_});
    start_timer(agreed_as_uac(session_expires_of(sip), refresher_of(sip),
                              endpoint_.config().session_expires_min));
}

sdp::ReadResult CallLeg::answer_of(const sip_t* sip) {
    auto body = read_body(sip);
    if (!body) {
        // RFC 6337 2.1: the answer may have come before, in a reliable provisional response.
        const Fork* fork = fork_of(sip);
        if (fork == nullptr || !fork->answer) {
            return {std::nullopt, sdp::Fault::no_audio};
        }
        body = sdp::ReadResult{fork->answer, sdp::Fault::none};
    }
    if (body->audio && body->audio->port == 0) {
        return {std::nullopt, sdp::Fault::no_audio};
    }
    if (body->audio && !sdp::agreed_codec(local_, *body->audio)) {
        return {std::nullopt, sdp::Fault::no_common_codec};
    }
    return *body;
}

// The dialog that was answered: the fork's own, when PRACKs went out on it (its CSeq has moved
// on), else the one of the INVITE.
void CallLeg::adopt_dialog(const sip_t* sip) {
    confirmed_ = true;
    if (Fork* fork = fork_of(sip)) {
        dialog_ = std::move(fork->dialog);
    } else if (sip->sip_to->a_tag != nullptr) {
        nta_leg_rtag(dialog_.get(), sip->sip_to->a_tag);
    }
    nta_leg_client_reroute(dialog_.get(), sip->sip_record_route, sip->sip_contact, 1);
}

void CallLeg::send_ack(nta_outgoing_t* invite, const sip_t* sip) {
    sip_cseq_t cseq;
    sip_cseq_init(&cseq);
    cseq.cs_seq = sip->sip_cseq->cs_seq;
    cseq.cs_method = sip_method_ack;
    cseq.cs_method_name = "ACK";
    const MessageHandle sent{nta_outgoing_getrequest(invite)};
    const sip_t* original = sip_object(sent.get());
    const std::string hop = next_hop(dialog_.get());
    // RFC 3261 13.2.2.4: the ACK carries the credentials of the INVITE. Naming the branch ties
    // repeated 2xx to this ACK without the stack having to find the INVITE.
    const OutgoingHandle ack{nta_outgoing_tcreate(
        dialog_.get(), nullptr, nullptr, hop.empty() ? nullptr : URL_STRING_MAKE(hop.c_str()),
        SIP_METHOD_ACK, URL_STRING_MAKE(target_.uri.c_str()), SIPTAG_CSEQ(&cseq),
        TAG_IF(original->sip_authorization, SIPTAG_AUTHORIZATION(original->sip_authorization)),
        TAG_IF(original->sip_proxy_authorization,
               SIPTAG_PROXY_AUTHORIZATION(original->sip_proxy_authorization)),
        NTATAG_ACK_BRANCH(nta_outgoing_branch(invite)), TAG_END())};
}

void CallLeg::on_failure(nta_outgoing_t* request, const sip_t* sip) {
    const int status = nta_outgoing_status(request);
    const bool local = sip == nullptr || nta_sip_is_internal(sip) != 0;
    if (!local && (status == 401 || status == 407) && challenged(sip)) {
        return;
    }
    const bool refused = local && status == 503;
    const Classified verdict =
        classify({.status = status, .local = local, .rang = rang_, .we_cancelled = cancel_asked_});
    std::string reason = phrase_of(sip);
    if (local) {
        reason = refused ? "the trunk's port is closed or out of reach" : "no answer in time";
    } else if (status < 400) {
        reason = "redirected";
    }
    if (refused && !target_.trunk.empty()) {
        endpoint_.trunk_refused(target_.trunk);
    }
    fail(verdict.failure, local ? (status == 408 ? 408 : 0) : status, std::move(reason),
         verdict.technical, retry_after_of(local ? nullptr : sip));
}

bool CallLeg::challenged(const sip_t* sip) {
    if (phase_ != Phase::calling || !target_.credentials) {
        return false;
    }
    auto challenge = challenge_of(sip);
    if (!challenge || challenges_ >= kChallengesMax || (challenges_ > 0 && !challenge->stale)) {
        return false;
    }
    ++challenges_;
    auth_.emplace(*target_.credentials, std::move(*challenge));
    invite_.reset();
    forks_.clear();
    pracks_.clear();
    phase_ = Phase::challenged;
    const Stamp at = endpoint_.now();
    endpoint_.set_deadline(id_, at.mono + kResendWait);
    endpoint_.emit(Challenged{id_, at, sip->sip_status->st_status});
    return true;
}

} // namespace dialer::sip
