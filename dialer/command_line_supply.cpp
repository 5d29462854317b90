// The command line of: Lists, filters, retry rules, callbacks and why a lead is not dialed.

#include "dialer/command_line.hpp"

namespace dialer::commands {

void add_supply_commands(CLI::App& /*app*/, Action& /*action*/) {}

} // namespace dialer::commands
