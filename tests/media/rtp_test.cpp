// Goal: a datagram is never read beyond its end and only real RTP passes. Method: a table of
// datagrams, then arbitrary bytes.

#include "dialer/media/rtp.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <array>
#include <vector>

using namespace dialer::media;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// A good header with the given first two bytes, then the rest.
Bytes packet(std::uint8_t first, std::uint8_t second, const Bytes& rest) {
    Bytes bytes{first, second, 0x12, 0x34, 1, 2, 3, 4, 5, 6, 7, 8};
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    return bytes;
}

} // namespace

TEST_CASE("a plain packet gives its header and payload", "[rtp]") {
    const RtpPacket read = read_rtp(packet(0x80, 0x80 | 8, {1, 2, 3}));
    CHECK(read.kind == PacketKind::rtp);
    CHECK(read.type == 8);
    CHECK(read.header.marker);
    CHECK(read.header.sequence == 0x1234);
    CHECK(read.header.timestamp == 0x01020304);
    CHECK(read.header.ssrc == 0x05060708);
    CHECK(read.payload_at == 12);
    CHECK(read.payload_size == 3);
}

TEST_CASE("what stands around the payload is cut off", "[rtp]") {
    struct Row {
        Bytes bytes;
        PacketKind kind;
        std::size_t at;
        std::size_t size;
    };
    const std::vector<Row> rows{
        {packet(0x80, 0, {}), PacketKind::rtp, 12, 0},
        {packet(0x82, 0, {0, 0, 0, 0, 0, 0, 0, 0, 9}), PacketKind::rtp, 20, 1},
        {packet(0x8F, 0, {0, 0, 0, 0}), PacketKind::malformed, 0, 0},
        {packet(0x90, 0, {0, 0, 0, 1, 0, 0, 0, 0, 9, 9}), PacketKind::rtp, 20, 2},
        {packet(0x90, 0, {0, 0, 0}), PacketKind::malformed, 0, 0},
        {packet(0x90, 0, {0, 0, 0xFF, 0xFF}), PacketKind::malformed, 0, 0},
        {packet(0xA0, 0, {9, 0, 0, 3}), PacketKind::rtp, 12, 1},
        {packet(0xA0, 0, {9, 5}), PacketKind::malformed, 0, 0},
        {packet(0xA0, 0, {9, 0}), PacketKind::malformed, 0, 0},
        {packet(0xA0, 0, {}), PacketKind::malformed, 0, 0}, // its last byte is the SSRC's
        {packet(0x40, 0, {9}), PacketKind::malformed, 0, 0},
        {packet(0x00, 0, {9}), PacketKind::malformed, 0, 0},
        {{0x80}, PacketKind::malformed, 0, 0},
        {{}, PacketKind::malformed, 0, 0},
        {packet(0x80, 200, {0}), PacketKind::rtcp, 0, 0},
        {packet(0x81, 201, {0}), PacketKind::rtcp, 0, 0},
        {packet(0x80, 0, Bytes(1488, 0)), PacketKind::rtp, 12, 1488},
        {packet(0x80, 0, Bytes(1489, 0)), PacketKind::malformed, 0, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.bytes.size(), row.at, row.size);
        const RtpPacket read = read_rtp(row.bytes);
        CHECK(read.kind == row.kind);
        CHECK(read.payload_at == row.at);
        CHECK(read.payload_size == row.size);
    }
}

TEST_CASE("the payload always lies inside the datagram", "[rtp][property]") {
    CHECK(rc::check([](Bytes bytes) {
        if (!bytes.empty()) {
            bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x3F) | 0x80);
        }
        const RtpPacket read = read_rtp(bytes);
        if (read.kind == PacketKind::rtp) {
            RC_ASSERT(read.payload_at >= kRtpHeaderSize);
            RC_ASSERT(read.payload_at + read.payload_size <= bytes.size());
        }
    }));
}

TEST_CASE("a written header is read back", "[rtp]") {
    std::array<std::uint8_t, kRtpHeaderSize> bytes{};
    write_rtp(bytes, {true, 0xFFFE, 0x89ABCDEF, 0xDEADBEEF}, 101);
    const RtpPacket read = read_rtp(bytes);
    CHECK(read.kind == PacketKind::rtp);
    CHECK(read.type == 101);
    CHECK(read.header.marker);
    CHECK(read.header.sequence == 0xFFFE);
    CHECK(read.header.timestamp == 0x89ABCDEF);
    CHECK(read.header.ssrc == 0xDEADBEEF);
}
