#pragma once

// Where the files lie that a decision rests on, for commands that need no configuration.

#include "dnc/gate.hpp"

#include <memory>
#include <string>

namespace dialer::commands {

struct GateFiles {
    std::string packs;  ///< folder of rule packs
    std::string geo;    ///< folder of area codes and the other tables of places
    std::string tzdata; ///< folder of compiled zones; empty: the system's
};

/// The folder of rule packs that is meant when none is named: `dnc/packs` in the current folder,
/// else in a folder above the program (a build tree), else `share/dialer/dnc/packs` beside its
/// folder (an installation). Throws CommandError when there is none.
[[nodiscard]] std::string default_packs_folder();

/// `packs` empty: the default. The tables of places lie beside the packs, else beside the default.
[[nodiscard]] GateFiles gate_files(const std::string& packs, const std::string& tzdata);

/// A gate with what it needs to live.
struct LoadedGate {
    std::unique_ptr<dnc::ZoneDatabase> zones;
    std::unique_ptr<dnc::Gate> gate;
};

/// Throws std::runtime_error naming the file that cannot be used.
[[nodiscard]] LoadedGate load_gate(const GateFiles& files);

} // namespace dialer::commands
