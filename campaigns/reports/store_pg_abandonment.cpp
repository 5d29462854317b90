// Abandoned calls by every legal definition, from the same rules and by the same arithmetic as the
// abandonment ledger (dnc/abandonment_ledger.hpp).
//
// A month of answered calls may be millions: the database classifies and counts them by the day of
// the rule's zone, and only the counts come here. The ledger draws the borders of the periods.

#include "campaigns/reports/store_pg_reports.hpp"
#include "dnc/abandonment_ledger.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace campaigns::reports {

namespace {

using dnc::AbandonmentLimit;
using dnc::AbandonmentPeriod;
using dnc::AnswerCounts;
using std::chrono::days;
using std::chrono::sys_days;

// Where the answered calls of the period went, and for whom they count. Campaigns without a call
// are there with the offer that they have now.
constexpr const char* kAccounts = R"sql(
SELECT c.regulatory_campaign_id, c.jurisdiction AS campaign_of, ''::text AS places
FROM campaigns c WHERE true%campaigns
UNION
SELECT r.regulatory_campaign_id, c.jurisdiction, p.key
FROM (SELECT regulatory_campaign_id, campaign_id, place FROM report_calls
      WHERE at >= %from AND at < %to AND treatment <> 'none'%calls GROUP BY 1, 2, 3) r
JOIN campaigns c ON c.id = r.campaign_id
LEFT JOIN places p ON p.id = r.place
WHERE r.regulatory_campaign_id IS NOT NULL
)sql";

constexpr const char* kOffer = R"sql(
SELECT g.seller, g.offer,
       (extract(epoch FROM first_call_of(g.id, g.seller)) * 1000000)::bigint AS first_call_us
FROM regulatory_campaigns g WHERE g.id = $1
)sql";

// The classes of dnc::classify, in its order; a machine is what the agent's word says, which is
// looked up by the reader.
constexpr const char* kCounts = R"sql(
SELECT c.regulatory_campaign_id, width_bucket(c.answered_at, %days) AS day, c.campaign_id, o.code,
       CASE WHEN c.bridged AND c.to_agent_us <= %within THEN 0
            WHEN c.bridged THEN 1
            WHEN c.person_left AND c.outcome <> 'interrupted' AND c.answered_us < %within THEN 3
            ELSE 2 END AS class,
       count(*)
FROM report_calls c
LEFT JOIN report_outcomes o ON o.attempt_id = c.attempt_id
      AND o.attempt_id BETWEEN first_id_at(%from) AND first_id_at(%to)
WHERE c.treatment <> 'none' AND c.answered_at >= %begin AND c.answered_at < %end
  AND c.regulatory_campaign_id = ANY ('%accounts')
GROUP BY 1, 2, 3, 4, 5
)sql";

std::string filled(std::string text, std::string_view what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
    return text;
}

using CountsByDay = std::map<sys_days, AnswerCounts>;

/// A regulatory campaign and the laws it is looked at under.
struct Account {
    std::int64_t id = 0;
    std::string seller;
    std::string offer;
    std::optional<Instant> first_call;
    std::map<std::string, std::string> applies; ///< jurisdiction -> why
};

/// "US" and "US-FL" of the place "US,US-FL|America/New_York".
std::vector<std::string> jurisdictions_of(const std::string& place) {
    std::vector<std::string> found;
    std::string word;
    for (const char c : place.substr(0, place.find('|')) + ",") {
        if (c != ',') {
            word += c;
        } else if (!word.empty()) {
            found.push_back(std::exchange(word, {}));
        }
    }
    return found;
}

std::map<std::int64_t, Account> load_accounts(Work& work, const Scope& scope) {
    std::string query = filled(kAccounts, "%campaigns", campaign_filter(scope, "c.id"));
    query = filled(query, "%from", quoted(work, scope.request.from));
    query = filled(query, "%to", quoted(work, scope.request.to));
    query = filled(query, "%calls", campaign_filter(scope, "campaign_id"));
    const auto& laws = scope.world.laws;
    std::map<std::int64_t, Account> accounts;
    for (const pqxx::row& row : work.exec(query)) {
        Account& account = accounts[row[0].as<std::int64_t>()];
        account.id = row[0].as<std::int64_t>();
        if (const auto its = row[1].as<std::string>(); laws.contains(its)) {
            account.applies.insert_or_assign(its, "campaign");
        }
        for (const std::string& there : jurisdictions_of(row[2].as<std::string>(""))) {
            if (laws.contains(there)) {
                account.applies.emplace(there, "called_there");
            }
        }
    }
    for (auto& [id, account] : accounts) {
        const pqxx::row row = work.exec_params1(kOffer, id);
        account.seller = row[0].as<std::string>();
        account.offer = row[1].as<std::string>();
        if (!row[2].is_null()) {
            account.first_call = instant_from_micros(row[2].as<std::int64_t>());
        }
    }
    return accounts;
}

/// What calls are counted for: the days of a zone, and the time that the law gives an agent.
struct Measure {
    std::string zone;
    std::chrono::milliseconds within;

    friend auto operator<=>(const Measure&, const Measure&) = default;
};

/// Counts of each account by civil day of the measure's zone.
using Counts = std::map<std::int64_t, CountsByDay>;

class Ledger {
public:
    Ledger(Work& work, const Scope& scope)
        : work_{work}, scope_{scope}, accounts_{load_accounts(work, scope)} {}

    [[nodiscard]] const std::map<std::int64_t, Account>& accounts() const { return accounts_; }

    [[nodiscard]] dnc::ZoneId zone(const std::string& name) const {
        const auto found = scope_.world.zones.find(name);
        if (!found) {
            throw StoreRefusal{"the zone " + name +
                               " of the abandonment rules is not in the time zone data"};
        }
        return *found;
    }

    [[nodiscard]] sys_days day_of(const std::string& zone_name, Instant at) const {
        return sys_days{scope_.world.zones.local(zone(zone_name), at).date};
    }

    /// First and last day of the period asked for, in the rule's zone.
    [[nodiscard]] std::pair<sys_days, sys_days> asked(const std::string& zone_name) const {
        return {day_of(zone_name, scope_.request.from),
                day_of(zone_name, scope_.request.to - std::chrono::microseconds{1})};
    }

    [[nodiscard]] const CountsByDay& counts(const Measure& measure, std::int64_t account) {
        auto found = counted_.find(measure);
        if (found == counted_.end()) {
            found = counted_.emplace(measure, count(measure)).first;
        }
        return found->second[account];
    }

    /// Periods of a limit that lie around the days asked for, without their counts. Those of
    /// trailing days are none.
    [[nodiscard]] std::vector<dnc::LedgerPeriod> borders(const dnc::AbandonmentRules& rules,
                                                         const AbandonmentLimit& limit,
                                                         const Account& account) const {
        const auto [first, last] = asked(rules.zone);
        std::vector<dnc::AnsweredCall> one_a_day;
        for (sys_days day = first; day <= last; day += days{1}) {
            dnc::AnsweredCall call;
            call.answered_at =
                scope_.world.zones.first_at(zone(rules.zone), day, std::chrono::hours{12});
            call.bridged_at = call.answered_at;
            call.ended_at = call.answered_at;
            one_a_day.push_back(call);
        }
        const dnc::AbandonmentRules only{rules.jurisdiction, rules.zone, {limit}};
        return dnc::abandonment_ledger(one_a_day, only, scope_.world.zones,
                                       account.first_call.value_or(scope_.request.now),
                                       scope_.request.now);
    }

    [[nodiscard]] sys_days today(const std::string& zone_name) const {
        return day_of(zone_name, scope_.request.now);
    }

private:
    Counts count(const Measure& measure) {
        // A period may begin before the days asked for and end after them.
        const days reach{dnc::kAbandonmentDaysMax};
        const auto by_day =
            day_buckets(scope_.world.zones, zone(measure.zone), scope_.request.from - reach,
                        std::min(scope_.request.to + reach, scope_.request.now));
        std::vector<std::int64_t> ids;
        for (const auto& [id, account] : accounts_) {
            ids.push_back(id);
        }
        const Instant begin = by_day.front().begin;
        const Instant end = std::min(scope_.request.to + reach, scope_.request.now);
        std::string query =
            filled(kCounts, "%days", work_.quote(bounds_of(by_day)) + "::timestamptz[]");
        query = filled(query, "%within",
                       std::to_string(std::chrono::microseconds{measure.within}.count()));
        query = filled(query, "%from", quoted(work_, begin - days{1}));
        query = filled(query, "%to", quoted(work_, end + days{1}));
        query = filled(query, "%begin", quoted(work_, begin));
        query = filled(query, "%end", quoted(work_, end));
        query = filled(query, "%accounts", array_of(ids));
        Counts counts;
        for (const pqxx::row& row : work_.exec(query)) {
            const auto& day = by_day.at(row[1].as<std::size_t>() - 1);
            add(counts[row[0].as<std::int64_t>()][day.date], row);
        }
        return counts;
    }

    void add(AnswerCounts& counts, const pqxx::row& row) const {
        constexpr std::array<std::int64_t AnswerCounts::*, 4> classes{
            &AnswerCounts::connected, &AnswerCounts::late, &AnswerCounts::abandoned,
            &AnswerCounts::early_hangup};
        const auto category =
            scope_.names.categories.of(row[2].as<std::int64_t>(), row[3].as<std::string>(""));
        const auto calls = row[5].as<std::int64_t>();
        if (category == "machine") {
            counts.machine += calls;
        } else {
            counts.*classes.at(row[4].as<std::size_t>()) += calls;
        }
    }

    Work& work_;
    const Scope& scope_;
    std::map<std::int64_t, Account> accounts_;
    std::map<Measure, Counts> counted_;
};

AnswerCounts sum_between(const CountsByDay& by_day, sys_days from, sys_days to) {
    AnswerCounts sum;
    for (auto day = by_day.lower_bound(from); day != by_day.end() && day->first < to; ++day) {
        sum.connected += day->second.connected;
        sum.late += day->second.late;
        sum.abandoned += day->second.abandoned;
        sum.early_hangup += day->second.early_hangup;
        sum.machine += day->second.machine;
    }
    return sum;
}

/// Largest k with (abandoned + k) * denominator <= numerator * (answered + k); 0 when none is.
std::int64_t headroom(dnc::AbandonmentRate rate, const AbandonmentLimit& limit) {
    const std::int64_t spare =
        limit.cap_numerator * rate.answered - limit.cap_denominator * rate.abandoned;
    const std::int64_t price = limit.cap_denominator - limit.cap_numerator;
    return spare <= 0 || price <= 0 ? 0 : spare / price;
}

std::string period_text(const AbandonmentLimit& limit) {
    switch (limit.period) {
    case AbandonmentPeriod::successive_days:
        return "successive " + std::to_string(limit.days) + " days";
    case AbandonmentPeriod::trailing_days:
        return "trailing " + std::to_string(limit.days) + " days";
    case AbandonmentPeriod::calendar_month:
        return "calendar month";
    case AbandonmentPeriod::day:
        break;
    }
    return "day";
}

Cell percent_cell(dnc::AbandonmentRate rate) {
    const std::string percent = dnc::percent_rounded_up(rate);
    return percent.empty() ? Cell{} : Cell{percent};
}

std::string yes(bool is) {
    return is ? "yes" : "no";
}

/// Days [from, to) under one limit, with what was counted in them.
struct Line {
    const Account& account;
    const dnc::AbandonmentRules& rules;
    const std::string& applies;
    const AbandonmentLimit& limit;
    sys_days from;
    sys_days to;
    bool under_way = false;
    AnswerCounts counts;
};

std::vector<Cell> cells_of(const Line& line) {
    const auto& limit = line.limit;
    const auto& counts = line.counts;
    const auto by_text = dnc::rate_by_text(counts);
    const auto conservative = dnc::rate_conservative(counts);
    std::vector<Cell> row{line.account.id,
                          line.account.seller,
                          line.account.offer,
                          line.rules.jurisdiction,
                          line.applies,
                          limit.id,
                          limit.cite,
                          period_text(limit),
                          line.rules.zone,
                          day_text(line.from),
                          day_text(line.to - days{1}),
                          yes(line.under_way)};
    row.insert(row.end(), {counts.connected, counts.late, counts.abandoned, counts.early_hangup,
                           counts.machine, by_text.abandoned, by_text.answered});
    row.push_back(percent_cell(by_text));
    row.push_back(percent_cell({limit.cap_numerator, limit.cap_denominator}));
    row.push_back(headroom(by_text, limit));
    row.push_back(yes(dnc::within_limit(by_text, limit)));
    row.push_back(percent_cell(conservative));
    row.push_back(headroom(conservative, limit));
    row.push_back(yes(dnc::within_limit(conservative, limit)));
    return row;
}

using EachLimit =
    std::function<void(const Account&, const dnc::AbandonmentRules&, const std::string& applies,
                       const AbandonmentLimit&, const CountsByDay&)>;

void for_each_limit(Ledger& ledger, const Scope& scope, const EachLimit& use) {
    for (const auto& [id, account] : ledger.accounts()) {
        for (const auto& [jurisdiction, applies] : account.applies) {
            const dnc::AbandonmentRules& rules = scope.world.laws.at(jurisdiction);
            for (const AbandonmentLimit& limit : rules.limits) {
                use(account, rules, applies, limit,
                    ledger.counts({rules.zone, limit.connect_within}, id));
            }
        }
    }
}

void note_what_counts(const Scope& scope, const Ledger& ledger, Report& report) {
    report.notes.push_back(
        "In the denominator are calls that a person answered: those joined with an agent, and "
        "those abandoned. In the numerator are those abandoned: no agent within the time allowed, "
        "or one later. Machines, busy, no answer and numbers that do not exist are in neither.");
    report.notes.push_back(
        "The time allowed counts from the answer, since the end of the greeting is not heard; a "
        "call that was open when its engine died counts as abandoned unless it was joined.");
    report.notes.push_back("Calls count for the offer they were made for, in whatever campaign and "
                           "from whatever list (FCC 12-21).");
    for (const auto& [id, account] : ledger.accounts()) {
        if (account.applies.empty()) {
            report.notes.push_back("No rule pack has an abandonment rule for " + account.seller +
                                   (account.offer.empty() ? "" : ", " + account.offer) + ".");
        }
    }
    if (scope.world.laws.empty()) {
        report.notes.push_back("No rule pack has an abandonment rule.");
    }
}

bool is_larger(dnc::AbandonmentRate left, dnc::AbandonmentRate right) {
    return left.abandoned * std::max<std::int64_t>(right.answered, 1) >
           right.abandoned * std::max<std::int64_t>(left.answered, 1);
}

/// Of the windows that end on a day asked for: the last one, and the worst one before it.
void add_trailing(const Ledger& ledger, const Line& line, const CountsByDay& by_day,
                  Report& report) {
    const auto [first, last] = ledger.asked(line.rules.zone);
    const auto ending = [&](sys_days day) {
        Line window = line;
        window.from = day - days{line.limit.days - 1};
        window.to = day + days{1};
        window.under_way = day >= ledger.today(line.rules.zone);
        window.counts = sum_between(by_day, window.from, window.to);
        return window;
    };
    std::optional<Line> worst;
    for (auto day = by_day.lower_bound(first); day != by_day.end() && day->first < last; ++day) {
        const Line window = ending(day->first);
        if (!worst || is_larger(dnc::rate_conservative(window.counts),
                                dnc::rate_conservative(worst->counts))) {
            worst.emplace(window);
        }
    }
    if (worst) {
        add_row(report, cells_of(*worst));
    }
    if (const Line now = ending(last); now.counts != AnswerCounts{}) {
        add_row(report, cells_of(now));
    }
}

} // namespace

void fill_abandonment(Work& work, const Scope& scope, Report& report) {
    Ledger ledger{work, scope};
    for_each_limit(ledger, scope,
                   [&](const Account& account, const dnc::AbandonmentRules& rules,
                       const std::string& applies, const AbandonmentLimit& limit,
                       const CountsByDay& by_day) {
                       Line line{account, rules, applies, limit, {}, {}, false, {}};
                       if (limit.period == AbandonmentPeriod::trailing_days) {
                           return add_trailing(ledger, line, by_day, report);
                       }
                       for (const auto& period : ledger.borders(rules, limit, account)) {
                           Line whole{account,     rules,     applies,          limit,
                                      period.from, period.to, period.under_way, {}};
                           whole.counts = sum_between(by_day, period.from, period.to);
                           if (whole.counts != AnswerCounts{}) {
                               add_row(report, cells_of(whole));
                           }
                       }
                   });
    note_what_counts(scope, ledger, report);
    report.notes.push_back("Of trailing periods there is the one that ends on the last day asked "
                           "for, and the worst one that ends on a day asked for before it. Periods "
                           "without an answered call are left out.");
}

void fill_abandonment_days(Work& work, const Scope& scope, Report& report) {
    Ledger ledger{work, scope};
    for_each_limit(
        ledger, scope,
        [&](const Account& account, const dnc::AbandonmentRules& rules, const std::string& applies,
            const AbandonmentLimit& limit, const CountsByDay& by_day) {
            const auto [first, last] = ledger.asked(rules.zone);
            const bool trailing = limit.period == AbandonmentPeriod::trailing_days;
            const auto borders =
                trailing ? std::vector<dnc::LedgerPeriod>{} : ledger.borders(rules, limit, account);
            for (sys_days day = first; day <= last; day += days{1}) {
                const auto period =
                    std::find_if(borders.begin(), borders.end(),
                                 [&](const auto& p) { return p.from <= day && day < p.to; });
                const sys_days from = trailing                  ? day - days{limit.days - 1}
                                      : period == borders.end() ? day
                                                                : period->from;
                Line line{account, rules, applies, limit, from, day + days{1}, false, {}};
                line.under_way = day >= ledger.today(rules.zone);
                line.counts = sum_between(by_day, line.from, line.to);
                if (line.counts != AnswerCounts{}) {
                    add_row(report, cells_of(line));
                }
            }
        });
    note_what_counts(scope, ledger, report);
    report.notes.push_back("Each row runs to the end of its last day; that day under way is the "
                           "only thing that can still change in it.");
}

} // namespace campaigns::reports
