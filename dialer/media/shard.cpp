#include "dialer/media/shard.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace dialer::media {

namespace {

constexpr int kBatch = 256;          // packets between two looks at the timer and the commands
constexpr int kDatagramsPerLeg = 16; // so that a flood on one port leaves the others their turn
constexpr int kCommandsPerWakeUp = 256;
constexpr int kPriority = 10;
constexpr long kTickNanoseconds = 20'000'000;
// A thread that was stopped for longer than this does not send what it missed.
constexpr std::uint64_t kTicksCaughtUpMax = 5;

int checked(int result, const char* what) {
    if (result < 0) {
        throw std::system_error{errno, std::generic_category(), what};
    }
    return result;
}

/// An eventfd's or timerfd's counter, which reading sets to zero.
std::uint64_t take_counter(const Descriptor& descriptor) {
    std::uint64_t count = 0;
    const ssize_t size = ::read(descriptor.get(), &count, sizeof count);
    return size == static_cast<ssize_t>(sizeof count) ? count : 0;
}

} // namespace

Shard::Shard(int number, const Config& config, const Clock& clock, const EventSink& sink)
    : clock_{clock}, sink_{sink}, epoll_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")},
      timer_{
          checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")},
      wake_up_{checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")},
      relay_{config.silence_limit, clock} {
    // The kernel keeps the rhythm, so late ticks do not add up.
    itimerspec every{};
    every.it_interval.tv_nsec = kTickNanoseconds;
    every.it_value.tv_nsec = kTickNanoseconds;
    checked(::timerfd_settime(timer_.get(), 0, &every, nullptr), "timerfd_settime");
    checked(watch(timer_, &timer_, EPOLL_CTL_ADD), "epoll_ctl");
    checked(watch(wake_up_, &wake_up_, EPOLL_CTL_ADD), "epoll_ctl");
    start_thread(number, config.realtime);
}

void Shard::start_thread(int number, bool realtime) {
    thread_ = std::thread{[this] { run(); }};
    const pthread_t handle = thread_.native_handle();
    pthread_setname_np(handle, ("media-" + std::to_string(number)).c_str());
    sched_param parameter{};
    parameter.sched_priority = kPriority;
    realtime_ = realtime && pthread_setschedparam(handle, SCHED_FIFO, &parameter) == 0;
}

Shard::~Shard() {
    stopping_.store(true);
    wake();
    thread_.join();
}

int Shard::watch(const Descriptor& descriptor, void* what, int operation) const {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.ptr = what;
    return ::epoll_ctl(epoll_.get(), operation, descriptor.get(), &event);
}

void Shard::wake() {
    const std::uint64_t one = 1;
    // It can only fail when the counter is full, and then the thread is awake already.
    [[maybe_unused]] const ssize_t size = ::write(wake_up_.get(), &one, sizeof one);
}

boost::system::error_code Shard::add(std::unique_ptr<RtpLeg> leg) {
    // Registered here, so that a refusal reaches the caller. The thread may see the leg's first
    // packet before the command; a leg that is not connected only counts it.
    if (watch(leg->socket, leg.get(), EPOLL_CTL_ADD) != 0) {
        return {errno, boost::system::system_category()};
    }
    post(AddLeg{std::move(leg)});
    return {};
}

void Shard::post(Command command) {
    while (!commands_.push(command)) {
        wake();
        std::this_thread::yield();
    }
    // One write wakes the thread for all commands that follow until it looks.
    if (!wake_pending_.exchange(true)) {
        wake();
    }
}

void Shard::read(RtpLeg& leg, Monotonic now) {
    for (int i = 0; i < kDatagramsPerLeg; ++i) {
        if (!relay_.on_readable(leg, now)) {
            return;
        }
    }
    // An edge reports once; setting it anew reports again what is still there.
    (void)watch(leg.socket, &leg, EPOLL_CTL_MOD);
}

void Shard::run() {
    bool more_commands = false;
    while (!stopping_.load()) {
        std::array<epoll_event, kBatch> ready; // NOLINT: filled by the kernel
        const int count = ::epoll_wait(epoll_.get(), ready.data(), kBatch, more_commands ? 0 : -1);
        const Monotonic now = clock_.now().mono;
        bool ticked = false;
        bool woken = more_commands;
        for (int i = 0; i < count; ++i) {
            void* const what = ready[static_cast<std::size_t>(i)].data.ptr;
            if (what == &timer_) {
                ticked = true;
            } else if (what == &wake_up_) {
                woken = true;
            } else {
                read(*static_cast<RtpLeg*>(what), now);
            }
        }
        if (ticked) {
            run_ticks(now);
        }
        more_commands = woken && run_commands(now);
        if (!relay_.events().empty()) {
            std::vector<Event> events;
            events.swap(relay_.events());
            sink_(std::move(events));
        }
    }
}

void Shard::run_ticks(Monotonic now) {
    const std::uint64_t due = std::min(take_counter(timer_), kTicksCaughtUpMax);
    for (std::uint64_t i = 0; i < due; ++i) {
        relay_.tick(now);
    }
}

bool Shard::run_commands(Monotonic now) {
    take_counter(wake_up_);
    wake_pending_.exchange(false); // Before the queue is looked at, or a command could be missed.
    for (int i = 0; i < kCommandsPerWakeUp; ++i) {
        auto command = commands_.pop();
        if (!command) {
            return false;
        }
        std::visit([&](auto& known) { carry_out(known, now); }, *command);
    }
    return true;
}

void Shard::carry_out(AddLeg& command, Monotonic) {
    relay_.add(std::move(command.leg));
}

void Shard::carry_out(const ConnectLeg& command, Monotonic now) {
    relay_.connect(command.leg, command.remote, now);
}

void Shard::carry_out(const BridgeLegs& command, Monotonic) {
    relay_.bridge(command.customer, command.agent);
}

void Shard::carry_out(const UnbridgeLeg& command, Monotonic) {
    relay_.unbridge(command.agent);
}

void Shard::carry_out(const PlayClip& command, Monotonic) {
    relay_.play(command.leg, *command.clip);
}

void Shard::carry_out(const CloseLeg& command, Monotonic now) {
    relay_.close(command.leg, now);
}

} // namespace dialer::media
