#include "dnc/gate.hpp"

#include "dnc/list_facts.hpp"
#include "dnc/rules_evaluate.hpp"
#include "dnc/time_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dnc {

namespace {

using std::chrono::seconds;

/// Names of the gate's own conditions, which stand in no pack.
std::string own_rule(ReasonCode code) {
    switch (code) {
    case ReasonCode::pack_missing:
        return "GATE-PACK";
    case ReasonCode::tzdb_stale:
        return "GATE-TZDB";
    case ReasonCode::company_dnc:
        return "GATE-COMPANY";
    default:
        return "GATE-TZ";
    }
}

Reason to_reason(const Finding& finding, const ZoneDatabase& zones) {
    if (finding.rule == nullptr) {
        return {finding.code, own_rule(finding.code), "house policy", describe(finding, zones)};
    }
    return {finding.code, finding.rule->id, finding.rule->cite, describe(finding, zones)};
}

/// Answers that came with the facts, by the names of `dialer decide`.
std::vector<Evidence::ListVersion> lists_of(const ListFacts& lists) {
    struct Named {
        std::string_view name;
        const std::optional<ListAnswer>& answer;
    };
    const std::array<Named, 5> all{{{"national", lists.national},
                                    {"state", lists.state},
                                    {"preference", lists.preference},
                                    {"litigator", lists.litigator},
                                    {"other", lists.other}}};
    std::vector<Evidence::ListVersion> versions;
    for (const Named& named : all) {
        if (named.answer) {
            versions.push_back({std::string{named.name}, named.answer->version_id,
                                named.answer->as_of.value_or(std::chrono::year_month_day{})});
        }
    }
    return versions;
}

Evidence to_evidence(const Call& call, const Judgement& judgement,
                     const SuppressionSnapshot* lists) {
    Evidence evidence;
    for (const ZoneMoment& there : judgement.moment.zones) {
        evidence.zones.push_back({std::string{call.zones.name(there.zone)},
                                  local_text(there.now.date, there.now.of_day, there.now.offset)});
    }
    for (const ReadyPack* ready : judgement.packs) {
        const Pack& pack = *ready->pack;
        evidence.packs.push_back({pack.id, pack.version, pack.sha256});
    }
    if (lists == nullptr) {
        evidence.lists = lists_of(call.lists);
    } else {
        for (const AskedList& list : versions_asked(call.place, *lists)) {
            evidence.lists.push_back({std::string{list.name}, list.version_id, list.as_of});
        }
    }
    evidence.tzdb_version = call.zones.version();
    if (const Consent* consent = judgement.support.consent) {
        evidence.consent_id = consent->id;
    }
    if (const Relationship* relationship = judgement.support.relationship) {
        evidence.relationship_id = relationship->id;
    }
    return evidence;
}

} // namespace

Gate::Gate(PackSet packs, Places places, const ZoneDatabase& zones)
    : rules_{std::make_unique<const RuleSet>(std::move(packs), zones)}, zones_{zones},
      places_{std::move(places)} {}

Gate::Gate(PackSet packs, const Geography& geography, const ZoneDatabase& zones)
    : Gate{std::move(packs), Places{geography, zones}, zones} {}

Gate::Gate(PackSet packs, const AreaCodes& area_codes, const ZoneDatabase& zones)
    : Gate{std::move(packs), Places{area_codes, zones}, zones} {}

void Gate::judge(const CallFacts& facts, const ListFacts& lists, Instant at, Judgement& out) const {
    places_.find(facts.number, facts.address, out.place);
    evaluate(*rules_, {facts, lists, out.place, zones_}, at, out);
}

void Gate::judge(const CallFacts& facts, const SuppressionSnapshot& lists, Instant at,
                 Judgement& out) const {
    places_.find(facts.number, facts.address, out.place);
    set_list_facts(facts, out.place, lists, out.lists);
    evaluate(*rules_, {facts, out.lists, out.place, zones_}, at, out);
}

Decision Gate::to_decision(const Call& call, const Judgement& judgement,
                           const SuppressionSnapshot* lists) const {
    Decision decision;
    decision.verdict = judgement.verdict;
    decision.until = judgement.until;
    decision.reasons.reserve(judgement.reasons.size());
    for (const Finding& finding : judgement.reasons) {
        decision.reasons.push_back(to_reason(finding, zones_));
    }
    decision.evidence = to_evidence(call, judgement, lists);
    return decision;
}

Decision Gate::decide(const CallFacts& facts, Instant at) const {
    Judgement judgement;
    judge(facts, facts.lists, at, judgement);
    return to_decision({facts, facts.lists, judgement.place, zones_}, judgement, nullptr);
}

Decision Gate::decide(const CallFacts& facts, const SuppressionSnapshot& lists, Instant at) const {
    Judgement judgement;
    judge(facts, lists, at, judgement);
    return to_decision({facts, judgement.lists, judgement.place, zones_}, judgement, &lists);
}

std::variant<Clearance, Decision> Gate::clear(const CallFacts& facts,
                                              const SuppressionSnapshot& lists, Instant at) const {
    Judgement judgement;
    judge(facts, lists, at, judgement);
    const Call call{facts, judgement.lists, judgement.place, zones_};
    if (judgement.verdict == Verdict::allow) {
        return Clearance{facts.number, at, to_evidence(call, judgement, &lists),
                         reservations(call, judgement)};
    }
    return to_decision(call, judgement, &lists);
}

RingRule Gate::ring_minimum(const CallFacts& facts, Instant at) const {
    const Place place = places_.find(facts.number, facts.address);
    const Call call{facts, facts.lists, place, zones_};
    Moment moment;
    set_moment(moment, call, at);
    RingRule strictest;
    for (const ReadyPack& pack : rules_->packs()) {
        if (!applies(*pack.pack, place)) {
            continue;
        }
        for (const ReadyRule& rule : pack.rules) {
            const auto* ring = std::get_if<RingRule>(&rule.rule->body);
            if (ring != nullptr && in_force(*rule.rule, moment) &&
                looks_at(rule, call, moment) != Looks::no) {
                strictest.min_ring = std::max(strictest.min_ring, ring->min_ring);
                strictest.min_rings = std::max(strictest.min_rings, ring->min_rings);
            }
        }
    }
    return strictest;
}

seconds Gate::day_end() const {
    seconds latest{0};
    for (const Pack& pack : packs().packs) {
        const bool is_law = pack.level == PackLevel::federal || pack.level == PackLevel::national;
        for (const Rule& rule : pack.rules) {
            const auto* window = std::get_if<WindowRule>(&rule.body);
            for (std::size_t day = 0; is_law && window != nullptr && day < 7; ++day) {
                for (const Interval& interval : window->weekdays[day]) {
                    latest = std::max(latest, interval.close);
                }
            }
        }
    }
    return latest > seconds{0} ? latest : seconds{std::chrono::hours{24}};
}

std::string Gate::packs_text() const {
    std::string text;
    for (const Pack& pack : packs().packs) {
        text += (text.empty() ? "" : ", ") + pack.id + " " + pack.version + " " + pack.sha256;
    }
    return text;
}

} // namespace dnc
