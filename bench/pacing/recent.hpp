#pragma once

// Sums over the last so many minutes, for rules that look at recent calls.

#include "pacing/types.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>

namespace pacing_sim {

/// One count a minute, of which the last `Minutes` are kept. Instants must not step back by more.
template <std::size_t Minutes> class RecentMinutes {
public:
    void add(pacing::Instant at, std::int64_t count = 1) {
        move_to(at);
        counts_[place(minute_)] += count;
        sum_ += count;
    }
    /// The minute at hand included.
    [[nodiscard]] std::int64_t sum(pacing::Instant at) {
        move_to(at);
        return sum_;
    }

private:
    void move_to(pacing::Instant at) {
        const std::int64_t minute =
            std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count();
        if (minute - minute_ >= static_cast<std::int64_t>(Minutes)) {
            counts_.fill(0);
            sum_ = 0;
            minute_ = minute;
        }
        while (minute_ < minute) {
            ++minute_;
            sum_ -= counts_[place(minute_)];
            counts_[place(minute_)] = 0;
        }
    }
    [[nodiscard]] static std::size_t place(std::int64_t minute) {
        return static_cast<std::size_t>(std::llabs(minute)) % Minutes;
    }

    std::array<std::int64_t, Minutes> counts_{};
    std::int64_t sum_ = 0;
    std::int64_t minute_ = 0;
};

/// Mean of all values so far, starting from a guess that counts as `weight` values.
class RunningMean {
public:
    RunningMean(double guess, double weight) : mean_{guess}, weight_{weight} {}
    void add(double value) {
        weight_ += 1;
        mean_ += (value - mean_) / weight_;
    }
    [[nodiscard]] double mean() const { return mean_; }

private:
    double mean_;
    double weight_;
};

/// True once every `period`, counted from the first time it is asked.
class Clock {
public:
    explicit Clock(pacing::Duration period) : period_{period} {}
    [[nodiscard]] bool due(pacing::Instant now) {
        if (now < next_ && next_ - now <= period_) {
            return false;
        }
        next_ = now + period_;
        return true;
    }

private:
    pacing::Duration period_;
    pacing::Instant next_{};
};

} // namespace pacing_sim
