#pragma once

// What share of dials a person answers, now.

#include "pacing/ticks.hpp"

#include <algorithm>

namespace pacing {

class SavedReader;
class SavedWriter;

/// Answers over exposure. A line in flight is exposed by its chance of an answer now, given how
/// long it has rung, as a part of its chance at the dial. Unlike answers over ended calls this is
/// biased neither by the calls that still ring nor by those given up. Old counts fade, but never
/// below a base of answers.
class AnswerRate {
public:
    AnswerRate();

    /// Time goes on to the half second `now`. `expected`: answers that the lines in flight then
    /// were expected to bring until now, as of their dials.
    void advance(Bucket now, double expected);
    void answered() { answers_ += 1.0; }
    /// An answer turned out to be none.
    void taken_back();
    /// Keeps that many answers' worth of what was learnt.
    void forget(double keep_answers);

    /// Share of dials of an average call that are answered.
    [[nodiscard]] double value() const { return std::min(1.0, answers_ / exposure_); }
    void save(SavedWriter& out) const;
    void load(SavedReader& in);

private:
    void fade(double time_s);

    double answers_;
    double exposure_;
    Bucket now_ = 0;
    bool started_ = false; // now_ is known
};

} // namespace pacing
