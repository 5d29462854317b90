// What happens to agents and calls, as the events of pacing.

#include "dialer/call/pace.hpp"
#include "dialer/call/pace_keys.hpp"

#include <array>

namespace dialer::call {

using namespace std::chrono_literals;
using agents::AgentState;
using agents::PoolId;
using campaigns::AgentId;
using campaigns::AttemptId;
using campaigns::CampaignId;
using pacing::Event;
using pacing::EventKind;

void Pace::emit(PoolId pool, const Event& event) {
    auto& entry = pacers_[pool];
    entry.pacer.on(event);
    if (record_ && entry.file) {
        record_(entry.file, event);
    }
}

void Pace::emit_agent(PoolId pool, EventKind kind, AgentId agent, Stamp now, AttemptId call) {
    Event event;
    event.at = at(now);
    event.kind = kind;
    event.agent = key(agent);
    event.call = key(call);
    emit(pool, event);
}

void Pace::emit_call(const Open& open, EventKind kind, AttemptId call, Stamp now) {
    Event event;
    event.at = at(now);
    event.kind = kind;
    event.campaign = key(open.campaign);
    event.call = key(call);
    emit(open.pool, event);
}

std::optional<Pace::Open> Pace::close(AttemptId call) {
    const auto found = open_.find(call);
    if (found == open_.end()) {
        return std::nullopt;
    }
    const auto open = found->second;
    open_.erase(found);
    return open;
}

// -- agents

void Pace::agent_changed(const agents::Agent& agent, AgentState from, Stamp now) {
    const auto id = agent.account.id;
    if (from == AgentState::offline) {
        enters(agent, now);
    }
    const auto found = agents_.find(id);
    if (found == agents_.end()) {
        return; // of a campaign that is not known here
    }
    auto& entry = found->second;
    // By state: offline, ready, reserved, talking, wrap_up, paused. An agent on the way to a
    // customer is still free in pacing's books until they are joined, as the customer waits in
    // them until then; one who dials by hand is taken by a call that is not pacing's.
    using enum EventKind;
    constexpr std::array<EventKind, 6> table{agent_signed_out, agent_ready,   agent_talking,
                                             agent_talking,    agent_wrap_up, agent_paused};
    const auto kind = table[static_cast<std::size_t>(agent.state)];
    if (agent.state == AgentState::talking) {
        talks(agent, entry, now);
    } else if (agent.state != AgentState::reserved || agent.by_hand) {
        emit_agent(entry.pool, kind, id, now);
    }
    entry.state = agent.state == AgentState::reserved && !agent.by_hand ? entry.state : kind;
    if (agent.state == AgentState::offline) {
        agents_.erase(found);
    }
}

void Pace::enters(const agents::Agent& agent, Stamp now) {
    const auto campaign = campaigns_.find(*agent.campaign);
    if (campaign != campaigns_.end()) {
        agents_[agent.account.id] = {campaign->second.pool, campaign->first, {}};
        emit_agent(campaign->second.pool, EventKind::agent_signed_in, agent.account.id, now);
    }
}

void Pace::talks(const agents::Agent& agent, const Signed& signed_in, Stamp now) {
    const auto open = close(*agent.call);
    const bool ours = open && open->pool == signed_in.pool;
    if (open && !ours) {
        emit_call(*open, EventKind::ended, *agent.call, now); // its campaign has changed pools
    }
    if (!agent.by_hand) {
        emit_agent(signed_in.pool, EventKind::agent_talking, agent.account.id, now,
                   ours ? *agent.call : AttemptId{});
    }
    const auto campaign = open ? open->campaign : signed_in.campaign;
    const auto known = campaigns_.find(campaign);
    const bool told = ours && known != campaigns_.end() && known->second.pool == signed_in.pool;
    count_for_all(campaign, known == campaigns_.end() ? 0 : known->second.today, {1, 0}, told);
}

void Pace::wrap_up_ending(AgentId id, std::chrono::seconds in, Stamp now) {
    const auto found = agents_.find(id);
    if (found == agents_.end()) {
        return;
    }
    Event event;
    event.at = at(now);
    event.kind = EventKind::agent_wrap_ending;
    event.agent = key(id);
    event.until = event.at + in;
    emit(found->second.pool, event);
}

/// The campaign's agents go with it: they leave the old pool and come to the new one as they are.
void Pace::move_agents(CampaignId campaign, PoolId to, Stamp now) {
    for (auto& [id, entry] : agents_) {
        if (entry.campaign == campaign && entry.pool != to) {
            emit_agent(entry.pool, EventKind::agent_signed_out, id, now);
            entry.pool = to;
            emit_agent(to, EventKind::agent_signed_in, id, now);
            emit_agent(to, entry.state, id, now);
        }
    }
}

// -- calls

pacing::Group Pace::group_of(const campaigns::Campaign& settings, const campaigns::Lead& lead,
                             dnc::Number number, Stamp now) const {
    pacing::Group group;
    group.list = static_cast<std::int64_t>(lead.list);
    group.caller_id = settings.caller_id.e164;
    group.attempt = lead.attempts + 1;
    const auto place = places_.find(
        number, {.country = {}, .region = lead.address_region, .county = {}, .postal_code = {}});
    for (const auto zone : place.zones) {
        const auto of_day = zones_.local(zone, now.wall).of_day;
        const auto hour = 1 + static_cast<int>(of_day / 1h);
        if (group.hour != 0 && group.hour != hour) {
            group.hour = 0; // more than one hour is plausible
            break;
        }
        group.hour = hour;
    }
    return group;
}

void Pace::dial_started(CampaignId id, AttemptId call, const pacing::Group& group, Stamp now) {
    auto& campaign = campaigns_.at(id);
    if (!std::exchange(campaign.first_day_known, true)) {
        campaign.first_day = campaign.today; // the anchor of successive periods
        pacers_.at(campaign.pool).pacer.set_campaign(key(id), settings_of(campaign));
    }
    open_[call] = {id, campaign.pool};
    Event event;
    event.at = at(now);
    event.kind = EventKind::dial_started;
    event.campaign = key(id);
    event.call = key(call);
    event.group = group;
    emit(campaign.pool, event);
}

void Pace::ringing(AttemptId call, Stamp now) {
    if (const auto open = open_.find(call); open != open_.end()) {
        emit_call(open->second, EventKind::ringing, call, now);
    }
}

void Pace::answered(AttemptId call, Stamp now) {
    if (const auto open = open_.find(call); open != open_.end()) {
        emit_call(open->second, EventKind::answered, call, now);
    }
}

void Pace::ended(AttemptId call, Stamp now) {
    if (const auto open = close(call)) {
        emit_call(*open, EventKind::ended, call, now);
    }
}

void Pace::cancelled(AttemptId call, Stamp now) {
    if (const auto open = close(call)) {
        emit_call(*open, EventKind::cancelled, call, now);
    }
}

void Pace::abandoned(CampaignId id, AttemptId call, Stamp now) {
    const auto open = close(call);
    if (open) {
        emit_call(*open, EventKind::abandoned, call, now);
    }
    if (const auto campaign = campaigns_.find(id); campaign != campaigns_.end()) {
        const bool told = open && open->pool == campaign->second.pool;
        count_for_all(id, campaign->second.today, {1, 1}, told);
    }
}

void Pace::machine(const Machine& found, Stamp now) {
    const auto campaign = campaigns_.find(found.campaign);
    if (campaign == campaigns_.end()) {
        return;
    }
    if (!found.by_hand) {
        emit_call({found.campaign, campaign->second.pool}, EventKind::machine, found.call, now);
    }
    count_for_all(found.campaign, day_of(campaign->second, found.answered_at), {-1, 0},
                  !found.by_hand);
}

} // namespace dialer::call
