#pragma once

// G.711 mu-law and A-law by table.

#include <cstdint>

namespace peers::g711 {

enum class Law : std::uint8_t { ulaw = 0, alaw = 8 }; // RFC 3551 payload types

[[nodiscard]] std::int16_t decode(Law law, std::uint8_t code);
[[nodiscard]] std::uint8_t encode(Law law, std::int16_t sample);

/// 256 samples, for loops over whole packets.
[[nodiscard]] const std::int16_t* decode_table(Law law);
/// 16384 codes, indexed by the sample's upper 14 bits as an unsigned number.
[[nodiscard]] const std::uint8_t* encode_table(Law law);

} // namespace peers::g711
