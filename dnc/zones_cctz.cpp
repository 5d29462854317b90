#include "dnc/zones.hpp"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace dnc {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSystemDirectory = "/usr/share/zoneinfo";
constexpr std::size_t kZonesMax = 4096; // some 600 are in a full release with all old names

struct Zone {
    std::string name;
    cctz::time_zone zone;
};

std::chrono::year_month_day to_date(cctz::civil_day day) {
    return std::chrono::year_month_day{std::chrono::year{static_cast<int>(day.year())},
                                       std::chrono::month{static_cast<unsigned>(day.month())},
                                       std::chrono::day{static_cast<unsigned>(day.day())}};
}

class CctzZones final : public ZoneDatabase {
public:
    /// `zones` sorted by name.
    CctzZones(std::string version, std::vector<Zone> zones)
        : version_{std::move(version)}, zones_{std::move(zones)} {}

    [[nodiscard]] std::string_view version() const override { return version_; }

    [[nodiscard]] std::optional<ZoneId> find(std::string_view name) const override {
        const auto at = std::lower_bound(
            zones_.begin(), zones_.end(), name,
            [](const Zone& zone, std::string_view key) { return zone.name < key; });
        if (at == zones_.end() || at->name != name) {
            return std::nullopt;
        }
        return static_cast<ZoneId>(at - zones_.begin());
    }

    [[nodiscard]] std::string_view name(ZoneId zone) const override { return at(zone).name; }

    [[nodiscard]] LocalTime local(ZoneId zone, Instant instant) const override {
        const auto second = std::chrono::floor<std::chrono::seconds>(instant);
        const auto found = at(zone).zone.lookup(second);
        const cctz::civil_day day{found.cs};
        return {.date = to_date(day),
                .of_day = std::chrono::seconds{found.cs - cctz::civil_second{day}},
                .offset = std::chrono::seconds{found.offset}};
    }

    [[nodiscard]] Instant next_time_of_day(ZoneId zone, Instant from,
                                           std::chrono::seconds of_day) const override {
        const cctz::time_zone& rules = at(zone).zone;
        const cctz::civil_day today{
            rules.lookup(std::chrono::floor<std::chrono::seconds>(from)).cs};
        // From the day before, for 24:00, to three days on: a whole local day was skipped in
        // Samoa in 2011, and a time of day can occur twice where clocks are set back.
        std::optional<Instant> best;
        for (int days = -1; days <= 3; ++days) {
            const auto when = rules.lookup(cctz::civil_second{today + days} + of_day.count());
            const bool skipped = when.kind == cctz::time_zone::civil_lookup::SKIPPED;
            const std::array<Instant, 2> candidates = {skipped ? when.trans : when.pre,
                                                       skipped ? when.trans : when.post};
            for (const Instant candidate : candidates) {
                if (candidate >= from && (!best || candidate < *best)) {
                    best = candidate;
                }
            }
        }
        return best.value_or(Instant::max());
    }

    [[nodiscard]] Instant first_at(ZoneId zone, std::chrono::sys_days date,
                                   std::chrono::seconds of_day) const override {
        const std::chrono::year_month_day ymd{date};
        const cctz::civil_day day{static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                                  static_cast<unsigned>(ymd.day())};
        const auto when = at(zone).zone.lookup(cctz::civil_second{day} + of_day.count());
        return when.kind == cctz::time_zone::civil_lookup::SKIPPED ? when.trans : when.pre;
    }

private:
    [[nodiscard]] const Zone& at(ZoneId zone) const {
        return zones_.at(static_cast<std::size_t>(zone));
    }

    std::string version_;
    std::vector<Zone> zones_;
};

std::string first_line(const fs::path& path) {
    std::ifstream file{path};
    std::string line;
    std::getline(file, line);
    return line;
}

/// Release name from "# version 2026f" in tzdata.zi, or the content of +VERSION.
std::string read_version(const fs::path& directory) {
    constexpr std::string_view kMark = "# version ";
    const std::string mark_line = first_line(directory / "tzdata.zi");
    std::string version = mark_line.starts_with(kMark) ? mark_line.substr(kMark.size())
                                                       : first_line(directory / "+VERSION");
    const std::size_t end = version.find_last_not_of(" \t\r");
    version.resize(end == std::string::npos ? 0 : end + 1);
    if (version.empty() || version.size() > 64) {
        throw std::runtime_error{directory.string() +
                                 ": neither tzdata.zi nor +VERSION tells the release of the zone "
                                 "data; install the tzdata package or name its folder"};
    }
    return version;
}

bool is_compiled_zone(const fs::path& path) {
    std::array<char, 4> magic{};
    std::ifstream file{path, std::ios::binary};
    return file.read(magic.data(), magic.size()) &&
           std::string_view{magic.data(), magic.size()} == "TZif"; // RFC 8536 3.1
}

/// Whether a zone by this name belongs to the release. "posix" and "right" repeat every zone, and
/// "localtime" and "posixrules" are settings of the machine.
bool is_zone_name(std::string_view name) {
    return !name.starts_with("posix/") && !name.starts_with("right/") && name != "localtime" &&
           name != "posixrules";
}

std::vector<std::string> names_in(const fs::path& directory) {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator{directory}) {
        std::string name = entry.path().lexically_relative(directory).string();
        if (!is_zone_name(name) || !entry.is_regular_file() || !is_compiled_zone(entry.path())) {
            continue;
        }
        if (names.size() == kZonesMax) {
            throw std::runtime_error{directory.string() + ": holds too many zone files"};
        }
        names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// Every zone that the release's own list names must be there as a file: with half a release, a
/// gate would go on deciding on the zones that happen to be left.
void require_complete(const fs::path& directory, const std::vector<std::string>& names) {
    std::ifstream list{directory / "tzdata.zi"};
    std::string line;
    while (std::getline(list, line)) {
        if (!line.starts_with("Z ")) {
            continue;
        }
        const std::string name = line.substr(2, line.find(' ', 2) - 2);
        if (!std::binary_search(names.begin(), names.end(), name)) {
            throw std::runtime_error{directory.string() + ": the zone " + name +
                                     " of its tzdata.zi is missing"};
        }
    }
}

} // namespace

std::unique_ptr<ZoneDatabase> load_zones(const std::string& directory) {
    std::error_code error;
    const fs::path root =
        fs::canonical(directory.empty() ? fs::path{kSystemDirectory} : fs::path{directory}, error);
    if (error || !fs::is_directory(root)) {
        throw std::runtime_error{directory + ": no folder of zone data; install the tzdata package "
                                             "or name its folder"};
    }
    std::string version = read_version(root);
    const std::vector<std::string> names = names_in(root);
    if (names.empty()) {
        throw std::runtime_error{root.string() + ": holds no compiled zones"};
    }
    require_complete(root, names);
    std::vector<Zone> zones;
    zones.reserve(names.size());
    for (const std::string& name : names) {
        // A full path keeps cctz from looking in its own places for a file that is gone. It
        // caches by this name for the life of the process: new data need a new process.
        Zone& zone = zones.emplace_back(Zone{name, {}});
        if (!cctz::load_time_zone("file:" + (root / name).string(), &zone.zone)) {
            throw std::runtime_error{(root / name).string() + ": is no valid zone file"};
        }
    }
    return std::make_unique<CctzZones>(std::move(version), std::move(zones));
}

} // namespace dnc
