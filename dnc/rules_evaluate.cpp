#include "dnc/rules_evaluate.hpp"

#include "dnc/rules_frequency.hpp"
#include "dnc/rules_list.hpp"
#include "dnc/rules_window.hpp"

#include <algorithm>

namespace dnc {

namespace {

/// Findings of one rule, whatever lifts it. One arm a kind; kinds that refuse nothing by
/// themselves are told to others.
struct JudgeRule {
    const ReadyRule& rule;
    const Case& asked;
    Judgement& out;

    void operator()(const WindowRule& body) const { judge_window(rule, body, asked, out); }
    void operator()(const EmergencyRule& /*body*/) const { judge_emergency(rule, asked, out); }
    void operator()(const FrequencyRule& body) const { judge_frequency(rule, body, asked, out); }
    void operator()(const ConsentRule& body) const { judge_consent(rule, body, asked, out); }
    void operator()(const RevocationRule& body) const { judge_revocation(rule, body, asked, out); }
    void operator()(const ListRule& body) const { judge_list(rule, body, asked, out); }
    void operator()(const LineRule& body) const { judge_line(rule, body, asked, out); }
    void operator()(const ReassignedRule& body) const { judge_reassigned(rule, body, asked, out); }
    void operator()(const CalendarRule& /*body*/) const {}
    void operator()(const PortRule& /*body*/) const {}
    void operator()(const RingRule& /*body*/) const {}
    void operator()(const AbandonmentRule& /*body*/) const {}
    void operator()(const CallerIdRule& /*body*/) const {}
    void operator()(const RecordRule& /*body*/) const {}
};

/// When a rule that time alone can satisfy is satisfied; nothing when it is now.
struct AskWhen {
    const ReadyRule& rule;
    const Case& asked;
    std::vector<Instant>& past;

    std::optional<Instant> operator()(const WindowRule& body) const {
        return closed_until(rule, body, asked);
    }
    std::optional<Instant> operator()(const EmergencyRule& /*body*/) const {
        return emergency_until(rule, asked);
    }
    std::optional<Instant> operator()(const FrequencyRule& body) const {
        return capped_until(rule, body, asked, past);
    }
    template <typename Body> std::optional<Instant> operator()(const Body& /*body*/) const {
        return std::nullopt;
    }
};

const ListAnswer* listing_of(const Rule& rule, const Call& call) {
    const auto* list = std::get_if<ListRule>(&rule.body);
    return list == nullptr ? nullptr : answer_of(list->list, call.lists);
}

/// A window is in force zone by zone, which is its own matter.
bool is_asked_now(const ReadyRule& rule, const Moment& moment) {
    return std::holds_alternative<WindowRule>(rule.rule->body) || in_force(*rule.rule, moment);
}

void judge_rule(const ReadyRule& rule, const Case& asked, Judgement& out) {
    if (!is_asked_now(rule, asked.moment)) {
        return;
    }
    const Looks looks = looks_at(rule, asked.call, asked.moment);
    if (looks == Looks::no) {
        return;
    }
    const auto before = out.reasons.size();
    std::visit(JudgeRule{rule, asked, out}, rule.rule->body);
    if (out.reasons.size() == before) {
        return;
    }
    if (const auto lift = find_lift(*rule.rule, asked, listing_of(*rule.rule, asked.call))) {
        out.reasons.resize(before);
        add_support(out, *lift);
    } else if (looks == Looks::perhaps) {
        add_finding(out, rule, ReasonCode::unknown_line_type, Saying::unknown).name =
            "what kind of line the number is";
    }
}

std::optional<Instant> blocked_until(const ReadyRule& rule, const Case& asked,
                                     std::vector<Instant>& past) {
    if (!is_asked_now(rule, asked.moment)) {
        return std::nullopt;
    }
    if (looks_at(rule, asked.call, asked.moment) == Looks::no) {
        return std::nullopt;
    }
    const auto until = std::visit(AskWhen{rule, asked, past}, rule.rule->body);
    return until && find_lift(*rule.rule, asked, nullptr) ? std::nullopt : until;
}

// -- what the gate asks by itself

Finding& add_own(Judgement& out, ReasonCode code, Saying saying) {
    Finding finding;
    finding.code = code;
    finding.saying = saying;
    return out.reasons.emplace_back(finding);
}

bool has_reason(const Judgement& out, ReasonCode first, ReasonCode last) {
    return std::any_of(out.reasons.begin(), out.reasons.end(), [&](const Finding& finding) {
        return finding.code >= first && finding.code <= last;
    });
}

/// Whether people live behind such a number, as far as its digits tell.
bool may_be_a_person(LineKind kind) {
    return kind == LineKind::geographic || kind == LineKind::unknown_code ||
           kind == LineKind::unknown_country;
}

/// A country is called only under rules of its own.
void check_countries(Judgement& out) {
    const std::vector<Jurisdiction>& places = out.place.jurisdictions;
    if (places.empty()) {
        add_own(out, ReasonCode::pack_missing, Saying::no_pack);
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Jurisdiction& place = places[i];
        if (i > 0 && places[i - 1].country == place.country) {
            continue; // sorted: a country and its regions stand together
        }
        const bool has_law =
            std::any_of(out.packs.begin(), out.packs.end(), [&](const ReadyPack* ready) {
                const Pack& pack = *ready->pack;
                const bool is_law =
                    pack.level == PackLevel::federal || pack.level == PackLevel::national;
                return is_law && pack.jurisdiction && pack.jurisdiction->country == place.country;
            });
        if (!has_law) {
            add_own(out, ReasonCode::pack_missing, Saying::no_pack).name = {place.country.data(),
                                                                            place.country.size()};
        }
    }
}

void check_zones(Judgement& out) {
    const LineKind kind = out.place.kind;
    if (may_be_a_person(kind)) {
        if (!out.place.zones_known) {
            add_own(out, ReasonCode::tz_unknown, Saying::zone_not_in_data);
        } else if (out.place.zones.empty() && kind != LineKind::unknown_country) {
            add_own(out, ReasonCode::tz_unknown, Saying::no_zone);
        }
    } else if (!has_reason(out, ReasonCode::line_not_geographic, ReasonCode::line_emergency)) {
        add_own(out, ReasonCode::tz_unknown, Saying::no_zone); // whatever the packs say of lines
    }
    const auto old = std::find_if(out.packs.begin(), out.packs.end(),
                                  [](const ReadyPack* pack) { return !pack->zones_current; });
    if (old != out.packs.end()) {
        add_own(out, ReasonCode::tzdb_stale, Saying::zones_old).name = (*old)->pack->min_tzdb;
    }
}

/// A request not to be called holds whatever the packs ask of lists.
void check_company(const Call& call, Instant at, Judgement& out) {
    if (listed_by_company(call, at) &&
        !has_reason(out, ReasonCode::company_dnc, ReasonCode::company_dnc)) {
        add_own(out, ReasonCode::company_dnc, Saying::company_listed).name =
            call.lists.company->seller;
    }
}

// -- when a refused call becomes legal by itself

/// The first instant at which no rule stands that time alone can satisfy.
std::optional<Instant> first_legal(const Call& call, Instant at, Judgement& out) {
    Instant candidate = at;
    while (candidate <= at + kSearchAhead) {
        set_moment(out.later, call, candidate);
        const Case asked = make_case(call, out.later, out.packs);
        std::optional<Instant> next;
        for (const ReadyPack* pack : out.packs) {
            for (const ReadyRule& rule : pack->rules) {
                const auto until = blocked_until(rule, asked, out.past);
                next = until && (!next || *until > *next) ? until : next;
            }
        }
        if (!next) {
            return candidate;
        }
        if (*next == Instant::max() || *next <= candidate) {
            return std::nullopt; // one of the rules never allows it
        }
        candidate = *next;
    }
    if (has_reason(out, ReasonCode::hours_federal, ReasonCode::holiday_company)) {
        add_own(out, ReasonCode::tz_unknown, Saying::no_common_hour);
    }
    return std::nullopt;
}

void settle(const Call& call, Instant at, Judgement& out) {
    if (out.reasons.empty()) {
        out.verdict = Verdict::allow;
        return;
    }
    out.verdict = Verdict::deny;
    const bool passes =
        std::all_of(out.reasons.begin(), out.reasons.end(), [](const Finding& finding) {
            return scope_of(finding.code) == ReasonScope::time;
        });
    if (passes) {
        out.until = first_legal(call, at, out);
        out.verdict = out.until ? Verdict::defer : Verdict::deny;
    }
}

} // namespace

void evaluate(const RuleSet& rules, const Call& call, Instant at, Judgement& out) {
    out.until.reset();
    out.reasons.clear();
    out.packs.clear();
    out.support = {};
    for (const ReadyPack& pack : rules.packs()) {
        if (applies(*pack.pack, out.place)) {
            out.packs.push_back(&pack);
        }
    }
    set_moment(out.moment, call, at);
    const Case asked = make_case(call, out.moment, out.packs);
    for (const ReadyPack* pack : out.packs) {
        for (const ReadyRule& rule : pack->rules) {
            judge_rule(rule, asked, out);
        }
    }
    check_company(call, at, out);
    if (may_be_a_person(out.place.kind)) {
        check_countries(out);
    }
    check_zones(out);
    settle(call, at, out);
}

std::vector<CapReservation> reservations(const Call& call, const Judgement& judgement) {
    std::vector<CapReservation> caps;
    const Case asked = make_case(call, judgement.moment, judgement.packs);
    for (const ReadyPack* pack : judgement.packs) {
        for (const ReadyRule& rule : pack->rules) {
            const auto* cap = std::get_if<FrequencyRule>(&rule.rule->body);
            if (cap != nullptr && in_force(*rule.rule, judgement.moment) &&
                looks_at(rule, call, judgement.moment) != Looks::no &&
                !find_lift(*rule.rule, asked, nullptr)) {
                caps.push_back(reservation_of(rule, *cap, asked));
            }
        }
    }
    return caps;
}

} // namespace dnc
