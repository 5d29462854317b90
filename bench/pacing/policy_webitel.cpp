// Webitel's predictive queue: lines for each free agent by the inverse of the last hour's hit rate,
// raised or dropped to one by the hour's abandonment.

#include "bench/pacing/policy_rules.hpp"
#include "bench/pacing/recent.hpp"
#include "bench/pacing/tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace pacing_sim {
namespace {

using namespace std::chrono_literals;
using pacing::EventKind;

class Webitel : public Policy {
public:
    explicit Webitel(double target) : target_percent_{100 * target} {}

    void on(const pacing::Event& event) override {
        if (event.kind == EventKind::agent_talking && tally_.find(event.call) != nullptr) {
            bridged_.add(event.at);
        }
        tally_.on(event);
        switch (event.kind) {
        case EventKind::dial_started:
            return attempts_.add(event.at);
        case EventKind::answered:
            return answered_.add(event.at);
        case EventKind::abandoned:
            return lost_.add(event.at);
        default:
            return;
        }
    }

    pacing::Plan decide(pacing::CampaignId, pacing::Instant now, const pacing::Room&,
                        std::span<const pacing::Group>) override {
        if (view_.due(now)) {
            refresh(now);
        }
        if (!cycle_.due(now)) {
            return {};
        }
        const int free = std::max(0, tally_.ready - tally_.waiting);
        const double lines = std::min(lines_, lines_max) * free;
        return {std::max(0, static_cast<int>(std::floor(lines)) - tally_.in_flight), 0,
                pacing::Limit::agents};
    }

    [[nodiscard]] std::string note() const override {
        return fmt::format("{:.2f} lines for each free agent", lines_);
    }

private:
    static constexpr double lines_max = 10;
    static constexpr double load_factor = 10;
    static constexpr std::int64_t bridged_least = 10;

    void refresh(pacing::Instant now) {
        const std::int64_t bridged = bridged_.sum(now);
        if (bridged < bridged_least) {
            lines_ = 1;
            return;
        }
        const auto answered = static_cast<double>(std::max<std::int64_t>(1, answered_.sum(now)));
        const double lost_percent = 100 * static_cast<double>(lost_.sum(now)) / answered;
        lines_ = static_cast<double>(attempts_.sum(now)) / static_cast<double>(bridged);
        if (lost_percent >= target_percent_) {
            lines_ = 1;
        } else {
            lines_ += lines_ * (target_percent_ - lost_percent) * load_factor / 100;
        }
    }

    double target_percent_;
    double lines_ = 1;
    Tally tally_;
    Clock view_{30s};
    Clock cycle_{1s};
    RecentMinutes<60> attempts_;
    RecentMinutes<60> answered_;
    RecentMinutes<60> bridged_;
    RecentMinutes<60> lost_;
};

} // namespace

std::unique_ptr<Policy> make_webitel(double target) {
    return std::make_unique<Webitel>(target);
}

} // namespace pacing_sim
