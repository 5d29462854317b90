#pragma once

// A bounded queue from one thread to one other, without a lock.

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace dialer::media {

/// `Capacity` must be a power of two. One thread pushes, one pops. Memory: all slots, at once.
template <typename Value, std::size_t Capacity> class SpscRing {
    static_assert(Capacity > 0 && (Capacity & (Capacity - 1)) == 0);

public:
    /// False, and `value` untouched, when the queue is full.
    [[nodiscard]] bool push(Value& value) {
        const std::size_t tail = tail_.load(std::memory_order_relaxed);
        if (tail - head_.load(std::memory_order_acquire) == Capacity) {
            return false;
        }
        (*slots_)[tail % Capacity] = std::move(value);
        tail_.store(tail + 1, std::memory_order_release);
        return true;
    }

    [[nodiscard]] std::optional<Value> pop() {
        const std::size_t head = head_.load(std::memory_order_relaxed);
        if (head == tail_.load(std::memory_order_acquire)) {
            return std::nullopt;
        }
        std::optional<Value> value{std::move((*slots_)[head % Capacity])};
        head_.store(head + 1, std::memory_order_release);
        return value;
    }

private:
    // Both count up for ever; the difference is the number of values in the queue. A line each, or
    // the two threads would pull one line to and fro.
    alignas(64) std::atomic<std::size_t> head_{0};
    alignas(64) std::atomic<std::size_t> tail_{0};
    std::unique_ptr<std::array<Value, Capacity>> slots_ =
        std::make_unique<std::array<Value, Capacity>>();
};

} // namespace dialer::media
