#pragma once

// Stops dialing ahead while a legal period, or the first hour of a campaign, has nothing to spare.

#include "pacing/budget.hpp"
#include "pacing/types.hpp"

namespace pacing {

class SavedReader;
class SavedWriter;

/// A campaign's first answers: its model is a guess then, and the share of few calls moves fast.
struct Early {
    double answered = 0;
    double abandoned = 0;
    double time_s = 0; ///< since its first dial

    /// The first hour, and longer when it brought few answers.
    [[nodiscard]] bool lasts() const { return time_s < 3600.0 || answered < 100.0; }
    void save(SavedWriter& out) const;
    void load(SavedReader& in);
};

/// What plain progressive dialing would still bring today.
struct Prospect {
    double agents = 0;
    double time_s = 0;   ///< until dialing ends
    double work_s = 0;   ///< talk and wrap of a call
    double line_s = 0;   ///< a line is busy with one dial
    double rate = 0;     ///< share of dials answered
    double part = 1;     ///< of the agents' calls that are this campaign's
    double channels = 0; ///< lines at most
    double leads = 1e12; ///< dials at most
};
/// Cautiously: an answer counted on that does not come cannot be made good.
[[nodiscard]] double answers_ahead(const Prospect& prospect);

/// Remembers what is left of the tightest period, so that it is worked out once a change.
class Guard {
public:
    void changed() { fresh_ = false; }
    void update(const Budget& budget, Day today, double answers_ahead) {
        left_ = budget.left(today, answers_ahead);
        ahead_ = answers_ahead;
        fresh_ = true;
    }
    [[nodiscard]] bool fresh() const { return fresh_; }
    [[nodiscard]] double left() const { return left_; }
    [[nodiscard]] double ahead() const { return ahead_; }

    /// Answers that lines in flight may be expected to bring, at most, with `spare` agents free and
    /// not claimed: if as many more come as chance allows, and nobody is back by then, one
    /// abandonment must still be left. Abandonments come in bursts, and at the end of a period one
    /// too many cannot be made good.
    [[nodiscard]] double answers_most(const Early& early, double cap, double spare) const;

    /// One abandonment would be one too many.
    [[nodiscard]] bool spares_none(const Early& early, double cap) const;

    void hold(bool holds) { holds_ = holds; }
    [[nodiscard]] bool holds() const { return holds_; }

private:
    [[nodiscard]] double left(const Early& early, double cap) const;

    double left_ = 0;
    double ahead_ = 0;
    bool fresh_ = false;
    bool holds_ = false;
};

} // namespace pacing
