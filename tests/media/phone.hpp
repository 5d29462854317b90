#pragma once

// A telephone's RTP side on loopback, and a recorder of the plane's events, for the media tests.

#include "dialer/media/media.hpp"
#include "dialer/media/rtp.hpp"
#include "dialer/media/socket.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

namespace media_test {

using dialer::LegId;
using dialer::Monotonic;

/// How long a test waits for something that must happen.
inline constexpr std::chrono::seconds kDeadline{10};

[[nodiscard]] Monotonic now();

/// Collects events from the media threads. Thread-safe.
class Events {
public:
    [[nodiscard]] dialer::media::EventSink sink();

    /// Waits until an event of this kind has come that `wanted` accepts; nullopt at the deadline.
    template <typename Kind, typename Wanted>
    [[nodiscard]] std::optional<Kind> wait(Wanted wanted) {
        std::unique_lock lock{mutex_};
        std::optional<Kind> found;
        const auto look = [&] {
            for (const auto& event : events_) {
                const Kind* const kind = std::get_if<Kind>(&event);
                if (kind != nullptr && wanted(*kind)) {
                    found = *kind;
                }
            }
            return found.has_value();
        };
        (void)changed_.wait_for(lock, kDeadline, look);
        return found;
    }

    template <typename Kind> [[nodiscard]] std::vector<Kind> all() {
        const std::lock_guard lock{mutex_};
        std::vector<Kind> kinds;
        for (const auto& event : events_) {
            if (const Kind* const kind = std::get_if<Kind>(&event)) {
                kinds.push_back(*kind);
            }
        }
        return kinds;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<dialer::media::Event> events_;
};

/// A packet as a phone hears it.
struct Heard {
    std::uint8_t type = 0;
    dialer::media::RtpHeader header;
    std::vector<std::uint8_t> payload;
    Monotonic at{};
};

/// One socket of its own, sending one stream.
class Phone {
public:
    Phone(std::uint32_t ssrc, std::uint8_t type);

    /// What its SDP would say.
    [[nodiscard]] dialer::media::Remote remote(std::uint8_t telephone_event = 101) const;
    void call(const dialer::media::LocalPort& port) { to_ = port; }
    [[nodiscard]] const dialer::media::LocalPort& called() const { return to_; }

    /// The next 20 ms, all bytes the same.
    void send_frame(std::uint8_t fill);
    void send_payload(const std::vector<std::uint8_t>& payload);
    void send_event(std::uint8_t event, bool marker, std::uint32_t timestamp);
    void send_bytes(const std::vector<std::uint8_t>& bytes);
    [[nodiscard]] std::uint32_t timestamp() const { return next_.timestamp; }

    /// The next packet, or nullopt at the deadline.
    [[nodiscard]] std::optional<Heard> hear(Monotonic deadline);

    /// Everything that comes until then.
    [[nodiscard]] std::vector<Heard> hear_until(Monotonic deadline);

    /// Hears until a packet of that kind has come; the last one is it, unless time ran out.
    template <typename Wanted> std::vector<Heard> hear_until_some(Wanted wanted) {
        std::vector<Heard> heard;
        const Monotonic deadline = now() + kDeadline;
        while (auto packet = hear(deadline)) {
            heard.push_back(std::move(*packet));
            if (wanted(heard.back())) {
                break;
            }
        }
        return heard;
    }

private:
    dialer::media::Descriptor socket_;
    std::uint16_t port_ = 0;
    std::uint8_t type_;
    dialer::media::RtpHeader next_;
    dialer::media::LocalPort to_;
};

/// All bytes the same and of that value.
[[nodiscard]] bool filled_with(const Heard& packet, std::uint8_t fill);

} // namespace media_test
