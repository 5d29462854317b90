#include "dialer/commands/gate_files.hpp"

#include "dialer/commands/command.hpp"

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace dialer::commands {

namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error);
}

/// Of the program's own file; empty when the system does not tell.
fs::path program_folder() {
    std::error_code error;
    return fs::read_symlink("/proc/self/exe", error).parent_path();
}

std::optional<fs::path> find_default() {
    const fs::path here = "dnc/packs";
    if (is_folder(here)) {
        return here;
    }
    const fs::path program = program_folder();
    for (fs::path above = program; above.has_relative_path(); above = above.parent_path()) {
        if (is_folder(above / here)) {
            return above / here;
        }
    }
    const fs::path installed = program.parent_path() / "share" / "dialer" / here;
    return is_folder(installed) ? std::optional{installed} : std::nullopt;
}

fs::path geo_beside(const fs::path& packs) {
    return (fs::absolute(packs).lexically_normal() / "").parent_path().parent_path() / "geo";
}

} // namespace

std::string default_packs_folder() {
    const auto found = find_default();
    if (!found) {
        throw CommandError{Exit::usage, "no rule packs are found; name their folder with --packs"};
    }
    return found->string();
}

GateFiles gate_files(const std::string& packs, const std::string& tzdata) {
    GateFiles files;
    files.packs = packs.empty() ? default_packs_folder() : packs;
    files.tzdata = tzdata;
    fs::path geo = geo_beside(files.packs);
    std::error_code error;
    if (!fs::exists(geo / "nanp.csv", error)) { // a folder of that name may be anybody's
        geo = geo_beside(default_packs_folder());
    }
    files.geo = geo.string();
    return files;
}

LoadedGate load_gate(const GateFiles& files) {
    LoadedGate loaded;
    loaded.zones = dnc::load_zones(files.tzdata);
    dnc::PackSet packs = dnc::load_packs(files.packs);
    loaded.gate = std::make_unique<dnc::Gate>(std::move(packs), dnc::load_geography(files.geo),
                                              *loaded.zones);
    return loaded;
}

} // namespace dialer::commands
