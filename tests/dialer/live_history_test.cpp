// Goal: a page that was just opened sees the last ten minutes, and no more than those are kept.
// Method: views of one campaign at instants of the test's own.

#include "dialer/live_history.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using namespace dialer;

namespace {

struct Room {
    Room() { runtime.settings.id = campaigns::CampaignId{7}; }

    bool add(std::chrono::milliseconds after, int dialing, int ready) {
        LiveView view;
        view.at = {dnc::Instant{after}, Monotonic{after}};
        LiveCampaign campaign;
        campaign.runtime = &runtime;
        campaign.lines.dialing = dialing;
        campaign.agents.ready = ready;
        view.campaigns.push_back(std::move(campaign));
        return history.add(view);
    }

    call::CampaignRuntime runtime;
    LiveHistory history;
};

} // namespace

TEST_CASE("the live figures are sampled every five seconds", "[live]") {
    Room room;
    CHECK(room.add(0ms, 1, 2));
    CHECK_FALSE(room.add(4'999ms, 8, 8));
    CHECK(room.add(5s, 3, 4));
    CHECK(room.history.json() ==
          R"({"step_s":5,"at":["1970-01-01T00:00:00.000000Z","1970-01-01T00:00:05.000000Z"],)"
          R"("agents_free":[2,4],"campaigns":[{"id":7,"lines":[1,3],"agents_free":[2,4]}]})");
}

TEST_CASE("ten minutes of live figures are kept", "[live]") {
    Room room;
    for (int n = 0; n < 300; ++n) {
        REQUIRE(room.add(n * 5s, n, 0));
    }
    const auto told = boost::json::parse(room.history.json());
    const auto& lines = told.at("campaigns").at(0).at("lines").as_array();
    CHECK(lines.size() == LiveHistory::kept);
    CHECK(lines.front() == 180);
    CHECK(lines.back() == 299);
}
