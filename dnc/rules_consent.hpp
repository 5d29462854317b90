#pragma once

// What the called person agreed to, took back, and has to do with the seller: consents,
// revocations, relationships, and what they lift.

#include "dnc/rules_judgement.hpp"

namespace dnc {

/// A call at an instant, with what rules and revocations together say about it.
struct Case {
    const Call& call;
    const Moment& moment;
    /// A revocation of everything acts on other matters too.
    bool revokes_all = false;
    /// The youngest revocation that acts on this call: consents up to it are taken back.
    std::optional<Instant> revoked_at = {};
};

/// `packs` are those that apply to the call.
[[nodiscard]] Case make_case(const Call& call, const Moment& moment,
                             const std::vector<const ReadyPack*>& packs);

/// What lifts the rule now: nothing when it stands. `listing` is the answer of the list that the
/// rule asks, nullptr for rules of other kinds.
[[nodiscard]] std::optional<Support> find_lift(const Rule& rule, const Case& asked,
                                               const ListAnswer* listing);

/// Findings about a rule that asks for consent, or about what was revoked. A consent that serves is
/// noted as the judgement's support.
void judge_consent(const ReadyRule& rule, const ConsentRule& body, const Case& asked,
                   Judgement& out);
void judge_revocation(const ReadyRule& rule, const RevocationRule& body, const Case& asked,
                      Judgement& out);

/// Adds a finding about a rule.
Finding& add_finding(Judgement& out, const ReadyRule& rule, ReasonCode code, Saying saying);
/// Notes what a decision rests on; the first that was noted stays.
void add_support(Judgement& out, const Support& support);

} // namespace dnc
