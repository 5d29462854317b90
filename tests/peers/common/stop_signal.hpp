#pragma once

// SIGTERM and SIGINT as something a loop can ask for.

namespace peers {

/// Installs the handlers. A descriptor that becomes readable and stays so after a signal, for
/// poll; threads started afterwards share it.
[[nodiscard]] int catch_stop_signals();

[[nodiscard]] bool stop_requested();

} // namespace peers
