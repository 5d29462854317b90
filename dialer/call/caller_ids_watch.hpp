#pragma once

// Notices when calls with one caller id begin to end otherwise than they used to. Pure.

#include "campaigns/settings/caller_ids.hpp"

#include <optional>
#include <string>

namespace dialer::call {

/// Sequential test of one share against its usual value, by cumulated log-likelihood ratios that
/// never fall below zero (CUSUM). When the share is at its usual value or on the harmless side of
/// it, the ratio's mean is 1, so that on average at least exp(limit) observations pass between two
/// false alarms (Lorden 1971), however long it runs.
class ShareTest {
public:
    /// `usual` and `suspect` lie strictly between 0 and 1.
    ShareTest(double usual, double suspect);
    /// True when it alarms; it begins anew then.
    [[nodiscard]] bool add(bool hit, double limit);

private:
    double on_hit_;
    double on_miss_;
    double sum_ = 0;
};

/// The calls of one number on one trunk. Three shares are watched: refusals with 603, 607 or 608
/// (RFC 3261, 8197, 8688) rising, answered calls that the person ends within six seconds rising,
/// and the answer rate halving.
///
/// What is usual comes from the number's own history, moved to the side of caution by a 95 % bound:
/// with a true usual value inside it, there is on average at most one false alarm of a signal in
/// 100,000 of its calls. Without enough history only refusals are watched, against 2 %.
class CallerIdWatch {
public:
    /// Between false alarms, on average and for each signal.
    static constexpr double calls_between_false_alarms = 100'000;
    static constexpr std::int64_t history_min = 300;     ///< calls before the answer rate is known
    static constexpr std::int64_t history_enough = 1000; ///< more are not learnt from today's
    static constexpr std::int64_t answers_min = 100;     ///< before short calls are known

    explicit CallerIdWatch(const campaigns::CallerIdCounts& history);
    /// Of a later day; the tests go on unless the history differs.
    void set_history(const campaigns::CallerIdCounts& history);

    enum class Signal { blocked, short_calls, answer_rate };
    struct Alarm {
        Signal signal{};
        double usual = 0;  ///< share
        double recent = 0; ///< share over the last calls
    };
    struct Ended {
        bool answered = false;
        bool short_call = false;
        bool blocked = false;
    };
    [[nodiscard]] std::optional<Alarm> add(const Ended& call);

    /// The usual answer rate; nothing before there is enough history.
    [[nodiscard]] std::optional<double> usual_answer_rate() const;
    /// Calls of late, older ones counting less: the weight of about the last 250.
    struct Recent {
        double calls = 0;
        double answered = 0;
        double short_calls = 0;
        double blocked = 0;
    };
    [[nodiscard]] const Recent& recent() const { return recent_; }

private:
    void arrange();
    void learn(const Ended& call);

    campaigns::CallerIdCounts history_;
    campaigns::CallerIdCounts learnt_; // in addition, while the history is short
    Recent recent_;
    std::optional<ShareTest> blocked_;
    std::optional<ShareTest> short_;
    std::optional<ShareTest> answers_;
};

[[nodiscard]] std::string_view to_text(CallerIdWatch::Signal signal);

} // namespace dialer::call
