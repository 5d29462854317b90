// Question: how much CPU does the media plane take per relayed packet, against the least a program
// can do, a blocking recvfrom/sendto loop on one port that changes nothing?
//
// Method: the same generator plays both phones of 400 bridged calls, 50 packets a second each way,
// against three relays in turn, several rounds each: the blocking loop; an epoll loop over a socket
// a leg; media::Plane, which moreover parses, latches, rewrites and watches. Counted is the CPU
// time of the relay's own thread (its schedstat), nothing of the generator; all relays run under
// SCHED_FIFO when permitted. A packet is lost when the other phone has not got it at the end.
//
// Measured on two shared cores (Debian 12, release preset, 18 s a relay, load average 10):
//   relay                    packets    lost   us/packet    ratio
//   recvfrom/sendto loop      720000       0        7.04     1.00
//   epoll, socket a leg       720000       0        7.84     1.11
//   media plane               720000       0        7.94     1.13
//
// Usage: relay [seconds per relay] [calls]

#include "dialer/media/plane.hpp"
#include "dialer/media/rtp.hpp"
#include "dialer/media/socket.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <netinet/in.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>

using namespace dialer;
using namespace dialer::media;
using namespace std::chrono_literals;

namespace {

constexpr std::array<std::uint8_t, 4> kLoopback{127, 0, 0, 1};
constexpr int kSlots = 20; // the calls are spread over the 20 ms of a frame
constexpr int kRounds = 3;
constexpr std::uint8_t kVoice = 0x42;
constexpr std::size_t kPacketSize = kRtpHeaderSize + 160;

std::uint16_t port_of(const Descriptor& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error{"getsockname failed"};
    }
    return ntohs(address.sin_port);
}

Descriptor bind_any() {
    return std::move(bind_rtp(kLoopback, 0).value());
}

/// CPU time so far of this process's thread of that name.
std::chrono::nanoseconds cpu_time(const std::string& thread_name) {
    for (const auto& task : std::filesystem::directory_iterator{"/proc/self/task"}) {
        std::string name;
        std::ifstream{task.path() / "comm"} >> name;
        if (name == thread_name) {
            std::int64_t nanoseconds = 0;
            std::ifstream{task.path() / "schedstat"} >> nanoseconds;
            return std::chrono::nanoseconds{nanoseconds};
        }
    }
    throw std::runtime_error{"no thread named " + thread_name};
}

bool make_realtime(std::thread& thread, const char* name) {
    pthread_setname_np(thread.native_handle(), name);
    sched_param parameter{};
    parameter.sched_priority = 10;
    return pthread_setschedparam(thread.native_handle(), SCHED_FIFO, &parameter) == 0;
}

/// One side of one call.
struct Phone {
    Descriptor socket = bind_any();
    std::uint16_t port = port_of(socket);
    Endpoint relay; ///< where it sends to
    RtpHeader next;
};

/// Phones 2n and 2n + 1 are the two sides of call n.
using Phones = std::vector<Phone>;

Phones make_phones(int calls) {
    Phones phones(static_cast<std::size_t>(calls) * 2);
    for (std::size_t i = 0; i < phones.size(); ++i) {
        phones[i].next.ssrc = static_cast<std::uint32_t>(i + 1);
    }
    return phones;
}

struct Count {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
};

std::uint64_t drain(const Phone& phone) {
    std::array<std::uint8_t, 2048> buffer{};
    std::uint64_t received = 0;
    Endpoint from;
    while (const auto size = receive(phone.socket, buffer, from)) {
        // Silence that the plane puts in while a bridge is made is nobody's packet.
        received += *size == kPacketSize && buffer[kRtpHeaderSize] == kVoice ? 1U : 0U;
    }
    return received;
}

/// Sends every phone's frame each 20 ms and counts what the others get.
Count run_traffic(Phones& phones, std::chrono::seconds length) {
    Count count;
    std::array<std::uint8_t, kPacketSize> packet{};
    packet.fill(kVoice);
    const Clock clock;
    const Monotonic begin = clock.now().mono;
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock{mutex};
    for (std::int64_t slot = 0; slot * 1ms < length; ++slot) {
        never.wait_until(lock, begin + slot * 1ms, [] { return false; });
        for (auto i = static_cast<std::size_t>(slot % kSlots); i < phones.size(); i += kSlots) {
            Phone& phone = phones[i];
            count.received += drain(phone);
            write_rtp(std::span{packet}.first<kRtpHeaderSize>(), phone.next, 0);
            count.sent += send(phone.socket, packet, phone.relay) ? 1U : 0U;
            ++phone.next.sequence;
            phone.next.timestamp += 160;
        }
    }
    never.wait_until(lock, clock.now().mono + 300ms, [] { return false; });
    for (const Phone& phone : phones) {
        count.received += drain(phone);
    }
    return count;
}

/// The least: one socket, one thread that blocks in recvfrom, one table look-up, one sendto.
class PlainLoop {
public:
    explicit PlainLoop(Phones& phones) : targets_(65536) {
        for (std::size_t i = 0; i < phones.size(); ++i) {
            phones[i].relay = make_endpoint(kLoopback, port_of(socket_));
            targets_[htons(phones[i].port)] = make_endpoint(kLoopback, phones[i ^ 1].port);
        }
        thread_ = std::thread{[this] { run(); }};
        realtime = make_realtime(thread_, name);
    }
    ~PlainLoop() {
        stopping_.store(true);
        const Descriptor own = bind_any();
        const std::array<std::uint8_t, 1> nudge{};
        (void)send(own, nudge, make_endpoint(kLoopback, port_of(socket_)));
        thread_.join();
    }
    PlainLoop(const PlainLoop&) = delete;
    PlainLoop& operator=(const PlainLoop&) = delete;

    static constexpr const char* name = "plain";
    bool realtime = false;

private:
    void run() {
        std::array<std::uint8_t, 2048> buffer{};
        while (!stopping_.load(std::memory_order_relaxed)) {
            sockaddr_in from{};
            socklen_t size = sizeof from;
            const ssize_t length = ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0,
                                              reinterpret_cast<sockaddr*>(&from), &size);
            if (length > 0) {
                (void)send(socket_, std::span{buffer}.first(static_cast<std::size_t>(length)),
                           targets_[from.sin_port]);
            }
        }
    }

    static Descriptor make_blocking() {
        Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
        const int bytes = 4 * 1024 * 1024; // one buffer for what the others share 800
        ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
        sockaddr_in local{};
        local.sin_family = AF_INET;
        local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&local), sizeof local) != 0) {
            throw std::runtime_error{"bind failed"};
        }
        return socket;
    }

    Descriptor socket_ = make_blocking();
    std::vector<Endpoint> targets_; ///< by source port in network order
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

/// A socket a leg like the plane, but nothing is read, checked or changed.
class EpollLoop {
public:
    explicit EpollLoop(Phones& phones) : legs_(phones.size()) {
        for (std::size_t i = 0; i < phones.size(); ++i) {
            phones[i].relay = make_endpoint(kLoopback, port_of(legs_[i].socket));
            legs_[i].peer = &legs_[i ^ 1];
            legs_[i].phone = make_endpoint(kLoopback, phones[i].port);
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.ptr = &legs_[i];
            ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, legs_[i].socket.get(), &event);
        }
        thread_ = std::thread{[this] { run(); }};
        realtime = make_realtime(thread_, name);
    }
    ~EpollLoop() {
        stopping_.store(true);
        const Descriptor own = bind_any();
        const std::array<std::uint8_t, 1> nudge{};
        (void)send(own, nudge, make_endpoint(kLoopback, port_of(legs_[0].socket)));
        thread_.join();
    }
    EpollLoop(const EpollLoop&) = delete;
    EpollLoop& operator=(const EpollLoop&) = delete;

    static constexpr const char* name = "epoll";
    bool realtime = false;

private:
    struct Leg {
        Descriptor socket = bind_any();
        Leg* peer = nullptr;
        Endpoint phone;
    };

    void run() {
        std::array<std::uint8_t, 2048> buffer{};
        std::array<epoll_event, 256> ready{};
        while (!stopping_.load(std::memory_order_relaxed)) {
            const int count = ::epoll_wait(epoll_.get(), ready.data(), 256, -1);
            for (int i = 0; i < count; ++i) {
                const Leg& leg = *static_cast<Leg*>(ready[static_cast<std::size_t>(i)].data.ptr);
                Endpoint from;
                if (const auto size = receive(leg.socket, buffer, from)) {
                    (void)send(leg.peer->socket, std::span{buffer}.first(*size), leg.peer->phone);
                }
            }
        }
    }

    Descriptor epoll_{::epoll_create1(EPOLL_CLOEXEC)};
    std::vector<Leg> legs_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

/// The real thing. Even phones are customers, odd ones agents.
class PlaneLoop {
public:
    explicit PlaneLoop(Phones& phones)
        : plane_{Config{}, clock_, [this](std::vector<Event> events) { on_events(events); }} {
        for (std::size_t i = 0; i < phones.size(); ++i) {
            const auto kind = i % 2 == 0 ? LegKind::customer : LegKind::agent;
            const LocalPort port = plane_.open(LegId{i + 1}, kind, 0).value();
            phones[i].relay = make_endpoint(port.address, port.port);
            plane_.connect(LegId{i + 1}, {.address = kLoopback, .port = phones[i].port});
            if (i % 2 == 1) {
                plane_.bridge(LegId{i}, LegId{i + 1});
            }
        }
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return bridged_ == phones.size() / 2; });
        realtime = plane_.realtime();
    }

    static constexpr const char* name = "media-0";
    bool realtime = false;

private:
    void on_events(const std::vector<Event>& events) {
        const std::lock_guard lock{mutex_};
        bridged_ += static_cast<std::size_t>(
            std::count_if(events.begin(), events.end(), [](const Event& event) {
                return std::holds_alternative<Bridged>(event);
            }));
        changed_.notify_all();
    }

    Clock clock_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t bridged_ = 0;
    Plane plane_;
};

struct Sum {
    Count count;
    std::chrono::nanoseconds cpu{};
    bool realtime = true;

    [[nodiscard]] double us_per_packet() const {
        return static_cast<double>(cpu.count()) / 1000.0 / static_cast<double>(count.sent);
    }
};

template <typename Loop> void run_round(Sum& sum, int calls, std::chrono::seconds length) {
    Phones phones = make_phones(calls);
    Loop loop{phones};
    const auto before = cpu_time(Loop::name);
    const Count count = run_traffic(phones, length);
    sum.cpu += cpu_time(Loop::name) - before;
    sum.count.sent += count.sent;
    sum.count.received += count.received;
    sum.realtime = sum.realtime && loop.realtime;
}

void print_row(std::string_view name, const Sum& sum, const Sum& base) {
    fmt::print("{:<22}{:>10}{:>8}{:>12.2f}{:>9.2f}   {}\n", name, sum.count.sent,
               sum.count.sent - sum.count.received, sum.us_per_packet(),
               sum.us_per_packet() / base.us_per_packet(), sum.realtime ? "SCHED_FIFO" : "normal");
}

int run(std::chrono::seconds length, int calls) {
    raise_open_files_limit();
    Sum plain;
    Sum epoll;
    Sum plane;
    for (int round = 0; round < kRounds; ++round) {
        run_round<PlainLoop>(plain, calls, length / kRounds);
        run_round<EpollLoop>(epoll, calls, length / kRounds);
        run_round<PlaneLoop>(plane, calls, length / kRounds);
    }
    fmt::print("{} calls, 50 packets/s each way, {} rounds of {} s a relay, {} cores\n", calls,
               kRounds, (length / kRounds).count(), std::thread::hardware_concurrency());
    fmt::print("{:<22}{:>10}{:>8}{:>12}{:>9}\n", "relay", "packets", "lost", "us/packet", "ratio");
    print_row("recvfrom/sendto loop", plain, plain);
    print_row("epoll, socket a leg", epoll, plain);
    print_row("media plane", plane, plain);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    try {
        const int seconds = argc > 1 ? std::atoi(argv[1]) : 30;
        const int calls = argc > 2 ? std::atoi(argv[2]) : 400;
        if (seconds < kRounds || calls < 1 || calls > 2000) {
            fmt::print(stderr, "usage: relay [seconds >= {}] [calls 1..2000]\n", kRounds);
            return 2;
        }
        return run(std::chrono::seconds{seconds}, calls);
    } catch (const std::exception& error) {
        fmt::print(stderr, "relay: {}\n", error.what());
        return 1;
    }
}
