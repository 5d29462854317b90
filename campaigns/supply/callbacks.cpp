#include "campaigns/supply/callbacks.hpp"

#include "campaigns/call_facts.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace campaigns {

namespace {

// No break in calling hours is shorter.
constexpr std::chrono::minutes kSpanStep{15};

/// The minute at which the answer changes; `before` and `after` have different ones.
Instant change_between(const std::function<bool(Instant)>& open, Instant before, Instant after) {
    const bool first = open(before);
    while (after - before > std::chrono::minutes{1}) {
        const Instant middle =
            std::chrono::floor<std::chrono::minutes>(before + (after - before) / 2);
        (open(middle) == first ? before : after) = middle;
    }
    return after;
}

} // namespace

Legal legal_by_gate(const dnc::Gate& gate, Declarations declared) {
    return [&gate, declared = std::move(declared)](const Lead& lead, const Campaign& campaign,
                                                   Instant at) {
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
        facts.emergencies = declared.emergencies;
        facts.proclaimed_holidays = declared.holidays;
        return gate.decide(facts, at);
    };
}

std::vector<OpenSpan> open_spans(const std::function<bool(Instant)>& open, Instant from,
                                 Instant until) {
    std::vector<OpenSpan> spans;
    from = std::chrono::ceil<std::chrono::minutes>(from);
    until = std::chrono::floor<std::chrono::minutes>(until);
    if (from >= until) {
        return spans;
    }
    bool was_open = open(from);
    Instant begin = from;
    for (Instant at = from; at < until;) {
        const Instant next = std::min<Instant>(at + kSpanStep, until);
        const bool is_open = next < until ? open(next) : !was_open;
        if (is_open != was_open) {
            const Instant change = next < until ? change_between(open, at, next) : until;
            if (was_open) {
                spans.push_back({begin, change});
            }
            begin = change;
            was_open = is_open;
        }
        at = next;
    }
    return spans;
}

} // namespace campaigns
