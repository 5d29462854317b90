#pragma once

// May this number be called at this instant, and why: the one place that can say yes.
//
// Pure: facts, packs, zones, lists and the instant come in, a decision comes out. A Clearance can
// be made by Gate::clear alone, an attempt can be made from a Clearance alone, and an INVITE from
// an attempt alone: a call that was not cleared cannot be written.

#include "dnc/caps.hpp"
#include "dnc/facts.hpp"
#include "dnc/number.hpp"
#include "dnc/pack.hpp"
#include "dnc/places.hpp"
#include "dnc/reasons.hpp"
#include "dnc/rules_judgement.hpp"
#include "dnc/suppression.hpp"
#include "dnc/time.hpp"
#include "dnc/zones.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace dnc {

struct Reason {
    ReasonCode code;
    std::string rule;   ///< id of the rule in its pack, "US-HRS"; "GATE-..." for our own
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
    struct PackVersion {
        std::string id;
        std::string version;
        std::string sha256;
    };
    std::vector<Local> zones;
    std::vector<ListVersion> lists; ///< that were asked about this number
    std::vector<PackVersion> packs; ///< that apply to this call
    std::string tzdb_version;
    std::optional<std::int64_t> consent_id;      ///< on which the answer rests, if on any
    std::optional<std::int64_t> relationship_id; ///< likewise
};

struct Decision {
    Verdict verdict = Verdict::deny;
    std::vector<Reason> reasons;  ///< all failing rules, by pack and rule; empty when allowed
    std::optional<Instant> until; ///< for defer: the first instant that is legal
    Evidence evidence;
};

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
    /// One for each cap that looked at the call, reached or not: what the store counts once more.
    [[nodiscard]] const std::vector<CapReservation>& caps() const { return caps_; }

private:
    friend class Gate;
    Clearance(Number number, Instant decided_at, Evidence evidence,
              std::vector<CapReservation> caps)
        : number_{number}, decided_at_{decided_at}, evidence_{std::move(evidence)}, caps_{std::move(
                                                                                        caps)} {}

    Number number_;
    Instant decided_at_;
    Evidence evidence_;
    std::vector<CapReservation> caps_;
};

/// Thread-safe: holds only immutable rules, places and zones. `zones` must outlive it; of the
/// tables it keeps what it needs. May be moved; what Judgements point to stays where it is.
class Gate {
public:
    /// Throws std::runtime_error when a rule names a calendar that is not there.
    Gate(PackSet packs, Places places, const ZoneDatabase& zones);
    Gate(PackSet packs, const Geography& geography, const ZoneDatabase& zones);
    Gate(PackSet packs, const AreaCodes& area_codes, const ZoneDatabase& zones);

    /// The decision without text, into `out`, which may be used again: no allocation then. `facts`
    /// and `lists` must live as long as `out` is read.
    void judge(const CallFacts& facts, const ListFacts& lists, Instant at, Judgement& out) const;
    /// With the answers of a snapshot.
    void judge(const CallFacts& facts, const SuppressionSnapshot& lists, Instant at,
               Judgement& out) const;

    /// The same with text, by the answers of lists that `facts` carry.
    [[nodiscard]] Decision decide(const CallFacts& facts, Instant at) const;
    /// By a snapshot; for reports and imports.
    [[nodiscard]] Decision decide(const CallFacts& facts, const SuppressionSnapshot& lists,
                                  Instant at) const;

    /// The authoritative decision just before an attempt.
    [[nodiscard]] std::variant<Clearance, Decision>
    clear(const CallFacts& facts, const SuppressionSnapshot& lists, Instant at) const;

    /// When a ringing call may be given up: the strictest of the rules for this call.
    [[nodiscard]] RingRule ring_minimum(const CallFacts& facts, Instant at) const;
    /// The latest hour at which the law of any country lets a day's calls end; 24 h without one.
    [[nodiscard]] seconds day_end() const;

    /// In the order in which reasons are given.
    [[nodiscard]] const PackSet& packs() const { return rules_->source(); }
    /// Id, version and SHA-256 of all packs, for logs.
    [[nodiscard]] std::string packs_text() const;

private:
    void judge_placed(const Call& call, Instant at, Judgement& out) const;
    [[nodiscard]] Decision to_decision(const Call& call, const Judgement& judgement,
                                       const SuppressionSnapshot* lists) const;

    std::unique_ptr<const RuleSet> rules_;
    const ZoneDatabase& zones_;
    Places places_;
};

} // namespace dnc
