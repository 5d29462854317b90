// Goal: readers of the event streams learn of every change at once, and a slow or gone reader
// costs nobody anything.
// Method: a server with short intervals and a fake engine; streams are read over real sockets.

#include "dialer/http/server.hpp"
#include "tests/http/client.hpp"
#include "tests/http/fake_control.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <stdexcept>

using namespace std::chrono_literals;
using namespace dialer::http;
using namespace http_test;

namespace {

ServerConfig config() {
    ServerConfig made;
    made.port = 0;
    made.times.tick = 10ms;
    made.times.heartbeat = 40ms;
    return made;
}

struct Room {
    explicit Room(ServerConfig given = config()) : server{std::move(given), control} {}

    Client open(std::string_view target, std::string_view token, int receive_buffer = 0) {
        Client client{server.port(), receive_buffer};
        client.send(request("GET", target, token));
        const auto answer = client.read_answer();
        REQUIRE(answer.status == 200);
        REQUIRE(answer.header("content-type") == "text/event-stream");
        return client;
    }

    FakeControl control;
    Server server;
};

std::string live_with(int attempts, std::string_view at = "1") {
    return R"({"at":")" + std::string{at} + R"(","attempts":)" + std::to_string(attempts) + "}";
}

} // namespace

TEST_CASE("a reader gets the figures at once and again when they change", "[http]") {
    Room room;
    room.control.set_live(live_with(1));
    auto first = room.open("/api/events", "supervisor");
    first.read_until("event: live\ndata: " + live_with(1) + "\n\n");
    room.control.set_live(live_with(2));
    first.read_until("event: live\ndata: " + live_with(2) + "\n\n");

    auto second = room.open("/api/events", "compliance");
    second.read_until(live_with(2));
    room.control.set_live(live_with(3));
    first.read_until(live_with(3));
    second.read_until(live_with(3));
}

TEST_CASE("figures that differ in their instant only are not sent again", "[http]") {
    Room room;
    room.control.set_live(live_with(1, "first"));
    auto reader = room.open("/api/events", "admin");
    reader.read_until("\n\n");
    room.control.set_live(live_with(1, "second"));
    // Two heartbeats are eight looks at the figures.
    const auto quiet = reader.read_until(": heartbeat\n\n") + reader.read_until(": heartbeat\n\n");
    CHECK(quiet.find("second") == std::string::npos);

    // A new reader gets the newest instant, from which the page reads the engine's clock.
    auto later = room.open("/api/events", "admin");
    later.read_until("second");
}

TEST_CASE("an agent's desk is streamed when it changes", "[http]") {
    Room room;
    room.control.set_desk(R"({"state":"ready"})");
    auto reader = room.open("/api/agent/events", "agent");
    reader.read_until("event: desk\ndata: {\"state\":\"ready\"}\n\n");
    room.control.set_desk(R"({"state":"talking"})");
    reader.read_until("event: desk\ndata: {\"state\":\"talking\"}\n\n");
}

TEST_CASE("a desk answer that never comes does not silence the stream for good", "[http]") {
    Room room;
    room.control.set_desk(R"({"state":"ready"})");
    auto reader = room.open("/api/agent/events", "agent");
    reader.read_until(R"({"state":"ready"})");
    room.control.hold();
    REQUIRE(room.control.wait_for_held(2)); // asked again although the first one is still open
    room.control.set_desk(R"({"state":"paused"})");
    room.control.release();
    reader.read_until(R"({"state":"paused"})");
}

TEST_CASE("a stream ends when its token is taken back", "[http]") {
    Room room;
    auto reader = room.open("/api/events", "ops");
    room.control.forget_token("ops");
    CHECK(reader.ended());
    auto other = room.open("/api/events", "admin");
    other.read_until(": heartbeat\n\n");
}

TEST_CASE("a reader that stops reading is dropped and the others are not", "[http]") {
    auto two = config();
    two.connections_max = 2;
    two.times.write = 1s;
    Room room{two};
    const std::string filler(500'000, 'x'); // more than the socket buffers hold
    const auto figures = [&filler](int n) {
        return R"({"at":"1","n":)" + std::to_string(n) + R"(,"x":")" + filler + "\"}";
    };
    room.control.set_live(figures(0));
    auto stuck = room.open("/api/events", "ops", 4096);
    auto good = room.open("/api/events", "admin");
    for (int n = 1; n <= 8; ++n) {
        room.control.set_live(figures(n));
        good.read_until("\"n\":" + std::to_string(n));
    }
    // The place of the stuck reader becomes free: a third one is let in.
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    int status = 503;
    while (status != 200 && std::chrono::steady_clock::now() < deadline) {
        good.read_until(": heartbeat\n\n");
        Client third{room.server.port()};
        third.send(request("GET", "/api/events", "ops"));
        try {
            status = third.read_answer().status;
        } catch (const std::runtime_error&) {
            status = 503; // turned away before the answer could be read
        }
    }
    CHECK(status == 200);
    std::string rest;
    CHECK_NOTHROW(rest = stuck.read_all());
    CHECK(rest.size() < 2 * filler.size()); // it held one frame, not eight
}

TEST_CASE("what an event reader sends is thrown away", "[http]") {
    Room room;
    auto reader = room.open("/api/events", "ops");
    reader.send(std::string(100'000, 'z'));
    reader.read_until(": heartbeat\n\n");
    room.control.set_live(live_with(5));
    reader.read_until(live_with(5));
}

TEST_CASE("readers that leave give their place back", "[http]") {
    auto few = config();
    few.connections_max = 40; // thirty of them for streams
    Room room{few};
    for (int round = 0; round < 60; ++round) {
        std::vector<Client> readers;
        for (int i = 0; i < 2; ++i) {
            readers.push_back(room.open("/api/events", "ops")); // requires that it is let in
        }
        readers.front().close(true);
        readers.back().close();
    }
}

TEST_CASE("too many streams are refused and requests still answered", "[http]") {
    auto few = config();
    few.connections_max = 4;
    Room room{few};
    std::vector<Client> readers;
    for (int i = 0; i < 3; ++i) {
        readers.push_back(room.open("/api/events", "ops"));
    }
    Client fourth{room.server.port()};
    CHECK(fourth.ask("GET", "/api/events", "ops").status == 503);
    CHECK(fourth.ask("GET", "/api/me", "ops").status == 200);
}
