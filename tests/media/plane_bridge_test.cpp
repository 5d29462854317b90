// Goal: on one nailed-up leg an agent hears customer after customer as one clean stream, each hears
// only the other, and keys pass. Method: real phones on loopback sockets around a real plane; the
// packets that arrive are compared number by number, byte by byte. Waits are for packets.

#include "dialer/media/g711.hpp"
#include "dialer/media/plane.hpp"
#include "phone.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace dialer::media;
using namespace media_test;
using namespace std::chrono_literals;
using dialer::sdp::Codec;

namespace {

constexpr std::uint8_t kPcmu = 0;
constexpr std::uint8_t kPcma = 8;
constexpr std::uint8_t kAgentVoice = 0x31;
constexpr int kFrames = 12;
constexpr LegId kAgent{1};
constexpr LegId kCustomer{2};

/// A plane with an agent on the line.
struct Room {
    explicit Room(std::uint8_t agent_type = kPcmu) : agent{90, agent_type} {
        const auto port = plane.open(kAgent, LegKind::agent, 0);
        REQUIRE(port.has_value());
        agent.call(*port);
        plane.connect(kAgent, agent.remote());
    }

    void join(LegId leg, Phone& customer, const Remote& remote) {
        const auto port = plane.open(leg, LegKind::customer, 0);
        REQUIRE(port.has_value());
        customer.call(*port);
        plane.connect(leg, remote);
        plane.bridge(leg, kAgent);
        REQUIRE(events.wait<Bridged>([&](const Bridged& event) { return event.customer == leg; }));
    }

    LegStats leave(LegId leg) {
        plane.unbridge(kAgent);
        plane.close(leg);
        const auto stats =
            events.wait<LegStats>([&](const LegStats& event) { return event.leg == leg; });
        REQUIRE(stats);
        return *stats;
    }

    /// Both talk for a while; what the agent hears and what the customer hears.
    std::pair<std::vector<Heard>, std::vector<Heard>> talk(Phone& customer, std::uint8_t voice,
                                                           int frames = kFrames) {
        std::pair<std::vector<Heard>, std::vector<Heard>> heard;
        Monotonic next = now();
        for (int i = 0; i < frames; ++i) {
            customer.send_frame(static_cast<std::uint8_t>(voice + i));
            agent.send_frame(kAgentVoice);
            next += 20ms;
            for (auto& packet : agent.hear_until(next)) {
                heard.first.push_back(std::move(packet));
            }
            for (auto& packet : customer.hear_until(now())) {
                heard.second.push_back(std::move(packet));
            }
        }
        return heard;
    }

    Events events;
    dialer::Clock clock;
    Plane plane{Config{}, clock, events.sink()};
    Phone agent;
};

void append(std::vector<Heard>& to, std::vector<Heard> from) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
}

/// One SSRC, numbers one by one, whole frames.
void check_clean(const std::vector<Heard>& heard) {
    REQUIRE(heard.size() > 1);
    CHECK(heard.front().header.marker);
    for (std::size_t i = 1; i < heard.size(); ++i) {
        const RtpHeader& before = heard[i - 1].header;
        const RtpHeader& after = heard[i].header;
        CAPTURE(i);
        CHECK(after.ssrc == before.ssrc);
        CHECK(static_cast<std::uint16_t>(after.sequence - before.sequence) == 1);
        const std::uint32_t samples = after.timestamp - before.timestamp;
        CHECK(samples % 160 == 0);
        CHECK(samples >= 160);
        CHECK(samples <= 160 * 50); // a second: the machine may have stalled, the stream not jumped
    }
}

} // namespace

TEST_CASE("an agent hears three customers in a row as one stream", "[plane]") {
    Room room;
    std::vector<Heard> heard =
        room.agent.hear_until_some([](const Heard& packet) { return filled_with(packet, 0xFF); });

    for (std::uint8_t i = 0; i < 3; ++i) {
        const auto voice = static_cast<std::uint8_t>(0x40 + 0x20 * i);
        const LegId leg{std::uint64_t{10} + i};
        Phone customer{std::uint32_t{100} + i, kPcmu};
        room.join(leg, customer, customer.remote());
        auto [at_agent, at_customer] = room.talk(customer, voice);
        append(heard, std::move(at_agent));
        const LegStats stats = room.leave(leg);
        append(heard, room.agent.hear_until_some(
                          [](const Heard& packet) { return filled_with(packet, 0xFF); }));

        CHECK(stats.received == kFrames);
        CHECK(stats.intruders == 0);
        CHECK(stats.malformed == 0);
        std::size_t agent_frames = 0;
        for (const Heard& packet : at_customer) {
            CHECK((filled_with(packet, kAgentVoice) || filled_with(packet, 0xFF)));
            agent_frames += filled_with(packet, kAgentVoice) ? 1U : 0U;
        }
        CHECK(agent_frames >= kFrames - 1);
        check_clean(at_customer);
        // Each of the customer's frames came, in order and unchanged.
        int next = 0;
        for (const Heard& packet : heard) {
            if (next < kFrames && filled_with(packet, static_cast<std::uint8_t>(voice + next))) {
                CHECK((packet.header.marker || next > 0));
                ++next;
            }
        }
        CHECK(next == kFrames);
        REQUIRE(room.events.wait<FirstAudio>(
            [&](const FirstAudio& event) { return event.customer == leg; }));
    }
    check_clean(heard);
    CHECK(room.events.all<FirstAudio>().size() == 3);
    CHECK(room.events.all<Bridged>().size() == 3);
}

TEST_CASE("a customer whose phone is not where its SDP says is heard and answered", "[plane]") {
    Room room;
    Phone customer{5, kPcmu};
    const Phone described{6, kPcmu};
    room.join(kCustomer, customer, described.remote());
    const auto [at_agent, at_customer] = room.talk(customer, 0x40);
    CHECK(std::any_of(at_agent.begin(), at_agent.end(),
                      [](const Heard& packet) { return filled_with(packet, 0x41); }));
    CHECK(std::any_of(at_customer.begin(), at_customer.end(),
                      [](const Heard& packet) { return filled_with(packet, kAgentVoice); }));
}

TEST_CASE("a third party is never heard, and counted", "[plane]") {
    Room room;
    Phone customer{5, kPcmu};
    Phone stranger{6, kPcmu};
    room.join(kCustomer, customer, customer.remote());
    std::vector<Heard> heard = room.talk(customer, 0x40, 2).first;
    stranger.call(customer.called());
    for (int i = 0; i < 10; ++i) {
        stranger.send_frame(0xEE);
        append(heard, room.talk(customer, 0x50, 1).first);
    }
    const LegStats stats = room.leave(kCustomer);
    CHECK(stats.intruders == 10);
    CHECK(stats.received == 12);
    for (const Heard& packet : heard) {
        CHECK_FALSE(filled_with(packet, 0xEE));
    }
}

TEST_CASE("a customer with the other codec is understood both ways", "[plane]") {
    Room room{kPcmu};
    Phone customer{5, kPcma};
    room.join(kCustomer, customer, customer.remote());
    std::uint8_t as_heard = 0x40;
    transcode({&as_heard, 1}, Codec::pcma, Codec::pcmu);
    std::uint8_t answer = kAgentVoice;
    transcode({&answer, 1}, Codec::pcmu, Codec::pcma);
    const auto [at_agent, at_customer] = room.talk(customer, 0x40, 6);
    CHECK(std::any_of(at_agent.begin(), at_agent.end(), [&](const Heard& packet) {
        return packet.type == kPcmu && filled_with(packet, as_heard);
    }));
    CHECK(std::any_of(at_customer.begin(), at_customer.end(), [&](const Heard& packet) {
        return packet.type == kPcma && filled_with(packet, answer);
    }));
    for (const Heard& packet : at_customer) {
        CHECK(packet.type == kPcma);
    }
}

TEST_CASE("a key press passes to the agent and is reported once", "[plane]") {
    Room room;
    Phone customer{5, kPcmu};
    room.join(kCustomer, customer, customer.remote());
    std::vector<Heard> heard = room.talk(customer, 0x40, 3).first;
    const std::uint32_t start = customer.timestamp();
    for (int i = 0; i < 6; ++i) {
        customer.send_event(9, i == 0, start);
        append(heard, room.agent.hear_until(now() + 20ms));
    }
    append(heard, room.talk(customer, 0x50, 3).first);
    (void)room.leave(kCustomer);
    append(heard, room.agent.hear_until_some(
                      [](const Heard& packet) { return filled_with(packet, 0xFF); }));

    std::vector<Heard> events;
    for (const Heard& packet : heard) {
        if (packet.type == 101) {
            events.push_back(packet);
        }
    }
    REQUIRE(events.size() == 6);
    for (const Heard& packet : events) {
        CHECK(packet.payload == std::vector<std::uint8_t>{9, 10, 0, 0});
        CHECK(packet.header.timestamp == events[0].header.timestamp);
    }
    for (std::size_t i = 1; i < heard.size(); ++i) {
        CHECK(static_cast<std::uint16_t>(heard[i].header.sequence - heard[i - 1].header.sequence) ==
              1);
    }
    const auto digits = room.events.all<Digit>();
    REQUIRE(digits.size() == 1);
    CHECK(digits[0].key == '9');
    CHECK(digits[0].leg == kCustomer);
}

TEST_CASE("a held agent is sent nothing, and the stream goes on after the hold", "[plane]") {
    Room room;
    Phone customer{5, kPcmu};
    room.join(kCustomer, customer, customer.remote());
    std::vector<Heard> heard = room.talk(customer, 0x40, 3).first;
    Remote held = room.agent.remote();
    held.may_send = false;
    room.plane.connect(kAgent, held);
    // The command is done when one behind it is: closing a leg opened for the purpose.
    REQUIRE(room.plane.open(LegId{50}, LegKind::customer, 0).has_value());
    room.plane.close(LegId{50});
    REQUIRE(room.events.wait<LegStats>([](const LegStats&) { return true; }));
    append(heard, room.agent.hear_until(now()));
    CHECK(room.talk(customer, 0x50, 5).first.empty());
    room.plane.connect(kAgent, room.agent.remote());
    append(heard, room.talk(customer, 0x60, 8).first);
    CHECK(filled_with(heard.back(), 0x67));
    check_clean(heard);
}

TEST_CASE("a new customer takes the agent over from the one before", "[plane]") {
    Room room;
    Phone first{5, kPcmu};
    Phone second{6, kPcmu};
    room.join(kCustomer, first, first.remote());
    (void)room.talk(first, 0x40, 3);
    room.join(LegId{3}, second, second.remote());
    (void)room.agent.hear_until(now());
    first.send_frame(0xEE);
    const auto heard = room.talk(second, 0x60, 5).first;
    CHECK(std::any_of(heard.begin(), heard.end(),
                      [](const Heard& packet) { return filled_with(packet, 0x60); }));
    for (const Heard& packet : heard) {
        CHECK_FALSE(filled_with(packet, 0xEE));
    }
}
