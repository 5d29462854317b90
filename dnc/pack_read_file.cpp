#include "dnc/pack_read.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <variant>

namespace dnc {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPacksMax = 1024;

std::string read_file(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    std::string bytes(pack_read::kPackBytesMax + 1, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    if (!file.is_open() || file.bad()) {
        throw std::runtime_error{path.string() + ": cannot be read"};
    }
    return bytes;
}

std::vector<fs::path> json_files(const std::string& directory) {
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::directory_iterator entry{directory, error}, end; !error && entry != end;
         entry.increment(error)) {
        const bool hidden = entry->path().filename().string().starts_with('.');
        if (!hidden && entry->path().extension() == ".json") {
            files.push_back(entry->path());
        }
        if (files.size() > kPacksMax) {
            throw std::runtime_error{directory + ": has more than 1024 packs"};
        }
    }
    if (error) {
        throw std::runtime_error{directory + ": cannot be read: " + error.message()};
    }
    if (files.empty()) {
        throw std::runtime_error{directory + ": has no rule packs (*.json)"};
    }
    std::sort(files.begin(), files.end()); // whose fault is told first must not hang on the disk
    return files;
}

void check_ids(const std::vector<Pack>& packs) {
    std::map<std::string, std::string> files;
    for (const Pack& pack : packs) {
        const auto [earlier, fresh] = files.emplace(pack.id, pack.file);
        if (!fresh) {
            PackField{pack.file, "pack"}.refuse("is the id of " + earlier->second + " already");
        }
    }
}

bool has_calendar_in(const std::vector<Pack>& packs, const std::string& name) {
    const std::size_t slash = name.find('/');
    const std::string id = name.substr(0, slash);
    return std::any_of(packs.begin(), packs.end(), [&](const Pack& pack) {
        return pack.id == id && pack_read::has_calendar(pack, name.substr(slash + 1));
    });
}

/// Those of other packs; parse_pack has looked after a pack's own.
void check_calendars(const std::vector<Pack>& packs) {
    for (const Pack& pack : packs) {
        for (std::size_t i = 0; i < pack.rules.size(); ++i) {
            const auto* const window = std::get_if<WindowRule>(&pack.rules[i].body);
            const bool other = window != nullptr && window->calendar.find('/') != std::string::npos;
            if (other && !has_calendar_in(packs, window->calendar)) {
                pack_read::refuse_calendar(pack, i);
            }
        }
    }
}

} // namespace

PackSet load_packs(const std::string& directory) {
    PackSet set;
    for (const fs::path& path : json_files(directory)) {
        set.packs.push_back(parse_pack(read_file(path), path.filename().string()));
    }
    check_ids(set.packs);
    check_calendars(set.packs);
    std::sort(set.packs.begin(), set.packs.end(), [](const Pack& a, const Pack& b) {
        return std::tie(a.level, a.id) < std::tie(b.level, b.id);
    });
    return set;
}

} // namespace dnc
