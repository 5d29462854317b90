#include "dialer/call/call_flow.hpp"

#include "campaigns/call_facts.hpp"
#include "dialer/loop/invariant.hpp"

#include <algorithm>
#include <array>

namespace dialer::call {

using namespace std::chrono_literals;
using campaigns::Outcome;
using campaigns::Treatment;

namespace {

// Connected to an agent within two seconds, or abandoned. 47 CFR 64.1200(a)(7); the clock is
// started at the answer, which is never later than the end of the greeting.
constexpr auto connect_max = 2000ms;

int& count_of(CallFlow::Lines& lines, CallState state) {
    const std::array<int*, 7> table{&lines.dialing,    &lines.ringing, &lines.waiting,
                                    &lines.connecting, &lines.bridged, &lines.message,
                                    &lines.ending};
    return *table[static_cast<std::size_t>(state)];
}

std::chrono::milliseconds since(Stamp then, Stamp now) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now.mono - then.mono);
}

} // namespace

CallFlow::CallFlow(Parts parts, CallEvents events)
    : loop_{parts.loop}, desk_{parts.desk}, pools_{parts.pools}, opt_outs_{parts.opt_outs},
      trunks_{parts.trunks}, pace_{parts.pace}, campaigns_{parts.campaigns}, events_{std::move(
                                                                                 events)} {}

void CallFlow::start(CampaignId campaign, LeadInHand hand, campaigns::AttemptTicket ticket) {
    auto owned = std::make_unique<Call>();
    auto& call = *owned;
    call.attempt = ticket.id();
    call.campaign = campaign;
    call.number = ticket.number();
    call.trunk = ticket.trunk();
    call.hand = std::move(hand);
    call.leg = loop_.make_leg();
    call.result.attempt = call.attempt;
    call.result.lead = call.hand.lead.id;
    calls_.emplace(call.leg, std::move(owned));
    by_attempt_.emplace(call.attempt, call.leg);
    by_number_.emplace(call.number.e164, call.leg);
    ++lines_[campaign].dialing;
    call.agentless = runtime(call).settings.mode == campaigns::DialMode::agentless;
    dialed_by_hand(call);

    const auto port =
        loop_.media.open(call.leg, media::LegKind::customer, static_cast<std::uint64_t>(campaign));
    if (!port) {
        log_event(call, loop_.now().wall, "not_sent", "no RTP port: " + port.error().message());
        return finish(call, Outcome::not_sent, loop_.now(), "engine");
    }
    call.offer =
        sdp::make_offer(port->address, port->port, static_cast<std::uint64_t>(call.attempt));
    ++runtime(call).figures.attempts;
    // An INVITE that got nothing better than 100 for so long will not ring any more.
    limit(call, campaigns::kProgressMax, &CallFlow::no_progress);
    loop_.legs.dial({call.leg, std::move(ticket), call.offer});
}

// -- agents

/// The agent who dialed is on the call from the start, with the person's data before him.
void CallFlow::dialed_by_hand(Call& call) {
    if (call.hand.agent) {
        INVARIANT(desk_.reserved_for(*call.hand.agent, call.attempt));
        call.agent = call.hand.agent;
        show_card(call, *call.agent);
    }
}

void CallFlow::show_card(const Call& call, AgentId agent) {
    CallCard card;
    card.attempt = call.attempt;
    card.campaign = call.campaign;
    card.number = call.number;
    card.name = call.hand.lead.name;
    card.region = call.hand.lead.address_region;
    card.answered_at = call.result.answered_at;
    cards_[agent] = std::move(card);
}

bool CallFlow::connect_agent(Call& call, agents::PoolId pool) {
    auto* agent = desk_.longest_idle(pool, pace_.kept_from(call.campaign));
    if (agent == nullptr) {
        return false;
    }
    // The card is on the desk before the first word: the agent's state changes with it.
    show_card(call, agent->account.id);
    desk_.reserve(*agent, call.attempt);
    connect(call, *agent);
    return true;
}

void CallFlow::connect(Call& call, agents::Agent& agent) {
    call.agent = agent.account.id;
    call.timer.reset();
    move(call, CallState::connecting);
    call.result.agent = agent.account.id;
    loop_.media.bridge(call.leg, *agent.leg);
}

void CallFlow::wait_for_agent(Call& call) {
    move(call, CallState::waiting);
    call.pool = pools_.of(call.campaign);
    waiting_[call.pool].push_back(call.leg);
    const auto waited = since(*call.answered, loop_.now());
    limit(call, std::max(0ms, connect_max - waited), &CallFlow::nobody_came);
}

void CallFlow::leave_waiting(const Call& call) {
    std::erase(waiting_[call.pool], call.leg);
}

void CallFlow::serve_waiting(agents::PoolId pool) {
    // First come, first served, but for agents who are kept for another campaign's calls.
    std::erase_if(waiting_[pool], [&](LegId leg) {
        auto* call = find(leg);
        INVARIANT(call != nullptr && call->state == CallState::waiting);
        return connect_agent(*call, pool);
    });
}

/// The call no longer needs its agent: back to ready before the bridge, wrap-up after it.
void CallFlow::free_agent(Call& call) {
    if (!call.agent) {
        return;
    }
    auto* agent = desk_.find(*std::exchange(call.agent, std::nullopt));
    if (agent == nullptr || !agent->leg || agent->call != call.attempt) {
        return;
    }
    loop_.media.unbridge(*agent->leg);
    if (agent->state == agents::AgentState::reserved) {
        desk_.unreserve(*agent);
    } else if (agent->state == agents::AgentState::talking) {
        desk_.wrap_up(*agent, runtime(call).settings.wrap_up_max);
    }
}

void CallFlow::agent_line_lost(AttemptId attempt, const std::string& why) {
    auto* call = find(attempt);
    if (call == nullptr) {
        return;
    }
    log_event(*call, loop_.now().wall, "agent_line_lost", why);
    call->agent.reset();
    if (call->state == CallState::connecting) {
        // Not yet connected: another agent within the two seconds, else abandoned.
        call->result.agent.reset();
        if (!connect_agent(*call, pools_.of(call->campaign))) {
            wait_for_agent(*call);
        }
        return;
    }
    if (call->state == CallState::bridged) {
        hang_up(*call, "engine");
    } else {
        release(*call, "the agent who dialed is gone");
    }
}

bool CallFlow::hang_up_by_agent(AgentId id) {
    const auto* agent = desk_.find(id);
    auto* call = agent != nullptr && agent->call ? find(*agent->call) : nullptr;
    if (call == nullptr || call->agent != id) {
        return false;
    }
    if (call->state == CallState::dialing || call->state == CallState::ringing) {
        release(*call, "the agent gave up");
    } else {
        hang_up(*call, "agent");
    }
    return true;
}

void CallFlow::found_machine(AgentId id) {
    const auto found = cards_.find(id);
    const auto* agent = desk_.find(id);
    if (found == cards_.end() || agent == nullptr || agent->call != found->second.attempt) {
        return;
    }
    auto& card = found->second;
    if (card.bridged_at && !std::exchange(card.machine, true)) {
        pace_.machine({card.campaign, card.attempt, *card.answered_at, agent->by_hand},
                      loop_.now());
    }
}

std::optional<CallCard> CallFlow::card(AgentId agent) const {
    const auto found = cards_.find(agent);
    return found == cards_.end() ? std::nullopt : std::optional{found->second};
}

// -- ends

void CallFlow::hang_up(Call& call, std::string by, std::optional<Outcome> wanted) {
    if (call.state == CallState::waiting) {
        leave_waiting(call);
    }
    call.timer.reset();
    if (call.ended_by.empty()) {
        call.ended_by = std::move(by);
        call.wanted = wanted;
    }
    if (!call.answered) {
        // From here the line counts no more, however long the far end takes to say so.
        call.wanted == Outcome::cancelled ? pace_.cancelled(call.attempt, loop_.now())
                                          : pace_.ended(call.attempt, loop_.now());
    }
    if (call.state != CallState::ending) {
        move(call, CallState::ending);
    }
    free_agent(call); // the agent does not wait for the far end's 200 to our BYE
    loop_.legs.hang_up(call.leg);
}

void CallFlow::no_progress(Call& call) {
    log_event(call, loop_.now().wall, "no_progress");
    hang_up(call, "engine", Outcome::trunk_failure);
}

void CallFlow::rung_out(Call& call) {
    hang_up(call, "engine", Outcome::no_answer);
}

void CallFlow::nobody_came(Call& call) {
    leave_waiting(call);
    abandoned(call);
    log_event(call, loop_.now().wall, "abandoned", "no agent within two seconds of the answer");
    play_message(call);
}

void CallFlow::abandoned(Call& call) {
    ++runtime(call).figures.abandoned;
    call.result.treatment = Treatment::abandoned;
    pace_.abandoned(call.campaign, call.attempt, loop_.now());
}

void CallFlow::play_message(Call& call) {
    const auto& message = runtime(call).message;
    if (!message) {
        return hang_up(call, "engine");
    }
    call.timer.reset();
    move(call, CallState::message);
    loop_.media.play(call.leg, *message);
}

void CallFlow::message_over(Call& call) {
    hang_up(call, "engine");
}

void CallFlow::unneeded(Call& call) {
    hang_up(call, "engine", Outcome::cancelled);
}

void CallFlow::cancel_number(dnc::Number number) {
    const auto [first, last] = by_number_.equal_range(number.e164);
    std::vector<LegId> legs;
    std::for_each(first, last, [&](const auto& entry) { legs.push_back(entry.second); });
    for (const auto leg : legs) {
        auto* call = find(leg);
        if (call->state == CallState::bridged || call->state == CallState::ending) {
            continue; // a conversation is the person's to end
        }
        if (!opted_out(*call)) {
            continue; // from another seller's calls
        }
        log_event(*call, loop_.now().wall, "opted_out");
        hang_up(*call, "engine", Outcome::cancelled);
    }
}

bool CallFlow::opted_out(const Call& call) {
    return opt_outs_.listed_by_company(call.number, runtime(call).settings.seller);
}

void CallFlow::review(dnc::Number number, const WhyNot& why_not) {
    const auto [first, last] = by_number_.equal_range(number.e164);
    std::vector<LegId> legs;
    std::for_each(first, last, [&](const auto& entry) { legs.push_back(entry.second); });
    review(legs, why_not);
}

void CallFlow::review(std::size_t slice, std::size_t slices, const WhyNot& why_not) {
    std::vector<LegId> legs;
    for (const auto& [leg, call] : calls_) {
        if (!call->answered && static_cast<std::size_t>(leg) % slices == slice) {
            legs.push_back(leg);
        }
    }
    review(legs, why_not);
}

void CallFlow::review(const std::vector<LegId>& legs, const WhyNot& why_not) {
    for (const auto leg : legs) {
        auto* call = find(leg);
        if (call->state == CallState::bridged || call->state == CallState::ending) {
            continue; // a conversation is the person's to end
        }
        if (auto why = why_not(call->campaign, call->hand)) {
            log_event(*call, loop_.now().wall, "no_longer_legal", std::move(*why));
            hang_up(*call, "engine", Outcome::cancelled);
        }
    }
}

void CallFlow::release_lines(CampaignId campaign, const std::string& why) {
    for (auto& [leg, owned] : calls_) {
        if (owned->campaign == campaign) {
            release(*owned, why);
        }
    }
}

/// Ends a call that nobody answered yet, as soon as the law allows.
void CallFlow::release(Call& call, const std::string& why) {
    if (call.wanted) {
        return; // asked once
    }
    if (call.state == CallState::dialing) {
        log_event(call, loop_.now().wall, "unneeded", why);
        hang_up(call, "engine", Outcome::cancelled);
    } else if (call.state == CallState::ringing) {
        log_event(call, loop_.now().wall, "unneeded", why);
        call.wanted = Outcome::cancelled;
        const auto left = ring_min - since(*call.ringing, loop_.now());
        limit(call, std::max(0ms, left), &CallFlow::unneeded);
    }
}

void CallFlow::give_up(CampaignId campaign, int count) {
    const auto now = loop_.now();
    std::vector<LegId> longest;
    for (const auto leg : rang_[campaign]) {
        const auto* call = find(leg);
        if (call == nullptr || call->state != CallState::ringing || call->wanted) {
            continue;
        }
        if (static_cast<int>(longest.size()) == count || since(*call->ringing, now) < ring_min) {
            break; // those behind have rung for less
        }
        if (!call->agent) {
            longest.push_back(leg);
        }
    }
    for (const auto leg : longest) {
        auto* call = find(leg);
        log_event(*call, now.wall, "unneeded", "nobody will be free for it");
        hang_up(*call, "engine", Outcome::cancelled);
    }
}

void CallFlow::hang_up_all() {
    for (auto& [leg, owned] : calls_) {
        if (owned->state != CallState::ending) {
            hang_up(*owned, "engine", Outcome::cancelled);
        }
    }
}

void CallFlow::finish_answered(Call& call, Stamp at, const std::string& ended_by) {
    if (call.agentless && call.result.message_started_at) {
        // Heard the message, as was meant.
    } else if (call.result.treatment == Treatment::none) {
        // Answered and never connected: the person left, or we hung up on a person (an answer that
        // crossed our giving up), which is an abandoned call whatever the reason was.
        if (call.ended_by.empty()) {
            call.result.treatment = Treatment::early_hangup;
            ++runtime(call).figures.early_hangup;
            // The cautious reading: who left before anybody was there may have been abandoned.
            pace_.abandoned(call.campaign, call.attempt, at);
        } else {
            abandoned(call);
        }
    }
    finish(call, Outcome::answered, at, call.ended_by.empty() ? ended_by : call.ended_by);
}

void CallFlow::finish(Call& call, Outcome outcome, Stamp at, std::string ended_by) {
    if (call.state == CallState::waiting) {
        leave_waiting(call);
    }
    free_agent(call);
    pace_.ended(call.attempt, at); // unless more was known of it
    loop_.media.close(call.leg);
    trunks_.release(call.trunk);
    call.result.outcome = outcome;
    // The stamps of the media thread may be a moment later than the BYE's.
    call.result.ended_at = std::max({at.wall, call.result.bridged_at.value_or(at.wall),
                                     call.result.first_audio_at.value_or(at.wall)});
    call.result.ended_by = std::move(ended_by);
    auto& figures = runtime(call).figures;
    ++figures.outcomes[static_cast<std::size_t>(outcome)];
    events_.ended(call.result);
    loop_.log.add(std::move(call.result));

    const auto campaign = call.campaign;
    --count_of(lines_[campaign], call.state);
    by_attempt_.erase(call.attempt);
    const auto [first, last] = by_number_.equal_range(call.number.e164);
    by_number_.erase(
        std::find_if(first, last, [&](const auto& entry) { return entry.second == call.leg; }));
    calls_.erase(call.leg); // `call` is gone from here on
    events_.changed(campaign);
}

// -- small things

Call* CallFlow::find(LegId leg) {
    const auto found = calls_.find(leg);
    return found == calls_.end() ? nullptr : found->second.get();
}

Call* CallFlow::find(AttemptId attempt) {
    const auto found = by_attempt_.find(attempt);
    return found == by_attempt_.end() ? nullptr : find(found->second);
}

void CallFlow::move(Call& call, CallState to) {
    auto& lines = lines_[call.campaign];
    --count_of(lines, call.state);
    ++count_of(lines, to);
    call.state = to;
}

void CallFlow::log_event(Call& call, dnc::Instant at, std::string kind, std::string detail) {
    loop_.log.add(campaigns::AttemptEvent{call.attempt, call.events++, at, std::move(kind),
                                          std::move(detail)});
}

void CallFlow::limit(Call& call, std::chrono::milliseconds delay, void (CallFlow::*passed)(Call&)) {
    call.timer = std::make_unique<boost::asio::steady_timer>(loop_.context, delay);
    // A handler that is already queued when its limit is replaced must not fire.
    const auto serial = ++call.limits;
    call.timer->async_wait([this, leg = call.leg, serial, passed](boost::system::error_code error) {
        auto* current = error ? nullptr : find(leg);
        if (current != nullptr && current->timer && current->limits == serial) {
            (this->*passed)(*current);
        }
    });
}

} // namespace dialer::call
