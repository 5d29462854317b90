// Requests of the far end inside a leg's dialog.

#include "dialer/sip/call_leg.hpp"
#include "dialer/sip/endpoint.hpp"
#include "dialer/sip/messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace dialer::sip {

using namespace std::chrono_literals;

namespace {

/// The first extension that the request requires and we do not have.
std::string unsupported_extension(const sip_t* sip) {
    const sip_require_t* require = sip->sip_require;
    if (require == nullptr || require->k_items == nullptr) {
        return {};
    }
    for (auto item = require->k_items; *item != nullptr; ++item) {
        if (!su_casematch(*item, "100rel") && !su_casematch(*item, "timer")) {
            return *item;
        }
    }
    return {};
}

bool body_is_foreign(const sip_t* sip) {
    return sip->sip_payload != nullptr && sip->sip_payload->pl_len > 0 &&
           (sip->sip_content_type == nullptr || sip->sip_content_type->c_type == nullptr ||
            !su_casematch(sip->sip_content_type->c_type, kSdpType));
}

} // namespace

// INFO bodies are not looked at: key presses are taken from RFC 4733 events alone.
const CallLeg::MethodRow CallLeg::kMethods[] = {
    {sip_method_invite, &CallLeg::on_reinvite},
    {sip_method_update, &CallLeg::on_update},
    {sip_method_bye, &CallLeg::on_bye},
    {sip_method_ack, &CallLeg::on_stray_ack},
    {sip_method_cancel, &CallLeg::on_unknown_cancel},
    {sip_method_info, &CallLeg::on_info},
    {sip_method_options, &CallLeg::on_options},
    {sip_method_refer, &CallLeg::on_refer},
    {sip_method_notify, &CallLeg::on_notify},
};

int CallLeg::on_request(nta_leg_t*, nta_incoming_t* request, const sip_t* sip) {
    if (!may_ask(source_of(request))) {
        endpoint_.count_stranger();
        return 403;
    }
    const sip_method_t method = nta_incoming_method(request);
    const auto* row = std::ranges::find(kMethods, method, &MethodRow::method);
    return row != std::end(kMethods) ? (this->*row->answer)(request, sip)
                                     : refuse_request(request, sip);
}

bool CallLeg::may_ask(const Source& source) const {
    if (endpoint_.is_friend(source) || source.address == target_.next_hop.address) {
        return true;
    }
    // A carrier's media gateway may send BYE by itself, from the address it gave as Contact.
    const sip_contact_t* target = nullptr;
    nta_leg_get_route(dialog_.get(), nullptr, &target);
    return target != nullptr && reachable_address(target->m_url) == source.address;
}

int CallLeg::refuse_busy() const {
    return phase_ == Phase::closing ? 481 : 491;
}

int CallLeg::check_session(nta_incoming_t* request, const sip_t* sip) const {
    if (const std::string missing = unsupported_extension(sip); !missing.empty()) {
        nta_incoming_treply(request, SIP_420_BAD_EXTENSION, SIPTAG_UNSUPPORTED_STR(missing.c_str()),
                            TAG_END());
        return 420;
    }
    if (body_is_foreign(sip)) {
        nta_incoming_treply(request, SIP_415_UNSUPPORTED_MEDIA, SIPTAG_ACCEPT_STR(kSdpType),
                            TAG_END());
        return 415;
    }
    const auto expires = session_expires_of(sip);
    const auto min = endpoint_.config().session_expires_min;
    if (expires && *expires < min && supports(sip, "timer")) { // RFC 4028 9
        const std::string value = std::to_string(min.count());
        nta_incoming_treply(request, SIP_422_SESSION_TIMER_TOO_SMALL,
                            SIPTAG_MIN_SE_STR(value.c_str()), TAG_END());
        return 422;
    }
    return 0;
}

int CallLeg::on_reinvite(nta_incoming_t* request, const sip_t* sip) {
    if (phase_ != Phase::talking || refresh_ || offer_pending_) {
        return refuse_busy(); // RFC 3261 14.2: two offers at once
    }
    if (const int status = check_session(request, sip); status != 0) {
        return status;
    }
    if (const auto offer = read_body(sip)) {
        if (const int status = accept_offer(sip, *offer); status != 200) {
            return status;
        }
    } else {
        // Without an offer from them the 200 carries ours, and their ACK the answer.
        const auto version = local_.session_version;
        local_ = offer_;
        local_.session_version = version + 1;
        offer_pending_ = true;
    }
    nta_incoming_bind(request, ack_callback, this);
    reinvite_.reset(request);
    return accept_session(request, sip, true);
}

int CallLeg::on_update(nta_incoming_t* request, const sip_t* sip) {
    if (const int status = check_session(request, sip); status != 0) {
        return status;
    }
    const auto offer = read_body(sip);
    if (phase_ != Phase::talking) {
        // RFC 3311 5.2: our own offer, in the INVITE, is still open.
        return offer || phase_ == Phase::closing ? refuse_busy() : 200;
    }
    if (offer && (refresh_ || offer_pending_)) {
        return 491;
    }
    if (offer) {
        if (const int status = accept_offer(sip, *offer); status != 200) {
            return status;
        }
    }
    accept_session(request, sip, offer.has_value());
    return 200;
}

int CallLeg::accept_offer(const sip_t*, const sdp::ReadResult& offer) {
    if (!offer.audio) {
        return 488;
    }
    if (remote_ && same_media(*offer.audio, *remote_)) {
        return 200; // a session refresh: the answer is what we said before
    }
    sdp::Audio ours = offer_;
    ours.session_version = local_.session_version;
    auto answer = sdp::answer_to(*offer.audio, ours);
    if (!answer.audio) {
        return 488;
    }
    // RFC 3264 8: the version moves by one exactly when the description differs from the last.
    answer.audio->session_version =
        local_.session_version + (same_media(*answer.audio, local_) ? 0U : 1U);
    local_ = *answer.audio;
    media_changed(*offer.audio);
    return 200;
}

void CallLeg::media_changed(const sdp::Audio& remote) {
    if (remote_ && same_media(*remote_, remote)) {
        return;
    }
    remote_ = remote;
    endpoint_.emit(MediaChanged{id_, endpoint_.now(), remote});
}

SessionTimer CallLeg::timer_for(const sip_t* sip) const {
    const auto expires = session_expires_of(sip);
    if (expires) {
        return answered_as_uas(expires, refresher_of(sip), supports(sip, "timer"),
                               endpoint_.config().session_expires_min);
    }
    // Nothing said: what was agreed goes on, unless it was their task and they dropped timers.
    return timer_.we_refresh || supports(sip, "timer") ? timer_ : SessionTimer{};
}

int CallLeg::accept_session(nta_incoming_t* request, const sip_t* sip, bool with_body) {
    nta_leg_server_route(dialog_.get(), nullptr, sip->sip_contact);
    if (sip->sip_allow != nullptr) {
        far_end_updates_ = allows_update(sip);
    }
    const SessionTimer timer = timer_for(sip);
    const std::string expires =
        fmt::format("{};refresher={}", timer.interval.count(), timer.we_refresh ? "uas" : "uac");
    const std::string body = with_body ? sdp::write(local_) : std::string{};
    const bool named = timer.running() && supports(sip, "timer");
    nta_incoming_treply(
        request, SIP_200_OK, SIPTAG_CONTACT_STR(endpoint_.contact().c_str()),
        SIPTAG_ALLOW_STR(kAllow), SIPTAG_SUPPORTED_STR(kSupported),
        TAG_IF(named, SIPTAG_SESSION_EXPIRES_STR(expires.c_str())),
        TAG_IF(named && !timer.we_refresh, SIPTAG_REQUIRE_STR("timer")), // RFC 4028 9
        TAG_IF(with_body, SIPTAG_CONTENT_TYPE_STR(kSdpType)),
        TAG_IF(with_body, SIPTAG_PAYLOAD_STR(body.c_str())), TAG_END());
    start_timer(timer);
    return 0;
}

void CallLeg::on_ack(nta_incoming_t* request, const sip_t* sip) {
    if (request != reinvite_.get()) {
        return;
    }
    const bool waiting = offer_pending_;
    offer_pending_ = false;
    reinvite_.reset();
    if (phase_ != Phase::talking) {
        return;
    }
    if (sip == nullptr) {
        end(false, "ACK timeout"); // RFC 3261 14.2
        return;
    }
    if (!waiting) {
        return;
    }
    const auto answer = read_body(sip);
    if (!answer || !answer->audio || !sdp::agreed_codec(local_, *answer->audio)) {
        end(false, "no usable media in the ACK");
        return;
    }
    media_changed(*answer->audio);
}

int CallLeg::on_bye(nta_incoming_t*, const sip_t*) {
    if (!confirmed_) {
        return 481; // RFC 3261 15: the callee may not end a call that it has not answered
    }
    if (phase_ == Phase::talking) {
        end(true, "BYE");
    } else if (phase_ == Phase::closing) {
        finish(); // both hung up at once
    }
    return 200;
}

// An ACK of a 2xx that is no longer waiting for it; never answered.
int CallLeg::on_stray_ack(nta_incoming_t*, const sip_t*) {
    return 200;
}

int CallLeg::on_unknown_cancel(nta_incoming_t*, const sip_t*) {
    return 481;
}

int CallLeg::on_info(nta_incoming_t*, const sip_t*) {
    return 200;
}

int CallLeg::on_options(nta_incoming_t* request, const sip_t*) {
    nta_incoming_treply(request, SIP_200_OK, SIPTAG_ALLOW_STR(kAllow), SIPTAG_ACCEPT_STR(kSdpType),
                        SIPTAG_SUPPORTED_STR(kSupported), TAG_END());
    return 200;
}

// A transfer would place a call that no gate has cleared.
int CallLeg::on_refer(nta_incoming_t*, const sip_t*) {
    return 603;
}

int CallLeg::on_notify(nta_incoming_t*, const sip_t*) {
    return 481;
} // no subscription, ever

int CallLeg::refuse_request(nta_incoming_t* request, const sip_t*) {
    if (nta_incoming_method(request) == sip_method_unknown) {
        return 501;
    }
    nta_incoming_treply(request, SIP_405_METHOD_NOT_ALLOWED, SIPTAG_ALLOW_STR(kAllow), TAG_END());
    return 405;
}

} // namespace dialer::sip
