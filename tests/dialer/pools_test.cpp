// Goal: campaigns share agents when, and only when, they name the same pool.
// Method: a few campaigns are put into pools and moved; no agent is needed.

#include "dialer/agents/pools.hpp"

#include <catch2/catch.hpp>

using campaigns::CampaignId;
using dialer::agents::Pools;

namespace {
const CampaignId first{7};
const CampaignId second{3};
const CampaignId third{9};
} // namespace

TEST_CASE("a campaign without a pool name has its agents for itself", "[pools]") {
    Pools pools;
    pools.put(first, "");
    pools.put(second, "");
    CHECK(pools.of(first) != pools.of(second));
    CHECK(pools.campaigns(pools.of(first)) == std::vector{first});
    CHECK(pools.name(pools.of(first)).empty());
}

TEST_CASE("campaigns of one pool name share it, in the order of their ids", "[pools]") {
    Pools pools;
    pools.put(first, "west");
    pools.put(second, "west");
    pools.put(third, "east");
    CHECK(pools.of(first) == pools.of(second));
    CHECK(pools.of(third) != pools.of(first));
    CHECK(pools.campaigns(pools.of(first)) == std::vector{second, first});
    CHECK(pools.name(pools.of(third)) == "east");
}

TEST_CASE("a campaign that moves leaves its old pool and comes back to the same one", "[pools]") {
    Pools pools;
    pools.put(first, "west");
    pools.put(second, "west");
    const auto west = pools.of(first);
    pools.put(first, "");
    CHECK(pools.campaigns(west) == std::vector{second});
    CHECK(pools.of(first) != west);
    pools.put(first, "west");
    pools.put(first, "west");
    CHECK(pools.of(first) == west);
    CHECK(pools.campaigns(west) == std::vector{second, first});
}

TEST_CASE("a campaign that was never put anywhere has a pool of its own", "[pools]") {
    const Pools pools;
    CHECK(pools.of(first) != pools.of(second));
    CHECK(pools.campaigns(pools.of(first)).empty());
}
