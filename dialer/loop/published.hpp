#pragma once

// A value that the control loop publishes and other threads read.

#include <memory>
#include <mutex>

namespace dialer {

/// Readers get the latest value without waiting for the loop. The lock is held for a pointer copy.
template <typename T> class Published {
public:
    void set(std::shared_ptr<const T> value) {
        const std::lock_guard lock{mutex_};
        value_ = std::move(value);
    }

    [[nodiscard]] std::shared_ptr<const T> get() const {
        const std::lock_guard lock{mutex_};
        return value_;
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const T> value_ = std::make_shared<const T>();
};

} // namespace dialer
