// The command line of: The audit chain.

#include "dialer/command_line.hpp"

namespace dialer::commands {

void add_audit_commands(CLI::App& /*app*/, Action& /*action*/) {}

} // namespace dialer::commands
