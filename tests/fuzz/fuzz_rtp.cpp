// Goal: no sequence of datagrams from anybody harms the packet path, and the stream that comes out
// keeps its promises. Method: the input is cut into datagrams, each with a time step and a source;
// they go through the reader, the latch, the key decoder and the stream as in a relay.

#include "dialer/media/g711.hpp"
#include "dialer/media/latch.hpp"
#include "dialer/media/rtp.hpp"
#include "dialer/media/rtp_stream.hpp"
#include "dialer/media/telephone_event.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

using namespace dialer;
using namespace dialer::media;

namespace {

void require(bool promise) {
    if (!promise) {
        std::abort();
    }
}

constexpr std::uint8_t kEventType = 101;
constexpr std::uint32_t kSsrc = 7;

/// One bridged direction without its sockets.
class Direction {
public:
    Direction() { latch_.point({1, 1}); }

    void on_datagram(std::vector<std::uint8_t> datagram, Endpoint from, Monotonic now) {
        const RtpPacket packet = read_rtp(datagram);
        if (packet.kind != PacketKind::rtp) {
            return;
        }
        require(packet.payload_at >= kRtpHeaderSize);
        require(packet.payload_at + packet.payload_size <= datagram.size());
        if (!latch_.admit(from, packet.header.ssrc, now)) {
            return;
        }
        const auto payload = std::span{datagram}.subspan(packet.payload_at, packet.payload_size);
        const bool event = packet.type == kEventType;
        if (event) {
            (void)events_.on_packet(payload, packet.header.timestamp, packet.header.ssrc);
        } else {
            transcode(payload, sdp::Codec::pcmu, sdp::Codec::pcma);
        }
        const auto out =
            stream_.relay(packet.header, event ? PayloadKind::event : PayloadKind::audio,
                          static_cast<std::uint32_t>(payload.size()), now);
        require(!out || out->ssrc == kSsrc);
        if (out) {
            write_rtp(std::span{datagram}
                          .subspan(packet.payload_at - kRtpHeaderSize)
                          .first<kRtpHeaderSize>(),
                      *out, packet.type);
        }
    }

    void on_tick(Monotonic now) {
        const auto out = stream_.silence(now);
        require(!out || out->ssrc == kSsrc);
    }

    void change_source() { stream_.change_source(); }

private:
    Latch latch_;
    EventDecoder events_;
    RtpStream stream_{{.ssrc = kSsrc, .sequence = 65000, .timestamp = 0xFFFF0000}};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::span<const std::uint8_t> input{data, size};
    Direction direction;
    Monotonic now = Monotonic{} + std::chrono::hours{1};
    // A step is: what happens, how long after the step before, how many bytes follow.
    while (input.size() >= 3) {
        const std::uint8_t what = input[0];
        now += std::chrono::milliseconds{input[1]} * (what & 0x80 ? 100 : 1);
        const std::size_t length = std::min<std::size_t>(input[2], input.size() - 3);
        const auto bytes = input.subspan(3, length);
        input = input.subspan(3 + length);
        if ((what & 3) == 0) {
            direction.on_tick(now);
        } else if ((what & 3) == 1) {
            direction.change_source();
        } else {
            direction.on_datagram({bytes.begin(), bytes.end()}, {1, std::uint16_t(what >> 2 & 3)},
                                  now);
        }
    }
    return 0;
}
