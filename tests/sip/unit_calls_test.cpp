// Goal: the INVITE and every way it can end, as a carrier would play them.
// Method: a scripted UDP peer is the carrier; events and the datagrams on the wire are compared.

#include "unit_peer.hpp"
#include "unit_ticket_mint.hpp"

#include "dialer/sip/digest.hpp"

#include <catch2/catch.hpp>

using namespace sip_test;
using sip::Failure;

TEST_CASE("an INVITE carries what the ticket says", "[sip][calls]") {
    Rig rig;
    rig.dial(1, 4711);
    const Message invite = rig.peer.expect("INVITE");
    CHECK(invite.request_uri() == "sip:+12125550101@127.0.0.1:" + std::to_string(rig.peer.port()));
    CHECK(invite.header("From").find("<sip:+12025550199@dialer.example>") == 0);
    CHECK(invite.header("To") == "<sip:+12125550101@127.0.0.1>");
    CHECK(invite.header("X-Attempt") == "4711");
    CHECK(invite.header("P-Asserted-Identity") == "<sip:+12025550199@dialer.example>");
    CHECK(invite.header("Supported").find("100rel") != std::string::npos);
    CHECK(invite.header("Supported").find("timer") != std::string::npos);
    CHECK(invite.header("Session-Expires") == "1800");
    CHECK(invite.header("Max-Forwards") == "70");
    CHECK(invite.header("Content-Type") == "application/sdp");
    CHECK(sdp::read(invite.body()).audio->port == 40000);
    rig.peer.reply(invite, "486 Busy Here", "callee");
    CHECK(rig.events.take<sip::Failed>().failure == Failure::busy);
}

TEST_CASE("an answered call is acknowledged at once and ended with BYE", "[sip][calls]") {
    Rig rig;
    rig.dial(1);
    const Message invite = rig.peer.expect("INVITE");
    rig.peer.reply(invite, "100 Trying", "");
    rig.peer.reply(invite, "180 Ringing", "callee");
    CHECK(rig.events.take<sip::Ringing>().status == 180);
    rig.peer.reply(invite, "200 OK", "callee", "", sdp_text(50000));
    const Message ack = rig.peer.expect("ACK");
    CHECK(ack.cseq() == invite.cseq());
    CHECK(ack.request_uri() == "sip:callee@127.0.0.1:" + std::to_string(rig.peer.port()));
    const auto answered = rig.events.take<sip::Answered>();
    CHECK(answered.leg == leg_id(1));
    CHECK(answered.remote.port == 50000);

    SECTION("by us") {
        rig.stack->hang_up(leg_id(1));
        const Message bye = rig.peer.expect("BYE");
        CHECK(bye.cseq() == invite.cseq() + 1);
        rig.peer.reply(bye, "200 OK", "");
        CHECK_FALSE(rig.events.take<sip::Ended>().by_far_end);
    }
    SECTION("by the far end, whose repeated BYE is answered again") {
        const std::string bye = rig.peer.in_dialog(invite, "BYE", 1, "callee");
        rig.send(bye);
        (void)rig.peer.expect("BYE", 200);
        rig.send(bye);
        (void)rig.peer.expect("BYE", 200);
        CHECK(rig.events.take<sip::Ended>().by_far_end);
    }
    SECTION("by both at once, and it ends once") {
        rig.stack->hang_up(leg_id(1));
        const Message ours = rig.peer.expect("BYE");
        rig.send(rig.peer.in_dialog(invite, "BYE", 1, "callee"));
        (void)rig.peer.expect("BYE", 200);
        rig.peer.reply(ours, "200 OK", "");
        (void)rig.events.take<sip::Ended>();
        (void)rig.answered_call(2); // orders the events after all of leg 1
        CHECK(rig.events.count<sip::Ended>() == 0);
    }
    SECTION("and a lost ACK is sent again for the repeated 200") {
        rig.peer.reply(invite, "200 OK", "callee", "", sdp_text(50000));
        CHECK(rig.peer.expect("ACK").cseq() == invite.cseq());
        rig.stack->hang_up(leg_id(1));
        rig.peer.reply(rig.peer.expect("BYE"), "200 OK", "");
        CHECK(rig.events.count<sip::Answered>() == 0);
    }
}

TEST_CASE("refusals are classified with their reason and never fail over", "[sip][calls]") {
    struct Row {
        const char* line;
        Failure failure;
    };
    const Row row = GENERATE(values<Row>({{"486 Busy Here", Failure::busy},
                                          {"603 Decline", Failure::rejected},
                                          {"404 Not Found", Failure::invalid_number},
                                          {"480 Temporarily Unavailable", Failure::no_answer},
                                          {"607 Unwanted", Failure::rejected}}));
    Rig rig;
    rig.dial(1);
    rig.peer.reply(rig.peer.expect("INVITE"), row.line, "callee");
    (void)rig.peer.expect("ACK");
    const auto failed = rig.events.take<sip::Failed>();
    CHECK(failed.failure == row.failure);
    CHECK(failed.status == std::stoi(row.line));
    CHECK(failed.reason == std::string{row.line}.substr(4));
    CHECK_FALSE(failed.technical);
}

TEST_CASE("503 is technical and keeps its Retry-After", "[sip][calls]") {
    Rig rig;
    rig.dial(1);
    rig.peer.reply(rig.peer.expect("INVITE"), "503 Overload", "callee", "Retry-After: 17\r\n");
    const auto failed = rig.events.take<sip::Failed>();
    CHECK(failed.failure == Failure::congestion);
    CHECK(failed.technical);
    CHECK(failed.retry_after == 17s);
}

TEST_CASE("a redirection is not followed", "[sip][calls]") {
    Rig rig;
    const Peer elsewhere;
    rig.dial(1);
    rig.peer.reply(rig.peer.expect("INVITE"), "302 Moved Temporarily", "callee",
                   "Contact: " + elsewhere.contact() + "\r\n");
    const auto failed = rig.events.take<sip::Failed>();
    CHECK(failed.failure == Failure::rejected);
    CHECK(failed.reason == "redirected");
    CHECK_FALSE(failed.technical);
    (void)rig.answered_call(2); // one more call, so that an INVITE to elsewhere had its time
    CHECK_FALSE(elsewhere.receive(0ms));
}

TEST_CASE("a challenge is reported, and the INVITE repeated only with a ticket", "[sip][calls]") {
    Rig rig{{}, sip::Credentials{"user", "secret"}};
    rig.dial(1, 42);
    const Message first = rig.peer.expect("INVITE");
    rig.peer.reply(first, "407 Proxy Authentication Required", "proxy",
                   "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n1\", algorithm=SHA-256\r\n"
                   "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n2\", qop=\"auth\", "
                   "opaque=\"o\"\r\n");
    (void)rig.peer.expect("ACK");
    CHECK(rig.events.take<sip::Challenged>().status == 407);

    SECTION("the second INVITE answers the MD5 challenge in the same call") {
        rig.stack->resend(leg_id(1), campaigns::Store::mint_resend(42));
        const Message second = rig.peer.expect("INVITE");
        CHECK(second.header("Call-ID") == first.header("Call-ID"));
        CHECK(second.header("From") == first.header("From"));
        CHECK(second.cseq() == first.cseq() + 1);
        const std::string header = second.header("Proxy-Authorization");
        CHECK(parameter(header, "nonce") == "n2");
        CHECK(parameter(header, "opaque") == "o");
        CHECK(parameter(header, "response") ==
              sip::digest_response({.ha1 = sip::md5_hex("user:r:secret"),
                                    .method = "INVITE",
                                    .uri = parameter(header, "uri"),
                                    .nonce = "n2",
                                    .qop = "auth",
                                    .nc = parameter(header, "nc"),
                                    .cnonce = parameter(header, "cnonce")}));
        SECTION("and the call goes on as usual, with credentials in the ACK") {
            rig.peer.reply(second, "200 OK", "callee", "", sdp_text(50000));
            CHECK_FALSE(rig.peer.expect("ACK").header("Proxy-Authorization").empty());
            (void)rig.events.take<sip::Answered>();
        }
        SECTION("a second challenge ends it") {
            rig.peer.reply(second, "407 Proxy Authentication Required", "proxy",
                           "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n3\"\r\n");
            const auto failed = rig.events.take<sip::Failed>();
            CHECK(failed.failure == Failure::trunk_failure);
            CHECK(failed.technical);
        }
        SECTION("unless it says that the nonce was stale") {
            rig.peer.reply(second, "407 Proxy Authentication Required", "proxy",
                           "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n3\", stale=true\r\n");
            (void)rig.events.take<sip::Challenged>();
        }
    }
    SECTION("a ticket of another attempt sends nothing") {
        rig.stack->resend(leg_id(1), campaigns::Store::mint_resend(43));
        rig.stack->hang_up(leg_id(1));
        CHECK(rig.events.take<sip::Failed>().failure == Failure::cancelled);
        CHECK_FALSE(rig.peer.receive(0ms));
    }
}

TEST_CASE("a challenge without credentials is a failure of the trunk", "[sip][calls]") {
    Rig rig;
    rig.dial(1);
    rig.peer.reply(rig.peer.expect("INVITE"), "401 Unauthorized", "proxy",
                   "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n");
    const auto failed = rig.events.take<sip::Failed>();
    CHECK(failed.failure == Failure::trunk_failure);
    CHECK(failed.status == 401);
    CHECK(failed.technical);
}

TEST_CASE("an answer without usable media is taken up and ended", "[sip][calls]") {
    Rig rig;
    rig.dial(1);
    const Message invite = rig.peer.expect("INVITE");
    SECTION("no body") {
        rig.peer.reply(invite, "200 OK", "callee");
    }
    SECTION("no common codec") {
        rig.peer.reply(invite, "200 OK", "callee", "", sdp_text(50000, 1, "sendrecv", "18"));
    }
    SECTION("the stream refused") {
        rig.peer.reply(invite, "200 OK", "callee", "", sdp_text(0));
    }
    SECTION("garbage") {
        rig.peer.reply(invite, "200 OK", "callee", "", "m=audio 9 FOO 0 @\r\n");
    }
    (void)rig.peer.expect("ACK");
    rig.peer.reply(rig.peer.expect("BYE"), "200 OK", "");
    const auto failed = rig.events.take<sip::Failed>();
    CHECK(failed.failure == Failure::trunk_failure);
    CHECK(failed.status == 488);
    CHECK_FALSE(failed.technical);
    CHECK(rig.events.count<sip::Answered>() == 0);
}

TEST_CASE("of forked answers one is the call and the other is ended", "[sip][calls]") {
    Rig rig;
    rig.dial(1);
    const Message invite = rig.peer.expect("INVITE");
    rig.peer.reply(invite, "200 OK", "one", "", sdp_text(50000));
    (void)rig.peer.expect("ACK");
    rig.peer.reply(invite, "200 OK", "two", "", sdp_text(50002));
    CHECK(rig.peer.expect("ACK").header("To").find("tag=two") != std::string::npos);
    const Message bye = rig.peer.expect("BYE");
    CHECK(bye.header("To").find("tag=two") != std::string::npos);
    CHECK(rig.events.take<sip::Answered>().remote.port == 50000);
    rig.stack->hang_up(leg_id(1));
    CHECK(rig.peer.expect("BYE").header("To").find("tag=one") != std::string::npos);
    CHECK(rig.events.count<sip::Answered>() == 0);
}

TEST_CASE("a trunk that says nothing is given up after Timer B", "[sip][calls]") {
    sip::StackConfig config;
    config.t1 = 20ms;
    config.invite_timeout = 200ms;
    Rig rig{config};
    rig.dial(1);
    const Message first = rig.peer.expect("INVITE");
    CHECK(rig.peer.expect("INVITE").text == first.text); // Timer A
    const auto failed = rig.events.take<sip::Failed>();
    CHECK(failed.failure == Failure::trunk_failure);
    CHECK(failed.status == 408);
    CHECK(failed.technical);
}

TEST_CASE("an unknown trunk and a stale leg are harmless", "[sip][calls]") {
    Rig rig;
    rig.stack->hang_up(leg_id(99));
    rig.stack->resend(leg_id(99), campaigns::Store::mint_resend(1));
    rig.stack->dial(
        {leg_id(1),
         campaigns::Store::mint(1, dnc::Number{12125550101}, dnc::Number{12025550199}, "nobody"),
         sdp::make_offer({127, 0, 0, 1}, 40000, 1)});
    const auto failed = rig.events.take<sip::Failed>();
    CHECK(failed.failure == Failure::trunk_failure);
    CHECK(failed.technical);
}
