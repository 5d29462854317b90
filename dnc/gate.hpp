#pragma once

// May this number be called at this instant, and why: the one place that can say yes.
//
// Pure: facts, rules, zones, lists and the instant come in, a decision comes out. A Clearance can
// be made by Gate::clear alone, an attempt can be made from a Clearance alone, and an INVITE from
// an attempt alone: a call that was not cleared cannot be written.

#include "dnc/area_codes.hpp"
#include "dnc/number.hpp"
#include "dnc/places.hpp"
#include "dnc/suppression.hpp"
#include "dnc/time.hpp"
#include "dnc/zones.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dnc {

enum class Verdict {
    allow,
    deny,  ///< not now and not later by itself
    defer, ///< not now, but legal later by itself (a window opens)
};

/// Closed list; `to_text` gives the codes that people and logs see.
enum class ReasonCode {
    hours_federal,       ///< HOURS_FEDERAL: outside the window in a plausible zone
    company_dnc,         ///< COMPANY_DNC
    list_national,       ///< LIST_NATIONAL
    list_other,          ///< LIST_OTHER
    list_missing,        ///< LIST_MISSING: no version of a required list was ever loaded
    list_stale,          ///< LIST_STALE: the version in force is older than the rule allows
    feed_stale,          ///< FEED_STALE: opt-outs may be missing
    line_not_geographic, ///< LINE_NOT_GEOGRAPHIC: toll-free, premium, personal, unassigned use
    tz_unknown,          ///< TZ_UNKNOWN: nowhere is it known to be day time
    tzdb_stale,          ///< TZDB_STALE: zone data older than the rules ask for
    country_unsupported, ///< COUNTRY_UNSUPPORTED: no rules for that country
};
inline constexpr std::size_t kReasonCodes = 11;

/// What a reason is about, and so what can make it go away.
enum class ReasonScope {
    time,   ///< the hour: passes by itself
    number, ///< the number: stays until a list or the rules change
    data,   ///< our lists, feed or zone data: every number is refused until they are mended
};

[[nodiscard]] std::string_view to_text(ReasonCode code);
[[nodiscard]] std::string_view to_text(Verdict verdict);
/// The code that people and logs see, read back; nothing for any other text.
[[nodiscard]] std::optional<ReasonCode> reason_from_text(std::string_view text);
[[nodiscard]] ReasonScope scope_of(ReasonCode code);

struct Reason {
    ReasonCode code;
    std::string rule;   ///< id of the rule in its pack, e.g. "US-HRS"
    std::string cite;   ///< e.g. "47 CFR 64.1200(c)(1)"
    std::string detail; ///< one sentence for people
};

/// What a decision rested on; goes into the dial log as it is.
struct Evidence {
    struct Local {
        std::string zone;
        std::string local; ///< "2026-11-23T15:04:05-05:00"
    };
    struct ListVersion {
        std::string list;
        std::int64_t version_id;
        std::chrono::year_month_day as_of;
    };
    std::vector<Local> zones;
    std::vector<ListVersion> lists;
    std::string tzdb_version;
    std::string rules_version; ///< pack id, version and SHA-256
};

struct Decision {
    Verdict verdict = Verdict::deny;
    std::vector<Reason> reasons;  ///< all failing rules, in a stable order; empty when allowed
    std::optional<Instant> until; ///< for defer: the first instant that may be legal
    Evidence evidence;
};

/// What is known about the call to be placed. Fields not known stay empty.
struct Facts {
    Number number;
    std::string seller;
    std::string address_region; ///< "FL"; empty when the lead has no address
};

/// Where a reason stands in the rule pack.
struct RuleSource {
    std::string id;   ///< "US-HRS"
    std::string cite; ///< "47 CFR 64.1200(c)(1)"
};

/// The federal rules as data (dnc/packs/us-federal.json); no number of the law is in code.
struct Rules {
    std::string version; ///< pack id, version, hash
    std::chrono::seconds window_open{};
    std::chrono::seconds window_close{};
    std::chrono::days national_age_max{};
    std::chrono::seconds ring_guard{}; ///< the ringing must end inside the window as well
    std::chrono::seconds feed_age_max{};
    std::string min_tzdb;                           ///< "2026b": no older zone data may decide
    std::array<RuleSource, kReasonCodes> sources{}; ///< by ReasonCode
};

/// Reads and checks a rule pack. Throws std::runtime_error naming the file and the field.
[[nodiscard]] Rules load_rules(const std::string& path);

/// Proof that the gate allowed one number at one instant. Only Gate makes them; move-only, so that
/// one decision clears one attempt.
class Clearance {
public:
    Clearance(Clearance&&) noexcept = default;
    Clearance& operator=(Clearance&&) noexcept = default;
    Clearance(const Clearance&) = delete;
    Clearance& operator=(const Clearance&) = delete;

    [[nodiscard]] Number number() const { return number_; }
    [[nodiscard]] Instant decided_at() const { return decided_at_; }
    [[nodiscard]] const Evidence& evidence() const { return evidence_; }

private:
    friend class Gate;
    Clearance(Number number, Instant decided_at, Evidence evidence)
        : number_{number}, decided_at_{decided_at}, evidence_{std::move(evidence)} {}

    Number number_;
    Instant decided_at_;
    Evidence evidence_;
};

/// Thread-safe: holds only immutable rules, places and zones. `zones` must outlive it; of the area
/// codes it keeps what it needs.
class Gate {
public:
    Gate(Rules rules, const AreaCodes& area_codes, const ZoneDatabase& zones);

    /// The authoritative decision just before an attempt.
    [[nodiscard]] std::variant<Clearance, Decision>
    clear(const Facts& facts, const SuppressionSnapshot& lists, Instant at) const;

    /// The same decision without a clearance, for reports and imports.
    [[nodiscard]] Decision decide(const Facts& facts, const SuppressionSnapshot& lists,
                                  Instant at) const;

private:
    Rules rules_;
    const ZoneDatabase& zones_;
    Places places_;
    bool zones_current_; // the zone data are as new as the rules ask for
};

} // namespace dnc
