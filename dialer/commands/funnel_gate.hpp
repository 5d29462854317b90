#pragma once

// The gate that commands ask about leads: by the rules that the engine's configuration names.

#include "dialer/commands/command.hpp"
#include "dialer/commands/gate_files.hpp"
#include "dnc/time.hpp"

#include <string>

namespace dialer::commands {

/// `packs`, else the configuration's when there is one, else those that come with the program.
[[nodiscard]] LoadedGate gate_of(const StoreOptions& store, const std::string& packs);

/// The instant that --at names, else now. Throws CommandError.
[[nodiscard]] dnc::Instant instant_or_now(const std::string& at);

} // namespace dialer::commands
