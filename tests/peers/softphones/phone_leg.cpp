// The nailed-up leg of a phone: accepted at once, kept until the dialer ends it.

#include "tests/peers/softphones/phone_bank.hpp"

#include <algorithm>

namespace peers {
namespace {

constexpr ListenerConfig kListening{.key_payload_type = std::nullopt,
                                    .far_band = kCustomerTones,
                                    .own_band = kPhoneTones,
                                    .scan_every = 1,
                                    .hangover_frames = 25, // customers are further apart than that
                                    .beep_hz = kBeepHz};

} // namespace

int PhoneBank::on_request(nta_leg_magic_t* context, nta_leg_t* /*leg*/, nta_incoming_t* irq,
                          const sip_t* sip) {
    PhoneBank& bank = *reinterpret_cast<PhoneBank*>(context);
    if (sip->sip_to->a_tag != nullptr) {
        return 481;
    }
    switch (sip->sip_request->rq_method) {
    case sip_method_invite:
        return bank.take_invite(irq, sip);
    case sip_method_options:
    case sip_method_ack:
        return 200;
    default:
        return 405;
    }
}

int PhoneBank::take_invite(nta_incoming_t* irq, const sip_t* sip) {
    const auto at = by_user_.find(text(sip->sip_request->rq_url->url_user));
    if (at == by_user_.end()) {
        return 404;
    }
    Phone& phone = *at->second;
    const auto remote = read_session(body_of(sip));
    if (!remote) {
        return 488;
    }
    ++phone.record.invites;
    if (phone.leg) {
        // A dialer that was killed calls again before we noticed; the old leg is dead to it.
        ++phone.record.invites_while_busy;
        hang_up(*phone.leg, "replaced");
        retire(phone);
    }
    accept(phone, irq, sip, *remote);
    return 0;
}

void PhoneBank::accept(Phone& phone, nta_incoming_t* irq, const sip_t* sip,
                       const SessionBody& remote) {
    auto socket = open_udp(options_.address, 0);
    if (!socket) {
        nta_incoming_treply(irq, SIP_500_INTERNAL_SERVER_ERROR, TAG_END());
        nta_incoming_destroy(irq);
        return;
    }
    auto leg = std::make_unique<PhoneLeg>();
    leg->phone = &phone;
    leg->record = phone.record.legs.size();
    leg->stream = StreamId{next_stream_++};
    OwnSession own;
    own.address = options_.address;
    own.port = socket->port;
    own.law = remote.law;
    own.key_payload_type = remote.key_payload_type;
    own.id = static_cast<std::uint64_t>(leg->stream);
    leg->own_session = write_session(own);
    leg->invite.reset(irq);
    leg->leg.reset(nta_leg_tcreate(agent_.get(), &PhoneBank::on_leg_request,
                                   reinterpret_cast<nta_leg_magic_t*>(leg.get()),
                                   SIPTAG_CALL_ID(sip->sip_call_id), SIPTAG_FROM(sip->sip_to),
                                   SIPTAG_TO(sip->sip_from), TAG_END()));
    nta_leg_tag(leg->leg.get(), nta_incoming_tag(irq, nullptr));
    nta_leg_server_route(leg->leg.get(), sip->sip_record_route, sip->sip_contact);
    nta_incoming_bind(irq, &PhoneBank::on_ack, reinterpret_cast<nta_incoming_magic_t*>(leg.get()));
    nta_incoming_treply(irq, SIP_200_OK, SIPTAG_CONTACT_STR(phone.contact.c_str()),
                        SIPTAG_CONTENT_TYPE_STR("application/sdp"),
                        SIPTAG_PAYLOAD_STR(leg->own_session.c_str()), TAG_END());
    phone.record.legs.push_back({wall_ms(), 0, {}, {}});
    streams_of_[leg->stream] = {&phone, leg->record};
    start_media(*leg, std::move(*socket), remote);
    phone.leg = std::move(leg);
}

void PhoneBank::start_media(const PhoneLeg& leg, UdpSocket socket, const SessionBody& remote) {
    StreamConfig config;
    config.socket = std::move(socket);
    config.remote = remote.media;
    config.law = remote.law;
    config.key_payload_type = remote.key_payload_type;
    config.program = Program::agent;
    config.voice = static_cast<unsigned>(leg.phone->index);
    config.tone_hz = tone_hz(kPhoneTones, leg.phone->index);
    config.listener = kListening;
    config.listener.key_payload_type = remote.key_payload_type;
    config.watch = true;
    streams_.add(leg.stream, std::move(config));
}

int PhoneBank::on_leg_request(nta_leg_magic_t* context, nta_leg_t* /*handle*/, nta_incoming_t* irq,
                              const sip_t* sip) {
    PhoneLeg& leg = *reinterpret_cast<PhoneLeg*>(context);
    PhoneBank& bank = *leg.phone->bank;
    switch (sip->sip_request->rq_method) {
    case sip_method_bye:
        bank.end_leg(leg, "bye");
        leg.over = true;
        return 200;
    case sip_method_invite:
    case sip_method_update:
        return bank.change_media(leg, irq, sip);
    case sip_method_ack:
    case sip_method_info:
    case sip_method_options:
        return 200;
    default:
        return 405;
    }
}

int PhoneBank::change_media(PhoneLeg& leg, nta_incoming_t* irq, const sip_t* sip) {
    ++leg.phone->record.media_changes;
    if (const auto remote = read_session(body_of(sip))) {
        streams_.redirect(leg.stream, remote->media);
    }
    nta_incoming_treply(irq, SIP_200_OK, SIPTAG_CONTACT_STR(leg.phone->contact.c_str()),
                        SIPTAG_CONTENT_TYPE_STR("application/sdp"),
                        SIPTAG_PAYLOAD_STR(leg.own_session.c_str()), TAG_END());
    nta_incoming_destroy(irq);
    return 0;
}

int PhoneBank::on_ack(nta_incoming_magic_t* context, nta_incoming_t* /*irq*/, const sip_t* sip) {
    PhoneLeg& leg = *reinterpret_cast<PhoneLeg*>(context);
    if (sip == nullptr) {
        leg.phone->bank->hang_up(leg, "no_ack"); // RFC 3261 13.3.1.4
    }
    return 0;
}

int PhoneBank::on_bye_reply(nta_outgoing_magic_t* context, nta_outgoing_t* /*orq*/,
                            const sip_t* sip) {
    if (sip == nullptr || sip->sip_status == nullptr || sip->sip_status->st_status >= 200) {
        reinterpret_cast<PhoneLeg*>(context)->over = true;
    }
    return 0;
}

void PhoneBank::end_leg(PhoneLeg& leg, std::string_view ended_by) {
    LegRecord& record = leg.phone->record.legs.at(leg.record);
    if (record.end_ms != 0) {
        return;
    }
    record.end_ms = wall_ms();
    record.ended_by = ended_by;
    streams_.remove(leg.stream);
}

void PhoneBank::hang_up(PhoneLeg& leg, std::string_view ended_by) {
    end_leg(leg, ended_by);
    if (leg.bye || leg.over) {
        return;
    }
    leg.bye.reset(nta_outgoing_tcreate(leg.leg.get(), &PhoneBank::on_bye_reply,
                                       reinterpret_cast<nta_outgoing_magic_t*>(&leg), nullptr,
                                       SIP_METHOD_BYE, nullptr, TAG_END()));
    leg.over = !leg.bye;
}

void PhoneBank::retire(Phone& phone) {
    retired_.push_back(std::move(phone.leg));
}

void PhoneBank::take_stream_events() {
    for (StreamEvent& event : streams_.take_events()) {
        std::visit([this](auto& each) { take(each); }, event);
    }
}

void PhoneBank::take(const SoundHeard& /*event*/) {
    // What was heard stands in the record; the phone itself does nothing about it.
}

void PhoneBank::take(const BeepHeard& event) {
    const auto at = streams_of_.find(event.id);
    if (at != streams_of_.end()) {
        on_beep(at->second.phone->index);
    }
}

void PhoneBank::take(const StreamStalled& event) {
    const auto at = streams_of_.find(event.id);
    if (at == streams_of_.end()) {
        return;
    }
    // The dialer keeps a leg alive with packets even between calls: it is gone. It has also
    // forgotten that we are registered.
    Phone& phone = *at->second.phone;
    if (phone.leg && phone.leg->stream == event.id) {
        hang_up(*phone.leg, "stalled");
        start_registering(phone);
    }
}

void PhoneBank::take(StreamClosed& event) {
    const auto at = streams_of_.find(event.id);
    if (at != streams_of_.end()) {
        at->second.phone->record.legs.at(at->second.record).media = std::move(event.end);
        streams_of_.erase(at);
    }
}

} // namespace peers
