#include "campaigns/funnel/why.hpp"

#include "campaigns/funnel/why_state.hpp"
#include "campaigns/settings/hours.hpp"

#include <fmt/format.h>

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
std::string local_times(const dnc::Decision& decision) {
    std::string words;
    for (const dnc::Evidence::Local& local : decision.evidence.zones) {
        words += (words.empty() ? "" : ", ") + local.local.substr(11, 5) + " in " + local.zone;
    }
    return words.empty() ? "no time that anybody knows" : words;
}

/// Whether the hour is wrong there; adds what is the case to `words`.
bool is_outside_hours(const PhoneWhy& phone, std::string& words) {
    std::string outside;
    for (const dnc::Reason& reason : phone.decision.reasons) {
        if (is_hours(reason.code)) {
            outside += (outside.empty() ? "" : " ") + reason.detail;
        }
    }
    words += words.empty() ? "" : " ";
    words += outside.empty() ? "Where " + dnc::to_e164(phone.number) + " rings it is " +
                                   local_times(phone.decision) + "."
                             : outside;
    return !outside.empty();
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
    for (const PhoneWhy& phone : why.phones) {
        if (phone.invalid) {
            continue;
        }
        if (is_outside_hours(phone, condition.words)) {
            earlier(condition.until, phone.decision.until ? phone.decision.until : phone.earliest);
        } else {
            condition.passes = Passes::yes;
        }
    }
    if (condition.passes == Passes::yes) {
        condition.until.reset();
    } else if (!condition.until) {
        condition.unless = "the law there gets other hours";
    }
    return condition;
}

WhyCondition campaign_hours_condition(const WhyState& state, const Why& why,
                                      const dnc::ZoneDatabase& zones) {
    WhyCondition condition;
    condition.code = "campaign_hours";
    condition.title = "It is inside the campaign's own hours";
    condition.passes = Passes::no;
    std::string there;
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
        there += (there.empty() ? "" : "; ") + local_times(phone.decision);
    }
    const std::string hours = "Its hours are " + to_text(state.campaign.hours);
    condition.words = state.campaign.hours.always()     ? "The campaign has no hours of its own."
                      : condition.passes == Passes::yes ? hours + "."
                                                        : hours + ", and it is " + there + ".";
    if (condition.passes == Passes::yes) {
        condition.until.reset();
    } else if (!condition.until) {
        condition.unless = "the campaign gets other hours";
    }
    return condition;
}

WhyCondition gate_condition(const Why& why, Instant at) {
    WhyCondition condition;
    condition.code = "gate";
    condition.title = "The gate allows one of its numbers";
    condition.passes = Passes::no;
    bool ever = false;
    for (const PhoneWhy& phone : why.phones) {
        if (phone.invalid) {
            continue;
        }
        const bool allowed = phone.decision.verdict == dnc::Verdict::allow;
        if (allowed) {
            condition.passes = Passes::yes;
        }
        ever = ever || phone.earliest;
        condition.words += (condition.words.empty() ? "" : " ") + dnc::to_e164(phone.number);
        condition.words += allowed ? ": allowed." : ":";
        for (const dnc::Reason& reason : phone.decision.reasons) {
            condition.words += " " + reason.detail;
        }
        if (!allowed && phone.earliest && *phone.earliest > at &&
            (!condition.until || *phone.earliest < *condition.until)) {
            condition.until = phone.earliest;
        }
    }
    if (condition.passes == Passes::yes) {
        condition.until.reset();
    } else if (!ever) {
        for (const PhoneWhy& phone : why.phones) {
            for (const std::string& unless : phone.unless) {
                condition.unless += (condition.unless.empty() ? "" : "; ") + unless;
            }
        }
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
            invalid.unless.push_back("the number is found to exist after all");
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
std::string first_failing(const Why& why, bool lasting) {
    std::string first;
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

std::string summary_of(const Why& why) {
    if (why.status == "dialing") {
        return "It is being called at this moment.";
    }
    if (why.callable_now) {
        return why.status == "leased" ? "It may be called now, and an engine has it in hand."
                                      : "It may be called now; its turn comes in line.";
    }
    const std::string failing = first_failing(why, !why.earliest);
    if (why.earliest) {
        if (failing.empty() && *why.earliest <= why.at) { // only somebody who must be there
            return "It may be called now, when its agent is there.";
        }
        if (failing.empty()) { // one number by the law, another by the campaign
            return "Not before " + moment_text(*why.earliest) +
                   ": none of its numbers is inside the hours of the law and of the campaign.";
        }
        return "Not before " + moment_text(*why.earliest) + ": " + failing;
    }
    std::string unless;
    for (const std::string& one : why.unless) {
        unless += (unless.empty() ? "" : ", and ") + one;
    }
    return "Never as things stand: " + failing + (unless.empty() ? "" : " Unless " + unless + ".");
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
        why.unless.push_back(fmt::format("the gate allows it, which it does at no instant of the "
                                         "next {} days",
                                         kWhySearch.count()));
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
