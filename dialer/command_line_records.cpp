// The command line of: Dispositions, scripts, call records and holds.

#include "dialer/command_line.hpp"

namespace dialer::commands {

void add_records_commands(CLI::App& /*app*/, Action& /*action*/) {}

} // namespace dialer::commands
