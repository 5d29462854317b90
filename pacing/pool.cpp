#include "pacing/pool.hpp"

#include <algorithm>
#include <cmath>

namespace pacing {

namespace {

constexpr Duration ring_grace = std::chrono::seconds{30};
constexpr Duration learn_grace = std::chrono::seconds{2};
constexpr Duration waiting_max = std::chrono::seconds{60};
constexpr Duration served_kept = std::chrono::hours{1};
constexpr Duration given_up_kept = std::chrono::seconds{60};
constexpr double served_half_life_s = 600.0;

} // namespace

Campaign* Pool::find(CampaignId id) const {
    for (const auto& campaign : campaigns_) {
        if (campaign && campaign->id == id && !campaign->removed) {
            return campaign.get();
        }
    }
    return nullptr;
}

Campaign& Pool::set_campaign(CampaignId id, const Settings& settings) {
    Campaign* campaign = find(id);
    if (campaign == nullptr) {
        free_removed();
        std::size_t slot = 1;
        while (slot < campaigns_.size() && campaigns_[slot]) {
            ++slot;
        }
        if (slot == campaigns_.size()) {
            campaigns_.emplace_back();
        }
        campaigns_[slot] = std::make_unique<Campaign>(id, slot, settings);
        campaign = campaigns_[slot].get();
        if (clock_.started()) {
            campaign->advance(clock_.now());
        }
        agents_.add_line(slot, &campaign->services);
    } else {
        campaign->apply(settings);
    }
    bool believed = true;
    for (const auto& each : campaigns_) {
        believed = believed && (!each || each->removed || each->settings.features.wrap_signal);
    }
    agents_.views_changed(believed);
    return *campaign;
}

void Pool::remove_campaign(CampaignId id) {
    if (Campaign* campaign = find(id); campaign != nullptr) {
        campaign->removed = true;
        free_removed();
    }
}

void Pool::free_removed() {
    for (std::size_t slot = 1; slot < campaigns_.size(); ++slot) {
        const auto& campaign = campaigns_[slot];
        if (campaign && campaign->removed && campaign->open == 0 && agents_.working(slot) == 0) {
            agents_.remove_line(slot);
            campaigns_[slot].reset();
        }
    }
}

int Pool::waiting() const {
    int sum = 0;
    for (const auto& campaign : campaigns_) {
        sum += campaign ? campaign->waiting : 0;
    }
    return sum;
}

int Pool::kept_from(const Campaign& campaign) const {
    int kept = 0;
    for (const auto& other : campaigns_) {
        if (other && other.get() != &campaign && other->claims_agents()) {
            kept += other->in_flight + other->waiting;
        }
    }
    return kept;
}

void Pool::advance(Instant outside) {
    const Instant now = clock_.advance(outside);
    agents_.advance(now);
    const Bucket bucket = bucket_of(now);
    if (bucket == bucket_) {
        return;
    }
    const double passed_s =
        static_cast<double>(std::min<Bucket>(bucket - bucket_, 1'000'000)) * bucket_s;
    bucket_ = bucket;
    for (const auto& campaign : campaigns_) {
        if (campaign) {
            campaign->advance(now);
            campaign->guard.changed();
            campaign->served *= std::exp2(-passed_s / served_half_life_s);
        }
    }
    expire();
}

void Pool::learn_lines() {
    // Only when all calls of the same moment have ended: those that end first are seldom answers.
    Call* call = calls_.oldest_unlearnt();
    while (call != nullptr &&
           clock_.now() - call->dialed > of(*call).settings.ring_max + learn_grace) {
        learn_line(*call);
        calls_.set_learnt(*call);
        if (call->state == CallState::closed) {
            forget_call(*call);
        }
        call = calls_.oldest_unlearnt();
    }
}

void Pool::learn_line(const Call& call) {
    if (call.end == RingEnd::open) {
        return;
    }
    Campaign& campaign = of(call);
    const double rang_s = static_cast<double>(call.rang_s);
    const bool answered = call.end == RingEnd::answered;
    const double lawful_s = seconds(campaign.settings.ring_min);
    if (answered && campaign.settings.features.change && rang_s < lawful_s) {
        // Later answers would tell of the calls that were given up, too.
        const double share = campaign.rings.live_by(rang_s) / campaign.rings.live_by(lawful_s);
        if (campaign.change.rings_changed(share)) {
            campaign.forget_rings();
        }
    }
    const double exposed = call.end == RingEnd::cut ? campaign.rings.live_by(rang_s) : 1.0;
    campaign.groups.learn(call.group, static_cast<double>(call.probability) * exposed, answered);
    campaign.rings.learn(rang_s, call.end);
}

void Pool::expire() {
    learn_lines();
    expire(CallState::in_flight, std::chrono::seconds{60} + ring_grace, &Pool::drop_line);
    expire(CallState::waiting, waiting_max, &Pool::drop_waiting);
    expire(CallState::served, served_kept, &Pool::forget_call);
    expire(CallState::given_up, given_up_kept, &Pool::forget_call);
}

void Pool::expire(CallState state, Duration after, void (Pool::*drop)(Call&)) {
    Call* call = calls_.oldest(state);
    while (call != nullptr && clock_.now() - call->changed > after) {
        (this->*drop)(*call);
        call = calls_.oldest(state);
    }
}

} // namespace pacing
