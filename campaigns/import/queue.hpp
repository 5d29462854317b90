#pragma once

// The one queue of an import: batches from the thread that reads to the thread that writes.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace campaigns {

/// Bounded: whoever reads waits for whoever writes. Two threads.
template <typename Batch> class BatchQueue {
public:
    explicit BatchQueue(std::size_t batches_max) : batches_max_{batches_max} {}

    /// Waits for room. False when the other side has given up.
    bool push(Batch batch) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return batches_.size() < batches_max_ || given_up_; });
        if (given_up_) {
            return false;
        }
        batches_.push_back(std::move(batch));
        changed_.notify_all();
        return true;
    }

    /// No more will come.
    void close() {
        const std::lock_guard lock{mutex_};
        closed_ = true;
        changed_.notify_all();
    }

    /// Waits for a batch; nothing at the end.
    std::optional<Batch> pop() {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return !batches_.empty() || closed_; });
        if (batches_.empty()) {
            return std::nullopt;
        }
        Batch batch = std::move(batches_.front());
        batches_.pop_front();
        changed_.notify_all();
        return batch;
    }

    /// Nobody will pop any more.
    void give_up() {
        const std::lock_guard lock{mutex_};
        given_up_ = true;
        batches_.clear();
        changed_.notify_all();
    }
    [[nodiscard]] bool given_up() {
        const std::lock_guard lock{mutex_};
        return given_up_;
    }

private:
    std::size_t batches_max_;
    std::mutex mutex_; // guards all below
    std::condition_variable changed_;
    std::deque<Batch> batches_;
    bool closed_ = false;
    bool given_up_ = false;
};

} // namespace campaigns
