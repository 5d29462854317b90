// Goal: each route answers the roles of the table and nobody else, and passes on exactly what it
// was given.
// Method: a server with a fake engine; every route is walked with every role over a real socket,
// then each call is checked at the engine's side.

#include "dialer/http/routes.hpp"
#include "dialer/http/server.hpp"
#include "tests/http/client.hpp"
#include "tests/http/fake_control.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace dialer::http;
using namespace http_test;
using campaigns::Role;

namespace {

ServerConfig config() {
    ServerConfig made;
    made.port = 0;
    made.web_root = DIALER_WEB_ROOT;
    return made;
}

struct Room {
    FakeControl control;
    Server server{config(), control};
    Client client{server.port()};

    Received ask(std::string_view method, std::string_view target, std::string_view token = {},
                 std::string_view body = {}) {
        return client.ask(method, target, token, body);
    }
};

std::string sample_path(std::string_view path) {
    std::string sample{path};
    for (const auto& [name, value] :
         {std::pair{"{name}", "demo"}, std::pair{"{id}", "3"}, std::pair{"{change}", "3"},
          std::pair{"{attempt}", "3"}, std::pair{"{number}", "2125550123"},
          std::pair{"{report}", "attempts"}}) {
        const auto at = sample.find(name);
        if (at != std::string::npos) {
            sample.replace(at, std::string_view{name}.size(), value);
        }
    }
    return sample;
}

std::string sample_body(std::string_view path) {
    if (path.ends_with("/pause")) {
        return R"({"reason":"lunch"})";
    }
    if (path.ends_with("/sign-in")) {
        return R"({"campaign":"demo"})";
    }
    if (path.ends_with("/disposition")) {
        return R"({"code":"sale"})";
    }
    if (path.ends_with("/wrap-up-ending")) {
        return R"({"in_s":5})";
    }
    if (path.ends_with("/preview/skip")) {
        return R"({"reason":"asked for tomorrow"})";
    }
    const bool dials = path.ends_with("/opt-outs") || path == "/api/agent/dial";
    return dials ? R"({"number":"+1 212 555 0123"})" : "";
}

/// The status of a request on a connection of its own, since a stream does not end.
int status_of(const Server& server, const Route& route, std::string_view token) {
    Client client{server.port()};
    client.send(
        request(to_text(route.method), sample_path(route.path), token, sample_body(route.path)));
    return client.read_answer().status;
}

std::string field_of(const Received& answer) {
    const auto error = boost::json::parse(answer.body).at("error").as_object();
    return error.contains("field") ? std::string{error.at("field").as_string()} : "";
}

} // namespace

TEST_CASE("each route lets in the roles of the table, and asks the others for a token or refuses",
          "[http]") {
    Room room;
    for (const Route& route : routes()) {
        INFO(to_text(route.method) << ' ' << route.path);
        // What a request is answered with once it is let in is for the other tests to say.
        const auto let_in = [&](std::string_view token) {
            const int status = status_of(room.server, route, token);
            CHECK((status < 500 || status == 503)); // there is no store here
            return status != 401 && status != 403;
        };
        CHECK(let_in("") == route.access.is_open());
        CHECK(let_in("nobody") == route.access.is_open());
        if (!route.access.is_open()) {
            CHECK(status_of(room.server, route, "") == 401);
        }
        for (const Role role :
             {Role::ops, Role::agent, Role::supervisor, Role::compliance, Role::admin}) {
            INFO(campaigns::to_text(role));
            CHECK(let_in(campaigns::to_text(role)) == route.access.allows(role));
        }
    }
}

TEST_CASE("a refused request reaches the engine in no case", "[http]") {
    Room room;
    CHECK(room.ask("POST", "/api/campaigns/demo/stop").status == 401);
    CHECK(room.ask("POST", "/api/campaigns/demo/stop", "nobody").status == 401);
    CHECK(room.ask("POST", "/api/campaigns/demo/stop", "agent").status == 403);
    CHECK(room.ask("POST", "/api/campaigns/demo/stop", "compliance").status == 403);
    CHECK(room.ask("POST", "/api/agent/ready", "deskless").status == 403);
    CHECK(room.ask("POST", "/api/agent/pause", "agent", "{}").status == 400);
    CHECK(room.control.calls().empty());
}

TEST_CASE("every post reaches the engine with what was sent", "[http]") {
    Room room;
    const std::vector<std::tuple<std::string, std::string, std::string, std::string>> cases{
        {"/api/campaigns/spring%20sale/start", "ops", "", "running spring sale true by ops"},
        {"/api/campaigns/demo/stop", "admin", "{}", "running demo false by admin"},
        {"/api/agents/12/pause", "supervisor", R"({"reason":"fire drill"})",
         "pause 12 fire drill by supervisor"},
        {"/api/agents/12/sign-out", "admin", "", "sign_out 12"},
        {"/api/opt-outs", "compliance", R"({"number":"(212) 555-0123"})",
         "opt_out +12125550123 by compliance"},
        {"/api/agent/sign-in", "agent", R"({"campaign":"demo","ready":true})",
         "sign_in 7 demo true"},
        {"/api/agent/sign-in", "agent", R"({"campaign":"demo"})", "sign_in 7 demo false"},
        {"/api/agent/sign-out", "agent", "", "sign_out 7"},
        {"/api/agent/ready", "agent", "", "set_ready 7"},
        {"/api/agent/pause", "agent", R"({"reason":"lunch"})", "pause 7 lunch"},
        {"/api/agent/hang-up", "agent", "", "hang_up 7"},
        {"/api/agent/disposition", "agent",
         R"({"code":"do_not_call","note":"was angry","ready":false})",
         "dispose 7 do_not_call [was angry] false"},
        {"/api/agent/disposition", "agent", R"({"code":"sale"})", "dispose 7 sale [] true"},
        {"/api/agent/wrap-up-ending", "agent", R"({"in_s":8})", "wrap_up_ending 7 8"},
        {"/api/agent/more-time", "agent", R"({"by_s":30})", "more_time 7 30"},
        {"/api/agent/preview/dial", "agent", "", "preview_dial 7"},
        {"/api/agent/preview/skip", "agent", R"({"reason":"wants an evening call"})",
         "preview_skip 7 wants an evening call"},
        {"/api/agent/dial", "agent", R"({"number":"(212) 555-0123","region":"FL"})",
         "dial_number 7 +12125550123 [FL]"},
        {"/api/agent/dial", "agent", R"({"number":"+12125550123"})",
         "dial_number 7 +12125550123 []"},
    };
    for (const auto& [target, token, body, call] : cases) {
        INFO(target);
        const auto answer = room.ask("POST", target, token, body);
        CHECK(answer.status == 204);
        CHECK(answer.header("content-length").empty());
        REQUIRE_FALSE(room.control.calls().empty());
        CHECK(room.control.calls().back() == call);
    }
}

TEST_CASE("a wrong request is answered with the field that is wrong", "[http]") {
    Room room;
    CHECK(field_of(room.ask("POST", "/api/agents/0/pause", "admin", R"({"reason":"x"})")) == "id");
    CHECK(field_of(room.ask("POST", "/api/agents/-1/sign-out", "admin")) == "id");
    CHECK(field_of(room.ask("POST", "/api/agents/7x/sign-out", "admin")) == "id");
    CHECK(field_of(room.ask("POST", "/api/agents/99999999999999999999/sign-out", "admin")) == "id");
    CHECK(field_of(room.ask("POST", "/api/agent/sign-in", "agent", "{}")) == "campaign");
    CHECK(field_of(room.ask("POST", "/api/agent/ready", "agent", R"({"now":1})")) == "now");
    CHECK(field_of(room.ask("POST", "/api/opt-outs", "agent", R"({"number":"call me"})")) ==
          "number");
    CHECK(room.ask("POST", "/api/campaigns/%FF/stop", "admin").status == 400);
    CHECK(field_of(room.ask("POST", "/api/agent/preview/dial", "agent", R"({"lead":1})")) ==
          "lead");
    CHECK(field_of(room.ask("POST", "/api/agent/preview/skip", "agent", R"({"reason":""})")) ==
          "reason");
    CHECK(field_of(room.ask("POST", "/api/agent/dial", "agent", R"({"region":"FL"})")) == "number");
    CHECK(field_of(room.ask("POST", "/api/agent/dial", "agent",
                            R"({"number":"212-555-0123","region":7})")) == "region");
    CHECK(field_of(room.ask("POST", "/api/agent/dial", "agent", R"({"number":"12"})")) == "number");
    CHECK(room.control.calls().empty());
}

TEST_CASE("the end of a wrap-up is a whole number of seconds within reason", "[http]") {
    Room room;
    for (const auto* const in_s :
         {"-1", "601", "5.5", "\"5\"", "null", "1e2", "true", "99999999999999999999"}) {
        INFO(in_s);
        const auto answer = room.ask("POST", "/api/agent/wrap-up-ending", "agent",
                                     "{\"in_s\":" + std::string{in_s} + '}');
        CHECK(answer.status == 400);
        CHECK(field_of(answer) == "in_s");
    }
    CHECK(room.control.calls().empty());
    CHECK(room.ask("POST", "/api/agent/wrap-up-ending", "agent", R"({"in_s":0})").status == 204);
    CHECK(room.ask("POST", "/api/agent/wrap-up-ending", "agent", R"({"in_s":600})").status == 204);
    CHECK(room.control.calls().size() == 2);
}

TEST_CASE("a number that must not be called is refused with the gate's reasons", "[http]") {
    Room room;
    room.control.refuse_with(Refused{409, "on the company's own do-not-call list"});
    const auto answer =
        room.ask("POST", "/api/agent/dial", "agent", R"({"number":"+12125550123"})");
    CHECK(answer.status == 409);
    CHECK(answer.body.find("do-not-call list") != std::string::npos);
}

TEST_CASE("the engine's refusal is passed on with its status and reason", "[http]") {
    Room room;
    room.control.refuse_with(Refused{409, "no campaign of that name is running"});
    const auto answer = room.ask("POST", "/api/agent/ready", "agent");
    CHECK(answer.status == 409);
    CHECK(answer.body ==
          R"({"error":{"code":"conflict","message":"no campaign of that name is running"}})");

    room.control.refuse_with(Refused{200, "nonsense"});
    CHECK(room.ask("POST", "/api/agent/ready", "agent").status == 500);
}

TEST_CASE("a missing token is asked for, a wrong one is called wrong", "[http]") {
    Room room;
    const auto missing = room.ask("GET", "/api/me");
    CHECK(missing.status == 401);
    CHECK(missing.header("www-authenticate") == R"(Bearer realm="dialer")");
    const auto wrong = room.ask("GET", "/api/me", "nobody");
    CHECK(wrong.status == 401);
    CHECK(wrong.header("www-authenticate") == R"(Bearer realm="dialer", error="invalid_token")");
    CHECK(wrong.header("content-type") == "application/json");
}

TEST_CASE("unknown paths and methods are told apart", "[http]") {
    Room room;
    CHECK(room.ask("GET", "/api/nothing").status == 404);
    CHECK(room.ask("DELETE", "/nothing").status == 404);
    const auto wrong = room.ask("DELETE", "/api/live", "admin");
    CHECK(wrong.status == 405);
    CHECK(wrong.header("allow") == "OPTIONS, GET, HEAD");
    const auto get = room.ask("GET", "/api/agent/ready", "agent");
    CHECK(get.status == 405);
    CHECK(get.header("allow") == "OPTIONS, POST");
    const auto options = room.ask("OPTIONS", "/api/agent/ready");
    CHECK(options.status == 204);
    CHECK(options.header("allow") == "OPTIONS, POST");
    CHECK(room.ask("OPTIONS", "*").status == 204);
}

TEST_CASE("HEAD answers as GET without the body and starts no stream", "[http]") {
    Room room;
    const auto get = room.ask("GET", "/api/live", "admin");
    const auto head = room.ask("HEAD", "/api/live", "admin");
    CHECK(head.status == 200);
    CHECK(head.header("content-length") == get.header("content-length"));
    const auto stream = room.ask("HEAD", "/api/events", "admin");
    CHECK(stream.status == 200);
    CHECK(stream.header("content-type") == "text/event-stream");
    CHECK(room.ask("HEAD", "/api/agent/ready", "agent").status == 405);
    CHECK(room.ask("GET", "/api/me", "admin").status == 200); // the connection is still in step
}

TEST_CASE("health tells what is wrong", "[http]") {
    Room room;
    CHECK(room.ask("GET", "/healthz").body == R"({"status":"ok"})");
    room.control.set_unhealthy("the database is out of reach");
    const auto sick = room.ask("GET", "/healthz");
    CHECK(sick.status == 503);
    CHECK(sick.body == R"({"status":"unhealthy","why":"the database is out of reach"})");
}

TEST_CASE("every answer carries the security headers and no name of the server", "[http]") {
    Room room;
    for (const auto* const target : {"/", "/api/me", "/api/nothing", "/metrics"}) {
        const auto answer = room.ask("GET", target);
        INFO(target);
        CHECK(answer.header("content-security-policy").find("default-src 'self'") == 0);
        CHECK(answer.header("content-security-policy").find("frame-ancestors 'none'") !=
              std::string::npos);
        CHECK(answer.header("x-content-type-options") == "nosniff");
        CHECK(answer.header("referrer-policy") == "no-referrer");
        CHECK(answer.header("cache-control") ==
              (std::string_view{target} == "/" ? "no-cache" : "no-store"));
        CHECK(answer.header("server").empty());
    }
}

TEST_CASE("every page is the one file, and files keep their kinds and their time", "[http]") {
    Room room;
    const auto page = room.ask("GET", "/");
    CHECK(page.status == 200);
    CHECK(page.header("content-type") == "text/html; charset=utf-8");
    CHECK(page.header("cache-control") == "no-cache");
    for (const auto* const path : {"/index.html", "/index", "/campaigns/spring/leads?tab=2",
                                   "/campaigns/Autumn%20caf%C3%A9", "/numbers/+12125550101"}) {
        CHECK(room.ask("GET", path).body == page.body);
    }
    for (const auto* const path :
         {"/%2e%2e/secret", "/lists/%5Cb", "/lists//b", "/lists/%00", "/lists/%f"}) {
        CHECK(room.ask("GET", path).status == 404);
    }
    const auto script = room.ask("GET", "/assets/app-0a1b2c.js");
    CHECK(script.header("content-type").find("text/javascript") == 0);
    CHECK(script.header("cache-control") == "public, max-age=31536000, immutable");
    CHECK(room.ask("GET", "/assets/app-ffffff.js").status == 404);
    CHECK(room.ask("GET", "/api/nothing").status == 404);
    CHECK(room.ask("POST", "/desk").status == 404);
}

TEST_CASE("pages travel packed to whoever takes that", "[http]") {
    Room room;
    const auto page = [&](const std::string& encodings) {
        Client client{room.server.port()};
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: " + encodings +
                    "\r\n\r\n");
        return client.read_answer();
    };
    const auto plain = room.ask("GET", "/");
    const auto packed = page("br, gzip;q=0.8");
    CHECK(packed.header("content-encoding") == "gzip");
    CHECK(packed.header("vary") == "Accept-Encoding");
    CHECK(packed.body.size() < plain.body.size() / 2);
    CHECK(packed.body.substr(0, 2) == "\x1f\x8b");
    for (const auto* const encodings : {"br", "gzip;q=0", "identity", "xgzip", ""}) {
        CHECK(page(encodings).body == plain.body);
    }
}

TEST_CASE("no path leads out of the table of pages", "[http]") {
    Room room;
    const auto page = room.ask("GET", "/").body;
    for (const auto* const target :
         {"/../CMakeLists.txt", "/live/../../CMakeLists.txt", "/%2e%2e/CMakeLists.txt",
          "/..%2fCMakeLists.txt", "/%2e%2e%2fCMakeLists.txt", "//etc/passwd", "/./index",
          "/index%00.html", "/\\..\\CMakeLists.txt", "/assets/../../CMakeLists.txt"}) {
        INFO(target);
        CHECK(room.ask("GET", target).status == 404);
    }
    for (const auto* const target : {"/etc/passwd", "/assets", "/assets/",
                                     "/campaigns/Winter%20%26%20sun%2F50%25", "/campaigns/v1.2"}) {
        INFO(target);
        CHECK(room.ask("GET", target).body == page);
    }
}

TEST_CASE("without a web root the API answers and the pages do not", "[http]") {
    FakeControl control;
    auto without = config();
    without.web_root.clear();
    const Server server{without, control};
    Client client{server.port()};
    CHECK(client.ask("GET", "/live").status == 404);
    CHECK(client.ask("GET", "/api/me", "admin").status == 200);
}

TEST_CASE("a web root that lacks a page is refused at start", "[http]") {
    FakeControl control;
    auto wrong = config();
    wrong.web_root = "/nonexistent";
    CHECK_THROWS_AS(Server(wrong, control), std::runtime_error);
}

TEST_CASE("a port in use is refused at start with its number", "[http]") {
    Room room;
    auto taken = config();
    taken.port = room.server.port();
    CHECK_THROWS_WITH(Server(taken, room.control),
                      Catch::Contains(std::to_string(room.server.port())));
}

TEST_CASE("an agent's browser gets credentials for a phone, where there are such phones",
          "[http]") {
    Room room;
    const auto given = room.ask("GET", "/api/agent/phone", "agent");
    CHECK(given.status == 200);
    CHECK(given.header("cache-control") == "no-store");
    CHECK(boost::json::parse(given.body).at("login") == "1795363200:anna");
    CHECK(room.ask("GET", "/api/agent/phone", "deskless").status == 403);
    room.control.have_no_browser_phones();
    CHECK(room.ask("GET", "/api/agent/phone", "agent").status == 404);
}

TEST_CASE("the pages may connect to browsers' phones, and nowhere else", "[http]") {
    auto with_phones = config();
    with_phones.connect_to = "wss://phones.example.com";
    FakeControl control;
    const Server server{with_phones, control};
    Client client{server.port()};
    const std::string header{client.ask("GET", "/").header("content-security-policy")};
    CHECK(header.ends_with("; connect-src 'self' wss://phones.example.com"));
    const std::string other{client.ask("GET", "/api/me").header("content-security-policy")};
    CHECK(other.find("connect-src") == std::string::npos);
}
