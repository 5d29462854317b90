// Goal: whatever the sources do, the receiver gets one clean stream. Method: the stream is driven
// packet by packet on invented time; loss, reordering, wrap-around, freezes and restarts by hand,
// then a property over a whole shift of customers.

#include "dialer/media/rtp_stream.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace dialer::media;
using namespace std::chrono_literals;
using dialer::Monotonic;

namespace {

constexpr Monotonic kStart = Monotonic{} + 1000s;
constexpr RtpStream::Start kFirst{.ssrc = 77, .sequence = 65530, .timestamp = 0xFFFFFF00};

/// A phone that sends a frame each time it is asked.
struct Source {
    RtpHeader next{.marker = false, .sequence = 65533, .timestamp = 0xFFFFFFB0, .ssrc = 1};

    RtpHeader frame() {
        const RtpHeader now = next;
        ++next.sequence;
        next.timestamp += kFrameSamples;
        return now;
    }
};

std::optional<RtpHeader> relay(RtpStream& stream, const RtpHeader& in, Monotonic now) {
    return stream.relay(in, PayloadKind::audio, kFrameSamples, now);
}

std::uint16_t step(const RtpHeader& from, const RtpHeader& to) {
    return static_cast<std::uint16_t>(to.sequence - from.sequence);
}

std::uint32_t samples(const RtpHeader& from, const RtpHeader& to) {
    return to.timestamp - from.timestamp;
}

} // namespace

TEST_CASE("a stream begins with its own numbers and a marker", "[stream]") {
    RtpStream stream{kFirst};
    const auto out = stream.silence(kStart);
    REQUIRE(out);
    CHECK(out->ssrc == 77);
    CHECK(out->sequence == 65530);
    CHECK(out->timestamp == 0xFFFFFF00);
    CHECK(out->marker);
}

TEST_CASE("frames of one source pass one by one, around the wrap", "[stream]") {
    RtpStream stream{kFirst};
    Source source;
    auto last = relay(stream, source.frame(), kStart);
    REQUIRE(last);
    CHECK(last->marker);
    for (int i = 1; i < 20; ++i) {
        const auto out = relay(stream, source.frame(), kStart + i * 20ms);
        REQUIRE(out);
        CHECK(out->ssrc == 77);
        CHECK_FALSE(out->marker);
        CHECK(step(*last, *out) == 1);
        CHECK(samples(*last, *out) == kFrameSamples);
        last = out;
    }
}

TEST_CASE("a source's loss and reordering show through, its copies do not", "[stream]") {
    RtpStream stream{kFirst};
    Source source;
    const auto first = relay(stream, source.frame(), kStart);
    const RtpHeader second = source.frame();
    const RtpHeader third = source.frame();
    source.frame(); // lost
    const RtpHeader fifth = source.frame();

    const auto out3 = relay(stream, third, kStart + 40ms);
    const auto out2 = relay(stream, second, kStart + 41ms);
    CHECK_FALSE(relay(stream, second, kStart + 42ms));
    CHECK_FALSE(relay(stream, third, kStart + 42ms));
    const auto out5 = relay(stream, fifth, kStart + 80ms);
    REQUIRE((first && out2 && out3 && out5));
    CHECK(step(*first, *out2) == 1);
    CHECK(step(*first, *out3) == 2);
    CHECK(step(*first, *out5) == 4);
    CHECK(samples(*first, *out5) == 4 * kFrameSamples);
}

TEST_CASE("silence follows the wall and never runs ahead of it", "[stream]") {
    RtpStream stream{kFirst};
    auto last = stream.silence(kStart);
    CHECK_FALSE(stream.silence(kStart + 1ms));
    const auto second = stream.silence(kStart + 20ms);
    REQUIRE(second);
    CHECK(samples(*last, *second) == kFrameSamples);
    // A timer that comes three ticks late sends what it missed.
    for (int i = 2; i <= 4; ++i) {
        const auto out = stream.silence(kStart + 80ms);
        REQUIRE(out);
        CHECK(samples(*last, *out) == static_cast<std::uint32_t>(i) * kFrameSamples);
    }
    CHECK_FALSE(stream.silence(kStart + 80ms));
    // After a long stop it goes on where the wall is.
    const auto late = stream.silence(kStart + 10s);
    REQUIRE(late);
    CHECK(samples(*last, *late) == 500 * kFrameSamples);
    CHECK(step(*last, *late) == 5);
}

TEST_CASE("a customer joins between two frames of silence without a gap in the numbers",
          "[stream]") {
    RtpStream stream{kFirst};
    const auto silence = stream.silence(kStart);
    stream.change_source();
    Source source;
    const auto first = relay(stream, source.frame(), kStart + 5ms);
    const auto second = relay(stream, source.frame(), kStart + 25ms);
    REQUIRE((silence && first && second));
    CHECK(first->marker);
    CHECK(step(*silence, *first) == 1);
    CHECK(samples(*silence, *first) == kFrameSamples);

    stream.change_source();
    CHECK_FALSE(stream.silence(kStart + 40ms)); // the customer's frames already cover this
    const auto after = stream.silence(kStart + 60ms);
    REQUIRE(after);
    CHECK(after->marker);
    CHECK(step(*second, *after) == 1);
    CHECK(samples(*second, *after) == kFrameSamples);
}

TEST_CASE("silence fills a pause, and the source goes on at its own place in time", "[stream]") {
    RtpStream stream{kFirst};
    Source source;
    const auto first = relay(stream, source.frame(), kStart);
    CHECK_FALSE(stream.starved(kStart + 60ms));
    CHECK(stream.starved(kStart + 61ms));
    std::optional<RtpHeader> filler;
    for (int i = 4; i <= 9; ++i) { // nothing came since frame 0; ticks 4 to 9 fill
        const auto out = stream.silence(kStart + i * 20ms);
        filler = out ? out : filler;
    }
    REQUIRE((first && filler));
    for (int i = 1; i < 10; ++i) {
        source.next.timestamp += kFrameSamples; // it was quiet, its clock went on
    }
    const auto resumed = relay(stream, source.frame(), kStart + 200ms);
    REQUIRE(resumed);
    CHECK(resumed->marker);
    CHECK(step(*filler, *resumed) == 1);
    CHECK(samples(*first, *resumed) == 10 * kFrameSamples);
}

TEST_CASE("after a freeze the late packets are dropped, not played late", "[stream]") {
    RtpStream stream{kFirst};
    Source source;
    const auto first = relay(stream, source.frame(), kStart);
    std::optional<RtpHeader> filler;
    for (int i = 4; i <= 8; ++i) {
        filler = stream.silence(kStart + i * 20ms);
    }
    REQUIRE(filler);
    int passed = 0;
    auto last = filler;
    for (int i = 1; i <= 8; ++i) {
        if (const auto out = relay(stream, source.frame(), kStart + 161ms)) {
            ++passed;
            CHECK(step(*last, *out) == 1);
            CHECK(static_cast<std::int32_t>(samples(*last, *out)) > 0);
            last = out;
        }
    }
    CHECK(passed > 0);
    CHECK(passed < 8);
    // Not more than a frame ahead of the wall, where playing all would be eight.
    CHECK(samples(*first, *last) <= 9 * kFrameSamples);
}

TEST_CASE("a source whose clock stops while it is quiet is heard again soon", "[stream]") {
    RtpStream stream{kFirst};
    Source source;
    REQUIRE(relay(stream, source.frame(), kStart));
    for (int i = 4; i <= 100; ++i) {
        (void)stream.silence(kStart + i * 20ms);
    }
    int dropped = 0;
    while (!relay(stream, source.frame(), kStart + 2s + dropped * 20ms)) {
        REQUIRE(++dropped <= 10);
    }
}

TEST_CASE("a source that starts anew is followed at once", "[stream]") {
    RtpStream stream{kFirst};
    Source source;
    const auto before = relay(stream, source.frame(), kStart);
    SECTION("with a new SSRC") {
        source.next.ssrc = 2;
    }
    SECTION("with another sequence") {
        source.next.sequence += 5000;
    }
    SECTION("with another clock") {
        source.next.timestamp += 1000000;
    }
    SECTION("with all of them") {
        source.next = {false, 9, 12345, 3};
    }
    const auto after = relay(stream, source.frame(), kStart + 20ms);
    REQUIRE((before && after));
    CHECK(after->marker);
    CHECK(step(*before, *after) == 1);
    CHECK(samples(*before, *after) == kFrameSamples);
}

TEST_CASE("all packets of a key press keep one timestamp", "[stream]") {
    RtpStream stream{kFirst};
    Source source;
    auto last = relay(stream, source.frame(), kStart);
    REQUIRE(last);
    RtpHeader key = source.next;
    key.marker = true;
    std::optional<std::uint32_t> timestamp;
    for (int i = 1; i <= 150; ++i) { // three seconds: longer than any drift allowed to audio
        const auto out = stream.relay(key, PayloadKind::event, 4, kStart + i * 20ms);
        REQUIRE(out);
        CHECK(out->marker == (i == 1));
        CHECK(step(*last, *out) == 1);
        CHECK(timestamp.value_or(out->timestamp) == out->timestamp);
        timestamp = out->timestamp;
        last = out;
        ++key.sequence;
        key.marker = false;
    }
    source.next.sequence = key.sequence;
    source.next.timestamp += 150 * kFrameSamples;
    const auto after = relay(stream, source.frame(), kStart + 151 * 20ms);
    REQUIRE(after);
    CHECK(after->timestamp - *timestamp == 150 * kFrameSamples);
}

TEST_CASE("the numbers close up over packets that were not passed on", "[stream]") {
    RtpStream stream{kFirst};
    Source source;
    const auto before = relay(stream, source.frame(), kStart);
    for (int i = 0; i < 5; ++i) {
        source.frame();
        stream.interrupt();
    }
    const auto after = relay(stream, source.frame(), kStart + 120ms);
    REQUIRE((before && after));
    CHECK(step(*before, *after) == 1);
    CHECK(samples(*before, *after) == 6 * kFrameSamples);
}

TEST_CASE("a message is sent frame after frame even when the timer is late", "[stream]") {
    RtpStream stream{kFirst};
    RtpHeader last = stream.frame(kStart);
    for (int i = 1; i < 50; ++i) {
        const RtpHeader out = stream.frame(kStart + i * 20ms + (i % 7) * 3ms);
        CHECK(step(last, out) == 1);
        CHECK(samples(last, out) == kFrameSamples);
        last = out;
    }
}

TEST_CASE("over a shift of customers the stream never turns back or leaves the wall",
          "[stream][property]") {
    CHECK(rc::check([] {
        RtpStream stream{
            {1, *rc::gen::arbitrary<std::uint16_t>(), *rc::gen::arbitrary<std::uint32_t>()}};
        Monotonic now = kStart;
        Monotonic first_at = now;
        std::optional<RtpHeader> first;
        std::optional<RtpHeader> last;
        const auto check = [&](const std::optional<RtpHeader>& out) {
            if (!out) {
                return;
            }
            if (last) {
                RC_ASSERT(step(*last, *out) == 1);
                RC_ASSERT(static_cast<std::int32_t>(samples(*last, *out)) > 0);
            } else {
                first = out;
                first_at = now;
            }
            last = out;
            const auto wall = std::chrono::duration_cast<std::chrono::milliseconds>(now - first_at);
            const auto ahead = static_cast<std::int64_t>(samples(*first, *out)) - wall.count() * 8;
            RC_ASSERT(ahead <= 320);
            RC_ASSERT(ahead >= -800);
        };
        const int customers = *rc::gen::inRange(1, 30);
        for (int customer = 0; customer < customers; ++customer) {
            const int idle = *rc::gen::inRange(0, 20);
            for (int i = 0; i < idle; ++i) {
                check(stream.silence(now));
                now += 20ms;
            }
            now += std::chrono::milliseconds{*rc::gen::inRange(0, 20)};
            stream.change_source();
            Source source{.next = {false, *rc::gen::arbitrary<std::uint16_t>(),
                                   *rc::gen::arbitrary<std::uint32_t>(), 1}};
            const int frames = *rc::gen::inRange(0, 60);
            for (int i = 0; i < frames; ++i) {
                check(relay(stream, source.frame(), now));
                now += 20ms;
            }
            stream.change_source();
        }
    }));
}
