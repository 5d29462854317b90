// Emergencies and holidays that authorities declare.

#include "campaigns/store.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/time_text.hpp"

#include <fmt/format.h>

namespace dialer::commands {

using campaigns::Store;

Exit emergency_add(const EmergencyAddOptions& options) {
    campaigns::EmergencyRecord record;
    record.emergency.region = region_option(options.region);
    record.emergency.from = moment_option("--from", options.from);
    if (!options.to.empty()) {
        record.emergency.to = moment_option("--to", options.to);
    }
    record.declared = declared_option(options.declared);
    Store store{engine_dsn(options.store)};
    const auto id = store.add_emergency(record);
    fmt::print("emergency {} in {} from {}{}\n", id, record.emergency.region,
               dnc::instant_text(record.emergency.from),
               record.emergency.to ? " to " + dnc::instant_text(*record.emergency.to)
                                   : ", until it is ended");
    return Exit::done;
}

Exit emergency_end(const EmergencyEndOptions& options) {
    const auto to = options.to.empty() ? Clock{}.now().wall : moment_option("--to", options.to);
    Store store{engine_dsn(options.store)};
    store.end_emergency(options.id, to, declared_option(options.declared));
    fmt::print("emergency {} ends at {}\n", options.id, dnc::instant_text(to));
    return Exit::done;
}

Exit emergency_list(const LedgerListOptions& options) {
    Store store{engine_dsn(options.store)};
    fmt::print("{:>6}  {:<6}  {:<20}  {:<20}  {}\n", "id", "region", "from", "to", "source");
    for (const auto& record : store.emergencies()) {
        fmt::print("{:>6}  {:<6}  {:<20}  {:<20}  {} (read by {})\n", record.id,
                   record.emergency.region, dnc::instant_text(record.emergency.from),
                   record.emergency.to ? dnc::instant_text(*record.emergency.to) : "not over",
                   record.declared.source, record.declared.reviewer);
    }
    return Exit::done;
}

Exit holiday_add(const HolidayAddOptions& options) {
    const auto date = dnc::read_date(options.date);
    if (!date) {
        throw CommandError{Exit::usage,
                           fmt::format("\"{}\" is no date; write 2026-12-24", options.date)};
    }
    const campaigns::HolidayRecord record{{region_option(options.region), *date},
                                          declared_option(options.declared)};
    Store store{engine_dsn(options.store)};
    const bool added = store.add_holiday(record);
    fmt::print("{} in {} {}\n", options.date, record.holiday.region,
               added ? "is a holiday now" : "was on record already");
    return Exit::done;
}

Exit holiday_list(const LedgerListOptions& options) {
    Store store{engine_dsn(options.store)};
    fmt::print("{:<10}  {:<6}  {}\n", "date", "region", "source");
    for (const auto& record : store.proclaimed_holidays()) {
        fmt::print("{:<10}  {:<6}  {} (read by {})\n", dnc::date_text(record.holiday.date),
                   record.holiday.region, record.declared.source, record.declared.reviewer);
    }
    return Exit::done;
}

} // namespace dialer::commands
