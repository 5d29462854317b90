#include "tests/peers/common/stop_signal.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <stdexcept>

namespace peers {
namespace {

std::atomic<bool> requested = false;
std::atomic<int> wake_fd = -1;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "used in a signal handler");

extern "C" void on_stop_signal(int /*number*/) {
    requested = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_fd, &one, sizeof one);
}

} // namespace

int catch_stop_signals() {
    wake_fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct sigaction action = {};
    action.sa_handler = on_stop_signal;
    if (wake_fd < 0 || ::sigaction(SIGTERM, &action, nullptr) != 0 ||
        ::sigaction(SIGINT, &action, nullptr) != 0) {
        throw std::runtime_error{"cannot catch SIGTERM and SIGINT"};
    }
    std::signal(SIGPIPE, SIG_IGN);
    return wake_fd;
}

bool stop_requested() {
    return requested;
}

} // namespace peers
