// The command line of: Setting versions and caller ids.

#include "dialer/command_line.hpp"

namespace dialer::commands {

void add_settings_commands(CLI::App& /*app*/, Action& /*action*/) {}

} // namespace dialer::commands
