#include "tests/peers/common/rtp_packet.hpp"

#include <string_view>

namespace peers {
namespace {

constexpr std::string_view kKeys = "0123456789*#ABCD";

std::uint32_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) {
    return (static_cast<std::uint32_t>(bytes[at]) << 24U) |
           (static_cast<std::uint32_t>(bytes[at + 1]) << 16U) |
           (static_cast<std::uint32_t>(bytes[at + 2]) << 8U) |
           static_cast<std::uint32_t>(bytes[at + 3]);
}

void put_word(std::uint32_t word, std::span<std::uint8_t> out) {
    out[0] = static_cast<std::uint8_t>(word >> 24U);
    out[1] = static_cast<std::uint8_t>(word >> 16U);
    out[2] = static_cast<std::uint8_t>(word >> 8U);
    out[3] = static_cast<std::uint8_t>(word);
}

} // namespace

std::optional<RtpPacket> read_rtp(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kRtpHeaderBytes || (bytes[0] >> 6U) != 2U) {
        return std::nullopt;
    }
    std::size_t start = kRtpHeaderBytes + (bytes[0] & 15U) * 4U;
    if ((bytes[0] & 0x10U) != 0) {
        if (bytes.size() < start + 4U) {
            return std::nullopt;
        }
        start += 4U + (word_at(bytes, start) & 0xffffU) * 4U;
    }
    std::size_t padding = 0;
    if ((bytes[0] & 0x20U) != 0) {
        padding = bytes.back();
        if (padding == 0) {
            return std::nullopt;
        }
    }
    if (bytes.size() < start + padding) {
        return std::nullopt;
    }
    RtpPacket packet;
    packet.header.payload_type = bytes[1] & 0x7fU;
    packet.header.marker = (bytes[1] & 0x80U) != 0;
    packet.header.sequence = static_cast<std::uint16_t>((bytes[2] << 8U) | bytes[3]);
    packet.header.timestamp = word_at(bytes, 4);
    packet.header.ssrc = word_at(bytes, 8);
    packet.payload = bytes.subspan(start, bytes.size() - start - padding);
    return packet;
}

void write_rtp(const RtpHeader& header, std::span<std::uint8_t, kRtpHeaderBytes> out) {
    out[0] = 0x80U;
    out[1] = static_cast<std::uint8_t>((header.marker ? 0x80U : 0U) | header.payload_type);
    out[2] = static_cast<std::uint8_t>(header.sequence >> 8U);
    out[3] = static_cast<std::uint8_t>(header.sequence & 0xffU);
    put_word(header.timestamp, out.subspan(4));
    put_word(header.ssrc, out.subspan(8));
}

std::optional<KeyEvent> read_key(std::span<const std::uint8_t> payload) {
    if (payload.size() < 4) {
        return std::nullopt;
    }
    const auto duration = static_cast<std::uint16_t>((payload[2] << 8U) | payload[3]);
    return KeyEvent{payload[0], (payload[1] & 0x80U) != 0, duration};
}

void write_key(const KeyEvent& key, std::span<std::uint8_t, 4> out) {
    constexpr unsigned kVolume = 10; // -10 dBm0
    out[0] = key.event;
    out[1] = static_cast<std::uint8_t>((key.end ? 0x80U : 0U) | kVolume);
    out[2] = static_cast<std::uint8_t>(key.duration >> 8U);
    out[3] = static_cast<std::uint8_t>(key.duration & 0xffU);
}

std::optional<std::uint8_t> key_code(char key) {
    const auto at = kKeys.find(key);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    return static_cast<std::uint8_t>(at);
}

char key_name(std::uint8_t event) {
    return event < kKeys.size() ? kKeys[event] : '?';
}

} // namespace peers
