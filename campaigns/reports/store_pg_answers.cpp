// Reports on what became of answers: trunks, times to the agent, and the summary of a day.

#include "campaigns/reports/store_pg_reports.hpp"

#include <algorithm>

namespace campaigns::reports {

namespace {

constexpr const char* kAnswerTimes = R"sql(
SELECT campaign, bucket, connected,
       agent[1], agent[2], agent[3], agent_max, over, bridge[1], bridge[2], bridge[3], bridge_max
FROM (
    SELECT %campaign AS campaign, %bucket AS bucket, count(*) AS connected,
           percentile_disc(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (ORDER BY to_agent_us) AS agent,
           max(to_agent_us) AS agent_max,
           count(*) FILTER (WHERE to_agent_us > 2000000) AS over,
           percentile_disc(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (ORDER BY to_bridge_us) AS bridge,
           max(to_bridge_us) AS bridge_max
    FROM report_calls WHERE bridged AND at >= %from AND at < %to%campaigns
    GROUP BY 1, 2) t
)sql";

std::string with(std::string text, std::string_view what, const std::string& by) {
    return text.replace(text.find(what), what.size(), by);
}

std::string answer_query(Work& work, const Scope& scope, const std::vector<Bucket>& days) {
    std::string query = with(kAnswerTimes, "%campaign ",
                             scope.divides_by("campaign") ? "campaign_id " : "0::bigint ");
    query = with(query, "%bucket",
                 scope.divides_by("day")
                     ? "width_bucket(at, " + work.quote(bounds_of(days)) + "::timestamptz[])"
                     : std::string{"1"});
    query = with(query, "%from", quoted(work, scope.request.from));
    query = with(query, "%to", quoted(work, scope.request.to));
    return with(query, "%campaigns", campaign_filter(scope, "campaign_id"));
}

Cell seconds_cell(const pqxx::field& micros) {
    return micros.is_null() ? Cell{} : Cell{micros.as<double>() / 1e6};
}

/// Rows that were made in the database's order, in that of their keys.
void sort_rows(Report& report) {
    std::sort(report.rows.begin(), report.rows.end());
}

std::vector<Cell> day_row(const std::string& campaign, const Tally& tally, const CampaignTime& time,
                          std::int64_t refusals, std::int64_t opt_outs) {
    const std::int64_t persons = tally.connected - std::min(tally.connected, tally.machines);
    std::vector<Cell> row{campaign, tally.attempts, tally.sent, tally.answered,
                          share_cell(tally.answered, tally.sent)};
    row.insert(row.end(),
               {tally.connected, tally.abandoned,
                share_cell(tally.abandoned, tally.abandoned + persons), tally.contacts, tally.sales,
                share_cell(tally.sales, tally.contacts), time.agents, time.signed_in_s});
    const double working = time.busy_s + time.ready_s;
    row.push_back(working > 0 ? Cell{time.busy_s / working} : Cell{});
    row.insert(row.end(), {mean_seconds(tally.talk_ms, 1e3), mean_seconds(tally.to_agent_us, 1e6),
                           refusals, opt_outs});
    return row;
}

template <typename Value>
Value of_campaign(const std::map<std::int64_t, Value>& values, std::int64_t campaign) {
    const auto found = values.find(campaign);
    return found == values.end() ? Value{} : found->second;
}

} // namespace

void fill_trunks(Work& work, const Scope& scope, Report& report) {
    const auto& words = scope.request.by;
    const auto at =
        static_cast<std::size_t>(std::find(words.begin(), words.end(), "trunk") - words.begin());
    const auto trunk_of = [&](const std::vector<Cell>& key) {
        return at < words.size() ? key.at(at) : Cell{};
    };
    const TallyTable table = tally_of_request(work, scope);
    std::map<Cell, std::int64_t> attempts;
    for (const auto& [key, tally] : table) {
        attempts[trunk_of(key)] += tally.attempts;
    }
    for (const auto& [key, tally] : table) {
        std::vector<Cell> row = key;
        row.insert(row.end(),
                   {tally.attempts, share_cell(tally.attempts, attempts.at(trunk_of(key))),
                    mean_seconds(tally.ring_ms, 1e3)});
        add_row(report, std::move(row));
    }
    note_under_way(work, scope, report);
}

void fill_answer_times(Work& work, const Scope& scope, Report& report) {
    const auto days = scope.days();
    const auto by = dimensions_of(scope);
    for (const pqxx::row& found : work.exec(answer_query(work, scope, days))) {
        CallGroup group;
        group.campaign = found[0].as<std::int64_t>();
        group.bucket = found[1].as<std::int64_t>();
        std::vector<Cell> row;
        for (const Dimension* dimension : by) {
            for (Cell& cell : dimension->cells(group, scope.names, days)) {
                row.push_back(std::move(cell));
            }
        }
        row.push_back(found[2].as<std::int64_t>());
        for (const int column : {3, 4, 5, 6}) {
            row.push_back(seconds_cell(found[column]));
        }
        row.push_back(found[7].as<std::int64_t>());
        for (const int column : {8, 9, 10, 11}) {
            row.push_back(seconds_cell(found[column]));
        }
        add_row(report, std::move(row));
    }
    sort_rows(report);
    report.notes.push_back("A percentile is the time of the call at that place in the order, never "
                           "a value between two calls.");
}

void fill_day(Work& work, const Scope& scope, Report& report) {
    const auto groups = call_groups(work, scope, {find_dimension("campaign")}, {});
    std::map<std::int64_t, Tally> tallies;
    for (const CallGroup& group : groups) {
        tallies[group.campaign].add(group, scope.names.categories.of(group.campaign, group.code));
    }
    const auto times = time_by_campaign(work, scope);
    const auto refusals = refusals_by_campaign(work, scope);
    const auto opt_outs = opt_outs_by_campaign(work, scope);
    for (const std::int64_t campaign : scope.campaigns) {
        add_row(report, day_row(scope.names.campaigns.at(campaign), of_campaign(tallies, campaign),
                                of_campaign(times, campaign), of_campaign(refusals, campaign),
                                of_campaign(opt_outs, campaign)));
    }
    sort_rows(report);
    note_under_way(work, scope, report);
}

} // namespace campaigns::reports
