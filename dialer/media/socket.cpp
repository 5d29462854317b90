#include "dialer/media/socket.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dialer::media {

namespace {

constexpr int kReceiveBufferBytes = 512 * 1024;
constexpr int kExpeditedForwarding = 0xB8; // RFC 3246: DSCP 46 in the upper six bits
constexpr rlim_t kOpenFilesWanted = 131072;

boost::system::error_code last_error() {
    return {errno, boost::system::system_category()};
}

sockaddr_in to_sockaddr(Endpoint endpoint) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = endpoint.address;
    address.sin_port = endpoint.port;
    return address;
}

} // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Descriptor::~Descriptor() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

Endpoint make_endpoint(const std::array<std::uint8_t, 4>& address, std::uint16_t port) {
    return {std::bit_cast<std::uint32_t>(address), htons(port)};
}

boost::system::result<Descriptor> bind_rtp(const std::array<std::uint8_t, 4>& address,
                                           std::uint16_t port) {
    Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (socket.get() < 0) {
        return last_error();
    }
    const sockaddr_in local = to_sockaddr(make_endpoint(address, port));
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0) {
        return last_error();
    }
    // Both are wishes: a system that refuses them still carries the call.
    (void)::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &kReceiveBufferBytes,
                       sizeof kReceiveBufferBytes);
    (void)::setsockopt(socket.get(), IPPROTO_IP, IP_TOS, &kExpeditedForwarding,
                       sizeof kExpeditedForwarding);
    return socket;
}

std::optional<std::size_t> receive(const Descriptor& socket, std::span<std::uint8_t> buffer,
                                   Endpoint& from) {
    sockaddr_in source{};
    socklen_t source_size = sizeof source;
    const ssize_t size = ::recvfrom(socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT,
                                    reinterpret_cast<sockaddr*>(&source), &source_size);
    if (size < 0) {
        return std::nullopt;
    }
    from = {source.sin_addr.s_addr, source.sin_port};
    return static_cast<std::size_t>(size);
}

bool send(const Descriptor& socket, std::span<const std::uint8_t> datagram, Endpoint to) {
    const sockaddr_in target = to_sockaddr(to);
    const ssize_t size =
        ::sendto(socket.get(), datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&target), sizeof target);
    return size == static_cast<ssize_t>(datagram.size());
}

void raise_open_files_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return;
    }
    if (limit.rlim_max < kOpenFilesWanted) {
        const rlimit wanted{kOpenFilesWanted, kOpenFilesWanted};
        if (::setrlimit(RLIMIT_NOFILE, &wanted) == 0) {
            return; // Only root may raise the hard limit.
        }
    }
    limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, kOpenFilesWanted));
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace dialer::media
