#include "tests/peers/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>

namespace peers {
namespace {

int wait_ms(Moment deadline) {
    const auto left = std::chrono::ceil<Millis>(deadline - now()).count();
    return static_cast<int>(std::clamp<long>(left, 0, 60'000));
}

} // namespace

std::uint16_t free_udp_port() {
    const auto socket = open_udp("127.0.0.1", 0);
    if (!socket) {
        throw std::runtime_error{"no free UDP port"};
    }
    return socket->port;
}

Process::Process(const std::vector<std::string>& argv) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error{"no pipe"};
    }
    output_ = Fd{ends[0]};
    const Fd input{ends[1]};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, input.get(), STDOUT_FILENO);
    std::vector<char*> arguments;
    for (const std::string& argument : argv) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    const int error =
        ::posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        pid_ = -1;
        throw std::runtime_error{"cannot start " + argv.front()};
    }
    exit_ = Fd{static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0))};
}

Process::~Process() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
}

bool Process::read_some(Moment deadline) {
    pollfd polled{output_.get(), POLLIN, 0};
    if (::poll(&polled, 1, wait_ms(deadline)) <= 0) {
        return false;
    }
    std::array<char, 4096> buffer{};
    const auto size = ::read(output_.get(), buffer.data(), buffer.size());
    if (size <= 0) {
        return false;
    }
    pending_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
}

std::optional<std::string> Process::read_line(Millis wait_max) {
    const Moment deadline = now() + wait_max;
    auto end = pending_.find('\n');
    while (end == std::string::npos) {
        if (!read_some(deadline)) {
            return std::nullopt;
        }
        end = pending_.find('\n');
    }
    std::string line = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    return line;
}

std::optional<int> Process::wait(Millis wait_max) {
    const Moment deadline = now() + wait_max;
    bool output_open = true;
    while (true) {
        std::array<pollfd, 2> polled{
            {{exit_.get(), POLLIN, 0}, {output_open ? output_.get() : -1, POLLIN, 0}}};
        if (::poll(polled.data(), polled.size(), wait_ms(deadline)) <= 0) {
            return std::nullopt;
        }
        if (polled[0].revents != 0) {
            break;
        }
        output_open = read_some(now());
        pending_.clear();
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::optional<int> Process::terminate(Millis wait_max) {
    ::kill(pid_, SIGTERM);
    return wait(wait_max);
}

} // namespace peers
