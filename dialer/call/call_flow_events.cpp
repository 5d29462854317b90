// What happens to a call when signalling or media say something about it.

#include "dialer/call/call_flow.hpp"

#include "dialer/loop/invariant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dialer::call {

using namespace std::chrono_literals;
using campaigns::Outcome;
using campaigns::Treatment;

namespace {

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

} // namespace

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
        call->ringing = event.at;
        call->result.ringing_at = event.at.wall;
        move(*call, CallState::ringing);
        auto& rang = rang_[call->campaign];
        while (!rang.empty() && !rings(rang.front())) {
            rang.pop_front();
        }
        rang.push_back(call->leg);
        pace_.ringing(call->attempt, event.at);
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
    if (!call->agentless) {
        pace_.answered(call->attempt, event.at);
    }
    if (call->state == CallState::ending || opted_out(*call)) {
        // Given up, or opted out, while the answer was on its way: nobody is connected.
        return hang_up(*call, "engine");
    }
    loop_.media.connect(call->leg, to_remote(call->offer, event.remote));
    meet(*call);
    events_.changed(call->campaign);
}

/// The answered call gets to whom it is for: the message, the agent who dialed, or a free one.
void CallFlow::meet(Call& call) {
    if (call.agentless && runtime(call).message) {
        pace_.ended(call.attempt, *call.answered);
        return play_message(call);
    }
    if (call.agent) {
        if (auto card = cards_.find(*call.agent); card != cards_.end()) {
            card->second.answered_at = call.result.answered_at;
        }
        return connect(call, *desk_.find(*call.agent));
    }
    if (!connect_agent(call, pools_.of(call.campaign))) {
        wait_for_agent(call);
    }
}

bool CallFlow::rings(LegId leg) {
    const auto* call = find(leg);
    return call != nullptr && call->state == CallState::ringing;
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
    const auto over = [this, leg](const std::optional<std::string>& refused) {
        if (auto* waiting = find(leg); waiting != nullptr) {
            log_event(*waiting, loop_.now().wall, refused ? "opt_out_refused" : "opt_out_stored",
                      refused.value_or(""));
            loop_.legs.hang_up(leg);
        }
    };
    opt_outs_.add(call.number, "key_press", "", call.attempt, over, runtime(call).settings.seller);
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

} // namespace dialer::call
