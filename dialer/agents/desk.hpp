#pragma once

// The agents: who is signed in, on which open phone line, in which state.
//
// The dialer calls an agent's phone once at sign-in and keeps that leg for the shift. Everything
// here is state of the control loop.

#include "dialer/agents/agent_state.hpp"
#include "dialer/agents/pools.hpp"
#include "dialer/http/control.hpp"
#include "dialer/loop/loop.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace dialer::agents {

using campaigns::AgentId;
using campaigns::AttemptId;
using campaigns::CampaignId;
using http::Done;

/// One agent at run time.
struct Agent {
    campaigns::Agent account;
    AgentState state = AgentState::offline;
    Stamp since{};
    std::string reason;
    std::optional<sip::RegisteredContact> phone; ///< registered now
    std::optional<CampaignId> campaign;          ///< signed in to
    std::optional<LegId> leg;                    ///< the nailed-up line, up or being called
    sdp::Audio offer;                            ///< what we offered on it
    bool line_up = false;
    std::optional<AttemptId> call;                    ///< reserved, talking or being wrapped up
    bool by_hand = false;                             ///< reserved for a call he dialed himself
    std::optional<std::string> pause_wanted;          ///< asked for during a call; the reason
    bool ready_wanted = false;                        ///< at sign-in
    Done signing_in;                                  ///< whoever waits for the phone to answer
    std::unique_ptr<boost::asio::steady_timer> timer; ///< phone call or wrap-up limit
    std::chrono::seconds more_time_left{};            ///< that the wrap-up may still be given
};

/// What the rest of the loop learns from the desk.
struct DeskEvents {
    /// Every change of state, when it has happened.
    std::function<void(const Agent&, AgentState from)> state;
    /// An agent became ready, left or came: pacing must be asked again.
    std::function<void(CampaignId)> changed;
    /// The line of an agent with a call is gone; the customer must be looked after.
    std::function<void(AttemptId call, const std::string& why)> line_lost;
};

/// All agents. Control thread only. Every change of state is logged with its instant.
class Desk {
public:
    Desk(Loop& loop, const Pools& pools, DeskEvents events);

    /// Known accounts; those that exist keep their state, those missing are left until they sign
    /// out.
    void set_accounts(const std::vector<campaigns::Agent>& accounts);

    // -- requests of people
    void sign_in(AgentId id, CampaignId campaign, bool ready, Done done);
    void sign_out(AgentId id, const Done& done);
    void set_ready(AgentId id, const Done& done);
    void pause(AgentId id, std::string reason, const Done& done);
    /// As pause(), asked for by `by`, whom the log names. Who is paused stays so, for this reason.
    void pause_for(AgentId id, std::string reason, const std::string& by, const Done& done);
    /// The wrap-up may last longer; in sum as long again as the campaign allows.
    void more_time(AgentId id, std::chrono::seconds by, const Done& done);

    // -- from the call layer
    /// The ready agent of the pool who has been idle longest; nullptr when no more than `kept`
    /// are ready.
    [[nodiscard]] Agent* longest_idle(PoolId pool, int kept = 0);
    [[nodiscard]] Agent* find(AgentId id);
    /// `agent` must be ready. `by_hand`: the call is his own, and has yet to be answered.
    void reserve(Agent& agent, AttemptId call, bool by_hand = false);
    /// The call that the reserved agent dialed goes on as another attempt.
    void goes_on_as(Agent& agent, AttemptId call);
    /// True while the agent is reserved for this very call.
    [[nodiscard]] bool reserved_for(AgentId agent, AttemptId call);
    /// The media path is switched.
    void talking(Agent& agent);
    /// A reserved agent whose customer went away before the bridge.
    void unreserve(Agent& agent);
    /// The conversation is over. After `wrap_up_max` the agent is made ready.
    void wrap_up(Agent& agent, std::chrono::seconds wrap_up_max);
    /// Wrap-up is done: ready, or paused when asked for.
    void finish_wrap_up(Agent& agent, bool ready);

    // -- from signalling and media
    void phone_registered(sip::RegisteredContact contact);
    void phone_unregistered(const std::string& user);
    /// True when the leg belongs to an agent.
    [[nodiscard]] bool owns(LegId leg) const { return by_leg_.contains(leg); }
    void answered(LegId leg, const sdp::Audio& remote);
    void failed(LegId leg, const std::string& why);
    void ended(LegId leg, const std::string& why);
    void media_changed(LegId leg, const sdp::Audio& remote);
    void silent(LegId leg);

    struct Counts {
        int ready = 0;
        int reserved = 0;
        int talking = 0;
        int wrap_up = 0;
        int paused = 0;
        [[nodiscard]] int signed_in() const {
            return ready + reserved + talking + wrap_up + paused;
        }
    };
    /// Agents who are signed in to the campaign.
    [[nodiscard]] Counts counts(CampaignId campaign) const;
    [[nodiscard]] Counts counts(PoolId pool) const;
    [[nodiscard]] const std::map<AgentId, Agent>& agents() const { return agents_; }
    /// Sum of the ready time that ended with a call, by pool, and how many calls ended it.
    struct Idle {
        std::chrono::microseconds total{};
        std::int64_t calls = 0;
    };
    [[nodiscard]] Idle idle(PoolId pool) const;
    [[nodiscard]] std::vector<sip::PhoneAccount> phone_accounts() const;

private:
    void change(Agent& agent, AgentState to, std::string reason);
    void note(const Agent& agent, std::string reason);
    void count(const Agent& agent, AgentState state, int change);
    void call_phone(Agent& agent);
    void line_gone(Agent& agent, const std::string& why);
    void drop_line(Agent& agent);
    void answer_sign_in(Agent& agent, std::optional<http::Refused> refused);
    void start_timer(Agent& agent, std::chrono::milliseconds delay, std::function<void()> fire);
    void limit_wrap_up(Agent& agent, std::chrono::milliseconds left);
    Agent* by_leg(LegId leg);
    Agent* by_sip_user(const std::string& user);

    Loop& loop_;
    const Pools& pools_;
    DeskEvents events_;
    std::map<AgentId, Agent> agents_;
    std::unordered_map<LegId, AgentId> by_leg_;
    std::map<CampaignId, Counts> counts_; ///< kept with each change of state
    std::map<PoolId, Idle> idle_;
};

} // namespace dialer::agents
