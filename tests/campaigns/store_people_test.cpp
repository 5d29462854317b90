// Goal: campaigns, agents and users come back as they went in, and what is wrong is refused in
// words. Method: real PostgreSQL.

#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace store_test;
using namespace std::chrono_literals;

TEST_CASE("a campaign comes back as it was made", "[pg][people]") {
    World world;
    const auto all = world.store.campaigns();
    REQUIRE(all.size() == 1);
    CHECK(all[0].id == world.campaign.id);
    CHECK(all[0].name == "spring");
    CHECK(all[0].running);
    CHECK(all[0].trunks == usual_campaign().trunks);
    CHECK(all[0].caller_id == usual_campaign().caller_id);
    CHECK(all[0].attempts_max == 2);
    CHECK(all[0].retry_after == 1h);
    CHECK(all[0].ring_max == 25s);
    CHECK(all[0].mode == campaigns::DialMode::predictive);
    CHECK(all[0].lines_per_agent_max == 12.0);
    CHECK(all[0].jurisdiction == "US");
    CHECK(all[0].pool.empty());
    CHECK(all[0].priority == 0);
    CHECK(all[0].share == 1.0);
    CHECK_FALSE(all[0].first_call_at);
}

TEST_CASE("a campaign of any mode comes back with the settings of its pacing", "[pg][people]") {
    World world;
    using campaigns::DialMode;
    for (const DialMode mode : {DialMode::manual, DialMode::preview, DialMode::progressive,
                                DialMode::predictive, DialMode::ratio, DialMode::agentless}) {
        auto campaign = usual_campaign();
        campaign.name = to_text(mode);
        campaign.mode = mode;
        campaign.lines_per_agent_max = 3.5;
        campaign.jurisdiction = "CA-QC";
        campaign.pool = "the north's";
        campaign.priority = -100;
        campaign.share = 0.25;
        world.store.create_campaign(campaign);
        const auto found = world.store.campaigns().back();
        CHECK(found.mode == mode);
        CHECK(found.lines_per_agent_max == 3.5);
        CHECK(found.jurisdiction == "CA-QC");
        CHECK(found.pool == "the north's");
        CHECK(found.priority == -100);
        CHECK(found.share == 0.25);
    }
}

TEST_CASE("one setting of a campaign is changed and the others stay", "[pg][people]") {
    World world;
    world.store.change_campaign(
        "spring", {.mode = campaigns::DialMode::ratio, .lines_per_agent = 2.5, .priority = 7});
    const auto changed = world.store.campaigns()[0];
    CHECK(changed.mode == campaigns::DialMode::ratio);
    CHECK(changed.lines_per_agent == 2.5);
    CHECK(changed.priority == 7);
    CHECK(changed.lines_per_agent_max == 12.0);
    CHECK(changed.jurisdiction == "US");
    CHECK_THROWS_AS(world.store.change_campaign("spring", {.share = 0.0}), campaigns::StoreRefusal);
    CHECK_THROWS_AS(world.store.change_campaign("winter", {.share = 2.0}), campaigns::StoreRefusal);
    CHECK(world.store.campaigns()[0].share == 1.0);
}

TEST_CASE("a campaign without trunks of its own has none", "[pg][people]") {
    auto plain = usual_campaign();
    plain.trunks.clear();
    World world{plain};
    CHECK(world.store.campaigns()[0].trunks.empty());
}

TEST_CASE("a name that is taken is refused in words and the session goes on", "[pg][people]") {
    World world;
    CHECK_THROWS_WITH(world.store.create_campaign(usual_campaign()),
                      Catch::Contains("\"spring\" exists already"));
    world.store.add_agent({{}, "Ada", "ada", std::string(32, 'a')});
    CHECK_THROWS_AS(world.store.add_agent({{}, "Eve", "ada", std::string(32, 'b')}),
                    campaigns::StoreRefusal);
    CHECK_THROWS_WITH(world.store.set_campaign_running("winter", true), Catch::Contains("winter"));
    CHECK(world.store.campaigns().size() == 1);
}

TEST_CASE("settings outside their range are refused", "[pg][people]") {
    World world;
    auto wrong = usual_campaign();
    wrong.name = "other";
    SECTION("lines per agent") {
        wrong.lines_per_agent = 11;
    }
    SECTION("the cap of lines per agent") {
        wrong.lines_per_agent_max = GENERATE(0.5, 51.0, std::numeric_limits<double>::quiet_NaN());
    }
    SECTION("jurisdiction") {
        wrong.jurisdiction = GENERATE("", "us", "USA", "US-", "US-\xFF");
    }
    SECTION("priority") {
        wrong.priority = GENERATE(-101, 101);
    }
    SECTION("share") {
        wrong.share = GENERATE(0.0, -1.0, 101.0);
    }
    SECTION("no attempt at all") {
        wrong.attempts_max = 0;
    }
    SECTION("no caller id") {
        wrong.caller_id = {};
    }
    SECTION("no name") {
        wrong.name = "";
    }
    CHECK_THROWS_AS(world.store.create_campaign(wrong), campaigns::StoreRefusal);
}

TEST_CASE("agents come back as they went in", "[pg][people]") {
    World world;
    const auto id =
        world.store.add_agent({{}, "J\xC3\xBCrgen O'Neil", "j\"1", std::string(32, 'f')});
    const auto agents = world.store.agents();
    REQUIRE(agents.size() == 1);
    CHECK(agents[0].id == id);
    CHECK(agents[0].name == "J\xC3\xBCrgen O'Neil");
    CHECK(agents[0].sip_user == "j\"1");
    CHECK(agents[0].sip_ha1 == std::string(32, 'f'));
}

TEST_CASE("a user is found by the token alone, and the token is not stored", "[pg][people]") {
    World world;
    const auto agent = world.store.add_agent({{}, "Ada", "ada", std::string(32, 'a')});
    world.store.add_user({0, "ada", campaigns::Role::agent, agent}, "secret-1");
    world.store.add_user({0, "carl", campaigns::Role::compliance, std::nullopt}, "secret-2");
    const auto found = world.store.find_user("secret-1");
    REQUIRE(found);
    CHECK(found->name == "ada");
    CHECK(found->role == campaigns::Role::agent);
    CHECK(found->agent == agent);
    CHECK(world.store.find_user("secret-2")->role == campaigns::Role::compliance);
    CHECK_FALSE(world.store.find_user("secret-3"));
    CHECK_FALSE(world.store.find_user(""));
    CHECK(world.db.sql("SELECT count(*) FROM users WHERE users::text LIKE '%secret%'") == "0");
    CHECK_THROWS_AS(world.store.add_user({0, "ada", campaigns::Role::ops, std::nullopt}, "x"),
                    campaigns::StoreRefusal);
    // A desk belongs to an agent, and to nobody else.
    CHECK_THROWS_AS(world.store.add_user({0, "bob", campaigns::Role::agent, std::nullopt}, "y"),
                    campaigns::StoreRefusal);
}

TEST_CASE("the disposition codes are there in the order of the page", "[pg][people]") {
    World world;
    const auto codes = world.store.disposition_codes();
    REQUIRE(codes.size() == 7);
    CHECK(codes.front() == "sale");
    CHECK(codes.back() == "do_not_call");
}
