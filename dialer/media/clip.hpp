#pragma once

// A message to play, ready in both codecs as 20 ms frames.

#include "dialer/sdp/sdp.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dialer::media {

inline constexpr std::size_t kFrameBytes = 160; ///< 20 ms of G.711

/// Immutable, so all media threads read it freely.
class Clip {
public:
    /// Encodes 8 kHz samples; the last frame is filled up with silence.
    explicit Clip(std::span<const std::int16_t> samples);

    [[nodiscard]] std::size_t frames() const { return pcmu_.size() / kFrameBytes; }

    /// One frame, `index` < frames().
    [[nodiscard]] std::span<const std::uint8_t, kFrameBytes> frame(sdp::Codec codec,
                                                                   std::size_t index) const;

private:
    std::vector<std::uint8_t> pcmu_;
    std::vector<std::uint8_t> pcma_;
};

/// The samples of a WAV file: 8 kHz, mono, 16 bit PCM or G.711, at most ten minutes. Throws
/// std::runtime_error naming the file and what is wrong.
[[nodiscard]] std::vector<std::int16_t> read_wav(const std::string& path);

} // namespace dialer::media
