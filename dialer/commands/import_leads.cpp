#include "campaigns/import.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/commands/progress.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <map>

namespace dialer::commands {

namespace {

using campaigns::ImportSummary;
namespace json = boost::json;

json::object counts_json(const std::map<std::string, std::int64_t>& counts) {
    json::object object;
    for (const auto& [reason, count] : counts) {
        object.emplace(reason, count);
    }
    return object;
}

void print_json(const ImportOptions& options, const ImportSummary& summary,
                const std::string& refused_file) {
    const json::object object{
        {"file", options.file},
        {"campaign", options.campaign},
        {"sha256", summary.sha256},
        {"already_imported", summary.already_imported},
        {"list", summary.list_id},
        {"rows", summary.rows},
        {"accepted", summary.accepted},
        {"refused_total", summary.refused},
        {"refused", counts_json(summary.refused_by_reason)},
        {"warnings", counts_json(summary.warnings_by_reason)},
        {"listed_now", summary.listed_now},
        {"refused_file", summary.report_written ? json::value(refused_file) : json::value(nullptr)},
        {"columns", json::value_from(summary.columns)},
        {"notices", json::value_from(summary.notices)},
    };
    fmt::print("{}\n", json::serialize(object));
}

void print_counts(std::string_view title, const std::map<std::string, std::int64_t>& counts) {
    if (counts.empty()) {
        return;
    }
    fmt::print("{}\n", title);
    for (const auto& [reason, count] : counts) {
        fmt::print("  {:<26} {:>9}\n", reason, count);
    }
}

void print_text(const ImportOptions& options, const ImportSummary& summary,
                const std::string& refused_file) {
    for (const std::string& column : summary.columns) {
        fmt::print("column {}\n", column);
    }
    fmt::print("{}: {} rows, {} accepted, {} refused\n", options.file, summary.rows,
               summary.accepted, summary.refused);
    print_counts("refused:", summary.refused_by_reason);
    print_counts("accepted with a warning:", summary.warnings_by_reason);
    if (summary.listed_now > 0) {
        fmt::print("{} accepted leads have a number that a do-not-call list holds today; the gate "
                   "will not let them be dialed while it does\n",
                   summary.listed_now);
    }
    if (summary.report_written) {
        fmt::print("each refused row, and what to do: {}\n", refused_file);
    }
}

std::vector<campaigns::ColumnChoice> column_choices(const std::vector<std::string>& maps) {
    std::vector<campaigns::ColumnChoice> choices;
    for (const std::string& map : maps) {
        auto read = campaigns::read_column_choices(map);
        if (const auto* fault = std::get_if<campaigns::ColumnFault>(&read)) {
            throw CommandError{Exit::usage, fault->text};
        }
        for (auto& choice : std::get<std::vector<campaigns::ColumnChoice>>(read)) {
            choices.push_back(std::move(choice));
        }
    }
    return choices;
}

std::variant<ImportSummary, campaigns::ImportFault>
run_import(const ImportOptions& options, const campaigns::ImportRequest& request) {
    campaigns::Store store{engine_dsn(options.store)};
    ProgressBar bar{options.quiet};
    return campaigns::import_leads(
        store, request, [&bar](const campaigns::ImportProgress& progress) { bar.show(progress); });
}

} // namespace

Exit import_leads(const ImportOptions& options) {
    const campaigns::ImportRequest request{.path = options.file,
                                           .campaign = options.campaign,
                                           .columns = column_choices(options.maps),
                                           .refused_path = options.refused_file.empty()
                                                               ? options.file + ".refused.csv"
                                                               : options.refused_file};
    const auto outcome = run_import(options, request);
    if (const auto* fault = std::get_if<campaigns::ImportFault>(&outcome)) {
        throw CommandError{Exit::refused, fault->text};
    }
    const auto& summary = std::get<ImportSummary>(outcome);
    for (const std::string& notice : summary.notices) {
        fmt::print(stderr, "dialer: import: {}\n", notice);
    }
    if (options.json) {
        print_json(options, summary, request.refused_path);
    } else if (summary.already_imported) {
        fmt::print("{}: imported before as list {} ({} rows, {} accepted); nothing was changed\n",
                   options.file, summary.list_id, summary.rows, summary.accepted);
    } else {
        print_text(options, summary, request.refused_path);
    }
    if (!summary.already_imported && summary.accepted == 0) {
        throw CommandError{Exit::refused,
                           fmt::format("{}: no row was accepted and nothing was changed; see {}",
                                       options.file, request.refused_path)};
    }
    return Exit::done;
}

} // namespace dialer::commands
