#pragma once

// The named scenarios of the reference world.

#include "bench/pacing/run.hpp"

#include <string_view>
#include <vector>

namespace pacing_sim {

/// Turns a run in the base world into one of that name. Agents and answer share are set before.
/// False when there is no such scenario.
[[nodiscard]] bool set_scenario(std::string_view name, RunSettings& run);

[[nodiscard]] std::vector<std::string_view> scenario_names();

/// What the pacing core has to know of this world: times and caps, never a distribution.
/// `periods` may be empty for the default ones.
void fit_core_settings(RunSettings& run, const std::vector<pacing::Period>& periods,
                       const pacing::Features& features);

} // namespace pacing_sim
