#include "dialer/commands/log_times.hpp"

#include "dialer/commands/command.hpp"
#include "dnc/time_text.hpp"

#include <fmt/format.h>

#include <chrono>

namespace dialer::commands {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

dnc::Instant read_bound(const std::string& option, const std::string& text, days date_adds) {
    if (const auto date = dnc::read_any_date(text)) {
        return sys_days{*date} + date_adds;
    }
    if (const auto time = dnc::read_any_instant(text)) {
        return *time;
    }
    throw CommandError{Exit::usage, fmt::format("{} \"{}\" is no time; write 2026-11-23 or "
                                                "2026-11-23T15:00:00-05:00",
                                                option, text)};
}

} // namespace

Period read_period(const std::string& from, const std::string& to) {
    const Period period{read_bound("--from", from, days{0}), read_bound("--to", to, days{1})};
    if (period.to <= period.from) {
        throw CommandError{Exit::usage, "--to is not after --from"};
    }
    return period;
}

} // namespace dialer::commands
