#include "dialer/media/relay.hpp"

#include "dialer/media/g711.hpp"

#include <algorithm>

namespace dialer::media {

namespace {

// The sweep for silent legs takes half a second, a slice each tick, so that 5,000 waiting legs
// never hold up a packet. The one for pauses in bridged calls takes 60 ms.
constexpr std::size_t kTicksPerSweep = 25;
constexpr std::size_t kTicksPerTalkingSweep = 3;
// A far end may send a key both ways; the detector hears the tone some 50 ms after the event.
constexpr std::chrono::milliseconds kSameKey{500};
constexpr int kReadAtClose = 32; // bounded, or a flood could hold up the thread

constexpr std::uint8_t type_of(sdp::Codec codec) {
    return static_cast<std::uint8_t>(codec);
}

bool is_audio(std::uint8_t type) {
    return type == type_of(sdp::Codec::pcmu) || type == type_of(sdp::Codec::pcma);
}

bool is_event(const RtpLeg& leg, std::uint8_t type) {
    return leg.remote.telephone_event != 0 && type == leg.remote.telephone_event;
}

bool can_send(const RtpLeg& leg) {
    const Endpoint to = leg.latch.destination();
    return leg.connected && leg.remote.may_send && to.address != 0 && to.port != 0;
}

using Frame = std::array<std::uint8_t, kFrameBytes>;

Frame make_silence(sdp::Codec codec) {
    Frame frame{};
    frame.fill(silence_code(codec));
    return frame;
}

} // namespace

void Relay::LegList::put(RtpLeg& leg) {
    if (leg.*place_ == RtpLeg::kNowhere) {
        leg.*place_ = legs_.size();
        legs_.push_back(&leg);
    }
}

void Relay::LegList::remove(RtpLeg& leg) {
    if (leg.*place_ == RtpLeg::kNowhere) {
        return;
    }
    RtpLeg* const last = legs_.back();
    legs_[leg.*place_] = last;
    last->*place_ = leg.*place_;
    legs_.pop_back();
    leg.*place_ = RtpLeg::kNowhere;
}

Relay::Relay(std::chrono::milliseconds silence_limit, const Clock& clock)
    : silence_limit_{silence_limit}, clock_{clock} {}

RtpLeg* Relay::find(LegId id) const {
    const auto found = legs_.find(id);
    return found == legs_.end() ? nullptr : found->second.get();
}

void Relay::add(std::unique_ptr<RtpLeg> leg) {
    RtpLeg& added = *leg;
    added.stats.leg = added.id;
    legs_.emplace(added.id, std::move(leg));
    all_.put(added);
}

void Relay::update_lists(RtpLeg& leg) {
    const bool bridged = leg.peer != nullptr;
    const bool idle_agent = leg.kind == LegKind::agent && leg.connected && !bridged;
    if (idle_agent || (bridged && leg.filling) || leg.clip != nullptr) {
        ticking_.put(leg);
    } else {
        ticking_.remove(leg);
    }
    if (bridged && !leg.filling) {
        talking_.put(leg);
    } else {
        talking_.remove(leg);
    }
}

void Relay::set_filling(RtpLeg& leg, bool filling) {
    if (leg.filling != filling) {
        leg.filling = filling;
        update_lists(leg);
    }
}

void Relay::connect(LegId id, const Remote& remote, Monotonic now) {
    RtpLeg* const leg = find(id);
    if (leg == nullptr) {
        return;
    }
    leg->connected = true;
    leg->remote = remote;
    leg->latch.point(make_endpoint(remote.address, remote.port));
    leg->heard_at = now;
    leg->silent = false;
    update_lists(*leg);
}

void Relay::detach(RtpLeg& leg) {
    leg.clip = nullptr;
    leg.first_audio_pending = false;
    leg.out.change_source();
    if (RtpLeg* const peer = leg.peer; peer != nullptr) {
        peer->peer = nullptr;
        peer->first_audio_pending = false;
        peer->out.change_source();
        leg.peer = nullptr;
        update_lists(*peer);
    }
    update_lists(leg);
}

void Relay::bridge(LegId customer_id, LegId agent_id) {
    RtpLeg* const customer = find(customer_id);
    RtpLeg* const agent = find(agent_id);
    if (customer == nullptr || agent == nullptr || customer == agent) {
        return;
    }
    detach(*customer);
    detach(*agent);
    customer->peer = agent;
    agent->peer = customer;
    agent->first_audio_pending = true;
    for (RtpLeg* const leg : {customer, agent}) {
        leg->filling = true; // until the other side's first packet
        update_lists(*leg);
    }
    events_.emplace_back(Bridged{customer_id, agent_id, clock_.now()});
}

void Relay::unbridge(LegId agent_id) {
    if (RtpLeg* const agent = find(agent_id); agent != nullptr) {
        detach(*agent);
    }
}

void Relay::play(LegId id, const Clip& clip) {
    RtpLeg* const leg = find(id);
    if (leg == nullptr) {
        return;
    }
    detach(*leg);
    leg->clip = &clip;
    leg->clip_frame = 0;
    leg->clip_heard = false;
    if (!leg->tones) {
        leg->tones = std::make_unique<KeyTones>();
    }
    update_lists(*leg);
}

void Relay::close(LegId id, Monotonic now) {
    const auto found = legs_.find(id);
    if (found == legs_.end()) {
        return;
    }
    RtpLeg& leg = *found->second;
    // What came before the end still counts: it may hold the key that opts out.
    for (int i = 0; i < kReadAtClose && on_readable(leg, now); ++i) {
    }
    detach(leg);
    ticking_.remove(leg);
    talking_.remove(leg);
    all_.remove(leg);
    events_.emplace_back(leg.stats);
    legs_.erase(found);
}

bool Relay::on_readable(RtpLeg& leg, Monotonic now) {
    Endpoint from;
    const auto size = receive(leg.socket, buffer_, from);
    if (!size) {
        return false;
    }
    const RtpPacket packet = read_rtp(std::span{buffer_}.first(*size));
    if (packet.kind == PacketKind::malformed) {
        ++leg.stats.malformed;
    } else if (packet.kind == PacketKind::rtp) {
        on_rtp(leg, packet, from, now);
    }
    return true;
}

void Relay::on_rtp(RtpLeg& leg, const RtpPacket& packet, Endpoint from, Monotonic now) {
    if (!leg.connected) {
        ++leg.stats.received; // Nobody knows yet what belongs here, so nothing is latched.
        return;
    }
    const bool event = is_event(leg, packet.type);
    // Either codec may come: we offer both, and an answer may keep both (RFC 3264 6.1).
    if (!event && !is_audio(packet.type) && packet.type != kComfortNoise) {
        ++leg.stats.malformed;
        return;
    }
    if (!leg.latch.admit(from, packet.header.ssrc, now)) {
        ++leg.stats.intruders;
        return;
    }
    ++leg.stats.received;
    leg.heard_at = now;
    leg.silent = false;
    if (event) {
        on_event(leg, packet, now);
    } else if (is_audio(packet.type)) {
        on_audio(leg, packet, now);
    } else if (leg.peer != nullptr) {
        leg.peer->out.interrupt(); // Comfort noise: our own silence is quiet enough.
    }
}

void Relay::on_event(RtpLeg& leg, const RtpPacket& packet, Monotonic now) {
    const auto payload = std::span{buffer_}.subspan(packet.payload_at, packet.payload_size);
    const auto key = leg.events.on_packet(payload, packet.header.timestamp, packet.header.ssrc);
    if (key) {
        on_key(leg, *key, false, now);
    }
    if (leg.peer != nullptr) {
        forward(leg, packet, PayloadKind::event, now);
    }
}

void Relay::on_audio(RtpLeg& leg, const RtpPacket& packet, Monotonic now) {
    if (packet.payload_size == 0) {
        return; // A keep-alive (RFC 6263 4.1).
    }
    if (leg.tones) {
        const auto codec = static_cast<sdp::Codec>(packet.type);
        const auto payload = std::span{buffer_}.subspan(packet.payload_at, packet.payload_size);
        if (const auto key = leg.tones->listen(codec, payload); key) {
            on_key(leg, *key, true, now);
        }
    }
    if (leg.peer != nullptr) {
        forward(leg, packet, PayloadKind::audio, now);
    }
}

void Relay::forward(RtpLeg& from, const RtpPacket& packet, PayloadKind kind, Monotonic now) {
    RtpLeg& to = *from.peer;
    const bool unheard = kind == PayloadKind::event && to.remote.telephone_event == 0;
    if (!can_send(to) || unheard) {
        to.out.interrupt();
        return;
    }
    const auto samples = static_cast<std::uint32_t>(packet.payload_size);
    const auto header = to.out.relay(packet.header, kind, samples, now);
    if (!header) {
        return;
    }
    const auto datagram = std::span{buffer_}.subspan(packet.payload_at - kRtpHeaderSize,
                                                     kRtpHeaderSize + packet.payload_size);
    std::uint8_t type = to.remote.telephone_event;
    if (kind == PayloadKind::audio) {
        type = type_of(to.remote.codec);
        transcode(datagram.subspan(kRtpHeaderSize), static_cast<sdp::Codec>(packet.type),
                  to.remote.codec);
    }
    write_rtp(datagram.first<kRtpHeaderSize>(), *header, type);
    set_filling(to, false);
    if (!send(to.socket, datagram, to.latch.destination())) {
        return;
    }
    ++to.stats.sent;
    if (to.first_audio_pending && kind == PayloadKind::audio) {
        to.first_audio_pending = false;
        events_.emplace_back(FirstAudio{from.id, clock_.now()});
    }
}

void Relay::on_key(RtpLeg& leg, char key, bool in_band, Monotonic now) {
    const bool twice = leg.last_key && leg.last_key->key == key &&
                       leg.last_key->in_band != in_band && now - leg.last_key->at < kSameKey;
    if (twice) {
        return;
    }
    leg.last_key = RtpLeg::Key{key, in_band, now};
    events_.emplace_back(Digit{leg.id, key, clock_.now()});
}

void Relay::send_own(RtpLeg& leg, const RtpHeader& header,
                     std::span<const std::uint8_t, kFrameBytes> payload) {
    std::array<std::uint8_t, kRtpHeaderSize + kFrameBytes> datagram{};
    write_rtp(std::span{datagram}.first<kRtpHeaderSize>(), header, type_of(leg.remote.codec));
    std::copy(payload.begin(), payload.end(), datagram.begin() + kRtpHeaderSize);
    if (send(leg.socket, datagram, leg.latch.destination())) {
        ++leg.stats.sent;
    }
}

void Relay::send_silence(RtpLeg& leg, Monotonic now) {
    static const Frame kPcmu = make_silence(sdp::Codec::pcmu);
    static const Frame kPcma = make_silence(sdp::Codec::pcma);
    if (const auto header = leg.out.silence(now); header) {
        send_own(leg, *header, leg.remote.codec == sdp::Codec::pcma ? kPcma : kPcmu);
    }
}

void Relay::tick_clip(RtpLeg& leg, Monotonic now) {
    if (!leg.connected) {
        return; // It starts when there is somewhere to play it to.
    }
    // A far end that holds us misses what is played meanwhile: the message has its time.
    if (can_send(leg)) {
        send_own(leg, leg.out.frame(now), leg.clip->frame(leg.remote.codec, leg.clip_frame));
        if (!leg.clip_heard) {
            leg.clip_heard = true;
            events_.emplace_back(ClipStarted{leg.id, clock_.now()});
        }
    }
    if (++leg.clip_frame == leg.clip->frames()) {
        detach(leg);
        events_.emplace_back(ClipEnded{leg.id, clock_.now()});
    }
}

void Relay::tick_leg(RtpLeg& leg, Monotonic now) {
    if (leg.clip != nullptr) {
        tick_clip(leg, now);
    } else if (can_send(leg)) {
        send_silence(leg, now);
    }
}

void Relay::tick(Monotonic now) {
    sweep_talking(now);
    // Backwards: a leg whose clip ends leaves the list, and the last one takes its place.
    for (std::size_t i = ticking_.legs().size(); i > 0; --i) {
        tick_leg(*ticking_.legs()[i - 1], now);
    }
    sweep_all(now);
}

void Relay::sweep_talking(Monotonic now) {
    std::size_t count =
        (talking_.legs().size() + kTicksPerTalkingSweep - 1) / kTicksPerTalkingSweep;
    for (; count > 0 && !talking_.legs().empty(); --count) {
        talking_next_ = talking_next_ + 1 < talking_.legs().size() ? talking_next_ + 1 : 0;
        RtpLeg& leg = *talking_.legs()[talking_next_];
        if (leg.out.starved(now)) {
            set_filling(leg, true);
        }
    }
}

void Relay::sweep_all(Monotonic now) {
    const std::vector<RtpLeg*>& legs = all_.legs();
    std::size_t count = (legs.size() + kTicksPerSweep - 1) / kTicksPerSweep;
    for (; count > 0; --count) {
        all_next_ = all_next_ + 1 < legs.size() ? all_next_ + 1 : 0;
        RtpLeg& leg = *legs[all_next_];
        // While the far end holds us it need not send.
        const bool owes = leg.connected && leg.remote.may_send && !leg.silent;
        if (owes && now - leg.heard_at > silence_limit_) {
            leg.silent = true;
            events_.emplace_back(Silent{leg.id, clock_.now()});
        }
    }
}

} // namespace dialer::media
