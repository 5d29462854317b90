// Issabel's call centre module: one line for each agent who is free or soon will be, judged by an
// exponential law of the whole call, divided by the share of calls that are answered.

#include "bench/pacing/policy_rules.hpp"
#include "bench/pacing/recent.hpp"
#include "bench/pacing/tally.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace pacing_sim {
namespace {

using namespace std::chrono_literals;
using pacing::EventKind;
using Seconds = std::chrono::duration<double>;

class Issabel : public Policy {
public:
    void on(const pacing::Event& event) override {
        if (event.kind == EventKind::answered) {
            if (const Tally::Call* call = tally_.find(event.call); call != nullptr) {
                ring_s_.add(Seconds{event.at - call->dialed}.count());
            }
            answered_.add(event.at);
            resolved_.add(event.at);
        } else if (event.kind == EventKind::machine || event.kind == EventKind::ended) {
            resolved_.add(event.at);
        } else if (event.kind == EventKind::agent_wrap_up) {
            if (const Tally::Agent* agent = tally_.find(event.agent); agent != nullptr) {
                talk_s_.add(Seconds{event.at - agent->since}.count());
                ++talks_;
            }
        }
        tally_.on(event);
    }

    pacing::Plan decide(pacing::CampaignId, pacing::Instant now, const pacing::Room&,
                        std::span<const pacing::Group>) override {
        if (!cycle_.due(now)) {
            return {};
        }
        int lines = std::max(0, tally_.ready + soon(now) - tally_.waiting);
        lines -= tally_.in_flight;
        if (lines <= 0) {
            return {};
        }
        const std::int64_t total = resolved_.sum(now);
        if (total >= 10) {
            const double share =
                static_cast<double>(answered_.sum(now)) / static_cast<double>(total);
            lines = static_cast<int>(std::lround(lines / std::max(0.20, share)));
        }
        return {lines, 0, pacing::Limit::agents};
    }

private:
    // The law of the whole call at its age, not of what is left of it: the original's mistake.
    [[nodiscard]] int soon(pacing::Instant now) const {
        constexpr double certainty = 0.97;
        if (talks_ < 10) {
            return 0;
        }
        int count = 0;
        for (const Tally::Agent& agent : tally_.agents()) {
            if (agent.state == Tally::AgentState::talking) {
                const double age = Seconds{now - agent.since}.count() + ring_s_.mean();
                count += 1 - std::exp(-age / talk_s_.mean()) >= certainty ? 1 : 0;
            }
        }
        return count;
    }

    Tally tally_;
    Clock cycle_{5s};
    RunningMean ring_s_{8, 1};
    RunningMean talk_s_{0, 0};
    int talks_ = 0;
    RecentMinutes<30> answered_;
    RecentMinutes<30> resolved_;
};

} // namespace

std::unique_ptr<Policy> make_issabel() {
    return std::make_unique<Issabel>();
}

} // namespace pacing_sim
