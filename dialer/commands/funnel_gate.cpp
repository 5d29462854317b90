#include "dialer/commands/funnel_gate.hpp"

#include "dialer/commands/ledger_options.hpp"
#include "dialer/config.hpp"
#include "dialer/loop/clock.hpp"

#include <filesystem>
#include <system_error>

namespace dialer::commands {

LoadedGate gate_of(const StoreOptions& store, const std::string& packs) {
    std::error_code error;
    if (!packs.empty() || !std::filesystem::exists(store.config_path, error)) {
        return load_gate(gate_files(packs, {}));
    }
    const DncConfig dnc = load_config(store.config_path).dnc;
    GateFiles files = gate_files(dnc.packs, dnc.tzdata);
    if (!dnc.area_codes.empty()) {
        files.geo = dnc.area_codes;
    }
    return load_gate(files);
}

dnc::Instant instant_or_now(const std::string& at) {
    return at.empty() ? Clock{}.now().wall : moment_option("--at", at);
}

} // namespace dialer::commands
