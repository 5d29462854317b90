#pragma once

// RTP headers (RFC 3550 5.1) and key presses (RFC 4733 2.3), read from untrusted bytes and written.

#include <cstdint>
#include <optional>
#include <span>

namespace peers {

inline constexpr std::size_t kRtpHeaderBytes = 12;

struct RtpHeader {
    std::uint8_t payload_type = 0;
    bool marker = false;
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    std::uint32_t ssrc = 0;
};

struct RtpPacket {
    RtpHeader header;
    std::span<const std::uint8_t> payload;
};

/// Nothing when the bytes are not RTP version 2 or lie about their lengths.
[[nodiscard]] std::optional<RtpPacket> read_rtp(std::span<const std::uint8_t> bytes);

/// Writes the 12 bytes of a header without sources or extension.
void write_rtp(const RtpHeader& header, std::span<std::uint8_t, kRtpHeaderBytes> out);

struct KeyEvent {
    std::uint8_t event = 0; ///< 0-9, 10 is *, 11 is #, 12-15 are A-D
    bool end = false;
    std::uint16_t duration = 0; ///< samples
};

[[nodiscard]] std::optional<KeyEvent> read_key(std::span<const std::uint8_t> payload);
void write_key(const KeyEvent& key, std::span<std::uint8_t, 4> out);

/// Nothing when the character is no telephone key.
[[nodiscard]] std::optional<std::uint8_t> key_code(char key);
[[nodiscard]] char key_name(std::uint8_t event);

} // namespace peers
