// Goal: two streams that send to each other over loopback hear each other's tone, voice and keys
// without a gap, and a dead far end is noticed.
// Method: the real pump and real sockets; events are awaited with a deadline.

#include "tests/peers/common/streams.hpp"

#include <catch2/catch.hpp>
#include <poll.h>

#include <map>

using namespace peers;
using namespace std::chrono_literals;

namespace {

/// Collects events until `enough` says so; false when that did not happen in time.
template <typename Enough>
bool collect(Streams& streams, std::vector<StreamEvent>& events, Millis wait_max, Enough enough) {
    const Moment deadline = now() + wait_max;
    while (!enough(events)) {
        if (now() > deadline) {
            return false;
        }
        for (StreamEvent& event : streams.take_events()) {
            events.push_back(std::move(event));
        }
        ::poll(nullptr, 0, 5); // the pump's own tick
    }
    return true;
}

StreamConfig config_for(UdpSocket socket, std::uint16_t remote_port, int tone) {
    StreamConfig config;
    config.socket = std::move(socket);
    config.remote = *endpoint("127.0.0.1", remote_port);
    config.key_payload_type = 101;
    config.tone_hz = tone;
    config.listener.key_payload_type = 101;
    config.watch = true;
    return config;
}

template <typename Event> std::size_t count(const std::vector<StreamEvent>& events) {
    std::size_t found = 0;
    for (const StreamEvent& event : events) {
        found += std::holds_alternative<Event>(event) ? 1U : 0U;
    }
    return found;
}

} // namespace

TEST_CASE("two streams hear each other's tone and keys", "[peers]") {
    auto customer_socket = open_udp("127.0.0.1", 0);
    auto phone_socket = open_udp("127.0.0.1", 0);
    REQUIRE(customer_socket);
    REQUIRE(phone_socket);
    const auto customer_port = customer_socket->port;
    const auto phone_port = phone_socket->port;
    auto customer = config_for(std::move(*customer_socket), phone_port, 2700);
    customer.keys = {{100ms, '9'}};
    auto phone = config_for(std::move(*phone_socket), customer_port, 1500);
    phone.program = Program::agent;
    phone.listener.far_band = kCustomerTones;
    phone.listener.own_band = kPhoneTones;

    Streams streams;
    streams.add(StreamId{1}, std::move(customer));
    streams.add(StreamId{2}, std::move(phone));
    std::vector<StreamEvent> events;
    REQUIRE(collect(streams, events, 5s,
                    [](const auto& seen) { return count<SoundHeard>(seen) == 2; }));
    // Long enough for a key of 160 ms and several windows of 200 ms afterwards.
    const Moment until = now() + 1200ms;
    REQUIRE(collect(streams, events, 5s, [until](const auto&) { return now() > until; }));
    streams.remove(StreamId{1});
    streams.remove(StreamId{2});
    REQUIRE(collect(streams, events, 5s,
                    [](const auto& seen) { return count<StreamClosed>(seen) == 2; }));

    std::map<StreamId, StreamEnd> ends;
    for (const StreamEvent& event : events) {
        if (const auto* closed = std::get_if<StreamClosed>(&event)) {
            ends[closed->id] = closed->end;
        }
    }
    const Heard& by_customer = ends[StreamId{1}].heard;
    const Heard& by_phone = ends[StreamId{2}].heard;
    CHECK(by_phone.keys == "9");
    REQUIRE_FALSE(by_phone.periods.empty());
    CHECK(by_phone.periods.back().tones_hz == std::vector<int>{2700});
    REQUIRE_FALSE(by_customer.periods.empty());
    CHECK(by_customer.periods.back().tones_hz == std::vector<int>{1500});
    CHECK(by_customer.crossed + by_phone.crossed == 0);
    CHECK(by_customer.foreign + by_phone.foreign == 0);
    CHECK(by_customer.sequence_jumps + by_phone.sequence_jumps == 0);
    CHECK(by_customer.timestamp_jumps + by_phone.timestamp_jumps == 0);
    CHECK(by_customer.strangers + by_phone.strangers == 0);
    CHECK(by_phone.packets > 55);
}

TEST_CASE("a far end that sends nothing is reported once", "[peers]") {
    auto socket = open_udp("127.0.0.1", 0);
    auto dead = open_udp("127.0.0.1", 0);
    REQUIRE(socket);
    REQUIRE(dead);
    Streams streams;
    streams.add(StreamId{1}, config_for(std::move(*socket), dead->port, 0));
    std::vector<StreamEvent> events;
    CHECK(collect(streams, events, 10s,
                  [](const auto& seen) { return count<StreamStalled>(seen) == 1; }));
    const auto last = streams.finish();
    CHECK(count<StreamClosed>(last) == 1);
}
