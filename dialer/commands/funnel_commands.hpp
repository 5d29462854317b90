#pragma once

// The commands that tell where leads are and why they are not dialed: plain options in, an exit
// code out.

#include "dialer/commands/command.hpp"

#include <string>

namespace dialer::commands {

struct FunnelOptions {
    StoreOptions store;
    std::string campaign;
    std::string at; ///< empty: now
    std::string packs;
    bool json = false;
};
Exit funnel(const FunnelOptions& options);

struct WhyOptions {
    StoreOptions store;
    std::string lead;     ///< id, number or external id
    std::string campaign; ///< by name; empty: all
    std::string at;       ///< empty: now
    std::string packs;
    bool external = false; ///< `lead` is an external id, also when it reads as something else
    bool json = false;
};
Exit why(const WhyOptions& options);

} // namespace dialer::commands
