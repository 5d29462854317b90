#include "dialer/commands/import_rules.hpp"

namespace dialer::commands {

namespace {

dnc::Places places_of(const std::string& packs, const std::string& tzdata,
                      const dnc::ZoneDatabase& zones) {
    return dnc::Places{dnc::load_geography(gate_files(packs, tzdata).geo), zones};
}

} // namespace

LoadedImportRules::LoadedImportRules(const std::string& packs, const std::string& tzdata)
    : gate{load_gate(gate_files(packs, tzdata))}, places{places_of(packs, tzdata, *gate.zones)},
      rules{*gate.gate, places, *gate.zones} {}

} // namespace dialer::commands
