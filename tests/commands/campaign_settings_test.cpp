// Goal: people change how a campaign dials while it runs, one setting at a time, and engines hear
// of it; what is out of range is refused and changes nothing; users are listed without tokens.
// Method: the store and the real binary on a real PostgreSQL.

#include "campaigns/store.hpp"
#include "tests/campaigns/run_dialer.hpp"
#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>

using namespace std::chrono_literals;
using campaigns::CampaignChange;
using campaigns::DialMode;
using Catch::Matchers::Contains;
using import_test::Ran;
using import_test::Shell;

namespace {

struct Fixture : Shell {
    campaigns::Campaign spring() {
        const auto all = store.campaigns();
        const auto found = std::ranges::find(all, "spring", &campaigns::Campaign::name);
        REQUIRE(found != all.end());
        return *found;
    }

    campaigns::Store store{db.engine_dsn()};
};

campaigns::Campaign campaign_named(const std::string& name) {
    auto campaign = store_test::usual_campaign();
    campaign.name = name;
    return campaign;
}

} // namespace

TEST_CASE("a change touches what it names and nothing else, and engines are told", "[pg]") {
    Fixture test;
    test.store.create_campaign(campaign_named("spring"));
    test.store.create_campaign(campaign_named("autumn"));
    campaigns::Store engine{test.db.engine_dsn()};
    engine.listen();

    CampaignChange change;
    change.mode = DialMode::ratio;
    change.lines_per_agent = 2.5;
    test.store.change_campaign("spring", change);
    CHECK(engine.wait_for_notifications(10s) == std::vector<std::string>{"dialer_campaigns"});
    CampaignChange pool;
    pool.pool = "evening \"shift\"";
    pool.priority = -7;
    pool.share = 0.25;
    test.store.change_campaign("spring", pool);

    const auto spring = test.spring();
    CHECK(spring.mode == DialMode::ratio);
    CHECK(spring.lines_per_agent == 2.5);
    CHECK(spring.pool == "evening \"shift\"");
    CHECK(spring.priority == -7);
    CHECK(spring.share == 0.25);
    CHECK(spring.lines_per_agent_max == 12.0);
    CHECK(spring.jurisdiction == "US");
    const auto autumn = test.store.campaigns().back();
    CHECK(autumn.name == "autumn");
    CHECK(autumn.pool.empty());
    CHECK(autumn.mode == store_test::usual_campaign().mode);
}

TEST_CASE("a change that the table refuses is a refusal and changes nothing", "[pg]") {
    Fixture test;
    test.store.create_campaign(campaign_named("spring"));
    CampaignChange wrong;
    wrong.pool = "evening";
    wrong.share = 0.001;
    CHECK_THROWS_AS(test.store.change_campaign("spring", wrong), campaigns::StoreRefusal);
    CHECK(test.spring().pool.empty());
    CHECK_THROWS_AS(test.store.change_campaign("winter", {}), campaigns::StoreRefusal);
}

TEST_CASE("users are listed in order with their roles and without their tokens", "[pg]") {
    Fixture test;
    const auto ana = test.store.add_agent(
        {.id = {}, .name = "Ana Silva", .sip_user = "ana", .sip_ha1 = std::string(32, 'a')});
    test.store.add_user({0, "maria", campaigns::Role::supervisor, std::nullopt}, "token-of-maria");
    test.store.add_user({0, "ana", campaigns::Role::agent, ana}, "token-of-ana");
    const auto users = test.store.users();
    REQUIRE(users.size() == 2);
    CHECK(users[0].name == "maria");
    CHECK(users[0].role == campaigns::Role::supervisor);
    CHECK_FALSE(users[0].agent);
    CHECK(users[1].agent == ana);

    const Ran ran = test.run("user list");
    CHECK(ran.exit == 0);
    CHECK_THAT(ran.text(), Contains("maria") && Contains("supervisor") && Contains("ana"));
    CHECK_THAT(ran.text(), !Contains("token"));
}

TEST_CASE("the command sets, shows and lists how a campaign dials", "[pg][cli]") {
    Fixture test;
    REQUIRE(test.run("campaign create spring --seller Acme --caller-id 212-555-0100").exit == 0);
    CHECK(test.spring().mode == DialMode::predictive);
    CHECK_THAT(test.run("campaign show spring").text(),
               Contains("mode             predictive\n") && Contains("jurisdiction     US\n"));

    CHECK(test.run("campaign set spring --mode preview --pool evening --priority 3").exit == 0);
    CHECK(test.run("campaign set spring --lines-per-agent-max 6 --jurisdiction GB").exit == 0);
    const auto spring = test.spring();
    CHECK(spring.mode == DialMode::preview);
    CHECK(spring.pool == "evening");
    CHECK(spring.priority == 3);
    CHECK(spring.lines_per_agent_max == 6.0);
    CHECK(spring.jurisdiction == "GB");
    CHECK_THAT(test.run("campaign list").text(), Contains("preview") && Contains("evening"));

    CHECK(test.run("campaign set spring --pool ''").exit == 0);
    CHECK(test.spring().pool.empty());
    CHECK(test.run("campaign set spring --mode ratio --lines-per-agent 1.5").exit == 0);
    CHECK(test.run("campaign set spring --lines-per-agent 2").exit == 0); // it is in ratio mode
    CHECK(test.spring().lines_per_agent == 2.0);
}

TEST_CASE("a wrong setting ends with 2 and an unknown campaign with 3", "[pg][cli]") {
    Fixture test;
    REQUIRE(test.run("campaign create spring --seller Acme --caller-id 212-555-0100").exit == 0);
    for (const char* arguments :
         {"", "--mode fast", "--lines-per-agent 2", "--mode ratio --lines-per-agent 11",
          "--mode ratio --lines-per-agent nan", "--lines-per-agent-max 0.5",
          "--lines-per-agent-max 51", "--jurisdiction us", "--jurisdiction USA",
          "--jurisdiction US-", "--priority 101", "--priority -101", "--share 0", "--share 101"}) {
        CAPTURE(arguments);
        const Ran ran = test.run(fmt::format("campaign set spring {}", arguments));
        CHECK(ran.exit == 2);
        CHECK_FALSE(ran.text().empty());
    }
    CHECK(test.run("campaign set winter --mode manual").exit == 3);
    CHECK(test.spring().mode == DialMode::predictive);
    CHECK_THAT(test.run("campaign set --help").text(),
               Contains("agentless") && Contains("preview") && Contains("manual"));
}
