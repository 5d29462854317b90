#pragma once

// Owners of file descriptors and IPv4 UDP sockets.

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace peers {

/// Closes its descriptor. Move-only.
class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) : fd_{fd} {}
    Fd(Fd&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd();

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

/// Nothing when the text is not a dotted IPv4 address.
[[nodiscard]] std::optional<sockaddr_in> endpoint(const std::string& address, std::uint16_t port);

/// "a.b.c.d:port".
[[nodiscard]] std::string to_text(const sockaddr_in& endpoint);

struct UdpSocket {
    Fd fd;
    std::uint16_t port = 0;
};

/// A bound, non-blocking socket that stamps arrivals; port 0 picks a free one. Nothing when the
/// address cannot be bound or no descriptor is left.
[[nodiscard]] std::optional<UdpSocket> open_udp(const std::string& address, std::uint16_t port);

} // namespace peers
