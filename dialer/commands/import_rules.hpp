#pragma once

// The rules and places that an import at the command line asks.

#include "campaigns/import/rules.hpp"
#include "dialer/commands/gate_files.hpp"

#include <memory>
#include <string>

namespace dialer::commands {

/// Loaded rules with what they need to live. May not be moved: `rules` leads into the rest.
struct LoadedImportRules {
    /// Throws CommandError and std::runtime_error naming the file that cannot be used.
    LoadedImportRules(const std::string& packs, const std::string& tzdata);
    LoadedImportRules(const LoadedImportRules&) = delete;
    LoadedImportRules& operator=(const LoadedImportRules&) = delete;

    LoadedGate gate;
    dnc::Places places;
    campaigns::ImportRules rules;
};

} // namespace dialer::commands
