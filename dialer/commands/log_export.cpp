#include "campaigns/log_csv.hpp"
#include "campaigns/store.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/commands/log_times.hpp"
#include "dialer/commands/output.hpp"

namespace dialer::commands {

namespace {

// An array with one object a line, so that it is one JSON text and can be read by lines too.
void export_json(campaigns::Store& store, const LogExportOptions& options, const Period& period,
                 Output& out) {
    bool first = true;
    out.write("[");
    store.export_log(options.campaign, period.from, period.to, [&](std::string_view row) {
        out.write(first ? "\n" : ",\n");
        out.write(row);
        first = false;
    });
    out.write("\n]\n");
}

void export_csv(campaigns::Store& store, const LogExportOptions& options, const Period& period,
                Output& out) {
    out.write(campaigns::log_csv_header());
    store.export_log(options.campaign, period.from, period.to,
                     [&](std::string_view row) { out.write(campaigns::log_csv_line(row)); });
}

} // namespace

Exit log_export(const LogExportOptions& options) {
    const Period period = read_period(options.from, options.to);
    const bool as_json = options.format == "json";
    if (!as_json && options.format != "csv") {
        throw CommandError{Exit::usage, "--format is csv or json"};
    }
    campaigns::Store store{engine_dsn(options.store)};
    Output out{options.out};
    (as_json ? export_json : export_csv)(store, options, period, out);
    out.publish();
    return Exit::done;
}

} // namespace dialer::commands
