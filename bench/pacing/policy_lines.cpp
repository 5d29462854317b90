// One line, or a fixed number of lines, for each free agent.

#include "bench/pacing/policy_rules.hpp"
#include "bench/pacing/tally.hpp"

#include <algorithm>
#include <cmath>

namespace pacing_sim {
namespace {

class Lines : public Policy {
public:
    explicit Lines(double ratio) : ratio_{ratio} {}

    void on(const pacing::Event& event) override { tally_.on(event); }

    pacing::Plan decide(pacing::CampaignId, pacing::Instant, const pacing::Room&,
                        std::span<const pacing::Group>) override {
        const int free = std::max(0, tally_.ready - tally_.waiting);
        const int lines = static_cast<int>(std::floor(ratio_ * free));
        return {std::max(0, lines - tally_.in_flight), 0, pacing::Limit::agents};
    }

    [[nodiscard]] bool at_events() const override { return true; }

private:
    double ratio_;
    Tally tally_;
};

} // namespace

std::unique_ptr<Policy> make_lines(double lines_per_free_agent) {
    return std::make_unique<Lines>(lines_per_free_agent);
}

} // namespace pacing_sim
