#pragma once

// How long records are kept, what keeps them longer, and what may be dropped.
//
// The terms come from the record rules of the packs. Company opt-outs and consents never expire and
// are not in any list here. Only the schema's owner can drop; the engine's role cannot.

#include "campaigns/types.hpp"
#include "dnc/pack.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace campaigns {

class Store;

/// How long one kind of record is kept; the longest of all packs holds.
struct RetentionTerm {
    std::string kind = {}; ///< "attempts", "attempt_events", "gate_refusals", ...
    int keep_years = 0;
    std::string source = {}; ///< rule and citation
};

/// The terms of the dial log's tables: the longest of the record rules that have begun at `now` in
/// any of the packs, for all of them. At least kKeepYearsMin, whatever the packs say.
[[nodiscard]] std::vector<RetentionTerm> retention_terms(std::span<const dnc::Pack> packs,
                                                         Instant now);

/// 16 CFR 310.5(b): five years from the date the record is made.
inline constexpr int kKeepYearsMin = 5;

/// Writes the terms to the store; what a term was stays in setting_changes. Terms never shorten
/// below kKeepYearsMin.
void set_retention_terms(Store& store, const std::vector<RetentionTerm>& terms, const Actor& actor);

/// Something that stops dropping: of a number, a campaign, or everything.
struct LitigationHold {
    std::int64_t id = 0;
    std::optional<dnc::Number> number = {};
    std::optional<std::string> campaign = {}; ///< neither: everything is held
    std::string why = {};
    std::string by = {};
    Instant at{};
    std::optional<Instant> released_at = {};
    std::string released_by = {};
    std::string released_why = {};
};

/// Returns its id. StoreRefusal: no reason, no such campaign, number and campaign at once.
std::int64_t add_hold(Store& store, const LitigationHold& hold, const Actor& actor);
/// StoreRefusal: no such hold, or released already.
void release_hold(Store& store, std::int64_t id, const std::string& why, const Actor& actor);
[[nodiscard]] std::vector<LitigationHold> litigation_holds(Store& store, bool with_released);

/// One month of one table of the log.
struct RetentionItem {
    std::string table = {}; ///< "attempts"
    std::string part = {};  ///< "attempts_2021_03"
    Instant from{};
    Instant to{};
    Instant keep_until{};    ///< by its term
    std::string source = {}; ///< of the term
    std::int64_t bytes = 0;
    bool expired = false;     ///< past its term at the instant asked about
    std::string held_by = {}; ///< why it is kept all the same; empty: nothing holds it
};

/// Every month partition of the log, oldest first.
[[nodiscard]] std::vector<RetentionItem> retention_report(Store& store, Instant now);

/// Drops the month partitions that are past their term and held by nothing; returns what was
/// dropped, or with `dry_run` what would be. A month is dropped with all its tables together or not
/// at all. One transaction, logged in retention_drops. Needs the schema's owner.
std::vector<RetentionItem> drop_expired(Store& owner, Instant now, const Actor& actor,
                                        bool dry_run = true);

} // namespace campaigns
