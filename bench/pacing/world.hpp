#pragma once

// The reference world: a day of agents, calls and people, simulated event by event.

#include "bench/pacing/event_queue.hpp"
#include "bench/pacing/lead_queue.hpp"
#include "bench/pacing/policy.hpp"
#include "bench/pacing/random.hpp"
#include "bench/pacing/world_settings.hpp"

#include <cstdint>
#include <deque>
#include <vector>

namespace pacing_sim {

inline constexpr pacing::Day first_day = 20'000;

/// What a day came to for one campaign. The law's counts: people who answered, and those of them
/// that no agent reached.
struct CampaignDay {
    std::int64_t answered = 0;
    std::int64_t abandoned = 0;
    std::int64_t served = 0;
    std::int64_t dials = 0;
};

struct DayResult {
    std::vector<CampaignDay> campaigns;
    CampaignDay first_hour; ///< all campaigns; by the instant of the answer
    double idle_s = 0;
    double talk_s = 0;
    double wrap_s = 0;
    std::int64_t served = 0;  ///< people bridged to an agent
    std::int64_t inbound = 0; ///< returns that took an agent
    std::int64_t machines = 0;
    std::int64_t machines_passed = 0; ///< bridged to an agent
    std::int64_t wrongly_dropped = 0; ///< people taken for machines
    std::int64_t cancelled = 0;
    std::int64_t unanswered = 0;    ///< busy, no answer, and what was open at the end of the day
    std::int64_t early_cancels = 0; ///< asked for before `ring_min_s` and not done: 0 or a bug
    std::int64_t decisions = 0;
    double decision_us = 0; ///< mean, over every 16th
    [[nodiscard]] CampaignDay total() const;
};

/// One pool of agents. Owned by one run; days are run one after the other.
class World {
public:
    World(WorldSettings settings, Policy& policy);

    /// Runs day `day` (0 is `first_day`). The seed and the day fix every random number: two
    /// policies meet the same people and the same agents, dial for dial.
    DayResult run_day(std::uint64_t seed, int day);

private:
    enum class AgentState : std::uint8_t { away, ready, talking, wrap, paused };
    struct Agent {
        AgentState state = AgentState::away;
        std::int64_t since = 0; ///< us
        double speed = 1;
        double wrap_s = -1; ///< of the call at hand when it is not drawn from the law
        bool passed_machine = false;
        std::int64_t call_id = 0; ///< of the call at hand
        std::uint32_t campaign = 0;
        std::int64_t wrap_until = 0; ///< us
    };
    enum class Outcome : std::uint8_t { live, machine, busy, no_answer };
    enum class CallState : std::uint8_t { open, picked_up, waiting };
    struct Call {
        std::int64_t id = 0;
        std::int64_t dialed = 0;   ///< us
        std::int64_t answered = 0; ///< us; of the pick-up
        pacing::Group group;
        std::uint32_t life = 0;
        std::uint32_t campaign = 0;
        std::uint32_t before = none; ///< neighbours in dial order while in flight
        std::uint32_t after = none;
        Outcome outcome{};
        CallState state = CallState::open;
        bool counts = false; ///< a person
    };
    struct Waiting {
        std::uint32_t slot = 0;
        std::uint32_t life = 0;
    };
    struct Line { ///< calls of one campaign in flight, in dial order
        std::uint32_t oldest = none;
        std::uint32_t newest = none;
    };
    static constexpr std::uint32_t none = 0xffffffff;

    void start_day(std::uint64_t seed, int day);
    void end_day();
    void handle(const EventQueue::Item& item);
    void ask();
    void ask(std::uint32_t campaign);
    [[nodiscard]] pacing::Room room_for(std::uint32_t campaign);
    [[nodiscard]] pacing::Plan timed_decide(std::uint32_t campaign, const pacing::Room& room,
                                            std::span<const pacing::Group> next);

    // Calls.
    void dial(std::uint32_t campaign);
    void draw_outcome(std::uint32_t slot, double answer_share);
    void dial_ends(std::uint32_t slot);
    void picked_up(std::uint32_t slot);
    void detected(std::uint32_t slot);
    void answered(std::uint32_t slot);
    void abandon(std::uint32_t slot);
    void give_up(std::uint32_t campaign, int count);
    void leave_flight(std::uint32_t slot);
    void release(std::uint32_t slot);
    [[nodiscard]] std::uint32_t new_slot();
    [[nodiscard]] double course_factor() const;

    // Agents.
    void sign_in(std::uint32_t agent);
    void make_ready(std::uint32_t agent);
    void serve_waiting();
    [[nodiscard]] bool may_take_agent(std::uint32_t campaign) const;
    void bridge(std::uint32_t agent, std::uint32_t slot);
    void talk(std::uint32_t agent, double talk_s);
    void talk_ends(std::uint32_t agent);
    void wrap_ends(std::uint32_t agent);
    void announce(std::uint32_t agent);
    void inbound();
    void load_leads();
    void credit(Agent& agent);

    void tell(pacing::EventKind kind, const Call* call, const Agent* agent, std::int64_t until = 0);
    [[nodiscard]] pacing::Instant instant(std::int64_t at) const;

    WorldSettings settings_;
    Policy& policy_;
    bool at_events_;
    EventQueue queue_;
    std::vector<Agent> agents_;
    std::vector<Call> calls_;
    std::vector<std::uint32_t> free_slots_;
    std::vector<Line> lines_;
    std::vector<LeadQueue> leads_;
    std::deque<std::uint32_t> ready_; ///< longest idle first
    std::deque<Waiting> waiting_;     ///< first come first served; those who left stay in it
    std::int64_t now_ = 0;            ///< us since the day's start
    std::int64_t day_us_ = 0;
    pacing::Instant day_start_{};
    std::int64_t last_call_id_ = 0;
    int in_flight_ = 0;
    double rate_credit_ = 0;
    std::int64_t rate_at_ = 0;
    int turn_ = 0; ///< which campaign is asked first
    DayResult result_;
    // One sequence each, so that a policy that dials more does not change how long agents talk.
    Random dial_random_{0, 0, 0};
    Random talk_random_{0, 0, 0};
    Random wait_random_{0, 0, 0};
    Random agent_random_{0, 0, 0};
    Random lead_random_{0, 0, 0};
};

} // namespace pacing_sim
