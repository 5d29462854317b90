// The command line of: Reports.

#include "dialer/command_line.hpp"

namespace dialer::commands {

void add_reports_commands(CLI::App& /*app*/, Action& /*action*/) {}

} // namespace dialer::commands
