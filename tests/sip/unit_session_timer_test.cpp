// Goal: both sides of RFC 4028 agree on who refreshes, and a dead call is noticed in time.
// Method: the cases of sections 7 to 10 by hand.

#include "dialer/sip/session_timer.hpp"

#include <catch2/catch.hpp>

using namespace dialer;
using namespace dialer::sip;
using namespace std::chrono_literals;

TEST_CASE("a 2xx without Session-Expires means no timer", "[sip][timer]") {
    CHECK_FALSE(agreed_as_uac(std::nullopt, Refresher::not_said, 90s).running());
    CHECK_FALSE(answered_as_uas(std::nullopt, Refresher::uas, true, 90s).running());
}

TEST_CASE("as caller we refresh unless the far end says that it does", "[sip][timer]") {
    CHECK(agreed_as_uac(1800s, Refresher::uac, 90s).we_refresh);
    CHECK(agreed_as_uac(1800s, Refresher::not_said, 90s).we_refresh);
    CHECK_FALSE(agreed_as_uac(1800s, Refresher::uas, 90s).we_refresh);
}

TEST_CASE("as answering side the far end refreshes when it can", "[sip][timer]") {
    CHECK_FALSE(answered_as_uas(1800s, Refresher::not_said, true, 90s).we_refresh);
    CHECK_FALSE(answered_as_uas(1800s, Refresher::uac, true, 90s).we_refresh);
    CHECK(answered_as_uas(1800s, Refresher::uas, true, 90s).we_refresh);
    CHECK(answered_as_uas(1800s, Refresher::not_said, false, 90s).we_refresh);
}

TEST_CASE("refreshes come at half the interval, the end a third or 32 s before it",
          "[sip][timer]") {
    const Monotonic start{1000s};
    const SessionTimer ours = agreed_as_uac(1800s, Refresher::uac, 90s);
    CHECK(ours.due(start) == start + 900s);
    CHECK(ours.end(start) == start + 1768s);
    const SessionTimer theirs = agreed_as_uac(90s, Refresher::uas, 90s);
    CHECK(theirs.due(start) == start + 60s);
    CHECK(theirs.end(start) == start + 60s);
}

TEST_CASE("absurd intervals are bounded", "[sip][timer]") {
    CHECK(agreed_as_uac(1s, Refresher::uac, 90s).interval == 90s);
    CHECK(agreed_as_uac(std::chrono::seconds::max(), Refresher::uac, 90s).interval == 86400s);
}
