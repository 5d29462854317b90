#include "pacing/pacer.hpp"

#include "pacing/decision.hpp"
#include "pacing/pool.hpp"

namespace pacing {

struct Pacer::State {
    Pool pool;
};

Pacer::Pacer() : state_{std::make_unique<State>()} {}
Pacer::~Pacer() = default;
Pacer::Pacer(Pacer&&) noexcept = default;
Pacer& Pacer::operator=(Pacer&&) noexcept = default;

void Pacer::set_campaign(CampaignId campaign, const Settings& settings) {
    state_->pool.set_campaign(campaign, settings);
}

void Pacer::remove_campaign(CampaignId campaign) {
    state_->pool.remove_campaign(campaign);
}

void Pacer::on(const Event& event) {
    state_->pool.on(event);
}

Plan Pacer::decide(CampaignId campaign, Instant now, const Room& room,
                   std::span<const Group> next) {
    Campaign* known = state_->pool.find(campaign);
    if (known == nullptr) {
        return {0, 0, Limit::nobody};
    }
    return state_->pool.decide(*known, now, room, next);
}

Plan Pool::decide(Campaign& campaign, Instant now, const Room& room, std::span<const Group> next) {
    advance(now);
    return Decision{*this, campaign, room, next}.make();
}

Explanation Pacer::explain(CampaignId campaign) const {
    const Campaign* known = state_->pool.find(campaign);
    if (known == nullptr) {
        return {};
    }
    Explanation record = known->last;
    double least = 1e300;
    for (const auto& standing : known->budget.standings(known->day(), known->guard.ahead())) {
        if (standing.left < least) {
            least = standing.left;
            record.budget_left = standing.left;
            record.abandoned_share = standing.count.answered > 0
                                         ? static_cast<double>(standing.count.abandoned) /
                                               static_cast<double>(standing.count.answered)
                                         : 0.0;
        }
    }
    return record;
}

int Pacer::kept_from(CampaignId campaign) const {
    const Campaign* known = state_->pool.find(campaign);
    return known == nullptr ? 0 : state_->pool.kept_from(*known);
}

void Pacer::add_history(CampaignId campaign, Day day, Count count) {
    if (Campaign* known = state_->pool.find(campaign); known != nullptr) {
        known->budget.add(day, count);
        known->guard.changed();
    }
}

std::vector<Budget::Standing> Pacer::standings(CampaignId campaign) const {
    const Campaign* known = state_->pool.find(campaign);
    return known == nullptr ? std::vector<Budget::Standing>{}
                            : known->budget.standings(known->day(), 0.0);
}

std::string Pacer::save(CampaignId campaign) const {
    const Campaign* known = state_->pool.find(campaign);
    return known == nullptr ? std::string{} : known->save();
}

bool Pacer::load(CampaignId campaign, std::string_view saved) {
    Campaign* known = state_->pool.find(campaign);
    return known != nullptr && known->load(saved);
}

Pacer::Counts Pacer::counts() const {
    const Pool& pool = state_->pool;
    Counts counts;
    counts.signed_in = pool.agents().signed_in();
    counts.ready = pool.agents().count(AgentState::ready);
    counts.talking = pool.agents().count(AgentState::talking);
    counts.wrap_up = pool.agents().count(AgentState::wrap_up);
    counts.paused = pool.agents().count(AgentState::paused);
    counts.in_flight = pool.in_flight();
    counts.waiting = pool.waiting();
    return counts;
}

} // namespace pacing
