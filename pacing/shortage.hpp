#pragma once

// How likely one more answer finds nobody: the probability at the heart of a decision.

#include "pacing/agents_book.hpp"
#include "pacing/grid.hpp"

#include <array>

namespace pacing {

/// Supply and demand at the horizons of one decision.
struct Outlook {
    int free = 0;                           ///< agents ready now
    int waiting = 0;                        ///< answers that wait for one
    Horizons supply = Horizons::Zero();     ///< busy agents who are back by then: mean
    Horizons supply_var = Horizons::Zero(); ///< and variance
    Horizons demand = Horizons::Zero();     ///< answers by then: mean
    Horizons demand_var = Horizons::Zero();
};

/// P(X <= Y), averaged over the horizons: X agents free by then, Y answers by then that come before
/// the one in question.
///
/// With few agents X is a sum of known yes-or-no terms, added up exactly, and Y a binomial of the
/// same mean and variance; with many, X - Y is normal with continuity correction.
class Shortage {
public:
    /// For many agents.
    explicit Shortage(const Outlook& outlook) : outlook_{outlook} {}
    /// For few: the rows of each busy agent, and where on the grid the horizons lie.
    Shortage(const Outlook& outlook, const std::array<const Row*, AgentsBook::exact_max>& agents,
             int busy, const GridPoints& points);

    /// With further calls whose answers come by the horizons with these means and variances on top.
    [[nodiscard]] double with(const Horizons& more, const Horizons& more_var) const;
    [[nodiscard]] double now() const { return with(Horizons::Zero(), Horizons::Zero()); }

private:
    [[nodiscard]] double normal(const Horizons& more, const Horizons& more_var) const;
    [[nodiscard]] double exact(const Horizons& more, const Horizons& more_var) const;

    Outlook outlook_;
    int busy_ = -1; // -1: normal
    // P(more than j of the busy agents are back), j = 0 .. busy - 1.
    std::array<Horizons, AgentsBook::exact_max + 1> more_than_;
};

} // namespace pacing
