// The command line of: Imports.

#include "dialer/command_line.hpp"

namespace dialer::commands {

void add_import_commands(CLI::App& /*app*/, Action& /*action*/) {}

} // namespace dialer::commands
