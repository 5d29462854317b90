// Reports that count calls, and the counting: attempts, caller ids.

#include "campaigns/reports/rate_change.hpp"
#include "campaigns/reports/store_pg_reports.hpp"

#include "dnc/time_text.hpp"

#include <algorithm>
#include <array>

namespace campaigns::reports {

namespace {

// Six seconds: what Anatel (Brazil) calls a short call since 2024-06-01.
constexpr const char* kFigures = R"sql(,
       c.answered_at IS NOT NULL AS answered, count(*) AS calls,
       count(*) FILTER (WHERE c.answered_us <= 6000000) AS short_calls,
       sum(c.ring_ms) AS ring_ms, count(c.ring_ms) AS rang,
       sum(c.talk_ms) AS talk_ms, count(c.talk_ms) AS talked,
       sum(c.to_agent_us) AS to_agent_us, count(c.to_agent_us) AS waited,
       sum(o.wrap_up_ms) AS wrap_up_ms, count(o.wrap_up_ms) AS wrapped
FROM report_calls c
LEFT JOIN report_outcomes o ON o.attempt_id = c.attempt_id
)sql";

// Ids are made with the time of the attempt; a clock that was put back leaves them behind it by as
// much.
constexpr const char* kIdRange = "AND o.attempt_id BETWEEN first_id_at(%1) AND first_id_at(%2)\n";
constexpr std::chrono::days kIdsAreOffAtMost{1};

constexpr std::size_t kGroupsMax = 2'000'000;

std::string replaced(std::string text, std::string_view what, const std::string& by) {
    return text.replace(text.find(what), what.size(), by);
}

std::string id_range(Work& work, Instant from, Instant to) {
    return replaced(replaced(kIdRange, "%1", quoted(work, from - kIdsAreOffAtMost)), "%2",
                    quoted(work, to + kIdsAreOffAtMost));
}

/// A column of the groups: its name there, and what it is in SQL.
struct GroupColumn {
    std::string_view sql;
    std::string_view name;
};
constexpr std::array kGroupColumns{
    GroupColumn{"c.campaign_id", "campaign"},
    GroupColumn{"c.list_id", "list"},
    GroupColumn{"c.agent_id", "agent"},
    GroupColumn{"c.caller_id", "caller_id"},
    GroupColumn{"c.place", "place"},
    GroupColumn{"c.attempt_no", "attempt_no"},
    GroupColumn{"c.sip_status", "sip_status"},
    GroupColumn{"c.trunk", "trunk"},
    GroupColumn{"c.outcome", "outcome"},
    GroupColumn{"c.treatment", "treatment"},
    GroupColumn{"o.code", "code"},
};

bool is_divided(const std::vector<const Dimension*>& by, std::string_view sql) {
    // What a call is depends on these, whatever it is divided by.
    constexpr std::array<std::string_view, 4> always{"c.campaign_id", "c.outcome", "c.treatment",
                                                     "o.code"};
    const auto is_this = [sql](const Dimension* dimension) { return dimension->sql == sql; };
    return std::find(always.begin(), always.end(), sql) != always.end() ||
           std::any_of(by.begin(), by.end(), is_this);
}

std::string group_query(Work& work, const Scope& scope, const std::vector<const Dimension*>& by,
                        const std::vector<Bucket>& buckets) {
    const auto& [from, to] = std::pair{scope.request.from, scope.request.to};
    std::string columns;
    for (const GroupColumn& column : kGroupColumns) {
        columns += columns.empty() ? "SELECT " : ", ";
        columns += is_divided(by, column.sql) ? column.sql : "NULL";
        columns += " AS ";
        columns += column.name;
    }
    const bool timed =
        std::any_of(by.begin(), by.end(), [](const Dimension* one) { return one->sql.empty(); });
    columns += timed ? ", width_bucket(c.at, " + work.quote(bounds_of(buckets)) +
                           "::timestamptz[]) AS bucket"
                     : ", 0 AS bucket";
    // Refusals by number are counted in whatever a report divides by.
    columns += ", CASE WHEN c.sip_status IN (603, 607, 608) THEN c.sip_status END AS refused";
    return columns + kFigures + id_range(work, from, to) + "WHERE c.at >= " + quoted(work, from) +
           " AND c.at < " + quoted(work, to) + campaign_filter(scope, "c.campaign_id") +
           "\nGROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 LIMIT " +
           std::to_string(kGroupsMax + 1);
}

Mean mean_of(const pqxx::row& row, const char* sum, const char* count) {
    return {.sum = row[sum].as<std::int64_t>(0), .count = row[count].as<std::int64_t>(0)};
}

CallGroup group_of(const pqxx::row& row) {
    CallGroup group;
    group.bucket = row["bucket"].as<std::int64_t>();
    group.campaign = row["campaign"].as<std::int64_t>(0);
    group.list = row["list"].as<std::int64_t>(0);
    group.agent = row["agent"].as<std::int64_t>(0);
    group.caller_id = row["caller_id"].as<std::int64_t>(0);
    group.place = row["place"].as<std::int64_t>(0);
    group.attempt_no = row["attempt_no"].as<std::int64_t>(0);
    group.trunk = row["trunk"].as<std::string>("");
    group.sip_status = row["sip_status"].as<int>(row["refused"].as<int>(0));
    group.outcome = row["outcome"].as<std::string>();
    group.treatment = row["treatment"].as<std::string>();
    group.code = row["code"].as<std::string>("");
    group.answered = row["answered"].as<bool>();
    group.calls = row["calls"].as<std::int64_t>();
    group.short_calls = row["short_calls"].as<std::int64_t>();
    group.ring_ms = mean_of(row, "ring_ms", "rang");
    group.talk_ms = mean_of(row, "talk_ms", "talked");
    group.to_agent_us = mean_of(row, "to_agent_us", "waited");
    group.wrap_up_ms = mean_of(row, "wrap_up_ms", "wrapped");
    return group;
}

// -- caller ids

constexpr std::chrono::days kDaysBefore{7};
// One comparison a caller id and day, two ways: of a hundred caller ids whose answers do not change
// at most one in five days has a false alarm.
constexpr RateChangeRule kCallerIdRule{.false_alarm = 0.001, .least_change = 0.2, .trials_min = 50};

using DailyRates = std::map<std::chrono::sys_days, RateCounts>;

/// Of every caller id, each day of the period and of the days before it.
std::map<std::int64_t, DailyRates> daily_rates(Work& work, const Scope& scope) {
    const Instant from = scope.request.from - kDaysBefore - std::chrono::days{1};
    const auto days = day_buckets(scope.world.zones, scope.zone, from, scope.request.to);
    const std::string query =
        "SELECT caller_id, width_bucket(at, " + work.quote(bounds_of(days)) +
        "::timestamptz[]), count(*), count(answered_at) FROM report_calls WHERE at >= " +
        quoted(work, days.front().begin) + " AND at < " + quoted(work, scope.request.to) +
        " AND outcome <> 'not_sent'" + campaign_filter(scope, "campaign_id") + " GROUP BY 1, 2";
    std::map<std::int64_t, DailyRates> rates;
    for (const pqxx::row& row : work.exec(query)) {
        const auto& day = days.at(row[1].as<std::size_t>() - 1);
        rates[row[0].as<std::int64_t>()].insert_or_assign(
            day.date, RateCounts{row[2].as<std::int64_t>(), row[3].as<std::int64_t>()});
    }
    return rates;
}

RateCounts sum_between(const DailyRates& days, std::chrono::sys_days from,
                       std::chrono::sys_days to) {
    RateCounts sum;
    for (auto day = days.lower_bound(from); day != days.end() && day->first < to; ++day) {
        sum.trials += day->second.trials;
        sum.successes += day->second.successes;
    }
    return sum;
}

std::string_view alarm_text(const RateChange& change) {
    if (change.dropped) {
        return "dropped";
    }
    return change.rose ? "rose" : "";
}

/// The day's calls in the period against those of the seven days before it.
void append_change(std::vector<Cell>& row, RateCounts now, RateCounts before) {
    const RateChange change = rate_change(before, now, kCallerIdRule);
    row.insert(row.end(), {before.trials, share_cell(before.successes, before.trials)});
    row.push_back(before.trials == 0 || now.trials == 0 ? Cell{} : Cell{change.drop_chance});
    row.push_back(std::string{alarm_text(change)});
}

std::vector<Cell> caller_id_figures(const Tally& tally) {
    std::vector<Cell> row{tally.attempts, tally.sent, tally.answered};
    append_interval(row, tally.answered, tally.sent);
    const std::int64_t unanswered = tally.sent - tally.answered;
    row.insert(row.end(), {tally.short_calls, share_cell(tally.short_calls, tally.answered),
                           share_cell(unanswered + tally.short_calls, tally.sent),
                           tally.refused_603, tally.refused_607, tally.refused_608});
    return row;
}

} // namespace

std::vector<CallGroup> call_groups(Work& work, const Scope& scope,
                                   const std::vector<const Dimension*>& by,
                                   const std::vector<Bucket>& buckets) {
    const pqxx::result rows = work.exec(group_query(work, scope, by, buckets));
    if (rows.size() > kGroupsMax) {
        throw StoreRefusal{"the report divides calls into too many groups; divide by less, or take "
                           "a shorter period"};
    }
    std::vector<CallGroup> groups;
    groups.reserve(rows.size());
    for (const pqxx::row& row : rows) {
        groups.push_back(group_of(row));
    }
    return groups;
}

std::vector<const Dimension*> dimensions_of(const Scope& scope) {
    std::vector<const Dimension*> by;
    for (const std::string& word : scope.request.by) {
        by.push_back(find_dimension(word));
    }
    return by;
}

TallyTable tally_of_request(Work& work, const Scope& scope) {
    const auto buckets = scope.buckets();
    const auto by = dimensions_of(scope);
    return tally_by(by, call_groups(work, scope, by, buckets), scope.names, buckets);
}

void note_under_way(Work& work, const Scope& scope, Report& report) {
    report.notes.push_back("Attempts without a result are in no figure; at this moment there are " +
                           std::to_string(calls_under_way(work, scope)) + " of them.");
}

void fill_attempts(Work& work, const Scope& scope, Report& report) {
    for (const auto& [key, tally] : tally_of_request(work, scope)) {
        std::vector<Cell> row = key;
        for (Cell& cell : attempt_cells(tally)) {
            row.push_back(std::move(cell));
        }
        add_row(report, std::move(row));
    }
    note_under_way(work, scope, report);
}

void fill_caller_ids(Work& work, const Scope& scope, Report& report) {
    const auto& words = scope.request.by;
    const auto id_at = std::find(words.begin(), words.end(), "caller_id") - words.begin();
    const auto day_at = std::find(words.begin(), words.end(), "day") - words.begin();
    if (!scope.divides_by("caller_id")) {
        throw StoreRefusal{"the report caller_ids is divided by caller_id, and by day if you like"};
    }
    const auto rates = daily_rates(work, scope);
    const std::chrono::sys_days first = scope.days().front().date;
    for (const auto& [key, tally] : tally_of_request(work, scope)) {
        const auto number = std::get<dnc::Number>(key.at(static_cast<std::size_t>(id_at)));
        std::chrono::sys_days day = first;
        if (scope.divides_by("day")) {
            day = *dnc::read_date(std::get<std::string>(key.at(static_cast<std::size_t>(day_at))));
        }
        const auto before = rates.find(number.e164);
        std::vector<Cell> row = key;
        for (Cell& cell : caller_id_figures(tally)) {
            row.push_back(std::move(cell));
        }
        append_change(row, {tally.sent, tally.answered},
                      before == rates.end() ? RateCounts{}
                                            : sum_between(before->second, day - kDaysBefore, day));
        add_row(report, std::move(row));
    }
    note_under_way(work, scope, report);
}

} // namespace campaigns::reports
