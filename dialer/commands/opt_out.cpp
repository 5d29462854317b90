#include "campaigns/ids.hpp"
#include "campaigns/store.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/number.hpp"

#include <fmt/format.h>
#include <sodium.h>

namespace dialer::commands {

namespace {

// Engines have the nodes 1 .. 1000; commands take one of the others at random, so that two of
// them in the same millisecond do not make the same id.
int command_node() {
    constexpr int first = 1001;
    constexpr std::uint32_t count = 23;
    if (sodium_init() < 0) {
        throw std::runtime_error{"no source of random numbers"};
    }
    return first + static_cast<int>(randombytes_uniform(count));
}

} // namespace

Exit opt_out_add(const OptOutOptions& options) {
    const auto read = dnc::read_number(options.number);
    if (const auto* fault = std::get_if<dnc::NumberFault>(&read)) {
        throw CommandError{Exit::usage,
                           fmt::format("\"{}\": {}", options.number, dnc::explain(*fault))};
    }
    const auto number = std::get<dnc::Number>(read);
    const auto now = Clock{}.now().wall;
    campaigns::IdMaker ids{command_node()};
    campaigns::Store store{engine_dsn(options.store)};
    const bool added = store.add_opt_out({.id = ids.make(now),
                                          .number = number,
                                          .at = now,
                                          .source = "command",
                                          .by = options.by,
                                          .attempt = std::nullopt});
    fmt::print("{} {}\n", dnc::to_e164(number),
               added ? "is on the company list now" : "was on the company list already");
    return Exit::done;
}

} // namespace dialer::commands
