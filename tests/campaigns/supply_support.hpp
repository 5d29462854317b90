#pragma once

// What tests of the supply say again and again: lease, finish, and how a lead stands.

#include "campaigns/supply/supply.hpp"
#include "tests/campaigns/store_support.hpp"

#include <set>
#include <string>

namespace store_test {

const campaigns::Actor kAnna{"anna", kNoon};

inline std::string text_of(std::int64_t value) {
    return std::to_string(value);
}

inline campaigns::Leased lease(World& world, int count, campaigns::Instant now = kNoon,
                               std::vector<std::int32_t> closed = {}) {
    return campaigns::lease_supply(world.store, {.campaign = world.campaign.id,
                                                 .run = world.run,
                                                 .count = count,
                                                 .now = now,
                                                 .until = now + std::chrono::minutes{1},
                                                 .closed_places = std::move(closed)});
}

inline std::set<std::int64_t> ids_of(const campaigns::Leased& leased) {
    std::set<std::int64_t> ids;
    for (const campaigns::Lead& lead : leased.leads) {
        ids.insert(static_cast<std::int64_t>(lead.id));
    }
    return ids;
}

inline void finish(World& world, const campaigns::AttemptDraft& draft, campaigns::Outcome outcome,
                   campaigns::Treatment treatment, campaigns::Instant at) {
    auto result = world.result(draft, outcome, at);
    result.treatment = treatment;
    world.write_result(result);
}

inline std::string state(const World& world, std::int64_t lead) {
    return world.db.sql("SELECT status, stop_reason, priority, coalesce(for_agent, 0), attempts, "
                        "phone_turn, CASE WHEN isfinite(due_at) THEN "
                        "to_char(due_at AT TIME ZONE 'UTC', 'DD HH24:MI:SS') ELSE '' END "
                        "FROM leads WHERE id = " +
                        text_of(lead));
}

} // namespace store_test
