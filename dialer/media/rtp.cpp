#include "dialer/media/rtp.hpp"

namespace dialer::media {

namespace {

constexpr std::uint8_t kVersion = 0x80; // version 2 in the two highest bits
constexpr std::uint8_t kPadding = 0x20;
constexpr std::uint8_t kExtension = 0x10;
constexpr std::uint8_t kMarker = 0x80;
constexpr std::size_t kExtensionHeaderSize = 4;

std::uint16_t read16(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

std::uint32_t read32(std::span<const std::uint8_t> bytes, std::size_t at) {
    return std::uint32_t{read16(bytes, at)} << 16 | read16(bytes, at + 2);
}

template <typename Number>
void write_big_endian(std::span<std::uint8_t> out, std::size_t at, Number value) {
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
        out[at + i] = static_cast<std::uint8_t>(value >> (8 * (sizeof(Number) - 1 - i)));
    }
}

} // namespace

RtpPacket read_rtp(std::span<const std::uint8_t> datagram) {
    RtpPacket packet;
    const std::size_t size = datagram.size();
    if (size < 4 || size > kRtpPacketMax || (datagram[0] & 0xC0) != kVersion) {
        return packet;
    }
    packet.type = datagram[1] & 0x7F;
    if (packet.type >= 64 && packet.type <= 95) {
        packet.kind = PacketKind::rtcp; // RFC 5761 4: RTCP on the same port
        return packet;
    }
    std::size_t begin = kRtpHeaderSize + std::size_t{4} * (datagram[0] & 0x0F);
    if (size < begin) {
        return packet;
    }
    if ((datagram[0] & kExtension) != 0) {
        if (size < begin + kExtensionHeaderSize) {
            return packet;
        }
        begin += kExtensionHeaderSize + std::size_t{4} * read16(datagram, begin + 2);
    }
    std::size_t padding = 0;
    if ((datagram[0] & kPadding) != 0) {
        padding = datagram[size - 1]; // it counts itself, so 0 is an error
        if (padding == 0) {
            return packet;
        }
    }
    if (size < begin + padding) {
        return packet;
    }
    packet.kind = PacketKind::rtp;
    packet.header = {(datagram[1] & kMarker) != 0, read16(datagram, 2), read32(datagram, 4),
                     read32(datagram, 8)};
    packet.payload_at = begin;
    packet.payload_size = size - begin - padding;
    return packet;
}

void write_rtp(std::span<std::uint8_t, kRtpHeaderSize> out, const RtpHeader& header,
               std::uint8_t type) {
    out[0] = kVersion;
    out[1] = static_cast<std::uint8_t>((header.marker ? kMarker : 0) | (type & 0x7F));
    write_big_endian(out, 2, header.sequence);
    write_big_endian(out, 4, header.timestamp);
    write_big_endian(out, 8, header.ssrc);
}

} // namespace dialer::media
