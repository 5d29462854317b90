// Dials until the answers expected within one ring time equal the agents expected free by then,
// times a factor that an integrator moves to keep the abandonment on target. After Samuelson:
// Predictive dialing for outbound telephone call centers, Interfaces, 1999.

#include "bench/pacing/policy_rules.hpp"
#include "bench/pacing/recent.hpp"
#include "bench/pacing/tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace pacing_sim {
namespace {

using pacing::EventKind;
using Seconds = std::chrono::duration<double>;

class Samuelson : public Policy {
public:
    explicit Samuelson(double target) : target_{target * 59 / 60} {}

    void on(const pacing::Event& event) override {
        learn(event);
        tally_.on(event);
    }

    pacing::Plan decide(pacing::CampaignId, pacing::Instant, const pacing::Room&,
                        std::span<const pacing::Group>) override {
        const double in_wrap = -std::expm1(-ring_s_.mean() / std::max(1.0, wrap_s_.mean()));
        const double in_talk = -std::expm1(-ring_s_.mean() / (talk_s_.mean() + wrap_s_.mean()));
        const double free = tally_.ready + in_wrap * tally_.wrap + in_talk * tally_.talking;
        const double lines = std::max(0.0, factor_ * free - tally_.waiting) / answer_share();
        return {std::max(0, static_cast<int>(std::floor(lines)) - tally_.in_flight), 0,
                pacing::Limit::agents};
    }

    [[nodiscard]] bool at_events() const override { return true; }
    [[nodiscard]] std::string note() const override {
        return fmt::format("factor {:.2f}", factor_);
    }

private:
    void learn(const pacing::Event& event) {
        switch (event.kind) {
        case EventKind::answered:
            if (const Tally::Call* call = tally_.find(event.call); call != nullptr) {
                ring_s_.add(Seconds{event.at - call->dialed}.count());
            }
            return count(true);
        case EventKind::machine:
        case EventKind::ended:
            return count(false);
        case EventKind::agent_talking:
            return decided(false);
        case EventKind::abandoned:
            return decided(true);
        case EventKind::agent_wrap_up:
            return learn_phase(event, talk_s_, Tally::AgentState::talking);
        case EventKind::agent_ready:
            return learn_phase(event, wrap_s_, Tally::AgentState::wrap);
        default:
            return;
        }
    }

    void learn_phase(const pacing::Event& event, RunningMean& mean, Tally::AgentState state) const {
        const Tally::Agent* agent = tally_.find(event.agent);
        if (agent != nullptr && agent->state == state) {
            mean.add(Seconds{event.at - agent->since}.count());
        }
    }

    void decided(bool abandoned) {
        // Small: a factor on the whole supply moves abandonment a great deal.
        constexpr double gain = 0.01;
        const double step = gain * (target_ - (abandoned ? 1 : 0));
        factor_ = std::clamp(factor_ * std::exp(step), 0.05, 4.0);
    }

    void count(bool answered) {
        constexpr double kept = 0.998; // about the last five hundred calls
        resolved_ = resolved_ * kept + 1;
        answered_ = answered_ * kept + (answered ? 1 : 0);
    }
    [[nodiscard]] double answer_share() const { return std::max(0.02, answered_ / resolved_); }

    double target_;
    double factor_ = 0.5;
    double answered_ = 8; ///< a first guess of 0.4 out of 20
    double resolved_ = 20;
    RunningMean ring_s_{10, 10};
    RunningMean talk_s_{120, 10};
    RunningMean wrap_s_{30, 10};
    Tally tally_;
};

} // namespace

std::unique_ptr<Policy> make_samuelson(double target) {
    return std::make_unique<Samuelson>(target);
}

} // namespace pacing_sim
