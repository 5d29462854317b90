#include "dnc/rules_list.hpp"

#include "dnc/civil.hpp"

#include <algorithm>
#include <array>

namespace dnc {

namespace {

using std::chrono::days;

/// What people call a list, and the codes it gives.
struct ListRow {
    std::string_view name;
    std::string_view unknown;
    ReasonCode listed;
    ReasonCode not_known;
};

// In the order of ListName.
constexpr std::array<ListRow, 6> kLists{{
    {"national do-not-call registry", "what the national do-not-call registry says",
     ReasonCode::list_national, ReasonCode::unknown_list_national},
    {"state do-not-call registry", "what the state's do-not-call registry says",
     ReasonCode::list_state, ReasonCode::unknown_list_state},
    {"preference list", "what the preference list says", ReasonCode::list_preference,
     ReasonCode::unknown_list_preference},
    {"litigator list", "what the litigator list says", ReasonCode::list_litigator,
     ReasonCode::unknown_list_litigator},
    {"further list", "what the further list says", ReasonCode::list_other,
     ReasonCode::unknown_list_other},
    {"company do-not-call list", "what the company's do-not-call list says",
     ReasonCode::company_dnc, ReasonCode::unknown_list_company},
}};

const ListRow& row_of(ListName list) {
    return kLists.at(static_cast<std::size_t>(list));
}

std::string_view name_of(const ListAnswer& answer, ListName list) {
    return answer.name.empty() ? row_of(list).name : answer.name;
}

/// A list of ours that was never loaded, or that does not exist; answers that facts give need no
/// version.
bool is_missing(const ListAnswer& answer, const Call& call) {
    return call.lists.feed_alive_at && answer.version_id == 0;
}

void add_unknown(const ReadyRule& rule, ListName list, const Case& asked, Judgement& out) {
    if (!asked.call.facts.assume_clear) {
        add_finding(out, rule, row_of(list).not_known, Saying::unknown).name = row_of(list).unknown;
    }
}

void judge_feed(const ReadyRule& rule, const ListRule& body, const Case& asked, Judgement& out) {
    const std::optional<Instant>& alive = asked.call.lists.feed_alive_at;
    if (!body.feed_max_age || !alive) {
        return; // answers that facts give come from no feed
    }
    if (*alive < asked.moment.at - *body.feed_max_age) {
        add_finding(out, rule, ReasonCode::feed_stale, Saying::feed_silent).limit =
            static_cast<int>(body.feed_max_age->count());
    } else if (*alive > asked.moment.at + *body.feed_max_age) {
        // A clock that was set back would make one old proof last until the clock caught up.
        add_finding(out, rule, ReasonCode::feed_stale, Saying::feed_ahead);
    }
}

void judge_company(const ReadyRule& rule, const ListRule& body, const Case& asked, Judgement& out) {
    const std::optional<CompanyListing>& listing = asked.call.lists.company;
    if (!listing) {
        if (body.required) {
            add_unknown(rule, ListName::company, asked, out);
        }
        return;
    }
    if (listed_by_company(asked.call, asked.moment.at)) {
        add_finding(out, rule, ReasonCode::company_dnc, Saying::company_listed).name =
            listing->seller;
    }
}

bool is_too_old(const ListRule& body, sys_days as_of, const Moment& moment) {
    const bool by_days = body.max_age_days && moment.latest - as_of > days{*body.max_age_days};
    const bool by_months =
        body.max_age_months && moment.latest > add_months(as_of, *body.max_age_months);
    return by_days || by_months;
}

void judge_age(const ReadyRule& rule, const ListRule& body, const ListAnswer& answer,
               const Case& asked, Judgement& out) {
    if (!body.max_age_days && !body.max_age_months) {
        return;
    }
    if (!answer.as_of) {
        return add_unknown(rule, body.list, asked, out);
    }
    const bool impossible = !answer.as_of->ok();
    const sys_days as_of = impossible ? sys_days{} : sys_days{*answer.as_of};
    // A version of the day after may be of the same night; a later one is not of that time.
    const bool ahead = as_of > asked.moment.latest + days{1};
    if (impossible || ahead || is_too_old(body, as_of, asked.moment)) {
        Finding& finding = add_finding(out, rule, ReasonCode::list_stale,
                                       ahead ? Saying::list_not_of_time : Saying::list_old);
        finding.name = name_of(answer, body.list);
        finding.day = as_of;
        finding.limit = body.max_age_days.value_or(0);
    }
}

void judge_answer(const ReadyRule& rule, const ListRule& body, const ListAnswer& answer,
                  const Case& asked, Judgement& out) {
    if (answer.listed) {
        add_finding(out, rule, row_of(body.list).listed, Saying::listed).name =
            name_of(answer, body.list);
    }
    if (is_missing(answer, asked.call)) {
        if (body.required) {
            add_finding(out, rule, ReasonCode::list_missing, Saying::list_missing).name =
                name_of(answer, body.list);
        }
        return;
    }
    judge_age(rule, body, answer, asked, out);
    if (body.subscription && !answer.subscribed) {
        Finding& finding =
            add_finding(out, rule, ReasonCode::list_not_subscribed, Saying::not_subscribed);
        finding.name = name_of(answer, body.list);
        finding.count = asked.call.place.area_code;
    }
}

/// Kinds of numbers that are no line of a person.
struct PlaceRow {
    LineKind kind;
    bool LineRule::*denied;
    ReasonCode code;
    std::string_view says;
};
constexpr std::array<PlaceRow, 3> kPlaces{{
    {LineKind::not_geographic, &LineRule::non_geographic, ReasonCode::line_not_geographic,
     "The number is toll-free, personal or never assigned: it belongs to no place."},
    {LineKind::premium, &LineRule::premium, ReasonCode::line_premium,
     "The number is a premium-rate number."},
    {LineKind::emergency, &LineRule::emergency, ReasonCode::line_emergency,
     "The number is an emergency or service number."},
}};

// In the order of LineType.
constexpr std::array<ReasonCode, 4> kLineCodes{ReasonCode::line_landline, ReasonCode::line_wireless,
                                               ReasonCode::line_voip, ReasonCode::line_protected};

} // namespace

const ListAnswer* answer_of(ListName list, const ListFacts& lists) {
    const std::array<const std::optional<ListAnswer>*, 5> answers{
        &lists.national, &lists.state, &lists.preference, &lists.litigator, &lists.other};
    const auto index = static_cast<std::size_t>(list);
    return index < answers.size() && *answers[index] ? &**answers[index] : nullptr;
}

void judge_list(const ReadyRule& rule, const ListRule& body, const Case& asked, Judgement& out) {
    judge_feed(rule, body, asked, out);
    if (body.list == ListName::company) {
        return judge_company(rule, body, asked, out);
    }
    if (const ListAnswer* answer = answer_of(body.list, asked.call.lists)) {
        return judge_answer(rule, body, *answer, asked, out);
    }
    if (body.required) {
        add_unknown(rule, body.list, asked, out);
    }
}

void judge_line(const ReadyRule& rule, const LineRule& body, const Case& asked, Judgement& out) {
    for (const PlaceRow& row : kPlaces) {
        if (asked.call.place.kind == row.kind && body.*row.denied) {
            add_finding(out, rule, row.code, Saying::place).name = row.says;
        }
    }
    if (body.deny.empty() && !body.need_known) {
        return;
    }
    const auto line = line_of(asked.call, asked.moment, *rule.pack);
    if (!line) {
        if (body.need_known && !asked.call.facts.assume_clear) {
            add_finding(out, rule, ReasonCode::unknown_line_type, Saying::unknown).name =
                "what kind of line the number is";
        }
        return;
    }
    if (std::find(body.deny.begin(), body.deny.end(), *line) != body.deny.end()) {
        add_finding(out, rule, kLineCodes.at(static_cast<std::size_t>(*line)), Saying::line_type)
            .limit = static_cast<int>(*line);
    }
}

void judge_reassigned(const ReadyRule& rule, const ReassignedRule& body, const Case& asked,
                      Judgement& out) {
    const std::optional<Reassignment>& answer = asked.call.lists.reassigned;
    const bool dated = answer && (!body.max_age_days || answer->queried_at);
    if (answer && answer->answer == Reassignment::Answer::yes) {
        add_finding(out, rule, ReasonCode::reassigned_yes, Saying::reassigned).name =
            "The number has a new owner since the last contact.";
    } else if (answer && answer->answer == Reassignment::Answer::no_data && body.no_data_denies) {
        add_finding(out, rule, ReasonCode::reassigned_no_data, Saying::reassigned).name =
            "Nobody can tell whether the number has a new owner.";
    }
    if (!dated && (answer || body.required)) {
        const bool never_asked = asked.call.lists.reassigned_never_asked;
        if (never_asked || !asked.call.facts.assume_clear) {
            add_finding(out, rule, ReasonCode::unknown_reassigned, Saying::unknown).name =
                "whether the number has a new owner";
        }
        return;
    }
    if (!answer || !body.max_age_days) {
        return;
    }
    const sys_days asked_on = std::chrono::floor<days>(*answer->queried_at);
    if (asked.moment.latest - asked_on > days{*body.max_age_days} ||
        *answer->queried_at > asked.moment.at) {
        Finding& finding =
            add_finding(out, rule, ReasonCode::reassigned_stale, Saying::reassigned_old);
        finding.day = asked_on;
        finding.limit = *body.max_age_days;
    }
}

} // namespace dnc
