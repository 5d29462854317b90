#pragma once

// A decision in the form that costs no memory: what failed, in pointers and numbers. Sentences are
// made of it when somebody wants to read them.

#include "dnc/reasons.hpp"
#include "dnc/rules_call.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dnc {

/// What a sentence about a finding says.
enum class Saying : std::uint8_t {
    outside_hours,    ///< zone, time: outside the hours of that weekday
    rings_past_hours, ///< zone, time: the ringing could last past them
    holiday,          ///< zone, name: outside the hours of that holiday
    before_holiday,   ///< zone, name: outside the hours of the day before it
    emergency,        ///< name: region
    too_many,         ///< count, limit
    too_soon,         ///< at: of the call after which it is quiet
    no_consent,       ///< limit: the grade needed
    revoked,          ///< at, name: means
    listed,           ///< name: of the list, may be empty
    company_listed,   ///< name: seller, may be empty
    list_old,         ///< name, day, limit
    list_not_of_time, ///< name, day
    list_missing,     ///< name
    not_subscribed,   ///< count: the area code
    feed_silent,      ///< limit
    feed_ahead,       ///< the clock was set back
    line_type,        ///< limit: the type
    place,            ///< what kind of number it is; name
    reassigned,       ///< what the answer is; name
    reassigned_old,   ///< day, limit
    zone_not_in_data,
    no_zone,
    no_common_hour,
    zones_old, ///< name: the release asked for
    no_pack,   ///< name: the country
    unknown,   ///< name: the fact
};

/// One failing rule. Views and pointers lead into the packs, the facts and constants.
struct Finding {
    ReasonCode code{};
    Saying saying{};
    const Rule* rule = nullptr; ///< nullptr: the gate's own condition, no rule of a pack
    const Pack* pack = nullptr;
    ZoneId zone{};
    seconds of_day{};
    Instant at{};
    sys_days day{};
    int count = 0;
    int limit = 0;
    std::string_view name = {};
};

/// The facts on which an answer rested, so that they can be named in the log.
struct Support {
    const Consent* consent = nullptr;
    const Relationship* relationship = nullptr;
};

/// Reused from call to call: once its vectors have grown, judging allocates nothing. What it points
/// to lives in the gate and in the facts of the last call.
struct Judgement {
    Verdict verdict = Verdict::deny;
    std::optional<Instant> until; ///< for defer: the first legal instant
    std::vector<Finding> reasons; ///< by pack, then by rule
    std::vector<const ReadyPack*> packs;
    Place place;
    Moment moment;
    Support support;

    // Work space.
    Moment later;
    std::vector<Instant> past;
    ListFacts lists;
};

/// One sentence for people.
[[nodiscard]] std::string describe(const Finding& finding, const ZoneDatabase& zones);

} // namespace dnc
