#include "dialer/sip/trunk_probe.hpp"

#include "dialer/sip/endpoint.hpp"
#include "dialer/sip/messages.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dialer::sip {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::seconds kIntervalWhenDown{5};
constexpr int kLateAfterT1s = 8; // with T1 of 500 ms: four seconds, four transmissions

} // namespace

TrunkProbe::TrunkProbe(Endpoint& endpoint, const Trunk& trunk)
    : endpoint_{endpoint}, trunk_{trunk}, uri_{fmt::format("sip:{}:{}", trunk.host, trunk.port)} {
    const std::string from = fmt::format("<{}>", endpoint.contact());
    const std::string to = fmt::format("<{}>", uri_);
    dialog_.reset(nta_leg_tcreate(endpoint.agent(), request_callback, this,
                                  SIPTAG_FROM_STR(from.c_str()), SIPTAG_TO_STR(to.c_str()),
                                  TAG_END()));
    nta_leg_tag(dialog_.get(), nullptr);
}

void TrunkProbe::tick(Monotonic now) {
    if (trunk_.options_interval == 0s) {
        if (!up_) {
            set_up(true, "not probed");
        }
        return;
    }
    if (probe_ && now >= late_) {
        probe_.reset();
        set_up(false, "no answer to OPTIONS");
    }
    if (!probe_ && now >= due_) {
        send(now);
    }
}

void TrunkProbe::refused() {
    if (trunk_.options_interval == 0s) {
        return; // without probes it could never come up again
    }
    due_ = std::min(due_, endpoint_.now().mono + kIntervalWhenDown);
    set_up(false, "port closed");
}

void TrunkProbe::on_response(nta_outgoing_t* request, const sip_t* sip) {
    const int status = nta_outgoing_status(request);
    if (request != probe_.get() || status < 200) {
        return;
    }
    const bool local = sip == nullptr || nta_sip_is_internal(sip) != 0;
    // Any final answer but 408 and server failures shows a living proxy, refusals included.
    const bool alive = !local && status < 500 && status != 408;
    probe_.reset();
    set_up(alive, local ? (status == 408 ? "no answer to OPTIONS" : "port closed")
                        : fmt::format("{} {}", status, phrase_of(sip)));
}

void TrunkProbe::send(Monotonic now) {
    const auto interval = up_.value_or(true) ? trunk_.options_interval
                                             : std::min(kIntervalWhenDown, trunk_.options_interval);
    due_ = now + interval;
    late_ = now + endpoint_.config().t1 * kLateAfterT1s;
    probe_.reset(nta_outgoing_tcreate(
        dialog_.get(), response_callback, this, URL_STRING_MAKE(uri_.c_str()), SIP_METHOD_OPTIONS,
        URL_STRING_MAKE(uri_.c_str()), SIPTAG_CONTACT_STR(endpoint_.contact().c_str()),
        SIPTAG_USER_AGENT_STR(kUserAgent), SIPTAG_ACCEPT_STR(kSdpType), TAG_END()));
}

void TrunkProbe::set_up(bool up, std::string why) {
    if (up_ == up) {
        return;
    }
    up_ = up;
    const Stamp at = endpoint_.now();
    if (!up) {
        due_ = std::min(due_, at.mono + std::min(kIntervalWhenDown, trunk_.options_interval));
    }
    endpoint_.emit(TrunkHealth{trunk_.name, at, up, std::move(why)});
}

} // namespace dialer::sip
