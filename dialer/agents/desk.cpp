#include "dialer/agents/desk.hpp"

#include "dialer/loop/invariant.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace dialer::agents {

using namespace std::chrono_literals;
using http::Refused;

namespace {

// A softphone that answers by itself does so at once; a person picks up within this.
constexpr auto phone_answer_max = 30s;

const Refused no_such_agent{404, "no such agent"};

bool in_call(const Agent& agent) {
    return agent.state == AgentState::reserved || agent.state == AgentState::talking;
}

} // namespace

Desk::Desk(Loop& loop, const Pools& pools, DeskEvents events)
    : loop_{loop}, pools_{pools}, events_{std::move(events)} {}

void Desk::set_accounts(const std::vector<campaigns::Agent>& accounts) {
    for (const auto& account : accounts) {
        auto& agent = agents_[account.id];
        agent.account = account;
        if (agent.since.mono == Monotonic{}) {
            agent.since = loop_.now();
        }
    }
    loop_.legs.set_phone_accounts(phone_accounts());
}

std::vector<sip::PhoneAccount> Desk::phone_accounts() const {
    std::vector<sip::PhoneAccount> result;
    for (const auto& [id, agent] : agents_) {
        result.push_back({agent.account.sip_user, agent.account.sip_ha1});
    }
    return result;
}

// -- requests of people

void Desk::sign_in(AgentId id, CampaignId campaign, bool ready, Done done) {
    auto* agent = find(id);
    if (agent == nullptr) {
        return done(no_such_agent);
    }
    if (agent->leg) {
        const bool same = agent->campaign == campaign && agent->line_up;
        return done(same ? std::optional<Refused>{}
                         : Refused{409, "already signed in; sign out first"});
    }
    if (!agent->phone) {
        return done(Refused{409, "the phone of " + agent->account.sip_user +
                                     " is not registered here; start it, then sign in again"});
    }
    agent->campaign = campaign;
    agent->ready_wanted = ready;
    agent->signing_in = std::move(done);
    call_phone(*agent);
}

void Desk::call_phone(Agent& agent) {
    const auto leg = loop_.make_leg();
    const auto port =
        loop_.media.open(leg, media::LegKind::agent, static_cast<std::uint64_t>(*agent.campaign));
    if (!port) {
        return answer_sign_in(agent, Refused{503, "no RTP port: " + port.error().message()});
    }
    agent.leg = leg;
    agent.line_up = false;
    agent.offer =
        sdp::make_offer(port->address, port->port, static_cast<std::uint64_t>(loop_.make_id()));
    by_leg_[leg] = agent.account.id;
    loop_.legs.call_agent({leg, *agent.phone, agent.offer});
    start_timer(agent, phone_answer_max, [this, &agent] { loop_.legs.hang_up(*agent.leg); });
}

void Desk::sign_out(AgentId id, const Done& done) {
    auto* agent = find(id);
    if (agent == nullptr) {
        return done(no_such_agent);
    }
    if (in_call(*agent)) {
        return done(Refused{409, "a customer is on the line; end the call first"});
    }
    if (agent->leg) {
        loop_.legs.hang_up(*agent->leg);
        line_gone(*agent, "signed out");
    }
    done(std::nullopt);
}

void Desk::set_ready(AgentId id, const Done& done) {
    auto* agent = find(id);
    if (agent == nullptr) {
        return done(no_such_agent);
    }
    agent->pause_wanted.reset();
    if (agent->state == AgentState::ready || in_call(*agent)) {
        return done(std::nullopt); // ready already, or will be when the call is over
    }
    if (!agent->line_up) {
        return done(Refused{409, "not signed in"});
    }
    if (agent->state == AgentState::wrap_up) {
        finish_wrap_up(*agent, true);
        return done(std::nullopt);
    }
    change(*agent, AgentState::ready, "");
    done(std::nullopt);
    events_.changed(*agent->campaign);
}

void Desk::pause(AgentId id, std::string reason, const Done& done) {
    auto* agent = find(id);
    if (agent == nullptr) {
        return done(no_such_agent);
    }
    if (agent->state == AgentState::offline) {
        return done(Refused{409, "not signed in"});
    }
    if (in_call(*agent) || agent->state == AgentState::wrap_up) {
        agent->pause_wanted = std::move(reason); // what the call was is said first
    } else if (agent->state != AgentState::paused) {
        change(*agent, AgentState::paused, std::move(reason));
        events_.changed(*agent->campaign);
    }
    done(std::nullopt);
}

void Desk::pause_for(AgentId id, std::string reason, const std::string& by, const Done& done) {
    auto* agent = find(id);
    if (agent == nullptr || agent->state == AgentState::offline) {
        return pause(id, std::move(reason), done); // which refuses
    }
    // Before the pause, so that the time in it counts for its own reason.
    note(*agent, "paused by " + by + ": " + reason);
    if (agent->state != AgentState::paused) {
        return pause(id, std::move(reason), done);
    }
    note(*agent, reason);
    agent->reason = std::move(reason);
    done(std::nullopt);
    events_.changed(*agent->campaign);
}

void Desk::more_time(AgentId id, std::chrono::seconds by, const Done& done) {
    auto* agent = find(id);
    if (agent == nullptr) {
        return done(no_such_agent);
    }
    if (agent->state != AgentState::wrap_up || !agent->timer) {
        return done(Refused{409, "you are not wrapping up a call"});
    }
    if (by > agent->more_time_left) {
        return done(Refused{409, "the campaign allows no more time for this wrap-up"});
    }
    agent->more_time_left -= by;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(agent->timer->expiry() - loop_.now().mono);
    limit_wrap_up(*agent, left + by);
    done(std::nullopt);
}

// -- from the call layer

Agent* Desk::find(AgentId id) {
    const auto found = agents_.find(id);
    return found == agents_.end() ? nullptr : &found->second;
}

Agent* Desk::longest_idle(PoolId pool, int kept) {
    Agent* best = nullptr;
    int ready = 0;
    for (auto& [id, agent] : agents_) {
        if (agent.state != AgentState::ready || pools_.of(*agent.campaign) != pool) {
            continue;
        }
        ++ready;
        if (best == nullptr || agent.since.mono < best->since.mono) {
            best = &agent;
        }
    }
    return ready > kept ? best : nullptr;
}

void Desk::reserve(Agent& agent, AttemptId call, bool by_hand) {
    const auto idle = loop_.now().mono - agent.since.mono;
    auto& sum = idle_[pools_.of(*agent.campaign)];
    sum.total += std::chrono::duration_cast<std::chrono::microseconds>(idle);
    sum.calls += 1;
    agent.call = call;
    agent.by_hand = by_hand;
    change(agent, AgentState::reserved, by_hand ? "dials" : "");
}

void Desk::goes_on_as(Agent& agent, AttemptId call) {
    INVARIANT(agent.state == AgentState::reserved);
    agent.call = call;
}

bool Desk::reserved_for(AgentId id, AttemptId call) {
    const auto* agent = find(id);
    return agent != nullptr && agent->state == AgentState::reserved && agent->call == call;
}

void Desk::talking(Agent& agent) {
    change(agent, AgentState::talking, "");
}

void Desk::unreserve(Agent& agent) {
    agent.call.reset();
    finish_wrap_up(agent, true);
}

void Desk::wrap_up(Agent& agent, std::chrono::seconds wrap_up_max) {
    change(agent, AgentState::wrap_up, "");
    agent.more_time_left = wrap_up_max;
    limit_wrap_up(agent, wrap_up_max);
    events_.changed(*agent.campaign);
}

void Desk::limit_wrap_up(Agent& agent, std::chrono::milliseconds left) {
    start_timer(agent, left, [this, &agent] {
        // The agent may have ended it in the turn of the loop in which the time was over.
        if (agent.state == AgentState::wrap_up) {
            finish_wrap_up(agent, true);
        }
    });
}

void Desk::finish_wrap_up(Agent& agent, bool ready) {
    agent.timer.reset();
    agent.call.reset();
    agent.by_hand = false;
    if (agent.pause_wanted || !ready) {
        auto reason = agent.pause_wanted.value_or("");
        agent.pause_wanted.reset();
        change(agent, AgentState::paused, std::move(reason));
    } else {
        change(agent, AgentState::ready, "");
    }
    events_.changed(*agent.campaign);
}

// -- from signalling and media

void Desk::phone_registered(sip::RegisteredContact contact) {
    if (auto* agent = by_sip_user(contact.user()); agent != nullptr) {
        agent->phone = std::move(contact);
    }
}

void Desk::phone_unregistered(const std::string& user) {
    auto* agent = by_sip_user(user);
    if (agent == nullptr) {
        return;
    }
    agent->phone.reset();
    if (!agent->leg) {
        return;
    }
    if (agent->state == AgentState::talking) {
        agent->pause_wanted = "the phone is no longer registered";
    } else {
        // Whoever is on the way to this agent is looked after first; the line itself may still be
        // good, but nobody is sent to it until the agent says so.
        loop_.legs.hang_up(*agent->leg);
        line_gone(*agent, "the phone is no longer registered");
    }
}

void Desk::answered(LegId leg, const sdp::Audio& remote) {
    auto* agent = by_leg(leg);
    if (agent == nullptr) {
        return;
    }
    agent->timer.reset();
    agent->line_up = true;
    loop_.media.connect(leg, to_remote(agent->offer, remote));
    change(*agent, agent->ready_wanted ? AgentState::ready : AgentState::paused, "signed in");
    answer_sign_in(*agent, std::nullopt);
    events_.changed(*agent->campaign);
}

void Desk::failed(LegId leg, const std::string& why) {
    if (auto* agent = by_leg(leg); agent != nullptr) {
        line_gone(*agent, "the phone did not answer: " + why);
    }
}

void Desk::ended(LegId leg, const std::string& why) {
    if (auto* agent = by_leg(leg); agent != nullptr) {
        line_gone(*agent, "the phone line ended: " + why);
    }
}

void Desk::media_changed(LegId leg, const sdp::Audio& remote) {
    if (auto* agent = by_leg(leg); agent != nullptr) {
        loop_.media.connect(leg, to_remote(agent->offer, remote));
    }
}

void Desk::silent(LegId leg) {
    auto* agent = by_leg(leg);
    if (agent == nullptr) {
        return;
    }
    if (agent->state == AgentState::talking) {
        agent->pause_wanted = "no sound from the phone";
    } else {
        loop_.legs.hang_up(leg);
        line_gone(*agent, "no sound from the phone");
    }
}

/// The agent's line is no more: offline, and a customer on the way or on the line is handed back.
void Desk::line_gone(Agent& agent, const std::string& why) {
    const auto campaign = agent.campaign;
    const auto call = in_call(agent) ? agent.call : std::nullopt;
    drop_line(agent);
    if (agent.state != AgentState::offline) {
        change(agent, AgentState::offline, why);
    }
    agent.call.reset();
    agent.by_hand = false;
    agent.campaign.reset();
    agent.pause_wanted.reset();
    answer_sign_in(agent, Refused{409, why});
    if (call) {
        events_.line_lost(*call, why);
    }
    if (campaign) {
        events_.changed(*campaign);
    }
}

void Desk::drop_line(Agent& agent) {
    agent.timer.reset();
    if (agent.leg) {
        loop_.media.close(*agent.leg);
        by_leg_.erase(*agent.leg);
    }
    agent.leg.reset();
    agent.line_up = false;
}

void Desk::answer_sign_in(Agent& agent, std::optional<Refused> refused) {
    if (auto done = std::exchange(agent.signing_in, nullptr); done) {
        done(std::move(refused));
    }
}

void Desk::change(Agent& agent, AgentState to, std::string reason) {
    INVARIANT(may_change(agent.state, to));
    const auto now = loop_.now();
    const auto from = agent.state;
    loop_.log.add(campaigns::AgentStateChange{loop_.make_id(), agent.account.id, now.wall, from, to,
                                              reason, agent.call, agent.campaign});
    count(agent, from, -1);
    count(agent, to, +1);
    agent.state = to;
    agent.since = now;
    agent.reason = std::move(reason);
    events_.state(agent, from);
}

/// A row of the agent's log that is no change of his state.
void Desk::note(const Agent& agent, std::string reason) {
    loop_.log.add(campaigns::AgentStateChange{loop_.make_id(), agent.account.id, loop_.now().wall,
                                              agent.state, agent.state, std::move(reason),
                                              agent.call, agent.campaign});
}

void Desk::count(const Agent& agent, AgentState state, int change) {
    auto& counts = counts_[*agent.campaign];
    const std::array<int*, 6> table{nullptr,         &counts.ready,   &counts.reserved,
                                    &counts.talking, &counts.wrap_up, &counts.paused};
    if (auto* figure = table[static_cast<std::size_t>(state)]; figure != nullptr) {
        *figure += change;
        INVARIANT(*figure >= 0);
    }
}

void Desk::start_timer(Agent& agent, std::chrono::milliseconds delay, std::function<void()> fire) {
    agent.timer = std::make_unique<boost::asio::steady_timer>(loop_.context, delay);
    agent.timer->async_wait([fire = std::move(fire)](boost::system::error_code error) {
        if (!error) {
            fire();
        }
    });
}

Agent* Desk::by_leg(LegId leg) {
    const auto found = by_leg_.find(leg);
    return found == by_leg_.end() ? nullptr : find(found->second);
}

Agent* Desk::by_sip_user(const std::string& user) {
    const auto found = std::find_if(agents_.begin(), agents_.end(), [&](const auto& entry) {
        return entry.second.account.sip_user == user;
    });
    return found == agents_.end() ? nullptr : &found->second;
}

Desk::Counts Desk::counts(CampaignId campaign) const {
    const auto found = counts_.find(campaign);
    return found == counts_.end() ? Counts{} : found->second;
}

Desk::Counts Desk::counts(PoolId pool) const {
    Counts sum;
    for (const auto campaign : pools_.campaigns(pool)) {
        const auto part = counts(campaign);
        sum.ready += part.ready;
        sum.reserved += part.reserved;
        sum.talking += part.talking;
        sum.wrap_up += part.wrap_up;
        sum.paused += part.paused;
    }
    return sum;
}

Desk::Idle Desk::idle(PoolId pool) const {
    const auto found = idle_.find(pool);
    return found == idle_.end() ? Idle{} : found->second;
}

} // namespace dialer::agents
