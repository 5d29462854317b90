// `dialer audit export` and `prove`: records with their proofs, for others.

#include "campaigns/audit/audit.hpp"
#include "dialer/commands/audit_commands.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/commands/log_times.hpp"
#include "dialer/commands/output.hpp"
#include "dialer/loop/clock.hpp"

#include <fmt/format.h>

#include <charconv>

namespace dialer::commands {

namespace {

namespace audit = campaigns::audit;

// Half a period is asked for as a whole one whose other bound is this.
constexpr const char* kFirstDay = "1970-01-02";
constexpr const char* kLastDay = "9999-12-30";

audit::ExportWish wish_of(const AuditExportOptions& options) {
    audit::ExportWish wish;
    const Period period = read_period(options.from.empty() ? kFirstDay : options.from,
                                      options.to.empty() ? kLastDay : options.to);
    if (!options.from.empty()) {
        wish.from = period.from;
    }
    if (!options.to.empty()) {
        wish.to = period.to;
    }
    if (!options.campaign.empty() && !options.number.empty()) {
        throw CommandError{Exit::usage, "--campaign or --number, not both"};
    }
    wish.campaign = options.campaign;
    if (!options.number.empty()) {
        wish.number = number_option(options.number).e164;
    }
    wish.all_heads = options.all_heads;
    return wish;
}

audit::Exported write(const StoreOptions& options, const audit::ExportWish& wish,
                      const std::string& path) {
    campaigns::Store store{engine_dsn(options)};
    Output out{path};
    const auto exported = audit::export_log(store, wish, Clock{}.now().wall,
                                            [&](std::string_view line) { out.write(line); });
    out.publish();
    return exported;
}

} // namespace

Exit audit_export(const AuditExportOptions& options) {
    const auto exported = write(options.store, wish_of(options), options.out);
    // Not on stdout, where the export itself may go.
    fmt::print(stderr, "{} records of leaves {} to {}, proved by the head of {} ({} leaves)\n",
               exported.records, exported.first, exported.end - 1, exported.head.head.at,
               exported.head.head.size);
    return Exit::done;
}

Exit audit_prove(const AuditProveOptions& options) {
    std::int64_t id = 0;
    const char* end = options.attempt.data() + options.attempt.size();
    const auto read = std::from_chars(options.attempt.data(), end, id);
    if (read.ec != std::errc{} || read.ptr != end || id <= 0) {
        throw CommandError{Exit::usage,
                           fmt::format("\"{}\" is no attempt; its id is a number, as the log and "
                                       "the dossier show it",
                                       options.attempt)};
    }
    audit::ExportWish wish;
    wish.attempt = campaigns::AttemptId{id};
    const auto exported = write(options.store, wish, options.out);
    fmt::print(stderr, "{} records of attempt {}, proved by the head of {} ({} leaves)\n",
               exported.records, id, exported.head.head.at, exported.head.head.size);
    return Exit::done;
}

} // namespace dialer::commands
