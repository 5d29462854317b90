// Goal: no client, however slow, large or strange, stops the server from answering the others,
// and the engine may answer late, twice or never.
// Method: raw sockets against a server with short times and a fake engine on a thread of its own.

#include "dialer/http/server.hpp"
#include "tests/http/client.hpp"
#include "tests/http/fake_control.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <random>

using namespace std::chrono_literals;
using namespace dialer::http;
using namespace http_test;

namespace {

ServerConfig config() {
    ServerConfig made;
    made.port = 0;
    return made;
}

struct Room {
    explicit Room(ServerConfig given = config()) : server{std::move(given), control} {}

    /// The proof that the server still works.
    void check_alive() {
        Client client{server.port()};
        CHECK(client.ask("GET", "/api/me", "admin").status == 200);
    }

    FakeControl control;
    Server server;
};

} // namespace

TEST_CASE("requests sent in one go are answered in their order on one connection", "[http]") {
    Room room;
    Client client{room.server.port()};
    client.send(request("GET", "/api/me", "ops") + request("GET", "/nothing") +
                request("POST", "/api/opt-outs", "ops", R"({"number":"+12125550123"})") +
                request("HEAD", "/healthz") + request("GET", "/api/me", "admin"));
    CHECK(client.read_answer().body.find("\"ops\"") != std::string::npos);
    CHECK(client.read_answer().status == 404);
    CHECK(client.read_answer().status == 204);
    CHECK(client.read_answer(true).status == 200);
    CHECK(client.read_answer().body.find("\"admin\"") != std::string::npos);
}

TEST_CASE("a connection is closed when the client asks for it", "[http]") {
    Room room;
    Client modern{room.server.port()};
    modern.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    CHECK(modern.read_answer().header("connection") == "close");
    CHECK(modern.ended());
    Client old{room.server.port()};
    old.send("GET /healthz HTTP/1.0\r\n\r\n");
    CHECK(old.read_answer().status == 200);
    CHECK(old.ended());
}

TEST_CASE("a body in chunks and one that waits for 100 are read", "[http]") {
    Room room;
    Client client{room.server.port()};
    client.send(
        "POST /api/agent/pause HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer agent\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
        "a\r\n{\"reason\":\r\n8\r\n\"lunch\"}\r\n0\r\n\r\n");
    CHECK(client.read_answer().status == 204);
    client.send(
        "POST /api/agent/pause HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer agent\r\n"
        "Content-Length: 16\r\nExpect: 100-continue\r\n\r\n");
    client.read_until("HTTP/1.1 100 Continue\r\n\r\n");
    client.send(R"({"reason":"tea"})");
    CHECK(client.read_answer().status == 204);
    CHECK(room.control.calls() == std::vector<std::string>{"pause 7 lunch", "pause 7 tea"});
}

TEST_CASE("a header over 8 KiB is refused", "[http]") {
    Room room;
    Client client{room.server.port()};
    client.send("GET /healthz HTTP/1.1\r\nX: " + std::string(9'000, 'x') + "\r\n\r\n");
    const auto answer = client.read_answer();
    CHECK(answer.status == 431);
    CHECK(answer.body.find("header_too_large") != std::string::npos);
    CHECK(client.ended());
    Client line{room.server.port()};
    line.send("GET /" + std::string(100'000, 'x'));
    CHECK(line.read_answer().status == 431);
    room.check_alive();
}

TEST_CASE("a body over 64 KiB is refused, announced or not", "[http]") {
    Room room;
    Client announced{room.server.port()};
    announced.send(
        "POST /api/opt-outs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n");
    CHECK(announced.read_answer().status == 413);
    CHECK(announced.ended());
    Client chunked{room.server.port()};
    chunked.send(
        "POST /api/opt-outs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 17; ++i) {
        chunked.send("1000\r\n" + std::string(4096, 'x') + "\r\n");
    }
    CHECK(chunked.read_answer().status == 413);
    Client fits{room.server.port()};
    const std::string body = R"({"number":"+12125550123"})" + std::string(65'000, ' ');
    CHECK(fits.ask("POST", "/api/opt-outs", "ops", body).status == 204);
}

TEST_CASE("garbage is answered by 400 or closed, and nothing else suffers", "[http]") {
    Room room;
    for (const std::string bytes :
         {"\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
          "GET / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
          "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
          "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          "GET / HTTP/1.1\r\nno colon here\r\n\r\n", "\x16\x03\x01\x02\x01\x01\xfc\x03\x03xyz\n"}) {
        INFO(bytes);
        Client client{room.server.port()};
        client.send(bytes);
        client.finish_sending();
        const auto answer = client.read_all();
        CHECK((answer.empty() || answer.starts_with("HTTP/1.1 400 ")));
    }
    std::mt19937 random{20261123};
    for (int round = 0; round < 200; ++round) {
        std::string bytes(std::uniform_int_distribution<std::size_t>{1, 600}(random), '\0');
        for (char& c : bytes) {
            c = static_cast<char>(random());
        }
        Client client{room.server.port()};
        client.send(bytes);
        client.finish_sending();
        INFO("seed 20261123, round " << round);
        CHECK_NOTHROW(client.read_all());
    }
    room.check_alive();
}

TEST_CASE("mutilated requests never hang or confuse the server", "[http]") {
    Room room;
    std::mt19937 random{424242};
    const auto whole = request("POST", "/api/agent/pause", "agent", R"({"reason":"lunch"})");
    for (int round = 0; round < 300; ++round) {
        auto bytes = whole;
        const auto at = random() % bytes.size();
        bytes[at] = static_cast<char>(random());
        Client client{room.server.port()};
        client.send(bytes);
        client.finish_sending();
        INFO("seed 424242, round " << round);
        std::string answer;
        CHECK_NOTHROW(answer = client.read_all());
        CHECK((answer.empty() || answer.starts_with("HTTP/1.1 ")));
    }
    room.check_alive();
}

TEST_CASE("a client that sends a byte at a time is cut off at the deadline", "[http]") {
    auto hasty = config();
    hasty.times.read = 100ms;
    Room room{hasty};
    Client slow{room.server.port()};
    slow.send("GET /healthz HTTP/1.1\r\nX: ");
    // Each request below takes a moment; bytes that go on coming must not buy more time.
    bool open = true;
    for (int i = 0; i < 100'000 && open; ++i) {
        room.check_alive();
        open = slow.send("x");
    }
    CHECK_FALSE(open);
    Client silent{room.server.port()};
    CHECK(silent.ended());
}

TEST_CASE("a full server makes room by closing the one that waited longest", "[http]") {
    auto few = config();
    few.connections_max = 8;
    Room room{few};
    std::vector<std::unique_ptr<Client>> idle;
    for (int i = 0; i < 8; ++i) {
        idle.push_back(std::make_unique<Client>(room.server.port()));
        CHECK(idle.back()->ask("GET", "/healthz").status == 200);
    }
    CHECK(idle[0]->ask("GET", "/healthz").status == 200); // now the second has waited longest
    Client newcomer{room.server.port()};
    CHECK(newcomer.ask("GET", "/healthz").status == 200);
    CHECK(idle[1]->ended());
    CHECK(idle[0]->ask("GET", "/healthz").status == 200);
    CHECK(idle[7]->ask("GET", "/healthz").status == 200);
}

TEST_CASE("a refused client that stays connected does not keep its place", "[http]") {
    auto one = config();
    one.connections_max = 1;
    Room room{one};
    Client refused{room.server.port()};
    refused.send("nonsense\r\n\r\n");
    CHECK(refused.read_answer().status == 400);
    room.check_alive();
}

TEST_CASE("a server full of requests at work turns newcomers away", "[http]") {
    auto few = config();
    few.connections_max = 3;
    Room room{few};
    room.control.hold();
    std::vector<std::unique_ptr<Client>> working;
    for (int i = 0; i < 3; ++i) {
        working.push_back(std::make_unique<Client>(room.server.port()));
        working.back()->send(request("POST", "/api/agent/ready", "agent"));
    }
    REQUIRE(room.control.wait_for_held(3));
    Client newcomer{room.server.port()};
    CHECK(newcomer.read_answer().status == 503);
    CHECK(newcomer.ended());
    room.control.release();
    for (const auto& client : working) {
        CHECK(client->read_answer().status == 204);
    }
    room.check_alive();
}

TEST_CASE("hundreds of connections are served at once", "[http]") {
    Room room;
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 400; ++i) {
        clients.push_back(std::make_unique<Client>(room.server.port()));
        clients.back()->send(request("GET", "/api/live", "admin"));
    }
    for (const auto& client : clients) {
        CHECK(client->read_answer().status == 200);
    }
}

TEST_CASE("an engine that does not answer gives 504, and its late answer is dropped", "[http]") {
    auto hasty = config();
    hasty.times.control = 50ms;
    Room room{hasty};
    room.control.hold();
    Client client{room.server.port()};
    const auto answer = client.ask("POST", "/api/agent/ready", "agent");
    CHECK(answer.status == 504);
    CHECK(answer.body.find("engine_timeout") != std::string::npos);
    room.control.release();
    // The late 204 must not become the answer to the next request.
    CHECK(client.ask("GET", "/api/me", "admin").status == 200);
}

TEST_CASE("answers to clients that left meanwhile are dropped", "[http]") {
    Room room;
    room.control.hold();
    for (int i = 0; i < 50; ++i) {
        Client client{room.server.port()};
        client.send(request("POST", "/api/agent/ready", "agent") +
                    request("GET", "/api/agent/desk", "agent"));
        REQUIRE(room.control.wait_for_held(static_cast<std::size_t>(i) + 1));
        client.close(i % 2 == 0);
    }
    room.control.release();
    room.check_alive();
}

TEST_CASE("answers that come after the server is gone are dropped", "[http]") {
    FakeControl control;
    control.hold();
    std::vector<std::unique_ptr<Client>> clients;
    {
        const Server server{config(), control};
        for (int i = 0; i < 10; ++i) {
            clients.push_back(std::make_unique<Client>(server.port()));
            clients.back()->send(request("POST", "/api/agent/ready", "agent"));
        }
        REQUIRE(control.wait_for_held(10));
    }
    control.release();
    CHECK(clients.front()->ended());
}

TEST_CASE("a server stops at once while answers are on their way", "[http]") {
    FakeControl control;
    for (int round = 0; round < 30; ++round) {
        Server server{config(), control};
        Client client{server.port()};
        client.send(request("GET", "/api/agents", "admin") + request("GET", "/api/live", "admin"));
    }
}
