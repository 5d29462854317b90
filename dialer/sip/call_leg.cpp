// The life of a leg and the requests we send inside its dialog.

#include "dialer/sip/call_leg.hpp"

#include "dialer/sip/endpoint.hpp"
#include "dialer/sip/messages.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dialer::sip {

using namespace std::chrono_literals;

namespace {

constexpr auto kByeWait = 33s;  // RFC 3261 17.1.2.2 Timer F, with a little room
constexpr auto kGlareWait = 3s; // RFC 3261 14.1: 2.1 to 4 s for the owner of the Call-ID
constexpr auto kRefreshRetryWait = 10s;

} // namespace

CallLeg::CallLeg(Endpoint& endpoint, LegId id, CallTarget target, sdp::Audio offer)
    : endpoint_{endpoint}, id_{id}, target_{std::move(target)}, offer_{offer}, local_{offer} {}

void CallLeg::hang_up() {
    switch (phase_) {
    case Phase::calling:
        phase_ = Phase::cancelling;
        cancel_asked_ = true;
        nta_outgoing_tcancel(invite_.get(), nullptr, nullptr, TAG_END());
        break;
    case Phase::challenged:
        fail(Failure::cancelled, 0, "given up before the credentials were sent", false);
        break;
    case Phase::talking:
        end(false, "BYE");
        break;
    case Phase::cancelling:
    case Phase::closing:
    case Phase::over:
        break;
    }
}

void CallLeg::give_up() {
    if (phase_ == Phase::calling || phase_ == Phase::cancelling || phase_ == Phase::challenged) {
        fail(Failure::cancelled, 0, "the engine stopped", false);
    } else if (phase_ == Phase::talking) {
        end(false, "the engine stopped");
    }
}

void CallLeg::on_deadline(Monotonic now) {
    if (phase_ == Phase::challenged) {
        fail(Failure::trunk_failure, 0, "the credentials were not sent in time", true);
    } else if (phase_ == Phase::closing) {
        finish();
    } else if (phase_ == Phase::talking && timer_.running()) {
        if (!timer_.we_refresh || now >= timer_.end(last_refresh_)) {
            end(false, "session expired");
        } else {
            send_refresh();
        }
    }
}

void CallLeg::on_response(nta_outgoing_t* request, const sip_t* sip) {
    if (phase_ == Phase::over) {
        return;
    }
    if (request == refresh_.get()) {
        on_refresh_response(request, sip);
        return;
    }
    const sip_method_t method = nta_outgoing_method(request);
    if (method == sip_method_invite) {
        on_invite_response(request, sip);
    } else if (method == sip_method_bye) {
        on_bye_response(request, sip);
    } else if (method == sip_method_prack) {
        on_prack_response(request, sip);
    }
}

OutgoingHandle CallLeg::request(nta_leg_t* dialog, sip_method_t method, const char* name,
                                const tagi_t* tags) {
    std::string header;
    if (auth_) {
        header = auth_->authorize(name, target_uri(dialog));
    }
    const bool proxy = auth_ && auth_->from_proxy();
    const std::string hop = next_hop(dialog);
    return OutgoingHandle{nta_outgoing_tcreate(
        dialog, response_callback, this, hop.empty() ? nullptr : URL_STRING_MAKE(hop.c_str()),
        method, name, URL_STRING_MAKE(target_.uri.c_str()),
        TAG_IF(auth_ && proxy, SIPTAG_PROXY_AUTHORIZATION_STR(header.c_str())),
        TAG_IF(auth_ && !proxy, SIPTAG_AUTHORIZATION_STR(header.c_str())),
        SIPTAG_USER_AGENT_STR(kUserAgent), TAG_NEXT(tags))};
}

// The dialog's own route when it can be reached over UDP without DNS; else where the INVITE went.
// A far end that names a host or TCP is reached through its proxy, and no call waits for a
// resolver.
std::string CallLeg::next_hop(nta_leg_t* dialog) const {
    const sip_route_t* route = nullptr;
    const sip_contact_t* target = nullptr;
    nta_leg_get_route(dialog, &route, &target);
    const url_t* first = route != nullptr ? route->r_url : nullptr;
    if (first == nullptr && target != nullptr) {
        first = target->m_url;
    }
    if (!target_.keep_next_hop && reachable_address(first)) {
        return {};
    }
    return route_to(target_.next_hop);
}

std::string CallLeg::target_uri(nta_leg_t* dialog) const {
    const sip_contact_t* target = nullptr;
    nta_leg_get_route(dialog, nullptr, &target);
    return target != nullptr ? text_of(target->m_url) : target_.uri;
}

void CallLeg::send_bye() {
    const tagi_t none[] = {{TAG_END()}};
    bye_ = request(dialog_.get(), SIP_METHOD_BYE, none);
    if (!bye_) {
        finish(); // the far end's Contact is no address at all
    }
}

void CallLeg::on_bye_response(nta_outgoing_t* request, const sip_t* sip) {
    const int status = nta_outgoing_status(request);
    if (request != bye_.get() || status < 200) {
        return;
    }
    const bool asks = sip != nullptr && (status == 401 || status == 407);
    if (asks && !request_retried_ && learn_challenge(sip)) {
        request_retried_ = true;
        send_bye();
        return;
    }
    finish();
}

void CallLeg::on_prack_response(nta_outgoing_t* request, const sip_t*) {
    if (nta_outgoing_status(request) >= 200) {
        std::erase_if(pracks_, [request](const OutgoingHandle& p) { return p.get() == request; });
    }
}

// RFC 4028 7.4: UPDATE where the far end knows it, since that cannot disturb the media.
void CallLeg::send_refresh() {
    if (refresh_) {
        endpoint_.set_deadline(id_, timer_.end(last_refresh_));
        return;
    }
    const std::string expires = fmt::format("{};refresher=uac", timer_.interval.count());
    const std::string min_se = std::to_string(endpoint_.config().session_expires_min.count());
    const std::string body = sdp::write(local_);
    const bool invite = !far_end_updates_;
    const tagi_t tags[] = {
        {SIPTAG_CONTACT_STR(endpoint_.contact().c_str())},
        {SIPTAG_SUPPORTED_STR(kSupported)},
        {SIPTAG_ALLOW_STR(kAllow)},
        {SIPTAG_SESSION_EXPIRES_STR(expires.c_str())},
        {SIPTAG_MIN_SE_STR(min_se.c_str())},
        {TAG_IF(invite, SIPTAG_CONTENT_TYPE_STR(kSdpType))},
        {TAG_IF(invite, SIPTAG_PAYLOAD_STR(body.c_str()))},
        {TAG_END()},
    };
    refresh_ = invite ? request(dialog_.get(), SIP_METHOD_INVITE, tags)
                      : request(dialog_.get(), SIP_METHOD_UPDATE, tags);
    endpoint_.set_deadline(id_, timer_.end(last_refresh_));
    if (!refresh_) {
        end(false, "the session could not be refreshed");
    }
}

void CallLeg::on_refresh_response(nta_outgoing_t* request, const sip_t* sip) {
    const int status = nta_outgoing_status(request);
    if (status < 200) {
        return;
    }
    const bool local = sip == nullptr || nta_sip_is_internal(sip) != 0;
    if (!local && status < 300) {
        refreshed(request, sip);
    } else {
        refresh_failed(status, local ? nullptr : sip);
    }
}

void CallLeg::refreshed(nta_outgoing_t* request, const sip_t* sip) {
    const bool was_invite = nta_outgoing_method(request) == sip_method_invite;
    nta_leg_client_reroute(dialog_.get(), nullptr, sip->sip_contact, 0);
    if (was_invite) {
        send_ack(request, sip);
    }
    refresh_.reset();
    if (phase_ != Phase::talking) {
        return;
    }
    if (const auto body = read_body(sip); was_invite && body && body->audio) {
        media_changed(*body->audio);
    }
    const auto expires = session_expires_of(sip);
    // A far end without timers answers without the header; then the refresh stays our task.
    start_timer(agreed_as_uac(expires.value_or(timer_.interval),
                              expires ? refresher_of(sip) : Refresher::uac,
                              endpoint_.config().session_expires_min));
}

void CallLeg::refresh_failed(int status, const sip_t* sip) {
    refresh_.reset();
    if (phase_ != Phase::talking) {
        return;
    }
    if (sip == nullptr || status == 408 || status == 481) {
        end(false, "session expired"); // RFC 4028 7.3, RFC 5057 5.1: the far end is gone
        return;
    }
    if ((status == 401 || status == 407) && !request_retried_ && learn_challenge(sip)) {
        request_retried_ = true;
        send_refresh();
        return;
    }
    if (status == 422 && sip->sip_min_se != nullptr) {
        const auto wanted = std::chrono::seconds{std::min(sip->sip_min_se->min_delta, 86400UL)};
        timer_.interval = std::max(timer_.interval, wanted);
    }
    if (status == 405 || status == 501) {
        far_end_updates_ = false;
    }
    retry_refresh(status == 491 || status == 422 ? kGlareWait : kRefreshRetryWait);
}

void CallLeg::retry_refresh(std::chrono::seconds after) {
    const Monotonic again = endpoint_.now().mono + after;
    endpoint_.set_deadline(id_, std::min(again, timer_.end(last_refresh_)));
}

void CallLeg::start_timer(SessionTimer timer) {
    timer_ = timer;
    last_refresh_ = endpoint_.now().mono;
    request_retried_ = false;
    endpoint_.set_deadline(id_, timer.running() ? std::optional{timer.due(last_refresh_)}
                                                : std::nullopt);
}

bool CallLeg::learn_challenge(const sip_t* sip) {
    auto challenge = challenge_of(sip);
    if (!target_.credentials || !challenge) {
        return false;
    }
    auth_.emplace(*target_.credentials, std::move(*challenge));
    return true;
}

void CallLeg::end(bool by_far_end, std::string reason) {
    endpoint_.emit(Ended{id_, endpoint_.now(), by_far_end, std::move(reason)});
    if (by_far_end) {
        finish();
    } else {
        close();
    }
}

void CallLeg::fail(Failure failure, int status, std::string reason, bool technical,
                   std::optional<std::chrono::seconds> retry_after) {
    endpoint_.emit(
        Failed{id_, endpoint_.now(), failure, status, std::move(reason), technical, retry_after});
    if (confirmed_) {
        close();
    } else {
        finish();
    }
}

void CallLeg::close() {
    phase_ = Phase::closing;
    request_retried_ = false;
    refresh_.reset();
    endpoint_.set_deadline(id_, endpoint_.now().mono + kByeWait);
    send_bye();
}

void CallLeg::finish() {
    phase_ = Phase::over;
    endpoint_.retire(id_);
}

bool same_media(const sdp::Audio& a, const sdp::Audio& b) {
    return a.address == b.address && a.port == b.port && a.pcmu == b.pcmu && a.pcma == b.pcma &&
           a.pcma_first == b.pcma_first && a.telephone_event == b.telephone_event &&
           a.ptime_ms == b.ptime_ms && a.direction == b.direction && a.rtcp_mux == b.rtcp_mux;
}

} // namespace dialer::sip
