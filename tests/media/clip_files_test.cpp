// Goal: a message that is replaced under its name is played from then on, and one that is no good
// leaves the one before it in use. Method: real WAV files; clips count up as the plane's do.

#include "dialer/media/clip_files.hpp"

#include "dialer/media/clip.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

using namespace dialer::media;
namespace fs = std::filesystem;

namespace {

/// A mu-law WAV of so many samples.
std::string wav(std::uint32_t samples) {
    const auto number = [](std::uint32_t value, int bytes) {
        std::string text;
        for (int i = 0; i < bytes; ++i) {
            text += static_cast<char>(value >> 8 * i & 0xFF);
        }
        return text;
    };
    const std::string format = number(7, 2) + number(1, 2) + number(8000, 4) + number(8000, 4) +
                               number(1, 2) + number(8, 2);
    const std::string body = "WAVEfmt " + number(16, 4) + format + "data" + number(samples, 4) +
                             std::string(samples, '\x2A');
    return "RIFF" + number(static_cast<std::uint32_t>(body.size()), 4) + body;
}

struct Site {
    Site() {
        std::string name = (fs::temp_directory_path() / "clip-files-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error{"no folder for the test"};
        }
        folder = name;
    }
    ~Site() { fs::remove_all(folder); }
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    [[nodiscard]] std::string path() const { return folder / "message.wav"; }
    void put(const std::string& bytes) const {
        std::ofstream{path(), std::ios::binary | std::ios::trunc} << bytes;
    }
    /// Samples of what would be played; 0: nothing.
    std::size_t played() {
        const auto& clip = files.find(path()).clip;
        return clip ? loaded.at(static_cast<std::size_t>(*clip)) : 0;
    }

    fs::path folder;
    std::vector<std::size_t> loaded; ///< samples, by clip
    ClipFiles files{[this](const std::string& name) {
        loaded.push_back(read_wav(name).size());
        return static_cast<ClipId>(loaded.size() - 1);
    }};
};

using Paths = std::vector<std::string>;

} // namespace

TEST_CASE("a message replaced under its name is read again", "[clip_files]") {
    Site site;
    site.put(wav(160));
    CHECK(site.played() == 160);
    CHECK(site.files.look().empty());
    CHECK(site.loaded.size() == 1); // a file that stays as it is is not read again

    SECTION("written over") {
        site.put(wav(320));
    }
    SECTION("another file put in its place, as long and as old") {
        const auto at = fs::last_write_time(site.path());
        const fs::path next = site.folder / "next.wav";
        std::ofstream{next, std::ios::binary} << wav(160);
        fs::last_write_time(next, at);
        fs::rename(next, site.path());
    }
    SECTION("as long, at another time") {
        fs::last_write_time(site.path(),
                            fs::last_write_time(site.path()) + std::chrono::seconds{1});
    }
    CHECK(site.files.look().empty()); // it may still be written
    CHECK(site.files.look() == Paths{site.path()});
    CHECK(site.loaded.size() == 2);
    CHECK(site.files.find(site.path()).clip == ClipId{1});
    CHECK(site.played() == site.loaded.back());
    CHECK(site.files.look().empty());
}

TEST_CASE("a message that is no good leaves the one before it in use", "[clip_files]") {
    Site site;
    site.put(wav(160));
    CHECK(site.played() == 160);
    const bool gone = GENERATE(false, true);
    if (gone) {
        fs::remove(site.path());
    } else {
        site.put("no recording");
    }
    CHECK(site.files.look().empty());
    CHECK(site.files.look() == Paths{site.path()}); // told once
    CHECK(site.files.look().empty());
    CHECK(site.played() == 160);
    CHECK_THAT(site.files.find(site.path()).fault, Catch::Contains(site.path()));

    site.put(wav(480));
    CHECK(site.files.look().empty());
    CHECK(site.files.look() == Paths{site.path()});
    CHECK(site.played() == 480);
    CHECK(site.files.find(site.path()).fault.empty());
}

TEST_CASE("a message that comes late is taken when it is there", "[clip_files]") {
    Site site;
    CHECK(site.played() == 0);
    CHECK_FALSE(site.files.find(site.path()).fault.empty());
    CHECK(site.files.look().empty());
    site.put(wav(160));
    CHECK(site.files.look().empty());
    site.put(wav(320)); // still being written
    CHECK(site.files.look().empty());
    CHECK(site.loaded.empty());
    CHECK(site.files.look() == Paths{site.path()});
    CHECK(site.played() == 320);
}
