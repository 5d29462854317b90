// Goal: nothing that arrives on the port harms the engine, and strangers get nothing.
// Method: garbage, torture messages written after the ideas of RFC 4475, and requests from an
// address that is neither a trunk nor a phone (another loopback address plays the stranger).

#include "unit_peer.hpp"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <stdexcept>

using namespace sip_test;

namespace {

/// Sends from 127.0.0.2: on loopback, but no friend.
class Stranger {
public:
    Stranger() : fd_{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        inet_pton(AF_INET, "127.0.0.2", &address.sin_addr);
        if (bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error{"no second loopback address"};
        }
    }
    ~Stranger() { close(fd_); }
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;

    void send(const std::string& text, std::uint16_t port) const {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        to.sin_port = htons(port);
        (void)sendto(fd_, text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
    }

private:
    int fd_;
};

std::string request(const std::string& method, const std::string& uri, const std::string& extra) {
    return method + " " + uri +
           " SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2:5099;branch=z9hG4bKstray\r\n"
           "From: <sip:x@127.0.0.2>;tag=1\r\nTo: <sip:y@127.0.0.1>\r\nCall-ID: stray\r\nCSeq: 1 " +
           method + "\r\n" + extra + "Content-Length: 0\r\n\r\n";
}

std::string trunk_request(const Rig& rig, const std::string& method) {
    return method + " sip:dialer@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:" +
           std::to_string(rig.peer.port()) +
           ";branch=z9hG4bKtrunk\r\nFrom: <sip:c@127.0.0.1>;tag=1\r\n"
           "To: <sip:dialer@127.0.0.1>\r\nCall-ID: " +
           method + "\r\nCSeq: 1 " + method + "\r\nContent-Length: 0\r\n\r\n";
}

std::vector<std::string> torture() {
    const std::string long_value(20000, 'a');
    return {
        "",
        "\r\n\r\n",
        "\0\0\0\0",
        "INVITE",
        "INVITE sip:x SIP/2.0\r\n\r\n",
        "SIP/2.0 200 OK\r\n\r\n",
        "SIP/2.0 999999999999 Huge\r\nCSeq: 1 INVITE\r\n\r\n",
        request("INVITE", "sip:x@127.0.0.1", "Content-Length: -999\r\n"),
        request("INVITE", "sip:x@127.0.0.1", "Content-Length: 99999999\r\n"),
        request("INVITE", "sip:%00%zz@127.0.0.1", ""),
        request("INVITE", "", ""),
        request("INVITE", "tel:+12125550101", ""),
        request("INVITE", "sip:x@127.0.0.1", "Via: \r\nVia: ,,,,\r\n"),
        request("INVITE", "sip:x@127.0.0.1", "Max-Forwards: -1\r\n"),
        request("INVITE", "sip:x@127.0.0.1", "Contact: <<<<<>>>>>\r\n"),
        request("INVITE", "sip:x@127.0.0.1", "X-Long: " + long_value + "\r\n"),
        request("OPTIONS", "sip:" + long_value + "@127.0.0.1", ""),
        request("REGISTER", "sip:dialer", "Contact: *\r\nContact: *\r\nExpires: 0\r\n"),
        request("REGISTER", "sip:dialer",
                "Authorization: Digest username=, realm=\"dialer\", nonce=\"\r\n"),
        request("REGISTER", "sip:dialer", "Authorization: Digest " + long_value + "\r\n"),
        request("REGISTER", "sip:dialer", "Expires: 99999999999999999999\r\nContact: <sip:x>\r\n"),
        request("!#$%&'*+-.^_`|~", "sip:x@127.0.0.1", ""),
        request("ACK", "sip:x@127.0.0.1", ""),
        request("CANCEL", "sip:x@127.0.0.1", ""),
        "INVITE sip:x@127.0.0.1 SIP/7.0\r\n" + request("INVITE", "sip:x@127.0.0.1", "").substr(36),
    };
}

} // namespace

TEST_CASE("garbage is counted and calls go on", "[sip][hostile]") {
    Rig rig;
    for (const std::string& text : torture()) {
        rig.send(text);
    }
    const Message invite = rig.answered_call(1);
    rig.send(rig.peer.in_dialog(invite, "BYE", 1, "callee"));
    CHECK(rig.events.take<sip::Ended>().by_far_end);
    CHECK(rig.events.count<sip::PhoneRegistered>() == 0);
}

TEST_CASE("mutated messages of a real call do no harm", "[sip][hostile]") {
    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random{seed};
    Rig rig;
    rig.dial(1);
    const Message invite = rig.peer.expect("INVITE");
    const std::string base = rig.peer.in_dialog(invite, "UPDATE", 1, "callee",
                                                "Supported: timer\r\n", sdp_text(50000, 2));
    for (int i = 0; i < 2000; ++i) {
        std::string text = base;
        for (int n = 0; n < 3; ++n) {
            text[random() % text.size()] = static_cast<char>(random() % 256);
        }
        rig.send(text);
        if (i % 50 == 49) {
            rig.send(trunk_request(rig, "OPTIONS")); // neither side's socket may overflow
            (void)rig.peer.expect("OPTIONS", 200);
        }
    }
    rig.peer.reply(invite, "486 Busy Here", "callee");
    CHECK(rig.events.take<sip::Failed>().failure == sip::Failure::busy);
    (void)rig.answered_call(2);
}

TEST_CASE("malformed messages show in the counter", "[sip][hostile]") {
    Rig rig;
    rig.send("INVITE sip:x@127.0.0.1 SIP/2.0\r\nCall-ID: broken\r\n\r\n");
    const auto until = std::chrono::steady_clock::now() + kDeadline;
    int turn = 0;
    while (rig.stack->dropped().malformed == 0 && std::chrono::steady_clock::now() < until) {
        // Each command wakes the SIP thread; its counters are published on its next tick.
        rig.stack->hang_up(leg_id(static_cast<std::uint64_t>(1000 + ++turn)));
        (void)rig.peer.receive(20ms);
    }
    CHECK(rig.stack->dropped().malformed == 1);
}

TEST_CASE("strangers are not answered and cannot touch a call", "[sip][hostile]") {
    Rig rig;
    const Stranger stranger;
    const Message invite = rig.answered_call(1);
    stranger.send(request("INVITE", "sip:dialer@127.0.0.1", ""), rig.stack->port());
    stranger.send(request("OPTIONS", "sip:dialer@127.0.0.1", ""), rig.stack->port());
    // With the right dialog, but from the wrong address.
    stranger.send(rig.peer.in_dialog(invite, "BYE", 5, "callee"), rig.stack->port());
    rig.send(rig.peer.in_dialog(invite, "INFO", 6, "callee"));
    (void)rig.peer.expect("INFO", 200);
    CHECK(rig.events.count<sip::Ended>() == 0);
    CHECK(rig.stack->dropped().from_strangers == 3);
}

TEST_CASE("a trunk may ask for our health but not call us", "[sip][hostile]") {
    Rig rig;
    const auto send = [&rig](const std::string& method) { rig.send(trunk_request(rig, method)); };
    send("OPTIONS");
    CHECK(rig.peer.expect("OPTIONS", 200).header("Allow").find("INVITE") != std::string::npos);
    send("INVITE");
    (void)rig.peer.expect("INVITE", 403);
    send("BYE");
    (void)rig.peer.expect("BYE", 481);
    send("SUBSCRIBE");
    (void)rig.peer.expect("SUBSCRIBE", 405);
    CHECK(rig.stack->dropped().from_strangers == 0);
}

TEST_CASE("an answer to a call of a former life is taken up and ended", "[sip][hostile]") {
    Rig rig;
    rig.send("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:" + std::to_string(rig.stack->port()) +
             ";branch=z9hG4bKold\r\nFrom: <sip:+12025550199@dialer.example>;tag=a\r\n"
             "To: <sip:+12125550101@127.0.0.1>;tag=b\r\nCall-ID: former\r\nCSeq: 7 INVITE\r\n"
             "Contact: " +
             rig.peer.contact() + "\r\nContent-Length: 0\r\n\r\n");
    CHECK(rig.peer.expect("ACK").header("Call-ID") == "former");
    CHECK(rig.peer.expect("BYE").header("Call-ID") == "former");
}
