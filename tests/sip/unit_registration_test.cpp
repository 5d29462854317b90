// Goal: a softphone registers over the wire and is then called where it registered from.
// Method: a UDP peer plays the phone, byte by byte.

#include "unit_peer.hpp"

#include "dialer/sip/digest.hpp"

#include <catch2/catch.hpp>

using namespace sip_test;

namespace {

std::string register_text(const Peer& phone, int cseq, const std::string& extra,
                          const std::string& contact) {
    return "REGISTER sip:dialer SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:" +
           std::to_string(phone.port()) + ";rport;branch=z9hG4bKreg" + std::to_string(cseq) +
           "\r\nMax-Forwards: 70\r\nFrom: <sip:anna@dialer>;tag=1\r\nTo: <sip:anna@dialer>\r\n"
           "Call-ID: reg@phone\r\nCSeq: " +
           std::to_string(cseq) + " REGISTER\r\nContact: " + contact + "\r\nExpires: 300\r\n" +
           extra + "Content-Length: 0\r\n\r\n";
}

std::string authorization(const Message& challenge, const std::string& password) {
    const std::string header = challenge.header("WWW-Authenticate");
    const std::string nonce = parameter(header, "nonce");
    const std::string ha1 = sip::md5_hex("anna:" + parameter(header, "realm") + ":" + password);
    const std::string response = sip::digest_response({.ha1 = ha1,
                                                       .method = "REGISTER",
                                                       .uri = "sip:dialer",
                                                       .nonce = nonce,
                                                       .qop = {},
                                                       .nc = {},
                                                       .cnonce = {}});
    return "Authorization: Digest username=\"anna\", realm=\"dialer\", nonce=\"" + nonce +
           "\", uri=\"sip:dialer\", response=\"" + response + "\"\r\n";
}

sip::RegisteredContact sign_in(Rig& rig, const Peer& phone, const std::string& contact) {
    rig.stack->set_phone_accounts({{"anna", sip::md5_hex("anna:dialer:secret")}});
    phone.send(register_text(phone, 1, "", contact), rig.stack->port());
    const Message challenge = phone.expect("REGISTER", 401);
    phone.send(register_text(phone, 2, authorization(challenge, "secret"), contact),
               rig.stack->port());
    CHECK(phone.expect("REGISTER", 200).header("Contact").find("expires=300") != std::string::npos);
    return rig.events.take<sip::PhoneRegistered>().contact;
}

} // namespace

TEST_CASE("a phone registers, is called, answers and is hung up", "[sip][registration]") {
    Rig rig;
    const Peer phone;
    const auto contact = sign_in(rig, phone, "<sip:anna@10.9.9.9:5999;x=y?Subject=evil>");
    CHECK(contact.user() == "anna");

    rig.stack->call_agent({leg_id(9), contact, sdp::make_offer({127, 0, 0, 1}, 40002, 9)});
    // The Contact is unreachable on purpose: the call goes to where the REGISTER came from.
    const Message invite = phone.expect("INVITE");
    CHECK(invite.request_uri() == "sip:anna@10.9.9.9:5999;x=y");
    CHECK(invite.header("Subject").empty());
    CHECK(invite.header("Call-Info").find("answer-after=0") != std::string::npos);
    CHECK(invite.header("X-Attempt").empty());
    phone.reply(invite, "200 OK", "phone", "", sdp_text(50010));
    (void)phone.expect("ACK");
    CHECK(rig.events.take<sip::Answered>().remote.port == 50010);

    rig.stack->hang_up(leg_id(9));
    phone.reply(phone.expect("BYE"), "200 OK", "");
    CHECK_FALSE(rig.events.take<sip::Ended>().by_far_end);
}

TEST_CASE("a wrong password is challenged again and nothing is registered", "[sip][registration]") {
    Rig rig;
    const Peer phone;
    rig.stack->set_phone_accounts({{"anna", sip::md5_hex("anna:dialer:secret")}});
    phone.send(register_text(phone, 1, "", phone.contact()), rig.stack->port());
    const Message challenge = phone.expect("REGISTER", 401);
    phone.send(register_text(phone, 2, authorization(challenge, "guess"), phone.contact()),
               rig.stack->port());
    (void)phone.expect("REGISTER", 401);
    CHECK(rig.events.count<sip::PhoneRegistered>() == 0);
}

TEST_CASE("a phone that signed off cannot be called", "[sip][registration]") {
    Rig rig;
    const Peer phone;
    const auto contact = sign_in(rig, phone, phone.contact());
    rig.stack->set_phone_accounts({});
    CHECK(rig.events.take<sip::PhoneUnregistered>().user == "anna");
    rig.stack->call_agent({leg_id(9), contact, sdp::make_offer({127, 0, 0, 1}, 40002, 9)});
    const auto failed = rig.events.take<sip::Failed>();
    CHECK(failed.failure == sip::Failure::no_answer);
    CHECK_FALSE(failed.technical);
}
