#include "dnc/rules_frequency.hpp"

#include <algorithm>
#include <charconv>

namespace dnc {

namespace {

using std::chrono::days;
using std::chrono::microseconds;

bool may_be_same(std::string_view left, std::string_view right) {
    return same_name(left, "") || same_name(right, "") || same_name(left, right);
}

/// Whether a name of a person is the number itself, in digits with or without "+".
bool is_number(std::string_view person, Number number) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number.e164);
    const std::string_view text{digits.data(), static_cast<std::size_t>(end.ptr - digits.data())};
    return same_name(person, text) ||
           (person.starts_with('+') && same_name(person.substr(1), text));
}

bool is_same_number(const PastAttempt& past, const CallFacts& facts) {
    return !past.number || *past.number == facts.number;
}

/// A person who is not named is whoever has the number.
bool is_same_person(const PastAttempt& past, const CallFacts& facts) {
    const bool past_named = !same_name(past.person, "");
    const bool named = !same_name(facts.person, "");
    if (past_named && named) {
        return same_name(past.person, facts.person);
    }
    if (is_same_number(past, facts)) {
        return true;
    }
    return past_named ? is_number(past.person, facts.number)
                      : named && is_number(facts.person, *past.number);
}

bool shares(CapKey key, const PastAttempt& past, const CallFacts& facts) {
    switch (key) {
    case CapKey::number:
        return is_same_number(past, facts);
    case CapKey::person:
        return is_same_person(past, facts);
    case CapKey::seller:
        return may_be_same(past.seller, facts.seller);
    case CapKey::subject:
        return may_be_same(past.subject, facts.subject);
    case CapKey::debt:
        return may_be_same(past.debt, facts.debt);
    }
    return true;
}

/// Whether the past call is of the kind that the rule counts, whenever it was.
bool is_counted(const FrequencyRule& body, const PastAttempt& past, const CallFacts& facts) {
    if (past.inbound && !body.inbound_counts) {
        return false;
    }
    const bool kind = body.limit ? past.outcome != PastOutcome::not_alerted
                                 : std::find(body.after.begin(), body.after.end(), past.outcome) !=
                                       body.after.end();
    return kind && std::all_of(body.keys.begin(), body.keys.end(),
                               [&](CapKey key) { return shares(key, past, facts); });
}

/// Calls that count must not be as many as this. Of a quiet time: one is enough.
int limit_of(const FrequencyRule& body) {
    return body.limit.value_or(1);
}

/// First date that the rule's days reach back to, counted from `today`.
sys_days first_day(const FrequencyRule& body, sys_days today) {
    const std::chrono::year_month_day date{today};
    switch (body.span) {
    case FrequencyRule::Span::calendar_month:
        return sys_days{date.year() / date.month() / 1};
    case FrequencyRule::Span::consecutive_days:
        return today - days{std::max(body.days, 1) - 1};
    case FrequencyRule::Span::calendar_day:
    case FrequencyRule::Span::sliding:
        break;
    }
    return today;
}

/// First date on which a call of `date` no longer counts.
sys_days free_day(const FrequencyRule& body, sys_days date) {
    const std::chrono::year_month_day ymd{date};
    switch (body.span) {
    case FrequencyRule::Span::calendar_month:
        return sys_days{(ymd.year() / ymd.month() + std::chrono::months{1}) / 1};
    case FrequencyRule::Span::consecutive_days:
        return date + days{std::max(body.days, 1)};
    case FrequencyRule::Span::calendar_day:
    case FrequencyRule::Span::sliding:
        break;
    }
    return date + days{1};
}

/// How a cap stands: calls that count, and when enough of them have run off.
struct Standing {
    int count = 0;
    std::optional<Instant> until;    ///< empty: the cap is not reached
    Instant latest = Instant::min(); ///< of the calls that count
};

/// `past` has the calls that count; it is reordered. The cap is free when all but limit - 1 of them
/// have run off: the oldest first.
template <typename RunsOff>
Standing standing_of(std::vector<Instant>& past, int limit, RunsOff runs_off) {
    Standing standing;
    standing.count = static_cast<int>(past.size());
    for (const Instant at : past) {
        standing.latest = std::max(standing.latest, at);
    }
    if (standing.count < limit) {
        return standing;
    }
    if (limit <= 0) {
        standing.until = Instant::max();
        return standing;
    }
    const auto must_go = past.begin() + (standing.count - limit);
    std::nth_element(past.begin(), must_go, past.end());
    standing.until = runs_off(*must_go);
    return standing;
}

/// Calls up to now for which `counts` (Instant -> bool) holds.
template <typename Counts>
void collect(const FrequencyRule& body, const Case& asked, std::vector<Instant>& past,
             Counts counts) {
    past.clear();
    for (const PastAttempt& attempt : *asked.call.facts.attempts) {
        if (attempt.at <= asked.moment.at && counts(attempt.at) &&
            is_counted(body, attempt, asked.call.facts)) {
            past.push_back(attempt.at);
        }
    }
}

Standing sliding(const FrequencyRule& body, const Case& asked, std::vector<Instant>& past) {
    const Instant now = asked.moment.at;
    // A call exactly `length` ago no longer counts.
    collect(body, asked, past, [&](Instant at) { return at > now - body.length; });
    return standing_of(past, limit_of(body), [&](Instant at) { return at + body.length; });
}

/// The zone whose days count most calls decides, and the one that frees them last.
Standing by_days(const FrequencyRule& body, const Case& asked, std::vector<Instant>& past) {
    Standing worst;
    for (const ZoneMoment& there : asked.moment.zones) {
        const ZoneDatabase& zones = asked.call.zones;
        const Instant from = zones.day_begin(there.zone, first_day(body, sys_days{there.now.date}));
        collect(body, asked, past, [from](Instant at) { return at >= from; });
        const Standing standing = standing_of(past, limit_of(body), [&](Instant at) {
            const sys_days date{zones.local(there.zone, at).date};
            return zones.day_begin(there.zone, free_day(body, date));
        });
        worst.count = std::max(worst.count, standing.count);
        worst.latest = std::max(worst.latest, standing.latest);
        if (standing.until) {
            worst.until = worst.until ? std::max(*worst.until, *standing.until) : standing.until;
        }
    }
    return worst;
}

Standing standing(const FrequencyRule& body, const Case& asked, std::vector<Instant>& past) {
    return body.span == FrequencyRule::Span::sliding ? sliding(body, asked, past)
                                                     : by_days(body, asked, past);
}

} // namespace

void judge_frequency(const ReadyRule& rule, const FrequencyRule& body, const Case& asked,
                     Judgement& out) {
    const CallFacts& facts = asked.call.facts;
    if (!facts.attempts) {
        if (!facts.assume_clear) {
            add_finding(out, rule, ReasonCode::unknown_attempts, Saying::unknown).name =
                "which calls were made before";
        }
        return;
    }
    const Standing now = standing(body, asked, out.past);
    if (!now.until) {
        return;
    }
    Finding& finding =
        add_finding(out, rule, at_level(ReasonCode::freq_federal, rule.pack->pack->level),
                    body.limit ? Saying::too_many : Saying::too_soon);
    finding.count = now.count;
    finding.limit = limit_of(body);
    finding.at = now.latest;
}

std::optional<Instant> capped_until(const ReadyRule& rule, const FrequencyRule& body,
                                    const Case& asked, std::vector<Instant>& past) {
    if (!asked.call.facts.attempts) {
        return std::nullopt;
    }
    const Standing now = standing(body, asked, past);
    return now.until ? std::optional{std::min(*now.until, ends_at(*rule.rule, asked.call))}
                     : std::nullopt;
}

CapReservation reservation_of(const ReadyRule& rule, const FrequencyRule& body, const Case& asked) {
    CapReservation cap;
    cap.rule = rule.rule->id;
    cap.keys = body.keys;
    cap.limit = limit_of(body);
    cap.outcomes = body.after;
    cap.inbound_counts = body.inbound_counts;
    cap.from = asked.moment.at;
    if (body.span == FrequencyRule::Span::sliding) {
        cap.from = asked.moment.at - body.length + microseconds{1};
        return cap;
    }
    for (const ZoneMoment& there : asked.moment.zones) {
        const sys_days first = first_day(body, sys_days{there.now.date});
        cap.from = std::min(cap.from, asked.call.zones.day_begin(there.zone, first));
    }
    return cap;
}

} // namespace dnc
