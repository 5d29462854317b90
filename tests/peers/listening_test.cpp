// Goal: a peer hears exactly the tones, voices, keys, gaps and jumps that are in a stream.
// Method: packets made by hand with real speech and tones under them, fed with made-up arrivals.

#include "tests/peers/common/listener.hpp"
#include "tests/peers/common/random.hpp"
#include "tests/peers/common/speech.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <set>
#include <vector>

using namespace peers;

namespace {

constexpr std::int64_t kFrameNs = 20'000'000;

/// A sender whose every property a test can bend.
struct Sender {
    RtpHeader header{0, false, 65'530, 4'294'967'000U, 77};
    std::int64_t at_ns = 1'000'000'000'000;
    std::size_t sample = 0;

    std::vector<std::uint8_t> packet(const Recording* speech, std::vector<int> tones_hz) {
        std::vector<std::uint8_t> bytes(kRtpHeaderBytes + kFrameSamples);
        write_rtp(header, std::span{bytes}.first<kRtpHeaderBytes>());
        for (std::size_t i = 0; i < kFrameSamples; ++i, ++sample) {
            int sum = speech == nullptr ? 0 : speech->samples[sample % speech->samples.size()];
            for (const int hz : tones_hz) {
                sum += tone_samples(hz)[sample % kTonePeriod];
            }
            bytes[kRtpHeaderBytes + i] =
                g711::encode(g711::Law::ulaw, static_cast<std::int16_t>(sum));
        }
        ++header.sequence;
        header.timestamp += kFrameSamples;
        at_ns += kFrameNs;
        return bytes;
    }
    void speak(Listener& listener, int frames, const Recording* speech, std::vector<int> tones_hz) {
        for (int n = 0; n < frames; ++n) {
            listener.hear(packet(speech, tones_hz), at_ns);
        }
    }
};

} // namespace

TEST_CASE("a machine's beep is heard once in its greeting, and in nobody's talk", "[peers]") {
    ListenerConfig config;
    config.far_band = kCustomerTones;
    config.own_band = kPhoneTones;
    config.beep_hz = kBeepHz;
    for (unsigned voice = 0; voice < kVoices; ++voice) {
        for (int late = 0; late < 10; ++late) { // windows of 10 frames begin anywhere
            INFO("voice " << voice << ", " << late << " frames late");
            const auto beeps = [&](Program program) {
                Listener listener{config};
                Sender sender;
                const Recording& speech = recording(program, voice);
                sender.speak(listener, late, nullptr, {2700});
                sender.sample = 0;
                const auto frames = static_cast<int>(speech.samples.size() / kFrameSamples);
                sender.speak(listener, frames, &speech, {2700});
                return listener.heard().beeps;
            };
            CHECK(beeps(Program::machine) == 1);
            CHECK(beeps(Program::human) == 0);
            CHECK(beeps(Program::agent) == 0);
        }
    }
}

TEST_CASE("G.711 comes back within its own step", "[peers]") {
    for (int sample = -32000; sample <= 32000; sample += 7) {
        for (const auto law : {g711::Law::ulaw, g711::Law::alaw}) {
            const int back =
                g711::decode(law, g711::encode(law, static_cast<std::int16_t>(sample)));
            const int size = sample < 0 ? -sample : sample;
            CHECK(back == Approx(sample).margin(20 + size / 28.0));
        }
    }
    CHECK(g711::encode(g711::Law::ulaw, 0) == 0xff); // ITU-T G.711 table 2a
    CHECK(g711::encode(g711::Law::alaw, 0) == 0xd5); // ITU-T G.711 table 1a
}

TEST_CASE("every tone of a band is used once a round", "[peers]") {
    std::set<int> heard;
    for (std::uint64_t n = 0; n < 64; ++n) {
        heard.insert(tone_hz(kCustomerTones, n));
    }
    CHECK(heard.size() == 64);
    CHECK(*heard.begin() == 2100);
    CHECK(*heard.rbegin() == 3360);
}

TEST_CASE("a tone is measured at its own frequency and nowhere else", "[peers]") {
    std::vector<float> samples;
    for (const std::int16_t sample : tone_samples(2400)) {
        samples.push_back(sample);
    }
    CHECK(tone_amplitude(samples, 2400) == Approx(kToneAmplitude).epsilon(0.01));
    CHECK(tone_amplitude(samples, 2420) < 2);
    CHECK(tones_in(samples, kCustomerTones, 50) == std::vector<int>{2400});
    CHECK(tones_in(samples, kPhoneTones, 50).empty());
}

TEST_CASE("the tone under loud speech is heard, for every voice", "[peers]") {
    for (unsigned voice = 0; voice < kVoices; ++voice) {
        for (const Program program : {Program::human, Program::machine, Program::agent}) {
            Listener listener{{.key_payload_type = std::nullopt,
                               .far_band = kCustomerTones,
                               .own_band = kPhoneTones}};
            Sender sender;
            sender.speak(listener, 600, &recording(program, voice), {2760});
            REQUIRE(listener.heard().periods.size() == 1);
            CHECK(listener.heard().periods[0].tones_hz == std::vector<int>{2760});
            CHECK(listener.heard().crossed == 0);
            CHECK(listener.heard().foreign == 0);
        }
    }
}

TEST_CASE("customers one after the other are told apart, silence between", "[peers]") {
    Listener listener{
        {.key_payload_type = std::nullopt, .far_band = kCustomerTones, .own_band = kPhoneTones}};
    Sender sender;
    sender.speak(listener, 100, nullptr, {});
    sender.speak(listener, 100, &recording(Program::human, 1), {2100});
    sender.speak(listener, 50, nullptr, {});
    sender.speak(listener, 100, &recording(Program::human, 2), {3000});
    const Heard& heard = listener.heard();
    REQUIRE(heard.periods.size() == 2);
    CHECK(heard.periods[0].tones_hz == std::vector<int>{2100});
    CHECK(heard.periods[1].tones_hz == std::vector<int>{3000});
    CHECK(heard.periods[0].start_ms == 2000);
    CHECK(heard.periods[0].frames == 100);
    CHECK(heard.sequence_jumps == 0);
    CHECK(heard.timestamp_jumps == 0);
    CHECK(heard.largest_gap_ms == Approx(20));
}

TEST_CASE("two customers at once and one's own voice back are both noticed", "[peers]") {
    Listener listener{
        {.key_payload_type = std::nullopt, .far_band = kCustomerTones, .own_band = kPhoneTones}};
    Sender sender;
    sender.speak(listener, 20, nullptr, {2100, 2500});
    CHECK(listener.heard().crossed == 2);
    CHECK(listener.heard().foreign == 0);
    sender.speak(listener, 10, nullptr, {1600});
    CHECK(listener.heard().foreign == 1);
}

TEST_CASE("gaps, jumps, new sources and late packets are counted", "[peers]") {
    Listener listener{{}};
    Sender sender;
    sender.speak(listener, 5, nullptr, {});
    sender.at_ns += 100'000'000;
    sender.speak(listener, 1, nullptr, {});
    CHECK(listener.heard().largest_gap_ms == Approx(120));
    CHECK(listener.heard().gaps_over_60ms == 1);
    sender.header.sequence = static_cast<std::uint16_t>(sender.header.sequence + 3);
    sender.header.timestamp += 3 * kFrameSamples;
    sender.speak(listener, 1, nullptr, {});
    CHECK(listener.heard().sequence_jumps == 1);
    CHECK(listener.heard().timestamp_jumps == 0);
    sender.header.timestamp += 5;
    sender.speak(listener, 1, nullptr, {});
    CHECK(listener.heard().timestamp_jumps == 1);
    sender.header.ssrc = 78;
    sender.speak(listener, 1, nullptr, {});
    CHECK(listener.heard().ssrc_changes == 1);
    sender.header.sequence = static_cast<std::uint16_t>(sender.header.sequence - 2);
    sender.speak(listener, 1, nullptr, {});
    CHECK(listener.heard().late == 1);
}

TEST_CASE("a key press is heard once however often its packets are repeated", "[peers]") {
    Listener listener{{.key_payload_type = 101}};
    RtpHeader header{101, true, 1, 1000, 5};
    for (const std::uint32_t timestamp : {1000U, 9000U}) {
        for (int n = 0; n < 8; ++n) {
            header.timestamp = timestamp;
            std::vector<std::uint8_t> bytes(kRtpHeaderBytes + 4);
            write_rtp(header, std::span{bytes}.first<kRtpHeaderBytes>());
            write_key({*key_code('9'), n >= 5, 160},
                      std::span{bytes}.subspan<kRtpHeaderBytes, 4>());
            listener.hear(bytes, 1);
            ++header.sequence;
        }
    }
    CHECK(listener.heard().keys == "99");
    CHECK(listener.heard().timestamp_jumps == 0);
}

TEST_CASE("no bytes from the network can upset a listener", "[peers][property]") {
    CHECK(rc::check([](const std::vector<std::vector<std::uint8_t>>& datagrams) {
        Listener listener{{.key_payload_type = 101}};
        std::int64_t at = 0;
        for (auto datagram : datagrams) {
            if (!datagram.empty()) {
                datagram[0] = static_cast<std::uint8_t>(0x80U | (datagram[0] & 0x3fU));
            }
            listener.hear(datagram, at += kFrameNs);
        }
        RC_ASSERT(listener.heard().packets + listener.heard().malformed >= datagrams.size());
    }));
}
