#include "phone.hpp"

#include <algorithm>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace media_test {

using namespace dialer::media;

namespace {

constexpr std::array<std::uint8_t, 4> kLoopback{127, 0, 0, 1};

std::uint16_t port_of(const Descriptor& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error{"getsockname failed"};
    }
    return ntohs(address.sin_port);
}

} // namespace

Monotonic now() {
    return dialer::Clock{}.now().mono;
}

EventSink Events::sink() {
    return [this](std::vector<Event> events) {
        const std::lock_guard lock{mutex_};
        events_.insert(events_.end(), events.begin(), events.end());
        changed_.notify_all();
    };
}

Phone::Phone(std::uint32_t ssrc, std::uint8_t type)
    : socket_{std::move(bind_rtp(kLoopback, 0).value())}, port_{port_of(socket_)}, type_{type},
      next_{.marker = true,
            .sequence = static_cast<std::uint16_t>(ssrc * 7919),
            .timestamp = ssrc * 104729,
            .ssrc = ssrc} {}

Remote Phone::remote(std::uint8_t telephone_event) const {
    return {.address = kLoopback,
            .port = port_,
            .codec = static_cast<dialer::sdp::Codec>(type_),
            .telephone_event = telephone_event};
}

void Phone::send_bytes(const std::vector<std::uint8_t>& bytes) {
    if (!send(socket_, bytes, make_endpoint(to_.address, to_.port))) {
        throw std::runtime_error{"the test's own packet was not sent"};
    }
}

void Phone::send_payload(const std::vector<std::uint8_t>& payload) {
    std::vector<std::uint8_t> bytes(kRtpHeaderSize, 0);
    write_rtp(std::span{bytes}.first<kRtpHeaderSize>(), next_, type_);
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    send_bytes(bytes);
    next_.marker = false;
    ++next_.sequence;
    next_.timestamp += 160;
}

void Phone::send_frame(std::uint8_t fill) {
    send_payload(std::vector<std::uint8_t>(160, fill));
}

void Phone::send_event(std::uint8_t event, bool marker, std::uint32_t timestamp) {
    std::vector<std::uint8_t> bytes(kRtpHeaderSize + 4, 0);
    RtpHeader header = next_;
    header.marker = marker;
    header.timestamp = timestamp;
    write_rtp(std::span{bytes}.first<kRtpHeaderSize>(), header, 101);
    bytes[kRtpHeaderSize] = event;
    bytes[kRtpHeaderSize + 1] = 10;
    send_bytes(bytes);
    ++next_.sequence;
    next_.timestamp += 160;
}

std::optional<Heard> Phone::hear(Monotonic deadline) {
    std::array<std::uint8_t, 2048> buffer{};
    while (true) {
        Endpoint from;
        if (const auto size = receive(socket_, buffer, from)) {
            const RtpPacket packet = read_rtp(std::span{buffer}.first(*size));
            const auto payload = std::span{buffer}.subspan(packet.payload_at, packet.payload_size);
            return Heard{packet.type, packet.header, {payload.begin(), payload.end()}, now()};
        }
        const auto left =
            std::chrono::duration_cast<std::chrono::microseconds>(deadline - now()).count();
        if (left <= 0) {
            return std::nullopt;
        }
        pollfd waiting{socket_.get(), POLLIN, 0};
        ::poll(&waiting, 1, static_cast<int>(left / 1000 + 1));
    }
}

std::vector<Heard> Phone::hear_until(Monotonic deadline) {
    std::vector<Heard> heard;
    while (auto packet = hear(deadline)) {
        heard.push_back(std::move(*packet));
    }
    return heard;
}

bool filled_with(const Heard& packet, std::uint8_t fill) {
    return packet.payload.size() == 160 &&
           std::all_of(packet.payload.begin(), packet.payload.end(),
                       [fill](std::uint8_t byte) { return byte == fill; });
}

} // namespace media_test
