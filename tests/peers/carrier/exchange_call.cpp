// The life of one call on the exchange: what comes for it, and what it does by itself.

#include "tests/peers/carrier/exchange.hpp"

#include <array>

namespace peers {
namespace {

constexpr ListenerConfig kListening{.key_payload_type = std::nullopt,
                                    .far_band = kPhoneTones,
                                    .own_band = kCustomerTones,
                                    .scan_every = 5, // once a second: hundreds of streams
                                    .hangover_frames = 10};

constexpr std::optional<std::uint8_t> kKeyPayloadType = 101; // in offers of our own

Program program_of(const Plan& plan) {
    return plan.outcome == Outcome::machine ? Program::machine : Program::human;
}

} // namespace

int Exchange::on_call_request(nta_leg_magic_t* context, nta_leg_t* /*leg*/, nta_incoming_t* irq,
                              const sip_t* sip) {
    Call& call = *reinterpret_cast<Call*>(context);
    Exchange& exchange = *call.exchange;
    switch (sip->sip_request->rq_method) {
    case sip_method_bye:
        exchange.ledger_.bye_in(call.id);
        exchange.finish(call);
        return 200;
    case sip_method_invite:
    case sip_method_update:
        return exchange.change_media(call, irq, sip);
    case sip_method_ack:
    case sip_method_info:
    case sip_method_options:
        return 200;
    default:
        return 405;
    }
}

int Exchange::change_media(Call& call, nta_incoming_t* irq, const sip_t* sip) {
    if (call.state == CallState::proceeding || call.own_session.empty()) {
        return 491; // RFC 3261 14.2: another offer is still open
    }
    if (const auto remote = read_session(body_of(sip))) {
        call.remote = remote;
        streams_.redirect(StreamId{call.id}, remote->media);
    }
    nta_incoming_treply(irq, SIP_200_OK, SIPTAG_CONTACT(nta_agent_contact(call.trunk->agent.get())),
                        SIPTAG_CONTENT_TYPE_STR("application/sdp"),
                        SIPTAG_PAYLOAD_STR(call.own_session.c_str()), TAG_END());
    nta_incoming_destroy(irq);
    return 0;
}

int Exchange::on_ack_or_cancel(nta_incoming_magic_t* context, nta_incoming_t* /*irq*/,
                               const sip_t* sip) {
    Call& call = *reinterpret_cast<Call*>(context);
    Exchange& exchange = *call.exchange;
    if (sip == nullptr) {
        // RFC 3261 13.3.1.4: no ACK in 64 * T1, the dialog is ended with BYE.
        if (call.state == CallState::accepted) {
            exchange.ledger_.no_ack(call.id);
            call.state = CallState::talking;
            exchange.hang_up(call);
        }
    } else if (sip->sip_request->rq_method == sip_method_cancel) {
        exchange.cancelled(call);
    } else if (sip->sip_request->rq_method == sip_method_ack) {
        exchange.acked(call, sip);
    }
    return 0;
}

void Exchange::acked(Call& call, const sip_t* sip) {
    if (call.state != CallState::accepted) {
        return; // the ACK of a refusal, or of a 200 sent once more
    }
    call.state = CallState::talking;
    ledger_.answered(call.id);
    if (!call.remote) {
        call.remote = read_session(body_of(sip)); // our offer is answered in the ACK
        start_media(call, program_of(call.plan));
    }
    if (call.leave_when_acked) {
        hang_up(call);
    }
}

void Exchange::cancelled(Call& call) {
    if (call.state != CallState::proceeding) {
        return; // crossed by our final response; the caller hangs up with BYE
    }
    ledger_.cancelled(call.id);
    nta_incoming_treply(call.invite.get(), SIP_487_REQUEST_CANCELLED, TAG_END());
    ledger_.final(call.id, 487);
    finish(call);
}

int Exchange::on_bye_reply(nta_outgoing_magic_t* context, nta_outgoing_t* /*orq*/,
                           const sip_t* sip) {
    Call& call = *reinterpret_cast<Call*>(context);
    if (sip == nullptr || sip->sip_status == nullptr || sip->sip_status->st_status >= 200) {
        call.exchange->finish(call);
    }
    return 0;
}

void Exchange::begin(Call& call) {
    if (call.state != CallState::proceeding) {
        return;
    }
    nta_incoming_treply(call.invite.get(), SIP_100_TRYING, TAG_END());
    if (call.plan.rings) {
        note(call, call.plan.ring_at, Step::ring);
    }
    if (call.plan.decide_at.count() == 0) {
        decide(call);
    } else {
        note(call, call.plan.decide_at, Step::decide);
    }
}

void Exchange::ring(Call& call) {
    if (call.state != CallState::proceeding) {
        return;
    }
    const sip_contact_t* contact = nta_agent_contact(call.trunk->agent.get());
    if (call.plan.early_media && call.remote && reserve_media(call)) {
        start_media(call, Program::ringback);
        nta_incoming_treply(call.invite.get(), SIP_183_SESSION_PROGRESS, SIPTAG_CONTACT(contact),
                            SIPTAG_CONTENT_TYPE_STR("application/sdp"),
                            SIPTAG_PAYLOAD_STR(call.own_session.c_str()), TAG_END());
        return;
    }
    nta_incoming_treply(call.invite.get(), SIP_180_RINGING, SIPTAG_CONTACT(contact), TAG_END());
}

void Exchange::decide(Call& call) {
    if (call.state != CallState::proceeding) {
        return;
    }
    if (call.plan.status == 200) {
        answer(call);
        return;
    }
    const int status = call.plan.status;
    nta_incoming_treply(call.invite.get(), status, sip_status_phrase(status), TAG_END());
    ledger_.final(call.id, status);
    finish(call);
}

void Exchange::answer(Call& call) {
    if (call.own_session.empty() && !reserve_media(call)) {
        nta_incoming_treply(call.invite.get(), SIP_500_INTERNAL_SERVER_ERROR, TAG_END());
        ledger_.final(call.id, 500);
        finish(call);
        return;
    }
    nta_incoming_treply(call.invite.get(), SIP_200_OK,
                        SIPTAG_CONTACT(nta_agent_contact(call.trunk->agent.get())),
                        SIPTAG_CONTENT_TYPE_STR("application/sdp"),
                        SIPTAG_PAYLOAD_STR(call.own_session.c_str()), TAG_END());
    if (call.streaming) {
        streams_.play(StreamId{call.id}, program_of(call.plan), call.plan.keys);
    } else {
        start_media(call, program_of(call.plan));
    }
    call.state = CallState::accepted;
    ledger_.ok(call.id, call.tone_hz);
    ledger_.peak(calls_.size(), ++answered_now_);
    if (call.plan.outcome == Outcome::human) {
        note(call, call.plan.patience, Step::lose_patience);
    }
    if (call.plan.hang_up) {
        note(call, *call.plan.hang_up, Step::hang_up);
    }
}

bool Exchange::reserve_media(Call& call) {
    auto socket = open_udp(options_.address, 0);
    if (!socket) {
        return false;
    }
    call.socket = std::move(*socket);
    call.tone_hz = tone_hz(kCustomerTones, answers_++);
    OwnSession own;
    own.address = options_.address;
    own.port = call.socket.port;
    own.id = call.id;
    own.law = call.remote ? call.remote->law : g711::Law::ulaw;
    own.key_payload_type = call.remote ? call.remote->key_payload_type : kKeyPayloadType;
    call.own_session = write_session(own);
    return true;
}

void Exchange::start_media(Call& call, Program program) {
    if (!call.remote) {
        return;
    }
    StreamConfig config;
    config.socket = std::move(call.socket);
    config.remote = call.remote->media;
    config.law = call.remote->law;
    config.key_payload_type = call.remote->key_payload_type;
    config.program = program;
    config.voice = call.plan.voice;
    config.tone_hz = call.tone_hz;
    config.keys = program == Program::ringback ? std::vector<KeyPress>{} : call.plan.keys;
    config.listener = kListening;
    config.listener.key_payload_type = call.remote->key_payload_type;
    streams_.add(StreamId{call.id}, std::move(config));
    call.streaming = true;
}

void Exchange::lose_patience(Call& call) {
    if (!call.heard) {
        hang_up(call);
    }
}

void Exchange::hang_up(Call& call) {
    if (call.state == CallState::accepted) {
        call.leave_when_acked = true;
        return;
    }
    if (call.state != CallState::talking) {
        return;
    }
    call.state = CallState::leaving;
    ledger_.bye_out(call.id);
    call.bye.reset(nta_outgoing_tcreate(call.leg.get(), &Exchange::on_bye_reply,
                                        reinterpret_cast<nta_outgoing_magic_t*>(&call), nullptr,
                                        SIP_METHOD_BYE, nullptr, TAG_END()));
    if (!call.bye) {
        finish(call); // the caller gave no usable Contact
    }
}

void Exchange::finish(Call& call) {
    if (call.state == CallState::over) {
        return;
    }
    const bool answered = call.state != CallState::proceeding;
    answered_now_ -= answered && answered_now_ > 0 ? 1U : 0U;
    call.state = CallState::over;
    if (call.streaming) {
        streams_.remove(StreamId{call.id});
        call.streaming = false;
    }
    ended_.push_back(call.id);
}

} // namespace peers
