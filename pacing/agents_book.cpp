#include "pacing/agents_book.hpp"

#include <algorithm>
#include <cmath>

namespace pacing {

namespace {

constexpr double inbound_prior_s = 3600.0;  // of a ready agent, without any call
constexpr double inbound_max_s = 200'000.0; // then halved
// Beyond this many ticks at once, counting all agents again is cheaper than ageing step by step.
constexpr Tick steps_max = 64;

} // namespace

AgentsBook::AgentsBook() {
    add_line(0, &inbound_times_);
}

void AgentsBook::add_line(std::size_t line, ServiceTimes* times) {
    if (lines_.size() <= line) {
        lines_.resize(line + 1);
    }
    if (!lines_[line]) {
        lines_[line] = std::make_unique<Line>();
    }
    lines_[line]->times = times;
    lines_[line]->version = times->version();
}

void AgentsBook::remove_line(std::size_t line) {
    lines_[line].reset();
}

int AgentsBook::working(std::size_t line) const {
    int count = 0;
    for (const auto& agent : agents_) {
        count += agent.line == line ? 1 : 0;
    }
    return count;
}

void AgentsBook::advance(Instant now) {
    now_ = now;
    const Tick tick = tick_of(now);
    if (tick == tick_) {
        return;
    }
    stale_ = true;
    if (tick - tick_ > steps_max || tick < tick_) {
        tick_ = tick;
        recount_ages();
        return;
    }
    while (tick_ < tick) {
        ++tick_;
        for (const auto& line : lines_) {
            if (line) {
                line->talking.step(tick_);
                line->wrapping.step(tick_);
            }
        }
    }
}

void AgentsBook::recount_ages() {
    for (const auto& line : lines_) {
        if (line) {
            line->talking.clear();
            line->wrapping.clear();
        }
    }
    for (const auto& agent : agents_) {
        count_age(agent, 1);
    }
}

AgentsBook::Agent* AgentsBook::find(AgentId id) {
    const auto place = places_.find(static_cast<std::int64_t>(id));
    return place == IdTable::none ? nullptr : &agents_[place];
}

void AgentsBook::sign_in(AgentId id) {
    if (id == AgentId{} || agents_.size() >= agents_max || find(id) != nullptr) {
        return;
    }
    places_.set(static_cast<std::int64_t>(id), static_cast<std::uint32_t>(agents_.size()));
    Agent agent;
    agent.id = id;
    agent.since = now_;
    agents_.push_back(agent);
    ++by_state_[static_cast<std::size_t>(agent.state)];
}

void AgentsBook::sign_out(AgentId id) {
    Agent* agent = find(id);
    if (agent == nullptr) {
        return;
    }
    move(*agent, AgentState::not_ready);
    --by_state_[static_cast<std::size_t>(AgentState::not_ready)];
    *agent = agents_.back();
    places_.set(static_cast<std::int64_t>(agent->id),
                static_cast<std::uint32_t>(agent - agents_.data()));
    places_.erase(static_cast<std::int64_t>(id));
    agents_.pop_back();
    leaving_ = leaving(now_) + 1.0;
    left_at_ = now_;
}

void AgentsBook::ready(AgentId id) {
    if (Agent* agent = find(id); agent != nullptr && agent->state != AgentState::ready) {
        move(*agent, AgentState::ready);
    }
}

bool AgentsBook::talking(AgentId id, CallId call, std::size_t line) {
    Agent* agent = find(id);
    if (agent == nullptr || (agent->state == AgentState::talking && agent->call == call)) {
        return false;
    }
    if (line == 0 && agent->state == AgentState::ready) {
        taken_ += 1.0;
    }
    move(*agent, AgentState::talking);
    count_in(*agent, -1);
    agent->line = static_cast<std::uint32_t>(line);
    agent->call = call;
    agent->work_since = now_;
    count_in(*agent, 1);
    return true;
}

void AgentsBook::wrap_up(AgentId id) {
    if (Agent* agent = find(id); agent != nullptr && agent->state != AgentState::wrap_up) {
        move(*agent, AgentState::wrap_up);
    }
}

void AgentsBook::wrap_ending(AgentId id, Instant until) {
    Agent* agent = find(id);
    if (agent == nullptr || agent->state != AgentState::wrap_up) {
        return;
    }
    count_in(*agent, -1);
    agent->signalled = true;
    agent->until = until;
    count_in(*agent, 1);
}

void AgentsBook::pause(AgentId id) {
    if (Agent* agent = find(id); agent != nullptr && agent->state != AgentState::paused) {
        move(*agent, AgentState::paused);
    }
}

void AgentsBook::views_changed(bool believe_signal) {
    believe_signal_ = believe_signal;
    recount_ages();
    stale_ = true;
}

void AgentsBook::move(Agent& agent, AgentState to) {
    learn(agent, to);
    count_in(agent, -1);
    if (agent.state != AgentState::talking && to == AgentState::wrap_up) {
        agent.work_since = now_;
    }
    agent.state = to;
    agent.since = now_;
    agent.signalled = false;
    agent.call = CallId{};
    if (!busy(agent)) {
        agent.line = 0;
    }
    count_in(agent, 1);
}

void AgentsBook::learn(const Agent& agent, AgentState to) {
    const double length = seconds(now_ - agent.since);
    if (agent.state == AgentState::ready) {
        ready_s_ += length;
        if (ready_s_ > inbound_max_s) {
            ready_s_ *= 0.5;
            taken_ *= 0.5;
        }
        return;
    }
    if (!busy(agent)) {
        return;
    }
    ServiceTimes& times = *lines_[agent.line]->times;
    const bool gone = to == AgentState::not_ready;
    const bool on = to == AgentState::ready || to == AgentState::talking;
    if (agent.state == AgentState::talking) {
        times.talk_ended(length, gone);
        if (on) {
            times.wrap_ended(0.0, false);
        }
    } else {
        times.wrap_ended(length, gone);
        if (agent.signalled && to == AgentState::ready) {
            times.signal_kept(seconds(now_ - agent.until));
        }
    }
    if (to != AgentState::wrap_up) {
        times.work_ended(seconds(now_ - agent.work_since), gone);
        times.went_on(!on);
    }
}

void AgentsBook::count_in(const Agent& agent, int sign) {
    by_state_[static_cast<std::size_t>(agent.state)] += sign;
    signalled_ += agent.signalled ? sign : 0;
    count_age(agent, sign);
    if (busy(agent) && !stale_) {
        expected_.add(row_of(agent), static_cast<float>(sign));
    }
}

AgeCounts& AgentsBook::ages_of(const Agent& agent) {
    Line& line = *lines_[agent.line];
    const bool one_phase = !line.times->view().phases;
    return agent.state == AgentState::talking || one_phase ? line.talking : line.wrapping;
}

Instant AgentsBook::age_start(const Agent& agent) const {
    return lines_[agent.line]->times->view().phases ? agent.since : agent.work_since;
}

void AgentsBook::count_age(const Agent& agent, int sign) {
    if (!busy(agent) || by_signal(agent)) {
        return;
    }
    AgeCounts& ages = ages_of(agent);
    const Tick start = tick_of(age_start(agent));
    if (sign > 0) {
        ages.add(start, tick_);
    } else {
        ages.remove(start, tick_);
    }
}

const Moments& AgentsBook::row_of(const Agent& agent) const {
    const ServiceTimes& times = *lines_[agent.line]->times;
    if (by_signal(agent)) {
        // From the tick's begin, so that what was added within a tick is what is taken out.
        return times.signalled(seconds(agent.until.time_since_epoch()) -
                               static_cast<double>(tick_) * tick_s);
    }
    const int bin = age_bin(tick_ - tick_of(age_start(agent)));
    const bool talking = agent.state == AgentState::talking || !times.view().phases;
    return talking ? times.talking(bin) : times.wrapping(bin);
}

const Moments& AgentsBook::expected() {
    for (const auto& line : lines_) {
        if (line && line->version != line->times->version()) {
            line->version = line->times->version();
            stale_ = true;
        }
    }
    if (stale_) {
        sum_up();
        stale_ = false;
    }
    return expected_;
}

void AgentsBook::sum_up() {
    expected_.clear();
    for (const auto& line : lines_) {
        if (!line) {
            continue;
        }
        for (int bin = 0; bin < age_bins; ++bin) {
            const auto b = static_cast<std::size_t>(bin);
            if (const int talkers = line->talking.by_bin()[b]; talkers != 0) {
                expected_.add(line->times->talking(bin), static_cast<float>(talkers));
            }
            if (const int wrappers = line->wrapping.by_bin()[b]; wrappers != 0) {
                expected_.add(line->times->wrapping(bin), static_cast<float>(wrappers));
            }
        }
    }
    if (signalled_ > 0 && believe_signal_) {
        for (const auto& agent : agents_) {
            if (by_signal(agent)) {
                expected_.add(row_of(agent), 1.0F);
            }
        }
    }
}

int AgentsBook::each_expected(std::array<const Row*, exact_max>& rows) const {
    int count = 0;
    for (const auto& agent : agents_) {
        if (busy(agent) && count < exact_max) {
            rows[static_cast<std::size_t>(count++)] = &row_of(agent).mean;
        }
    }
    return count;
}

double AgentsBook::inbound_per_s() const {
    return taken_ / (ready_s_ + inbound_prior_s);
}

double AgentsBook::leaving(Instant now) const {
    return leaving_ * std::exp2(-std::min(60.0, seconds(now - left_at_)));
}

} // namespace pacing
