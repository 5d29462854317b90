#pragma once

// Reports over the dial log: what was dialed, what came of it, what the law makes of it, and how
// agents spent their time. campaigns/reports/REPORTS.md defines every figure.
//
// A report reads one snapshot of the store: its figures agree with each other, and two reports of
// the same period over a log that does not change agree as well. All throw StoreRefusal, in words
// for people, when the request makes no sense.

#include "campaigns/files/table_write.hpp"
#include "campaigns/store.hpp"
#include "dnc/abandonment.hpp"
#include "dnc/zones.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

struct ReportRequest {
    std::string name;                        ///< of one of report_kinds()
    std::vector<std::string> campaigns = {}; ///< names; empty: all
    Instant from{};                          ///< from <= at < to
    Instant to{};
    std::string zone = "UTC";         ///< IANA name; days and hours are those of its clocks
    std::vector<std::string> by = {}; ///< what to divide by, in this order; empty: as usual
    Instant now{};                    ///< periods still under way end here
};

/// What reports need beside the store. The laws are those of dnc::abandonment_rules.
struct ReportWorld {
    const dnc::ZoneDatabase& zones;
    const std::map<std::string, dnc::AbandonmentRules>& laws;
};

/// One table. Rows have as many cells as there are columns.
struct Report {
    std::string name;
    std::string title; ///< with period and zone, for people
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
    std::vector<std::string> notes; ///< what each figure counts, in sentences
};

/// One figure of a report and what it is.
struct FigureKind {
    std::string_view name; ///< of the column
    ColumnKind kind;
    std::string_view meaning; ///< one sentence; what is counted and what is not
};

/// What there is to ask for.
struct ReportKind {
    std::string_view name;  ///< "attempts"
    std::string_view title; ///< "Attempts, contacts and sales"
    std::string_view description;
    std::vector<std::string_view> by;       ///< dimensions that `by` may name
    std::vector<std::string_view> usual_by; ///< when the request names none
    std::vector<FigureKind> figures;        ///< columns after those of the dimensions
};

/// All reports, in the order a page lists them. Built once.
[[nodiscard]] const std::vector<ReportKind>& report_kinds();
/// Nothing when there is no such report.
[[nodiscard]] const ReportKind* find_report(std::string_view name);

/// More rows than this are refused: somebody divides by too much at once.
inline constexpr std::size_t kReportRowsMax = 200'000;
/// Longest period of a report, in days.
inline constexpr int kReportDaysMax = 400;

/// Computes the report in one read-only transaction. StoreRefusal for an unknown report, campaign,
/// zone or dimension, and for a period that is empty or too long. The zone must be known to `world`
/// and to PostgreSQL.
[[nodiscard]] Report make_report(Store& store, const ReportWorld& world,
                                 const ReportRequest& request);

/// Writes the report's table; notes go into no table. JSON: one object with name, title, columns
/// ({name, kind}), rows and notes; the others: one table as TableWriter makes it.
void write_report(const Report& report, TableFormat format, const ByteSink& sink);

/// "2026-11-23" to "2026-11-24": the local days from the first to the last, both whole, as instants
/// of the zone; RFC 3339 instants are taken as they are. `to` empty: the end of `from`'s day (for a
/// date), else `now`; `from` empty: the beginning of the local day of `now`. StoreRefusal when one
/// of them cannot be read or the zone is not known.
struct ReportPeriod {
    Instant from{};
    Instant to{};
};
[[nodiscard]] ReportPeriod report_period(const dnc::ZoneDatabase& zones, std::string_view zone,
                                         std::string_view from, std::string_view to, Instant now);

} // namespace campaigns
