#include "dialer/call/caller_ids_watch.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace dialer::call {

namespace {

using campaigns::CallerIdCounts;

// One-sided 95 % bound of Wilson's score interval.
constexpr double bound_z = 1.645;
// Refusals of a number that nobody knows yet: as if 2 in 200 calls had been refused.
constexpr double refusals_prior = 2;
constexpr double calls_prior = 200;
// A share that is nearer to its suspect value cannot be told from chance in useful time.
constexpr double blocked_usual_max = 0.30;
constexpr double short_usual_max = 0.60;
constexpr double recent_calls = 250;

struct Bounds {
    double low;
    double high;
};

/// Of the true share, each with 95 % confidence.
Bounds bounds_of(double hits, double trials) {
    const double share = hits / trials;
    const double spread = bound_z * bound_z / trials;
    const double middle = share + spread / 2;
    const double width = bound_z * std::sqrt(share * (1 - share) / trials + spread / (4 * trials));
    return {(middle - width) / (1 + spread), (middle + width) / (1 + spread)};
}

std::optional<ShareTest> blocked_test(const CallerIdCounts& seen) {
    const double usual = bounds_of(static_cast<double>(seen.blocked) + refusals_prior,
                                   static_cast<double>(seen.calls) + calls_prior)
                             .high;
    if (usual > blocked_usual_max) {
        return std::nullopt;
    }
    return ShareTest{usual, std::max(3 * usual, usual + 0.05)};
}

std::optional<ShareTest> short_test(const CallerIdCounts& seen) {
    if (seen.answered < CallerIdWatch::answers_min) {
        return std::nullopt;
    }
    const double usual = std::max(
        0.02,
        bounds_of(static_cast<double>(seen.short_calls), static_cast<double>(seen.answered)).high);
    if (usual > short_usual_max) {
        return std::nullopt;
    }
    return ShareTest{usual, std::clamp(2 * usual, usual + 0.10, usual + 0.25)};
}

std::optional<ShareTest> answer_test(const CallerIdCounts& seen) {
    if (seen.calls < CallerIdWatch::history_min) {
        return std::nullopt;
    }
    const double usual =
        bounds_of(static_cast<double>(seen.answered), static_cast<double>(seen.calls)).low;
    // Below one answer in fifty a day of calls says nothing.
    return usual < 0.02 ? std::nullopt : std::optional{ShareTest{usual, usual / 2}};
}

} // namespace

ShareTest::ShareTest(double usual, double suspect)
    : on_hit_{std::log(suspect / usual)}, on_miss_{std::log((1 - suspect) / (1 - usual))} {}

bool ShareTest::add(bool hit, double limit) {
    sum_ = std::max(0.0, sum_ + (hit ? on_hit_ : on_miss_));
    if (sum_ < limit) {
        return false;
    }
    sum_ = 0;
    return true;
}

CallerIdWatch::CallerIdWatch(const CallerIdCounts& history) : history_{history} {
    arrange();
}

void CallerIdWatch::set_history(const CallerIdCounts& history) {
    if (history != history_) {
        history_ = history;
        learnt_ = {}; // it is in the history by now
        arrange();
    }
}

/// Makes the tests anew from what is known.
void CallerIdWatch::arrange() {
    CallerIdCounts seen = history_;
    seen += learnt_;
    blocked_ = blocked_test(seen);
    short_ = short_test(seen);
    answers_ = answer_test(seen);
}

/// While there is little history, today's calls are part of it; the tests begin when it is enough.
void CallerIdWatch::learn(const Ended& call) {
    const std::int64_t known = history_.calls + learnt_.calls;
    if (known >= history_enough) {
        return;
    }
    ++learnt_.calls;
    learnt_.answered += call.answered ? 1 : 0;
    learnt_.short_calls += call.short_call ? 1 : 0;
    learnt_.blocked += call.blocked ? 1 : 0;
    CallerIdCounts seen = history_;
    seen += learnt_;
    // Refusals are not learnt: a number that begins badly must not make that its habit.
    if (!short_) {
        short_ = short_test(seen);
    }
    if (!answers_) {
        answers_ = answer_test(seen);
    }
}

std::optional<CallerIdWatch::Alarm> CallerIdWatch::add(const Ended& call) {
    const double keep = 1 - 1 / recent_calls;
    recent_.calls = recent_.calls * keep + 1;
    recent_.answered = recent_.answered * keep + (call.answered ? 1 : 0);
    recent_.short_calls = recent_.short_calls * keep + (call.short_call ? 1 : 0);
    recent_.blocked = recent_.blocked * keep + (call.blocked ? 1 : 0);
    learn(call);
    const double limit = std::log(calls_between_false_alarms);
    CallerIdCounts seen = history_;
    seen += learnt_;
    const auto share = [](auto part, auto whole) {
        return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
    };
    if (blocked_ && blocked_->add(call.blocked, limit)) {
        return Alarm{Signal::blocked, share(history_.blocked, history_.calls),
                     share(recent_.blocked, recent_.calls)};
    }
    if (short_ && call.answered && short_->add(call.short_call, limit)) {
        return Alarm{Signal::short_calls, share(seen.short_calls, seen.answered),
                     share(recent_.short_calls, recent_.answered)};
    }
    if (answers_ && answers_->add(call.answered, limit)) {
        return Alarm{Signal::answer_rate, share(seen.answered, seen.calls),
                     share(recent_.answered, recent_.calls)};
    }
    return std::nullopt;
}

std::optional<double> CallerIdWatch::usual_answer_rate() const {
    const auto calls = history_.calls + learnt_.calls;
    if (calls < history_min) {
        return std::nullopt;
    }
    return static_cast<double>(history_.answered + learnt_.answered) / static_cast<double>(calls);
}

std::string_view to_text(CallerIdWatch::Signal signal) {
    constexpr std::array<std::string_view, 3> words{"blocked", "short_calls", "answer_rate"};
    return words.at(static_cast<std::size_t>(signal));
}

} // namespace dialer::call
