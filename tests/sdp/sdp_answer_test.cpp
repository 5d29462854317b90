// Goal: what we write is read back as the same, and our answers obey RFC 3264. Method: round trips
// and answers over arbitrary valid streams, then the cases a carrier's re-INVITE brings, by hand.

#include "dialer/sdp/sdp.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace dialer::sdp;

namespace {

constexpr std::array<std::uint8_t, 4> kOurs{198, 51, 100, 9};

/// Any stream that read() could have made out of a usable description.
Audio any_audio() {
    Audio audio;
    audio.address = {*rc::gen::inRange<std::uint8_t>(1, 224), *rc::gen::arbitrary<std::uint8_t>(),
                     *rc::gen::arbitrary<std::uint8_t>(), *rc::gen::arbitrary<std::uint8_t>()};
    audio.port = *rc::gen::inRange<std::uint16_t>(1, 65535);
    audio.pcmu = *rc::gen::arbitrary<bool>();
    audio.pcma = !audio.pcmu || *rc::gen::arbitrary<bool>();
    audio.pcma_first = audio.pcma && (!audio.pcmu || *rc::gen::arbitrary<bool>());
    if (*rc::gen::arbitrary<bool>()) {
        audio.telephone_event = *rc::gen::inRange<std::uint8_t>(96, 128);
    }
    audio.ptime_ms = *rc::gen::inRange(1, 11) * 10;
    audio.direction = *rc::gen::element(Direction::sendrecv, Direction::sendonly,
                                        Direction::recvonly, Direction::inactive);
    audio.rtcp_mux = *rc::gen::arbitrary<bool>();
    audio.session_id = *rc::gen::arbitrary<std::uint64_t>();
    audio.session_version = *rc::gen::arbitrary<std::uint64_t>();
    const auto others = *rc::gen::inRange<std::size_t>(0, kOtherMediaMax + 1);
    for (std::size_t i = 0; i < others; ++i) {
        audio.other_media.emplace_back(*rc::gen::element<std::string>(
            "video 0 RTP/AVP 31", "audio 0 RTP/SAVP 0", "image 0 udptl t38"));
    }
    audio.other_media_before = *rc::gen::inRange<std::size_t>(0, others + 1);
    return audio;
}

Audio answered(const Audio& offer, const Audio& ours) {
    const ReadResult result = answer_to(offer, ours);
    REQUIRE(result.audio);
    return *result.audio;
}

} // namespace

TEST_CASE("what is written is read back unchanged", "[sdp][property]") {
    CHECK(rc::check([] {
        const Audio audio = any_audio();
        const ReadResult result = read(write(audio));
        RC_ASSERT(result.audio.has_value());
        RC_ASSERT(*result.audio == audio);
    }));
}

TEST_CASE("an answer says nothing the offer did not", "[sdp][property]") {
    CHECK(rc::check([] {
        const Audio offer = any_audio();
        const Audio ours = make_offer(kOurs, 4000, 7);
        const ReadResult result = answer_to(offer, ours);
        RC_ASSERT(result.audio.has_value());
        const Audio& answer = *result.audio;
        RC_ASSERT(!answer.pcmu || offer.pcmu);
        RC_ASSERT(!answer.pcma || offer.pcma);
        RC_ASSERT(answer.pcmu != answer.pcma);
        RC_ASSERT(answer.telephone_event == offer.telephone_event);
        RC_ASSERT(!answer.rtcp_mux || offer.rtcp_mux);
        RC_ASSERT(answer.other_media == offer.other_media);
        RC_ASSERT(answer.other_media_before == offer.other_media_before);
        RC_ASSERT(agreed_codec(answer, offer).has_value());
        const bool theirs_sends =
            offer.direction == Direction::sendrecv || offer.direction == Direction::sendonly;
        const bool we_receive =
            answer.direction == Direction::sendrecv || answer.direction == Direction::recvonly;
        RC_ASSERT(theirs_sends == we_receive);
    }));
}

TEST_CASE("our offer is what the carrier expects", "[sdp]") {
    CHECK(write(make_offer(kOurs, 4000, 7)) == "v=0\r\n"
                                               "o=dialer 7 7 IN IP4 198.51.100.9\r\n"
                                               "s=-\r\n"
                                               "c=IN IP4 198.51.100.9\r\n"
                                               "t=0 0\r\n"
                                               "m=audio 4000 RTP/AVP 0 8 101\r\n"
                                               "a=rtpmap:0 PCMU/8000\r\n"
                                               "a=rtpmap:8 PCMA/8000\r\n"
                                               "a=rtpmap:101 telephone-event/8000\r\n"
                                               "a=fmtp:101 0-15\r\n"
                                               "a=ptime:20\r\n"
                                               "a=sendrecv\r\n");
}

TEST_CASE("a hold is answered by its mirror image and a higher version", "[sdp]") {
    Audio offer = make_offer({192, 0, 2, 7}, 5000, 1);
    const Audio first = answered(offer, make_offer(kOurs, 4000, 7));
    CHECK(first.session_version == 8);
    CHECK(first.direction == Direction::sendrecv);
    CHECK(first.port == 4000);

    offer.direction = Direction::sendonly;
    const Audio held = answered(offer, first);
    CHECK(held.direction == Direction::recvonly);
    CHECK(held.session_version == 9);

    SECTION("the same offer again changes nothing") {
        CHECK(answered(offer, held) == held);
    }
    SECTION("the end of the hold is another change") {
        offer.direction = Direction::sendrecv;
        CHECK(answered(offer, held).direction == Direction::sendrecv);
        CHECK(answered(offer, held).session_version == 10);
    }
}

TEST_CASE("a later offer may bring the other codec", "[sdp]") {
    Audio offer = make_offer({192, 0, 2, 7}, 5000, 1);
    offer.pcma = false;
    const Audio first = answered(offer, make_offer(kOurs, 4000, 7));
    offer.pcmu = false;
    offer.pcma = true;
    CHECK(answered(offer, first).pcma);
    offer.pcma = false;
    CHECK(answer_to(offer, first).fault == Fault::no_common_codec);
}

TEST_CASE("an answer refuses the other media in their places", "[sdp]") {
    const ReadResult offer = read("v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\n"
                                  "t=0 0\r\nm=video 5000 RTP/AVP 31 32\r\n"
                                  "m=audio 5002 RTP/AVP 0\r\nm=image 5004 udptl t38\r\n");
    REQUIRE(offer.audio);
    const std::string text = write(answered(*offer.audio, make_offer(kOurs, 4000, 7)));
    const std::size_t video = text.find("m=video 0 RTP/AVP 31\r\n");
    const std::size_t audio = text.find("m=audio 4000 RTP/AVP 0\r\n");
    const std::size_t image = text.find("m=image 0 udptl t38\r\n");
    CHECK(video < audio);
    CHECK(audio < image);
    CHECK(image != std::string::npos);
}

TEST_CASE("the codec both send is the far end's favourite of the common ones", "[sdp]") {
    const Audio ours = make_offer(kOurs, 4000, 7);
    Audio theirs = make_offer({192, 0, 2, 7}, 5000, 1);
    CHECK(agreed_codec(ours, theirs) == Codec::pcmu);
    theirs.pcma_first = true;
    CHECK(agreed_codec(ours, theirs) == Codec::pcma);
    theirs.pcma = false;
    theirs.pcma_first = false;
    CHECK(agreed_codec(ours, theirs) == Codec::pcmu);
    theirs.pcmu = false;
    CHECK_FALSE(agreed_codec(ours, theirs));
    theirs = make_offer({192, 0, 2, 7}, 0, 1);
    CHECK_FALSE(agreed_codec(ours, theirs));
    CHECK(answer_to(theirs, ours).fault == Fault::no_audio);
}
