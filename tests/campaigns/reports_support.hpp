#pragma once

// A log to report on, written through the store as an engine writes it.

#include "campaigns/reports/reports.hpp"
#include "tests/campaigns/store_support.hpp"

#include <random>
#include <string>
#include <vector>

namespace reports_test {

using campaigns::Instant;
using campaigns::Report;
using campaigns::ReportRequest;

/// Where the days of these tests are counted.
inline constexpr const char* kZone = "America/New_York";

[[nodiscard]] const dnc::ZoneDatabase& zones();
/// The laws of the packs in the tree, and the zones.
[[nodiscard]] campaigns::ReportWorld report_world();

/// Of all campaigns, in the zone above, two days after noon.
[[nodiscard]] Report report_of(campaigns::Store& store, const std::string& name,
                               const std::vector<std::string>& by, Instant from, Instant to);

/// A cell as text, "" when it is empty; numbers of phones with their plus.
[[nodiscard]] std::string cell_text(const Report& report, std::size_t row,
                                    const std::string& column);
[[nodiscard]] std::int64_t whole(const Report& report, std::size_t row, const std::string& column);
[[nodiscard]] double decimal(const Report& report, std::size_t row, const std::string& column);
[[nodiscard]] std::int64_t sum(const Report& report, const std::string& column);

/// Dialed at `at`, answered after 8 s, with the agent 500 ms later, over after a minute.
[[nodiscard]] campaigns::AttemptResult connected_result(store_test::World& world,
                                                        const campaigns::AttemptDraft& draft,
                                                        campaigns::AgentId agent, Instant at);
campaigns::AttemptId connected_call(store_test::World& world, campaigns::AgentId agent, Instant at);
void dispose(store_test::World& world, campaigns::AttemptId attempt, campaigns::AgentId agent,
             Instant at, const std::string& code);

/// Random calls of two campaigns, one every 97 s from noon on, over caller ids and trunks.
class RandomDay {
public:
    RandomDay(store_test::World& world, int calls);

private:
    void call(int i);
    void say(const campaigns::AttemptResult& result, Instant at);
    bool chance(double probability);

    store_test::World& world_;
    std::mt19937 engine_{20261123};
    std::vector<campaigns::AgentId> agents_;
    std::vector<campaigns::Campaign> campaigns_;
};

} // namespace reports_test
