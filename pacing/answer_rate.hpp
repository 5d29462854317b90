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

/// Answers over exposure, where a dial of age t is exposed by F(t): the share of its answer that
/// could have come by then. Unlike answers over ended calls this is not biased by the calls that
/// still ring, nor by those given up. Old counts fade, but never below a base of answers.
class AnswerRate {
public:
    AnswerRate();

    /// Time goes on to the half second `now`: dials grow older.
    void advance(Bucket now, const RingTimes& times);

    /// `factor`: how much likelier than an average call of the campaign this one is answered.
    void dialed(Bucket at, double factor);
    void answered() { answers_ += 1.0; }
    void cut(Bucket dialed, double factor);
    /// An answer turned out to be none.
    void taken_back();
    /// Keeps that many answers' worth of what was learnt.
    void forget(double keep_answers);

    /// Share of dials of an average call that are answered.
    [[nodiscard]] double value() const { return std::min(1.0, answers_ / exposure_); }
    /// Exposure that the latest advance() added, in answers expected by value().
    [[nodiscard]] double expected_latest() const { return expected_latest_; }

    void save(SavedWriter& out) const;
    void load(SavedReader& in);

private:
    [[nodiscard]] static std::size_t slot(Bucket bucket) {
        return static_cast<std::size_t>(bucket) % ring_buckets;
    }
    [[nodiscard]] static std::int64_t parts(double factor);
    void fade(double time_s);

    double answers_;
    double exposure_;
    double expected_latest_ = 0;
    Bucket now_ = 0;
    std::array<std::int64_t, ring_buckets> dials_{}; // 1024ths of factors, ring by dial bucket
};

} // namespace pacing
