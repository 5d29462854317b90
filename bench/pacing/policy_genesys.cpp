// Two rules of the Genesys family. Small group: dial a batch, wait until every call of it is
// resolved, dial the next. Classical: spread calls evenly at the rate at which a loss system of so
// many agents loses the share that is allowed.

#include "bench/pacing/policy_rules.hpp"
#include "bench/pacing/recent.hpp"
#include "bench/pacing/tally.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace pacing_sim {
namespace {

using pacing::EventKind;
using Seconds = std::chrono::duration<double>;

// Both begin one-to-one until a hundred calls are known.
class AnswerShare {
public:
    void on(EventKind kind) {
        if (kind == EventKind::answered || kind == EventKind::machine || kind == EventKind::ended) {
            ++results_;
            const double weight = 1 / std::min(static_cast<double>(results_), 500.0);
            share_ += ((kind == EventKind::answered ? 1 : 0) - share_) * weight;
        }
    }
    [[nodiscard]] bool known() const { return results_ >= 100; }
    [[nodiscard]] double share() const { return std::clamp(share_, 0.01, 0.99); }

private:
    std::int64_t results_ = 0;
    double share_ = 0;
};

// E[(X - agents)+] / E[X] for X binomial.
double lost_share(int calls, int agents, double p) {
    if (calls <= agents) {
        return 0;
    }
    // Sum the side where nobody is lost: it has `agents` terms whatever `calls` is.
    double below = 0;
    for (int k = 0; k < agents; ++k) {
        const double log_chance = std::lgamma(calls + 1.0) - std::lgamma(k + 1.0) -
                                  std::lgamma(calls - k + 1.0) + k * std::log(p) +
                                  (calls - k) * std::log1p(-p);
        below += (agents - k) * std::exp(log_chance);
    }
    const double expected = calls * p;
    return std::max(0.0, expected - agents + below) / expected;
}

class SmallGroup : public Policy {
public:
    explicit SmallGroup(double target) : target_{target} {}

    void on(const pacing::Event& event) override {
        share_.on(event.kind);
        tally_.on(event);
    }

    pacing::Plan decide(pacing::CampaignId, pacing::Instant, const pacing::Room&,
                        std::span<const pacing::Group>) override {
        const int free = std::max(0, tally_.ready - tally_.waiting);
        if (!share_.known()) {
            return {std::max(0, free - tally_.in_flight), 0, pacing::Limit::agents};
        }
        if (tally_.in_flight > 0 || free == 0) {
            return {};
        }
        int enough = free;
        int too_many = static_cast<int>(std::ceil(free / share_.share())) + 8 * free + 8;
        while (too_many - enough > 1) {
            const int middle = (enough + too_many) / 2;
            (lost_share(middle, free, share_.share()) <= target_ ? enough : too_many) = middle;
        }
        return {enough, 0, pacing::Limit::agents};
    }

    [[nodiscard]] bool at_events() const override { return true; }

private:
    double target_;
    AnswerShare share_;
    Tally tally_;
};

class Erlang : public Policy {
public:
    explicit Erlang(double target) : target_{target} {}

    void on(const pacing::Event& event) override {
        share_.on(event.kind);
        if (event.kind == EventKind::agent_wrap_up || event.kind == EventKind::agent_ready) {
            learn_phase(event);
        }
        tally_.on(event);
    }

    pacing::Plan decide(pacing::CampaignId, pacing::Instant now, const pacing::Room&,
                        std::span<const pacing::Group>) override {
        const double passed = std::clamp(Seconds{now - asked_}.count(), 0.0, 1.0);
        asked_ = now;
        if (!share_.known()) {
            const int free = std::max(0, tally_.ready - tally_.waiting);
            return {std::max(0, free - tally_.in_flight), 0, pacing::Limit::agents};
        }
        const double service_s = talk_s_.mean() + wrap_s_.mean();
        credit_ += passed * load_for(tally_.working()) / service_s / share_.share();
        const double whole = std::floor(credit_);
        credit_ -= whole;
        return {static_cast<int>(whole), 0, pacing::Limit::agents};
    }

private:
    void learn_phase(const pacing::Event& event) {
        const Tally::Agent* agent = tally_.find(event.agent);
        if (agent == nullptr) {
            return;
        }
        const double length = Seconds{event.at - agent->since}.count();
        if (agent->state == Tally::AgentState::talking) {
            talk_s_.add(length);
        } else if (agent->state == Tally::AgentState::wrap) {
            wrap_s_.add(length);
        }
    }

    // The largest offered load, in erlangs, that so many agents lose no more than the target of.
    double load_for(int agents) {
        if (agents == solved_agents_) {
            return solved_load_;
        }
        double enough = 0;
        double too_much = 2.0 * agents + 1;
        for (int step = 0; step < 50; ++step) {
            const double middle = (enough + too_much) / 2;
            double blocked = 1; // Erlang's B by its recursion
            for (int count = 1; count <= agents; ++count) {
                blocked = middle * blocked / (count + middle * blocked);
            }
            (blocked <= target_ ? enough : too_much) = middle;
        }
        solved_agents_ = agents;
        return solved_load_ = enough;
    }

    double target_;
    AnswerShare share_;
    Tally tally_;
    RunningMean talk_s_{120, 10};
    RunningMean wrap_s_{30, 10};
    double credit_ = 0;
    pacing::Instant asked_{};
    int solved_agents_ = 0;
    double solved_load_ = 0;
};

} // namespace

std::unique_ptr<Policy> make_small_group(double target) {
    return std::make_unique<SmallGroup>(target);
}

std::unique_ptr<Policy> make_erlang(double target) {
    return std::make_unique<Erlang>(target);
}

} // namespace pacing_sim
