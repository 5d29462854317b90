#include "campaigns/call_facts.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace campaigns {

namespace {

using std::chrono::days;

/// Who picks the lead and who dials it, by the campaign's mode.
struct Manners {
    dnc::Manner selection;
    dnc::Manner dialing;
};

Manners manners_of(const Campaign& campaign) {
    using enum dnc::Manner;
    // Where a timer may dial, the law's question is not whether this agent was quicker.
    const bool timer_dials = campaign.preview_limit > std::chrono::seconds::zero() &&
                             campaign.preview_then == PreviewThen::dial;
    switch (campaign.mode) {
    case DialMode::manual:
        return {manual, manual};
    case DialMode::preview:
        return {automated, timer_dials ? automated : manual};
    case DialMode::progressive:
    case DialMode::predictive:
    case DialMode::ratio:
    case DialMode::agentless:
        break;
    }
    return {automated, automated};
}

/// The person goes by the lead: attempts at all of its numbers came with it.
std::string person_of(const Lead& lead) {
    return "lead " + std::to_string(static_cast<std::int64_t>(lead.id));
}

std::vector<dnc::PastAttempt> past_of(const Lead& lead) {
    std::vector<dnc::PastAttempt> past = lead.past;
    for (dnc::PastAttempt& attempt : past) {
        attempt.person = person_of(lead);
    }
    return past;
}

void add_ledger(FactSources& sources, dnc::CallFacts& facts) {
    const PhoneFacts& known = sources.lead.facts.at(sources.phone);
    facts.consents = known.consents;
    facts.revocations = known.revocations;
    facts.revocations->insert(facts.revocations->end(), sources.said_since.begin(),
                              sources.said_since.end());
    facts.relationship.emplace(known.purchase ? known.purchase : known.inquiry);
    facts.lists.reassigned = known.reassigned;
    facts.attempts = past_of(sources.lead);
    if (sources.declared) {
        facts.emergencies = sources.declared->emergencies;
        facts.proclaimed_holidays = sources.declared->holidays;
    }
}

days ceil_days(dnc::seconds length) {
    return std::chrono::ceil<days>(length);
}

days reach_of(const dnc::FrequencyRule& rule) {
    using enum dnc::FrequencyRule::Span;
    switch (rule.span) {
    case sliding:
        return ceil_days(rule.length);
    case consecutive_days:
        return days{rule.days};
    case calendar_day:
        return days{1};
    case calendar_month:
        return days{31};
    }
    return days{0};
}

template <typename Body, typename Measure>
days longest(const dnc::PackSet& packs, Measure measure) {
    days most{0};
    for (const dnc::Pack& pack : packs.packs) {
        for (const dnc::Rule& rule : pack.rules) {
            if (const auto* body = std::get_if<Body>(&rule.body)) {
                most = std::max(most, measure(*body));
            }
        }
    }
    return most;
}

} // namespace

std::optional<dnc::LineType> line_type_of(dnc::Number number, const dnc::SuppressionSnapshot& lists,
                                          dnc::Instant now, days age_max) {
    bool fresh = false;
    bool wireless = false;
    bool to_wireless = false;
    bool to_landline = false;
    for (const dnc::SuppressionList& list : lists.lists) {
        const bool of_lines = list.kind == dnc::ListKind::wireless ||
                              list.kind == dnc::ListKind::ported ||
                              list.kind == dnc::ListKind::landline;
        if (!of_lines || list.version_id == 0) {
            continue;
        }
        fresh =
            fresh || std::chrono::sys_days{list.as_of} + age_max >= std::chrono::floor<days>(now);
        bool& told = list.kind == dnc::ListKind::wireless ? wireless
                     : list.kind == dnc::ListKind::ported ? to_wireless
                                                          : to_landline;
        told = told || list.numbers.contains(number);
    }
    // A number that moved both ways is taken for what is protected better.
    if (to_wireless || (wireless && !to_landline)) {
        return dnc::LineType::wireless;
    }
    return fresh ? std::optional{dnc::LineType::landline} : std::nullopt;
}

dnc::CallFacts call_facts(FactSources sources) {
    const Campaign& campaign = sources.campaign;
    const Lead& lead = sources.lead;
    const Manners manners = manners_of(campaign);
    dnc::CallFacts facts;
    facts.number = lead.phones.at(sources.phone);
    facts.address.country = lead.address_country;
    facts.address.region = lead.address_region;
    facts.address.county = lead.county;
    facts.address.postal_code = lead.postal_code;
    facts.purpose = campaign.purpose;
    facts.selection = manners.selection;
    facts.dialing = manners.dialing;
    facts.voice = campaign.mode == DialMode::agentless ? dnc::Voice::prerecorded : dnc::Voice::live;
    facts.atds_profile = campaign.atds_profile;
    facts.seller = campaign.seller;
    facts.subject = campaign.subject;
    facts.person = person_of(lead);
    facts.debt = lead.debt;
    facts.line_type = line_type_of(facts.number, sources.lists, sources.now, sources.line_data_max);
    facts.ring_max = kClearanceAgeMax + kProgressMax + campaign.ring_max;
    facts.agent_guaranteed = sources.by_hand;
    add_ledger(sources, facts);
    return facts;
}

days memory_of(const dnc::PackSet& packs) {
    // Two days more: the called party's day may have begun while ours was another.
    return longest<dnc::FrequencyRule>(packs, reach_of) + days{2};
}

days port_grace_of(const dnc::PackSet& packs) {
    return longest<dnc::PortRule>(packs,
                                  [](const dnc::PortRule& rule) { return days{rule.grace_days}; });
}

} // namespace campaigns
