#pragma once

// The lines of one campaign that ring, by the time of their dial and their chance of an answer.

#include "pacing/grid.hpp"
#include "pacing/ring_times.hpp"
#include "pacing/ticks.hpp"

#include <array>
#include <cstdint>

namespace pacing {

/// A call's answer probability as a mixture of two neighbouring classes, in 256ths, so that taking
/// a call out leaves exactly nothing of it.
struct AnswerMix {
    std::uint8_t low = 0;        ///< class
    std::uint16_t high_part = 0; ///< 256ths that belong to class low + 1
};
[[nodiscard]] AnswerMix answer_mix(double probability);

/// Expected answers of all lines in flight. A line's change costs O(1); the passing of half a
/// second O(ring time). Memory: fixed.
class CallsInFlight {
public:
    explicit CallsInFlight(const RingTimes& times) : times_{&times} {}

    void advance(Bucket now);
    void add(Bucket dialed, AnswerMix mix);
    void remove(Bucket dialed, AnswerMix mix);
    /// Lines dialed `age` half seconds ago.
    [[nodiscard]] int lines_of_age(std::int64_t age) const;

    [[nodiscard]] const Moments& answers();
    /// Answers within each time of the grid by the lines of one age, and of that age at most `most`
    /// of them (an even part of each class).
    void answers_of_age(std::int64_t age, int most, Moments& sum) const;

private:
    using Classes = std::array<std::int32_t, answer_classes>; // 256ths of lines
    static constexpr float part = 1.0F / 256.0F;

    [[nodiscard]] static std::size_t slot(Bucket bucket) {
        return static_cast<std::size_t>(bucket) % ring_buckets;
    }
    void change(Bucket dialed, AnswerMix mix, int sign);
    void sum_up();

    const RingTimes* times_;
    std::array<Classes, ring_buckets> by_age_{}; // ring by dial bucket
    std::array<std::int64_t, answer_classes> all_{};
    Bucket now_ = 0;
    Moments answers_;
    std::uint32_t version_ = 0;
    bool stale_ = true;
};

} // namespace pacing
