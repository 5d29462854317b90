#pragma once

// How long calls ring until a person answers, and until anything else ends them.

#include "pacing/grid.hpp"
#include "pacing/ticks.hpp"

#include <array>
#include <cstdint>

namespace pacing {

class SavedReader;
class SavedWriter;

inline constexpr int ring_buckets = 128; ///< half seconds since the dial that are told apart

/// Classes of answer probability; a call lies between two of them.
inline constexpr int answer_classes = 12;
[[nodiscard]] const std::array<double, answer_classes>& class_probabilities();

/// What ended a line in flight.
enum class RingEnd : std::uint8_t { open, answered, ended, cut };

/// Calls by what ended them, in half seconds since the dial.
struct RingCounts {
    std::array<double, ring_buckets> live{};
    std::array<double, ring_buckets> other{};
    std::array<double, ring_buckets> cut{}; ///< given up by us: what they would have become is open
    double weight = 0;

    void scale(double factor);
};

/// Learns F, the time from the dial to a person's answer among calls that are answered, and G, the
/// time to any other end among the rest.
///
/// From hazards of both ends among the calls that still ring, so that a call given up tells what it
/// knows and no more. The tables follow the counts with a lag of a few per cent.
class RingTimes {
public:
    explicit RingTimes(double ring_max_s = 22.0);

    void set_ring_max(double ring_max_s);
    /// Features::ring_age.
    void set_ring_age(bool used);

    /// A call rang for `age_s`. To be told when every call dialed at the same time has ended.
    void learn(double age_s, RingEnd end);
    /// Keeps that much of what was learnt: after a change of carrier or list.
    void forget(double keep_weight);

    /// F and G at an age; 0 at 0, 1 at the longest ring.
    [[nodiscard]] double live_by(double age_s) const { return at(live_by_, age_s); }
    [[nodiscard]] double other_by(double age_s) const { return at(other_by_, age_s); }
    /// F at the begin of a bucket.
    [[nodiscard]] double live_by_bucket(std::int64_t age) const;
    /// Seconds a line is busy with one dial.
    [[nodiscard]] double line_s() const { return line_s_; }
    /// Mean time to an answer.
    [[nodiscard]] double answer_s() const { return answer_s_; }

    /// The times ahead at which a call dialed now would be answered: (k + 1/2)/8 quantiles of F.
    [[nodiscard]] const GridPoints& fresh() const { return fresh_; }
    /// The same plus the tolerance.
    [[nodiscard]] const std::array<double, horizons>& fresh_s() const { return fresh_s_; }
    /// For a call that has rung for `age_s`: (k + 1/2)/8 quantiles of what is left.
    void left_s(double age_s, std::array<double, horizons>& times) const;

    /// Answers of a call of that class and age within each time of the grid.
    [[nodiscard]] const Moments& answers(std::int64_t age, int answer_class) const;
    /// Changes whenever the tables do.
    [[nodiscard]] std::uint32_t version() const { return version_; }

    void save(SavedWriter& out) const;
    void load(SavedReader& in);

private:
    using Table = std::array<double, ring_buckets + 1>;
    [[nodiscard]] static double at(const Table& table, double age_s);
    [[nodiscard]] double quantile(double share) const;
    void make_prior();
    void build();
    void build_shares();
    void build_answers();
    void level_ages();

    double ring_max_s_;
    bool ring_age_ = true;
    RingCounts prior_;
    RingCounts counts_;
    RingCounts built_;
    double news_ = 0;
    std::uint32_t version_ = 0;
    Table live_by_{}; // F at the begin of each bucket
    Table other_by_{};
    double line_s_ = 0;
    double answer_s_ = 0;
    GridPoints fresh_{};
    std::array<double, horizons> fresh_s_{};
    std::array<std::array<Moments, answer_classes>, ring_buckets> answers_;
};

} // namespace pacing
