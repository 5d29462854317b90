#pragma once

// A run's figures as JSON or as a table for people.

#include "bench/pacing/run.hpp"

#include <string>
#include <string_view>

namespace pacing_sim {

/// What was run, for the head of a report.
struct RunName {
    std::string_view policy;
    std::string_view scenario;
    int agents = 0;
    double answer_share = 0;
    std::uint64_t seed = 0;
    double chosen = 0; ///< > 0: the ratio or level that a search has found
};

[[nodiscard]] std::string to_json(const RunName& name, const Summary& summary);
[[nodiscard]] std::string to_table(const RunName& name, const Summary& summary,
                                   std::string_view note);

} // namespace pacing_sim
