#include "dialer/loop/clock.hpp"

namespace dialer {

Stamp Clock::now() const {
    const auto wall =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    return {wall + shift_, std::chrono::steady_clock::now()};
}

} // namespace dialer
