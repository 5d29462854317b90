#include "bench/pacing/scenario.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace pacing_sim {
namespace {

void memoryless(RunSettings& run, const Law& ring) {
    WorldSettings& world = run.world;
    world.talk = Law::exponential(150);
    world.wrap = Law{};
    world.tolerance_s = 0;
    world.dials.ring = ring;
    world.dials.unanswered_like_ring = true;
    // Calls end by themselves: the optimum that this world is compared with gives up none.
    world.dials.ring_max_s = 60;
    world.ring_min_s = 60;
}

void share_pool(RunSettings& run, const std::vector<CampaignWorld>& campaigns) {
    const double answer_share = run.world.campaigns.front().answer_share;
    run.world.campaigns = campaigns;
    for (CampaignWorld& campaign : run.world.campaigns) {
        campaign.answer_share *= answer_share;
    }
}

struct Named {
    std::string_view name;
    void (*set)(RunSettings&);
};

constexpr std::array table{
    Named{"base", [](RunSettings&) {}},
    Named{"halved", [](RunSettings& run) { run.world.course = Course::halved; }},
    Named{"boosted", [](RunSettings& run) { run.world.course = Course::boosted; }},
    Named{"sine", [](RunSettings& run) { run.world.course = Course::sine; }},
    Named{"breaks",
          [](RunSettings& run) {
              run.world.sign_in_spread_s = 120;
              run.world.break_share = 1.0 / 36;
          }},
    Named{"hetero", [](RunSettings& run) { run.world.speed_cv = 0.3; }},
    Named{"mixed",
          [](RunSettings& run) {
              run.world.talk =
                  Law::mixture(0.35, Law::lognormal(15, 0.5), Law::lognormal(176.5, 1));
          }},
    Named{"amd", [](RunSettings& run) { run.world.detection.on = true; }},
    Named{"cold", [](RunSettings& run) { run.cold = true; }},
    Named{"memoryless-exp", [](RunSettings& run) { memoryless(run, Law::exponential(8)); }},
    Named{"memoryless-erlang2",
          [](RunSettings& run) { memoryless(run, Law::gamma(10, 10 / std::sqrt(2.0))); }},
    Named{"real-talk", [](RunSettings& run) { run.world.talk = real_talk(); }},
    Named{"shared-pool",
          [](RunSettings& run) {
              share_pool(run, {{1.4, 1, 0}, {0.6, 1, 0}});
          }},
    Named{"shared-pool-3",
          [](RunSettings& run) {
              share_pool(run, {{1.6, 1, 1}, {1.0, 2, 0}, {0.4, 1, 0}});
          }},
    Named{"trunk-limited",
          [](RunSettings& run) {
              // A little above what is in flight on average, so that it binds in the peaks.
              run.world.channels = std::max(
                  2, static_cast<int>(std::lround(0.15 * run.world.agents /
                                                  run.world.campaigns.front().answer_share)));
          }},
    Named{"leads-run-out", [](RunSettings& run) { run.world.supply.on = true; }},
    Named{"groups", [](RunSettings& run) { run.world.groups.on = true; }},
    Named{"wrap-signal", [](RunSettings& run) { run.world.wrap_signal_s = 15; }},
    Named{"inbound", [](RunSettings& run) { run.world.inbound_share = 0.15; }},
};

pacing::Duration to_duration(double seconds) {
    return pacing::Duration{std::llround(seconds * 1e6)};
}

} // namespace

bool set_scenario(std::string_view name, RunSettings& run) {
    const auto* found = std::find_if(table.begin(), table.end(),
                                     [&](const Named& entry) { return entry.name == name; });
    if (found == table.end()) {
        return false;
    }
    found->set(run);
    return true;
}

std::vector<std::string_view> scenario_names() {
    std::vector<std::string_view> names;
    for (const Named& entry : table) {
        names.push_back(entry.name);
    }
    return names;
}

void fit_core_settings(RunSettings& run, const std::vector<pacing::Period>& periods,
                       const pacing::Features& features) {
    const WorldSettings& world = run.world;
    // Detection starts the law's two seconds before anybody can be bridged.
    const double used = world.detection.on ? world.detection.seconds : 0;
    run.policy.tolerance_s = std::max(0.0, world.tolerance_s - used);
    run.policy.day_s = world.day_s;
    run.policy.campaigns.clear();
    for (std::size_t at = 0; at < world.campaigns.size(); ++at) {
        pacing::Settings own;
        own.first_day = first_day;
        own.tolerance = to_duration(run.policy.tolerance_s);
        own.ring_min = to_duration(world.ring_min_s);
        own.ring_max = to_duration(world.dials.ring_max_s);
        own.priority = world.campaigns[at].priority;
        own.share = world.campaigns[at].share;
        own.lines_per_agent = run.policy.ratio;
        own.features = features;
        if (!periods.empty()) {
            own.periods = periods;
        }
        run.policy.campaigns.emplace_back(pacing::CampaignId{static_cast<std::int64_t>(at) + 1},
                                          own);
    }
}

} // namespace pacing_sim
