#pragma once

// The folder in which an engine keeps its large lists as files to map.

#include <cstdint>
#include <string>
#include <vector>

namespace campaigns {

/// Names in one folder. Files of lists are named by list and version; those of older versions go
/// when a newer one is there, while engines that map them keep what they mapped.
class NumberCache {
public:
    /// Empty: there is no folder, and nothing is ever there.
    explicit NumberCache(std::string folder) : folder_{std::move(folder)} {}

    [[nodiscard]] bool enabled() const { return !folder_.empty(); }
    /// Makes the folder, readable by its owner alone. Empty when it is there, else what is wrong.
    [[nodiscard]] std::string prepare() const;
    [[nodiscard]] std::string path(std::int64_t list_id, std::int64_t version_id) const;
    /// Versions of the list of which there is a file, newest first.
    [[nodiscard]] std::vector<std::int64_t> versions(std::int64_t list_id) const;
    /// Removes the list's files but that of `version_id`, and what a writer that died left behind
    /// more than a day ago.
    void forget_others(std::int64_t list_id, std::int64_t version_id) const;

private:
    std::string folder_;
};

} // namespace campaigns
