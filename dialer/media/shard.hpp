#pragma once

// One media thread and the loop it runs.
//
// The loop is epoll itself and not Asio, whose every wait on a socket costs one epoll_ctl more. The
// sockets stay registered, edge-triggered: emptying one costs a failed recvfrom, which is cheaper
// than to be asked again by the kernel (bench/relay). A wake-up reads the clock once, empties the
// readable sockets, then runs due ticks, then commands. Commands come last so that no leg goes
// while the batch may still point to it.

#include "dialer/media/relay.hpp"
#include "dialer/media/spsc_ring.hpp"

#include <atomic>
#include <memory>
#include <thread>
#include <variant>

namespace dialer::media {

struct AddLeg {
    std::unique_ptr<RtpLeg> leg;
};
struct ConnectLeg {
    LegId leg{};
    Remote remote;
};
struct BridgeLegs {
    LegId customer{};
    LegId agent{};
};
struct UnbridgeLeg {
    LegId agent{};
};
struct PlayClip {
    LegId leg{};
    const Clip* clip = nullptr; ///< lives as long as the plane
};
struct CloseLeg {
    LegId leg{};
};

using Command =
    std::variant<std::monostate, AddLeg, ConnectLeg, BridgeLegs, UnbridgeLeg, PlayClip, CloseLeg>;

/// Owns its thread: starts it on construction, joins it on destruction.
class Shard {
public:
    /// `number` names the thread. Throws std::system_error when the system refuses something.
    Shard(int number, const Config& config, const Clock& clock, const EventSink& sink);
    ~Shard();
    Shard(const Shard&) = delete;
    Shard& operator=(const Shard&) = delete;

    /// Takes a leg over. An error of the system leaves nothing behind. Control thread only.
    [[nodiscard]] boost::system::error_code add(std::unique_ptr<RtpLeg> leg);

    /// One thread only, the control thread. Carried out in order. Waits when the thread is
    /// thousands behind.
    void post(Command command);

    [[nodiscard]] bool realtime() const { return realtime_; }

private:
    static constexpr std::size_t kQueueMax = 8192;

    [[nodiscard]] int watch(const Descriptor& descriptor, void* what, int operation) const;
    void read(RtpLeg& leg, Monotonic now);
    void wake();
    void run();
    void run_ticks(Monotonic now);
    [[nodiscard]] bool run_commands(Monotonic now);
    void start_thread(int number, bool realtime);

    void carry_out(std::monostate, Monotonic) {}
    void carry_out(AddLeg& command, Monotonic now);
    void carry_out(const ConnectLeg& command, Monotonic now);
    void carry_out(const BridgeLegs& command, Monotonic now);
    void carry_out(const UnbridgeLeg& command, Monotonic now);
    void carry_out(const PlayClip& command, Monotonic now);
    void carry_out(const CloseLeg& command, Monotonic now);

    // Passed by argument.
    const Clock& clock_;
    const EventSink& sink_;

    // Allocated by this.
    Descriptor epoll_;
    Descriptor timer_;
    Descriptor wake_up_;
    SpscRing<Command, kQueueMax> commands_;
    Relay relay_;

    // Others.
    std::atomic<bool> wake_pending_{false}; ///< wake_up_ is readable or about to be
    std::atomic<bool> stopping_{false};
    bool realtime_ = false;
    std::thread thread_; // last: it uses all the others
};

} // namespace dialer::media
