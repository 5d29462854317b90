#include "tests/sim/witness.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace pacing_sim {
namespace {

using pacing::EventKind;
using Seconds = std::chrono::duration<double>;

} // namespace

Witness::Witness(std::unique_ptr<Policy> inner) : inner_{std::move(inner)} {}

void Witness::on(const pacing::Event& event) {
    if (event.at < latest_) {
        complain(event, "steps back in time");
    }
    latest_ = event.at;
    if (event.kind == EventKind::day_started) {
        day_end_ = event.until;
        agents_.clear();
    }
    if (event.agent != pacing::AgentId{}) {
        agent_event(event);
    }
    if (event.call != pacing::CallId{}) {
        call_event(event);
    }
    inner_->on(event);
}

pacing::Plan Witness::decide(pacing::CampaignId campaign, pacing::Instant now,
                             const pacing::Room& room, std::span<const pacing::Group> next) {
    return inner_->decide(campaign, now, room, next);
}

void Witness::call_event(const pacing::Event& event) {
    const auto id = static_cast<std::int64_t>(event.call);
    if (event.kind == EventKind::dial_started) {
        if (!calls_.try_emplace(id, Call{event.at, {}, true}).second) {
            complain(event, "dialed twice");
        }
        ++dials;
        in_flight_max = std::max(in_flight_max, ++in_flight_);
        return;
    }
    const auto found = calls_.find(id);
    if (found == calls_.end()) {
        // Only the agent's word that it was a machine comes after a call has gone to him.
        if (event.kind == EventKind::machine) {
            ++machines_after_bridge;
        } else {
            complain(event, "is of no open call");
        }
        return;
    }
    if (event.kind == EventKind::ringing) {
        return;
    }
    if (event.kind == EventKind::answered) {
        return answered(event, found->second);
    }
    closed(event, found->second);
    calls_.erase(found);
}

void Witness::answered(const pacing::Event& event, Call& call) {
    if (!call.in_flight) {
        complain(event, "answered twice");
    }
    call.in_flight = false;
    call.answered = event.at;
    --in_flight_;
    ++answers;
}

void Witness::closed(const pacing::Event& event, const Call& call) {
    const bool needs_answer =
        event.kind == EventKind::agent_talking || event.kind == EventKind::abandoned;
    if (needs_answer == call.in_flight) {
        complain(event, "ends a call in the wrong state");
    }
    in_flight_ -= call.in_flight ? 1 : 0;
    bridges += event.kind == EventKind::agent_talking ? 1 : 0;
    abandons += event.kind == EventKind::abandoned ? 1 : 0;
    if (needs_answer) {
        longest_wait_s = std::max(longest_wait_s, Seconds{event.at - call.answered}.count());
    }
    if (event.kind == EventKind::cancelled && event.at < day_end_) {
        ++cancels;
        shortest_cancel_s = std::min(shortest_cancel_s, Seconds{event.at - call.dialed}.count());
    }
}

void Witness::agent_event(const pacing::Event& event) {
    const auto id = static_cast<std::int64_t>(event.agent);
    if (event.kind == EventKind::machine || event.kind == EventKind::agent_wrap_ending) {
        return;
    }
    const auto known = agents_.find(id);
    const EventKind before = known == agents_.end() ? EventKind::agent_signed_out : known->second;
    if (event.kind == EventKind::agent_signed_in && before != EventKind::agent_signed_out) {
        complain(event, "signs in twice");
    }
    if (event.kind == EventKind::agent_talking && before != EventKind::agent_ready) {
        complain(event, "gives a call to an agent who is not ready");
    }
    if (event.kind == EventKind::agent_wrap_up && before != EventKind::agent_talking) {
        complain(event, "wraps up without a call");
    }
    agents_[id] = event.kind;
}

void Witness::complain(const pacing::Event& event, const std::string& why) {
    if (complaint.empty()) {
        complaint = "event of kind " + std::to_string(static_cast<int>(event.kind)) + ", call " +
                    std::to_string(static_cast<std::int64_t>(event.call)) + ", agent " +
                    std::to_string(static_cast<std::int64_t>(event.agent)) + " " + why;
    }
}

} // namespace pacing_sim
