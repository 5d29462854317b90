// Goal: the health of a trunk is known, and a dead one fails at once instead of burning leads.
// Method: OPTIONS against a scripted peer, and a port that nobody listens on.

#include "unit_peer.hpp"
#include "unit_ticket_mint.hpp"

#include <catch2/catch.hpp>

using namespace sip_test;

namespace {

sip::StackConfig probing(std::uint16_t port, std::chrono::seconds interval) {
    sip::StackConfig config = Rig::with_trunk({}, port, std::nullopt);
    config.trunks.front().options_interval = interval;
    config.t1 = 20ms;
    return config;
}

std::uint16_t closed_port() {
    const Peer gone;
    return gone.port();
}

} // namespace

TEST_CASE("a trunk that answers OPTIONS is up, one that stops is down, and comes back",
          "[sip][trunk]") {
    const Peer carrier;
    const Clock clock;
    Recorder events;
    const sip::Stack stack{probing(carrier.port(), 1s), clock, events.sink()};
    carrier.reply(carrier.expect("OPTIONS"), "404 Not Found", "x"); // alive, if not helpful
    CHECK(events.take<sip::TrunkHealth>().up);
    carrier.reply(carrier.expect("OPTIONS"), "503 Service Unavailable", "x");
    const auto down = events.take<sip::TrunkHealth>();
    CHECK_FALSE(down.up);
    CHECK(down.why == "503 Service Unavailable");
    carrier.reply(carrier.expect("OPTIONS"), "200 OK", "x");
    CHECK(events.take<sip::TrunkHealth>().up);
    const auto silent = events.take<sip::TrunkHealth>();
    CHECK_FALSE(silent.up);
    CHECK(silent.why == "no answer to OPTIONS");
}

TEST_CASE("without probing a trunk is up at once", "[sip][trunk]") {
    Rig rig;
    CHECK(rig.events.take<sip::TrunkHealth>().up);
}

TEST_CASE("a closed port fails the INVITE at once and takes the trunk down", "[sip][trunk]") {
    const Clock clock;
    Recorder events;
    sip::Stack stack{probing(closed_port(), 3600s), clock, events.sink()};
    CHECK_FALSE(events.take<sip::TrunkHealth>().up);
    stack.dial(
        {leg_id(1),
         campaigns::Store::mint(1, dnc::Number{12125550101}, dnc::Number{12025550199}, "carrier"),
         sdp::make_offer({127, 0, 0, 1}, 40000, 1)});
    const auto failed = events.take<sip::Failed>();
    CHECK(failed.failure == sip::Failure::trunk_failure);
    CHECK(failed.status == 0);
    CHECK(failed.technical);
}

TEST_CASE("an INVITE that finds the port closed takes the trunk down", "[sip][trunk]") {
    auto carrier = std::make_optional<Peer>();
    const Clock clock;
    Recorder events;
    sip::Stack stack{probing(carrier->port(), 3600s), clock, events.sink()};
    carrier->reply(carrier->expect("OPTIONS"), "200 OK", "x");
    CHECK(events.take<sip::TrunkHealth>().up);
    carrier.reset();
    stack.dial(
        {leg_id(1),
         campaigns::Store::mint(1, dnc::Number{12125550101}, dnc::Number{12025550199}, "carrier"),
         sdp::make_offer({127, 0, 0, 1}, 40000, 1)});
    CHECK(events.take<sip::Failed>().technical);
    CHECK(events.take<sip::TrunkHealth>().why == "port closed");
}

TEST_CASE("what cannot work is refused at the start", "[sip][trunk]") {
    const Clock clock;
    Recorder events;
    sip::StackConfig config;
    SECTION("a host name instead of an address") {
        config = Rig::with_trunk({}, 5060, std::nullopt);
        config.trunks.front().host = "carrier.example";
    }
    SECTION("any address as our own") {
        config.address = "0.0.0.0";
    }
    SECTION("a realm that would break the header") {
        config.realm = "a\"b";
    }
    SECTION("a port in use") {
        const Peer holder;
        config.port = holder.port();
        CHECK_THROWS_AS((sip::Stack{config, clock, events.sink()}), std::runtime_error);
        return;
    }
    CHECK_THROWS_AS((sip::Stack{config, clock, events.sink()}), std::runtime_error);
}
