#pragma once

// What the files behind make_report() share. Only store_pg_reports*.cpp include it.

#include "campaigns/reports/reports.hpp"
#include "campaigns/reports/tally.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction_base>

namespace campaigns::reports {

/// A request that was understood, with what its report is made from.
struct Scope {
    const ReportWorld& world;
    const ReportKind& kind;
    ReportRequest request; ///< `by` complete; `to` not after `now`
    dnc::ZoneId zone{};
    std::vector<std::int64_t> campaigns; ///< of the request; all when it names none
    bool all_campaigns = true;
    CallNames names;

    [[nodiscard]] bool divides_by(std::string_view dimension) const;
    /// Hours when the report divides by them, else days.
    [[nodiscard]] std::vector<Bucket> buckets() const;
    [[nodiscard]] std::vector<Bucket> days() const;
};

using Work = pqxx::transaction_base;

/// One row more, refused when there are too many.
void add_row(Report& report, std::vector<Cell> row);

/// RFC 3339, quoted for SQL.
[[nodiscard]] std::string quoted(Work& work, Instant at);
/// " AND <column> = ANY ('{...}')", or nothing when all campaigns are meant.
[[nodiscard]] std::string campaign_filter(const Scope& scope, std::string_view column);

/// Calls of the period's attempts, in groups that are divided by what `by` names.
[[nodiscard]] std::vector<CallGroup> call_groups(Work& work, const Scope& scope,
                                                 const std::vector<const Dimension*>& by,
                                                 const std::vector<Bucket>& buckets);
/// The dimensions that the request names, and the calls tallied by them.
[[nodiscard]] std::vector<const Dimension*> dimensions_of(const Scope& scope);
[[nodiscard]] TallyTable tally_of_request(Work& work, const Scope& scope);

/// Says how many attempts are under way: they have no result and are in no report.
void note_under_way(Work& work, const Scope& scope, Report& report);
[[nodiscard]] std::int64_t calls_under_way(Work& work, const Scope& scope);

// Each fills in the rows of one report.
void fill_day(Work& work, const Scope& scope, Report& report);
void fill_attempts(Work& work, const Scope& scope, Report& report);
void fill_abandonment(Work& work, const Scope& scope, Report& report);
void fill_abandonment_days(Work& work, const Scope& scope, Report& report);
void fill_agent_time(Work& work, const Scope& scope, Report& report);
void fill_pauses(Work& work, const Scope& scope, Report& report);
void fill_caller_ids(Work& work, const Scope& scope, Report& report);
void fill_trunks(Work& work, const Scope& scope, Report& report);
void fill_answer_times(Work& work, const Scope& scope, Report& report);
void fill_lists(Work& work, const Scope& scope, Report& report);
void fill_stops(Work& work, const Scope& scope, Report& report);
void fill_refusals(Work& work, const Scope& scope, Report& report);
void fill_opt_outs(Work& work, const Scope& scope, Report& report);

/// Seconds that agents spent in each state in the period, by campaign, for the summary.
struct CampaignTime {
    std::int64_t agents = 0;
    double signed_in_s = 0;
    double busy_s = 0; ///< reserved, talking, wrap-up
    double ready_s = 0;
};
[[nodiscard]] std::map<std::int64_t, CampaignTime> time_by_campaign(Work& work, const Scope& scope);
[[nodiscard]] std::map<std::int64_t, std::int64_t> refusals_by_campaign(Work& work,
                                                                        const Scope& scope);
[[nodiscard]] std::map<std::int64_t, std::int64_t> opt_outs_by_campaign(Work& work,
                                                                        const Scope& scope);

} // namespace campaigns::reports
