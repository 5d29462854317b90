#include "dialer/media/g711.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace dialer::media {

namespace {

// ITU-T G.711: eight segments of sixteen steps each. mu-law adds a bias of 33 steps of 14 bit
// samples, 132 on the 16 bit scale, so that the segments start at powers of two.
constexpr int kBias = 132;
constexpr int kUlawMax = 32767 - kBias;
constexpr std::uint8_t kSignBit = 0x80;
constexpr std::uint8_t kAlawInversion = 0x55; // every other bit is sent inverted

constexpr std::int16_t ulaw_sample(std::uint8_t code) {
    const int bits = 0xFF - code;
    const int segment = (bits >> 4) & 7;
    const int magnitude = ((((bits & 15) << 3) + kBias) << segment) - kBias;
    return static_cast<std::int16_t>((bits & kSignBit) != 0 ? -magnitude : magnitude);
}

constexpr std::int16_t alaw_sample(std::uint8_t code) {
    const int bits = code ^ kAlawInversion;
    const int segment = (bits >> 4) & 7;
    const int step = ((bits & 15) << 4) + 8; // the middle of the step
    const int magnitude = segment == 0 ? step : (step + 256) << (segment - 1);
    return static_cast<std::int16_t>((bits & kSignBit) != 0 ? magnitude : -magnitude);
}

constexpr std::uint8_t ulaw_code(std::int16_t sample) {
    const bool negative = sample < 0;
    const int magnitude = std::min(negative ? -int{sample} : int{sample}, kUlawMax) + kBias;
    const int segment = static_cast<int>(std::bit_width(static_cast<unsigned>(magnitude))) - 8;
    const int step = (magnitude >> (segment + 3)) & 15;
    return static_cast<std::uint8_t>(0xFF - ((negative ? kSignBit : 0) | segment << 4 | step));
}

constexpr std::uint8_t alaw_code(std::int16_t sample) {
    const bool negative = sample < 0;
    const int magnitude = negative ? -1 - int{sample} : int{sample};
    const int segment =
        std::max(static_cast<int>(std::bit_width(static_cast<unsigned>(magnitude))) - 8, 0);
    const int step = (magnitude >> (segment == 0 ? 4 : segment + 3)) & 15;
    return static_cast<std::uint8_t>(((negative ? 0 : kSignBit) | segment << 4 | step) ^
                                     kAlawInversion);
}

using Table = std::array<std::uint8_t, 256>;

constexpr Table make_table(bool to_alaw) {
    Table table{};
    for (unsigned i = 0; i < table.size(); ++i) {
        const auto code = static_cast<std::uint8_t>(i);
        table[i] = to_alaw ? alaw_code(ulaw_sample(code)) : ulaw_code(alaw_sample(code));
    }
    return table;
}

constexpr Table kToAlaw = make_table(true);
constexpr Table kToUlaw = make_table(false);

} // namespace

std::int16_t from_ulaw(std::uint8_t code) {
    return ulaw_sample(code);
}
std::int16_t from_alaw(std::uint8_t code) {
    return alaw_sample(code);
}
std::uint8_t to_ulaw(std::int16_t sample) {
    return ulaw_code(sample);
}
std::uint8_t to_alaw(std::int16_t sample) {
    return alaw_code(sample);
}

std::int16_t decode(sdp::Codec codec, std::uint8_t code) {
    return codec == sdp::Codec::pcma ? alaw_sample(code) : ulaw_sample(code);
}

std::uint8_t encode(sdp::Codec codec, std::int16_t sample) {
    return codec == sdp::Codec::pcma ? alaw_code(sample) : ulaw_code(sample);
}

std::uint8_t silence_code(sdp::Codec codec) {
    return encode(codec, 0);
}

void transcode(std::span<std::uint8_t> payload, sdp::Codec from, sdp::Codec to) {
    if (from == to) {
        return;
    }
    const Table& table = to == sdp::Codec::pcma ? kToAlaw : kToUlaw;
    for (std::uint8_t& code : payload) {
        code = table[code];
    }
}

} // namespace dialer::media
