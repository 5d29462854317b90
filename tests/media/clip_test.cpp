// Goal: the files people have are played, and the others are refused with the reason. Method: WAV
// files written byte by byte into the test's own folder.

#include "dialer/media/clip.hpp"
#include "dialer/media/g711.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace dialer::media;
using dialer::sdp::Codec;

namespace {

std::string little_endian(std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) {
        text += static_cast<char>(value >> (8 * i) & 0xFF);
    }
    return text;
}

struct Wav {
    std::uint16_t tag = 1;
    std::uint16_t channels = 1;
    std::uint32_t rate = 8000;
    std::uint16_t bits = 16;
    std::string data;
    std::string before_data = "LIST" + little_endian(3, 4) + std::string{"abc\0", 4};

    [[nodiscard]] std::string bytes() const {
        const std::string format = little_endian(tag, 2) + little_endian(channels, 2) +
                                   little_endian(rate, 4) + little_endian(rate * 2, 4) +
                                   little_endian(2, 2) + little_endian(bits, 2);
        return "RIFF" + little_endian(0, 4) + "WAVE" + "fmt " + little_endian(16, 4) + format +
               before_data + "data" + little_endian(static_cast<std::uint32_t>(data.size()), 4) +
               data;
    }
};

/// A file that is gone with its owner.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& bytes)
        : path_{std::filesystem::temp_directory_path() /
                ("clip_test." + std::to_string(::getpid()) + ".wav")} {
        std::ofstream{path_, std::ios::binary} << bytes;
    }
    ~TemporaryFile() { std::filesystem::remove(path_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

} // namespace

TEST_CASE("16 bit PCM is read, whatever chunks stand before it", "[clip]") {
    const TemporaryFile file{
        Wav{.data = little_endian(0x1234, 2) + little_endian(0xFFFF, 2)}.bytes()};
    CHECK(read_wav(file.path()) == std::vector<std::int16_t>{0x1234, -1});
}

TEST_CASE("G.711 files are read in their own law", "[clip]") {
    const TemporaryFile ulaw{Wav{.tag = 7, .bits = 8, .data = "\x10"}.bytes()};
    CHECK(read_wav(ulaw.path()) == std::vector<std::int16_t>{from_ulaw(0x10)});
    const TemporaryFile alaw{Wav{.tag = 6, .bits = 8, .data = "\x10"}.bytes()};
    CHECK(read_wav(alaw.path()) == std::vector<std::int16_t>{from_alaw(0x10)});
}

TEST_CASE("a file we cannot play is refused by name and reason", "[clip]") {
    const std::vector<std::pair<std::string, std::string>> rows{
        {"", "not a WAV file"},
        {"RIFF", "not a WAV file"},
        {"RIFF\1\1\1\1WAVE", "missing"},
        {Wav{.rate = 44100, .data = "ab"}.bytes(), "44100"},
        {Wav{.channels = 2, .data = "ab"}.bytes(), "mono"},
        {Wav{.tag = 3, .bits = 32, .data = "ab"}.bytes(), "16 bit PCM"},
        {Wav{.data = ""}.bytes(), "no samples"},
        {Wav{.data = "ab"}.bytes().substr(0, 30), "missing"},
        {"RIFF\1\1\1\1WAVEfmt \xff\xff\xff\xff", "missing"},
    };
    for (const auto& [bytes, reason] : rows) {
        const TemporaryFile file{bytes};
        CAPTURE(reason);
        CHECK_THROWS_WITH(read_wav(file.path()),
                          Catch::Contains(file.path()) && Catch::Contains(reason));
    }
    CHECK_THROWS_WITH(read_wav("/nowhere/at/all.wav"), Catch::Contains("cannot be opened"));
}

TEST_CASE("the last frame of a clip is filled up with silence", "[clip]") {
    const Clip clip{std::vector<std::int16_t>(161, 1000)};
    REQUIRE(clip.frames() == 2);
    CHECK(clip.frame(Codec::pcmu, 0)[159] == to_ulaw(1000));
    CHECK(clip.frame(Codec::pcma, 1)[0] == to_alaw(1000));
    CHECK(clip.frame(Codec::pcma, 1)[1] == 0xD5);
    CHECK(clip.frame(Codec::pcmu, 1)[159] == 0xFF);
}
