#pragma once

// Runs days of a world under a policy and sums up what they came to.

#include "bench/pacing/policies.hpp"
#include "bench/pacing/world.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace pacing_sim {

struct RunSettings {
    WorldSettings world;
    PolicySettings policy;
    int days = 20;
    int warm_up = 3; ///< days before those that count
    std::uint64_t seed = 1;
    bool cold = false; ///< every day is a new campaign: nothing is known in the morning
};

struct RunResult {
    std::vector<DayResult> days; ///< those that count
    std::string note;            ///< of the policy at the end
};

/// Throws std::invalid_argument when there is no such policy.
[[nodiscard]] RunResult run_days(const RunSettings& settings);

/// A figure and the half-width of its 95 % interval over days; 0 when there is but one day.
struct Figure {
    double value = 0;
    double half_width = 0;
};

struct CampaignSummary {
    Figure abandonment;
    std::int64_t served = 0;
    std::int64_t dials = 0;
    double served_share = 0; ///< of all served
};

struct Summary {
    Figure idle_s_per_call; ///< idle seconds for each call an agent took
    Figure utilisation;     ///< (talk + wrap) / (talk + wrap + idle)
    Figure abandonment;     ///< abandoned / answered by a person, all days together
    double worst_day = 0;
    int days_over = 0; ///< days above the cap
    Figure first_hour; ///< abandonment in the first hour of each day, all days together
    double first_hour_worst = 0;
    double first_hour_first_day = 0;
    double idle_s = 0; ///< of all agents and days
    double talk_s = 0;
    double wrap_s = 0;
    std::int64_t answered = 0;
    std::int64_t abandoned = 0;
    std::int64_t served = 0;
    std::int64_t inbound = 0;
    std::int64_t machines_passed = 0; ///< machines that reached an agent
    std::int64_t dials = 0;
    std::int64_t cancelled = 0;
    std::int64_t wrongly_dropped = 0;
    std::int64_t early_cancels = 0;
    int days = 0;
    double decision_us = 0;
    std::vector<CampaignSummary> campaigns;
};

/// `cap` is the share above which a day counts as over.
[[nodiscard]] Summary summarise(const std::vector<DayResult>& days, double cap);

/// sum(top) / sum(bottom), with the interval of a ratio of daily sums.
[[nodiscard]] Figure ratio_of_sums(const std::vector<double>& top,
                                   const std::vector<double>& bottom);

} // namespace pacing_sim
