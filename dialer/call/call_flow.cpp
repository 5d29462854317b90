#include "dialer/call/call_flow.hpp"

#include "dialer/loop/invariant.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace dialer::call {

using namespace std::chrono_literals;
using campaigns::Outcome;
using campaigns::Treatment;

namespace {

// An INVITE that got nothing better than 100 for so long will not ring any more.
constexpr auto progress_max = 30s;
// A telemarketing call is not given up before this much ringing. 47 CFR 64.1200(a)(6)
constexpr auto ring_min = 15s;
// Connected to an agent within two seconds, or abandoned. 47 CFR 64.1200(a)(7); the clock is
// started at the answer, which is never later than the end of the greeting.
constexpr auto connect_max = 2000ms;
// How long after the message a key press is still taken.
constexpr auto key_grace = 3s;
// The opt-out key of the message. 47 CFR 64.1200(a)(7)(i)(B)
constexpr char opt_out_key = '9';
// The call is held until the opt-out is durable, but a database that is away does not keep a
// person's line; the opt-out itself is repeated until it is stored.
constexpr auto opt_out_hold = 10s;

Outcome outcome_of(sip::Failure failure) {
    constexpr std::array<Outcome, 7> table{
        Outcome::busy,       Outcome::no_answer,     Outcome::rejected, Outcome::invalid_number,
        Outcome::congestion, Outcome::trunk_failure, Outcome::cancelled};
    return table[static_cast<std::size_t>(failure)];
}

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

std::string_view to_text(CallState state) {
    constexpr std::array<std::string_view, 7> names{"dialing", "ringing", "waiting", "connecting",
                                                    "bridged", "message", "ending"};
    return names[static_cast<std::size_t>(state)];
}

CallFlow::CallFlow(Loop& loop, agents::Desk& desk, OptOuts& opt_outs, TrunkGroup& trunks,
                   std::map<CampaignId, CampaignRuntime>& campaigns, CallEvents events)
    : loop_{loop}, desk_{desk}, opt_outs_{opt_outs}, trunks_{trunks},
      campaigns_{campaigns}, events_{std::move(events)} {}

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

    const auto port =
        loop_.media.open(call.leg, media::LegKind::customer, static_cast<std::uint64_t>(campaign));
    if (!port) {
        log_event(call, loop_.now().wall, "not_sent", "no RTP port: " + port.error().message());
        return finish(call, Outcome::not_sent, loop_.now(), "engine");
    }
    call.offer =
        sdp::make_offer(port->address, port->port, static_cast<std::uint64_t>(call.attempt));
    ++runtime(call).figures.attempts;
    limit(call, progress_max, &CallFlow::no_progress);
    loop_.legs.dial({call.leg, std::move(ticket), call.offer});
}

// -- from signalling

void CallFlow::on(const sip::Ringing& event) {
    auto* call = find(event.leg);
    if (call == nullptr || call->state == CallState::ending) {
        return;
    }
    log_event(*call, event.at.wall, "ringing", std::to_string(event.status));
    if (event.early_media) {
        // Heard by nobody; it latches the far end's source before the answer.
        loop_.media.connect(call->leg, to_remote(call->offer, *event.early_media));
    }
    if (call->state == CallState::dialing) {
        call->result.ringing_at = event.at.wall;
        move(*call, CallState::ringing);
        limit(*call, std::max<std::chrono::seconds>(ring_min, runtime(*call).settings.ring_max),
              &CallFlow::rung_out);
    }
}

void CallFlow::on(const sip::Challenged& event) {
    auto* call = find(event.leg);
    if (call == nullptr || call->state == CallState::ending) {
        return;
    }
    // The INVITE with credentials is a second one on the wire: it is logged before it leaves.
    campaigns::AttemptEvent row{call->attempt, call->events++, event.at.wall, "challenged",
                                std::to_string(event.status)};
    loop_.pool.run([row](campaigns::Store& store) { return store.log_resend(row); },
                   [this, leg = event.leg](db::StoreResult<campaigns::ResendTicket> result) {
                       auto* waiting = find(leg);
                       if (waiting == nullptr || waiting->state == CallState::ending) {
                           return;
                       }
                       if (auto* ticket = std::get_if<campaigns::ResendTicket>(&result)) {
                           return loop_.legs.resend(leg, std::move(*ticket));
                       }
                       hang_up(*waiting, "engine", Outcome::trunk_failure);
                   });
}

void CallFlow::on(const sip::Answered& event) {
    auto* call = find(event.leg);
    if (call == nullptr) {
        return;
    }
    call->answered = event.at;
    call->result.answered_at = event.at.wall;
    call->result.outcome = Outcome::answered;
    log_event(*call, event.at.wall, "answered");
    auto& figures = runtime(*call).figures;
    ++figures.answered;
    if (call->state == CallState::ending || opt_outs_.listed_by_company(call->number)) {
        // Given up, or opted out, while the answer was on its way: nobody is connected.
        return hang_up(*call, "engine");
    }
    loop_.media.connect(call->leg, to_remote(call->offer, event.remote));
    if (!connect_agent(*call)) {
        wait_for_agent(*call);
    }
    events_.changed(call->campaign);
}

void CallFlow::on(const sip::Failed& event) {
    auto* call = find(event.leg);
    if (call == nullptr) {
        return;
    }
    call->result.sip_status = event.status;
    log_event(*call, event.at.wall, "failed", fmt::format("{} {}", event.status, event.reason));
    if (event.retry_after) {
        trunks_.hold_back(call->trunk, event.at.mono + *event.retry_after);
    }
    if (event.failure == sip::Failure::cancelled && event.status / 100 == 2) {
        return answered_too_late(*call, event.at);
    }
    auto outcome = outcome_of(event.failure);
    if (call->state == CallState::ending && call->wanted) {
        outcome = *call->wanted;
    }
    if (try_fail_over(*call, event)) {
        call->result.failover_follows = true;
    }
    finish(*call, outcome, event.at, call->ended_by.empty() ? "carrier" : call->ended_by);
}

/// The person picked up while our CANCEL was on its way; the SIP layer has ACKed and ended the
/// call. To that person it was an answered call with nobody there.
void CallFlow::answered_too_late(Call& call, Stamp at) {
    call.result.answered_at = at.wall;
    log_event(call, at.wall, "answered", "crossed our CANCEL");
    ++runtime(call).figures.answered;
    finish_answered(call, at, "engine");
}

bool CallFlow::try_fail_over(Call& call, const sip::Failed& event) {
    const bool possible = event.technical && call.state == CallState::dialing;
    if (!possible) {
        return false;
    }
    auto hand = call.hand;
    hand.tried.push_back(call.trunk);
    return events_.fail_over(call.campaign, std::move(hand), call.attempt);
}

void CallFlow::on(const sip::MediaChanged& event) {
    auto* call = find(event.leg);
    if (call == nullptr) {
        return;
    }
    const auto remote = to_remote(call->offer, event.remote);
    call->on_hold = !remote.may_send;
    log_event(*call, event.at.wall, call->on_hold ? "held" : "media_changed");
    loop_.media.connect(call->leg, remote);
}

void CallFlow::on(const sip::Ended& event) {
    auto* call = find(event.leg);
    if (call == nullptr) {
        return;
    }
    log_event(*call, event.at.wall, "ended", event.reason);
    finish_answered(*call, event.at, event.by_far_end ? "customer" : "engine");
}

// -- from media

void CallFlow::on(const media::Bridged& event) {
    auto* call = find(event.customer);
    if (call == nullptr || call->state != CallState::connecting) {
        return;
    }
    auto* agent = desk_.find(*call->agent);
    INVARIANT(agent != nullptr);
    move(*call, CallState::bridged);
    call->result.bridged_at = event.at.wall;
    call->result.treatment = Treatment::bridged;
    call->result.answer_to_bridge =
        std::chrono::duration_cast<std::chrono::microseconds>(event.at.mono - call->answered->mono);
    auto& figures = runtime(*call).figures;
    ++figures.bridged;
    figures.answer_to_bridge.add(*call->result.answer_to_bridge);
    log_event(*call, event.at.wall, "bridged", agent->account.name);
    if (auto card = cards_.find(agent->account.id); card != cards_.end()) {
        card->second.bridged_at = event.at.wall;
    }
    desk_.talking(*agent);
}

void CallFlow::on(const media::FirstAudio& event) {
    auto* call = find(event.customer);
    if (call == nullptr || !call->answered) {
        return;
    }
    call->result.first_audio_at = event.at.wall;
    call->result.answer_to_agent =
        std::chrono::duration_cast<std::chrono::microseconds>(event.at.mono - call->answered->mono);
    runtime(*call).figures.answer_to_agent.add(*call->result.answer_to_agent);
}

void CallFlow::on(const media::Digit& event) {
    auto* call = find(event.leg);
    // Only in the message: what a person keys in during a conversation may be a card number.
    if (call != nullptr && call->state == CallState::message && event.key == opt_out_key) {
        opt_out_by_key(*call, event.at.wall);
    }
}

void CallFlow::opt_out_by_key(Call& call, dnc::Instant at) {
    log_event(call, at, "opt_out_key", std::string(1, opt_out_key));
    const auto leg = call.leg;
    limit(call, opt_out_hold, &CallFlow::message_over);
    // From here the call only waits for the row: the opt-out of its own number must not end it.
    move(call, CallState::ending);
    call.ended_by = "engine";
    opt_outs_.add(call.number, "key_press", "", call.attempt, [this, leg] {
        if (auto* waiting = find(leg); waiting != nullptr) {
            log_event(*waiting, loop_.now().wall, "opt_out_stored");
            loop_.legs.hang_up(leg);
        }
    });
}

void CallFlow::on(const media::Silent& event) {
    auto* call = find(event.leg);
    if (call == nullptr || call->on_hold || call->state != CallState::bridged) {
        return;
    }
    log_event(*call, event.at.wall, "silent", "no RTP from the customer");
    hang_up(*call, "engine");
}

void CallFlow::on(const media::ClipStarted& event) {
    if (auto* call = find(event.leg); call != nullptr) {
        call->result.message_started_at = event.at.wall;
        log_event(*call, event.at.wall, "message_started");
    }
}

void CallFlow::on(const media::ClipEnded& event) {
    auto* call = find(event.leg);
    if (call == nullptr) {
        return;
    }
    call->result.message_ended_at = event.at.wall;
    log_event(*call, event.at.wall, "message_ended");
    if (call->state == CallState::message) {
        limit(*call, key_grace, &CallFlow::message_over);
    }
}

// -- agents

bool CallFlow::connect_agent(Call& call) {
    auto* agent = desk_.longest_idle(call.campaign);
    if (agent == nullptr) {
        return false;
    }
    call.agent = agent->account.id;
    call.timer.reset();
    move(call, CallState::connecting);
    // The card is on the desk before the first word: the agent's state changes with it.
    cards_[agent->account.id] = {call.attempt,
                                 call.number,
                                 call.hand.lead.name,
                                 call.hand.lead.address_region,
                                 call.result.answered_at,
                                 {}};
    desk_.reserve(*agent, call.attempt);
    call.result.agent = agent->account.id;
    loop_.media.bridge(call.leg, *agent->leg);
    return true;
}

void CallFlow::wait_for_agent(Call& call) {
    move(call, CallState::waiting);
    waiting_[call.campaign].push_back(call.leg);
    const auto waited = since(*call.answered, loop_.now());
    limit(call, std::max(0ms, connect_max - waited), &CallFlow::nobody_came);
}

void CallFlow::leave_waiting(const Call& call) {
    std::erase(waiting_[call.campaign], call.leg);
}

void CallFlow::serve_waiting(CampaignId campaign) {
    auto& queue = waiting_[campaign];
    while (!queue.empty()) {
        auto* call = find(queue.front());
        INVARIANT(call != nullptr && call->state == CallState::waiting);
        if (!connect_agent(*call)) {
            return;
        }
        queue.pop_front();
    }
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
        if (!connect_agent(*call)) {
            wait_for_agent(*call);
        }
        return;
    }
    if (call->state == CallState::bridged) {
        hang_up(*call, "engine");
    }
}

bool CallFlow::hang_up_by_agent(AgentId id) {
    const auto* agent = desk_.find(id);
    auto* call = agent != nullptr && agent->call ? find(*agent->call) : nullptr;
    if (call == nullptr || call->agent != id) {
        return false;
    }
    hang_up(*call, "agent");
    return true;
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
    auto& campaign = runtime(call);
    ++campaign.figures.abandoned;
    call.result.treatment = Treatment::abandoned;
    log_event(call, loop_.now().wall, "abandoned", "no agent within two seconds of the answer");
    if (!campaign.message) {
        return hang_up(call, "engine");
    }
    move(call, CallState::message);
    loop_.media.play(call.leg, *campaign.message);
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
        log_event(*call, loop_.now().wall, "opted_out");
        hang_up(*call, "engine", Outcome::cancelled);
    }
}

void CallFlow::release_lines(CampaignId campaign, const std::string& why) {
    for (auto& [leg, owned] : calls_) {
        auto& call = *owned;
        if (call.campaign != campaign || call.wanted) {
            continue;
        }
        if (call.state == CallState::dialing) {
            log_event(call, loop_.now().wall, "unneeded", why);
            hang_up(call, "engine", Outcome::cancelled);
        } else if (call.state == CallState::ringing) {
            log_event(call, loop_.now().wall, "unneeded", why);
            const auto rung = loop_.now().wall - *call.result.ringing_at;
            const auto left =
                ring_min - std::chrono::duration_cast<std::chrono::milliseconds>(rung);
            call.wanted = Outcome::cancelled; // asked once
            limit(call, std::max<std::chrono::milliseconds>(0ms, left), &CallFlow::unneeded);
        }
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
    if (call.result.treatment == Treatment::none) {
        // Answered and never connected: the person left, or we hung up on a person (an answer that
        // crossed our giving up), which is an abandoned call whatever the reason was.
        const bool left = call.ended_by.empty();
        auto& figures = runtime(call).figures;
        call.result.treatment = left ? Treatment::early_hangup : Treatment::abandoned;
        ++(left ? figures.early_hangup : figures.abandoned);
    }
    finish(call, Outcome::answered, at, call.ended_by.empty() ? ended_by : call.ended_by);
}

void CallFlow::finish(Call& call, Outcome outcome, Stamp at, std::string ended_by) {
    if (call.state == CallState::waiting) {
        leave_waiting(call);
    }
    free_agent(call);
    loop_.media.close(call.leg);
    trunks_.release(call.trunk);
    call.result.outcome = outcome;
    // The stamps of the media thread may be a moment later than the BYE's.
    call.result.ended_at = std::max({at.wall, call.result.bridged_at.value_or(at.wall),
                                     call.result.first_audio_at.value_or(at.wall)});
    call.result.ended_by = std::move(ended_by);
    auto& figures = runtime(call).figures;
    ++figures.outcomes[static_cast<std::size_t>(outcome)];
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
