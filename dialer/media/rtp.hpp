#pragma once

// The RTP packet header (RFC 3550 5.1), read from untrusted bytes and written. Pure.

#include <cstddef>
#include <cstdint>
#include <span>

namespace dialer::media {

inline constexpr std::size_t kRtpHeaderSize = 12;
inline constexpr std::size_t kRtpPacketMax = 1500; ///< longer ones are not ours
inline constexpr std::uint8_t kComfortNoise = 13;  // RFC 3389

/// A packet's fixed header without the payload type, which depends on the leg it goes to.
struct RtpHeader {
    bool marker = false;
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    std::uint32_t ssrc = 0;
};

enum class PacketKind : std::uint8_t { rtp, rtcp, malformed };

/// What a datagram is. The payload lies inside the datagram, padding cut off, and at least
/// kRtpHeaderSize bytes stand before it.
struct RtpPacket {
    PacketKind kind = PacketKind::malformed;
    std::uint8_t type = 0; ///< payload type, 0..127
    RtpHeader header;
    std::size_t payload_at = 0;
    std::size_t payload_size = 0;
};

/// Reads one datagram; never looks beyond it.
[[nodiscard]] RtpPacket read_rtp(std::span<const std::uint8_t> datagram);

/// Writes the twelve bytes of a header with neither CSRC nor extension.
void write_rtp(std::span<std::uint8_t, kRtpHeaderSize> out, const RtpHeader& header,
               std::uint8_t type);

} // namespace dialer::media
