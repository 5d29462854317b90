// Goal: both laws lose no more than a step of their scale, and silence stays silence. Method: all
// 256 codes and all 65,536 samples.

#include "dialer/media/g711.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace dialer::media;
using dialer::sdp::Codec;

TEST_CASE("a code survives decoding and encoding", "[g711]") {
    for (int code = 0; code < 256; ++code) {
        const auto byte = static_cast<std::uint8_t>(code);
        CAPTURE(code);
        CHECK(to_alaw(from_alaw(byte)) == byte);
        // mu-law has two zeroes; the negative one comes back as the positive.
        CHECK(to_ulaw(from_ulaw(byte)) == (byte == 0x7F ? 0xFF : byte));
    }
}

TEST_CASE("a sample comes back within half a step", "[g711]") {
    int ulaw_worst = 0;
    int alaw_worst = 0;
    for (int sample = -32635; sample <= 32635; ++sample) {
        const auto value = static_cast<std::int16_t>(sample);
        // The steps grow with the segment: a sixteenth of the magnitude, at least 8 and 16.
        const int ulaw = std::abs(from_ulaw(to_ulaw(value)) - sample);
        const int alaw = std::abs(from_alaw(to_alaw(value)) - sample);
        ulaw_worst = std::max(ulaw_worst, ulaw - (std::abs(sample) + 132) / 32);
        alaw_worst = std::max(alaw_worst, alaw - std::abs(sample) / 32);
    }
    CHECK(ulaw_worst <= 1);
    CHECK(alaw_worst <= 8);
    CHECK(to_ulaw(32767) == 0x80);
    CHECK(to_ulaw(-32768) == 0x00);
    CHECK(to_alaw(32767) == 0xAA);
    CHECK(to_alaw(-32768) == 0x2A);
}

TEST_CASE("silence is FF in mu-law and D5 in A-law", "[g711]") {
    CHECK(silence_code(Codec::pcmu) == 0xFF);
    CHECK(silence_code(Codec::pcma) == 0xD5);
}

TEST_CASE("transcoding keeps the sound", "[g711]") {
    for (int code = 0; code < 256; ++code) {
        std::uint8_t byte = static_cast<std::uint8_t>(code);
        const int before = from_ulaw(byte);
        transcode({&byte, 1}, Codec::pcmu, Codec::pcma);
        CAPTURE(code);
        CHECK(std::abs(from_alaw(byte) - before) <= std::abs(before) / 32 + 8);
        const std::uint8_t alaw = byte;
        transcode({&byte, 1}, Codec::pcma, Codec::pcma);
        CHECK(byte == alaw);
    }
}
