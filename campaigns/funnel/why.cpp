#include "campaigns/funnel/why.hpp"

#include "campaigns/funnel/why_state.hpp"
#include "campaigns/settings/hours.hpp"

#include <algorithm>

namespace campaigns {

namespace {

bool is_hours(dnc::ReasonCode code) {
    return code <= dnc::ReasonCode::emergency_company; // hours, holidays, emergencies
}
static_assert(static_cast<int>(dnc::ReasonCode::hours_federal) == 0 &&
              static_cast<int>(dnc::ReasonCode::emergency_company) == 14 &&
              static_cast<int>(dnc::ReasonCode::freq_federal) == 15);

/// "12:05 in America/New_York, 11:05 in America/Chicago".
SentenceRow local_times(const dnc::Decision& decision) {
    SentenceRow times{{}, "join.list"};
    for (const dnc::Evidence::Local& local : decision.evidence.zones) {
        times.parts.push_back(
            {"why.time", {{"time", local.local.substr(11, 5)}, {"zone", local.zone}}});
    }
    if (times.parts.empty()) {
        times.parts.push_back({"why.no_time"});
    }
    return times;
}

Sentence gate_says(const dnc::Reason& reason) {
    return {"gate_says",
            {{"reason", GateWord{std::string{dnc::to_text(reason.code)}, reason.detail}}}};
}

/// Whether the hour is wrong there; adds what is the case to `words`.
bool is_outside_hours(const PhoneWhy& phone, std::vector<Sentence>& words) {
    bool outside = false;
    for (const dnc::Reason& reason : phone.decision.reasons) {
        if (is_hours(reason.code)) {
            outside = true;
            words.push_back(gate_says(reason));
        }
    }
    if (!outside) {
        words.push_back(
            {"why.where",
             {{"number", dnc::to_e164(phone.number)}, {"times", local_times(phone.decision)}}});
    }
    return outside;
}

void earlier(std::optional<Instant>& known, const std::optional<Instant>& other) {
    if (other && (!known || *other < *known)) {
        known = other;
    }
}

/// One of the numbers is enough.
WhyCondition hours_condition(const Why& why) {
    WhyCondition condition;
    condition.code = "hours";
    condition.title = "It may be called at this hour";
    condition.passes = Passes::no;
    std::vector<Sentence> words;
    for (const PhoneWhy& phone : why.phones) {
        if (phone.invalid) {
            continue;
        }
        if (is_outside_hours(phone, words)) {
            earlier(condition.until, phone.decision.until ? phone.decision.until : phone.earliest);
        } else {
            condition.passes = Passes::yes;
        }
    }
    condition.words = together(std::move(words));
    if (condition.passes == Passes::yes) {
        condition.until.reset();
    } else if (!condition.until) {
        condition.unless = {"unless.law_hours"};
    }
    return condition;
}

WhyCondition campaign_hours_condition(const WhyState& state, const Why& why,
                                      const dnc::ZoneDatabase& zones) {
    WhyCondition condition;
    condition.code = "campaign_hours";
    condition.title = "It is inside the campaign's own hours";
    condition.passes = Passes::no;
    std::vector<Sentence> there;
    for (const PhoneWhy& phone : why.phones) {
        if (phone.invalid) {
            continue;
        }
        std::vector<std::string> names;
        for (const dnc::Evidence::Local& local : phone.decision.evidence.zones) {
            names.push_back(local.zone);
        }
        const HoursState own = campaign_open(state.campaign.hours, names, zones, why.at);
        if (own.open) {
            condition.passes = Passes::yes;
        }
        earlier(condition.until, own.open ? std::nullopt : own.opens);
        there.push_back({"together", {{"parts", local_times(phone.decision)}}});
    }
    if (state.campaign.hours.always()) {
        condition.words = {"why.hours_none"};
    } else {
        condition.words = {condition.passes == Passes::yes ? "why.hours" : "why.hours_closed",
                           {{"hours", to_text(state.campaign.hours)},
                            {"times", SentenceRow{std::move(there), "join.then"}}}};
    }
    if (condition.passes == Passes::yes) {
        condition.until.reset();
    } else if (!condition.until) {
        condition.unless = {"unless.own_hours"};
    }
    return condition;
}

/// What the gate says of it now.
Sentence of_phone(const PhoneWhy& phone) {
    const std::string number = dnc::to_e164(phone.number);
    if (phone.decision.verdict == dnc::Verdict::allow) {
        return {"why.allowed", {{"number", number}}};
    }
    SentenceRow reasons;
    for (const dnc::Reason& reason : phone.decision.reasons) {
        reasons.parts.push_back(gate_says(reason));
    }
    return {"why.refused", {{"number", number}, {"reasons", std::move(reasons)}}};
}

WhyCondition gate_condition(const Why& why, Instant at) {
    WhyCondition condition;
    condition.code = "gate";
    condition.title = "The gate allows one of its numbers";
    condition.passes = Passes::no;
    bool ever = false;
    std::vector<Sentence> words;
    for (const PhoneWhy& phone : why.phones) {
        if (phone.invalid) {
            continue;
        }
        const bool allowed = phone.decision.verdict == dnc::Verdict::allow;
        if (allowed) {
            condition.passes = Passes::yes;
        }
        ever = ever || phone.earliest;
        words.push_back(of_phone(phone));
        if (!allowed && phone.earliest && *phone.earliest > at &&
            (!condition.until || *phone.earliest < *condition.until)) {
            condition.until = phone.earliest;
        }
    }
    condition.words = together(std::move(words));
    if (condition.passes == Passes::yes) {
        condition.until.reset();
    } else if (!ever) {
        std::vector<Sentence> unless;
        for (const PhoneWhy& phone : why.phones) {
            unless.insert(unless.end(), phone.unless.begin(), phone.unless.end());
        }
        condition.unless = together(std::move(unless), "join.then");
    }
    return condition;
}

void add_phones(const WhyState& state, const dnc::Gate& gate, const dnc::ZoneDatabase& zones,
                Instant from, Why& why) {
    std::size_t usable = 0;
    for (const WhyState::Phone& phone : state.phones) {
        if (phone.invalid) {
            PhoneWhy& invalid = why.phones.emplace_back();
            invalid.number = phone.number;
            invalid.invalid = true;
            invalid.unless.push_back({"unless.exists"});
        } else {
            why.phones.push_back(explain_phone(state, usable++, gate, zones, why.at, from));
        }
    }
}

std::optional<Instant> earliest_of(const std::vector<PhoneWhy>& phones) {
    std::optional<Instant> earliest;
    for (const PhoneWhy& phone : phones) {
        if (phone.earliest && (!earliest || *phone.earliest < *earliest)) {
            earliest = phone.earliest;
        }
    }
    return earliest;
}

/// What never holds by itself, of all conditions but the gate's.
void add_obstacles(Why& why) {
    for (const WhyCondition& condition : why.conditions) {
        if (condition.passes == Passes::no && !condition.until && !condition.unless.empty()) {
            why.unless.push_back(condition.unless);
        }
    }
}

/// With `lasting`, the first that does not pass by itself, if there is one.
Sentence first_failing(const Why& why, bool lasting) {
    Sentence first;
    for (const WhyCondition& condition : why.conditions) {
        if (condition.passes != Passes::no) {
            continue;
        }
        if (!lasting || !condition.until) {
            return condition.words;
        }
        first = first.empty() ? condition.words : first;
    }
    return first;
}

Sentence summary_of(const Why& why) {
    if (why.status == "dialing") {
        return {"why.dialing"};
    }
    if (why.callable_now) {
        return {why.status == "leased" ? "sum.in_hand" : "sum.now"};
    }
    Sentence failing = first_failing(why, !why.earliest);
    if (why.earliest) {
        if (failing.empty() && *why.earliest <= why.at) { // only somebody who must be there
            return {"sum.agent"};
        }
        if (failing.empty()) { // one number by the law, another by the campaign
            return {"sum.hours", {{"at", *why.earliest}}};
        }
        return {"sum.later", {{"at", *why.earliest}, {"why", SentenceRow{{std::move(failing)}}}}};
    }
    return {why.unless.empty() ? "sum.never" : "sum.never_unless",
            {{"why", SentenceRow{{std::move(failing)}}},
             {"unless", SentenceRow{why.unless, "join.also"}}}};
}

void copy_lead(const WhyState& state, Why& why) {
    why.lead = state.lead.id;
    why.external_id = state.external_id;
    why.name = state.lead.name;
    why.campaign = state.campaign.id;
    why.campaign_name = state.campaign.name;
    why.list = state.lead.list;
    why.list_name = state.list_name;
    why.status = state.status;
    why.stop_reason = state.stop_reason;
    why.ahead_min = state.ahead_min;
    why.ahead_max = state.ahead_max;
    why.attempts = state.attempts;
    why.refusals = state.refusals;
}

} // namespace

Why explain(const WhyState& state, const dnc::Gate& gate, const dnc::ZoneDatabase& zones,
            Instant at) {
    Why why;
    why.at = at;
    copy_lead(state, why);
    why.conditions = conditions_of(state, at);
    Instant from = at;
    for (const WhyCondition& condition : why.conditions) {
        from = std::max(from, condition.until.value_or(from));
    }
    add_phones(state, gate, zones, from, why);
    if (!state.lead.phones.empty()) {
        why.conditions.push_back(hours_condition(why));
        why.conditions.push_back(campaign_hours_condition(state, why, zones));
        why.conditions.push_back(gate_condition(why, at));
    }
    add_obstacles(why);
    const std::optional<Instant> earliest = earliest_of(why.phones);
    (why.unless.empty() ? why.earliest : why.earliest_then) = earliest;
    if (!earliest && why.unless.empty()) {
        why.unless.push_back({"unless.gate", {{"n", std::int64_t{kWhySearch.count()}}}});
    }
    const bool none_fails =
        std::all_of(why.conditions.begin(), why.conditions.end(),
                    [](const WhyCondition& one) { return one.passes == Passes::yes; });
    why.callable_now = none_fails && why.earliest && *why.earliest <= at;
    if (why.status != "ready" || why.earliest.value_or(Instant::max()) > at) {
        why.ahead_min.reset();
        why.ahead_max.reset();
    }
    why.summary = summary_of(why);
    return why;
}

} // namespace campaigns
