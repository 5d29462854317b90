#pragma once

// The few system objects of the media threads, each in a move-only owner.

#include "dialer/media/latch.hpp"

#include <boost/system/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace dialer::media {

/// A file descriptor, closed with its owner.
class Descriptor {
public:
    explicit Descriptor(int fd = -1) : fd_{fd} {}
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();

    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_;
};

/// A bound, non-blocking UDP socket marked for expedited forwarding. The receive buffer is asked
/// for at 512 KiB: with the default, a media thread that starts late loses packets.
[[nodiscard]] boost::system::result<Descriptor> bind_rtp(const std::array<std::uint8_t, 4>& address,
                                                         std::uint16_t port);

[[nodiscard]] Endpoint make_endpoint(const std::array<std::uint8_t, 4>& address,
                                     std::uint16_t port);

/// One datagram, or nullopt when there is none. A longer datagram is cut to one byte more than
/// fits, so give a byte more than the longest you accept.
[[nodiscard]] std::optional<std::size_t> receive(const Descriptor& socket,
                                                 std::span<std::uint8_t> buffer, Endpoint& from);

/// False when the kernel did not take the datagram; nothing is tried again.
[[nodiscard]] bool send(const Descriptor& socket, std::span<const std::uint8_t> datagram,
                        Endpoint to);

/// Raises the number of files this process may open as far as the system lets it.
void raise_open_files_limit();

} // namespace dialer::media
