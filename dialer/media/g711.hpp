#pragma once

// G.711: both laws to and from 16 bit samples, and from one law to the other. Pure.

#include "dialer/sdp/sdp.hpp"

#include <cstdint>
#include <span>

namespace dialer::media {

[[nodiscard]] std::int16_t from_ulaw(std::uint8_t code);
[[nodiscard]] std::int16_t from_alaw(std::uint8_t code);
[[nodiscard]] std::uint8_t to_ulaw(std::int16_t sample);
[[nodiscard]] std::uint8_t to_alaw(std::int16_t sample);

[[nodiscard]] std::int16_t decode(sdp::Codec codec, std::uint8_t code);
[[nodiscard]] std::uint8_t encode(sdp::Codec codec, std::int16_t sample);

/// The code of a zero sample.
[[nodiscard]] std::uint8_t silence_code(sdp::Codec codec);

/// Rewrites the payload in place from one law to the other; nothing when they are the same.
void transcode(std::span<std::uint8_t> payload, sdp::Codec from, sdp::Codec to);

} // namespace dialer::media
