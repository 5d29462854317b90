#pragma once

// One call at one instant, as rules see it: which rules look at it, and what it shares with names,
// places and days that rules and facts speak of.

#include "dnc/facts.hpp"
#include "dnc/places.hpp"
#include "dnc/rules_set.hpp"
#include "dnc/zones.hpp"

#include <string_view>
#include <vector>

namespace dnc {

/// What is known about the call and does not change with the hour.
struct Call {
    const CallFacts& facts;
    const ListFacts& lists; ///< answers that count; those of `facts` or of a snapshot
    const Place& place;
    const ZoneDatabase& zones;
};

/// Civil time in one plausible zone, now and when the ringing ends at the latest.
struct ZoneMoment {
    ZoneId zone{};
    LocalTime now;
    LocalTime ring_end;
};

/// An instant in all plausible zones.
struct Moment {
    Instant at{};
    std::vector<ZoneMoment> zones; ///< in the order of the place; reused
    sys_days earliest{};           ///< of the called party's dates; by UTC when no zone is known
    sys_days latest{};
};

/// Looks the zones up anew; allocates nothing once `moment` has grown.
void set_moment(Moment& moment, const Call& call, Instant at);
[[nodiscard]] ZoneMoment moment_in(const Call& call, ZoneId zone, Instant at);

/// Equal but for case (of ASCII letters) and for space around them.
[[nodiscard]] bool same_name(std::string_view left, std::string_view right);
/// The same county, with or without "County".
[[nodiscard]] bool same_county(std::string_view left, std::string_view right);
/// Whether a region that a fact names ("NY", "US-NY", "US") is that of the jurisdiction.
[[nodiscard]] bool names_region(std::string_view region, const Jurisdiction& jurisdiction);

/// [from, to) by the date of one place.
[[nodiscard]] bool in_force(const Rule& rule, sys_days date);
/// In force in any plausible zone.
[[nodiscard]] bool in_force(const Rule& rule, const Moment& moment);
/// First instant, not before the moment, at which the rule is in force nowhere; Instant::max() when
/// it has no end.
[[nodiscard]] Instant ends_at(const Rule& rule, const Call& call);

/// Whether the pack is of a country or region where the call may land.
[[nodiscard]] bool applies(const Pack& pack, const Place& place);

/// Whether the call may go to one of the counties or area codes; true when none is named. A county
/// that is not known counts as one of them.
[[nodiscard]] bool is_located(const Call& call, const std::optional<Jurisdiction>& where,
                              const std::vector<int>& npas,
                              const std::vector<std::string>& counties);

/// What the line counts as under the rules of a pack; nothing when it is not known. A number that
/// was ported to a wireless carrier counts as wireless only when the grace is over, or when a list
/// asks not to call it. 47 CFR 64.1200(a)(1)(iv)
[[nodiscard]] std::optional<LineType> line_of(const Call& call, const Moment& moment,
                                              const ReadyPack& pack);

/// The seller's list has the number at that instant, and the call's seller is that seller.
[[nodiscard]] bool listed_by_company(const Call& call, Instant at);

enum class Looks : std::uint8_t {
    no,
    yes,
    perhaps, ///< when the line were of the rule's kind, which is not known
};
/// Whether the rule, when it is in force, looks at this call.
[[nodiscard]] Looks looks_at(const ReadyRule& rule, const Call& call, const Moment& moment);

} // namespace dnc
