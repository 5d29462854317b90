#pragma once

// All that pacing keeps of one campaign.

#include "pacing/answer_rate.hpp"
#include "pacing/budget.hpp"
#include "pacing/calls_in_flight.hpp"
#include "pacing/change.hpp"
#include "pacing/explain.hpp"
#include "pacing/group_factors.hpp"
#include "pacing/guard.hpp"
#include "pacing/lawful_rings.hpp"
#include "pacing/ring_times.hpp"
#include "pacing/service_times.hpp"
#include "pacing/settings.hpp"
#include "pacing/threshold.hpp"

#include <string>
#include <string_view>

namespace pacing {

/// Owned by a Pacer, which feeds it. Not movable: parts of it point at each other.
struct Campaign {
    Campaign(CampaignId id, std::size_t slot, const Settings& settings);
    Campaign(const Campaign&) = delete;
    Campaign& operator=(const Campaign&) = delete;

    void apply(const Settings& settings);
    void advance(Instant now);
    /// Another list or carrier: what was learnt of calls counts for little.
    void forget();
    void forget_rings();

    /// Probability that a call of the group is answered, and the group's part in it.
    [[nodiscard]] double factor(const Group& group) const;
    [[nodiscard]] double probability(double factor) const;
    /// Its calls need an agent of the pool.
    [[nodiscard]] bool wants_agents() const;
    /// Each of its lines was dialed for one free agent, who must not be given away meanwhile: it
    /// has no abandonment to spare. In a pool, another campaign would cause it.
    [[nodiscard]] bool claims_agents() const;
    /// The shortage beyond which a line past its lawful ring time is given up.
    [[nodiscard]] double give_up_limit() const;
    [[nodiscard]] bool predictive() const { return settings.mode == Mode::predictive; }
    [[nodiscard]] Day day() const { return day_known ? today : settings.first_day; }

    [[nodiscard]] std::string save() const;
    [[nodiscard]] bool load(std::string_view saved);

    CampaignId id;
    std::size_t slot; ///< also its line of work in the AgentsBook
    Settings settings;
    bool removed = false;

    // Learnt.
    RingTimes rings;
    ServiceTimes services;
    AnswerRate rate;
    GroupFactors groups;
    ChangeWatch change;
    Threshold threshold;
    Early early;

    // The law.
    Budget budget;
    Guard guard;
    double cap = 0.03; ///< of the tightest period
    bool day_known = false;
    Day today = 0;
    bool until_known = false;
    Instant until{};

    // Open calls.
    CallsInFlight lines;
    LawfulRings lawful;
    int in_flight = 0;
    Bucket bucket_now = 0;
    bool dialed_once = false;
    int waiting = 0;
    int open = 0;             ///< records in the CallsBook, those of ended calls included
    double answers_since = 0; ///< since the latest half second, for the change watch

    // Decisions.
    GridPoints supply_points{}; ///< the horizons plus the tolerance
    std::uint32_t points_version = 0;
    double limited = 0; ///< share of the latest seconds in which something else limited dialing
    bool limited_now = false;
    Instant held_until{}; ///< many agents left at once: until then the threshold stands still
    bool asked_once = false;
    Instant asked{};
    Instant pace_next{}; ///< for Features::events off
    double served = 0;   ///< calls, fading
    Explanation last;
};

} // namespace pacing
