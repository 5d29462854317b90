#pragma once

// Lives a recorded day again under another policy.

#include "bench/pacing/policy.hpp"
#include "bench/pacing/random.hpp"
#include "bench/replay/draws.hpp"
#include "bench/replay/recording.hpp"

#include <cstdint>
#include <deque>
#include <queue>
#include <vector>

namespace replay {

/// What holds for a run besides its policy.
struct RunSettings {
    Duration tolerance = std::chrono::seconds{2}; ///< answer to agent. 47 CFR 64.1200(a)(7)
    Duration ring_min = std::chrono::seconds{15}; ///< not given up before. 47 CFR 64.1200(a)(6)
    int channels = 0;                             ///< lines in flight; 0: no limit
    std::uint64_t seed = 1;
    std::int64_t calls_before = 0; ///< call ids that the policy has seen in earlier runs
    Duration shift{};              ///< added to all instants that the policy sees; whole days
};

struct Run {
    Figures figures;
    Sources sources;
    std::int64_t cancelled = 0; ///< rang and were given up
};

/// One run through a recording. Agents come, go and rest as recorded; their talks and the calls
/// come in the recorded order; who talks to whom and when is the policy's doing.
class Replay {
public:
    /// Both outlive this.
    Replay(const Recording& recording, pacing_sim::Policy& policy, const RunSettings& settings);
    Run run();

private:
    enum class Doing : std::uint8_t { away, resting, ready, talking, wrap };
    struct Agent {
        Doing doing = Doing::away;
        Instant since{};
        std::uint32_t life = 0; ///< what was due in an earlier state is stale
        std::size_t shift = 0;
        std::deque<Duration> breaks_due; ///< their lengths
        Service service;
        pacing::CallId call{};
        bool machine = false;
    };
    enum class CallState : std::uint8_t { in_flight, waiting, over };
    struct Call {
        CallCourse course;
        pacing::CallId id{};
        std::size_t campaign = 0; ///< index
        Instant rings_since{};
        CallState state = CallState::in_flight;
    };
    /// What can be due; `who` is an agent, a call, a notice or an inbound call.
    enum class Due : std::uint8_t {
        notice,
        signs_out,
        signs_in,
        break_due,
        inbound,
        rings,
        call_ends,
        gives_up,
        talk_ends,
        signals,
        wrap_ends,
        break_ends,
        tick,
    };
    struct Item {
        Instant at{};
        std::uint64_t order = 0;
        Due due{};
        std::size_t who = 0;
        std::uint32_t life = 0;
        Instant until{};
        friend bool operator>(const Item& left, const Item& right) {
            return left.at != right.at ? left.at > right.at : left.order > right.order;
        }
    };
    using Handler = void (Replay::*)(const Item&);

    void schedule_recorded();
    void push(Instant at, Due due, std::size_t who, std::uint32_t life = 0, Instant until = {});
    void handle(const Item& item);
    void tell(pacing::EventKind kind, const Call* call, std::size_t agent, Instant until = {});

    // Recorded things.
    void notice(const Item& item);
    void signs_in(const Item& item);
    void signs_out(const Item& item);
    void break_due(const Item& item);
    void break_ends(const Item& item);
    void inbound(const Item& item);
    void tick(const Item& item);

    // Calls.
    void ask();
    void ask(std::size_t campaign);
    void dial(std::size_t campaign);
    void rings(const Item& item);
    void call_ends(const Item& item);
    void gives_up(const Item& item);
    void give_up(std::size_t campaign, int count);
    void end_all_calls();
    void cancel(Call& call);

    // Agents.
    void enter(Agent& agent, Doing doing);
    void ready(std::size_t agent);
    void rest_or_be_ready(std::size_t agent);
    void bridge(std::size_t agent, std::size_t call);
    void talk(std::size_t agent, Service service, pacing::CallId call);
    void talk_ends(const Item& item);
    void signals(const Item& item);
    void wrap_ends(const Item& item);
    void leave_ready(std::size_t agent);

    const Recording& recording_;
    pacing_sim::Policy& policy_;
    RunSettings settings_;
    bool at_events_;
    pacing_sim::Random call_random_;
    pacing_sim::Random agent_random_;
    std::vector<CallSource> sources_; ///< by campaign
    ServiceSource services_;
    std::priority_queue<Item, std::vector<Item>, std::greater<>> queue_;
    std::uint64_t order_ = 0;
    Instant now_{};
    Instant dialing_ends_ = Instant::max();
    bool ticking_ = false;
    int signed_in_ = 0;
    int in_flight_ = 0;
    std::size_t turn_ = 0; ///< which campaign is asked first
    std::vector<Agent> agents_;
    std::vector<Call> calls_;                     ///< all, in dial order
    std::vector<std::deque<std::size_t>> flying_; ///< by campaign, in dial order; some are over
    std::deque<std::size_t> ready_;               ///< longest idle first
    std::deque<std::size_t> waiting_;             ///< first come first served; some are over
    Run run_;
};

} // namespace replay
