// Goal: what happens between INVITE and answer: ringing, early media, PRACK, forks, CANCEL.
// Method: a scripted UDP peer is the carrier.

#include "unit_peer.hpp"

#include <catch2/catch.hpp>

using namespace sip_test;
using sip::Failure;

namespace {

const std::string kReliable = "Require: 100rel\r\nRSeq: ";

} // namespace

TEST_CASE("ringing is told once for each status, with early media", "[sip][ringing]") {
    Rig rig;
    rig.dial(1);
    const Message invite = rig.peer.expect("INVITE");
    rig.peer.reply(invite, "180 Ringing", "callee");
    rig.peer.reply(invite, "180 Ringing", "callee");
    rig.peer.reply(invite, "183 Session Progress", "callee", "", sdp_text(50000));
    CHECK_FALSE(rig.events.take<sip::Ringing>().early_media);
    const auto progress = rig.events.take<sip::Ringing>();
    CHECK(progress.status == 183);
    REQUIRE(progress.early_media);
    CHECK(progress.early_media->port == 50000);
    rig.peer.reply(invite, "503 Service Unavailable", "callee");
    const auto failed = rig.events.take<sip::Failed>();
    CHECK_FALSE(failed.technical); // somebody's phone may have rung
    CHECK(rig.events.count<sip::Ringing>() == 0);
}

TEST_CASE("a reliable provisional response gets its PRACK", "[sip][ringing]") {
    Rig rig;
    rig.dial(1);
    const Message invite = rig.peer.expect("INVITE");
    rig.peer.reply(invite, "183 Session Progress", "callee", kReliable + "700\r\n",
                   sdp_text(50000));
    const Message prack = rig.peer.expect("PRACK");
    CHECK(prack.header("RAck") == "700 " + invite.header("CSeq"));
    CHECK(prack.header("To").find("tag=callee") != std::string::npos);
    CHECK(prack.cseq() == invite.cseq() + 1);
    CHECK(rig.events.take<sip::Ringing>().early_media);
    // A repeat of the same response gets no second PRACK of its own.
    rig.peer.reply(invite, "183 Session Progress", "callee", kReliable + "700\r\n",
                   sdp_text(50000));
    rig.peer.reply(prack, "200 OK", "");
    rig.peer.reply(invite, "180 Ringing", "callee", kReliable + "701\r\n");
    const Message second = rig.peer.expect("PRACK");
    CHECK(second.header("RAck") == "701 " + invite.header("CSeq"));
    rig.peer.reply(second, "200 OK", "");

    SECTION("and the answer may have come with it") {
        rig.peer.reply(invite, "200 OK", "callee");
        CHECK(rig.peer.expect("ACK").cseq() == invite.cseq());
        CHECK(rig.events.take<sip::Answered>().remote.port == 50000);
        rig.stack->hang_up(leg_id(1));
        CHECK(rig.peer.expect("BYE").cseq() == second.cseq() + 1);
    }
    SECTION("a repeated 200 is acknowledged again and ends nothing") {
        rig.peer.reply(invite, "200 OK", "callee", "", sdp_text(50000));
        (void)rig.peer.expect("ACK");
        rig.peer.reply(invite, "200 OK", "callee", "", sdp_text(50000));
        CHECK(rig.peer.none_before("BYE", "ACK"));
    }
    SECTION("the answer of another fork is the call; later ones are ended") {
        rig.peer.reply(invite, "200 OK", "other", "", sdp_text(50008));
        CHECK(rig.peer.expect("ACK").header("To").find("tag=other") != std::string::npos);
        CHECK(rig.events.take<sip::Answered>().remote.port == 50008);
        rig.peer.reply(invite, "200 OK", "callee", "", sdp_text(50000));
        CHECK(rig.peer.expect("BYE").header("To").find("tag=callee") != std::string::npos);
        CHECK(rig.events.count<sip::Answered>() == 0);
    }
    SECTION("the other fork answers after this one, and is ended") {
        rig.peer.reply(invite, "200 OK", "callee", "", sdp_text(50000));
        (void)rig.peer.expect("ACK");
        rig.peer.reply(invite, "200 OK", "other", "", sdp_text(50008));
        CHECK(rig.peer.expect("BYE").header("To").find("tag=other") != std::string::npos);
        (void)rig.events.take<sip::Answered>();
        CHECK(rig.events.count<sip::Answered>() == 0);
        CHECK(rig.events.count<sip::Ended>() == 0);
    }
    SECTION("a refusal ends it") {
        rig.peer.reply(invite, "486 Busy Here", "callee");
        (void)rig.peer.expect("ACK");
        CHECK(rig.events.take<sip::Failed>().failure == Failure::busy);
    }
}

TEST_CASE("many forks with PRACK stay within their bound", "[sip][ringing]") {
    Rig rig;
    rig.dial(1);
    const Message invite = rig.peer.expect("INVITE");
    for (int i = 0; i < 40; ++i) {
        rig.peer.reply(invite, "183 Session Progress", "fork" + std::to_string(i),
                       kReliable + "1\r\n");
    }
    rig.peer.reply(invite, "200 OK", "fork3", "", sdp_text(50000));
    CHECK(rig.peer.expect("ACK").header("To").find("tag=fork3") != std::string::npos);
    (void)rig.events.take<sip::Answered>();
}

TEST_CASE("giving up before the answer sends CANCEL and ends as cancelled", "[sip][ringing]") {
    Rig rig;
    rig.dial(1);
    const Message invite = rig.peer.expect("INVITE");
    SECTION("after ringing") {
        rig.peer.reply(invite, "180 Ringing", "callee");
        (void)rig.events.take<sip::Ringing>();
        rig.stack->hang_up(leg_id(1));
        rig.peer.reply(rig.peer.expect("CANCEL"), "200 OK", "callee");
        rig.peer.reply(invite, "487 Request Terminated", "callee");
        CHECK(rig.events.take<sip::Failed>().status == 487);
    }
    SECTION("before any response the CANCEL waits for the first one") {
        rig.stack->hang_up(leg_id(1));
        (void)rig.peer.expect("INVITE"); // Timer A: the INVITE goes on, no CANCEL came before it
        rig.peer.reply(invite, "100 Trying", "");
        rig.peer.reply(rig.peer.expect("CANCEL"), "200 OK", "callee");
        rig.peer.reply(invite, "487 Request Terminated", "callee");
        CHECK(rig.events.take<sip::Failed>().failure == Failure::cancelled);
    }
    SECTION("an answer that crosses it is taken up and ended") {
        rig.peer.reply(invite, "180 Ringing", "callee");
        (void)rig.events.take<sip::Ringing>();
        rig.stack->hang_up(leg_id(1));
        const Message cancel = rig.peer.expect("CANCEL");
        rig.peer.reply(invite, "200 OK", "callee", "", sdp_text(50000));
        rig.peer.reply(cancel, "200 OK", "callee");
        (void)rig.peer.expect("ACK");
        rig.peer.reply(rig.peer.expect("BYE"), "200 OK", "");
        const auto failed = rig.events.take<sip::Failed>();
        CHECK(failed.failure == Failure::cancelled);
        CHECK(failed.status == 200);
        CHECK(rig.events.count<sip::Answered>() == 0);
    }
    SECTION("a busy that crosses it is still cancelled") {
        rig.peer.reply(invite, "180 Ringing", "callee");
        (void)rig.events.take<sip::Ringing>();
        rig.stack->hang_up(leg_id(1));
        (void)rig.peer.expect("CANCEL");
        rig.peer.reply(invite, "486 Busy Here", "callee");
        CHECK(rig.events.take<sip::Failed>().failure == Failure::cancelled);
    }
}

TEST_CASE("a silent trunk after giving up still ends as cancelled", "[sip][ringing]") {
    sip::StackConfig config;
    config.t1 = 20ms;
    config.invite_timeout = 200ms;
    Rig rig{config};
    rig.dial(1);
    (void)rig.peer.expect("INVITE");
    rig.stack->hang_up(leg_id(1));
    CHECK(rig.events.take<sip::Failed>().failure == Failure::cancelled);
}

TEST_CASE("487 that nobody asked for is no answer", "[sip][ringing]") {
    Rig rig;
    rig.dial(1);
    const Message invite = rig.peer.expect("INVITE");
    rig.peer.reply(invite, "180 Ringing", "callee");
    rig.peer.reply(invite, "487 Request Terminated", "callee");
    CHECK(rig.events.take<sip::Failed>().failure == Failure::no_answer);
}

TEST_CASE("stopping the stack ends what is going on and tells so", "[sip][ringing]") {
    Rig rig;
    (void)rig.answered_call(1);
    rig.dial(2);
    const Message invite = rig.peer.expect("INVITE");
    rig.peer.reply(invite, "180 Ringing", "callee");
    (void)rig.events.take<sip::Ringing>();
    (void)rig.events.take<sip::Ringing>();
    rig.stack.reset();
    (void)rig.events.take<sip::Ended>();
    CHECK(rig.events.take<sip::Failed>().failure == Failure::cancelled);
    bool bye = false;
    bool cancel = false;
    while (const auto message = rig.peer.receive(0ms)) {
        bye = bye || message->method() == "BYE";
        cancel = cancel || message->method() == "CANCEL";
    }
    CHECK(bye);
    CHECK(cancel);
}
