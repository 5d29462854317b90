// Goal: what the far end may ask within a call is answered as the RFCs say, and the media that was
// agreed is reported.
// Method: a scripted UDP peer is the callee.

#include "unit_peer.hpp"

#include <catch2/catch.hpp>

using namespace sip_test;

namespace {

Message ask(Rig& rig, const Message& invite, const std::string& method, int cseq, int status,
            const std::string& extra = "", const std::string& body = "") {
    rig.send(rig.peer.in_dialog(invite, method, cseq, "callee", extra, body));
    return rig.peer.expect(method, status);
}

void acknowledge(Rig& rig, const Message& invite, int cseq, const std::string& body = "") {
    rig.send(rig.peer.in_dialog(invite, "ACK", cseq, "callee", "", body));
}

} // namespace

TEST_CASE("hold by re-INVITE is mirrored and reported, and undone", "[sip][dialog]") {
    Rig rig;
    const Message invite = rig.answered_call(1);
    const Message hold = ask(rig, invite, "INVITE", 1, 200, "", sdp_text(50000, 2, "sendonly"));
    acknowledge(rig, invite, 1);
    const auto first = sdp::read(invite.body()).audio;
    const auto held = sdp::read(hold.body()).audio;
    REQUIRE(held);
    CHECK(held->direction == sdp::Direction::recvonly);
    CHECK(held->session_id == first->session_id);
    CHECK(held->session_version > first->session_version);
    CHECK(rig.events.take<sip::MediaChanged>().remote.direction == sdp::Direction::sendonly);

    const Message back = ask(rig, invite, "INVITE", 2, 200, "", sdp_text(50002, 3));
    acknowledge(rig, invite, 2);
    CHECK(sdp::read(back.body()).audio->direction == sdp::Direction::sendrecv);
    CHECK(rig.events.take<sip::MediaChanged>().remote.port == 50002);
}

TEST_CASE("a re-INVITE that changes nothing gets the same answer and no event", "[sip][dialog]") {
    Rig rig;
    const Message invite = rig.answered_call(1);
    const Message one = ask(rig, invite, "INVITE", 1, 200, "", sdp_text(50000));
    acknowledge(rig, invite, 1);
    const Message two = ask(rig, invite, "INVITE", 2, 200, "", sdp_text(50000));
    acknowledge(rig, invite, 2);
    CHECK(one.body() == two.body());
    CHECK(rig.events.count<sip::MediaChanged>() == 0);
}

TEST_CASE("a re-INVITE without an offer gets ours, and the ACK brings the answer",
          "[sip][dialog]") {
    Rig rig;
    const Message invite = rig.answered_call(1);
    const Message response = ask(rig, invite, "INVITE", 1, 200);
    CHECK(sdp::read(response.body()).audio->port == 40000);
    SECTION("while it is open, another offer is refused") {
        (void)ask(rig, invite, "UPDATE", 2, 491, "", sdp_text(50010, 5));
    }
    SECTION("the answer is taken from the ACK") {
        acknowledge(rig, invite, 1, sdp_text(50006, 2));
        CHECK(rig.events.take<sip::MediaChanged>().remote.port == 50006);
    }
    SECTION("an ACK without one ends the call") {
        acknowledge(rig, invite, 1);
        (void)rig.peer.expect("BYE");
        CHECK_FALSE(rig.events.take<sip::Ended>().by_far_end);
    }
}

TEST_CASE("an offer that we cannot take is refused and the call goes on", "[sip][dialog]") {
    Rig rig;
    const Message invite = rig.answered_call(1);
    (void)ask(rig, invite, "INVITE", 1, 488, "", sdp_text(50000, 2, "sendrecv", "18"));
    acknowledge(rig, invite, 1);
    (void)ask(rig, invite, "UPDATE", 2, 488, "", "garbage");
    (void)ask(rig, invite, "INVITE", 3, 420, "Require: magic\r\n", sdp_text(50000, 2));
    acknowledge(rig, invite, 3);
    rig.stack->hang_up(leg_id(1));
    (void)rig.peer.expect("BYE");
    CHECK(rig.events.count<sip::MediaChanged>() == 0);
}

TEST_CASE("UPDATE is answered with and without an offer", "[sip][dialog]") {
    Rig rig;
    const Message invite = rig.answered_call(1);
    const Message plain = ask(rig, invite, "UPDATE", 1, 200);
    CHECK(plain.body().empty());
    CHECK_FALSE(plain.header("Contact").empty());
    const Message media = ask(rig, invite, "UPDATE", 2, 200, "", sdp_text(50004, 2));
    CHECK(sdp::read(media.body()).audio->port == 40000);
    CHECK(rig.events.take<sip::MediaChanged>().remote.port == 50004);
}

TEST_CASE("UPDATE before the answer: without an offer yes, with one not yet", "[sip][dialog]") {
    Rig rig;
    rig.dial(1);
    const Message invite = rig.peer.expect("INVITE");
    rig.peer.reply(invite, "180 Ringing", "callee");
    (void)rig.events.take<sip::Ringing>();
    (void)ask(rig, invite, "UPDATE", 1, 200);
    (void)ask(rig, invite, "UPDATE", 2, 491, "", sdp_text(50004, 2));
    (void)ask(rig, invite, "BYE", 3, 481);
    rig.peer.reply(invite, "200 OK", "callee", "", sdp_text(50000));
    (void)rig.events.take<sip::Answered>();
}

TEST_CASE("other methods get their fixed answers and leave the call alone", "[sip][dialog]") {
    Rig rig;
    const Message invite = rig.answered_call(1);
    (void)ask(rig, invite, "INFO", 1, 200);
    CHECK(ask(rig, invite, "OPTIONS", 2, 200).header("Allow").find("UPDATE") != std::string::npos);
    (void)ask(rig, invite, "REFER", 3, 603, "Refer-To: <sip:+12125550102@127.0.0.1>\r\n");
    (void)ask(rig, invite, "NOTIFY", 4, 481, "Event: refer\r\nSubscription-State: active\r\n");
    (void)ask(rig, invite, "MESSAGE", 5, 405);
    (void)ask(rig, invite, "FROBNICATE", 6, 501);
    (void)ask(rig, invite, "CANCEL", 7, 481);
    (void)ask(rig, invite, "PRACK", 8, 481, "RAck: 1 1 INVITE\r\n");
    CHECK(rig.events.count<sip::Ended>() == 0);
}

TEST_CASE("a 200 to a re-INVITE that is never acknowledged ends the call", "[sip][dialog]") {
    sip::StackConfig config;
    config.t1 = 20ms;
    config.invite_timeout = 300ms;
    Rig rig{config};
    const Message invite = rig.answered_call(1);
    (void)ask(rig, invite, "INVITE", 1, 200, "", sdp_text(50000, 2));
    (void)rig.peer.expect("INVITE", 200); // Timer G
    (void)rig.peer.expect("BYE");
    CHECK(rig.events.take<sip::Ended>().reason == "ACK timeout");
}

TEST_CASE("a session that we refresh is refreshed at half its time", "[sip][dialog]") {
    sip::StackConfig config;
    config.session_expires_min = 1s;
    Rig rig{config};
    SECTION("by UPDATE where the far end allows it") {
        (void)rig.answered_call(1, "Session-Expires: 2;refresher=uac\r\nAllow: INVITE, UPDATE\r\n");
        const Message update = rig.peer.expect("UPDATE");
        CHECK(update.header("Session-Expires") == "2;refresher=uac");
        CHECK(update.body().empty());
        rig.peer.reply(update, "200 OK", "", "Session-Expires: 2;refresher=uac\r\n");
        rig.peer.reply(rig.peer.expect("UPDATE"), "481 Gone", "");
        (void)rig.peer.expect("BYE");
        CHECK(rig.events.take<sip::Ended>().reason == "session expired");
    }
    SECTION("by re-INVITE otherwise") {
        (void)rig.answered_call(1, "Session-Expires: 2;refresher=uac\r\n");
        const Message again = rig.peer.expect("INVITE");
        CHECK(sdp::read(again.body()).audio->port == 40000);
        rig.peer.reply(again, "200 OK", "", "Session-Expires: 2;refresher=uac\r\n",
                       sdp_text(50000));
        CHECK(rig.peer.expect("ACK").cseq() == again.cseq());
        (void)rig.peer.expect("INVITE");
        CHECK(rig.events.count<sip::Ended>() == 0);
    }
    SECTION("and while the refresh is open, theirs is refused") {
        const Message invite = rig.answered_call(1, "Session-Expires: 2;refresher=uac\r\n");
        (void)rig.peer.expect("INVITE");
        (void)ask(rig, invite, "INVITE", 1, 491, "", sdp_text(50000, 2));
    }
}

TEST_CASE("a session that the far end forgets to refresh is ended", "[sip][dialog]") {
    sip::StackConfig config;
    config.session_expires_min = 1s;
    Rig rig{config};
    const Message invite = rig.answered_call(1, "Session-Expires: 2;refresher=uas\r\n");
    const Message refreshed = ask(rig, invite, "UPDATE", 1, 200,
                                  "Supported: timer\r\nSession-Expires: 2;refresher=uac\r\n");
    CHECK(refreshed.header("Session-Expires") == "2;refresher=uac");
    CHECK(refreshed.header("Require") == "timer");
    (void)rig.peer.expect("BYE");
    CHECK(rig.events.take<sip::Ended>().reason == "session expired");
}

TEST_CASE("an interval below our minimum is refused with 422", "[sip][dialog]") {
    Rig rig;
    const Message invite = rig.answered_call(1);
    CHECK(ask(rig, invite, "UPDATE", 1, 422, "Supported: timer\r\nSession-Expires: 30\r\n")
              .header("Min-SE") == "90");
}

TEST_CASE("a challenged BYE is repeated with credentials", "[sip][dialog]") {
    Rig rig{{}, sip::Credentials{"user", "secret"}};
    (void)rig.answered_call(1);
    rig.stack->hang_up(leg_id(1));
    rig.peer.reply(rig.peer.expect("BYE"), "407 Proxy Authentication Required", "",
                   "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n");
    const Message again = rig.peer.expect("BYE");
    CHECK(parameter(again.header("Proxy-Authorization"), "nonce") == "n");
    rig.peer.reply(again, "200 OK", "");
    CHECK(rig.events.take<sip::Ended>().reason == "BYE");
}
