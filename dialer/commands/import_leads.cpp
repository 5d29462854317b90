#include "campaigns/import/import.hpp"
#include "campaigns/import/preview.hpp"
#include "dialer/commands/import_commands.hpp"
#include "dialer/commands/import_print.hpp"
#include "dialer/commands/import_rules.hpp"
#include "dialer/commands/progress.hpp"
#include "dialer/loop/clock.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>

namespace dialer::commands {

namespace {

using campaigns::ImportSummary;
namespace json = boost::json;

void print_json(const ImportOptions& options, const ImportSummary& summary,
                const std::string& refused_file) {
    const json::object object{
        {"file", options.file},
        {"campaign", options.campaign},
        {"import", summary.import_id},
        {"sha256", summary.sha256},
        {"already_imported", summary.already_imported},
        {"held", summary.held},
        {"list", summary.list_id},
        {"rows", summary.rows},
        {"accepted", summary.accepted},
        {"refused_total", summary.refused},
        {"refused", counts_json(summary.refused_by_reason)},
        {"warnings", counts_json(summary.warnings_by_reason)},
        {"consents", summary.consents},
        {"listed_now", summary.listed_now},
        {"scrub", json::parse(campaigns::to_json(summary.scrub))},
        {"refused_file", summary.report_written ? json::value(refused_file) : json::value(nullptr)},
        {"columns", json::value_from(summary.columns)},
        {"notices", json::value_from(summary.notices)},
    };
    fmt::print("{}\n", json::serialize(object));
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
    if (summary.consents > 0) {
        fmt::print("{} consents went on record with their leads\n", summary.consents);
    }
    if (summary.listed_now > 0) {
        fmt::print("{} accepted leads have a number that a do-not-call list holds today; the gate "
                   "will not let them be dialed while it does\n",
                   summary.listed_now);
    }
    print_scrub(summary.scrub);
    if (summary.report_written) {
        fmt::print("each refused row, and what to do: {}\n", refused_file);
    }
    if (summary.held) {
        fmt::print("the leads wait; let them be dialed with: dialer import accept {}\n",
                   summary.import_id);
    } else if (summary.list_id != 0) {
        fmt::print("take it back with: dialer import undo {}\n", summary.import_id);
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

campaigns::DedupePolicy dedupe_policy(const std::string& text) {
    if (text.empty()) {
        return {};
    }
    const auto read = campaigns::read_dedupe_policy(text);
    if (const auto* fault = std::get_if<campaigns::ColumnFault>(&read)) {
        throw CommandError{Exit::usage, fault->text};
    }
    return std::get<campaigns::DedupePolicy>(read);
}

campaigns::ImportRequest request_of(const ImportFileOptions& options, const std::string& by) {
    return {.path = options.file,
            .campaign = options.campaign,
            .columns = column_choices(options.maps),
            .refused_path = {},
            .file_name = {},
            .source = options.source,
            .sheet = options.sheet,
            .dedupe = dedupe_policy(options.dedupe),
            .hold = false,
            .actor = {by.empty() ? system_user() : by, Clock{}.now().wall},
            .rules = nullptr};
}

/// Nothing with --no-scrub.
std::unique_ptr<LoadedImportRules> rules_for(const ImportOptions& options) {
    return options.no_scrub ? nullptr
                            : std::make_unique<LoadedImportRules>(options.packs, options.tzdata);
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
    auto request = request_of(options, options.by);
    request.refused_path =
        options.refused_file.empty() ? options.file + ".refused.csv" : options.refused_file;
    request.hold = options.hold;
    const auto rules = rules_for(options);
    request.rules = rules ? &rules->rules : nullptr;
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
        fmt::print("{}: imported before as list {}, import {} ({} rows, {} accepted); nothing was "
                   "changed\n",
                   options.file, summary.list_id, summary.import_id, summary.rows,
                   summary.accepted);
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

Exit import_preview(const ImportPreviewOptions& options) {
    auto request = request_of(options, "");
    const LoadedImportRules rules{options.packs, options.tzdata};
    request.rules = &rules.rules;
    campaigns::Store store{engine_dsn(options.store)};
    const auto outcome = campaigns::preview_leads(store, request, options.rows);
    if (const auto* fault = std::get_if<campaigns::ImportFault>(&outcome)) {
        throw CommandError{Exit::refused, fault->text};
    }
    const auto& preview = std::get<campaigns::ImportPreview>(outcome);
    if (options.json) {
        fmt::print("{}\n", campaigns::to_json(preview));
    } else {
        print_preview(preview);
    }
    return Exit::done;
}

} // namespace dialer::commands
