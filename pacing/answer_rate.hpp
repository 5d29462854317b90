#pragma once

// What share of dials a person answers, now.

#include "pacing/ring_times.hpp"
#include "pacing/ticks.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace pacing {

class SavedReader;
class SavedWriter;

/// Answers over exposure. A line in flight is exposed, each half second, by the share of answers
/// that come then among those still to come: its chance of an answer now over its chance at the
/// dial. Unlike answers over ended calls this is biased neither by the calls that still ring nor by
/// those given up. Old counts fade, but never below a base of answers.
class AnswerRate {
public:
    AnswerRate();

    /// Time goes on to the half second `now`: lines in flight are exposed.
    void advance(Bucket now, const RingTimes& times);

    /// A line was dialed, or is no longer in flight. `factor`: how much likelier than an average
    /// call of the campaign it is answered.
    void dialed(Bucket at, double factor);
    void over(Bucket dialed, double factor);
    void answered() { answers_ += 1.0; }
    /// An answer turned out to be none.
    void taken_back();
    /// Keeps that many answers' worth of what was learnt.
    void forget(double keep_answers);

    /// Share of dials of an average call that are answered.
    [[nodiscard]] double value() const { return std::min(1.0, answers_ / exposure_); }
    /// Answers that the latest advance() expected.
    [[nodiscard]] double expected_latest() const { return expected_latest_; }
    /// Variance of value() over its square: how little it rests on.
    [[nodiscard]] double doubt() const { return 1.0 / std::max(answers_, 1.0); }

    void save(SavedWriter& out) const;
    void load(SavedReader& in);

private:
    [[nodiscard]] static std::size_t slot(Bucket bucket) {
        return static_cast<std::size_t>(bucket) % ring_buckets;
    }
    [[nodiscard]] static std::int64_t parts(double factor);
    [[nodiscard]] double exposure(Bucket passed, const RingTimes& times) const;
    void fade(double time_s);

    double answers_;
    double exposure_;
    double expected_latest_ = 0;
    Bucket now_ = 0;
    bool started_ = false;                           // now_ is known
    std::array<std::int64_t, ring_buckets> lines_{}; // 1024ths of factors, by dial bucket
};

} // namespace pacing
