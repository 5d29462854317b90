#include "tests/peers/common/stream.hpp"

#include "tests/peers/common/random.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace peers {
namespace {

constexpr int kBatch = 8;
constexpr int kBatchesMax = 8; // a flood costs one stream's tick, not the pump
constexpr std::size_t kDatagramMax = 1500;
constexpr int kStalledTicks = 100; // 2 s
constexpr int kKeyPackets = 5;     // 100 ms
constexpr int kKeyEndPackets = 3;  // RFC 4733 2.5.1.4: the end is sent three times

/// Buffers of one recvmmsg, shared by all streams of a thread.
struct Inbox {
    std::array<std::array<std::uint8_t, kDatagramMax>, kBatch> data{};
    std::array<std::array<std::uint8_t, 64>, kBatch> control{};
    std::array<sockaddr_in, kBatch> from{};
    std::array<iovec, kBatch> parts{};
    std::array<mmsghdr, kBatch> headers{};

    int receive(int fd) {
        for (std::size_t i = 0; i < kBatch; ++i) {
            parts[i] = {data[i].data(), data[i].size()};
            headers[i] = {};
            headers[i].msg_hdr.msg_name = &from[i];
            headers[i].msg_hdr.msg_namelen = sizeof from[i];
            headers[i].msg_hdr.msg_iov = &parts[i];
            headers[i].msg_hdr.msg_iovlen = 1;
            headers[i].msg_hdr.msg_control = control[i].data();
            headers[i].msg_hdr.msg_controllen = control[i].size();
        }
        return ::recvmmsg(fd, headers.data(), kBatch, MSG_DONTWAIT, nullptr);
    }

    [[nodiscard]] std::int64_t arrival_ns(std::size_t i) {
        for (cmsghdr* part = CMSG_FIRSTHDR(&headers[i].msg_hdr); part != nullptr;
             part = CMSG_NXTHDR(&headers[i].msg_hdr, part)) {
            if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPNS) {
                timespec at{};
                std::memcpy(&at, CMSG_DATA(part), sizeof at);
                return static_cast<std::int64_t>(at.tv_sec) * 1'000'000'000 + at.tv_nsec;
            }
        }
        return 0;
    }
};

bool same(const sockaddr_in& a, const sockaddr_in& b) {
    return a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr;
}

} // namespace

Stream::Stream(StreamId id, StreamConfig config)
    : id_{id}, config_{std::move(config)}, listener_{config_.listener},
      recording_{&recording(config_.program, config_.voice)} {
    // RFC 3550 5.1: the start values are to be unpredictable; here they only have to differ.
    Random random{static_cast<std::uint64_t>(id) * 65537U + config_.socket.port};
    header_.ssrc = static_cast<std::uint32_t>(random.next());
    header_.sequence = static_cast<std::uint16_t>(random.next());
    header_.timestamp = static_cast<std::uint32_t>(random.next());
    header_.payload_type = static_cast<std::uint8_t>(config_.law);
    header_.marker = true;
}

Stream::Received Stream::receive() {
    static thread_local Inbox inbox;
    Received received;
    const std::uint64_t packets_before = listener_.heard().packets;
    const int beeps_before = listener_.heard().beeps;
    for (int batch = 0; batch < kBatchesMax; ++batch) {
        const int count = inbox.receive(config_.socket.fd.get());
        for (int n = 0; n < count; ++n) {
            const auto i = static_cast<std::size_t>(n);
            if (!same(inbox.from[i], config_.remote)) {
                listener_.stranger();
            }
            const std::span<const std::uint8_t> datagram{inbox.data[i].data(),
                                                         inbox.headers[i].msg_len};
            received.first_sound =
                listener_.hear(datagram, inbox.arrival_ns(i)) || received.first_sound;
        }
        if (count < kBatch) {
            break;
        }
    }
    received.beep = listener_.heard().beeps != beeps_before;
    const bool any = listener_.heard().packets != packets_before;
    ticks_without_packets_ = any ? 0 : ticks_without_packets_ + 1;
    received.stalled = config_.watch && ticks_without_packets_ == kStalledTicks;
    return received;
}

void Stream::send() {
    if (!pressing_) {
        start_key_if_due();
    }
    if (pressing_) {
        send_key();
    } else {
        send_audio();
    }
    ++ticks_;
    header_.timestamp += kFrameSamples;
}

void Stream::play(Program program, std::vector<KeyPress> keys) {
    config_.program = program;
    config_.keys = std::move(keys);
    recording_ = &recording(program, config_.voice);
    position_ = 0;
    ticks_ = 0;
    next_key_ = 0;
}

void Stream::start_key_if_due() {
    if (next_key_ >= config_.keys.size() || !config_.key_payload_type) {
        return;
    }
    const KeyPress& due = config_.keys[next_key_];
    if (due.at > Millis{ticks_ * 20}) {
        return;
    }
    ++next_key_;
    if (const auto code = key_code(due.key)) {
        pressing_ = Pressing{*code, header_.timestamp, 0};
    }
}

void Stream::send_key() {
    const bool end = pressing_->packets >= kKeyPackets;
    const int lasted = std::min(pressing_->packets + 1, kKeyPackets);
    RtpHeader header = header_;
    header.payload_type = *config_.key_payload_type;
    header.marker = pressing_->packets == 0;
    header.timestamp = pressing_->timestamp;
    std::array<std::uint8_t, kRtpHeaderBytes + 4> packet{};
    const std::span<std::uint8_t> bytes{packet};
    write_rtp(header, bytes.first<kRtpHeaderBytes>());
    write_key({pressing_->event, end, static_cast<std::uint16_t>(lasted * kFrameSamples)},
              bytes.subspan<kRtpHeaderBytes, 4>());
    transmit(packet);
    if (++pressing_->packets == kKeyPackets + kKeyEndPackets) {
        pressing_.reset();
    }
}

void Stream::send_audio() {
    std::array<std::uint8_t, kRtpHeaderBytes + kFrameSamples> packet{};
    const std::span<std::uint8_t> bytes{packet};
    write_rtp(header_, bytes.first<kRtpHeaderBytes>());
    mix(bytes.subspan<kRtpHeaderBytes, kFrameSamples>());
    transmit(packet);
    header_.marker = false;
}

void Stream::mix(std::span<std::uint8_t, kFrameSamples> out) {
    static const std::array<std::int16_t, kTonePeriod> no_tone{};
    const auto& tone = config_.tone_hz > 0 ? tone_samples(config_.tone_hz) : no_tone;
    const std::uint8_t* codes = g711::encode_table(config_.law);
    const std::int16_t* speech = recording_->samples.data() + position_;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int sum =
            std::clamp(speech[i] + tone[(tone_position_ + i) % kTonePeriod], -32768, 32767);
        out[i] = codes[static_cast<std::size_t>((sum >> 2) & 0x3fff)];
    }
    tone_position_ = (tone_position_ + out.size()) % kTonePeriod;
    position_ += out.size();
    if (position_ + out.size() > recording_->samples.size()) {
        position_ = recording_->loop_from;
    }
}

void Stream::transmit(std::span<const std::uint8_t> packet) {
    ++header_.sequence;
    const auto* to = reinterpret_cast<const sockaddr*>(&config_.remote);
    const auto sent = ::sendto(config_.socket.fd.get(), packet.data(), packet.size(), MSG_DONTWAIT,
                               to, sizeof config_.remote);
    // A refused port is reported at the next send and clears itself: the far end has hung up.
    if (sent == static_cast<ssize_t>(packet.size())) {
        ++sent_;
    } else {
        ++send_errors_;
    }
}

} // namespace peers
