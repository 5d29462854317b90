#pragma once

// Notices that answers or ring times are no longer what was learnt: another list, another carrier.

#include <array>

namespace pacing {

class SavedReader;
class SavedWriter;

/// Two watches, each quiet for weeks while nothing changes.
class ChangeWatch {
public:
    /// Answers seen and expected since the last call. True when the rate has become half as high
    /// again, or fallen to two thirds: then what was learnt of it should be forgotten.
    bool rate_changed(double answers, double expected);

    /// An answer came at `share` of the distribution of ring times. True when the latest shares are
    /// far from even: the distribution is another now.
    bool rings_changed(double share);

    /// Begins anew, after a change that was announced.
    void restart();

    void save(SavedWriter& out) const;
    void load(SavedReader& in);

private:
    static constexpr std::size_t bins = 8;

    double higher_ = 0; // evidence for a higher rate, as a logarithm of odds
    double lower_ = 0;
    std::array<double, bins> shares_{};
    double seen_ = 0;
};

} // namespace pacing
