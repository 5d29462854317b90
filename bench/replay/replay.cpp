#include "bench/replay/replay.hpp"

#include <algorithm>
#include <array>

namespace replay {

namespace {

using pacing::CallId;
using pacing::Event;
using pacing::EventKind;

constexpr Duration kTick = std::chrono::milliseconds{250};
constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

} // namespace

Replay::Replay(const Recording& recording, pacing_sim::Policy& policy, const RunSettings& settings)
    : recording_{recording}, policy_{policy}, settings_{settings}, at_events_{policy.at_events()},
      call_random_{settings.seed, 0, 1}, agent_random_{settings.seed, 0, 2}, services_{recording},
      agents_(recording.agents.size()), flying_(recording.campaigns.size()) {
    for (const pacing::CampaignId campaign : recording.campaigns) {
        sources_.emplace_back(recording, campaign);
        sources_.back().start_day(recording.from, Instant::max());
    }
}

Run Replay::run() {
    schedule_recorded();
    while (!queue_.empty() && queue_.top().at <= recording_.to) {
        const Item item = queue_.top();
        queue_.pop();
        now_ = item.at;
        handle(item);
        if (at_events_ || item.due == Due::tick) {
            ask();
        }
    }
    now_ = recording_.to;
    for (Agent& agent : agents_) {
        enter(agent, Doing::away);
    }
    return run_;
}

// What is recorded for one instant happens in this order, before anything that follows from it.
void Replay::schedule_recorded() {
    for (std::size_t i = 0; i < recording_.notices.size(); ++i) {
        push(recording_.notices[i].at, Due::notice, i);
    }
    for (std::size_t i = 0; i < agents_.size(); ++i) {
        for (const Shift& shift : recording_.agents[i].shifts) {
            push(shift.from, Due::signs_in, i);
            push(shift.to, Due::signs_out, i);
        }
    }
    for (std::size_t i = 0; i < recording_.inbound.size(); ++i) {
        push(recording_.inbound[i].at, Due::inbound, i);
    }
}

void Replay::push(Instant at, Due due, std::size_t who, std::uint32_t life, Instant until) {
    queue_.push({at, order_++, due, who, life, until});
}

void Replay::handle(const Item& item) {
    // Indexed by what is due.
    static constexpr std::array<Handler, 13> handlers{
        &Replay::notice,    &Replay::signs_out, &Replay::signs_in,  &Replay::break_due,
        &Replay::inbound,   &Replay::rings,     &Replay::call_ends, &Replay::gives_up,
        &Replay::talk_ends, &Replay::signals,   &Replay::wrap_ends, &Replay::break_ends,
        &Replay::tick};
    (this->*handlers.at(static_cast<std::size_t>(item.due)))(item);
}

void Replay::tell(EventKind kind, const Call* call, std::size_t agent, Instant until) {
    Event event;
    event.at = now_ + settings_.shift;
    event.kind = kind;
    if (call != nullptr) {
        event.call = call->id;
        event.campaign = recording_.campaigns[call->campaign];
        event.group = call->course.group;
    }
    if (agent != kNobody) {
        event.agent = recording_.agents[agent].id;
    }
    if (kind == EventKind::agent_wrap_ending) {
        event.until = until + settings_.shift;
    }
    policy_.on(event);
}

void Replay::notice(const Item& item) {
    Event event = recording_.notices[item.who];
    if (event.kind == EventKind::day_started) {
        dialing_ends_ = event.until;
        const auto campaign =
            std::find(recording_.campaigns.begin(), recording_.campaigns.end(), event.campaign);
        if (campaign != recording_.campaigns.end()) {
            const auto next = std::find_if(
                recording_.notices.begin(), recording_.notices.end(), [&](const Event& other) {
                    return other.kind == EventKind::day_started &&
                           other.campaign == event.campaign && other.at > event.at;
                });
            sources_[static_cast<std::size_t>(campaign - recording_.campaigns.begin())].start_day(
                event.at, next == recording_.notices.end() ? Instant::max() : next->at);
        }
        event.day += static_cast<pacing::Day>(
            std::chrono::duration_cast<std::chrono::days>(settings_.shift).count());
        event.until += settings_.shift;
    }
    event.at += settings_.shift;
    policy_.on(event);
}

void Replay::signs_in(const Item& item) {
    Agent& agent = agents_[item.who];
    if (agent.doing != Doing::away) {
        return;
    }
    const Shift& shift = recording_.agents[item.who].shifts[agent.shift++];
    tell(EventKind::agent_signed_in, nullptr, item.who);
    ++signed_in_;
    enter(agent, Doing::resting);
    agent.breaks_due.clear();
    // Who was not ready at once in the log is not here either.
    const bool late = !shift.breaks.empty() && shift.breaks.front().at == shift.from;
    for (const Break& rest : shift.breaks) {
        if (!late || &rest != &shift.breaks.front()) {
            push(rest.at, Due::break_due, item.who, static_cast<std::uint32_t>(agent.shift),
                 rest.at + rest.length);
        }
    }
    if (late) {
        push(now_ + shift.breaks.front().length, Due::break_ends, item.who, agent.life);
    } else {
        ready(item.who);
    }
    if (!ticking_) {
        ticking_ = true;
        push(now_, Due::tick, 0);
    }
}

void Replay::signs_out(const Item& item) {
    Agent& agent = agents_[item.who];
    if (agent.doing == Doing::away) {
        return;
    }
    if (signed_in_ == 1) {
        end_all_calls(); // nobody is left to take what would be answered
    }
    leave_ready(item.who);
    enter(agent, Doing::away);
    --signed_in_;
    tell(EventKind::agent_signed_out, nullptr, item.who);
}

// A break begins when the agent is done with the call at hand, and is as long as it was.
void Replay::break_due(const Item& item) {
    Agent& agent = agents_[item.who];
    if (agent.doing == Doing::away || item.life != agent.shift) {
        return;
    }
    agent.breaks_due.push_back(item.until - item.at);
    if (agent.doing == Doing::ready) {
        leave_ready(item.who);
        rest_or_be_ready(item.who);
    }
}

void Replay::break_ends(const Item& item) {
    if (agents_[item.who].life == item.life) {
        rest_or_be_ready(item.who);
    }
}

// The agent who took it takes it again if he can, else whoever has been idle longest; else it goes
// elsewhere, as the log has no word of calls that did.
void Replay::inbound(const Item& item) {
    const InboundRecord& record = recording_.inbound[item.who];
    std::size_t agent = record.agent;
    if (agents_[agent].doing != Doing::ready) {
        if (ready_.empty()) {
            return;
        }
        agent = ready_.front();
    }
    leave_ready(agent);
    agents_[agent].machine = false;
    ++run_.figures.inbound;
    tell(EventKind::agent_talking, nullptr, agent);
    talk(agent, record.service, CallId{});
}

void Replay::tick(const Item&) {
    ticking_ = signed_in_ > 0;
    if (ticking_) {
        push(now_ + kTick, Due::tick, 0);
    }
}

void Replay::ask() {
    const std::size_t campaigns = sources_.size();
    ++turn_;
    for (std::size_t step = 0; step < campaigns; ++step) {
        ask((turn_ + step) % campaigns);
    }
}

void Replay::ask(std::size_t campaign) {
    constexpr int rounds_max = 64; // a further round only when a plan takes all leads shown
    for (int round = 0; round < rounds_max; ++round) {
        const auto next = sources_[campaign].next(now_, call_random_);
        pacing::Room room;
        if (settings_.channels > 0) {
            room.channels = std::max(0, settings_.channels - in_flight_);
        }
        if (now_ >= dialing_ends_) {
            room.channels = 0;
        }
        const pacing::Plan plan =
            policy_.decide(recording_.campaigns[campaign], now_ + settings_.shift, room, next);
        const int shown = static_cast<int>(next.size());
        const int dials = std::min({plan.dial, room.channels, shown});
        for (int i = 0; i < dials; ++i) {
            dial(campaign);
        }
        give_up(campaign, plan.give_up);
        if (dials < shown || shown == 0) {
            return;
        }
    }
}

void Replay::dial(std::size_t campaign) {
    const std::size_t index = calls_.size();
    Call& call = calls_.emplace_back();
    call.course = sources_[campaign].take(call_random_, run_.sources);
    call.id = CallId{static_cast<std::int64_t>(index) + 1 + settings_.calls_before};
    call.campaign = campaign;
    call.rings_since = now_;
    flying_[campaign].push_back(index);
    ++in_flight_;
    ++run_.figures.dials;
    tell(EventKind::dial_started, &call, kNobody);
    if (call.course.ringing) {
        push(now_ + *call.course.ringing, Due::rings, index);
    }
    push(now_ + call.course.delay, Due::call_ends, index);
}

void Replay::rings(const Item& item) {
    Call& call = calls_[item.who];
    if (call.state == CallState::in_flight) {
        call.rings_since = now_;
        tell(EventKind::ringing, &call, kNobody);
    }
}

void Replay::call_ends(const Item& item) {
    Call& call = calls_[item.who];
    if (call.state != CallState::in_flight) {
        return;
    }
    --in_flight_;
    if (call.course.fate != Fate::person) {
        call.state = CallState::over;
        return tell(call.course.end, &call, kNobody);
    }
    call.state = CallState::waiting;
    ++run_.figures.answered;
    tell(EventKind::answered, &call, kNobody);
    if (call.course.gone) {
        return gives_up(item);
    }
    if (!ready_.empty()) {
        const std::size_t agent = ready_.front();
        ready_.pop_front();
        return bridge(agent, item.who);
    }
    waiting_.push_back(item.who);
    push(now_ + std::min(call.course.patience, settings_.tolerance), Due::gives_up, item.who);
}

void Replay::gives_up(const Item& item) {
    Call& call = calls_[item.who];
    if (call.state != CallState::waiting) {
        return;
    }
    call.state = CallState::over;
    const bool left = call.course.patience < settings_.tolerance;
    const EventKind kind = left ? call.course.leaving : EventKind::abandoned;
    run_.figures.abandoned += kind == EventKind::abandoned ? 1 : 0;
    tell(kind, &call, kNobody);
}

void Replay::give_up(std::size_t campaign, int count) {
    std::deque<std::size_t>& flying = flying_[campaign];
    while (!flying.empty() && calls_[flying.front()].state != CallState::in_flight) {
        flying.pop_front();
    }
    for (const std::size_t index : flying) {
        Call& call = calls_[index];
        if (count <= 0) {
            return;
        }
        if (call.state == CallState::in_flight && now_ - call.rings_since >= settings_.ring_min) {
            cancel(call);
            --count;
        }
    }
}

void Replay::cancel(Call& call) {
    call.state = CallState::over;
    --in_flight_;
    ++run_.cancelled;
    tell(EventKind::cancelled, &call, kNobody);
}

void Replay::end_all_calls() {
    for (const std::size_t index : waiting_) {
        gives_up({.at = now_, .order = 0, .due = Due::gives_up, .who = index});
    }
    waiting_.clear();
    for (std::deque<std::size_t>& flying : flying_) {
        for (const std::size_t index : flying) {
            if (calls_[index].state == CallState::in_flight) {
                cancel(calls_[index]);
            }
        }
        flying.clear();
    }
}

void Replay::enter(Agent& agent, Doing doing) {
    const double spent = seconds(now_ - agent.since);
    Figures& figures = run_.figures;
    figures.idle_s += agent.doing == Doing::ready ? spent : 0;
    figures.talk_s += agent.doing == Doing::talking ? spent : 0;
    figures.wrap_s += agent.doing == Doing::wrap ? spent : 0;
    agent.doing = doing;
    agent.since = now_;
    ++agent.life;
}

void Replay::rest_or_be_ready(std::size_t agent) {
    Agent& person = agents_[agent];
    if (person.breaks_due.empty()) {
        return ready(agent);
    }
    const Duration length = person.breaks_due.front();
    person.breaks_due.pop_front();
    enter(person, Doing::resting);
    tell(EventKind::agent_paused, nullptr, agent);
    push(now_ + length, Due::break_ends, agent, person.life);
}

void Replay::ready(std::size_t agent) {
    enter(agents_[agent], Doing::ready);
    tell(EventKind::agent_ready, nullptr, agent);
    while (!waiting_.empty()) {
        const std::size_t first = waiting_.front();
        waiting_.pop_front();
        if (calls_[first].state == CallState::waiting) {
            return bridge(agent, first);
        }
    }
    ready_.push_back(agent);
}

void Replay::leave_ready(std::size_t agent) {
    const auto found = std::find(ready_.begin(), ready_.end(), agent);
    if (found != ready_.end()) {
        ready_.erase(found);
    }
}

void Replay::bridge(std::size_t agent, std::size_t index) {
    Call& call = calls_[index];
    call.state = CallState::over;
    tell(EventKind::agent_talking, &call, agent);
    const bool person = !call.course.machine;
    run_.figures.served += person ? 1 : 0;
    run_.figures.answered -= person ? 0 : 1; // as soon as the agent says so
    agents_[agent].machine = !person;
    talk(agent, person ? services_.take(agent, agent_random_, run_.sources) : *call.course.machine,
         call.id);
}

void Replay::talk(std::size_t agent, Service service, CallId call) {
    Agent& person = agents_[agent];
    enter(person, Doing::talking);
    person.service = std::move(service);
    person.call = call;
    push(now_ + person.service.talk, Due::talk_ends, agent, person.life);
}

void Replay::talk_ends(const Item& item) {
    Agent& agent = agents_[item.who];
    if (agent.life != item.life) {
        return;
    }
    if (agent.machine) {
        agent.machine = false;
        Call call;
        call.id = agent.call;
        tell(EventKind::machine, &call, item.who);
    }
    if (agent.service.wrap == Duration{}) {
        return rest_or_be_ready(item.who);
    }
    enter(agent, Doing::wrap);
    tell(EventKind::agent_wrap_up, nullptr, item.who);
    for (const WrapSignal& signal : agent.service.signals) {
        push(now_ + signal.said, Due::signals, item.who, agent.life, now_ + signal.until);
    }
    push(now_ + agent.service.wrap, Due::wrap_ends, item.who, agent.life);
}

void Replay::signals(const Item& item) {
    if (agents_[item.who].life == item.life) {
        tell(EventKind::agent_wrap_ending, nullptr, item.who, item.until);
    }
}

void Replay::wrap_ends(const Item& item) {
    if (agents_[item.who].life == item.life) {
        rest_or_be_ready(item.who);
    }
}

} // namespace replay
