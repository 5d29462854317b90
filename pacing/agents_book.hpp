#pragma once

// Who is signed in, what each agent is doing, and when the busy ones are expected back.

#include "pacing/age_counts.hpp"
#include "pacing/grid.hpp"
#include "pacing/id_table.hpp"
#include "pacing/service_times.hpp"
#include "pacing/ticks.hpp"
#include "pacing/types.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace pacing {

enum class AgentState : std::uint8_t { not_ready, ready, talking, wrap_up, paused };
inline constexpr std::size_t agent_states = 5;

/// The agents of one pool.
///
/// What an agent works on is a *line of work*: 0 for calls that are not ours, and one for each
/// campaign. Each has its own times. Changes cost O(1); the passing of a tick O(bins) a line of
/// work. Memory: a record of 64 bytes for each agent, at most `agents_max`, and 64 kB a line of
/// work.
class AgentsBook {
public:
    static constexpr std::size_t agents_max = 20'000;
    static constexpr int exact_max = 24; ///< agents up to which each is looked at on its own

    AgentsBook();

    /// Makes room for line of work `line`, whose times are learnt in `times`.
    void add_line(std::size_t line, ServiceTimes* times);
    /// Nobody may be at work on it any more.
    void remove_line(std::size_t line);
    [[nodiscard]] int working(std::size_t line) const;

    void advance(Instant now);

    void sign_in(AgentId id);
    void sign_out(AgentId id);
    void ready(AgentId id);
    /// Takes a call of `line`. True when it is news: the agent was not on that very call.
    bool talking(AgentId id, CallId call, std::size_t line);
    void wrap_up(AgentId id);
    void wrap_ending(AgentId id, Instant until);
    void pause(AgentId id);

    /// The views of some times may have changed, and whether signals are believed.
    void views_changed(bool believe_signal);

    [[nodiscard]] int count(AgentState state) const {
        return by_state_[static_cast<std::size_t>(state)];
    }
    [[nodiscard]] int signed_in() const { return static_cast<int>(agents_.size()); }
    /// Agents that are at work or ready: those who will take calls today without further ado.
    [[nodiscard]] int active() const { return signed_in() - count(AgentState::paused); }

    /// Busy agents who are back within each time of the grid.
    [[nodiscard]] const Moments& expected();
    /// The same, agent by agent; for at most `exact_max` agents.
    int each_expected(std::array<const Row*, exact_max>& rows) const;

    /// Calls that are not ours and take a ready agent, per second of a ready agent.
    [[nodiscard]] double inbound_per_s() const;
    /// Agents who signed out within the last few seconds before `now`.
    [[nodiscard]] double leaving(Instant now) const;

private:
    struct Agent {
        AgentId id{};
        AgentState state = AgentState::not_ready;
        bool signalled = false;
        std::uint32_t line = 0;
        CallId call{};
        Instant since{};
        Instant work_since{}; // begin of the talk, for talk and wrap as one
        Instant until{};      // when signalled
    };
    struct Line {
        ServiceTimes* times = nullptr; // nullptr: not in use
        AgeCounts talking;
        AgeCounts wrapping;
        std::uint32_t version = 0;
    };

    Agent* find(AgentId id);
    static bool busy(const Agent& agent) {
        return agent.state == AgentState::talking || agent.state == AgentState::wrap_up;
    }
    void move(Agent& agent, AgentState to);
    void learn(const Agent& agent, AgentState to);
    void count_in(const Agent& agent, int sign);
    void count_age(const Agent& agent, int sign);
    [[nodiscard]] AgeCounts& ages_of(const Agent& agent);
    [[nodiscard]] Instant age_start(const Agent& agent) const;
    [[nodiscard]] const Moments& row_of(const Agent& agent) const;
    [[nodiscard]] bool by_signal(const Agent& agent) const {
        return agent.signalled && believe_signal_;
    }
    void recount_ages();
    void sum_up();

    std::vector<Agent> agents_; // dense, in no order
    IdTable places_;
    std::vector<std::unique_ptr<Line>> lines_;
    ServiceTimes inbound_times_;
    std::array<int, agent_states> by_state_{};
    int signalled_ = 0;
    bool believe_signal_ = true;
    Instant now_{};
    Tick tick_ = 0;
    Moments expected_;
    bool stale_ = true; // expected_ must be summed anew
    double ready_s_ = 0;
    double taken_ = 0;
    double leaving_ = 0; // decays by half each second
    Instant left_at_{};
};

} // namespace pacing
