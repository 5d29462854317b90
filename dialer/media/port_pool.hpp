#pragma once

// Which RTP port is next: the one free for longest. Pure.

#include <cstdint>
#include <deque>
#include <optional>

namespace dialer::media {

/// A queue of even ports (RFC 3550 11). A port goes back to the end, so that late packets of the
/// old call have all the others' time to die out. Not thread-safe.
class PortPool {
public:
    /// The even ports of [first, last], starting at the `turn`-th so that a restarted engine does
    /// not begin where its predecessor's peers still send to.
    PortPool(std::uint16_t first, std::uint16_t last, std::uint32_t turn);

    [[nodiscard]] std::optional<std::uint16_t> take();
    void give_back(std::uint16_t port) { free_.push_back(port); }
    [[nodiscard]] std::size_t size() const { return free_.size(); }

private:
    std::deque<std::uint16_t> free_;
};

} // namespace dialer::media
