#include "tests/peers/common/streams.hpp"

#include "tests/peers/common/stream.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <ctime>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace peers {
namespace {

constexpr std::size_t kPhases = 4;
constexpr std::int64_t kTickNs = 5'000'000;
constexpr std::int64_t kBehindMaxNs = 1'000'000'000;

struct Add {
    StreamId id;
    StreamConfig config;
};
struct Play {
    StreamId id;
    Program program;
    std::vector<KeyPress> keys;
};
struct Redirect {
    StreamId id;
    sockaddr_in remote;
};
struct Remove {
    StreamId id;
};
using Command = std::variant<Add, Play, Redirect, Remove>;

std::int64_t monotonic_ns() {
    timespec at{};
    ::clock_gettime(CLOCK_MONOTONIC, &at);
    return static_cast<std::int64_t>(at.tv_sec) * 1'000'000'000 + at.tv_nsec;
}

/// Waits for the tick's own moment, so that ticks do not drift by the work done in them.
void wait_until(std::int64_t due_ns) {
    const timespec at{due_ns / 1'000'000'000, due_ns % 1'000'000'000};
    while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr) == EINTR) {
    }
}

/// The two crossings of threads here; nothing else is shared.
template <typename Value> class Mailbox {
public:
    void put(Value value) {
        const std::lock_guard lock{mutex_};
        values_.push_back(std::move(value));
    }
    [[nodiscard]] std::vector<Value> take() {
        const std::lock_guard lock{mutex_};
        return std::exchange(values_, {});
    }

private:
    std::mutex mutex_;
    std::vector<Value> values_; // guarded by mutex_
};

} // namespace

class Streams::Pump {
public:
    Pump() : thread_{[this] { run(); }} {}
    ~Pump() { stop(); }

    void stop() {
        stopping_ = true;
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    Mailbox<Command> commands;
    Mailbox<StreamEvent> events;

private:
    using Bucket = std::vector<std::unique_ptr<Stream>>;

    void run() {
        std::int64_t due_ns = monotonic_ns();
        for (std::size_t tick = 0; !stopping_; ++tick) {
            due_ns += kTickNs;
            wait_until(due_ns);
            phase_ = tick % kPhases;
            for (Command& command : commands.take()) {
                std::visit([this](auto& each) { carry_out(each); }, command);
            }
            serve(buckets_.at(phase_));
            if (monotonic_ns() - due_ns > kBehindMaxNs) {
                due_ns = monotonic_ns(); // the machine stood still; do not send it all at once
            }
        }
        for (Command& command : commands.take()) {
            std::visit([this](auto& each) { carry_out(each); }, command);
        }
        close_all();
    }

    void serve(Bucket& bucket) {
        for (const auto& stream : bucket) {
            const Stream::Received received = stream->receive();
            if (received.first_sound) {
                events.put(SoundHeard{stream->id()});
            }
            if (received.beep) {
                events.put(BeepHeard{stream->id()});
            }
            if (received.stalled) {
                events.put(StreamStalled{stream->id()});
            }
            stream->send();
        }
    }

    void carry_out(Add& add) {
        // The phase of this very tick: the first packet leaves at once and the rhythm holds.
        Bucket& bucket = buckets_.at(phase_);
        bucket.push_back(std::make_unique<Stream>(add.id, std::move(add.config)));
        places_[add.id] = {&bucket, bucket.back().get()};
    }

    void carry_out(Play& play) {
        if (const auto at = places_.find(play.id); at != places_.end()) {
            at->second.stream->play(play.program, std::move(play.keys));
        }
    }

    void carry_out(const Redirect& redirect) {
        if (const auto at = places_.find(redirect.id); at != places_.end()) {
            at->second.stream->redirect(redirect.remote);
        }
    }

    void carry_out(const Remove& remove) {
        const auto at = places_.find(remove.id);
        if (at == places_.end()) {
            return;
        }
        const Place place = at->second;
        places_.erase(at);
        events.put(StreamClosed{remove.id, place.stream->end()});
        std::erase_if(*place.bucket,
                      [&place](const auto& stream) { return stream.get() == place.stream; });
    }

    void close_all() {
        for (const auto& [id, place] : places_) {
            place.stream->receive();
            events.put(StreamClosed{id, place.stream->end()});
        }
        places_.clear();
    }

    struct Place {
        Bucket* bucket;
        Stream* stream;
    };

    std::array<Bucket, kPhases> buckets_;
    std::unordered_map<StreamId, Place> places_;
    std::size_t phase_ = 0;
    std::atomic<bool> stopping_ = false;
    std::thread thread_; // last: it uses the others
};

Streams::Streams() {
    // The tables are made now: the first call must not wait for them.
    (void)recording(Program::silence, 0);
    (void)tone_samples(kToneGridHz);
    (void)g711::encode_table(g711::Law::ulaw);
    pump_ = std::make_unique<Pump>();
}
Streams::~Streams() = default;

void Streams::add(StreamId id, StreamConfig config) {
    pump_->commands.put(Add{id, std::move(config)});
}

void Streams::play(StreamId id, Program program, std::vector<KeyPress> keys) {
    pump_->commands.put(Play{id, program, std::move(keys)});
}

void Streams::redirect(StreamId id, sockaddr_in remote) {
    pump_->commands.put(Redirect{id, remote});
}

void Streams::remove(StreamId id) {
    pump_->commands.put(Remove{id});
}

std::vector<StreamEvent> Streams::take_events() {
    return pump_->events.take();
}

std::vector<StreamEvent> Streams::finish() {
    pump_->stop();
    return pump_->events.take();
}

} // namespace peers
