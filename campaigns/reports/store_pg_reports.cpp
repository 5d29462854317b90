// One report: the request is checked, a snapshot taken, and the report's own file fills it in.

#include "campaigns/reports/store_pg_reports.hpp"

#include "campaigns/store_json.hpp"
#include "dnc/time_text.hpp"

#include <pqxx/transaction>

#include <algorithm>
#include <utility>

namespace campaigns {

namespace reports {

namespace {

// Agents of the same name are told apart by their phones.
constexpr const char* kAgentNames = R"sql(
SELECT id, CASE WHEN count(*) OVER (PARTITION BY name) > 1 THEN name || ' (' || sip_user || ')'
                ELSE name END
FROM agents
)sql";
constexpr const char* kListNames =
    "SELECT id, CASE kind WHEN 'by_hand' THEN 'dialed by hand' ELSE file_name END FROM lists";
constexpr const char* kPlaces = "SELECT id, key, array_to_string(zones, ',') FROM places";
constexpr const char* kCategories =
    "SELECT coalesce(campaign_id, 0), code, category FROM disposition_codes";
constexpr const char* kCampaigns = "SELECT id, name FROM campaigns ORDER BY id";
constexpr const char* kUnderWay = R"sql(
SELECT count(*) FROM leads l WHERE l.run_id IS NOT NULL AND l.status = 'dialing'
  AND NOT EXISTS (SELECT FROM attempt_results r WHERE r.attempt_id = l.attempt_id)
)sql";

/// Sorting and hashing a day of calls stays in memory; nothing here needs an answer in 10 s only.
constexpr const char* kReportSettings = "SET LOCAL work_mem = '128MB'";

std::map<std::int64_t, std::string> names_of(const pqxx::result& rows) {
    std::map<std::int64_t, std::string> names;
    for (const pqxx::row& row : rows) {
        names.emplace(row[0].as<std::int64_t>(), row[1].as<std::string>(""));
    }
    return names;
}

void choose_campaigns(Work& work, Scope& scope) {
    scope.names.campaigns = names_of(work.exec(kCampaigns));
    scope.all_campaigns = scope.request.campaigns.empty();
    for (const auto& [id, name] : scope.names.campaigns) {
        const auto& wanted = scope.request.campaigns;
        if (wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end()) {
            scope.campaigns.push_back(id);
        }
    }
    for (const std::string& name : scope.request.campaigns) {
        const auto& all = scope.names.campaigns;
        if (std::none_of(all.begin(), all.end(), [&](const auto& c) { return c.second == name; })) {
            throw StoreRefusal{"there is no campaign named \"" + name + "\""};
        }
    }
}

void load_names(Work& work, CallNames& names) {
    names.agents = names_of(work.exec(kAgentNames));
    names.lists = names_of(work.exec(kListNames));
    for (const pqxx::row& row : work.exec(kPlaces)) {
        const auto id = row[0].as<std::int64_t>();
        names.places.emplace(id, id == 0 ? "(not looked up)" : row[1].as<std::string>());
        names.zones.emplace(id, id == 0 ? "(not looked up)" : row[2].as<std::string>());
    }
    for (const pqxx::row& row : work.exec(kCategories)) {
        names.categories.add(row[0].as<std::int64_t>(), row[1].as<std::string>(),
                             row[2].as<std::string>());
    }
}

using Fill = void (*)(Work&, const Scope&, Report&);

Fill fill_of(std::string_view report) {
    static const std::map<std::string_view, Fill> fills{
        {"day", &fill_day},
        {"attempts", &fill_attempts},
        {"abandonment", &fill_abandonment},
        {"abandonment_days", &fill_abandonment_days},
        {"agent_time", &fill_agent_time},
        {"pauses", &fill_pauses},
        {"caller_ids", &fill_caller_ids},
        {"trunks", &fill_trunks},
        {"answer_times", &fill_answer_times},
        {"lists", &fill_lists},
        {"stops", &fill_stops},
        {"refusals", &fill_refusals},
        {"opt_outs", &fill_opt_outs},
    };
    return fills.at(report);
}

std::string joined(const std::vector<std::string_view>& words) {
    std::string text;
    for (const std::string_view word : words) {
        text += text.empty() ? "" : ", ";
        text += word;
    }
    return text;
}

const ReportKind& kind_of(const std::string& name) {
    if (const ReportKind* kind = find_report(name)) {
        return *kind;
    }
    std::vector<std::string_view> names;
    for (const ReportKind& kind : report_kinds()) {
        names.push_back(kind.name);
    }
    throw StoreRefusal{"there is no report \"" + name + "\"; there are " + joined(names)};
}

void check_by(const ReportKind& kind, std::vector<std::string>& by) {
    if (by.empty()) {
        by.assign(kind.usual_by.begin(), kind.usual_by.end());
    }
    for (auto word = by.begin(); word != by.end(); ++word) {
        if (std::find(kind.by.begin(), kind.by.end(), *word) == kind.by.end()) {
            throw StoreRefusal{"the report " + std::string{kind.name} + " cannot be divided by \"" +
                               *word + "\"" +
                               (kind.by.empty() ? std::string{"; it has one form only"}
                                                : ", but by " + joined(kind.by))};
        }
        if (std::find(by.begin(), word, *word) != word) {
            throw StoreRefusal{"divided by \"" + *word + "\" twice"};
        }
    }
}

void check_period(ReportRequest& request) {
    if (request.from >= request.to) {
        throw StoreRefusal{"the period ends before it begins"};
    }
    if (request.from >= request.now) {
        throw StoreRefusal{"the period lies in the future"};
    }
    if (request.to - request.from > std::chrono::days{kReportDaysMax}) {
        throw StoreRefusal{"a report covers at most " + std::to_string(kReportDaysMax) + " days"};
    }
    request.to = std::min(request.to, request.now);
}

std::string local_moment(const Scope& scope, Instant at) {
    const dnc::LocalTime local = scope.world.zones.local(scope.zone, at);
    return dnc::local_text(local.date, local.of_day, local.offset);
}

Report head_of(const Scope& scope) {
    Report report;
    report.name = scope.kind.name;
    report.title = std::string{scope.kind.title} + ", " + local_moment(scope, scope.request.from) +
                   " to " + local_moment(scope, scope.request.to) + " (" + scope.request.zone + ")";
    for (const std::string& word : scope.request.by) {
        if (const Dimension* dimension = find_dimension(word)) {
            report.columns.insert(report.columns.end(), dimension->columns.begin(),
                                  dimension->columns.end());
        } else {
            report.columns.push_back({.name = word, .kind = ColumnKind::text});
        }
    }
    report.notes.push_back(std::string{scope.kind.title} + ": " +
                           std::string{scope.kind.description});
    report.notes.push_back("Days and hours are those of " + scope.request.zone +
                           " (time zone data " + std::string{scope.world.zones.version()} +
                           "). A call belongs to the day and hour of its attempt.");
    for (const FigureKind& figure : scope.kind.figures) {
        report.columns.push_back({.name = std::string{figure.name}, .kind = figure.kind});
        report.notes.push_back(std::string{figure.name} + ": " + std::string{figure.meaning});
    }
    return report;
}

} // namespace

bool Scope::divides_by(std::string_view dimension) const {
    return std::find(request.by.begin(), request.by.end(), dimension) != request.by.end();
}

std::vector<Bucket> Scope::buckets() const {
    return divides_by("hour") ? hour_buckets(world.zones, zone, request.from, request.to) : days();
}

std::vector<Bucket> Scope::days() const {
    return day_buckets(world.zones, zone, request.from, request.to);
}

void add_row(Report& report, std::vector<Cell> row) {
    if (report.rows.size() >= kReportRowsMax) {
        throw StoreRefusal{"the report would have more than " + std::to_string(kReportRowsMax) +
                           " rows; divide by less, or take a shorter period"};
    }
    report.rows.push_back(std::move(row));
}

std::string quoted(Work& work, Instant at) {
    return work.quote(to_rfc3339(at)) + "::timestamptz";
}

std::string campaign_filter(const Scope& scope, std::string_view column) {
    return scope.all_campaigns
               ? std::string{}
               : " AND " + std::string{column} + " = ANY ('" + array_of(scope.campaigns) + "')";
}

std::int64_t calls_under_way(Work& work, const Scope& scope) {
    return work.exec1(kUnderWay + campaign_filter(scope, "l.campaign_id"))[0].as<std::int64_t>();
}

} // namespace reports

Report make_report(Store& store, const ReportWorld& world, const ReportRequest& request) {
    const ReportKind& kind = reports::kind_of(request.name);
    reports::Scope scope{
        .world = world, .kind = kind, .request = request, .campaigns = {}, .names = {}};
    reports::check_by(kind, scope.request.by);
    reports::check_period(scope.request);
    const auto zone = world.zones.find(request.zone);
    if (!zone) {
        throw StoreRefusal{"there is no time zone \"" + request.zone +
                           "\"; write one like America/New_York"};
    }
    scope.zone = *zone;
    return guarded(store.session(), [&] {
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{store.session().connection};
        allow_bulk(work);
        work.exec(reports::kReportSettings);
        reports::choose_campaigns(work, scope);
        reports::load_names(work, scope.names);
        Report report = reports::head_of(scope);
        reports::fill_of(kind.name)(work, scope, report);
        work.commit();
        return report;
    });
}

} // namespace campaigns
