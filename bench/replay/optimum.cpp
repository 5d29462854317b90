#include "bench/replay/optimum.hpp"

#include <Eigen/SparseCore>
#include <Eigen/SparseLU>

#include <algorithm>
#include <cmath>
#include <stdexcept>

// Dialing is free and immediate and calls cannot be taken back, so a decision is a jump from the
// calls in flight to any larger number. Idle per served call is service * idle / (agents - idle),
// which rises with the idle agents: minimising the mean number of idle agents subject to
// abandoned (1 - cap) - served cap <= 0 per second is the same problem, and linear. Its Lagrangian
// is solved by policy iteration (Howard) with each policy evaluated exactly by a sparse LU; the
// multiplier is found where the lines that two policies span cross.

namespace optimum {

namespace {

using Vector = Eigen::VectorXd;
using Sparse = Eigen::SparseMatrix<double>;

// A policy or a mixture of policies, by its means per second.
struct Means {
    double idle = 0;   // idle agents
    double excess = 0; // abandoned (1 - cap) - served cap
    [[nodiscard]] double with(double multiplier) const { return idle + multiplier * excess; }
};

// States after a decision: free agents and calls by phase, at most `calls_max` in all.
class Space {
public:
    Space(int agents, int phases, int calls_max)
        : agents_{agents}, calls_max_{calls_max}, second_max_{phases == 2 ? calls_max : 0} {
        for (int second = 0; second <= second_max_; ++second) {
            offsets_.push_back(static_cast<int>(per_agent_));
            per_agent_ += static_cast<std::size_t>(calls_max - second + 1);
        }
    }
    struct At {
        int free = 0;
        int first = 0;  // calls in the first phase
        int second = 0; // calls in the second one
    };
    [[nodiscard]] std::size_t size() const {
        return per_agent_ * static_cast<std::size_t>(agents_ + 1);
    }
    [[nodiscard]] int index(const At& at) const {
        return at.free * static_cast<int>(per_agent_) +
               offsets_[static_cast<std::size_t>(at.second)] + at.first;
    }
    [[nodiscard]] int agents() const { return agents_; }
    [[nodiscard]] int second_max() const { return second_max_; }
    [[nodiscard]] int first_max(int second) const { return calls_max_ - second; }
    [[nodiscard]] int calls_max() const { return calls_max_; }

    template <typename Visit> void each(Visit&& visit) const {
        for (int free = 0; free <= agents_; ++free) {
            for (int second = 0; second <= second_max_; ++second) {
                for (int first = 0; first <= first_max(second); ++first) {
                    visit(At{free, first, second});
                }
            }
        }
    }

private:
    int agents_;
    int calls_max_;
    int second_max_;
    std::vector<int> offsets_; // of each number in the second phase, among the states of an agent
    std::size_t per_agent_ = 0;
};

class Solver {
public:
    explicit Solver(const World& world, int calls_max)
        : world_{world}, space_{world.agents, world.phases, calls_max}, phase_rate_{world.phases /
                                                                                    world.ring_s},
          goes_to_(space_.size()) {
        space_.each([&](const Space::At& at) {
            const int wanted = std::max(at.first, at.free - at.second);
            goes_to_[space_.index(at)] =
                space_.index({at.free, std::min(wanted, space_.first_max(at.second)), at.second});
        });
    }

    // The best policy for a multiplier, from the one found last.
    Means best(double multiplier) {
        constexpr int rounds_max = 200;
        for (int round = 0; round < rounds_max; ++round) {
            evaluate();
            if (!improve(multiplier)) {
                return means_;
            }
        }
        throw std::runtime_error{"policy iteration does not settle"};
    }

    [[nodiscard]] double residual(double multiplier) const;
    [[nodiscard]] int calls_used() const;
    [[nodiscard]] std::vector<int> targets() const;
    [[nodiscard]] std::size_t states() const { return space_.size(); }
    [[nodiscard]] int policies() const { return policies_; }

private:
    // Calls `visit(rate, raw next state)` for each event that ends the state.
    template <typename Visit> void events(const Space::At& at, Visit&& visit) const {
        if (at.free == world_.agents && at.first + at.second == 0) {
            // Nothing happens by itself here; to wait is to be asked again a little later.
            visit(1 / world_.service_s, at);
        }
        if (at.free < world_.agents) {
            visit((world_.agents - at.free) / world_.service_s,
                  Space::At{at.free + 1, at.first, at.second});
        }
        const bool two = world_.phases == 2;
        if (two && at.first > 0) {
            visit(at.first * phase_rate_, Space::At{at.free, at.first - 1, at.second + 1});
        }
        const int ending = two ? at.second : at.first;
        if (ending > 0) {
            Space::At next = at;
            (two ? next.second : next.first) -= 1;
            visit(ending * phase_rate_ * (1 - world_.answer), next);
            next.free = std::max(0, at.free - 1);
            visit(ending * phase_rate_ * world_.answer, next);
        }
    }
    [[nodiscard]] Means costs(const Space::At& at) const {
        const double answers =
            (world_.phases == 2 ? at.second : at.first) * phase_rate_ * world_.answer;
        return {static_cast<double>(at.free),
                at.free > 0 ? -answers * world_.cap : answers * (1 - world_.cap)};
    }

    void evaluate();
    bool improve(double multiplier);
    // The best number in the first phase for each that is there already.
    template <typename Visit> void best_jumps(const Vector& values, Visit&& visit) const;

    World world_;
    Space space_;
    double phase_rate_;
    std::vector<int> goes_to_; // raw state -> state after the decision
    Vector idle_values_;
    Vector excess_values_;
    Means means_;
    int policies_ = 0;
};

// Solves costs - mean + sum of rate (value of next - value) = 0 with the value of one state of the
// recurrent class set to 0: its column then carries the mean.
void Solver::evaluate() {
    const auto size = static_cast<Eigen::Index>(space_.size());
    const int anchor = goes_to_[static_cast<std::size_t>(space_.index({0, 0, 0}))];
    std::vector<Eigen::Triplet<double>> entries;
    entries.reserve(space_.size() * 6);
    Eigen::MatrixXd costs_of(size, 2);
    const auto put = [&](int row, int column, double value) {
        if (column != anchor) {
            entries.emplace_back(row, column, value);
        }
    };
    space_.each([&](const Space::At& at) {
        const int row = space_.index(at);
        const Means cost = costs(at);
        costs_of(row, 0) = -cost.idle;
        costs_of(row, 1) = -cost.excess;
        events(at, [&](double rate, const Space::At& raw) {
            put(row, goes_to_[static_cast<std::size_t>(space_.index(raw))], rate);
            put(row, row, -rate);
        });
        entries.emplace_back(row, anchor, -1.0);
    });
    Sparse matrix(size, size);
    matrix.setFromTriplets(entries.begin(), entries.end());
    Eigen::SparseLU<Sparse> lu{matrix};
    if (lu.info() != Eigen::Success) {
        throw std::runtime_error{"a policy cannot be evaluated"};
    }
    const Eigen::MatrixXd solved = lu.solve(costs_of);
    means_ = {solved(anchor, 0), solved(anchor, 1)};
    idle_values_ = solved.col(0);
    excess_values_ = solved.col(1);
    idle_values_[anchor] = 0;
    excess_values_[anchor] = 0;
    ++policies_;
}

template <typename Visit> void Solver::best_jumps(const Vector& values, Visit&& visit) const {
    // Ties go to the current choice: else rounding makes policies change for ever.
    constexpr double tie = 1e-9;
    for (int free = 0; free <= world_.agents; ++free) {
        for (int second = 0; second <= space_.second_max(); ++second) {
            int best = space_.index({free, space_.first_max(second), second});
            for (int first = space_.first_max(second); first >= 0; --first) {
                const int here = space_.index({free, first, second});
                if (values[here] < values[best] - tie) {
                    best = here;
                }
                visit(here, best);
            }
        }
    }
}

bool Solver::improve(double multiplier) {
    const Vector values = idle_values_ + multiplier * excess_values_;
    const double tie = 1e-9 * (1 + std::abs(multiplier));
    bool changed = false;
    best_jumps(values, [&](int here, int best) {
        int& now = goes_to_[static_cast<std::size_t>(here)];
        if (values[best] < values[now] - tie) {
            now = best;
            changed = true;
        }
    });
    return changed;
}

// How far the values found are from solving the optimality equation, as a share of its gain.
double Solver::residual(double multiplier) const {
    const Vector values = idle_values_ + multiplier * excess_values_;
    Vector after = values; // of a raw state, under the best decision
    best_jumps(values, [&](int here, int best) { after[here] = values[best]; });
    const double gain = means_.with(multiplier);
    double worst = 0;
    space_.each([&](const Space::At& at) {
        const int here = space_.index(at);
        double sum = costs(at).with(multiplier) - gain;
        events(at, [&](double rate, const Space::At& raw) {
            sum += rate * (after[space_.index(raw)] - values[here]);
        });
        worst = std::max(worst, std::abs(sum));
    });
    return worst / gain;
}

// Over the states where the policy dials; where it waits, the calls were dialed elsewhere.
int Solver::calls_used() const {
    int most = 0;
    space_.each([&](const Space::At& at) {
        const int here = space_.index(at);
        const int to = goes_to_[static_cast<std::size_t>(here)];
        if (to != here) {
            most = std::max(most, at.first + at.second + to - here);
        }
    });
    return most;
}

std::vector<int> Solver::targets() const {
    std::vector<int> out;
    for (int free = 0; free <= world_.agents; ++free) {
        const int here = space_.index({free, 0, 0});
        out.push_back(goes_to_[static_cast<std::size_t>(here)] - here);
    }
    return out;
}

void fill(Optimum& optimum, const World& world, const Means& eager, const Means& careful) {
    optimum.mix = careful.excess / (careful.excess - eager.excess);
    const double idle = careful.idle + optimum.mix * (eager.idle - careful.idle);
    const double excess = careful.excess + optimum.mix * (eager.excess - careful.excess);
    const double served = (world.agents - idle) / world.service_s;
    const double abandoned = (excess + served * world.cap) / (1 - world.cap);
    optimum.idle_s_per_call = idle / served;
    optimum.abandonment = abandoned / (abandoned + served);
    optimum.utilisation = 1 - idle / world.agents;
}

// Mixing two policies over time mixes their means, so the optimum lies where the line between an
// eager policy (over the cap) and a careful one (under it) meets the cap. The slope of that line is
// the next multiplier; when no policy is better at it, the line touches the lower hull.
Optimum solve(const World& world, int calls_max) {
    constexpr double multiplier_max = 1e5;
    constexpr int rounds_max = 100;
    Solver solver{world, calls_max};
    Means eager = solver.best(0);
    Means careful = solver.best(multiplier_max);
    if (careful.excess >= 0 || eager.excess <= 0) {
        throw std::runtime_error{"the cap does not bind in this world"};
    }
    Optimum optimum;
    for (int round = 0; round < rounds_max; ++round) {
        optimum.multiplier = (careful.idle - eager.idle) / (eager.excess - careful.excess);
        const Means found = solver.best(optimum.multiplier);
        const double hull = eager.with(optimum.multiplier);
        optimum.duality_gap = (hull - found.with(optimum.multiplier)) / hull;
        constexpr double gap_max = 1e-9;
        if (optimum.duality_gap <= gap_max) {
            break;
        }
        (found.excess > 0 ? eager : careful) = found;
    }
    fill(optimum, world, eager, careful);
    optimum.residual = solver.residual(optimum.multiplier);
    optimum.policies = solver.policies();
    optimum.states = solver.states();
    optimum.calls_max = calls_max;
    optimum.calls_used = solver.calls_used();
    optimum.targets = solver.targets();
    return optimum;
}

} // namespace

Optimum solve(const World& world) {
    // Each free agent is worth about 1 / answer calls; the margin is for agents to come.
    constexpr int calls_most = 4000;
    int calls_max = 10 + static_cast<int>(std::ceil(0.9 * world.agents / world.answer));
    while (calls_max <= calls_most) {
        const Optimum optimum = solve(world, calls_max);
        if (optimum.calls_used < calls_max) {
            return optimum;
        }
        calls_max += calls_max / 2;
    }
    throw std::runtime_error{"the best policy dials more calls than the model can hold"};
}

} // namespace optimum
