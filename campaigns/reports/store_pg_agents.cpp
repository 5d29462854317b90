// Reports on agents' time. A spell is a stretch of time in one state; those that are cut by the
// borders of a day or of the period count for each side with their part.

#include "campaigns/reports/store_pg_reports.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace campaigns::reports {

namespace {

// Spells that are over, and those that agents are in now. An agent who was last seen before his
// engine was started anew is in a state that nobody knows: an engine's ids have its node in bits 12
// to 21 (campaigns/ids.hpp), its run's as well.
constexpr const char* kSpells = R"sql(
WITH spells AS (
    SELECT agent_id, campaign_id, state, reason, next_state, from_at, to_at
    FROM report_spells WHERE from_at < %to AND to_at > %from%campaigns
    UNION ALL
    SELECT agent_id, campaign_id,
           CASE WHEN EXISTS (SELECT FROM engine_runs r
                             WHERE r.id > a.state_id
                               AND (r.id >> 12) & 1023 = (a.state_id >> 12) & 1023)
                THEN 'unknown' ELSE state END,
           reason, '', since, %now
    FROM report_agents a WHERE state <> 'offline' AND since < %to%campaigns
), bounded AS (
    SELECT *, greatest(from_at, %from) AS begins, least(to_at, %to) AS ends FROM spells
    WHERE to_at > %from
), placed AS (
    SELECT *, width_bucket(begins, %days) AS first_day,
           width_bucket(ends - interval '1 microsecond', %days) AS last_day
    FROM bounded WHERE ends > begins
), parts AS (
    SELECT agent_id, campaign_id, state, reason, next_state, from_at, to_at, first_day AS day,
           begins, ends, true AS is_first, true AS is_last
    FROM placed WHERE first_day = last_day
    UNION ALL
    SELECT agent_id, campaign_id, state, reason, next_state, from_at, to_at, day,
           greatest(begins, (%days)[day]), least(ends, coalesce((%days)[day + 1], ends)),
           day = first_day, day = last_day
    FROM placed CROSS JOIN LATERAL generate_series(first_day, last_day) AS day
    WHERE first_day < last_day
)
)sql";

constexpr const char* kTimes = R"sql(
SELECT agent_id, day, state, extract(epoch FROM spent)::float8,
       idles, extract(epoch FROM idle)::float8, extract(epoch FROM idle_p90)::float8, begun
FROM (
    SELECT %agent AS agent_id, %day AS day, state, sum(ends - begins) AS spent,
           count(*) FILTER (WHERE is_idle) AS idles,
           sum(to_at - from_at) FILTER (WHERE is_idle) AS idle,
           percentile_disc(0.9) WITHIN GROUP (ORDER BY to_at - from_at)
               FILTER (WHERE is_idle) AS idle_p90,
           count(*) FILTER (WHERE is_first AND from_at >= %from) AS begun
    FROM (SELECT *, state = 'ready' AND next_state = 'reserved' AND is_last AND to_at <= %to
                    AS is_idle FROM parts) p
    GROUP BY 1, 2, 3) t
)sql";

constexpr const char* kPauseTimes = R"sql(
SELECT %agent, %day, %reason, count(*), extract(epoch FROM sum(ends - begins))::float8,
       extract(epoch FROM max(ends - begins))::float8
FROM parts WHERE state = 'paused' GROUP BY 1, 2, 3
)sql";

// Days do not matter here.
constexpr const char* kByCampaign = R"sql(
SELECT campaign_id, state, agent_id, extract(epoch FROM sum(ends - begins))::float8
FROM bounded WHERE campaign_id IS NOT NULL AND ends > begins GROUP BY 1, 2, 3
)sql";

std::string filled(std::string text, std::string_view what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
    return text;
}

std::string spells_query(Work& work, const Scope& scope, const char* select) {
    std::string query = std::string{kSpells} + select;
    query = filled(query, "%campaigns", campaign_filter(scope, "campaign_id"));
    query = filled(query, "%from", quoted(work, scope.request.from));
    query = filled(query, "%to", quoted(work, scope.request.to));
    query = filled(query, "%now", quoted(work, scope.request.now));
    query = filled(query, "%days", work.quote(bounds_of(scope.days())) + "::timestamptz[]");
    query = filled(query, "%agent", scope.divides_by("agent") ? "agent_id" : "0::bigint");
    query = filled(query, "%day", scope.divides_by("day") ? "day" : "1");
    return filled(query, "%reason", scope.divides_by("reason") ? "reason" : "''::text");
}

/// Time of one agent on one day, in seconds.
struct AgentTime {
    std::map<std::string, double> by_state;
    std::int64_t calls = 0;
    std::int64_t idles = 0;
    double idle_s = 0;
    Cell idle_p90_s;
};

double seconds_in(const AgentTime& time, const std::string& state) {
    const auto found = time.by_state.find(state);
    return found == time.by_state.end() ? 0.0 : found->second;
}

/// Length of the day, or of the whole period, as far as it lies in the period.
double period_seconds(const Scope& scope, const std::vector<Bucket>& days, std::size_t day) {
    Instant from = scope.request.from;
    Instant to = scope.request.to;
    if (scope.divides_by("day")) {
        from = std::max(from, days.at(day - 1).begin);
        to = day < days.size() ? std::min(to, days.at(day).begin) : to;
    }
    return std::chrono::duration<double>{to - from}.count();
}

constexpr std::array kStates{"ready", "reserved", "talking", "wrap_up", "paused", "unknown"};

std::vector<Cell> time_cells(const AgentTime& time, double period_s) {
    std::vector<Cell> row{period_s};
    double seen = 0;
    for (const char* state : kStates) {
        row.push_back(seconds_in(time, state));
        seen += seconds_in(time, state);
    }
    // Sums of seconds with six places: what is left of nothing is not less than nothing.
    row.push_back(std::max(0.0, period_s - seen));
    row.push_back(time.calls);
    const double busy =
        seconds_in(time, "reserved") + seconds_in(time, "talking") + seconds_in(time, "wrap_up");
    const double working = busy + seconds_in(time, "ready");
    row.push_back(working > 0 ? Cell{busy / working} : Cell{});
    row.push_back(time.idles > 0 ? Cell{time.idle_s / static_cast<double>(time.idles)} : Cell{});
    row.push_back(time.idle_p90_s);
    return row;
}

std::vector<Cell> key_of(const Scope& scope, std::int64_t agent, std::int64_t day,
                         const std::vector<Bucket>& days, const std::string& reason) {
    CallGroup group;
    group.agent = agent;
    group.bucket = day;
    std::vector<Cell> key;
    for (const std::string& word : scope.request.by) {
        if (word == "reason") {
            key.push_back(reason);
            continue;
        }
        for (Cell& cell : find_dimension(word)->cells(group, scope.names, days)) {
            key.push_back(std::move(cell));
        }
    }
    return key;
}

using AgentAndDay = std::pair<std::int64_t, std::int64_t>;

void add_state(AgentTime& time, const pqxx::row& row) {
    const auto state = row[2].as<std::string>();
    time.by_state[state] += row[3].as<double>(0);
    time.calls += state == "talking" ? row[7].as<std::int64_t>() : 0;
    if (state == "ready") {
        time.idles = row[4].as<std::int64_t>();
        time.idle_s = row[5].as<double>(0);
        time.idle_p90_s = row[6].is_null() ? Cell{} : Cell{row[6].as<double>()};
    }
}

} // namespace

void fill_agent_time(Work& work, const Scope& scope, Report& report) {
    if (!scope.divides_by("agent")) {
        throw StoreRefusal{"the report agent_time is divided by agent, and by day if you like"};
    }
    const auto days = scope.days();
    std::map<AgentAndDay, AgentTime> times;
    for (const pqxx::row& row : work.exec(spells_query(work, scope, kTimes))) {
        add_state(times[{row[0].as<std::int64_t>(), row[1].as<std::int64_t>()}], row);
    }
    for (const auto& [who, time] : times) {
        auto row = key_of(scope, who.first, who.second, days, {});
        for (Cell& cell :
             time_cells(time, period_seconds(scope, days, static_cast<std::size_t>(who.second)))) {
            row.push_back(std::move(cell));
        }
        add_row(report, std::move(row));
    }
    std::sort(report.rows.begin(), report.rows.end());
    report.notes.push_back("The states of a row, offline included, add up to period_s. Agents who "
                           "were offline all the time have no row.");
}

void fill_pauses(Work& work, const Scope& scope, Report& report) {
    const auto days = scope.days();
    for (const pqxx::row& found : work.exec(spells_query(work, scope, kPauseTimes))) {
        auto row = key_of(scope, found[0].as<std::int64_t>(), found[1].as<std::int64_t>(), days,
                          found[2].as<std::string>());
        row.insert(row.end(),
                   {found[3].as<std::int64_t>(), found[4].as<double>(0), found[5].as<double>(0)});
        add_row(report, std::move(row));
    }
    std::sort(report.rows.begin(), report.rows.end());
}

std::map<std::int64_t, CampaignTime> time_by_campaign(Work& work, const Scope& scope) {
    std::map<std::int64_t, CampaignTime> times;
    std::set<std::pair<std::int64_t, std::int64_t>> seen;
    for (const pqxx::row& row : work.exec(spells_query(work, scope, kByCampaign))) {
        const auto campaign = row[0].as<std::int64_t>();
        const auto state = row[1].as<std::string>();
        const auto seconds = row[3].as<double>(0);
        CampaignTime& time = times[campaign];
        time.agents += seen.insert({campaign, row[2].as<std::int64_t>()}).second ? 1 : 0;
        time.signed_in_s += seconds;
        time.ready_s += state == "ready" ? seconds : 0;
        const bool busy = state == "reserved" || state == "talking" || state == "wrap_up";
        time.busy_s += busy ? seconds : 0;
    }
    return times;
}

} // namespace campaigns::reports
