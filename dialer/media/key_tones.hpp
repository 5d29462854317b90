#pragma once

// Key presses heard in the audio itself (DTMF tones), for far ends without RFC 4733.

#include "dialer/sdp/sdp.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace dialer::media {

/// One leg's tone detector, spandsp's. Costs about a microsecond a frame, so only legs that hear a
/// message have one. Not thread-safe. Allocates when made, never while listening.
class KeyTones {
public:
    KeyTones();

    /// Listens to one G.711 payload; the key when a new one was recognised in it.
    [[nodiscard]] std::optional<char> listen(sdp::Codec codec,
                                             std::span<const std::uint8_t> payload);

private:
    struct Free {
        void operator()(void* detector) const;
    };
    std::unique_ptr<void, Free> detector_; // spandsp's header stays in the .cpp
};

} // namespace dialer::media
