// The reports there are: names, columns, and what each figure counts.

#include "campaigns/reports/reports.hpp"

#include <algorithm>

namespace campaigns {

namespace {

using K = ColumnKind;
using Figures = std::vector<FigureKind>;

const Figures kAttempts{
    {"attempts", K::whole,
     "Attempts that have ended, each with one permission of the gate; a failover to another trunk "
     "is one of its own."},
    {"sent", K::whole, "Attempts whose INVITE went out: all but those closed as not_sent."},
    {"answered", K::whole,
     "Attempts answered by anybody or anything (SIP 2xx), also when the engine died during the "
     "call."},
    {"answer_rate", K::share, "answered / sent."},
    {"answer_rate_low", K::share, "Lower end of its 95 % interval (Wilson)."},
    {"answer_rate_high", K::share, "Upper end of its 95 % interval (Wilson)."},
    {"connected", K::whole, "Answered calls that were joined with an agent."},
    {"abandoned", K::whole,
     "Answered calls that the engine gave up without an agent; the legal counts, which also have "
     "those joined too late, are in the report abandonment."},
    {"early_hangup", K::whole, "The called person left before an agent was late."},
    {"machines", K::whole, "Calls whose disposition is in the category machine."},
    {"undisposed", K::whole, "Connected calls of which the agent has said nothing (yet)."},
    {"contacts", K::whole,
     "Calls whose disposition is in the category sale, contact, callback or do_not_call: the agent "
     "spoke to the person meant. The latest disposition of a call counts."},
    {"contact_rate", K::share, "contacts / sent."},
    {"contact_rate_low", K::share, "Lower end of its 95 % interval (Wilson)."},
    {"contact_rate_high", K::share, "Upper end of its 95 % interval (Wilson)."},
    {"sales", K::whole, "Calls whose disposition is in the category sale."},
    {"conversion", K::share, "sales / contacts."},
    {"conversion_low", K::share, "Lower end of its 95 % interval (Wilson)."},
    {"conversion_high", K::share, "Upper end of its 95 % interval (Wilson)."},
    {"ring_s", K::duration_s, "Mean from the first ringing to answer or end, of calls that rang."},
    {"wait_s", K::duration_s, "Mean from the answer to an agent, of connected calls."},
    {"talk_s", K::duration_s, "Mean from the agent to the end, of connected calls."},
    {"wrap_up_s", K::duration_s, "Mean time of the agent after the call, once it is over."},
};

const Figures kAbandonment{
    {"regulatory_campaign", K::whole, "Abandoned calls are counted for it: a seller's offer."},
    {"seller", K::text, "Its seller."},
    {"offer", K::text, "Its offer."},
    {"jurisdiction", K::text, "Whose definition; each is applied to all calls of the offer."},
    {"applies", K::text,
     "campaign: its own jurisdiction; called_there: people there were called in the period."},
    {"rule", K::text, "Of the rule pack."},
    {"cite", K::text, "The law."},
    {"period", K::text, "successive, trailing, month or day, with the number of days."},
    {"days_of", K::text, "Zone whose days the rule counts."},
    {"from", K::text, "First day."},
    {"to", K::text, "Last day, itself included; of a period under way, today."},
    {"under_way", K::text, "yes: the period is not over."},
    {"connected", K::whole, "An agent within the time allowed from the answer."},
    {"late", K::whole, "An agent, but later: abandoned by the law."},
    {"abandoned", K::whole, "Answered, and no agent in time."},
    {"early_hangup", K::whole, "The person left before that time was over; in neither count."},
    {"machines", K::whole, "A machine, as an agent said; in neither count."},
    {"numerator", K::whole, "late + abandoned."},
    {"denominator", K::whole, "late + abandoned + connected."},
    {"percent", K::text, "numerator / denominator in per cent, rounded up to two places."},
    {"limit_percent", K::text, "The limit."},
    {"headroom", K::whole,
     "How many of the next answered calls in a row could be abandoned within the limit."},
    {"met", K::text, "yes: 100 numerator <= limit denominator, as whole numbers."},
    {"conservative_percent", K::text, "The same with people who left early among the abandoned."},
    {"conservative_headroom", K::whole, "Headroom by that count."},
    {"conservative_met", K::text, "The count that stops dialing ahead."},
};

const Figures kAgentTime{
    {"period_s", K::duration_s, "Length of the day, as far as it lies in the period and is past."},
    {"ready_s", K::duration_s, "Ready for a call."},
    {"reserved_s", K::duration_s, "A call was on its way to the agent."},
    {"talking_s", K::duration_s, "With a person on the line."},
    {"wrap_up_s", K::duration_s, "After a call."},
    {"paused_s", K::duration_s, "Paused; the report pauses divides it by reason."},
    {"unknown_s", K::duration_s,
     "From the last sign of the agent before an engine died to the next one after."},
    {"offline_s", K::duration_s,
     "All the rest. Divided by campaigns: not signed in, or signed in to another one."},
    {"calls", K::whole, "Calls that the agent began to talk on in this time."},
    {"occupancy", K::share, "(reserved + talking + wrap_up) / (those + ready)."},
    {"idle_mean_s", K::duration_s, "Mean of the times ready that ended with a call."},
    {"idle_p90_s", K::duration_s, "Nine of ten of those were no longer than this."},
};

const Figures kPauses{
    {"pauses", K::whole, "Pauses that touch the period."},
    {"paused_s", K::duration_s, "Their time within the period."},
    {"longest_s", K::duration_s, "The longest within the period."},
};

const Figures kCallerIds{
    {"attempts", K::whole, "Attempts that have ended."},
    {"sent", K::whole, "Attempts whose INVITE went out."},
    {"answered", K::whole, "Attempts answered by anybody or anything."},
    {"answer_rate", K::share, "answered / sent."},
    {"answer_rate_low", K::share, "Lower end of its 95 % interval (Wilson)."},
    {"answer_rate_high", K::share, "Upper end of its 95 % interval (Wilson)."},
    {"short_calls", K::whole, "Answered, and over within six seconds."},
    {"short_share", K::share, "short_calls / answered."},
    {"short_share_all", K::share,
     "Calls that were not answered or were over within six seconds, of those sent (the count of "
     "Anatel, Brazil, from 2024-06-01)."},
    {"refused_603", K::whole,
     "603 Decline: by the person, or by a network that blocks (RFC 3261)."},
    {"refused_607", K::whole, "607 Unwanted: the person said so (RFC 8197)."},
    {"refused_608", K::whole, "608 Rejected: an analytics engine on the way said so (RFC 8688)."},
    {"sent_before", K::whole, "Sent in the seven days before."},
    {"answer_rate_before", K::share, "Answer rate of the seven days before."},
    {"drop_chance", K::decimal,
     "Probability of so low a rate without any change (Fisher's exact test, one-sided)."},
    {"alarm", K::text,
     "dropped or rose: by at least a fifth, with a chance of at most 1 in 1,000 each way that "
     "calls of one and the same rate say so on a day."},
};

const Figures kTrunks{
    {"attempts", K::whole, "Attempts that have ended so."},
    {"share", K::share, "Of the attempts of the same trunk."},
    {"ring_s", K::duration_s, "Mean from the first ringing to answer or end, of calls that rang."},
};

const Figures kAnswerTimes{
    {"connected", K::whole, "Answered calls that were joined with an agent."},
    {"agent_p50_s", K::duration_s, "Answer to agent: half of the calls were no slower."},
    {"agent_p90_s", K::duration_s, "Nine of ten."},
    {"agent_p99_s", K::duration_s, "Ninety-nine of a hundred."},
    {"agent_max_s", K::duration_s, "The slowest."},
    {"over_2_s", K::whole, "Later than two seconds after the answer: abandoned by the law."},
    {"bridge_p50_s", K::duration_s, "Answer to joined media, by the clock that nobody sets."},
    {"bridge_p90_s", K::duration_s, "Nine of ten."},
    {"bridge_p99_s", K::duration_s, "Ninety-nine of a hundred."},
    {"bridge_max_s", K::duration_s, "The slowest."},
};

const Figures kLists{
    {"loaded", K::whole, "Leads on the list."},
    {"dialed", K::whole, "Leads with at least one attempt that counts, ever."},
    {"penetration", K::share, "dialed / loaded."},
    {"ready", K::whole, "Leads that are to be dialed now or later."},
    {"in_hand", K::whole, "Leads that the engine or an agent has in hand."},
    {"finished", K::whole, "Leads with their conversation held, or ended by a disposition."},
    {"exhausted", K::whole, "Leads with all their attempts used, or without a number that exists."},
    {"blocked", K::whole,
     "Leads that the gate refused for good; the report stops has the reasons."},
    {"other", K::whole, "Leads that a filter stops, that are held or dialed by hand."},
    {"attempts_1", K::whole, "Leads with one attempt."},
    {"attempts_2", K::whole, "Leads with two."},
    {"attempts_3", K::whole, "Leads with three."},
    {"attempts_4", K::whole, "Leads with four."},
    {"attempts_5_up", K::whole, "Leads with five and more."},
    {"attempts_per_lead", K::decimal, "Mean over the leads dialed."},
    {"contacts", K::whole, "Contacts in the period, as in the report attempts."},
    {"sales", K::whole, "Sales in the period."},
    {"sales_per_1000", K::decimal, "Sales in the period for 1,000 leads loaded."},
};

const Figures kStops{
    {"leads", K::whole, "Leads there now."},
    {"share", K::share, "Of the leads of the same list."},
};

const Figures kRefusals{
    {"refusals", K::whole, "Decisions not to dial that name this reason, alone or with others."},
    {"first", K::whole, "Those that name it first; these add up to all refusals."},
    {"for_good", K::whole, "Of the refusals, those that are no matter of time."},
    {"until_later", K::whole, "Of the refusals, those that end by themselves."},
};

const Figures kOptOuts{
    {"requests", K::whole, "Requests not to be called again."},
    {"calls_ended", K::whole,
     "Other calls to the same number that were open at the request and ended after it."},
    {"ended_mean_s", K::duration_s, "Mean from the request to the end of those."},
    {"ended_max_s", K::duration_s, "The longest."},
    {"calls_after", K::whole,
     "Attempts to the number that began after the request, for whom it was meant, to the end of "
     "the period."},
    {"recorded_max_s", K::duration_s,
     "Revocations of consent only: longest from what was said to its record."},
};

const Figures kDay{
    {"attempts", K::whole, "Attempts that have ended."},
    {"sent", K::whole, "Attempts whose INVITE went out."},
    {"answered", K::whole, "Attempts answered by anybody or anything."},
    {"answer_rate", K::share, "answered / sent."},
    {"connected", K::whole, "Answered calls that were joined with an agent."},
    {"abandoned", K::whole, "Answered calls that the engine gave up without an agent."},
    {"abandoned_share", K::share, "abandoned / (abandoned + connected without machines)."},
    {"contacts", K::whole, "As in the report attempts."},
    {"sales", K::whole, "As in the report attempts."},
    {"conversion", K::share, "sales / contacts."},
    {"agents", K::whole, "Agents who were signed in."},
    {"signed_in_s", K::duration_s, "Their time in all states but offline."},
    {"occupancy", K::share, "(reserved + talking + wrap_up) / (those + ready)."},
    {"talk_s", K::duration_s, "Mean of a connected call."},
    {"wait_s", K::duration_s, "Mean from the answer to an agent."},
    {"refusals", K::whole, "Decisions of the gate not to dial."},
    {"opt_outs", K::whole, "Requests not to be called again made in calls of the campaign."},
};

std::vector<ReportKind> kinds_of_work() {
    return {
        {"day",
         "Summary",
         "What a supervisor wants to know of a day, by campaign.",
         {"campaign"},
         {"campaign"},
         kDay},
        {"attempts",
         "Attempts, contacts and sales",
         "What was dialed and what came of it, divided by whatever is named.",
         {"campaign", "list", "agent", "day", "hour", "weekday", "caller_id", "trunk", "place",
          "time_zone", "attempt", "outcome", "disposition"},
         {"campaign"},
         kAttempts},
        {"abandonment",
         "Abandoned calls by every legal definition",
         "Each rule of each jurisdiction concerned, for each of its periods that touches the "
         "period asked for.",
         {},
         {},
         kAbandonment},
        {"abandonment_days",
         "Abandoned calls day by day",
         "Each rule on each day of the period: the day, the period it lies in up to that day, or "
         "the trailing days up to it.",
         {},
         {},
         kAbandonment},
        {"agent_time",
         "Agents' time",
         "How long each agent was in which state; sums to the period.",
         {"agent", "day"},
         {"agent", "day"},
         kAgentTime},
        {"pauses",
         "Pauses",
         "Agents' pauses by reason.",
         {"agent", "day", "reason"},
         {"agent", "reason"},
         kPauses},
    };
}

std::vector<ReportKind> kinds_of_means() {
    return {
        {"caller_ids",
         "Caller ids",
         "How calls with each caller id fare, by day, with an alarm on change.",
         {"caller_id", "day"},
         {"caller_id", "day"},
         kCallerIds},
        {"trunks",
         "Trunks",
         "How attempts ended on each trunk.",
         {"trunk", "outcome", "sip_status", "day"},
         {"trunk", "outcome", "sip_status"},
         kTrunks},
        {"answer_times",
         "Answer to agent",
         "How long people who answered waited for an agent and for joined media.",
         {"campaign", "day"},
         {"day"},
         kAnswerTimes},
        {"lists",
         "Lists",
         "How far each list is used up, as its leads are now.",
         {"list"},
         {"list"},
         kLists},
        {"stops",
         "Where leads are",
         "Leads of each list by state and by what brought them there.",
         {"list", "status", "stop_reason"},
         {"list", "status", "stop_reason"},
         kStops},
        {"refusals",
         "Refusals of the gate",
         "Decisions not to dial, by reason and day.",
         {"campaign", "day", "reason"},
         {"day", "reason"},
         kRefusals},
        {"opt_outs",
         "Opt-outs",
         "Requests not to be called again, and how soon they took effect.",
         {"day", "source"},
         {"day", "source"},
         kOptOuts},
    };
}

std::vector<ReportKind> make_kinds() {
    std::vector<ReportKind> kinds = kinds_of_work();
    const std::vector<ReportKind> more = kinds_of_means();
    kinds.insert(kinds.end(), more.begin(), more.end());
    return kinds;
}

} // namespace

const std::vector<ReportKind>& report_kinds() {
    static const std::vector<ReportKind> kinds = make_kinds();
    return kinds;
}

const ReportKind* find_report(std::string_view name) {
    const auto& kinds = report_kinds();
    const auto found = std::find_if(kinds.begin(), kinds.end(),
                                    [name](const ReportKind& kind) { return kind.name == name; });
    return found == kinds.end() ? nullptr : &*found;
}

} // namespace campaigns
