// Goal: SDP, digest and HTTP of the peers agree with the standards' own examples and with hostile
// input.
// Method: published vectors, round trips, and every way to cut a response in pieces.

#include "tests/peers/common/digest.hpp"
#include "tests/peers/common/json_text.hpp"
#include "tests/peers/common/session_body.hpp"
#include "tests/peers/common/socket.hpp"
#include "tests/peers/softphones/accounts.hpp"
#include "tests/peers/softphones/http_text.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace peers;

TEST_CASE("a session that was written is read back", "[peers]") {
    OwnSession own;
    own.address = "127.0.0.9";
    own.port = 4242;
    own.key_payload_type = 97;
    const auto read = read_session(write_session(own));
    REQUIRE(read);
    CHECK(to_text(read->media) == "127.0.0.9:4242");
    CHECK(read->law == g711::Law::ulaw);
    CHECK(read->key_payload_type == 97);
}

TEST_CASE("sessions without usable audio are refused", "[peers]") {
    CHECK_FALSE(read_session(""));
    CHECK_FALSE(read_session("v=0\r\nc=IN IP4 127.0.0.1\r\nm=video 5000 RTP/AVP 0\r\n"));
    CHECK_FALSE(read_session("v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 0 RTP/AVP 0\r\n"));
    CHECK_FALSE(read_session("v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 5000 RTP/AVP 18\r\n"));
    CHECK_FALSE(read_session("v=0\r\nc=IN IP4 nowhere\r\nm=audio 5000 RTP/AVP 0\r\n"));
    const auto alaw = read_session("c=IN IP4 127.0.0.1\nm=audio 5000 RTP/AVP 18 8\n");
    REQUIRE(alaw);
    CHECK(alaw->law == g711::Law::alaw);
}

TEST_CASE("any text can be offered as a session", "[peers][property]") {
    CHECK(rc::check([](const std::string& text) {
        (void)read_session("c=IN IP4 127.0.0.1\r\nm=audio 5000 RTP/AVP 0\r\na=" + text);
        (void)read_session(text);
    }));
}

TEST_CASE("the digest of RFC 2617's example comes out", "[peers]") {
    CHECK(md5_hex("") == "d41d8cd98f00b204e9800998ecf8427e");
    const Login login{"Mufasa", "Circle Of Life"};
    // RFC 2617 3.5
    const std::string parameters =
        R"(username="Mufasa", realm="testrealm@host.com", )"
        R"(nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", qop=auth, )"
        R"(nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1")";
    CHECK(proves(parameters, login, "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                 "GET"));
    CHECK_FALSE(proves(parameters, {"Mufasa", "other"}, "testrealm@host.com",
                       "dcd98b7102dd2f0e8b11d0f600bfb0c093", "GET"));
    CHECK_FALSE(proves(parameters, login, "testrealm@host.com", "another nonce", "GET"));
}

TEST_CASE("an answered challenge proves the login, with and without qop", "[peers]") {
    const Login login{"agent001", "secret"};
    for (const std::string qop : {"", R"(, qop="auth,auth-int")"}) {
        const auto challenge = read_challenge(R"(realm="a, b", nonce="xyz", algorithm=MD5)" + qop);
        REQUIRE(challenge);
        CHECK(challenge->realm == "a, b");
        const std::string value = answer_challenge(*challenge, login, "REGISTER", "sip:x", 1);
        CHECK(proves(value.substr(7), login, "a, b", "xyz", "REGISTER"));
        CHECK_FALSE(proves(value.substr(7), login, "a, b", "xyz", "INVITE"));
    }
    CHECK_FALSE(read_challenge(R"(realm="r", nonce="n", algorithm=SHA-256)"));
    CHECK_FALSE(read_challenge(R"(realm="r")"));
}

TEST_CASE("an HTTP response is the same however it is cut", "[peers]") {
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n";
    const std::string sized = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhello world";
    for (const std::string& response : {chunked, sized}) {
        for (std::size_t cut = 0; cut <= response.size(); ++cut) {
            HttpReader reader;
            reader.feed(response.substr(0, cut));
            reader.feed(response.substr(cut));
            CHECK(reader.state() == HttpReader::State::complete);
            CHECK(reader.take_body() == "hello world");
        }
    }
}

TEST_CASE("a response without a body or cut short is known as such", "[peers]") {
    HttpReader none;
    none.feed("HTTP/1.1 204 No Content\r\n\r\n");
    CHECK(none.state() == HttpReader::State::complete);
    HttpReader shortened;
    shortened.feed("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel");
    shortened.end();
    CHECK(shortened.state() == HttpReader::State::broken);
    HttpReader other;
    other.feed("SSH-2.0-something\r\n\r\n");
    CHECK(other.state() == HttpReader::State::broken);
}

TEST_CASE("events are split at blank lines and comments are no events", "[peers]") {
    EventReader reader;
    CHECK(reader.feed(": alive\n\nevent: desk\nda").empty());
    const auto events = reader.feed("ta: {\"state\":\r\ndata: \"ready\"}\n\ndata:x\n\n");
    REQUIRE(events.size() == 2);
    CHECK(events[0] == "{\"state\":\n\"ready\"}");
    CHECK(events[1] == "x");
}

TEST_CASE("JSON text carries quotes and control characters safely", "[peers]") {
    CHECK(quoted("a\"b\\c\n\x80") == R"("a\"b\\c\u000a?")");
}

TEST_CASE("addresses on the command line are read or refused", "[peers]") {
    CHECK(read_host_port("127.0.0.1:5060").port == 5060);
    CHECK(read_host_port("http://127.0.0.1:8080/").host == "127.0.0.1");
    CHECK_THROWS(read_host_port("localhost"));
    CHECK_THROWS(read_host_port("127.0.0.1:99999"));
    CHECK_THROWS(read_host_port("127.0.0.1:80x"));
}
