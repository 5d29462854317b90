#pragma once

// Writes pacing's events to files, for replays: a line an event, a file a pool and day.

#include "pacing/event.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace dialer::call {

/// `DIR/<file>.jsonl`, appended to. A thread of its own makes the lines and writes them, so that
/// nothing waits for a disk: beyond `waiting_max` events that it has not taken yet, further ones
/// are dropped and counted. Lines reach the file within `write_time` and at destruction.
class PacingLog {
public:
    static constexpr std::size_t waiting_max = 65'536;

    /// Makes the folder when it is not there. Throws std::runtime_error when it cannot be used.
    explicit PacingLog(std::string folder);
    ~PacingLog();
    PacingLog(const PacingLog&) = delete;
    PacingLog& operator=(const PacingLog&) = delete;

    /// Never waits for a file. One thread.
    void add(std::shared_ptr<const std::string> file, const pacing::Event& event);

    /// Events that found no room or could not be written. Any thread.
    [[nodiscard]] std::int64_t dropped() const { return dropped_.load(); }

private:
    struct Entry {
        std::shared_ptr<const std::string> file;
        pacing::Event event;
    };
    class Files;

    void work();
    [[nodiscard]] bool take(std::vector<Entry>& entries);

    std::string folder_;
    std::atomic<std::int64_t> dropped_{0};
    std::mutex mutex_; ///< guards waiting_ and stopping_; held for a push or a swap
    std::condition_variable more_;
    std::vector<Entry> waiting_;
    bool stopping_ = false;
    std::thread thread_; // last: starts when everything above is there
};

} // namespace dialer::call
