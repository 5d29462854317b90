#include "campaigns/reports/reports.hpp"

#include "dnc/time_text.hpp"

#include <boost/json.hpp>

#include <array>

namespace campaigns {

namespace {

using std::chrono::sys_days;

std::string_view kind_text(ColumnKind kind) {
    constexpr std::array<std::string_view, 7> names{"text",       "whole",   "decimal", "share",
                                                    "duration_s", "instant", "number"};
    return names.at(static_cast<std::size_t>(kind));
}

std::string json_head(const Report& report) {
    boost::json::array columns;
    for (const Column& column : report.columns) {
        columns.push_back({{"name", column.name}, {"kind", kind_text(column.kind)}});
    }
    boost::json::array notes;
    for (const std::string& note : report.notes) {
        notes.push_back(boost::json::string{note});
    }
    const std::string head =
        boost::json::serialize(boost::json::object{{"report", report.name},
                                                   {"title", report.title},
                                                   {"columns", std::move(columns)},
                                                   {"notes", std::move(notes)}});
    return head.substr(0, head.size() - 1); // the rows follow inside
}

void write_table(const Report& report, TableFormat format, const ByteSink& sink) {
    TableWriter writer{format, report.title, report.columns, sink};
    for (const std::vector<Cell>& row : report.rows) {
        writer.row(row);
    }
    writer.finish();
}

dnc::ZoneId zone_of(const dnc::ZoneDatabase& zones, std::string_view zone) {
    const auto found = zones.find(zone);
    if (!found) {
        throw StoreRefusal{"there is no time zone \"" + std::string{zone} +
                           "\"; write one like America/New_York"};
    }
    return *found;
}

StoreRefusal unreadable(std::string_view text) {
    return StoreRefusal{"\"" + std::string{text} +
                        "\" is no time: write a date (2026-11-23) or a time with its offset "
                        "(2026-11-23T09:00:00-05:00)"};
}

} // namespace

void write_report(const Report& report, TableFormat format, const ByteSink& sink) {
    if (format != TableFormat::json) {
        return write_table(report, format, sink);
    }
    sink(json_head(report));
    sink(",\"rows\":");
    write_table(report, format, sink);
    sink("}\n");
}

ReportPeriod report_period(const dnc::ZoneDatabase& zones, std::string_view zone,
                           std::string_view from, std::string_view to, Instant now) {
    const dnc::ZoneId id = zone_of(zones, zone);
    const auto day = [](std::chrono::year_month_day date) { return sys_days{date}; };
    ReportPeriod period;
    const auto from_date =
        from.empty() ? std::optional{zones.local(id, now).date} : dnc::read_date(from);
    if (from_date) {
        period.from = zones.day_begin(id, day(*from_date));
    } else if (const auto at = dnc::read_instant(from)) {
        period.from = *at;
    } else {
        throw unreadable(from);
    }
    if (const auto to_date = to.empty() ? from_date : dnc::read_date(to)) {
        period.to = zones.day_begin(id, day(*to_date) + std::chrono::days{1});
    } else if (const auto at = to.empty() ? std::optional{now} : dnc::read_instant(to)) {
        period.to = *at;
    } else {
        throw unreadable(to);
    }
    return period;
}

} // namespace campaigns
