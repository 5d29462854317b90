#include "campaigns/funnel/hours.hpp"

#include "campaigns/call_facts.hpp"
#include "campaigns/settings/hours.hpp"

#include <algorithm>
#include <utility>

namespace campaigns {

namespace {

using namespace std::chrono_literals;

// How far a closing is looked for, and in which steps: no break in calling hours is shorter.
constexpr auto kClosingAhead = 24h;
constexpr auto kClosingStep = 15min;
// The gate names an opening of the law, the campaign another one; where both must hold, they are
// asked in turns.
constexpr int kTurnsMax = 64;
// An answer without an end is asked for again after this: rules come into force at midnight.
constexpr auto kAnswerAgeMax = 1h;

bool agents_dial(DialMode mode) {
    return mode == DialMode::preview || mode == DialMode::manual;
}

} // namespace

HoursOf::HoursOf(const dnc::Gate& gate, const dnc::ZoneDatabase& zones, const Campaign& campaign,
                 std::optional<Declarations> declared)
    : gate_{gate}, zones_{zones}, campaign_{campaign}, declared_{std::move(declared)} {}

/// What a call of the campaign to any lead there has in common: lists, consents and past calls are
/// the lead's own, and are taken for clear.
dnc::CallFacts HoursOf::facts_of(const PlaceSample& place) const {
    Lead lead;
    lead.phones = {place.number};
    lead.facts.resize(1);
    static const dnc::SuppressionSnapshot no_lists;
    dnc::CallFacts facts = call_facts({.campaign = campaign_,
                                       .lead = lead,
                                       .phone = 0,
                                       .by_hand = agents_dial(campaign_.mode),
                                       .declared = declared_,
                                       .said_since = {},
                                       .lists = no_lists,
                                       .now = {},
                                       .line_data_max = {}});
    facts.address = place.address;
    facts.assume_clear = true;
    facts.line_type.reset();
    facts.consents.reset();
    facts.revocations.reset();
    facts.relationship.reset();
    facts.attempts.reset();
    facts.lists = {};
    return facts;
}

bool HoursOf::is_open(const dnc::CallFacts& facts, Instant at) {
    gate_.judge(facts, facts.lists, at, judgement_);
    return judgement_.verdict == dnc::Verdict::allow &&
           campaign_open(campaign_.hours, judgement_.place.zones, zones_, at).open;
}

std::optional<Instant> HoursOf::opening(const dnc::CallFacts& facts, Instant at) {
    for (int turn = 0; turn < kTurnsMax; ++turn) {
        gate_.judge(facts, facts.lists, at, judgement_);
        if (judgement_.verdict != dnc::Verdict::allow) {
            if (!judgement_.until || *judgement_.until <= at) {
                return std::nullopt;
            }
            at = *judgement_.until;
            continue;
        }
        const HoursState own = campaign_open(campaign_.hours, judgement_.place.zones, zones_, at);
        if (own.open) {
            return at;
        }
        if (!own.opens || *own.opens <= at) {
            return std::nullopt;
        }
        at = *own.opens;
    }
    return std::nullopt;
}

/// To the second; open at `at`.
std::optional<Instant> HoursOf::closing(const dnc::CallFacts& facts, Instant at) {
    Instant open = at;
    Instant closed = at;
    do {
        open = closed;
        closed = std::chrono::floor<std::chrono::minutes>(open) + kClosingStep;
        if (closed > at + kClosingAhead) {
            return std::nullopt;
        }
    } while (is_open(facts, closed));
    while (closed - open > 1s) {
        const Instant middle = open + (closed - open) / 2;
        (is_open(facts, middle) ? open : closed) = middle;
    }
    return std::chrono::floor<std::chrono::seconds>(closed);
}

PlaceHours HoursOf::judge(const dnc::CallFacts& facts, Instant at) {
    PlaceHours hours;
    gate_.judge(facts, facts.lists, at, judgement_);
    if (judgement_.verdict != dnc::Verdict::allow) {
        hours.open = false;
        if (!judgement_.reasons.empty()) {
            hours.code = dnc::to_text(judgement_.reasons.front().code);
            hours.words = {
                "gate_says",
                {{"reason",
                  GateWord{hours.code, dnc::describe(judgement_.reasons.front(), zones_)}}}};
        }
    } else if (!campaign_open(campaign_.hours, judgement_.place.zones, zones_, at).open) {
        hours.open = false;
        hours.code = "campaign_hours";
        hours.words = {"closed_here"};
    }
    if (hours.open) {
        hours.closes_at = closing(facts, at);
    } else {
        hours.opens_at = opening(facts, at);
    }
    return hours;
}

const PlaceHours& HoursOf::ask(const PlaceSample& place, Instant at) {
    Answer& answer = answers_[place.id];
    if (answer.from <= at && at < answer.to) {
        return answer.hours;
    }
    answer.from = at;
    answer.to = at + kAnswerAgeMax;
    answer.hours = place.id == 0 ? PlaceHours{} : judge(facts_of(place), at);
    const std::optional<Instant>& turn =
        answer.hours.open ? answer.hours.closes_at : answer.hours.opens_at;
    if (turn && *turn < answer.to) {
        answer.to = std::max(*turn, at + 1us);
    }
    return answer.hours;
}

} // namespace campaigns
