#pragma once

// A child process of a test: started, listened to, ended by its own pid.

#include "tests/peers/common/moment.hpp"
#include "tests/peers/common/socket.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace peers {

/// A UDP port of the loopback that was free a moment ago, for programs that cannot pick their own.
[[nodiscard]] std::uint16_t free_udp_port();

/// Kills its process on destruction when it still runs.
class Process {
public:
    /// Starts argv[0], searched in PATH. Standard output is kept for read_line, standard error goes
    /// to the test's own. Throws std::runtime_error when it cannot be started.
    explicit Process(const std::vector<std::string>& argv);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// The next line of its output, or nothing when none came in time.
    [[nodiscard]] std::optional<std::string> read_line(Millis wait_max);
    /// Its exit code; nothing when it did not end in time. Output is read and dropped meanwhile.
    [[nodiscard]] std::optional<int> wait(Millis wait_max);
    /// SIGTERM, then wait.
    [[nodiscard]] std::optional<int> terminate(Millis wait_max);

private:
    bool read_some(Moment deadline);

    pid_t pid_ = -1;
    Fd output_;
    Fd exit_; // pidfd: readable when the process has ended
    std::string pending_;
};

} // namespace peers
