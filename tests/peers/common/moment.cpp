#include "tests/peers/common/moment.hpp"

namespace peers {

Moment now() {
    return std::chrono::steady_clock::now();
}

std::int64_t wall_ms() {
    return std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

} // namespace peers
