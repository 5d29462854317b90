#pragma once

// A scripted SIP peer on a plain UDP socket, and a recorder of the stack's events.

#include "dialer/sip/stack.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sip_test {

using namespace dialer;
using namespace std::chrono_literals;

/// How long a test waits for something that must happen. Generous: it is only reached on failure.
inline constexpr auto kDeadline = 10s;

/// A received message as text.
struct Message {
    std::string text;
    std::uint16_t from_port = 0;

    [[nodiscard]] std::string first_line() const;
    [[nodiscard]] std::string method() const; ///< of a request; of a response its CSeq's
    [[nodiscard]] int status() const;         ///< 0 for a request
    /// Value of the first header of that name, empty when there is none.
    [[nodiscard]] std::string header(std::string_view name) const;
    [[nodiscard]] std::string body() const;
    [[nodiscard]] int cseq() const;
    [[nodiscard]] std::string request_uri() const;
};

/// Value of `name="..."` or `name=...` in a header.
[[nodiscard]] std::string parameter(const std::string& header, std::string_view name);

class Peer {
public:
    Peer();
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    void send(const std::string& text, std::uint16_t port) const;
    /// The next datagram; nothing after the time limit.
    [[nodiscard]] std::optional<Message> receive(std::chrono::milliseconds limit) const;
    /// The next request of that method or response to it, others being skipped. Fails the test
    /// when none comes.
    [[nodiscard]] Message expect(std::string_view method, int status = 0) const;
    /// True when no such message comes before one of the method `until` does.
    [[nodiscard]] bool none_before(std::string_view method, std::string_view until) const;

    /// Answers a request. `to_tag` is added to To when it has no tag; `extra` are header lines.
    void reply(const Message& request, const std::string& status_line, const std::string& to_tag,
               const std::string& extra = "", const std::string& body = "") const;
    [[nodiscard]] std::string contact() const;
    /// A request inside the dialog that `invite` (received by us) started.
    [[nodiscard]] std::string in_dialog(const Message& invite, const std::string& method, int cseq,
                                        const std::string& to_tag, const std::string& extra = "",
                                        const std::string& body = "") const;

private:
    int fd_ = -1;
    std::uint16_t port_ = 0;
    mutable int branch_ = 0;
};

/// "v=0 ..." with one PCMU stream.
[[nodiscard]] std::string sdp_text(std::uint16_t port, int version = 1,
                                   const std::string& direction = "sendrecv",
                                   const std::string& formats = "0 101");

/// Collects events; tests take them by type.
class Recorder {
public:
    sip::EventSink sink();

    /// The next event of type T, others before it being kept. Fails the test when none comes.
    template <class T> T take() {
        std::unique_lock lock{mutex_};
        const auto found = [this] {
            for (auto it = events_.begin(); it != events_.end(); ++it) {
                if (std::holds_alternative<T>(*it)) {
                    return it;
                }
            }
            return events_.end();
        };
        if (!arrived_.wait_for(lock, kDeadline, [&] { return found() != events_.end(); })) {
            fail_missing();
        }
        const auto it = found();
        T event = std::get<T>(std::move(*it));
        events_.erase(it);
        return event;
    }
    /// How many events of the type wait now.
    template <class T> int count() {
        const std::lock_guard lock{mutex_};
        int count = 0;
        for (const auto& event : events_) {
            count += std::holds_alternative<T>(event) ? 1 : 0;
        }
        return count;
    }

private:
    [[noreturn]] void fail_missing() const;

    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<sip::Event> events_;
};

/// A stack with one trunk, "carrier", at the peer's port.
struct Rig {
    explicit Rig(sip::StackConfig config = {}, std::optional<sip::Credentials> credentials = {});

    void dial(std::uint64_t leg, std::int64_t attempt = 7001);
    /// Dials, answers with 180 and 200, takes the ACK. Returns the INVITE.
    Message answered_call(std::uint64_t leg, const std::string& extra = "");
    /// Sends a datagram to the stack.
    void send(const std::string& text) const { peer.send(text, stack->port()); }
    static sip::StackConfig with_trunk(sip::StackConfig config, std::uint16_t port,
                                       std::optional<sip::Credentials> credentials);

    Peer peer;
    Clock clock;
    Recorder events;
    std::optional<sip::Stack> stack;
};

inline constexpr LegId leg_id(std::uint64_t id) {
    return LegId{id};
}

} // namespace sip_test
