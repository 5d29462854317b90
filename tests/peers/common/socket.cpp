#include "tests/peers/common/socket.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace peers {

Fd::~Fd() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

std::optional<sockaddr_in> endpoint(const std::string& address, std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    if (::inet_pton(AF_INET, address.c_str(), &result.sin_addr) != 1) {
        return std::nullopt;
    }
    return result;
}

std::string to_text(const sockaddr_in& endpoint) {
    std::array<char, INET_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET, &endpoint.sin_addr, text.data(), text.size());
    return std::string{text.data()} + ":" + std::to_string(ntohs(endpoint.sin_port));
}

std::optional<UdpSocket> open_udp(const std::string& address, std::uint16_t port) {
    const auto local = endpoint(address, port);
    Fd fd{::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!local || !fd) {
        return std::nullopt;
    }
    const int on = 1;
    // Arrival times from the kernel: gaps are then those of the stream, not of our own schedule.
    if (::setsockopt(fd.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) {
        return std::nullopt;
    }
    sockaddr_in bound = *local;
    socklen_t length = sizeof bound;
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&bound), length) != 0 ||
        ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&bound), &length) != 0) {
        return std::nullopt;
    }
    return UdpSocket{std::move(fd), ntohs(bound.sin_port)};
}

} // namespace peers
