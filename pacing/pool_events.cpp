#include "pacing/pool.hpp"

#include <algorithm>
#include <cmath>

namespace pacing {

namespace {

// Agents who leave within some seconds of each other, beyond which it is not single people going
// home: their calls are not the fault of the threshold.
constexpr double leaving_few = 3.0;
constexpr double leaving_share = 0.2;

} // namespace

const std::array<Pool::Handler, event_kinds> Pool::handlers{
    &Pool::agent_signed_in, &Pool::agent_signed_out,  &Pool::agent_ready,    &Pool::agent_talking,
    &Pool::agent_wrap_up,   &Pool::agent_wrap_ending, &Pool::agent_paused,   &Pool::dial_started,
    &Pool::ringing,         &Pool::answered,          &Pool::machine,        &Pool::ended,
    &Pool::abandoned,       &Pool::cancelled,         &Pool::supply_changed, &Pool::day_started,
};

void Pool::on(const Event& event) {
    advance(event.at);
    if (const auto kind = static_cast<std::size_t>(event.kind); kind < handlers.size()) {
        (this->*handlers[kind])(event);
    }
}

void Pool::agent_signed_in(const Event& event) {
    agents_.sign_in(event.agent);
}

void Pool::agent_signed_out(const Event& event) {
    agents_.sign_out(event.agent);
    if (agents_.leaving(clock_.now()) >
        std::max(leaving_few, leaving_share * agents_.signed_in())) {
        for (const auto& campaign : campaigns_) {
            if (campaign) {
                campaign->held_until = clock_.now() + campaign->settings.ring_max;
            }
        }
    }
}

void Pool::agent_ready(const Event& event) {
    agents_.ready(event.agent);
}
void Pool::agent_wrap_up(const Event& event) {
    agents_.wrap_up(event.agent);
}
void Pool::agent_paused(const Event& event) {
    agents_.pause(event.agent);
}

void Pool::agent_wrap_ending(const Event& event) {
    agents_.wrap_ending(event.agent, clock_.inside(event.until));
}

void Pool::agent_talking(const Event& event) {
    Call* call = calls_.find(event.call);
    const std::size_t line = call == nullptr ? 0 : call->slot;
    if (!agents_.talking(event.agent, event.call, line) || call == nullptr) {
        return;
    }
    if (call->state == CallState::in_flight && of(*call).wants_agents()) {
        learn_answer(*call);
        start_waiting(*call);
    }
    if (call->state == CallState::waiting) {
        decided(*call, true);
    }
}

void Pool::dial_started(const Event& event) {
    Campaign* campaign = find(event.campaign);
    if (campaign == nullptr) {
        return;
    }
    if (calls_.full()) {
        make_room();
    }
    Call* call = calls_.add(event.call, clock_.now());
    if (call == nullptr) {
        return;
    }
    const double factor = campaign->factor(event.group);
    const double probability = campaign->probability(factor);
    call->slot = static_cast<std::uint32_t>(campaign->slot);
    call->group = event.group;
    call->probability = static_cast<float>(probability);
    call->factor = static_cast<float>(factor);
    call->mix = answer_mix(probability);
    campaign->rate.dialed(bucket_, static_cast<double>(call->factor));
    campaign->lines.add(bucket_, call->mix);
    campaign->lawful.add(call->rings);
    campaign->dialed_once = true;
    ++campaign->in_flight;
    ++campaign->open;
    ++in_flight_;
}

void Pool::ringing(const Event& event) {
    Call* call = calls_.find(event.call);
    if (call == nullptr || call->state != CallState::in_flight || call->rang) {
        return;
    }
    call->rang = true;
    of(*call).lawful.remove(call->rings);
    call->rings = clock_.now();
    of(*call).lawful.add(call->rings);
}

void Pool::answered(const Event& event) {
    Call* call = calls_.find(event.call);
    if (call == nullptr) {
        return;
    }
    if (call->state == CallState::in_flight) {
        learn_answer(*call);
        start_waiting(*call);
    } else if (call->state == CallState::given_up) {
        start_waiting(*call); // the answer crossed the cancel
    }
}

void Pool::machine(const Event& event) {
    Call* call = calls_.find(event.call);
    if (call == nullptr || call->state == CallState::closed) {
        return;
    }
    Campaign& campaign = of(*call);
    switch (call->state) {
    case CallState::in_flight:
        learn_end(*call);
        break;
    case CallState::waiting:
        // Found before an agent had it: it needed none and was no answer.
        campaign.rate.taken_back();
        if (call->learnt) {
            campaign.groups.take_back(call->group);
        }
        call->end = RingEnd::ended;
        stop_waiting(*call);
        break;
    case CallState::served:
        // An agent was needed all the same, so it stays an answer for what is expected.
        campaign.threshold.take_back(call->gained);
        campaign.budget.add(call->day, {-1, 0});
        campaign.early.answered -= 1.0;
        campaign.guard.changed();
        break;
    case CallState::given_up:
    case CallState::closed:
        break;
    }
    close(*call);
}

void Pool::ended(const Event& event) {
    Call* call = calls_.find(event.call);
    if (call == nullptr || call->state == CallState::served || call->state == CallState::closed) {
        return; // a served call is kept for a while: its agent may still call it a machine
    }
    if (call->state == CallState::in_flight) {
        learn_end(*call);
    } else if (call->state == CallState::waiting) {
        stop_waiting(*call);
    }
    close(*call);
}

void Pool::abandoned(const Event& event) {
    Call* call = calls_.find(event.call);
    if (call == nullptr || call->state == CallState::served || call->state == CallState::closed) {
        return;
    }
    if (call->state == CallState::in_flight) {
        learn_answer(*call);
    }
    if (call->state != CallState::waiting) {
        start_waiting(*call);
    }
    decided(*call, false);
    close(*call);
}

void Pool::cancelled(const Event& event) {
    Call* call = calls_.find(event.call);
    if (call == nullptr || call->state != CallState::in_flight) {
        return;
    }
    call->rang_s = static_cast<float>(seconds(clock_.now() - call->dialed));
    call->end = RingEnd::cut;
    take_off_line(*call);
    calls_.move(*call, CallState::given_up, clock_.now());
}

void Pool::supply_changed(const Event& event) {
    if (Campaign* campaign = find(event.campaign); campaign != nullptr) {
        campaign->forget();
    }
}

void Pool::day_started(const Event& event) {
    if (Campaign* campaign = find(event.campaign); campaign != nullptr) {
        campaign->today = event.day;
        campaign->day_known = true;
        campaign->until_known = event.until != Instant{};
        campaign->until = clock_.inside(event.until);
        campaign->budget.add(event.day, {});
        campaign->guard.changed();
    }
}

void Pool::take_off_line(Call& call) {
    Campaign& campaign = of(call);
    campaign.lines.remove(bucket_of(call.dialed), call.mix);
    campaign.rate.over(bucket_of(call.dialed), static_cast<double>(call.factor));
    campaign.lawful.remove(call.rings);
    --campaign.in_flight;
    --in_flight_;
}

void Pool::learn_answer(Call& call) {
    Campaign& campaign = of(call);
    call.rang_s = static_cast<float>(seconds(clock_.now() - call.dialed));
    call.end = RingEnd::answered;
    campaign.rate.answered();
    campaign.answers_since += 1.0;
    take_off_line(call);
}

void Pool::learn_end(Call& call) {
    call.rang_s = static_cast<float>(seconds(clock_.now() - call.dialed));
    call.end = RingEnd::ended;
    take_off_line(call);
}

void Pool::start_waiting(Call& call) {
    ++of(call).waiting;
    calls_.move(call, CallState::waiting, clock_.now());
}

void Pool::stop_waiting(Call& call) {
    --of(call).waiting;
}

void Pool::decided(Call& call, bool served) {
    Campaign& campaign = of(call);
    stop_waiting(call);
    call.day = campaign.day();
    campaign.budget.add(call.day, {1, served ? 0 : 1});
    campaign.guard.changed();
    campaign.early.answered += 1.0;
    campaign.early.abandoned += served ? 0.0 : 1.0;
    const bool moves = campaign.predictive() && !frozen(campaign);
    if (!served) {
        if (moves) {
            campaign.threshold.abandoned();
        }
        return;
    }
    call.gained = moves ? campaign.threshold.served(1.0 - campaign.limited) : 0.0;
    campaign.served += 1.0;
    calls_.move(call, CallState::served, clock_.now());
}

bool Pool::frozen(const Campaign& campaign) const {
    return campaign.guard.holds() || clock_.now() < campaign.held_until;
}

void Pool::close(Call& call) {
    if (call.learnt) {
        forget_call(call);
    } else {
        calls_.move(call, CallState::closed, clock_.now());
    }
}

void Pool::forget_call(Call& call) {
    --of(call).open;
    calls_.erase(call);
}

void Pool::make_room() {
    for (const auto state : {CallState::closed, CallState::given_up, CallState::served}) {
        if (Call* spare = calls_.oldest(state); spare != nullptr) {
            forget_call(*spare);
            return;
        }
    }
}

void Pool::drop_line(Call& call) {
    take_off_line(call);
    forget_call(call);
}

void Pool::drop_waiting(Call& call) {
    // Answered, and never heard of again: nobody can say that an agent was there in time.
    if (of(call).wants_agents()) {
        decided(call, false);
    } else {
        stop_waiting(call);
    }
    forget_call(call);
}

} // namespace pacing
