#include "dialer/loop/invariant.hpp"

#include <spdlog/spdlog.h>

#include <cstdlib>

namespace dialer {

void invariant_broken(const char* condition, const char* file, int line) {
    spdlog::critical("broken invariant at {}:{}: {}", file, line, condition);
    spdlog::shutdown();
    std::abort();
}

} // namespace dialer
