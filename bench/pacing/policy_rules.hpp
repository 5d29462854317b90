#pragma once

// The rules behind the names of policies.hpp; for policies.cpp only.

#include "bench/pacing/policies.hpp"

#include <memory>
#include <optional>

namespace pacing_sim {

/// The pacing core; in the mode of the campaigns' settings unless one is given.
[[nodiscard]] std::unique_ptr<Policy> make_core(const PolicySettings& settings,
                                                std::optional<pacing::Mode> mode);
/// Lines for each free agent, at every event.
[[nodiscard]] std::unique_ptr<Policy> make_lines(double lines_per_free_agent);

/// What happens to the level when the day's drops are above the limit.
enum class VicidialCut { average, tapered, hard };
[[nodiscard]] std::unique_ptr<Policy> make_vicidial(VicidialCut cut, double max_level,
                                                    double target);
[[nodiscard]] std::unique_ptr<Policy> make_issabel();
[[nodiscard]] std::unique_ptr<Policy> make_webitel(double target);
[[nodiscard]] std::unique_ptr<Policy> make_samuelson(double target);
[[nodiscard]] std::unique_ptr<Policy> make_small_group(double target);
[[nodiscard]] std::unique_ptr<Policy> make_erlang(double target);

} // namespace pacing_sim
