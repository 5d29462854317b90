// Calls that an agent dials by hand, through the same gate and the same rows as any other.

#include "dialer/call/dialing.hpp"

#include "dialer/loop/invariant.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dialer::call {

std::optional<campaigns::Sentence> Dialing::by_hand_obstacle(const CampaignRuntime& campaign,
                                                             Lines lines) {
    auto why = common_obstacles(campaign, lines);
    return why.empty() ? std::nullopt
                       : std::optional{campaigns::together(std::move(why), "join.then")};
}

std::optional<LeadInHand> Dialing::next_allowed(CampaignRuntime& campaign) {
    while (auto hand = take_lead(campaign)) {
        auto decision = ask(campaign, *hand);
        if (std::holds_alternative<dnc::Clearance>(decision)) {
            return hand;
        }
        if (refused(campaign, std::move(*hand), std::get<dnc::Decision>(std::move(decision))) ==
            Step::stop) {
            break;
        }
    }
    return std::nullopt;
}

bool Dialing::find_allowed_phone(CampaignRuntime& campaign, LeadInHand& hand) {
    for (;;) {
        auto decision = ask(campaign, hand);
        auto* refused = std::get_if<dnc::Decision>(&decision);
        if (refused == nullptr) {
            return true;
        }
        const auto is_ours = [&](const dnc::Reason& why) { return concerns_all(campaign, why); };
        if (std::any_of(refused->reasons.begin(), refused->reasons.end(), is_ours)) {
            give_back({hand.lead.id});
            return false;
        }
        campaign.figures.count_refusal(*refused);
        hand.refusals.push_back(refusal_row(campaign, hand, std::move(*refused)));
        if (++hand.considered >= hand.lead.phones.size()) {
            hand.refusals.back().last_phone = true;
            log_refusals(hand);
            return false;
        }
    }
}

std::optional<dnc::Decision> Dialing::dial_for(agents::Agent& agent, CampaignRuntime& campaign,
                                               LeadInHand& hand) {
    const auto now = loop_.now();
    auto decision = ask(campaign, hand);
    auto* clearance = std::get_if<dnc::Clearance>(&decision);
    if (clearance == nullptr) {
        return std::get<dnc::Decision>(std::move(decision));
    }
    const auto shown = shown_to(campaign, hand);
    if (!shown) { // the right to the last number ended a moment ago
        dnc::Decision none;
        none.verdict = dnc::Verdict::defer;
        none.evidence = clearance->evidence();
        none.reasons.push_back({dnc::ReasonCode::hours_company, "CAMPAIGN-CALLER-ID",
                                "47 CFR 64.1601(e)", "no caller id may be shown at this time"});
        return none;
    }
    auto trunk = trunks_.take(campaign.settings.trunks, hand.tried, now.mono);
    INVARIANT(trunk.has_value()); // the caller has looked for obstacles
    hand.agent = agent.account.id;
    add_draft(campaign, std::move(hand), std::move(*clearance), std::move(*trunk), *shown);
    commit();
    return std::nullopt;
}

void Dialing::refuse_number(CampaignRuntime& campaign, const LeadInHand& hand,
                            dnc::Decision decision) {
    campaign.figures.count_refusal(decision);
    loop_.log.add(refusal_row(campaign, hand, std::move(decision)));
    give_back({hand.lead.id});
}

void Dialing::refuse_lead(CampaignRuntime& campaign, LeadInHand hand, dnc::Decision decision) {
    refused(campaign, std::move(hand), std::move(decision));
}

void Dialing::put_off(const CampaignRuntime& campaign, const LeadInHand& hand) {
    const auto now = loop_.now().wall;
    auto decision = gate_.decide(facts_of(campaign, hand), opt_outs_.snapshot(), now);
    decision.verdict = dnc::Verdict::defer;
    decision.reasons.clear(); // nothing of the law's: the agent's words are in the agents' log
    decision.until = now + campaign.settings.retry_after;
    auto row = refusal_row(campaign, hand, std::move(decision));
    row.last_phone = true;
    auto earlier = hand;
    log_refusals(earlier);
    loop_.log.add(std::move(row));
}

} // namespace dialer::call
