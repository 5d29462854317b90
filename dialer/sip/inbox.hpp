#pragma once

// The way into the SIP thread: a bounded queue and an eventfd that wakes its loop.

#include "dialer/sip/legs.hpp"

#include <mutex>
#include <variant>
#include <vector>

namespace dialer::sip {

struct Resend {
    LegId leg{};
    campaigns::ResendTicket ticket;
};
struct HangUp {
    LegId leg{};
};
struct SetAccounts {
    std::vector<PhoneAccount> accounts;
};
struct Stop {};
/// A dial that found the queue full; only its name is kept.
struct Refused {
    LegId leg{};
};

using Command = std::variant<CustomerDial, AgentDial, Resend, HangUp, SetAccounts, Stop, Refused>;

/// Thread-safe. Bounded: above kDialsMax waiting commands a dial is turned into a Refused of a few
/// bytes. Commands for existing legs are always taken: there are at most a few per leg.
class Inbox {
public:
    static constexpr std::size_t kDialsMax = 16384;

    /// Throws std::system_error when no eventfd can be had.
    Inbox();
    ~Inbox();
    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;

    void post(Command command);
    /// All waiting commands in order; also clears the wake-up.
    [[nodiscard]] std::vector<Command> drain();
    [[nodiscard]] int wake_fd() const { return fd_; }

private:
    std::mutex mutex_;
    std::vector<Command> waiting_; // guarded by mutex_
    int fd_ = -1;
};

} // namespace dialer::sip
