#include "bench/pacing/world.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <utility>

namespace pacing_sim {
namespace {

using pacing::EventKind;

constexpr double us_per_s = 1e6;
constexpr double seconds_in_hour = 3600;
/// A decision is timed every so often: reading a clock costs as much as a small decision.
constexpr std::int64_t timed_every = 16;

std::int64_t to_us(double seconds) {
    return std::llround(seconds * us_per_s);
}
double to_s(std::int64_t us) {
    return static_cast<double>(us) / us_per_s;
}

pacing::AgentId agent_id(std::size_t agent) {
    return pacing::AgentId{static_cast<std::int64_t>(agent) + 1};
}
pacing::CampaignId campaign_id(std::uint32_t campaign) {
    return pacing::CampaignId{static_cast<std::int64_t>(campaign) + 1};
}

void add(CampaignDay& sum, const CampaignDay& more) {
    sum.answered += more.answered;
    sum.abandoned += more.abandoned;
    sum.served += more.served;
    sum.dials += more.dials;
}

} // namespace

CampaignDay DayResult::total() const {
    CampaignDay sum;
    for (const CampaignDay& campaign : campaigns) {
        add(sum, campaign);
    }
    return sum;
}

World::World(WorldSettings settings, Policy& policy)
    : settings_{std::move(settings)}, policy_{policy}, at_events_{policy.at_events()},
      agents_(static_cast<std::size_t>(std::max(0, settings_.agents))),
      lines_(settings_.campaigns.size()), day_us_{to_us(settings_.day_s)} {
    for (std::size_t campaign = 0; campaign < settings_.campaigns.size(); ++campaign) {
        leads_.emplace_back(settings_.groups, settings_.supply.on);
    }
}

DayResult World::run_day(std::uint64_t seed, int day) {
    start_day(seed, day);
    const std::int64_t tick = std::max<std::int64_t>(1'000, to_us(settings_.tick_s));
    std::int64_t next_tick = 0;
    while (next_tick < day_us_ || (!queue_.empty() && queue_.top().at < day_us_)) {
        // What is due at the instant of a tick happens first, so that the tick sees it.
        if (queue_.empty() || queue_.top().at > next_tick) {
            now_ = next_tick;
            next_tick += tick;
            ask();
            continue;
        }
        const EventQueue::Item item = queue_.top();
        queue_.pop();
        now_ = item.at;
        handle(item);
        if (at_events_) {
            ask();
        }
    }
    now_ = day_us_;
    end_day();
    return std::exchange(result_, {});
}

void World::start_day(std::uint64_t seed, int day) {
    const auto number = static_cast<std::uint64_t>(day);
    dial_random_ = Random{seed, number, 1};
    talk_random_ = Random{seed, number, 2};
    wait_random_ = Random{seed, number, 3};
    agent_random_ = Random{seed, number, 4};
    lead_random_ = Random{seed, number, 5};
    result_ = {};
    result_.campaigns.resize(settings_.campaigns.size());
    now_ = 0;
    rate_credit_ = 0;
    rate_at_ = 0;
    constexpr auto opening = std::chrono::hours{14};
    day_start_ = pacing::Instant{std::chrono::days{first_day + day} + opening};
    for (std::uint32_t campaign = 0; campaign < lines_.size(); ++campaign) {
        leads_[campaign].start_day();
        pacing::Event event;
        event.at = day_start_;
        event.kind = EventKind::day_started;
        event.campaign = campaign_id(campaign);
        event.day = first_day + day;
        event.until = instant(day_us_);
        policy_.on(event);
    }
    if (settings_.supply.on) {
        queue_.push(0, Due::leads_load, 0);
    }
    Random person{seed, 0, 6}; // agents keep their speed from day to day
    const Law speed =
        settings_.speed_cv > 0 ? Law::lognormal(1, settings_.speed_cv) : Law::fixed(1);
    for (std::uint32_t agent = 0; agent < agents_.size(); ++agent) {
        agents_[agent] = Agent{};
        agents_[agent].speed = speed.sample(person);
        const double at = settings_.sign_in_spread_s * agent_random_.uniform();
        queue_.push(to_us(at), Due::signs_in, agent);
    }
    if (settings_.inbound_share > 0) {
        queue_.push(0, Due::inbound, 0);
    }
}

// What is being judged counts as judged, whoever still waits as abandoned, and whatever still rings
// is given up.
void World::end_day() {
    for (std::uint32_t slot = 0; slot < calls_.size(); ++slot) {
        if (calls_[slot].id != 0 && calls_[slot].state == CallState::picked_up) {
            detected(slot);
        }
    }
    for (std::uint32_t slot = 0; slot < calls_.size(); ++slot) {
        if (calls_[slot].id == 0) {
            continue;
        }
        if (calls_[slot].state == CallState::waiting) {
            abandon(slot);
            continue;
        }
        leave_flight(slot);
        tell(EventKind::cancelled, &calls_[slot], nullptr);
        ++result_.unanswered;
        release(slot);
    }
    for (Agent& agent : agents_) {
        credit(agent);
        if (agent.state != AgentState::away) {
            agent.state = AgentState::away;
            tell(EventKind::agent_signed_out, nullptr, &agent);
        }
    }
    queue_.clear();
    waiting_.clear();
    ready_.clear();
    free_slots_.clear();
    calls_.clear();
    std::fill(lines_.begin(), lines_.end(), Line{});
    in_flight_ = 0;
}

void World::handle(const EventQueue::Item& item) {
    using Handler = void (World::*)(std::uint32_t);
    const auto call_handler = [&](Handler handler) {
        if (calls_[item.who].life == item.life && calls_[item.who].id != 0) {
            (this->*handler)(item.who);
        }
    };
    switch (item.due) {
    case Due::dial_ends:
        return call_handler(&World::dial_ends);
    case Due::detected:
        return call_handler(&World::detected);
    case Due::gives_up:
        return call_handler(&World::abandon);
    case Due::talk_ends:
        return talk_ends(item.who);
    case Due::wrap_ends:
        return wrap_ends(item.who);
    case Due::announces:
        return announce(item.who);
    case Due::break_ends:
        return make_ready(item.who);
    case Due::signs_in:
        return sign_in(item.who);
    case Due::inbound:
        return inbound();
    case Due::leads_load:
        return load_leads();
    }
}

void World::ask() {
    serve_waiting(); // agents who were kept may have become free for others
    const auto campaigns = static_cast<std::uint32_t>(lines_.size());
    const auto first = static_cast<std::uint32_t>(turn_++) % campaigns;
    for (std::uint32_t step = 0; step < campaigns; ++step) {
        ask((first + step) % campaigns);
    }
}

void World::ask(std::uint32_t campaign) {
    const int hour = static_cast<int>(to_s(now_) / seconds_in_hour);
    // More than one round only when a decision takes the whole window of leads.
    for (int round = 0; round < 64; ++round) {
        const std::span<const pacing::Group> next = leads_[campaign].next(hour, lead_random_);
        const pacing::Room room = room_for(campaign);
        const pacing::Plan plan = timed_decide(campaign, room, next);
        const int shown = static_cast<int>(next.size());
        const int dials = std::min({plan.dial, room.channels, room.rate, shown});
        for (int count = 0; count < dials; ++count) {
            dial(campaign);
        }
        if (plan.give_up > 0) {
            give_up(campaign, plan.give_up);
        }
        if (dials < shown || shown == 0) {
            return;
        }
    }
}

pacing::Room World::room_for(std::uint32_t campaign) {
    pacing::Room room;
    room.leads_end = leads_[campaign].ends();
    if (settings_.channels > 0) {
        room.channels = std::max(0, settings_.channels - in_flight_);
    }
    if (settings_.dials_per_s > 0) {
        const double most = std::max(1.0, settings_.dials_per_s);
        rate_credit_ += to_s(now_ - rate_at_) * settings_.dials_per_s;
        rate_credit_ = std::min(most, rate_credit_);
        rate_at_ = now_;
        room.rate = static_cast<int>(rate_credit_);
    }
    return room;
}

pacing::Plan World::timed_decide(std::uint32_t campaign, const pacing::Room& room,
                                 std::span<const pacing::Group> next) {
    const auto decide = [&] {
        return policy_.decide(campaign_id(campaign), instant(now_), room, next);
    };
    if (result_.decisions++ % timed_every != 0) {
        return decide();
    }
    const auto before = std::chrono::steady_clock::now();
    const pacing::Plan plan = decide();
    const std::chrono::duration<double, std::micro> took =
        std::chrono::steady_clock::now() - before;
    const auto timed = static_cast<double>(1 + (result_.decisions - 1) / timed_every);
    result_.decision_us += (took.count() - result_.decision_us) / timed;
    return plan;
}

double World::course_factor() const {
    const double hour = to_s(now_) / seconds_in_hour;
    const bool changed = hour >= 2 && hour < 5;
    switch (settings_.course) {
    case Course::steady:
        return 1;
    case Course::halved:
        return changed ? 0.5 : 1;
    case Course::boosted:
        return changed ? 1.8 : 1;
    case Course::sine:
        return 1 + 0.4 * std::sin(2 * std::numbers::pi * hour / 2);
    }
    return 1;
}

void World::load_leads() {
    const SupplyWorld& supply = settings_.supply;
    constexpr double cycle_s = 160; // talk, wrap-up and a short wait
    for (std::size_t campaign = 0; campaign < leads_.size(); ++campaign) {
        const double share = 1 / static_cast<double>(leads_.size());
        const double dials = settings_.agents * supply.load_every_s / cycle_s * share /
                             settings_.campaigns[campaign].answer_share;
        leads_[campaign].load(std::llround(dials * supply.load_share));
    }
    queue_.push(now_ + to_us(supply.load_every_s), Due::leads_load, 0);
}

void World::tell(EventKind kind, const Call* call, const Agent* agent, std::int64_t until) {
    pacing::Event event;
    event.at = instant(now_);
    event.kind = kind;
    if (call != nullptr) {
        event.call = pacing::CallId{call->id};
        event.campaign = campaign_id(call->campaign);
        event.group = call->group;
    }
    if (agent != nullptr) {
        event.agent = agent_id(static_cast<std::size_t>(agent - agents_.data()));
    }
    if (kind == EventKind::agent_wrap_ending) {
        event.until = instant(until);
    }
    policy_.on(event);
}

pacing::Instant World::instant(std::int64_t at) const {
    return day_start_ + std::chrono::microseconds{at};
}

// Agents.

void World::sign_in(std::uint32_t agent) {
    agents_[agent].since = now_;
    tell(EventKind::agent_signed_in, nullptr, &agents_[agent]);
    make_ready(agent);
}

void World::make_ready(std::uint32_t agent) {
    credit(agents_[agent]);
    agents_[agent].state = AgentState::ready;
    tell(EventKind::agent_ready, nullptr, &agents_[agent]);
    ready_.push_back(agent);
    serve_waiting();
}

bool World::may_take_agent(std::uint32_t campaign) const {
    const int kept = policy_.kept_from(campaign_id(campaign));
    return static_cast<int>(ready_.size()) > kept;
}

/// First come, first served, but for agents who are kept for other campaigns' calls.
void World::serve_waiting() {
    for (auto next = waiting_.begin(); next != waiting_.end() && !ready_.empty();) {
        const Call& call = calls_[next->slot];
        const bool gone = call.life != next->life || call.state != CallState::waiting;
        if (!gone && !may_take_agent(call.campaign)) {
            ++next;
            continue;
        }
        const std::uint32_t slot = next->slot;
        next = waiting_.erase(next);
        if (!gone) {
            const std::uint32_t agent = ready_.front();
            ready_.pop_front();
            bridge(agent, slot);
        }
    }
}

void World::bridge(std::uint32_t agent, std::uint32_t slot) {
    Call& call = calls_[slot];
    Agent& person = agents_[agent];
    const Detection& detection = settings_.detection;
    person.passed_machine = !call.counts;
    tell(EventKind::agent_talking, &call, &person);
    person.call_id = call.id;
    person.campaign = call.campaign;
    if (call.counts) {
        ++result_.served;
        ++result_.campaigns[call.campaign].served;
        person.wrap_s = -1;
        talk(agent, settings_.talk.sample(talk_random_) * person.speed);
    } else {
        ++result_.machines_passed;
        person.wrap_s = detection.machine_wrap_s;
        talk(agent, detection.machine_talk_s);
    }
    release(slot);
}

void World::talk(std::uint32_t agent, double talk_s) {
    credit(agents_[agent]);
    agents_[agent].state = AgentState::talking;
    queue_.push(now_ + to_us(talk_s), Due::talk_ends, agent);
}

void World::talk_ends(std::uint32_t agent) {
    Agent& person = agents_[agent];
    credit(person);
    if (person.passed_machine) {
        Call call;
        call.id = person.call_id;
        call.campaign = person.campaign;
        tell(EventKind::machine, &call, &person);
        person.passed_machine = false;
    }
    if (settings_.wrap.none() && person.wrap_s < 0) {
        person.state = AgentState::wrap;
        return wrap_ends(agent);
    }
    person.state = AgentState::wrap;
    tell(EventKind::agent_wrap_up, nullptr, &person);
    const double wrap_s =
        person.wrap_s >= 0 ? person.wrap_s : settings_.wrap.sample(agent_random_) * person.speed;
    const std::int64_t end = now_ + to_us(wrap_s);
    queue_.push(end, Due::wrap_ends, agent);
    person.wrap_until = end;
    if (settings_.wrap_signal_s > 0) {
        constexpr double least_share = 0.3; // of the longest notice
        const double share = least_share + (1 - least_share) * agent_random_.uniform();
        const double ahead = std::min(wrap_s, settings_.wrap_signal_s * share);
        queue_.push(end - to_us(ahead), Due::announces, agent);
    }
}

void World::announce(std::uint32_t agent) {
    const Agent& person = agents_[agent];
    if (person.state != AgentState::wrap) {
        return; // the announcement fell on the very end
    }
    const double error = settings_.wrap_signal_sd_s * agent_random_.normal();
    const std::int64_t until = std::max(now_, person.wrap_until + to_us(error));
    tell(EventKind::agent_wrap_ending, nullptr, &person, until);
}

void World::wrap_ends(std::uint32_t agent) {
    if (settings_.break_share > 0 && agent_random_.uniform() < settings_.break_share) {
        credit(agents_[agent]);
        agents_[agent].state = AgentState::paused;
        tell(EventKind::agent_paused, nullptr, &agents_[agent]);
        const double length = settings_.break_mean_s * agent_random_.exponential();
        queue_.push(now_ + to_us(length), Due::break_ends, agent);
        return;
    }
    make_ready(agent);
}

void World::inbound() {
    // Returns come in proportion to the team, each taking about 150 s of an agent.
    const double mean_gap_s = 150 / (settings_.inbound_share * std::max(1, settings_.agents));
    queue_.push(now_ + to_us(mean_gap_s * wait_random_.exponential()), Due::inbound, 0);
    if (now_ == 0 || ready_.empty()) {
        return; // a return that finds nobody goes elsewhere
    }
    const std::uint32_t agent = ready_.front();
    ready_.pop_front();
    ++result_.inbound;
    Agent& person = agents_[agent];
    person.passed_machine = false;
    person.wrap_s = -1;
    tell(EventKind::agent_talking, nullptr, &person);
    talk(agent, settings_.talk.sample(talk_random_) * person.speed);
}

void World::credit(Agent& agent) {
    const double spent = to_s(now_ - agent.since);
    agent.since = now_;
    switch (agent.state) {
    case AgentState::ready:
        result_.idle_s += spent;
        return;
    case AgentState::talking:
        result_.talk_s += spent;
        return;
    case AgentState::wrap:
        result_.wrap_s += spent;
        return;
    case AgentState::away:
    case AgentState::paused:
        return;
    }
}

} // namespace pacing_sim
