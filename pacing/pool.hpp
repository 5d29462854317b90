#pragma once

// The state behind a Pacer: the agents, the calls and the campaigns, and what events do to them.

#include "pacing/agents_book.hpp"
#include "pacing/calls_book.hpp"
#include "pacing/campaign.hpp"
#include "pacing/event.hpp"
#include "pacing/pacer.hpp"
#include "pacing/ticks.hpp"

#include <memory>
#include <span>
#include <vector>

namespace pacing {

/// One pool of agents with its campaigns. Events are in pool_events.cpp, decisions in decision.cpp.
class Pool {
public:
    Campaign& set_campaign(CampaignId id, const Settings& settings);
    void remove_campaign(CampaignId id);
    [[nodiscard]] Campaign* find(CampaignId id) const;

    void on(const Event& event);
    Plan decide(Campaign& campaign, Instant now, const Room& room, std::span<const Group> next);

    [[nodiscard]] const AgentsBook& agents() const { return agents_; }
    [[nodiscard]] int in_flight() const { return in_flight_; }
    [[nodiscard]] int waiting() const;
    [[nodiscard]] int kept_from(const Campaign& campaign) const;

private:
    friend class Decision;
    using Handler = void (Pool::*)(const Event&);
    static const std::array<Handler, event_kinds> handlers;

    void advance(Instant outside);
    void expire();
    void learn_lines();
    void learn_line(const Call& call);
    void expire(CallState state, Duration after, void (Pool::*drop)(Call&));
    [[nodiscard]] Campaign& of(const Call& call) const { return *campaigns_[call.slot]; }
    void free_removed();

    void agent_signed_in(const Event& event);
    void agent_signed_out(const Event& event);
    void agent_ready(const Event& event);
    void agent_talking(const Event& event);
    void agent_wrap_up(const Event& event);
    void agent_wrap_ending(const Event& event);
    void agent_paused(const Event& event);
    void dial_started(const Event& event);
    void ringing(const Event& event);
    void answered(const Event& event);
    void machine(const Event& event);
    void ended(const Event& event);
    void abandoned(const Event& event);
    void cancelled(const Event& event);
    void supply_changed(const Event& event);
    void day_started(const Event& event);

    void take_off_line(Call& call);
    void learn_answer(Call& call);
    void learn_end(Call& call);
    void start_waiting(Call& call);
    void stop_waiting(Call& call);
    void decided(Call& call, bool served);
    void drop_line(Call& call);
    void drop_waiting(Call& call);
    void close(Call& call);
    void forget_call(Call& call);
    void make_room();
    [[nodiscard]] bool frozen(const Campaign& campaign) const;

    HeldClock clock_;
    AgentsBook agents_;
    CallsBook calls_;
    /// By slot; slot 0 stands for calls that are not ours.
    std::vector<std::unique_ptr<Campaign>> campaigns_ = std::vector<std::unique_ptr<Campaign>>(1);
    Bucket bucket_ = 0;
    int in_flight_ = 0; // all campaigns
};

} // namespace pacing
