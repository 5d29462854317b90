#include "dialer/media/port_pool.hpp"

#include <algorithm>

namespace dialer::media {

PortPool::PortPool(std::uint16_t first, std::uint16_t last, std::uint32_t turn) {
    for (std::uint32_t port = first + first % 2U; port <= last; port += 2) {
        free_.push_back(static_cast<std::uint16_t>(port));
    }
    if (!free_.empty()) {
        const auto middle = static_cast<std::ptrdiff_t>(turn % free_.size());
        std::rotate(free_.begin(), free_.begin() + middle, free_.end());
    }
}

std::optional<std::uint16_t> PortPool::take() {
    if (free_.empty()) {
        return std::nullopt;
    }
    const std::uint16_t port = free_.front();
    free_.pop_front();
    return port;
}

} // namespace dialer::media
