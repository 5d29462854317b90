#pragma once

// A policy that does what another one says and keeps account of what the world tells it.

#include "bench/pacing/policy.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace pacing_sim {

/// Follows every call and agent by their events; the first contradiction is kept in `complaint`.
class Witness : public Policy {
public:
    explicit Witness(std::unique_ptr<Policy> inner);

    void on(const pacing::Event& event) override;
    pacing::Plan decide(pacing::CampaignId campaign, pacing::Instant now, const pacing::Room& room,
                        std::span<const pacing::Group> next) override;
    [[nodiscard]] bool at_events() const override { return inner_->at_events(); }

    /// Calls that have no end yet.
    [[nodiscard]] std::size_t open_calls() const { return calls_.size(); }

    std::string complaint;
    std::int64_t dials = 0;
    std::int64_t answers = 0;
    std::int64_t bridges = 0; ///< of our own calls
    std::int64_t abandons = 0;
    std::int64_t cancels = 0;
    std::int64_t machines_after_bridge = 0;
    int in_flight_max = 0;
    double shortest_cancel_s = 1e9; ///< from the dial; but for those at the end of the day
    double longest_wait_s = 0;      ///< from the answer to an agent or the end

private:
    struct Call {
        pacing::Instant dialed{};
        pacing::Instant answered{};
        bool in_flight = true;
    };

    void call_event(const pacing::Event& event);
    void agent_event(const pacing::Event& event);
    void answered(const pacing::Event& event, Call& call);
    void closed(const pacing::Event& event, const Call& call);
    void complain(const pacing::Event& event, const std::string& why);

    std::unique_ptr<Policy> inner_;
    std::unordered_map<std::int64_t, Call> calls_;
    std::unordered_map<std::int64_t, pacing::EventKind> agents_; ///< latest event of each
    pacing::Instant day_end_{};
    pacing::Instant latest_{};
    int in_flight_ = 0;
};

} // namespace pacing_sim
