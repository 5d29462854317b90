#include "dialer/media/clip.hpp"

#include "dialer/media/g711.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace dialer::media {

namespace {

constexpr std::size_t kFileBytesMax = std::size_t{10} * 60 * 8000 * 2 + 4096;
constexpr std::uint32_t kSampleRate = 8000;
constexpr std::uint16_t kFormatPcm = 1;
constexpr std::uint16_t kFormatAlaw = 6;
constexpr std::uint16_t kFormatUlaw = 7;
constexpr std::uint16_t kFormatExtensible = 0xFFFE; // the real one stands at byte 24
constexpr std::size_t kChunkHeaderSize = 8;
constexpr std::size_t kFormatChunkSize = 16;
constexpr std::size_t kSubformatAt = 24;

using Bytes = std::span<const std::uint8_t>;

struct Format {
    std::uint16_t tag = 0;
    std::uint16_t channels = 0;
    std::uint32_t rate = 0;
    std::uint16_t bits = 0;
};

[[noreturn]] void refuse(const std::string& path, std::string_view why) {
    throw std::runtime_error{path + ": " + std::string{why}};
}

std::uint16_t read16(Bytes bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

std::uint32_t read32(Bytes bytes, std::size_t at) {
    return read16(bytes, at) | std::uint32_t{read16(bytes, at + 2)} << 16;
}

bool is(Bytes bytes, std::size_t at, std::string_view name) {
    return std::equal(name.begin(), name.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

std::vector<std::uint8_t> read_file(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        refuse(path, "the file cannot be opened");
    }
    std::vector<std::uint8_t> bytes(kFileBytesMax + 1);
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    if (bytes.size() > kFileBytesMax) {
        refuse(path, "longer than ten minutes");
    }
    return bytes;
}

/// The body of the first chunk of that name; a body cut off by the end of the file is shortened.
std::optional<Bytes> find_chunk(Bytes file, std::string_view name) {
    std::size_t at = 12; // behind "RIFF", size, "WAVE"
    while (at + kChunkHeaderSize <= file.size()) {
        const std::size_t size = read32(file, at + 4);
        const std::size_t body = at + kChunkHeaderSize;
        if (is(file, at, name)) {
            return file.subspan(body, std::min(size, file.size() - body));
        }
        at = body + size + size % 2; // chunks start at even offsets
    }
    return std::nullopt;
}

Format read_format(Bytes chunk, const std::string& path) {
    if (chunk.size() < kFormatChunkSize) {
        refuse(path, "the fmt chunk is too short");
    }
    Format format{read16(chunk, 0), read16(chunk, 2), read32(chunk, 4), read16(chunk, 14)};
    if (format.tag == kFormatExtensible && chunk.size() >= kSubformatAt + 2) {
        format.tag = read16(chunk, kSubformatAt);
    }
    if (format.rate != kSampleRate) {
        refuse(path, "must have 8000 samples a second, not " + std::to_string(format.rate));
    }
    if (format.channels != 1) {
        refuse(path, "must be mono, not " + std::to_string(format.channels) + " channels");
    }
    const bool pcm = format.tag == kFormatPcm && format.bits == 16;
    const bool g711 = (format.tag == kFormatAlaw || format.tag == kFormatUlaw) && format.bits == 8;
    if (!pcm && !g711) {
        refuse(path, "must be 16 bit PCM, mu-law or A-law");
    }
    return format;
}

std::vector<std::int16_t> samples_of(const Format& format, Bytes data) {
    std::vector<std::int16_t> samples;
    if (format.tag == kFormatPcm) {
        samples.resize(data.size() / 2);
        for (std::size_t i = 0; i < samples.size(); ++i) {
            samples[i] = static_cast<std::int16_t>(read16(data, 2 * i));
        }
        return samples;
    }
    const sdp::Codec codec = format.tag == kFormatAlaw ? sdp::Codec::pcma : sdp::Codec::pcmu;
    samples.resize(data.size());
    std::transform(data.begin(), data.end(), samples.begin(),
                   [codec](std::uint8_t code) { return decode(codec, code); });
    return samples;
}

} // namespace

Clip::Clip(std::span<const std::int16_t> samples) {
    const std::size_t size = (samples.size() + kFrameBytes - 1) / kFrameBytes * kFrameBytes;
    pcmu_.assign(size, silence_code(sdp::Codec::pcmu));
    pcma_.assign(size, silence_code(sdp::Codec::pcma));
    std::transform(samples.begin(), samples.end(), pcmu_.begin(), to_ulaw);
    std::transform(samples.begin(), samples.end(), pcma_.begin(), to_alaw);
}

std::span<const std::uint8_t, kFrameBytes> Clip::frame(sdp::Codec codec, std::size_t index) const {
    const std::vector<std::uint8_t>& codes = codec == sdp::Codec::pcma ? pcma_ : pcmu_;
    return std::span{codes}.subspan(index * kFrameBytes).first<kFrameBytes>();
}

std::vector<std::int16_t> read_wav(const std::string& path) {
    const std::vector<std::uint8_t> file = read_file(path);
    if (file.size() < 12 || !is(file, 0, "RIFF") || !is(file, 8, "WAVE")) {
        refuse(path, "not a WAV file");
    }
    const std::optional<Bytes> format_chunk = find_chunk(file, "fmt ");
    const std::optional<Bytes> data = find_chunk(file, "data");
    if (!format_chunk || !data) {
        refuse(path, "the fmt or the data chunk is missing");
    }
    std::vector<std::int16_t> samples = samples_of(read_format(*format_chunk, path), *data);
    if (samples.empty()) {
        refuse(path, "holds no samples");
    }
    return samples;
}

} // namespace dialer::media
