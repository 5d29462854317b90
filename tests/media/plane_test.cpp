// Goal: the plane's other promises: messages play whole, keys are heard during them, silence is
// noticed, junk is counted, ports come back, thousands of legs fit. Method: as in
// plane_bridge_test.cpp.

#include "dialer/media/g711.hpp"
#include "dialer/media/plane.hpp"
#include "phone.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>

#include <unistd.h>

using namespace dialer::media;
using namespace media_test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint8_t kPcmu = 0;
constexpr LegId kLeg{2};

/// A mu-law WAV file of so many frames; each frame's bytes are its number.
class NumberedWav {
public:
    explicit NumberedWav(std::uint8_t frames)
        : path_{std::filesystem::temp_directory_path() /
                ("plane_test." + std::to_string(::getpid()) + ".wav")} {
        const std::uint32_t size = frames * 160U;
        std::ofstream file{path_, std::ios::binary};
        file.write("RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x07\0\x01\0\x40\x1f\0\0\x40\x1f\0\0"
                   "\x01\0\x08\0data",
                   40);
        for (int i = 0; i < 4; ++i) {
            file.put(static_cast<char>(size >> (8 * i) & 0xFF));
        }
        for (std::uint8_t frame = 0; frame < frames; ++frame) {
            file << std::string(160, static_cast<char>(frame));
        }
    }
    ~NumberedWav() { std::filesystem::remove(path_); }
    NumberedWav(const NumberedWav&) = delete;
    NumberedWav& operator=(const NumberedWav&) = delete;
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

/// One frame of a key's two tones; `frame` counts on so that the phase does.
std::vector<std::uint8_t> tone_frame(double low, double high, int frame) {
    std::vector<std::uint8_t> codes;
    for (int i = 0; i < 160; ++i) {
        const double t = (frame * 160 + i) / 8000.0 * 2 * std::numbers::pi;
        const double value = 6000 * std::sin(low * t) + 6000 * std::sin(high * t);
        codes.push_back(to_ulaw(static_cast<std::int16_t>(value)));
    }
    return codes;
}

struct Line {
    explicit Line(Config config = {}) : plane{config, clock, events.sink()} {}

    void open(Phone& phone, LegId leg = kLeg) {
        const auto port = plane.open(leg, LegKind::customer, 0);
        REQUIRE(port.has_value());
        phone.call(*port);
    }

    LegStats close(LegId leg = kLeg) {
        plane.close(leg);
        const auto stats =
            events.wait<LegStats>([&](const LegStats& event) { return event.leg == leg; });
        REQUIRE(stats);
        return *stats;
    }

    Events events;
    dialer::Clock clock;
    Plane plane;
};

} // namespace

TEST_CASE("a message plays from its first frame to its last", "[plane]") {
    constexpr std::uint8_t kFrameCount = 20;
    const NumberedWav file{kFrameCount};
    Line line;
    const ClipId clip = line.plane.load_clip(file.path());
    Phone phone{5, kPcmu};
    line.open(phone);
    line.plane.connect(kLeg, phone.remote());
    line.plane.play(kLeg, clip);
    const auto heard = phone.hear_until_some(
        [](const Heard& packet) { return filled_with(packet, kFrameCount - 1); });
    REQUIRE(heard.size() == kFrameCount);
    for (std::size_t i = 0; i < heard.size(); ++i) {
        CHECK(filled_with(heard[i], static_cast<std::uint8_t>(i)));
        CHECK(heard[i].header.marker == (i == 0));
        CHECK(heard[i].header.timestamp - heard[0].header.timestamp == i * 160);
        CHECK(static_cast<std::uint16_t>(heard[i].header.sequence - heard[0].header.sequence) == i);
    }
    const auto mine = [](const auto& event) { return event.leg == kLeg; };
    const auto started = line.events.wait<ClipStarted>(mine);
    const auto ended = line.events.wait<ClipEnded>(mine);
    REQUIRE((started && ended));
    CHECK(ended->at.mono > started->at.mono);
    CHECK(line.events.all<ClipStarted>().size() == 1);
    CHECK(line.events.all<ClipEnded>().size() == 1);
    CHECK(line.close().sent == kFrameCount);
}

TEST_CASE("a key is heard during a message, once, in whichever way it comes", "[plane]") {
    const NumberedWav file{200};
    Line line;
    const ClipId clip = line.plane.load_clip(file.path());
    Phone phone{5, kPcmu};
    line.open(phone);
    line.plane.connect(kLeg, phone.remote());
    line.plane.play(kLeg, clip);
    REQUIRE(phone.hear(now() + kDeadline));
    const bool as_event = GENERATE(true, false);
    const bool as_tone = GENERATE(true, false);
    const std::uint32_t start = phone.timestamp();
    for (int frame = 0; frame < 8; ++frame) {
        if (as_event) {
            phone.send_event(9, frame == 0, start);
        }
        if (as_tone) {
            phone.send_payload(tone_frame(852, 1477, frame));
        }
    }
    for (int frame = 0; frame < 5; ++frame) {
        phone.send_frame(0xFF);
    }
    const auto received = line.close().received;
    CHECK(received == 5U + (as_event ? 8U : 0U) + (as_tone ? 8U : 0U));
    const auto digits = line.events.all<Digit>();
    REQUIRE(digits.size() == (as_event || as_tone ? 1U : 0U));
    for (const Digit& digit : digits) {
        CHECK(digit.key == '9');
    }
}

TEST_CASE("a leg nobody talks on is reported once, and again after it was heard", "[plane]") {
    Config config;
    config.silence_limit = 100ms;
    Line line{config};
    Phone phone{5, kPcmu};
    line.open(phone);
    line.plane.connect(kLeg, phone.remote());
    const auto mine = [](const Silent& event) { return event.leg == kLeg; };
    const auto first = line.events.wait<Silent>(mine);
    REQUIRE(first);
    phone.send_frame(0x40);
    const auto again = line.events.wait<Silent>(
        [&](const Silent& event) { return event.at.mono > first->at.mono; });
    REQUIRE(again);
    CHECK(line.events.all<Silent>().size() == 2);
}

TEST_CASE("a leg on hold owes no packets", "[plane]") {
    Config config;
    config.silence_limit = 50ms;
    Line line{config};
    Phone held{5, kPcmu};
    Phone quiet{6, kPcmu};
    line.open(held);
    line.open(quiet, LegId{3});
    Remote remote = held.remote();
    remote.may_send = false;
    line.plane.connect(kLeg, remote);
    line.plane.connect(LegId{3}, quiet.remote());
    // Two reports about the other leg: a whole sweep has passed this one by then.
    const auto first = line.events.wait<Silent>([](const Silent&) { return true; });
    REQUIRE(first);
    quiet.send_frame(0x40);
    REQUIRE(line.events.wait<Silent>(
        [&](const Silent& event) { return event.at.mono > first->at.mono; }));
    for (const Silent& event : line.events.all<Silent>()) {
        CHECK(event.leg == LegId{3});
    }
}

TEST_CASE("early media is counted and heard by nobody", "[plane]") {
    Line line;
    Phone phone{5, kPcmu};
    line.open(phone);
    for (int i = 0; i < 3; ++i) {
        phone.send_frame(0x40);
    }
    const LegStats stats = line.close();
    CHECK(stats.received == 3);
    CHECK(stats.sent == 0);
}

TEST_CASE("junk is counted and does no harm", "[plane]") {
    Line line;
    Phone phone{5, kPcmu};
    line.open(phone);
    line.plane.connect(kLeg, phone.remote());
    // Its end says that the connect is done.
    REQUIRE(line.plane.open(LegId{9}, LegKind::customer, 0).has_value());
    (void)line.close(LegId{9});
    phone.send_bytes({});
    phone.send_bytes({0});
    phone.send_bytes(std::vector<std::uint8_t>(1501, 0x80));
    phone.send_bytes(std::vector<std::uint8_t>(9000, 0x80));
    phone.send_bytes({0x80, 34, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}); // H.263
    phone.send_bytes({0x80, 200, 0, 0, 0, 0, 0, 0});            // RTCP: neither good nor bad
    phone.send_bytes({0x80, 13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64});
    phone.send_frame(0x40);
    const LegStats stats = line.close();
    CHECK(stats.malformed == 5);
    CHECK(stats.received == 2);
    CHECK(stats.intruders == 0);
}

TEST_CASE("ports run out and come back", "[plane]") {
    Config config;
    config.port_min = 23456;
    config.port_max = 23459;
    Line line{config};
    std::vector<LegId> open;
    boost::system::error_code error;
    for (std::uint64_t i = 1; i <= 3; ++i) {
        const auto port = line.plane.open(LegId{i}, LegKind::customer, i);
        if (port) {
            CHECK(port->port % 2 == 0);
            open.push_back(LegId{i});
        } else {
            error = port.error();
        }
    }
    // Another program may hold one of them, not both in a thousand years of test runs.
    REQUIRE_FALSE(open.empty());
    CHECK(error == boost::system::errc::address_not_available);
    CHECK(line.plane.open(open[0], LegKind::customer, 0).error() ==
          boost::system::errc::already_connected);
    (void)line.close(open[0]);
    CHECK(line.plane.open(LegId{99}, LegKind::customer, 0).has_value());
}

TEST_CASE("commands for legs that are gone are ignored", "[plane]") {
    const NumberedWav file{1};
    Line line;
    const ClipId clip = line.plane.load_clip(file.path());
    Phone phone{5, kPcmu};
    line.plane.close(kLeg);
    line.plane.connect(kLeg, phone.remote());
    line.plane.bridge(kLeg, LegId{3});
    line.plane.unbridge(LegId{3});
    line.plane.play(kLeg, clip);
    line.open(phone);
    CHECK(line.close().received == 0);
}

TEST_CASE("legs that cannot meet are not bridged in silence", "[plane]") {
    Config config;
    config.threads = 2;
    Line line{config};
    REQUIRE(line.plane.open(LegId{1}, LegKind::agent, 0).has_value());
    REQUIRE(line.plane.open(LegId{2}, LegKind::customer, 1).has_value());
    CHECK_THROWS_AS(line.plane.bridge(LegId{2}, LegId{1}), std::logic_error);
}

TEST_CASE("a plane that cannot work does not start", "[plane]") {
    Events events;
    const dialer::Clock clock;
    CHECK_THROWS_AS(Plane(Config{.threads = 0}, clock, events.sink()), std::invalid_argument);
    CHECK_THROWS_AS(Plane(Config{.port_min = 5001, .port_max = 5001}, clock, events.sink()),
                    std::invalid_argument);
}

TEST_CASE("thousands of legs are open at once", "[plane]") {
    constexpr std::uint64_t kLegs = 3000;
    Line line;
    for (std::uint64_t i = 0; i < kLegs; ++i) {
        REQUIRE(line.plane.open(LegId{1000 + i}, LegKind::customer, i).has_value());
    }
    for (std::uint64_t i = 0; i < kLegs; ++i) {
        line.plane.close(LegId{1000 + i});
    }
    REQUIRE(line.events.wait<LegStats>(
        [](const LegStats& stats) { return stats.leg == LegId{1000 + kLegs - 1}; }));
    CHECK(line.events.all<LegStats>().size() == kLegs);
}
