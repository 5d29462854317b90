#pragma once

// Rule packs made ready for judging: in order, calendars worked out, names of zones resolved.

#include "dnc/calendar.hpp"
#include "dnc/pack.hpp"
#include "dnc/zones.hpp"

#include <memory>
#include <vector>

namespace dnc {

struct ReadyPack;

/// A holiday calendar and where it is kept.
struct ReadyCalendar {
    const Rule* rule = nullptr;
    const Pack* pack = nullptr;
    Calendar days;
};

/// A rule with what its text only names.
struct ReadyRule {
    const Rule* rule = nullptr;
    const ReadyPack* pack = nullptr;
    const ReadyCalendar* calendar = nullptr; ///< of a window; nullptr: it has no holidays
    std::vector<ZoneId> also_zones;          ///< of a window
    bool zone_missing = false;               ///< one of them is not in the zone data
};

struct ReadyPack {
    const Pack* pack = nullptr;
    std::vector<ReadyRule> rules;   ///< in the pack's order, but those that are waived
    std::vector<const Rule*> ports; ///< its rules of kind port
    /// Indices of its rules by which a revocation of everything acts on all matters.
    std::vector<std::size_t> revokes_all;
    bool zones_current = true; ///< the zone data are as new as the pack asks for
};

/// Immutable after construction; hands out pointers into itself and so stays where it is.
class RuleSet {
public:
    /// Throws std::runtime_error when a window names a calendar that is not there.
    RuleSet(PackSet packs, const ZoneDatabase& zones);
    RuleSet(const RuleSet&) = delete;
    RuleSet& operator=(const RuleSet&) = delete;

    /// In the order in which reasons are given.
    [[nodiscard]] const std::vector<ReadyPack>& packs() const { return ready_; }
    [[nodiscard]] const PackSet& source() const { return packs_; }

private:
    [[nodiscard]] const ReadyCalendar* find_calendar(const Pack& pack, const std::string& name);
    [[nodiscard]] ReadyRule ready(const Rule& rule, const ReadyPack& pack,
                                  const ZoneDatabase& zones);

    PackSet packs_;
    std::vector<std::unique_ptr<ReadyCalendar>> calendars_;
    std::vector<ReadyPack> ready_;
};

} // namespace dnc
