#pragma once

// Who is doing what and which calls are open, counted from the events a policy is told of.

#include "pacing/event.hpp"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace pacing_sim {

/// The book-keeping that every rule but the pacing core needs. Events that contradict it change
/// nothing.
class Tally {
public:
    enum class AgentState : std::uint8_t { away, ready, talking, wrap, paused };
    struct Agent {
        AgentState state = AgentState::away;
        pacing::Instant since{};
    };
    struct Call {
        pacing::CallId id{};
        pacing::Instant dialed{};
        pacing::Instant answered{};
        pacing::CampaignId campaign{};
        bool in_flight = false; ///< otherwise answered and waiting
    };

    void on(const pacing::Event& event);

    [[nodiscard]] int signed_in() const { return ready + talking + wrap + paused; }
    /// Signed in and not on a break.
    [[nodiscard]] int working() const { return ready + talking + wrap; }
    [[nodiscard]] const std::vector<Agent>& agents() const { return agents_; }
    /// An open call, or nothing.
    [[nodiscard]] const Call* find(pacing::CallId call) const;
    /// The agent; nothing when he never signed in.
    [[nodiscard]] const Agent* find(pacing::AgentId agent) const;

    int ready = 0;
    int talking = 0;
    int wrap = 0;
    int paused = 0;
    int in_flight = 0;
    int waiting = 0; ///< answered, no agent yet

private:
    void move(pacing::AgentId agent, AgentState state, pacing::Instant at);
    [[nodiscard]] int& count_of(AgentState state);
    void dial_started(const pacing::Event& event);
    void answered(const pacing::Event& event);
    void ended(pacing::CallId call);
    [[nodiscard]] std::size_t place_of(pacing::CallId call) const;
    void grow();
    void erase(std::size_t place);

    std::vector<Agent> agents_;
    std::unordered_map<std::int64_t, std::size_t> agent_places_;
    std::vector<Call> calls_ = std::vector<Call>(256); ///< open addressing; id 0 is empty
    std::size_t open_ = 0;
    int nobody_ = 0; ///< agents away; kept so that every state has a count
};

} // namespace pacing_sim
