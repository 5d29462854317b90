#include "campaigns/store.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/number.hpp"

#include <fmt/format.h>

namespace dialer::commands {

Exit opt_out_add(const OptOutOptions& options) {
    const auto read = dnc::read_number(options.number);
    if (const auto* fault = std::get_if<dnc::NumberFault>(&read)) {
        throw CommandError{Exit::usage,
                           fmt::format("\"{}\": {}", options.number, dnc::explain(*fault))};
    }
    const auto number = std::get<dnc::Number>(read);
    const auto now = Clock{}.now().wall;
    campaigns::Store store{engine_dsn(options.store)};
    const bool added = store.add_opt_out({.id = request_id(now),
                                          .number = number,
                                          .at = now,
                                          .source = "command",
                                          .by = by_option(options.by),
                                          .attempt = std::nullopt});
    fmt::print("{} {}\n", dnc::to_e164(number),
               added ? "is on the company list now" : "was on the company list already");
    return Exit::done;
}

} // namespace dialer::commands
