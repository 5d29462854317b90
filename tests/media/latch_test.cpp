// Goal: a phone behind NAT is found, and nobody can steal its call. Method: the latch is told who
// sends what and when; no socket.

#include "dialer/media/latch.hpp"

#include <catch2/catch.hpp>

using namespace dialer::media;
using namespace std::chrono_literals;
using dialer::Monotonic;

namespace {

constexpr Endpoint kDescribed{1, 10};
constexpr Endpoint kBehindNat{2, 20};
constexpr Endpoint kStranger{3, 30};
constexpr Monotonic kStart{};

Latch pointed() {
    Latch latch;
    latch.point(kDescribed);
    return latch;
}

} // namespace

TEST_CASE("until somebody sends, packets go where the SDP says", "[latch]") {
    CHECK(pointed().destination() == kDescribed);
}

TEST_CASE("the first source is believed and answered", "[latch]") {
    Latch latch = pointed();
    CHECK(latch.admit(kBehindNat, 1, kStart));
    CHECK(latch.destination() == kBehindNat);
    CHECK(latch.admit(kBehindNat, 2, kStart + 20ms));

    SECTION("a stranger is not") {
        CHECK_FALSE(latch.admit(kStranger, 3, kStart + 40ms));
        CHECK(latch.destination() == kBehindNat);
    }
    SECTION("a stranger with the same SSRC never is") {
        CHECK_FALSE(latch.admit(kStranger, 2, kStart + 1h));
    }
    SECTION("a restarted phone is, after a second of silence") {
        CHECK_FALSE(latch.admit(kStranger, 3, kStart + 1020ms));
        CHECK(latch.admit(kStranger, 3, kStart + 1021ms));
        CHECK(latch.destination() == kStranger);
    }
    SECTION("an intruder does not keep the phone from being silent") {
        for (auto at = kStart + 40ms; at < kStart + 1020ms; at += 20ms) {
            CHECK_FALSE(latch.admit(kStranger, 3, at));
        }
        CHECK(latch.admit(kStranger, 3, kStart + 1040ms));
    }
    SECTION("the same SDP again changes nothing") {
        latch.point(kDescribed);
        CHECK_FALSE(latch.admit(kStranger, 3, kStart + 40ms));
    }
    SECTION("another SDP starts anew") {
        latch.point({4, 40});
        CHECK(latch.destination() == Endpoint{4, 40});
        CHECK(latch.admit(kStranger, 3, kStart + 40ms));
    }
}

TEST_CASE("the described source outranks a stranger who came first", "[latch]") {
    Latch latch = pointed();
    CHECK(latch.admit(kStranger, 1, kStart));
    CHECK(latch.admit(kDescribed, 2, kStart + 20ms));
    CHECK(latch.destination() == kDescribed);
    CHECK_FALSE(latch.admit(kStranger, 1, kStart + 40ms));
}
