#include "campaigns/lists/number_cache.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <system_error>

namespace campaigns {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".dncset";

std::string prefix_of(std::int64_t list_id) {
    return "list-" + std::to_string(list_id) + "-v";
}

/// The version in "list-2-v17.dncset" for the prefix "list-2-v".
std::optional<std::int64_t> version_in(std::string_view name, std::string_view prefix) {
    if (!name.starts_with(prefix) || !name.ends_with(kSuffix)) {
        return std::nullopt;
    }
    name.remove_prefix(prefix.size());
    name.remove_suffix(kSuffix.size());
    std::int64_t version = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), version);
    return error == std::errc{} && end == name.data() + name.size() ? std::optional{version}
                                                                    : std::nullopt;
}

template <typename Sink> void each_file(const std::string& folder, Sink sink) {
    std::error_code error;
    for (fs::directory_iterator file{folder, error}, end; !error && file != end;
         file.increment(error)) {
        sink(file->path());
    }
}

} // namespace

std::string NumberCache::prepare() const {
    std::error_code error;
    if (fs::create_directories(folder_, error)) {
        fs::permissions(folder_, fs::perms::owner_all, error);
    }
    return error ? folder_ + ": " + error.message() : std::string{};
}

std::string NumberCache::path(std::int64_t list_id, std::int64_t version_id) const {
    return folder_ + "/" + prefix_of(list_id) + std::to_string(version_id) + std::string{kSuffix};
}

std::vector<std::int64_t> NumberCache::versions(std::int64_t list_id) const {
    std::vector<std::int64_t> found;
    each_file(folder_, [&](const fs::path& path) {
        if (const auto version = version_in(path.filename().string(), prefix_of(list_id))) {
            found.push_back(*version);
        }
    });
    std::sort(found.begin(), found.end(), std::greater<>{});
    return found;
}

void NumberCache::forget_others(std::int64_t list_id, std::int64_t version_id) const {
    std::error_code ignored; // a file that stays costs room and nothing else
    const fs::path kept = path(list_id, version_id);
    const auto kept_time = fs::last_write_time(kept, ignored);
    each_file(folder_, [&](const fs::path& path) {
        const std::string name = path.filename().string();
        const auto version = version_in(name, prefix_of(list_id));
        const bool torn = name.starts_with(prefix_of(list_id)) && !version &&
                          fs::last_write_time(path, ignored) + std::chrono::hours{24} < kept_time;
        if (torn || (version && *version != version_id)) {
            fs::remove(path, ignored);
        }
    });
}

} // namespace campaigns
