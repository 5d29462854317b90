#pragma once

// What is known about caller ids beyond this process: alarms and counts go to the store.

#include "dialer/call/caller_ids.hpp"
#include "dialer/loop/loop.hpp"

#include <deque>
#include <functional>

namespace dialer::call {

/// Tells CallerIds how calls ended, writes its alarms at once (again until they are durable) and
/// its counts once a minute. A kill loses the counts of a minute at most, and no rest that was
/// written. Control thread only.
class CallerIdKeeping {
public:
    /// `new_day` is called when the history of the days before is due to be read again.
    CallerIdKeeping(Loop& loop, CallerIds& caller_ids, std::function<void()> new_day);

    void ended(const campaigns::AttemptResult& result);
    /// At each beat of the loop.
    void tick();
    /// At the end.
    void save_all();
    /// Writes are not yet done.
    [[nodiscard]] bool saving() const { return counts_open_ > 0 || !alarms_.empty(); }

private:
    void save_counts();
    void save_alarm();

    Loop& loop_;
    CallerIds& caller_ids_;
    std::function<void()> new_day_;
    std::deque<campaigns::CallerIdAlarm> alarms_; ///< not durable yet; at most alarms_max
    bool writing_alarm_ = false;
    Monotonic alarm_retry_at_{};
    int counts_open_ = 0;
    Monotonic counted_at_{};
    std::chrono::sys_days today_{};
};

} // namespace dialer::call
