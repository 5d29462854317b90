#include "tests/peers/carrier/exchange.hpp"

#include "tests/peers/common/random.hpp"
#include "tests/peers/common/stop_signal.hpp"

#include <fmt/format.h>
#include <sofia-sip/msg_addr.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace peers {
namespace {

constexpr long kTurnMsMax = 10; // stream events are looked at this often

sockaddr_in source_of(nta_incoming_t* irq) {
    sockaddr_in source{};
    msg_t* message = nta_incoming_getrequest(irq);
    if (message != nullptr) {
        const su_sockaddr_t* from = msg_addr(message);
        if (from != nullptr && from->su_family == AF_INET) {
            source = from->su_sin;
        }
        msg_destroy(message);
    }
    return source;
}

Invite read_invite(const Trunk& trunk, nta_incoming_t* irq, const sip_t* sip) {
    Invite invite;
    invite.number = normal_number(text(sip->sip_request->rq_url->url_user));
    invite.x_attempt = unknown_header(sip, "X-Attempt").value_or("");
    invite.call_id = text(sip->sip_call_id->i_id);
    invite.cseq = sip->sip_cseq->cs_seq;
    invite.branch = text(sip->sip_via->v_branch);
    invite.from = text(sip->sip_from->a_url->url_user);
    invite.source = to_text(source_of(irq));
    invite.trunk = trunk.index;
    return invite;
}

/// Replies for good and lets the library keep the transaction for retransmissions.
template <typename... Tags> void reply_final(nta_incoming_t* irq, int status, Tags... tags) {
    nta_incoming_treply(irq, status, sip_status_phrase(status), tags..., TAG_END());
    nta_incoming_destroy(irq);
}

} // namespace

Exchange::Exchange(const CarrierOptions& options, Ledger& ledger)
    : options_{options}, ledger_{ledger}, nonce_secret_{std::to_string(
                                              fold(options.seed, std::to_string(wall_ms())))},
      root_{make_root()}, rate_allowance_{options.calls_per_second_max}, rate_at_{now()} {
    for (const std::uint16_t port : options.ports) {
        auto trunk = std::make_unique<Trunk>();
        trunk->exchange = this;
        trunk->index = static_cast<int>(trunks_.size());
        trunk->agent = make_agent(root_.get(), options.address, port, options.drop_per_mille);
        if (!trunk->agent) {
            throw std::runtime_error{
                fmt::format("cannot bind SIP port {}:{}", options.address, port)};
        }
        trunk->port = port_of(trunk->agent.get());
        trunk->default_leg.reset(nta_leg_tcreate(trunk->agent.get(), &Exchange::on_request,
                                                 reinterpret_cast<nta_leg_magic_t*>(trunk.get()),
                                                 NTATAG_NO_DIALOG(1), TAG_END()));
        trunks_.push_back(std::move(trunk));
    }
}

Exchange::~Exchange() {
    calls_.clear(); // before the trunks whose agents their handles need
    trunks_.clear();
}

std::vector<std::uint16_t> Exchange::ports() const {
    std::vector<std::uint16_t> ports;
    for (const auto& trunk : trunks_) {
        ports.push_back(trunk->port);
    }
    return ports;
}

void Exchange::run() {
    while (!stop_requested()) {
        run_due_steps();
        take_stream_events();
        sweep();
        long wait_ms = kTurnMsMax;
        if (const auto due = agenda_.next_due()) {
            const auto left = std::chrono::ceil<Millis>(*due - now()).count();
            wait_ms = std::clamp<long>(left, 0, kTurnMsMax);
        }
        su_root_step(root_.get(), wait_ms);
    }
    for (StreamEvent& event : streams_.finish()) {
        std::visit([this](auto& each) { take(each); }, event);
    }
}

int Exchange::on_request(nta_leg_magic_t* context, nta_leg_t* /*leg*/, nta_incoming_t* irq,
                         const sip_t* sip) {
    Trunk& trunk = *reinterpret_cast<Trunk*>(context);
    if (sip->sip_to->a_tag != nullptr) {
        return 481; // of a dialog that we do not have (any more)
    }
    switch (sip->sip_request->rq_method) {
    case sip_method_invite:
        return trunk.exchange->take_invite(trunk, irq, sip);
    case sip_method_options:
    case sip_method_ack:
        return 200;
    default:
        return 405;
    }
}

int Exchange::take_invite(Trunk& trunk, nta_incoming_t* irq, const sip_t* sip) {
    Invite invite = read_invite(trunk, irq, sip);
    if (turn_away(invite, irq, sip)) {
        return 0;
    }
    const auto body = body_of(sip);
    auto remote = read_session(body);
    if (!body.empty() && !remote) {
        ledger_.final(ledger_.invite(std::move(invite), 0, "unacceptable"), 488);
        reply_final(irq, 488);
        return 0;
    }
    begin_call(trunk, std::move(invite), irq, sip, remote);
    return 0;
}

bool Exchange::turn_away(const Invite& invite, nta_incoming_t* irq, const sip_t* sip) {
    if (options_.login && challenge(invite, irq, sip)) {
        return true;
    }
    if (sip->sip_require != nullptr) {
        // RFC 3261 8.2.2.3: extensions the caller insists on are named back to it.
        ledger_.final(ledger_.invite(invite, 0, "unacceptable"), 420);
        reply_final(irq, 420, SIPTAG_UNSUPPORTED(sip->sip_require));
        return true;
    }
    if (over_rate() || calls_.size() >= options_.calls_max) {
        ledger_.final(ledger_.invite(invite, 0, "shed"), 503);
        reply_final(irq, 503, SIPTAG_RETRY_AFTER_STR("1"));
        return true;
    }
    return false;
}

bool Exchange::challenge(const Invite& invite, nta_incoming_t* irq, const sip_t* sip) {
    constexpr const char* kRealm = "carrier";
    const std::string nonce = md5_hex(nonce_secret_ + invite.call_id);
    const auto proof = digest_parameters(sip->sip_proxy_authorization);
    if (proof && proves(*proof, *options_.login, kRealm, nonce, "INVITE")) {
        return false;
    }
    ledger_.final(ledger_.invite(invite, 0, "challenged"), 407);
    const std::string header =
        fmt::format(R"(Digest realm="{}", nonce="{}", algorithm=MD5, qop="auth")", kRealm, nonce);
    reply_final(irq, 407, SIPTAG_PROXY_AUTHENTICATE_STR(header.c_str()));
    return true;
}

bool Exchange::over_rate() {
    const Moment at = now();
    const double second = std::max(1.0, options_.calls_per_second_max);
    const double passed = std::chrono::duration<double>(at - rate_at_).count();
    rate_at_ = at;
    rate_allowance_ = std::min(second, rate_allowance_ + passed * options_.calls_per_second_max);
    if (rate_allowance_ < 1.0) {
        return true;
    }
    rate_allowance_ -= 1.0;
    return false;
}

void Exchange::begin_call(Trunk& trunk, Invite invite, nta_incoming_t* irq, const sip_t* sip,
                          std::optional<SessionBody> remote) {
    auto call = std::make_unique<Call>();
    call->exchange = this;
    call->trunk = &trunk;
    call->remote = remote;
    const int attempt = ledger_.next_attempt(invite.number);
    const auto scripted = options_.script.find(invite.number, attempt);
    call->plan =
        scripted ? *scripted : plan_call(options_.mix, options_.seed, invite.number, attempt);
    call->id = ledger_.invite(std::move(invite), attempt, name(call->plan.outcome));
    call->invite.reset(irq);
    call->leg.reset(nta_leg_tcreate(trunk.agent.get(), &Exchange::on_call_request,
                                    reinterpret_cast<nta_leg_magic_t*>(call.get()),
                                    SIPTAG_CALL_ID(sip->sip_call_id), SIPTAG_FROM(sip->sip_to),
                                    SIPTAG_TO(sip->sip_from), TAG_END()));
    nta_leg_tag(call->leg.get(), nta_incoming_tag(irq, nullptr));
    nta_leg_server_route(call->leg.get(), sip->sip_record_route, sip->sip_contact);
    nta_incoming_bind(irq, &Exchange::on_ack_or_cancel,
                      reinterpret_cast<nta_incoming_magic_t*>(call.get()));
    Call& begun = *call;
    calls_.emplace(begun.id, std::move(call));
    ledger_.peak(calls_.size(), answered_now_);
    if (options_.delay_100.count() > 0) {
        note(begun, options_.delay_100, Step::begin);
    } else {
        begin(begun);
    }
}

void Exchange::run_due_steps() {
    using Doing = void (Exchange::*)(Call&);
    static constexpr std::array<Doing, 5> kSteps{&Exchange::begin, &Exchange::ring,
                                                 &Exchange::decide, &Exchange::lose_patience,
                                                 &Exchange::hang_up};
    const Moment at = now();
    while (const auto due = agenda_.take_due(at)) {
        Call* call = find(due->call);
        if (call != nullptr && call->state != CallState::over) {
            (this->*kSteps.at(static_cast<std::size_t>(due->step)))(*call);
        }
    }
}

void Exchange::take_stream_events() {
    for (StreamEvent& event : streams_.take_events()) {
        std::visit([this](auto& each) { take(each); }, event);
    }
}

void Exchange::take(const SoundHeard& event) {
    Call* call = find(static_cast<std::uint64_t>(event.id));
    if (call == nullptr || call->heard || call->state == CallState::over) {
        return;
    }
    call->heard = true;
    ledger_.heard(call->id);
    note(*call, call->plan.talk, Step::hang_up);
}

void Exchange::take(const BeepHeard& /*event*/) {
    // The safe-harbour message has no beep that a person would act on.
}

void Exchange::take(const StreamStalled& /*event*/) {
    // People on the phone notice a dead line by their patience only.
}

void Exchange::take(StreamClosed& event) {
    ledger_.media(static_cast<std::uint64_t>(event.id), std::move(event.end));
}

void Exchange::sweep() {
    for (const std::uint64_t id : ended_) {
        calls_.erase(id);
    }
    ended_.clear();
}

void Exchange::note(const Call& call, Millis after, Step step) {
    agenda_.note(now() + after, {call.id, step});
}

Call* Exchange::find(std::uint64_t id) {
    const auto at = calls_.find(id);
    return at == calls_.end() ? nullptr : at->second.get();
}

} // namespace peers
