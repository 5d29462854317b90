#include "bench/pacing/tally.hpp"

namespace pacing_sim {
namespace {

using pacing::EventKind;

std::size_t scattered(pacing::CallId call) {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(call) * 0x9e3779b97f4a7c15U >> 20U);
}

} // namespace

void Tally::on(const pacing::Event& event) {
    switch (event.kind) {
    case EventKind::agent_signed_in:
    case EventKind::agent_paused:
        return move(event.agent, AgentState::paused, event.at);
    case EventKind::agent_signed_out:
        return move(event.agent, AgentState::away, event.at);
    case EventKind::agent_ready:
        return move(event.agent, AgentState::ready, event.at);
    case EventKind::agent_wrap_up:
        return move(event.agent, AgentState::wrap, event.at);
    case EventKind::agent_talking:
        move(event.agent, AgentState::talking, event.at);
        return ended(event.call);
    case EventKind::dial_started:
        return dial_started(event);
    case EventKind::answered:
        return answered(event);
    case EventKind::machine:
    case EventKind::ended:
    case EventKind::abandoned:
    case EventKind::cancelled:
        return ended(event.call);
    case EventKind::ringing:
    case EventKind::agent_wrap_ending:
    case EventKind::supply_changed:
    case EventKind::day_started:
        return;
    }
}

void Tally::move(pacing::AgentId agent, AgentState state, pacing::Instant at) {
    const auto [found, fresh] =
        agent_places_.try_emplace(static_cast<std::int64_t>(agent), agents_.size());
    if (fresh) {
        agents_.emplace_back();
        ++nobody_;
    }
    Agent& known = agents_[found->second];
    --count_of(known.state);
    ++count_of(state);
    known.state = state;
    known.since = at;
}

int& Tally::count_of(AgentState state) {
    switch (state) {
    case AgentState::ready:
        return ready;
    case AgentState::talking:
        return talking;
    case AgentState::wrap:
        return wrap;
    case AgentState::paused:
        return paused;
    case AgentState::away:
        break;
    }
    return nobody_;
}

const Tally::Call* Tally::find(pacing::CallId call) const {
    const Call& found = calls_[place_of(call)];
    return found.id == pacing::CallId{} ? nullptr : &found;
}

const Tally::Agent* Tally::find(pacing::AgentId agent) const {
    const auto found = agent_places_.find(static_cast<std::int64_t>(agent));
    return found == agent_places_.end() ? nullptr : &agents_[found->second];
}

void Tally::dial_started(const pacing::Event& event) {
    if (event.call == pacing::CallId{} || find(event.call) != nullptr) {
        return;
    }
    if (2 * (open_ + 1) > calls_.size()) {
        grow();
    }
    calls_[place_of(event.call)] = {event.call, event.at, {}, event.campaign, true};
    ++open_;
    ++in_flight;
}

void Tally::answered(const pacing::Event& event) {
    Call& call = calls_[place_of(event.call)];
    if (call.id == pacing::CallId{} || !call.in_flight) {
        return;
    }
    call.in_flight = false;
    call.answered = event.at;
    --in_flight;
    ++waiting;
}

void Tally::ended(pacing::CallId call) {
    const std::size_t place = place_of(call);
    if (calls_[place].id == pacing::CallId{}) {
        return;
    }
    --(calls_[place].in_flight ? in_flight : waiting);
    erase(place);
}

std::size_t Tally::place_of(pacing::CallId call) const {
    const std::size_t mask = calls_.size() - 1;
    std::size_t place = scattered(call) & mask;
    while (calls_[place].id != pacing::CallId{} && calls_[place].id != call) {
        place = (place + 1) & mask;
    }
    return place;
}

void Tally::grow() {
    std::vector<Call> old(calls_.size() * 2);
    old.swap(calls_);
    for (const Call& call : old) {
        if (call.id != pacing::CallId{}) {
            calls_[place_of(call.id)] = call;
        }
    }
}

// Closes the gap by moving back what would no longer be found.
void Tally::erase(std::size_t place) {
    const std::size_t mask = calls_.size() - 1;
    --open_;
    std::size_t gap = place;
    for (std::size_t at = (gap + 1) & mask; calls_[at].id != pacing::CallId{};
         at = (at + 1) & mask) {
        const std::size_t home = scattered(calls_[at].id) & mask;
        if (((at - home) & mask) >= ((at - gap) & mask)) {
            calls_[gap] = calls_[at];
            gap = at;
        }
    }
    calls_[gap] = Call{};
}

} // namespace pacing_sim
