// Goal: what carriers and softphones really send is understood, and nothing they could send does
// harm. Method: one table of descriptions with the expected stream or fault, then mutations of a
// good description, which must come back with a verdict each.

#include "dialer/sdp/sdp.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <string>

using namespace dialer::sdp;

namespace {

const std::string kHead =
    "v=0\r\no=- 42 43 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n";

Audio read_good(const std::string& text) {
    const ReadResult result = read(text);
    INFO(text << "\n" << explain(result.fault));
    REQUIRE(result.audio);
    REQUIRE(result.fault == Fault::none);
    return *result.audio;
}

} // namespace

TEST_CASE("a carrier's description gives address, port, codecs and events", "[sdp]") {
    const Audio audio = read_good(kHead + "m=audio 49170 RTP/AVP 18 8 0 101\r\n"
                                          "a=rtpmap:18 G729/8000\r\n"
                                          "a=rtpmap:8 PCMA/8000\r\n"
                                          "a=rtpmap:0 pcmu/8000/1\r\n"
                                          "a=rtpmap:101 telephone-event/8000\r\n"
                                          "a=fmtp:101 0-16\r\n"
                                          "a=ptime:30\r\n"
                                          "a=rtcp-mux\r\n");
    CHECK(audio.address == std::array<std::uint8_t, 4>{192, 0, 2, 7});
    CHECK(audio.port == 49170);
    CHECK(audio.pcmu);
    CHECK(audio.pcma);
    CHECK(audio.pcma_first);
    CHECK(audio.telephone_event == std::uint8_t{101});
    CHECK(audio.ptime_ms == 30);
    CHECK(audio.rtcp_mux);
    CHECK(audio.direction == Direction::sendrecv);
    CHECK(audio.session_id == 42);
    CHECK(audio.session_version == 43);
    CHECK(audio.other_media.empty());
}

TEST_CASE("lines may end in LF alone, and the body in empty lines", "[sdp]") {
    const Audio audio = read_good("v=0\no=- 1 1 IN IP4 10.0.0.1\ns=-\nc=IN IP4 10.0.0.1\nt=0 0\n"
                                  "m=audio 4000 RTP/AVP 0\n\n\r\n");
    CHECK(audio.pcmu);
    CHECK_FALSE(audio.pcma);
    CHECK_FALSE(audio.telephone_event);
}

TEST_CASE("what stands at the stream wins over what stands above it", "[sdp]") {
    const Audio audio = read_good("v=0\no=- 1 1 IN IP4 10.0.0.1\ns=-\nc=IN IP4 10.0.0.1\n"
                                  "t=0 0\na=sendonly\n"
                                  "m=audio 4000 RTP/AVP 0\nc=IN IP4 10.0.0.2/127\na=recvonly\n");
    CHECK(audio.address[3] == 2);
    CHECK(audio.direction == Direction::recvonly);

    const Audio above = read_good("v=0\no=- 1 1 IN IP4 10.0.0.1\ns=-\nc=IN IP4 10.0.0.1\n"
                                  "t=0 0\na=inactive\nm=audio 4000 RTP/AVP 0\n");
    CHECK(above.direction == Direction::inactive);
}

TEST_CASE("the first audio stream that can carry calls is taken", "[sdp]") {
    const Audio audio = read_good(kHead + "m=video 5000 RTP/AVP 31\r\na=sendonly\r\n"
                                          "m=audio 5002 RTP/SAVP 0\r\n"
                                          "m=audio 0 RTP/AVP 0\r\n"
                                          "m=audio 5004/2 RTP/AVP 0\r\n"
                                          "m=audio 5006 RTP/AVP 8\r\n"
                                          "m=application 5008 udp/bfcp *\r\n");
    CHECK(audio.port == 5004);
    CHECK(audio.direction == Direction::sendrecv);
    CHECK(audio.other_media == std::vector<std::string>{"video 0 RTP/AVP 31", "audio 0 RTP/SAVP 0",
                                                        "audio 0 RTP/AVP 0", "audio 0 RTP/AVP 8",
                                                        "application 0 udp/bfcp *"});
    CHECK(audio.other_media_before == 3);
}

TEST_CASE("an address of zeroes is a hold", "[sdp]") {
    const std::string media = "m=audio 4000 RTP/AVP 0\nc=IN IP4 0.0.0.0\n";
    CHECK(read_good(kHead + media).direction == Direction::sendonly);
    CHECK(read_good(kHead + media + "a=recvonly\n").direction == Direction::inactive);
}

TEST_CASE("a payload type that is mapped to something else is not the codec", "[sdp]") {
    const Audio audio = read_good(kHead + "m=audio 4000 RTP/AVP 0 8 97 98 102\n"
                                          "a=rtpmap:0 speex/8000\n"
                                          "a=rtpmap:97 PCMU/8000\n"
                                          "a=rtpmap:98 telephone-event/48000\n"
                                          "a=rtpmap:102 telephone-event/8000\n");
    CHECK_FALSE(audio.pcmu);
    CHECK(audio.pcma);
    CHECK(audio.telephone_event == std::uint8_t{102});
}

TEST_CASE("a refused stream is read as such", "[sdp]") {
    CHECK(read_good(kHead + "m=audio 0 RTP/AVP 0\r\n").port == 0);
}

TEST_CASE("what cannot be used is named", "[sdp]") {
    struct Row {
        std::string text;
        Fault fault;
    };
    const std::string origin = "v=0\no=- 1 1 IN IP4 10.0.0.1\ns=-\nt=0 0\n";
    const std::vector<Row> rows{
        {"", Fault::malformed},
        {"\r\n\r\n", Fault::malformed},
        {"garbage", Fault::malformed},
        {"v=1\no=- 1 1 IN IP4 1.1.1.1\n", Fault::malformed},
        {"v=0\ns=-\nc=IN IP4 10.0.0.1\nm=audio 4000 RTP/AVP 0\n", Fault::malformed},
        {"v=0\no=- 1 1 IN\nm=audio 4000 RTP/AVP 0\n", Fault::malformed},
        {kHead, Fault::no_audio},
        {kHead + "m=audio 9 FOO 0 @\n", Fault::no_audio},
        {kHead + "m=audio 9 FOO @\n", Fault::malformed},
        {kHead + "m=audio\n", Fault::malformed},
        {kHead + "m=audio 70000 RTP/AVP 0\n", Fault::malformed},
        {kHead + "m=audio -1 RTP/AVP 0\n", Fault::malformed},
        {kHead + "m=audio 4000 RTP/AVP\n", Fault::malformed},
        {kHead + "M=audio 4000 RTP/AVP 0\n", Fault::malformed},
        {kHead + "m=audio 4000 UDP/TLS/RTP/SAVPF 0\n", Fault::no_audio},
        {kHead + "m=audio 4000 RTP/AVP 18 999 x\n", Fault::no_common_codec},
        {kHead + "m=audio 4000 RTP/AVP 0\na=rtpmap:0 PCMU/16000\n", Fault::no_common_codec},
        {origin + "m=audio 4000 RTP/AVP 0\n", Fault::no_ipv4},
        {origin + "c=IN IP6 ::1\nm=audio 4000 RTP/AVP 0\n", Fault::no_ipv4},
        {origin + "c=IN IP4 pbx.example.com\nm=audio 4000 RTP/AVP 0\n", Fault::no_ipv4},
        {origin + "c=IN IP4 10.0.0\nm=audio 4000 RTP/AVP 0\n", Fault::no_ipv4},
        {origin + "c=IN IP4 10.0.0.1.2\nm=audio 4000 RTP/AVP 0\n", Fault::no_ipv4},
        {origin + "c=IN IP4 10.0.0.256\nm=audio 4000 RTP/AVP 0\n", Fault::no_ipv4},
        {origin + "c=IN IP4 224.2.1.1/127\nm=audio 4000 RTP/AVP 0\n", Fault::no_ipv4},
        {origin + "c=IN IP4 255.255.255.255\nm=audio 4000 RTP/AVP 0\n", Fault::no_ipv4},
        {kHead + std::string(17 * 1024, 'a'), Fault::too_long},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        const ReadResult result = read(row.text);
        CHECK_FALSE(result.audio);
        CHECK(explain(result.fault) == explain(row.fault));
    }
}

TEST_CASE("the number of media lines is bounded", "[sdp]") {
    std::string text = kHead + "m=audio 4000 RTP/AVP 0\n";
    for (std::size_t i = 0; i < kOtherMediaMax; ++i) {
        text += "m=video 5000 RTP/AVP 31\n";
    }
    CHECK(read_good(text).other_media.size() == kOtherMediaMax);
    CHECK(read(text + "m=video 5000 RTP/AVP 31\n").fault == Fault::too_long);
}

TEST_CASE("any change of any bytes still gives a verdict", "[sdp][property]") {
    const std::string good = kHead + "m=video 5000 RTP/AVP 31\r\nm=audio 49170 RTP/AVP 8 0 101\r\n"
                                     "a=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n";
    CHECK(rc::check([&](const std::vector<std::pair<std::uint16_t, char>>& changes) {
        std::string text = good;
        for (const auto& [at, value] : changes) {
            text[at % text.size()] = value;
        }
        const ReadResult result = read(text);
        RC_ASSERT(result.audio.has_value() == (result.fault == Fault::none));
        if (result.audio) {
            RC_ASSERT(result.audio->other_media.size() <= kOtherMediaMax);
        }
    }));
}

TEST_CASE("every beginning of a good description gives a verdict", "[sdp]") {
    const std::string good = kHead + "m=audio 49170 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\n";
    for (std::size_t size = 0; size <= good.size(); ++size) {
        const ReadResult result = read(std::string_view{good}.substr(0, size));
        CHECK(result.audio.has_value() == (result.fault == Fault::none));
    }
}
