#include "dialer/sip/inbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace dialer::sip {

namespace {

Command refused_if_dial(Command command) {
    if (const auto* customer = std::get_if<CustomerDial>(&command)) {
        return Refused{customer->leg};
    }
    if (const auto* agent = std::get_if<AgentDial>(&command)) {
        return Refused{agent->leg};
    }
    return command;
}

} // namespace

Inbox::Inbox() : fd_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
    if (fd_ < 0) {
        throw std::system_error{errno, std::generic_category(), "eventfd"};
    }
}

Inbox::~Inbox() {
    close(fd_);
}

void Inbox::post(Command command) {
    bool wake = false;
    {
        const std::lock_guard lock{mutex_};
        wake = waiting_.empty();
        if (waiting_.size() >= kDialsMax) {
            command = refused_if_dial(std::move(command));
        }
        waiting_.push_back(std::move(command));
    }
    if (wake) {
        // Fails only when the counter would overflow, and then the loop is awake already.
        (void)eventfd_write(fd_, 1);
    }
}

std::vector<Command> Inbox::drain() {
    eventfd_t count = 0;
    (void)eventfd_read(fd_, &count);
    const std::lock_guard lock{mutex_};
    return std::exchange(waiting_, {});
}

} // namespace dialer::sip
