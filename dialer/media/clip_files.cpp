#include "dialer/media/clip_files.hpp"

#include <stdexcept>
#include <utility>

#include <sys/stat.h>

namespace dialer::media {

ClipFiles::ClipFiles(Load load) : load_{std::move(load)} {}

const ClipFiles::State& ClipFiles::find(const std::string& path) {
    const auto [found, is_new] = files_.try_emplace(path);
    if (is_new) {
        found->second.seen = stamp_of(path);
        read(path, found->second);
    }
    return found->second.state;
}

std::vector<std::string> ClipFiles::look() {
    std::vector<std::string> changed;
    for (auto& [path, file] : files_) {
        const Stamp before = std::exchange(file.seen, stamp_of(path));
        if (file.seen == before && file.seen != file.read) {
            read(path, file);
            changed.push_back(path);
        }
    }
    return changed;
}

ClipFiles::Stamp ClipFiles::stamp_of(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return {};
    }
    return {.device = status.st_dev,
            .inode = status.st_ino,
            .bytes = status.st_size,
            .changed_ns =
                std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

void ClipFiles::read(const std::string& path, File& file) {
    file.read = file.seen; // from before the reading: what changes meanwhile is read again
    try {
        file.state = {load_(path), {}};
    } catch (const std::runtime_error& error) {
        file.state.fault = error.what();
    }
}

} // namespace dialer::media
