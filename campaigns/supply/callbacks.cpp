#include "campaigns/supply/callbacks.hpp"

#include "campaigns/call_facts.hpp"

#include <utility>

namespace campaigns {

Legal legal_by_gate(const dnc::Gate& gate, std::vector<dnc::Emergency> emergencies,
                    std::vector<dnc::ProclaimedHoliday> holidays) {
    return [&gate, emergencies = std::move(emergencies), holidays = std::move(holidays)](
               const Lead& lead, const Campaign& campaign, Instant at) {
        dnc::CallFacts facts;
        facts.number = lead.phones.at(0);
        facts.address = {lead.address_country, lead.address_region, lead.county, lead.postal_code};
        facts.purpose = campaign.purpose;
        facts.seller = campaign.seller;
        facts.debt = lead.debt;
        facts.voice =
            campaign.mode == DialMode::agentless ? dnc::Voice::prerecorded : dnc::Voice::live;
        // The person has asked for it, and the gate is asked with all facts when it is dialed.
        facts.assume_clear = true;
        facts.emergencies = emergencies;
        facts.proclaimed_holidays = holidays;
        return gate.decide(facts, at);
    };
}

} // namespace campaigns
