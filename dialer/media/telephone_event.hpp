#pragma once

// Key presses from RFC 4733 event packets: each one once, however many of its packets come. Pure.

#include <cstdint>
#include <optional>
#include <span>

namespace dialer::media {

/// The events of one source. Not thread-safe; fixed size.
class EventDecoder {
public:
    /// The key when this packet is the first seen of its event; nullopt otherwise, and for events
    /// that are not keys. The first packet counts, so a lost end of event does no harm.
    [[nodiscard]] std::optional<char> on_packet(std::span<const std::uint8_t> payload,
                                                std::uint32_t timestamp, std::uint32_t ssrc);

private:
    bool any_ = false;
    std::uint32_t timestamp_ = 0; ///< of the event reported last
    std::uint32_t ssrc_ = 0;
    char key_ = '0';
};

} // namespace dialer::media
