#include "dialer/call/caller_ids_keeping.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace dialer::call {

using namespace std::chrono_literals;
using campaigns::Store;
using db::StoreError;
using db::StoreResult;

namespace {

constexpr auto counts_save_time = 60s;
constexpr auto alarm_retry_time = 500ms;
// With the database away for long, the oldest alarms are given up: nothing is dialed meanwhile.
constexpr std::size_t alarms_max = 1000;

} // namespace

CallerIdKeeping::CallerIdKeeping(Loop& loop, CallerIds& caller_ids, std::function<void()> new_day)
    : loop_{loop}, caller_ids_{caller_ids}, new_day_{std::move(new_day)} {}

void CallerIdKeeping::ended(const campaigns::AttemptResult& result) {
    for (auto& alarm : caller_ids_.ended(result, loop_.now().wall)) {
        alarm.id = loop_.make_id();
        spdlog::warn("caller id {} on trunk {}: {}{}", dnc::to_e164(alarm.number), alarm.trunk,
                     alarm.detail, alarm.rest_until ? "; it rests now" : "");
        alarms_.push_back(std::move(alarm));
        if (alarms_.size() > alarms_max) {
            alarms_.pop_front();
        }
        save_alarm();
    }
}

void CallerIdKeeping::tick() {
    const auto now = loop_.now();
    const auto day = std::chrono::floor<std::chrono::days>(now.wall);
    if (today_ == std::chrono::sys_days{}) {
        today_ = day;
        counted_at_ = now.mono;
    }
    if (std::exchange(today_, day) != day) {
        save_counts();
        new_day_();
    }
    if (now.mono - counted_at_ > counts_save_time) {
        save_counts();
    }
    if (!alarms_.empty() && now.mono >= alarm_retry_at_) {
        save_alarm();
    }
}

void CallerIdKeeping::save_all() {
    save_counts();
}

/// Counts that could not be written are lost: they are statistics, and doubled ones were worse.
void CallerIdKeeping::save_counts() {
    const auto now = loop_.now();
    counted_at_ = now.mono;
    auto counts = caller_ids_.take_counts();
    if (counts.empty()) {
        return;
    }
    ++counts_open_;
    loop_.pool.run(
        [counts = std::move(counts), day = std::chrono::floor<std::chrono::days>(now.wall)](
            Store& store) { campaigns::add_caller_id_counts(store, day, counts); },
        [this](const StoreResult<db::Nothing>& result) {
            --counts_open_;
            if (const auto* error = std::get_if<StoreError>(&result)) {
                spdlog::warn("counts of caller ids were not saved: {}", error->what);
            }
        });
}

void CallerIdKeeping::save_alarm() {
    if (std::exchange(writing_alarm_, true)) {
        return;
    }
    loop_.pool.run(
        [alarm = alarms_.front()](Store& store) { campaigns::add_caller_id_alarm(store, alarm); },
        [this, id = alarms_.front().id](const StoreResult<db::Nothing>& result) {
            writing_alarm_ = false;
            const auto* error = std::get_if<StoreError>(&result);
            const bool again = error != nullptr && error->kind != StoreError::Kind::refused;
            if (error != nullptr) {
                spdlog::error("alarm of a caller id not written: {}", error->what);
                alarm_retry_at_ = loop_.now().mono + alarm_retry_time;
            }
            if (!again && !alarms_.empty() && alarms_.front().id == id) {
                alarms_.pop_front();
            }
            if (!error && !alarms_.empty()) {
                save_alarm();
            }
        });
}

} // namespace dialer::call
