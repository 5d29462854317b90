// Imports that were: list, show, accept, undo, refused rows, sources.

#include "campaigns/import/imports.hpp"

#include "dialer/commands/import_commands.hpp"
#include "dialer/commands/import_print.hpp"
#include "dialer/commands/output.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace dialer::commands {

namespace {

campaigns::Actor actor_of(const ImportIdOptions& options) {
    return {options.by.empty() ? system_user() : options.by, Clock{}.now().wall};
}

void print(const ImportIdOptions& options, const campaigns::ImportRecord& record) {
    if (options.json) {
        fmt::print("{}\n", campaigns::to_json(record));
    } else {
        print_record(record);
    }
}

} // namespace

Exit imports_list(const ImportsListOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    const auto records = campaigns::list_imports(store, options.campaign, options.limit);
    if (!options.json) {
        fmt::print("{:>6}  {:<20} {:<8} {:>9} {:>9} {:<20} {}\n", "import", "at", "status",
                   "accepted", "refused", "campaign", "file");
    }
    for (const campaigns::ImportRecord& record : records) {
        if (options.json) {
            fmt::print("{}\n", campaigns::to_json(record));
        } else {
            fmt::print(
                "{:>6}  {:<20} {:<8} {:>9} {:>9} {:<20} {}\n", record.id,
                dnc::instant_text(std::chrono::floor<std::chrono::seconds>(record.started_at)),
                record.status, record.accepted, record.refused, record.campaign_name,
                record.file_name);
        }
    }
    return Exit::done;
}

Exit import_show(const ImportIdOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    print(options, campaigns::find_import(store, options.id));
    return Exit::done;
}

Exit import_accept(const ImportIdOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    print(options, campaigns::accept_import(store, options.id, actor_of(options)));
    return Exit::done;
}

Exit import_undo(const ImportIdOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    print(options, campaigns::undo_import(store, options.id, actor_of(options)));
    return Exit::done;
}

Exit import_refused(const ImportIdOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    Output output{options.out};
    campaigns::refused_rows(store, options.id,
                            [&output](std::string_view text) { output.write(text); });
    output.publish();
    return Exit::done;
}

Exit import_sources(const ImportSourcesOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    for (const campaigns::ImportSource& source : campaigns::import_sources(store)) {
        if (options.json) {
            boost::json::array columns;
            for (const auto& [field, column] : source.columns) {
                columns.push_back(boost::json::object{{"field", field}, {"column", column}});
            }
            fmt::print("{}\n", boost::json::serialize(boost::json::object{
                                   {"source", source.name},
                                   {"columns", std::move(columns)},
                                   {"changed_at", dnc::instant_text(source.changed_at)},
                                   {"changed_by", source.changed_by}}));
            continue;
        }
        fmt::print("{} (changed by {} at {})\n", source.name, source.changed_by,
                   dnc::instant_text(source.changed_at));
        for (const auto& [field, column] : source.columns) {
            fmt::print("  {} -> {}\n", column, field);
        }
    }
    return Exit::done;
}

} // namespace dialer::commands
