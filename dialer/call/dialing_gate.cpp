// What Dialing asks the gate and tells the log about its refusals.

#include "campaigns/call_facts.hpp"
#include "dialer/call/dialing.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dialer::call {

using namespace std::chrono_literals;
using campaigns::DraftRefusal;

namespace {

// A lead whose draft the store refused is asked about again after this: with new facts the gate
// sees what the store saw, and only a call that is open just now may differ.
constexpr auto facts_retry_time = 5s;

// Hours of a campaign are changed at any moment, and whoever waits for them must hear of it. Places
// that are closed by them are not leased at all, so few leads come here.
constexpr auto own_hours_retry_time = 15min;

bool agents_dial(campaigns::DialMode mode) {
    return mode == campaigns::DialMode::preview || mode == campaigns::DialMode::manual;
}

bool is_cap(dnc::ReasonCode code) {
    using enum dnc::ReasonCode;
    return code == freq_federal || code == freq_state || code == freq_national ||
           code == freq_house || code == freq_company;
}

dnc::ReasonCode code_of(dnc::RevocationScope scope) {
    switch (scope) {
    case dnc::RevocationScope::seller:
        return dnc::ReasonCode::revoked_seller;
    case dnc::RevocationScope::subject:
        return dnc::ReasonCode::revoked_subject;
    case dnc::RevocationScope::all:
        break;
    }
    return dnc::ReasonCode::revoked_all;
}

} // namespace

dnc::CallFacts Dialing::facts_of(const CampaignRuntime& campaign, const LeadInHand& hand) const {
    return campaigns::call_facts(
        {.campaign = campaign.settings,
         .lead = hand.lead,
         .phone = hand.phone(),
         .by_hand = agents_dial(campaign.settings.mode),
         .declared = ledger_.declared(),
         .said_since = ledger_.since(hand.number(), hand.lead.revocations_seen),
         .lists = opt_outs_.snapshot(),
         .now = loop_.now().wall,
         .line_data_max = line_data_max_});
}

/// The gate is told of one relationship. Where there was a purchase and an inquiry too, the call is
/// legal when it is with either.
std::variant<dnc::Clearance, dnc::Decision> Dialing::ask(const CampaignRuntime& campaign,
                                                         const LeadInHand& hand) const {
    const auto now = loop_.now().wall;
    auto facts = facts_of(campaign, hand);
    auto answer = gate_.clear(facts, opt_outs_.snapshot(), now);
    const auto& known = hand.lead.facts.at(hand.phone());
    if (std::holds_alternative<dnc::Decision>(answer) && known.purchase && known.inquiry) {
        facts.relationship.emplace(known.inquiry);
        auto second = gate_.clear(facts, opt_outs_.snapshot(), now);
        if (std::holds_alternative<dnc::Clearance>(second)) {
            return in_own_hours(campaign, std::move(second));
        }
    }
    return in_own_hours(campaign, std::move(answer));
}

/// What the law allows, the campaign may not want at this hour.
std::variant<dnc::Clearance, dnc::Decision>
Dialing::in_own_hours(const CampaignRuntime& campaign,
                      std::variant<dnc::Clearance, dnc::Decision> answer) const {
    const auto* clearance = std::get_if<dnc::Clearance>(&answer);
    if (clearance == nullptr || campaign.settings.hours.always()) {
        return answer;
    }
    std::vector<std::string> zones;
    for (const auto& local : clearance->evidence().zones) {
        zones.push_back(local.zone);
    }
    const auto state =
        campaigns::campaign_open(campaign.settings.hours, zones, zones_, clearance->decided_at());
    if (state.open) {
        return answer;
    }
    dnc::Decision decision;
    decision.verdict = dnc::Verdict::defer;
    const auto again = clearance->decided_at() + own_hours_retry_time;
    decision.until = std::min(state.opens.value_or(again), again);
    decision.evidence = clearance->evidence();
    decision.reasons.push_back(
        {dnc::ReasonCode::hours_company, "CAMPAIGN-HOURS", "the campaign's own hours",
         "outside the campaign's own hours: " + campaigns::to_text(campaign.settings.hours)});
    return decision;
}

/// Refusals that speak of us and would refuse every lead of the campaign: a stale registry of its
/// country, a dead feed. One state's missing list, or a number that was never asked about, is a
/// matter of its own leads alone.
bool Dialing::concerns_all(const CampaignRuntime& campaign, const dnc::Reason& reason) const {
    using enum dnc::ReasonCode;
    if (dnc::scope_of(reason.code) != dnc::ReasonScope::data) {
        return false;
    }
    if (reason.code == feed_stale || reason.code == unknown_emergencies ||
        reason.code == unknown_holidays) {
        return true;
    }
    if (reason.code == unknown_reassigned || reason.code == reassigned_stale ||
        reason.code == list_not_subscribed || reason.code == pack_missing) {
        return false;
    }
    const auto rule = rules_.find(reason.rule);
    if (rule == rules_.end() || rule->second.level == dnc::PackLevel::state) {
        return false;
    }
    const auto& place = rule->second.jurisdiction;
    return !place ||
           campaign.settings.jurisdiction.compare(0, 2, std::string{place->country.data(), 2}) == 0;
}

std::optional<std::string> Dialing::why_illegal(CampaignId id, const LeadInHand& hand) {
    auto facts = facts_of(campaigns_.at(id), hand);
    facts.ring_max = 0s; // it rings already
    auto why = why_illegal(facts);
    const auto& known = hand.lead.facts.at(hand.phone());
    if (why && known.purchase && known.inquiry) {
        facts.relationship.emplace(known.inquiry); // as in ask()
        why = why_illegal(facts);
    }
    return why;
}

std::optional<std::string> Dialing::why_illegal(const dnc::CallFacts& facts) {
    gate_.judge(facts, opt_outs_.snapshot(), loop_.now().wall, judgement_);
    for (const dnc::Finding& finding : judgement_.reasons) {
        if (dnc::scope_of(finding.code) != dnc::ReasonScope::data && !is_cap(finding.code)) {
            return std::string{dnc::to_text(finding.code)};
        }
    }
    return std::nullopt;
}

// -- drafts that the store refused

dnc::Reason Dialing::reason_of(const DraftRefusal& refusal) const {
    using enum DraftRefusal::Why;
    switch (refusal.why) {
    case cap_used_up: {
        const auto rule = rules_.find(refusal.rule);
        const bool known = rule != rules_.end();
        return {dnc::at_level(dnc::ReasonCode::freq_federal,
                              known ? rule->second.level : dnc::PackLevel::house),
                refusal.rule, known ? rule->second.cite : "",
                fmt::format("{} calls of {} that may be placed were taken, the last one at the "
                            "moment of this call",
                            refusal.taken, refusal.limit)};
    }
    case opted_out:
        return {dnc::ReasonCode::company_dnc, "STORE-COMPANY", "house policy",
                "the person asked not to be called, at the moment of this call"};
    case revoked:
        break;
    }
    return {code_of(refusal.scope.value_or(dnc::RevocationScope::all)), "STORE-REVOKED",
            "house policy", "consent was revoked, at the moment of this call"};
}

/// No row: the draft met something newer than the gate's facts. The lead goes back and comes again
/// with what is known now.
void Dialing::refused_by_store(const Drafted& drafted, const dnc::Clearance& clearance,
                               const std::vector<DraftRefusal>& refusals) {
    auto& campaign = campaigns_.at(drafted.campaign);
    const auto due = loop_.now().wall + facts_retry_time;
    dnc::Decision decision;
    decision.verdict = dnc::Verdict::defer;
    decision.until = due;
    decision.evidence = clearance.evidence();
    for (const DraftRefusal& refusal : refusals) {
        if (refusal.why != DraftRefusal::Why::cap_used_up) {
            decision.verdict = dnc::Verdict::deny;
            decision.until.reset();
        }
        decision.reasons.push_back(reason_of(refusal));
    }
    campaign.figures.count_refusal(decision);
    loop_.log.add(refusal_row(campaign, drafted.hand, std::move(decision)));
    give_back({drafted.hand.lead.id}, due);
}

} // namespace dialer::call
