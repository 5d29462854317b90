// Goal: a trunk never gets more calls a second or at once than it allows, and a trunk that is
// down, held back or already tried gets none.
// Method: moments are passed in; a simulated second is a loop.

#include "dialer/call/trunk_group.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace std::chrono_literals;
using dialer::Monotonic;
using dialer::call::TrunkGroup;
using dialer::sip::Trunk;

namespace {

Trunk trunk(std::string name, double rate, int channels) {
    Trunk result;
    result.name = std::move(name);
    result.host = "127.0.0.1";
    result.calls_per_second_max = rate;
    result.channels_max = channels;
    return result;
}

const Monotonic start{1h};

TrunkGroup two_trunks_up() {
    TrunkGroup group{{trunk("a", 10, 100), trunk("b", 10, 100)}};
    group.set_health("a", true, "");
    group.set_health("b", true, "");
    return group;
}

} // namespace

TEST_CASE("a trunk that was not yet probed gets no call", "[trunks]") {
    TrunkGroup group{{trunk("a", 10, 100)}};
    CHECK_FALSE(group.take({}, {}, start));
    CHECK(campaigns::english(group.obstacle({}, start).value()).find("not probed") !=
          std::string::npos);
}

TEST_CASE("calls go to the first trunk of the preferred order that can take them", "[trunks]") {
    auto group = two_trunks_up();
    CHECK(group.take({}, {}, start) == "a");
    CHECK(group.take({"b", "a"}, {}, start) == "b");
    CHECK(group.take({"b", "a"}, {"b"}, start + 1s) == "a");
    CHECK_FALSE(group.take({"a"}, {"a"}, start + 2s));
    group.set_health("a", false, "no answer to OPTIONS");
    CHECK(group.take({}, {}, start + 3s) == "b");
}

TEST_CASE("a trunk that asked to wait is left alone until then", "[trunks]") {
    TrunkGroup group{{trunk("a", 10, 100)}};
    group.set_health("a", true, "");
    group.hold_back("a", start + 5s);
    CHECK_FALSE(group.take({}, {}, start + 4s));
    CHECK(group.take({}, {}, start + 5s) == "a");
}

TEST_CASE("channels are counted and come back", "[trunks]") {
    TrunkGroup group{{trunk("a", 1000, 2)}};
    group.set_health("a", true, "");
    CHECK(group.take({}, {}, start).has_value());
    CHECK(group.take({}, {}, start).has_value());
    CHECK_FALSE(group.take({}, {}, start));
    CHECK(campaigns::english(group.obstacle({}, start).value()).find("channels") !=
          std::string::npos);
    group.release("a");
    CHECK(group.take({}, {}, start).has_value());
}

TEST_CASE("an unknown preferred trunk is no trunk", "[trunks]") {
    auto group = two_trunks_up();
    CHECK_FALSE(group.take({"c"}, {}, start));
    CHECK(group.obstacle({"c"}, start).has_value());
}

TEST_CASE("no window of one second holds more calls than allowed", "[trunks][property]") {
    CHECK(rc::check([] {
        const int rate = *rc::gen::inRange(1, 200);
        TrunkGroup group{{trunk("a", rate, 1'000'000)}};
        group.set_health("a", true, "");
        std::vector<Monotonic> taken;
        auto now = start;
        for (int i = 0; i < 600; ++i) {
            now += std::chrono::milliseconds{*rc::gen::inRange(0, 20)};
            while (group.take({}, {}, now)) {
                taken.push_back(now);
            }
        }
        const auto burst = std::max(1.0, rate / 10.0);
        for (std::size_t first = 0, last = 0; last < taken.size(); ++last) {
            while (taken[last] - taken[first] > 1s) {
                ++first;
            }
            RC_ASSERT(static_cast<double>(last - first + 1) <= rate + burst + 1.0);
        }
    }));
}

TEST_CASE("the room is what the trunks that are up would take now", "[trunk_group]") {
    auto group = two_trunks_up(); // ten calls a second each: a bucket of one
    const auto room = group.room({}, start);
    CHECK(room.channels == 200);
    CHECK(room.calls == 2);
    REQUIRE(group.take({}, {}, start) == "a");
    CHECK(group.room({}, start).channels == 199);
    CHECK(group.room({}, start).calls == 1);
    CHECK(group.room({"a"}, start).calls == 0);
    group.hold_back("b", start + 1s);
    CHECK(group.room({}, start).calls == 0);
    CHECK(group.room({}, start).channels == 99);
    group.set_health("a", false, "gone");
    CHECK(group.room({}, start).channels == 0);
    CHECK(group.room({"unknown"}, start).channels == 0);
}
