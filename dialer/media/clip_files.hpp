#pragma once

// The messages that stand in files, and what is to be played when such a file is replaced.

#include "dialer/media/media.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dialer::media {

/// Holds the clip of each file that was asked for and takes the next one when the file changes: a
/// recording that is replaced under its name must not be played on. One thread only. Memory: one
/// entry a file; clips themselves are the media plane's, which keeps each one that it loaded.
class ClipFiles {
public:
    /// Throws std::runtime_error that names the file and what is wrong, as Plane::load_clip does.
    using Load = std::function<ClipId(const std::string& path)>;

    explicit ClipFiles(Load load);

    struct State {
        std::optional<ClipId> clip; ///< to play; nothing: the file was never any good
        std::string fault;          ///< why the file as it is now cannot be played; empty: it can
    };
    /// Reads the file when it is asked for the first time.
    [[nodiscard]] const State& find(const std::string& path);

    /// To be called every few seconds: looks at inode, size and time of the files and reads those
    /// that changed, once two looks have seen the same, so that no half of a file is played.
    /// Returns the files whose state is another now; one that is no good leaves the clip before it
    /// in use, and is returned once.
    [[nodiscard]] std::vector<std::string> look();

private:
    /// All zero: there is no file.
    struct Stamp {
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
        std::int64_t bytes = 0;
        std::int64_t changed_ns = 0;

        bool operator==(const Stamp&) const = default;
    };
    struct File {
        Stamp read; ///< what `state` was made of
        Stamp seen; ///< at the last look
        State state;
    };

    [[nodiscard]] static Stamp stamp_of(const std::string& path);
    void read(const std::string& path, File& file);

    Load load_;
    std::map<std::string, File> files_;
};

} // namespace dialer::media
