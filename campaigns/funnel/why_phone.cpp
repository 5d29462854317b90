// What the gate says about one phone of a lead, now and at the instants that follow.

#include "campaigns/call_facts.hpp"
#include "campaigns/funnel/why_state.hpp"
#include "campaigns/settings/hours.hpp"
#include "dnc/places.hpp"

#include <algorithm>

namespace campaigns {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

// Each turn goes on to a later instant; rules that flicker would not end the search otherwise.
constexpr int kTurnsMax = 400;

dnc::SuppressionList list_of(const NumberOnList& said, dnc::Number number) {
    dnc::SuppressionList list;
    list.id = said.list_id;
    list.name = said.list;
    list.kind = said.kind;
    list.version_id = said.version_id;
    list.as_of = said.as_of.value_or(std::chrono::year_month_day{});
    list.country = said.country;
    list.region = said.region;
    list.seller = said.seller;
    if (said.listed) {
        list.numbers.insert(number);
    }
    const auto area = dnc::area_code(number);
    if (area && !said.covered) {
        list.area_codes.reset(static_cast<std::size_t>(*area));
    }
    return list;
}

bool agents_dial(DialMode mode) {
    return mode == DialMode::preview || mode == DialMode::manual;
}

/// When the campaign's own hours let somebody in these zones be called; nothing: never.
std::optional<Instant> in_own_hours(const WhyState& state, const std::vector<std::string>& names,
                                    const dnc::ZoneDatabase& zones, Instant at) {
    const HoursState own = campaign_open(state.campaign.hours, names, zones, at);
    return own.open ? std::optional{at} : own.opens;
}

std::vector<std::string> zones_of(const dnc::Decision& decision) {
    std::vector<std::string> names;
    for (const dnc::Evidence::Local& local : decision.evidence.zones) {
        names.push_back(local.zone);
    }
    return names;
}

/// What would have to happen for a reason to go away.
Sentence remedy(const dnc::Reason& reason) {
    std::string detail = reason.detail;
    if (detail.ends_with('.')) {
        detail.pop_back();
    }
    const bool ours = dnc::scope_of(reason.code) == dnc::ReasonScope::data;
    const std::string code{dnc::to_text(reason.code)};
    return {ours ? "unless.data" : "unless.change",
            {{"reason", GateWord{code, detail}}, {"code", code}, {"rule", reason.rule}}};
}

/// The first instant not before `from` at which the gate and the campaign's own hours allow it.
std::optional<Instant> first_allowed(const WhyState& state, PhoneGate& gate,
                                     const dnc::ZoneDatabase& zones, Instant from, Instant end) {
    Instant at = from;
    for (int turn = 0; turn < kTurnsMax && at <= end; ++turn) {
        const dnc::Decision decision = gate.decide(at);
        if (decision.verdict == dnc::Verdict::allow) {
            const auto own = in_own_hours(state, zones_of(decision), zones, at);
            if (!own || *own <= at) {
                return own;
            }
            at = *own;
        } else if (decision.verdict == dnc::Verdict::defer && decision.until &&
                   *decision.until > at) {
            at = *decision.until;
        } else {
            // Refused for good; but rules come into force and consents begin at some midnight.
            at = std::chrono::floor<days>(at) + days{1};
        }
    }
    return std::nullopt;
}

} // namespace

PhoneGate::PhoneGate(const WhyState& state, std::size_t phone, const dnc::Gate& gate, Instant now)
    : state_{state}, phone_{phone}, gate_{gate}, now_{now}, declared_{state.declared} {
    for (const NumberOnList& said : state.on_lists.at(phone)) {
        lists_.lists.push_back(list_of(said, state.lead.phones.at(phone)));
        as_of_.push_back(lists_.lists.back().as_of);
    }
}

dnc::Decision PhoneGate::decide(Instant at) {
    const days later = std::chrono::floor<days>(at) - std::chrono::floor<days>(now_);
    for (std::size_t i = 0; i < as_of_.size(); ++i) {
        if (lists_.lists[i].version_id != 0) {
            lists_.lists[i].as_of = std::chrono::sys_days{as_of_[i]} + std::max(later, days{0});
        }
    }
    lists_.feed_alive_at = at; // the store itself was asked
    dnc::CallFacts facts = call_facts({.campaign = state_.campaign,
                                       .lead = state_.lead,
                                       .phone = phone_,
                                       .by_hand = agents_dial(state_.campaign.mode),
                                       .declared = declared_,
                                       .said_since = {},
                                       .lists = lists_,
                                       .now = at,
                                       .line_data_max = port_grace_of(gate_.packs())});
    dnc::Decision decision = gate_.decide(facts, lists_, at);
    const PhoneFacts& known = state_.lead.facts.at(phone_);
    if (decision.verdict != dnc::Verdict::allow && known.purchase && known.inquiry) {
        // The gate is told of one relationship; legal with either is legal.
        facts.relationship.emplace(known.inquiry);
        dnc::Decision second = gate_.decide(facts, lists_, at);
        if (second.verdict == dnc::Verdict::allow) {
            return second;
        }
    }
    return decision;
}

std::size_t next_phone(const Lead& lead) {
    const auto turn =
        static_cast<std::size_t>(std::max(lead.phone_turn.value_or(lead.attempts), 0));
    return lead.phones.empty() ? 0 : turn % lead.phones.size();
}

PhoneWhy explain_phone(const WhyState& state, std::size_t phone, const dnc::Gate& gate,
                       const dnc::ZoneDatabase& zones, Instant at, Instant from) {
    PhoneGate asked{state, phone, gate, at};
    PhoneWhy why;
    why.number = state.lead.phones.at(phone);
    why.next = phone == next_phone(state.lead);
    why.decision = asked.decide(at);
    for (const NumberOnList& said : state.on_lists.at(phone)) {
        if (said.listed) {
            why.listed.push_back(said.list);
        }
    }
    why.earliest = first_allowed(state, asked, zones, from, at + kWhySearch);
    if (why.earliest) {
        return why;
    }
    for (const dnc::Reason& reason : why.decision.reasons) {
        // What is about time passes by itself, unless it is all there is.
        if (dnc::scope_of(reason.code) != dnc::ReasonScope::time ||
            why.decision.verdict == dnc::Verdict::defer) {
            why.unless.push_back(remedy(reason));
        }
    }
    if (why.unless.empty()) {
        why.unless.push_back({"unless.hours_meet"});
    }
    return why;
}

} // namespace campaigns
