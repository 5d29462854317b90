#include "dnc/rules_consent.hpp"

#include "dnc/civil.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace dnc {

namespace {

using std::chrono::days;

bool names_seller(const Consent& consent, std::string_view seller) {
    // A call whose seller is not known, and a consent that names nobody, match nothing.
    return std::any_of(consent.sellers.begin(), consent.sellers.end(),
                       [seller](const std::string& named) {
                           return !same_name(named, "") && same_name(named, seller);
                       });
}

/// Empty text stands for any: of the call too, so that what is not known never narrows a refusal.
bool may_be_same(std::string_view left, std::string_view right) {
    return same_name(left, "") || same_name(right, "") || same_name(left, right);
}

/// Whether it is about what this call is about, whoever it was said to.
bool is_of_this_matter(const Revocation& revocation, const CallFacts& facts) {
    return revocation.scope == RevocationScope::seller ||
           may_be_same(revocation.subject, facts.subject);
}

bool acts(const Revocation& revocation, const Case& asked) {
    const CallFacts& facts = asked.call.facts;
    const bool everything = revocation.scope == RevocationScope::all && asked.revokes_all;
    return revocation.at <= asked.moment.at && may_be_same(revocation.seller, facts.seller) &&
           (everything || is_of_this_matter(revocation, facts));
}

bool is_revoked(const Consent& consent, const Case& asked) {
    if (!asked.call.facts.revocations) {
        return !asked.call.facts.assume_clear;
    }
    return asked.revoked_at && *asked.revoked_at >= consent.at;
}

bool holds(const Consent& consent, const Case& asked) {
    const CallFacts& facts = asked.call.facts;
    const Instant at = asked.moment.at;
    return consent.evidence && consent.at <= at && (!consent.expires || *consent.expires > at) &&
           names_seller(consent, facts.seller) &&
           (same_name(consent.subject, "") || same_name(consent.subject, facts.subject)) &&
           (same_name(consent.debt, "") || same_name(consent.debt, facts.debt)) &&
           !is_revoked(consent, asked);
}

/// Local dates that passed since `at`, in the zone where they are most.
int days_since(Instant at, const Case& asked) {
    days passed = std::chrono::floor<days>(asked.moment.at) - std::chrono::floor<days>(at);
    for (const ZoneMoment& there : asked.moment.zones) {
        const sys_days then{asked.call.zones.local(there.zone, at).date};
        passed = std::max(passed, sys_days{there.now.date} - then);
    }
    return static_cast<int>(passed.count());
}

/// Given on a later date than that of the list, wherever the person may have been.
bool is_after(const Consent& consent, const ListAnswer* listing, const Case& asked) {
    if (listing == nullptr || !listing->as_of || !listing->as_of->ok()) {
        return false;
    }
    const sys_days as_of{*listing->as_of};
    const auto& zones = asked.moment.zones;
    return !zones.empty() && std::all_of(zones.begin(), zones.end(), [&](const ZoneMoment& there) {
        return sys_days{asked.call.zones.local(there.zone, consent.at).date} > as_of;
    });
}

/// The youngest consent that holds and that `serves` (Consent -> bool); of equal ones always the
/// same, whatever their order.
template <typename Serves> const Consent* find_consent(const Case& asked, Serves serves) {
    const Consent* best = nullptr;
    if (!asked.call.facts.consents) {
        return nullptr;
    }
    for (const Consent& consent : *asked.call.facts.consents) {
        if (serves(consent) && holds(consent, asked) &&
            (best == nullptr || std::tie(consent.at, consent.grade, consent.id) >
                                    std::tie(best->at, best->grade, best->id))) {
            best = &consent;
        }
    }
    return best;
}

const Relationship* find_relationship(const Lift& lift, const Case& asked) {
    const CallFacts& facts = asked.call.facts;
    if (!facts.relationship || !*facts.relationship ||
        listed_by_company(asked.call, asked.moment.at)) {
        return nullptr; // a request not to be called ends it at once, 47 CFR 64.1200(f)(5)(i)
    }
    const Relationship& relationship = **facts.relationship;
    const std::optional<int>& months = relationship.kind == Relationship::Kind::purchase
                                           ? lift.purchase_months
                                           : lift.inquiry_months;
    const auto& zones = asked.moment.zones;
    if (!months || relationship.at > asked.moment.at || zones.empty()) {
        return nullptr;
    }
    const bool day_known = relationship.on && relationship.on->ok();
    const bool everywhere = std::all_of(zones.begin(), zones.end(), [&](const ZoneMoment& there) {
        const sys_days event{day_known ? *relationship.on
                                       : asked.call.zones.local(there.zone, relationship.at).date};
        return sys_days{there.now.date} <= add_months(event, *months);
    });
    return everywhere ? &relationship : nullptr;
}

std::optional<Support> apply(const Lift& lift, const Case& asked, const ListAnswer* listing) {
    Support support;
    const bool needs_relationship = lift.purchase_months || lift.inquiry_months;
    const bool needs_consent =
        lift.consent || lift.consent_within_days || lift.consent_after_listing;
    if (lift.agent_guaranteed && !asked.call.facts.agent_guaranteed) {
        return std::nullopt;
    }
    if (needs_relationship) {
        support.relationship = find_relationship(lift, asked);
    }
    if (needs_consent) {
        support.consent = find_consent(asked, [&](const Consent& consent) {
            return consent.grade >= lift.consent.value_or(ConsentGrade::oral) &&
                   (!lift.consent_within_days ||
                    days_since(consent.at, asked) <= *lift.consent_within_days) &&
                   (!lift.consent_after_listing || is_after(consent, listing, asked));
        });
    }
    const bool all = (!needs_relationship || support.relationship != nullptr) &&
                     (!needs_consent || support.consent != nullptr);
    const bool any = needs_relationship || needs_consent || lift.agent_guaranteed;
    return all && any ? std::optional{support} : std::nullopt;
}

/// Whether a finding about `revocation` is the matter of this rule: one rule speaks of this matter,
/// the other one of all others.
bool is_asked_by(const RevocationRule& body, const Revocation& revocation, const CallFacts& facts) {
    const bool of_this = is_of_this_matter(revocation, facts);
    return body.all_matters ? revocation.scope == RevocationScope::all && !of_this : of_this;
}

} // namespace

Finding& add_finding(Judgement& out, const ReadyRule& rule, ReasonCode code, Saying saying) {
    Finding finding;
    finding.code = code;
    finding.saying = saying;
    finding.rule = rule.rule;
    finding.pack = rule.pack->pack;
    return out.reasons.emplace_back(finding);
}

void add_support(Judgement& out, const Support& support) {
    Support& noted = out.support;
    noted.consent = noted.consent == nullptr ? support.consent : noted.consent;
    noted.relationship = noted.relationship == nullptr ? support.relationship : noted.relationship;
}

Case make_case(const Call& call, const Moment& moment, const std::vector<const ReadyPack*>& packs) {
    Case asked{call, moment};
    for (const ReadyPack* pack : packs) {
        for (const std::size_t index : pack->revokes_all) {
            const ReadyRule& rule = pack->rules[index];
            asked.revokes_all = asked.revokes_all || (in_force(*rule.rule, moment) &&
                                                      looks_at(rule, call, moment) != Looks::no);
        }
    }
    if (call.facts.revocations) {
        for (const Revocation& revocation : *call.facts.revocations) {
            if (acts(revocation, asked) &&
                (!asked.revoked_at || *asked.revoked_at < revocation.at)) {
                asked.revoked_at = revocation.at;
            }
        }
    }
    return asked;
}

std::optional<Support> find_lift(const Rule& rule, const Case& asked, const ListAnswer* listing) {
    for (const Lift& lift : rule.lift_by) {
        if (auto support = apply(lift, asked, listing)) {
            return support;
        }
    }
    return std::nullopt;
}

void judge_consent(const ReadyRule& rule, const ConsentRule& body, const Case& asked,
                   Judgement& out) {
    const CallFacts& facts = asked.call.facts;
    if (!facts.consents) {
        if (!facts.assume_clear) {
            add_finding(out, rule, ReasonCode::unknown_consent, Saying::unknown).name =
                "which consents the person has given";
        }
        return;
    }
    const Consent* consent =
        find_consent(asked, [&body](const Consent& given) { return given.grade >= body.need; });
    if (consent != nullptr) {
        add_support(out, {.consent = consent, .relationship = nullptr});
        return;
    }
    if (!facts.assume_clear && !facts.consents->empty()) {
        if (same_name(facts.seller, "")) {
            add_finding(out, rule, ReasonCode::unknown_seller, Saying::unknown).name =
                "for which seller the call is made";
        }
        if (!facts.revocations) {
            add_finding(out, rule, ReasonCode::unknown_revocations, Saying::unknown).name =
                "whether the person has revoked a consent";
        }
    }
    add_finding(out, rule, at_level(ReasonCode::consent_federal, rule.pack->pack->level),
                Saying::no_consent)
        .limit = static_cast<int>(body.need);
}

void judge_revocation(const ReadyRule& rule, const RevocationRule& body, const Case& asked,
                      Judgement& out) {
    const CallFacts& facts = asked.call.facts;
    if (!facts.revocations) {
        if (!facts.assume_clear) {
            add_finding(out, rule, ReasonCode::unknown_revocations, Saying::unknown).name =
                "whether the person has revoked a consent";
        }
        return;
    }
    std::array<const Revocation*, 3> latest{}; // by scope
    for (const Revocation& revocation : *facts.revocations) {
        if (acts(revocation, asked) && is_asked_by(body, revocation, facts)) {
            const Revocation*& slot = latest.at(static_cast<std::size_t>(revocation.scope));
            if (slot == nullptr ||
                std::tie(slot->at, slot->means) < std::tie(revocation.at, revocation.means)) {
                slot = &revocation;
            }
        }
    }
    if (std::all_of(latest.begin(), latest.end(), [](const auto* found) { return !found; })) {
        return;
    }
    // A consent that holds is younger than every revocation that acts.
    if (const Consent* again = find_consent(asked, [](const Consent&) { return true; })) {
        return add_support(out, {.consent = again, .relationship = nullptr});
    }
    constexpr std::array<ReasonCode, 3> kCodes{
        ReasonCode::revoked_seller, ReasonCode::revoked_subject, ReasonCode::revoked_all};
    for (std::size_t scope = 0; scope < latest.size(); ++scope) {
        if (latest[scope] != nullptr) {
            Finding& finding = add_finding(out, rule, kCodes[scope], Saying::revoked);
            finding.at = latest[scope]->at;
            finding.name = latest[scope]->means;
        }
    }
}

} // namespace dnc
