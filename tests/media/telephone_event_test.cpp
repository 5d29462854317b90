// Goal: a key is reported once, whatever the network does to its packets. Method: packet by packet.

#include "dialer/media/telephone_event.hpp"

#include <catch2/catch.hpp>

#include <array>

using dialer::media::EventDecoder;

namespace {

std::optional<char> press(EventDecoder& decoder, std::uint8_t event, std::uint32_t timestamp,
                          std::uint32_t ssrc = 1) {
    const std::array<std::uint8_t, 4> payload{event, 0x0A, 0, 160};
    return decoder.on_packet(payload, timestamp, ssrc);
}

} // namespace

TEST_CASE("each event is one key, in all its packets", "[dtmf]") {
    EventDecoder decoder;
    CHECK(press(decoder, 9, 1000) == '9');
    CHECK_FALSE(press(decoder, 9, 1000));
    CHECK_FALSE(press(decoder, 9, 1000));
    CHECK(press(decoder, 9, 2000) == '9');
    SECTION("a late end of the event before is not another press") {
        CHECK_FALSE(press(decoder, 9, 1000));
        CHECK_FALSE(press(decoder, 9, 2000));
    }
}

TEST_CASE("all sixteen keys have their names, and other events are none", "[dtmf]") {
    EventDecoder decoder;
    std::string keys;
    std::uint32_t timestamp = 0xFFFFF000; // wraps around on the way
    for (std::uint8_t event = 0; event < 16; ++event) {
        keys += press(decoder, event, timestamp += 800).value_or('?');
    }
    CHECK(keys == "0123456789*#ABCD");
    CHECK_FALSE(press(decoder, 16, timestamp + 800));
    CHECK_FALSE(press(decoder, 255, timestamp + 800));
}

TEST_CASE("a key held for longer than a segment is one key", "[dtmf]") {
    EventDecoder decoder;
    CHECK(press(decoder, 5, 1000) == '5');
    CHECK_FALSE(press(decoder, 5, 1000 + 0xFFFF));
    CHECK_FALSE(press(decoder, 5, 1000 + 2 * 0xFFFF));
    CHECK(press(decoder, 5, 1000 + 2 * 0xFFFF + 4000) == '5');
}

TEST_CASE("a new source starts anew", "[dtmf]") {
    EventDecoder decoder;
    CHECK(press(decoder, 1, 5000, 1) == '1');
    CHECK(press(decoder, 1, 4000, 2) == '1');
}

TEST_CASE("a cut event is no key", "[dtmf]") {
    EventDecoder decoder;
    const std::array<std::uint8_t, 3> cut{1, 0, 0};
    CHECK_FALSE(decoder.on_packet(cut, 1, 1));
    CHECK_FALSE(decoder.on_packet({}, 1, 1));
}
