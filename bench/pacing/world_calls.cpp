// One call's life in the reference world.

#include "bench/pacing/world.hpp"

#include <algorithm>
#include <cmath>

namespace pacing_sim {
namespace {

using pacing::EventKind;

std::int64_t to_us(double seconds) {
    return std::llround(seconds * 1e6);
}

} // namespace

void World::dial(std::uint32_t campaign) {
    const LeadQueue::Lead lead = leads_[campaign].take();
    const std::uint32_t slot = new_slot();
    Call& call = calls_[slot];
    call.id = ++last_call_id_;
    call.dialed = now_;
    call.campaign = campaign;
    call.group = lead.group;
    call.state = CallState::open;
    Line& line = lines_[campaign];
    call.before = line.newest;
    call.after = none;
    (line.newest == none ? line.oldest : calls_[line.newest].after) = slot;
    line.newest = slot;
    ++in_flight_;
    ++result_.campaigns[campaign].dials;
    rate_credit_ -= settings_.dials_per_s > 0 ? 1 : 0;
    draw_outcome(slot, settings_.campaigns[campaign].answer_share * lead.factor * course_factor());
    tell(EventKind::dial_started, &calls_[slot], nullptr);
    tell(EventKind::ringing, &calls_[slot], nullptr);
}

void World::draw_outcome(std::uint32_t slot, double answer_share) {
    const DialLaws& laws = settings_.dials;
    Call& call = calls_[slot];
    double rest = dial_random_.uniform() - answer_share;
    double seconds = 0;
    if (rest < 0) {
        call.outcome = Outcome::live;
        seconds = laws.ring.sample(dial_random_);
    } else if (rest -= laws.machine_share; rest < 0) {
        call.outcome = Outcome::machine;
        seconds = laws.machine_ring.sample(dial_random_);
        // In the base world the dialer knows a machine when it hears one, after a moment.
        seconds += settings_.detection.on ? 0 : laws.machine_hold_s;
    } else if (rest -= laws.busy_share; rest < 0) {
        call.outcome = Outcome::busy;
        seconds = laws.busy.sample(dial_random_);
    } else {
        call.outcome = Outcome::no_answer;
        seconds = laws.ring_max_s;
    }
    if (laws.unanswered_like_ring && call.outcome != Outcome::live) {
        call.outcome = Outcome::no_answer;
        seconds = laws.ring.sample(dial_random_);
    }
    call.counts = call.outcome == Outcome::live;
    queue_.push(now_ + to_us(seconds), Due::dial_ends, slot, call.life);
}

void World::dial_ends(std::uint32_t slot) {
    const Call& call = calls_[slot];
    const bool up = call.outcome == Outcome::live || call.outcome == Outcome::machine;
    if (call.outcome == Outcome::live || (up && settings_.detection.on)) {
        return picked_up(slot);
    }
    leave_flight(slot);
    tell(up ? EventKind::machine : EventKind::ended, &call, nullptr);
    ++(up ? result_.machines : result_.unanswered);
    release(slot);
}

void World::picked_up(std::uint32_t slot) {
    Call& call = calls_[slot];
    call.answered = now_;
    if (!settings_.detection.on) {
        return answered(slot);
    }
    call.state = CallState::picked_up;
    queue_.push(now_ + to_us(settings_.detection.seconds), Due::detected, slot, call.life);
}

void World::detected(std::uint32_t slot) {
    const Detection& detection = settings_.detection;
    Call& call = calls_[slot];
    const double pass = call.counts ? 1 - detection.person_dropped : detection.machine_passed;
    if (wait_random_.uniform() < pass) {
        return answered(slot);
    }
    leave_flight(slot);
    tell(EventKind::machine, &call, nullptr);
    ++(call.counts ? result_.wrongly_dropped : result_.machines);
    release(slot);
}

// Somebody is on the line whom the dialer takes for a person.
void World::answered(std::uint32_t slot) {
    leave_flight(slot);
    Call& call = calls_[slot];
    tell(EventKind::answered, &call, nullptr);
    constexpr std::int64_t hour_us = 3'600'000'000;
    if (call.counts) {
        ++result_.campaigns[call.campaign].answered;
        result_.first_hour.answered += call.answered < hour_us ? 1 : 0;
    }
    if (!ready_.empty() && now_ < day_us_ && may_take_agent(call.campaign)) {
        const std::uint32_t agent = ready_.front();
        ready_.pop_front();
        return bridge(agent, slot);
    }
    call.state = CallState::waiting;
    std::int64_t lasts = to_us(settings_.tolerance_s);
    if (call.counts && settings_.patience_mean_s > 0) {
        // While detection listens it is the person who speaks: patience begins with its end.
        const double patience = settings_.patience_mean_s * wait_random_.exponential();
        lasts = std::min(lasts - (now_ - call.answered), to_us(patience));
    } else {
        lasts -= now_ - call.answered;
    }
    if (lasts <= 0) {
        return abandon(slot);
    }
    waiting_.push_back({slot, call.life});
    queue_.push(now_ + lasts, Due::gives_up, slot, call.life);
}

void World::abandon(std::uint32_t slot) {
    const Call& call = calls_[slot];
    tell(EventKind::abandoned, &call, nullptr);
    if (call.counts) {
        ++result_.campaigns[call.campaign].abandoned;
        constexpr std::int64_t hour_us = 3'600'000'000;
        result_.first_hour.abandoned += call.answered < hour_us ? 1 : 0;
    } else {
        ++result_.machines;
    }
    release(slot);
}

void World::give_up(std::uint32_t campaign, int count) {
    const std::int64_t least = to_us(settings_.ring_min_s);
    std::uint32_t slot = lines_[campaign].oldest;
    while (slot != none && count > 0) {
        const Call& call = calls_[slot];
        const std::uint32_t after = call.after;
        if (now_ - call.dialed < least) {
            result_.early_cancels += count;
            return;
        }
        // What has been picked up is no longer ours to give up.
        if (call.state == CallState::open) {
            leave_flight(slot);
            tell(EventKind::cancelled, &call, nullptr);
            ++result_.cancelled;
            release(slot);
            --count;
        }
        slot = after;
    }
}

void World::leave_flight(std::uint32_t slot) {
    const Call& call = calls_[slot];
    Line& line = lines_[call.campaign];
    (call.before == none ? line.oldest : calls_[call.before].after) = call.after;
    (call.after == none ? line.newest : calls_[call.after].before) = call.before;
    --in_flight_;
}

std::uint32_t World::new_slot() {
    if (free_slots_.empty()) {
        calls_.emplace_back();
        return static_cast<std::uint32_t>(calls_.size() - 1);
    }
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    return slot;
}

void World::release(std::uint32_t slot) {
    const std::uint32_t life = calls_[slot].life + 1;
    calls_[slot] = Call{};
    calls_[slot].life = life;
    free_slots_.push_back(slot);
}

} // namespace pacing_sim
