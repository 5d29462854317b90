#pragma once

// The largest shortage that is accepted, steered by what came of the answers.

namespace pacing {

class SavedReader;
class SavedWriter;

/// log threshold += gain * (target - abandoned) after each answer whose fate is decided.
///
/// While it is neither frozen nor at an end of its range, the share of abandoned answers among the
/// latest n differs from the target by at most log(highest / lowest) / (gain n) = 11.3 / (gain n),
/// whatever the model's error: the bound on abandonment rests on this sum, not on the prediction.
class Threshold {
public:
    static constexpr double lowest = 1e-5;
    static constexpr double highest = 0.8;
    static constexpr double gain = 0.1;
    static constexpr double start = 0.01; ///< of a campaign of which nothing is known

    explicit Threshold(double target = 0.0295);

    void set_target(double target) { target_ = target; }
    [[nodiscard]] double target() const { return target_; }
    [[nodiscard]] double value() const { return value_; }

    /// `credit`: part of the answer that says something about the threshold, 0 while something else
    /// limits dialing, 1 while nothing does. What it returns is for take_back().
    double served(double credit);
    void abandoned();
    /// The answer was none.
    void take_back(double gained);

    void save(SavedWriter& out) const;
    void load(SavedReader& in);

private:
    void move(double by);

    double target_;
    double log_;
    double value_;
};

} // namespace pacing
