#pragma once

// One decision: how many lines a campaign dials now, and what stops it from dialing more.

#include "pacing/pool.hpp"
#include "pacing/shortage.hpp"

#include <array>
#include <optional>
#include <span>

namespace pacing {

/// Lives for one question. Allocates nothing.
class Decision {
public:
    Decision(Pool& pool, Campaign& campaign, const Room& room, std::span<const Group> next);

    Plan make();

private:
    using Rule = Plan (Decision::*)();
    static const std::array<Rule, modes> rules;

    struct Cap {
        int lines = 0;
        Limit limit = Limit::leads;
    };
    /// New calls and what they add to the demand, as far as it is proportional to the horizons.
    struct Batch {
        int lines = 0;
        double mean = 0;        // sum of answer probabilities
        double square = 0;      // sum of their squares
        bool held_back = false; // by the answers allowed
    };

    Plan none();
    Plan progressive();
    Plan predictive();
    Plan ratio();
    Plan agentless();

    [[nodiscard]] Cap cap(bool by_agents) const;
    [[nodiscard]] int free_for_dialing() const;
    [[nodiscard]] bool claimed_by(const Campaign& other) const;
    Plan fixed(int lines);
    Plan finish(int wanted, Limit own, const Cap& cap);
    [[nodiscard]] double turn() const;
    [[nodiscard]] int lines_for(double answers) const;
    [[nodiscard]] double used(const Campaign& campaign) const;
    [[nodiscard]] bool competes(const Campaign& other) const;

    void look_ahead();
    [[nodiscard]] Outlook outlook(const GridPoints& demand, const GridPoints& supply);
    [[nodiscard]] Shortage shortage(const Outlook& outlook, const GridPoints& supply) const;
    [[nodiscard]] Batch add_lines(Batch batch, int lines) const;
    [[nodiscard]] double with(const Batch& batch) const;
    [[nodiscard]] Batch walk(int most, double answers_most) const;
    [[nodiscard]] double lawful_answers();
    [[nodiscard]] double prospect() const;
    int give_up();
    void remember_cap(bool capped);
    void explain(const Plan& plan, double shortage);

    Pool& pool_;
    Campaign& campaign_;
    const Room& room_;
    std::span<const Group> next_;
    Instant now_;
    int free_;
    int waiting_ = 0;
    int lines_ = 0;   // in flight, of all campaigns that want agents
    int claimed_ = 0; // of them, those of other campaigns that claim an agent each
    Moments demand_;
    Outlook outlook_;
    std::optional<Shortage> shortage_;
};

} // namespace pacing
