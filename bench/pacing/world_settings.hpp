#pragma once

// Everything that makes a world: how calls end, how long agents talk, who is at work when.

#include "bench/pacing/law.hpp"

#include <cstdint>
#include <vector>

namespace pacing_sim {

/// How the share of live answers moves over the day.
enum class Course {
    steady,
    halved,  ///< p / 2 from hour 2 to hour 5
    boosted, ///< 1.8 p from hour 2 to hour 5
    sine,    ///< p (1 + 0.4 sin), period two hours
};

/// What a dial comes to. Shares are taken in this order and what is left rings until `ring_max_s`.
struct DialLaws {
    Law ring = Law::gamma(11, 5).within(0, 22); ///< to a person's answer
    double machine_share = 0.35;
    Law machine_ring = Law::normal(18, 2).within(8, 22);
    double machine_hold_s = 2; ///< until it is recognised
    double busy_share = 0.10;
    Law busy = Law::uniform(2, 4);
    double ring_max_s = 22;
    /// Set: calls nobody answers end by this law, whatever they are. Memoryless worlds need it.
    bool unanswered_like_ring = false;
};

/// Answering-machine detection in the line of the call, when on.
struct Detection {
    bool on = false;
    double seconds = 1.8;         ///< from the answer until somebody could be bridged
    double machine_passed = 0.10; ///< share of machines that reach an agent
    double person_dropped = 0.02; ///< share of people taken for machines
    double machine_talk_s = 8;    ///< until the agent hangs up
    double machine_wrap_s = 3;
};

/// One campaign of the pool.
struct CampaignWorld {
    double answer_share = 0.25; ///< p
    double share = 1;
    int priority = 0;
};

/// Answer shares that differ by what is known of a lead. Factors multiply p.
struct GroupWorld {
    bool on = false;
    std::vector<double> list_factors{0.2, 0.8, 2.0};      ///< equally likely, in random order
    std::vector<double> attempt_factors{1.25, 1.0, 0.75}; ///< of attempts 1, 2, 3
    double hour_swing = 0.2;                              ///< 1 + swing sin over the day's hours
};

/// Leads that come in loads and may run out before the next one.
struct SupplyWorld {
    bool on = false;
    double load_every_s = 1800;
    double load_share = 0.75; ///< of the dials that one-to-one dialing of busy agents would take
};

struct WorldSettings {
    int agents = 10;
    double day_s = 28'800;
    double tolerance_s = 2;      ///< answer to agent, at most
    double patience_mean_s = 20; ///< of a person who hears nobody; exponential; 0: endless
    Law talk = Law::lognormal(120, 1);
    Law wrap = Law::lognormal(30, 0.8);
    DialLaws dials;
    Course course = Course::steady;
    Detection detection;
    std::vector<CampaignWorld> campaigns{CampaignWorld{}};
    GroupWorld groups;
    SupplyWorld supply;

    double sign_in_spread_s = 0;
    double break_share = 0;    ///< of calls that a break follows
    double break_mean_s = 600; ///< exponential
    double speed_cv = 0;       ///< of the agents' factors on talk and wrap; lognormal, mean 1

    double wrap_signal_s = 0;    ///< > 0: agents say up to so long ahead when wrap-up ends
    double wrap_signal_sd_s = 2; ///< error of what they say
    double inbound_share = 0;    ///< of the agents' time that returns would take
    int channels = 0;            ///< > 0: lines in flight, at most
    double dials_per_s = 0;      ///< > 0: calls per second, at most

    double ring_min_s = 15; ///< calls are not given up before
    double tick_s = 0.25;
};

} // namespace pacing_sim
