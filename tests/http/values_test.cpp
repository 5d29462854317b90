// Goal: paths, bodies, tokens and messages are read exactly, whatever stands in them.
// Method: tables of cases, and properties over random bytes. No socket is opened.

#include "dialer/http/body.hpp"
#include "dialer/http/credentials.hpp"
#include "dialer/http/dispatch.hpp"
#include "dialer/http/message.hpp"
#include "dialer/http/path.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace dialer::http;

TEST_CASE("the path is taken from origin and absolute form, without query", "[http]") {
    CHECK(path_of("/live") == "/live");
    CHECK(path_of("/live?x=/y#z") == "/live");
    CHECK(path_of("http://host:80/api/live?x") == "/api/live");
    CHECK(path_of("https://host") == "/");
    CHECK_FALSE(path_of("*"));
    CHECK_FALSE(path_of("host:80"));
    CHECK_FALSE(path_of(""));
    CHECK_FALSE(path_of("ftp://host/live"));
}

TEST_CASE("a template matches whole segments only", "[http]") {
    CHECK(match_path("/api/agents/{id}/pause", "/api/agents/7/pause") ==
          std::vector<std::string_view>{"7"});
    CHECK(match_path("/", "/") == std::vector<std::string_view>{});
    CHECK_FALSE(match_path("/", "/live"));
    CHECK_FALSE(match_path("/live", "/"));
    CHECK_FALSE(match_path("/live", "/live/"));
    CHECK_FALSE(match_path("/live", "//live"));
    CHECK_FALSE(match_path("/api/agents/{id}/pause", "/api/agents//pause"));
    CHECK_FALSE(match_path("/api/agents/{id}/pause", "/api/agents/7/8/pause"));
}

TEST_CASE("an escaped segment is UTF-8 without control characters or nothing", "[http]") {
    CHECK(decode_segment("spring%20sale") == "spring sale");
    CHECK(decode_segment("caf%C3%A9") == "caf\xC3\xA9");
    CHECK(decode_segment("a%2Fb") == "a/b");
    CHECK_FALSE(decode_segment("%"));
    CHECK_FALSE(decode_segment("%4"));
    CHECK_FALSE(decode_segment("%zz"));
    CHECK_FALSE(decode_segment("a%00b"));
    CHECK_FALSE(decode_segment("%0d%0aX:"));
    CHECK_FALSE(decode_segment("%C3"));
    CHECK_FALSE(decode_segment("%C0%AF"));       // overlong slash
    CHECK_FALSE(decode_segment("%ED%A0%80"));    // surrogate
    CHECK_FALSE(decode_segment("%F4%90%80%80")); // above U+10FFFF
}

TEST_CASE("random paths never decode to what is not UTF-8", "[http][property]") {
    CHECK(rc::check([](const std::string& bytes) {
        const auto text = decode_segment(bytes);
        // A condition of two parts would be evaluated whole, since the macro takes it apart.
        if (text) {
            RC_ASSERT(is_utf8(*text));
            RC_ASSERT(text->find('\0') == std::string::npos);
        }
    }));
}

TEST_CASE("the bearer token is taken from the field or refused", "[http]") {
    CHECK(bearer_token("Bearer abc-._~+/=9") == "abc-._~+/=9");
    CHECK(bearer_token("bEARER   abc") == "abc");
    CHECK_FALSE(bearer_token(""));
    CHECK_FALSE(bearer_token("Bearer"));
    CHECK_FALSE(bearer_token("Bearer "));
    CHECK_FALSE(bearer_token("Basic abc"));
    CHECK_FALSE(bearer_token("Bearer a b"));
    CHECK_FALSE(bearer_token("Bearer a\x01"));
    CHECK(bearer_token("Bearer " + std::string(256, 'a')));
    CHECK_FALSE(bearer_token("Bearer " + std::string(257, 'a')));
}

namespace {

std::string fault_field(std::string_view json) {
    Body body{json};
    (void)body.text("reason", 10);
    (void)body.optional_text("note", 10);
    (void)body.optional_flag("ready", false);
    const auto fault = body.fault();
    return !fault ? "none" : fault->field.empty() ? "body" : fault->field;
}

} // namespace

TEST_CASE("the first wrong field of a body is named", "[http]") {
    CHECK(fault_field(R"({"reason":"lunch"})") == "none");
    CHECK(fault_field(R"({"reason":"lunch","note":"a\nb","ready":true})") == "none");
    CHECK(fault_field("") == "reason");
    CHECK(fault_field("{}") == "reason");
    CHECK(fault_field(R"({"reason":""})") == "reason");
    CHECK(fault_field(R"({"reason":7})") == "reason");
    CHECK(fault_field(R"({"reason":"12345678901"})") == "reason");
    CHECK(fault_field(R"({"reason":"a\u0000b"})") == "reason");
    CHECK(fault_field(R"({"reason":"a","note":[]})") == "note");
    CHECK(fault_field(R"({"reason":"a","note":"12345678901"})") == "note");
    CHECK(fault_field(R"({"reason":"a","ready":"yes"})") == "ready");
    CHECK(fault_field(R"({"reason":"a","raedy":true})") == "raedy");
    CHECK(fault_field("[]") == "body");
    CHECK(fault_field("{") == "body");
    CHECK(fault_field("{\"reason\":\"\xFF\"}") == "body");
    CHECK(fault_field(std::string(60'000, '[')) == "body");
}

TEST_CASE("random bodies are read or refused, never more", "[http][property]") {
    CHECK(rc::check([](const std::string& bytes) { (void)fault_field(bytes); }));
}

TEST_CASE("an event keeps its text whatever lines it has", "[http]") {
    CHECK(event_frame("live", "{}") == "event: live\ndata: {}\n\n");
    CHECK(event_frame("live", "a\r\n\nb") == "event: live\ndata: a\ndata: \ndata: b\n\n");
}

TEST_CASE("figures are compared without the instant they start with", "[http]") {
    CHECK(without_instant(R"({"at":"1","x":2})") == without_instant(R"({"at":"9","x":2})"));
    CHECK(without_instant(R"({"at":"1","x":2})") != without_instant(R"({"at":"1","x":3})"));
    CHECK(without_instant(R"({"at":"1)") == R"({"at":"1)");
    CHECK(without_instant("") == "");
}

TEST_CASE("an answer to HEAD has the length of the body and no body", "[http]") {
    const auto wire = to_wire(json_response("{}"), true, After::keep_alive);
    CHECK(wire.find("Content-Length: 2\r\n") != std::string::npos);
    CHECK(wire.ends_with("\r\n\r\n"));
}

TEST_CASE("an error quotes any text safely", "[http]") {
    const auto response = error_response(400, "a \"b\"\n</script>", "field");
    CHECK(response.body ==
          R"({"error":{"code":"bad_request","message":"a \"b\"\n</script>","field":"field"}})");
}

TEST_CASE("a body gives its settings as texts and its lists whole", "[http]") {
    Body body{R"({"phones":["1","2"],"custom":{"age":41,"vip":true,"tags":["a","b"]},)"
              R"("form":[{"name":"x"}],"ring_max_s":25,"share":0.5,"name":""})"};
    CHECK(body.texts("phones", 2, 5) == std::vector<std::string>{"1", "2"});
    CHECK(body.pairs("custom", 3, 10) ==
          Body::Pairs{{"age", "41"}, {"vip", "true"}, {"tags", "a,b"}});
    CHECK(body.optional_json("form") == R"([{"name":"x"}])");
    CHECK(body.maybe_text("name", 10) == "");
    CHECK_FALSE(body.maybe_text("none", 10).has_value());
    CHECK_FALSE(body.maybe_flag("none").has_value());
    CHECK_FALSE(body.maybe_whole_number("none", 0, 1).has_value());
    CHECK(body.rest(10) == Body::Pairs{{"ring_max_s", "25"}, {"share", "0.5"}});
    CHECK_FALSE(body.fault().has_value());
}

TEST_CASE("lists and settings that are none are blamed", "[http]") {
    const auto field_of_fault = [](std::string_view text) {
        Body body{text};
        (void)body.texts("list", 2, 3);
        (void)body.pairs("object", 2, 5);
        (void)body.rest(5);
        const auto fault = body.fault();
        return fault ? fault->field : "none";
    };
    CHECK(field_of_fault(R"({"list":["a","b"],"object":{"a":1,"b":2},"c":1})") == "none");
    for (const auto* const wrong :
         {R"({"list":"a"})", R"({"list":["a","b","c"]})", R"({"list":["abcd"]})",
          R"({"list":[""]})", R"({"list":[1]})", "{\"list\":[\"\\u0000\"]}"}) {
        INFO(wrong);
        CHECK(field_of_fault(wrong) == "list");
    }
    CHECK(field_of_fault(R"({"object":[1]})") == "object");
    CHECK(field_of_fault(R"({"object":{"a":1,"b":2,"c":3}})") == "object");
    CHECK(field_of_fault(R"({"object":{"a":null}})") == "object.a");
    CHECK(field_of_fault(R"({"object":{"a":"123456"}})") == "object.a");
    CHECK(field_of_fault(R"({"d":{"e":1}})") == "d");
    CHECK(field_of_fault(R"({"d":["a,b"]})") == "d");
}
