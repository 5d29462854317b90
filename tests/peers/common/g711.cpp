#include "tests/peers/common/g711.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace peers::g711 {
namespace {

constexpr int kUlawBias = 132; // ITU-T G.711, on 16-bit samples
constexpr int kUlawClip = 32635;

std::int16_t from_ulaw(std::uint8_t code) {
    const unsigned bits = static_cast<std::uint8_t>(~code);
    const unsigned segment = (bits >> 4U) & 7U;
    const int magnitude = static_cast<int>((((bits & 15U) << 3U) + 132U) << segment) - kUlawBias;
    return static_cast<std::int16_t>((bits & 0x80U) != 0 ? -magnitude : magnitude);
}

std::uint8_t to_ulaw(int sample) {
    const unsigned sign = sample < 0 ? 0x80U : 0U;
    const auto magnitude =
        static_cast<unsigned>(std::min(sample < 0 ? -sample : sample, kUlawClip) + kUlawBias);
    const auto segment = static_cast<unsigned>(std::bit_width(magnitude)) - 8U;
    const unsigned mantissa = (magnitude >> (segment + 3U)) & 15U;
    return static_cast<std::uint8_t>(~(sign | (segment << 4U) | mantissa));
}

std::int16_t from_alaw(std::uint8_t code) {
    const unsigned bits = code ^ 0x55U;
    const unsigned segment = (bits >> 4U) & 7U;
    unsigned magnitude = ((bits & 15U) << 4U) + 8U;
    if (segment > 0) {
        magnitude = (magnitude + 256U) << (segment - 1U);
    }
    const int value = static_cast<int>(magnitude);
    return static_cast<std::int16_t>((bits & 0x80U) != 0 ? value : -value);
}

std::uint8_t to_alaw(int sample) {
    const unsigned sign = sample >= 0 ? 0x80U : 0U;
    const auto magnitude = static_cast<unsigned>(std::min(sample < 0 ? -sample : sample, 32767));
    unsigned bits = magnitude >> 4U;
    if (magnitude >= 256U) {
        const auto segment = static_cast<unsigned>(std::bit_width(magnitude)) - 8U;
        bits = (segment << 4U) | ((magnitude >> (segment + 3U)) & 15U);
    }
    return static_cast<std::uint8_t>((sign | bits) ^ 0x55U);
}

struct Tables {
    std::array<std::int16_t, 256> ulaw_out{};
    std::array<std::int16_t, 256> alaw_out{};
    std::array<std::uint8_t, 16384> ulaw_in{};
    std::array<std::uint8_t, 16384> alaw_in{};

    Tables() {
        for (unsigned code = 0; code < 256; ++code) {
            ulaw_out[code] = from_ulaw(static_cast<std::uint8_t>(code));
            alaw_out[code] = from_alaw(static_cast<std::uint8_t>(code));
        }
        for (int upper = -8192; upper < 8192; ++upper) {
            const auto index = static_cast<std::size_t>(upper & 0x3fff);
            ulaw_in[index] = to_ulaw(upper * 4);
            alaw_in[index] = to_alaw(upper * 4);
        }
    }
};

const Tables& tables() {
    static const Tables made;
    return made;
}

} // namespace

const std::int16_t* decode_table(Law law) {
    return law == Law::ulaw ? tables().ulaw_out.data() : tables().alaw_out.data();
}

const std::uint8_t* encode_table(Law law) {
    return law == Law::ulaw ? tables().ulaw_in.data() : tables().alaw_in.data();
}

std::int16_t decode(Law law, std::uint8_t code) {
    return decode_table(law)[code];
}

std::uint8_t encode(Law law, std::int16_t sample) {
    return encode_table(law)[static_cast<std::size_t>((sample >> 2) & 0x3fff)];
}

} // namespace peers::g711
