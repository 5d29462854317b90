#pragma once

// `dialer serve`: the engine process.

#include <string>

namespace dialer {

/// Runs until SIGTERM or SIGINT (calls in progress are ended, everything logged). Returns the
/// exit code: 1 when the engine had to end by itself. Throws std::runtime_error when it cannot
/// start.
int serve(const std::string& config_path);

} // namespace dialer
