// Goal: what happens to agents and calls reaches pacing as the right events of the right pool, each
// once; what the law counts is counted whatever pacing knew of a call; and nothing may be dialed
// before the answers of the last days are known.
// Method: the events are watched where they are recorded; moments are passed in; rules, area codes
// and agents are made up here, time zones are the system's.

#include "dialer/call/pace.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using campaigns::AgentId;
using campaigns::AttemptId;
using campaigns::CampaignId;
using dialer::Stamp;
using dialer::agents::AgentState;
using dialer::call::Pace;
using pacing::EventKind;

namespace {

const CampaignId energy{1};
const CampaignId solar{2};
const AgentId anna{11};
const dnc::Number new_york{12125550101};
// 2026-11-23 15:00 in New York.
const dnc::Instant afternoon = std::chrono::sys_days{std::chrono::November / 23 / 2026} + 20h;
const pacing::Day monday = 20'780; // 2026-11-23

std::map<std::string, dnc::AbandonmentRules> rules() {
    dnc::AbandonmentRules us{"US", "America/New_York", {}};
    us.limits.push_back({dnc::AbandonmentPeriod::successive_days, 30, 3, 100, "cite", "V"});
    dnc::AbandonmentRules gb{"GB", "Europe/London", {}};
    gb.limits.push_back({dnc::AbandonmentPeriod::day, 1, 3, 100, "cite", "V"});
    return {{"US", us}, {"GB", gb}};
}

dnc::AreaCodes area_codes() {
    return dnc::AreaCodes{{{212, "US", {"NY"}, {"America/New_York"}, true},
                           {850, "US", {"FL"}, {"America/New_York", "America/Chicago"}, true}}};
}

/// A pace with what it recorded, and the hands that move it.
struct World {
    World() { pace.set_campaign(settings(energy), now()); }

    static campaigns::Campaign settings(CampaignId id, std::string pool = "") {
        campaigns::Campaign result;
        result.id = id;
        result.name = "campaign " + std::to_string(static_cast<std::int64_t>(id));
        result.running = true;
        result.mode = campaigns::DialMode::progressive;
        result.pool = std::move(pool);
        result.caller_id = dnc::Number{12125550199};
        return result;
    }

    void set(const campaigns::Campaign& changed) {
        pools.put(changed.id, changed.pool);
        pace.set_campaign(changed, now());
    }

    [[nodiscard]] Stamp now() const { return {afternoon + since, dialer::Monotonic{1h} + since}; }

    void agent(AgentState to, std::optional<AttemptId> call = {}, bool by_hand = false,
               CampaignId campaign = energy) {
        const auto from = person.state;
        person.account.id = anna;
        person.campaign = campaign;
        person.state = to;
        person.call = call;
        person.by_hand = by_hand;
        pace.agent_changed(person, from, now());
    }

    void dial(AttemptId call, CampaignId campaign = energy) {
        pace.dial_started(campaign, call, {}, now());
    }

    /// Kinds of the events since the last look.
    std::vector<EventKind> seen() {
        std::vector<EventKind> kinds;
        for (; looked < recorded.size(); ++looked) {
            kinds.push_back(recorded[looked].second.kind);
        }
        return kinds;
    }

    [[nodiscard]] pacing::Count counted(CampaignId campaign = energy) const {
        return pace.standings(campaign).at(0).count;
    }

    void history_read(CampaignId campaign = energy) {
        pace.add_history(campaign, "America/New_York", {}, now());
        (void)seen();
    }

    std::chrono::microseconds since{};
    dialer::agents::Pools pools;
    std::vector<std::pair<std::string, pacing::Event>> recorded;
    std::size_t looked = 0;
    dnc::AreaCodes codes = area_codes();
    std::unique_ptr<dnc::ZoneDatabase> zones = dnc::load_zones("");
    dialer::agents::Agent person;
    Pace pace{
        {pools, codes, *zones, rules(), 21h, 1000,
         [this](const auto& file, const auto& event) { recorded.emplace_back(*file, event); }}};
};

using Kinds = std::vector<EventKind>;

} // namespace

TEST_CASE("a campaign begins with its civil day, which ends when dialing must", "[pace]") {
    World world;
    REQUIRE(world.recorded.size() == 1);
    const auto& [file, event] = world.recorded[0];
    CHECK(file == "campaign-1-2026-11-23");
    CHECK(event.kind == EventKind::day_started);
    CHECK(event.day == monday);
    CHECK(event.until == afternoon + 6h); // 21:00 in New York
    world.since = 8h + 59min;
    world.pace.tick(world.now());
    CHECK(world.recorded.size() == 1);
    world.since = 9h; // midnight in New York
    world.pace.tick(world.now());
    REQUIRE(world.recorded.size() == 2);
    CHECK(world.recorded[1].first == "campaign-1-2026-11-24");
    CHECK(world.recorded[1].second.day == monday + 1);
    CHECK(world.recorded[1].second.until == afternoon + 30h);
}

TEST_CASE("nothing may be dialed before the answers of the last days are known", "[pace]") {
    World world;
    CHECK(world.pace.obstacle(energy).has_value());
    const auto wanted = world.pace.history_wanted(energy, world.now());
    REQUIRE(wanted.has_value());
    CHECK(wanted->zone == "America/New_York");
    CHECK(wanted->from == afternoon - std::chrono::days{62});
    world.pace.add_history(energy, "Europe/London", {{monday, 1, 0, 0, 0}}, world.now());
    CHECK(world.pace.obstacle(energy).has_value()); // read for other rules
    world.pace.add_history(energy, "America/New_York",
                           {{monday - 1, 90, 3, 1, 5}, {monday, 10, 0, 0, 0}}, world.now());
    CHECK_FALSE(world.pace.obstacle(energy).has_value());
    CHECK_FALSE(world.pace.history_wanted(energy, world.now()).has_value());
}

TEST_CASE("who left before anybody was there counts as abandoned, and machines not at all",
          "[pace]") {
    World world;
    auto settings = World::settings(energy);
    settings.first_call_at = afternoon - std::chrono::days{3};
    world.set(settings);
    world.pace.add_history(energy, "America/New_York",
                           {{monday - 1, 90, 3, 1, 5}, {monday, 10, 0, 0, 0}}, world.now());
    CHECK(world.counted().answered == 104);
    CHECK(world.counted().abandoned == 4);
    // Read twice, it counts once.
    world.pace.add_history(energy, "America/New_York", {{monday, 10, 0, 0, 0}}, world.now());
    CHECK(world.counted().answered == 104);
}

TEST_CASE("a jurisdiction without rules is not dialed, and the page says so", "[pace]") {
    World world;
    auto settings = World::settings(solar);
    settings.jurisdiction = "ZZ";
    world.set(settings);
    CHECK(campaigns::english(*world.pace.obstacle(solar)).find("'ZZ'") != std::string::npos);
    CHECK_FALSE(world.pace.history_wanted(solar, world.now()).has_value());
}

TEST_CASE("an agent's day becomes events", "[pace]") {
    World world;
    world.history_read();
    world.agent(AgentState::ready);
    CHECK(world.seen() == Kinds{EventKind::agent_signed_in, EventKind::agent_ready});
    world.dial(AttemptId{100});
    world.pace.ringing(AttemptId{100}, world.now());
    world.pace.answered(AttemptId{100}, world.now());
    CHECK(world.seen() == Kinds{EventKind::dial_started, EventKind::ringing, EventKind::answered});
    // On the way to the customer he is free, and the customer waits, until they are joined.
    world.agent(AgentState::reserved, AttemptId{100});
    CHECK(world.seen().empty());
    world.agent(AgentState::talking, AttemptId{100});
    CHECK(world.seen() == Kinds{EventKind::agent_talking});
    CHECK(world.recorded.back().second.call == pacing::CallId{100});
    world.pace.ended(AttemptId{100}, world.now()); // the call's end is the agent's wrap-up
    world.agent(AgentState::wrap_up, AttemptId{100});
    world.pace.wrap_up_ending(anna, 5s, world.now());
    CHECK(world.recorded.back().second.until == world.recorded.back().second.at + 5s);
    world.agent(AgentState::paused);
    world.agent(AgentState::offline);
    CHECK(world.seen() == Kinds{EventKind::agent_wrap_up, EventKind::agent_wrap_ending,
                                EventKind::agent_paused, EventKind::agent_signed_out});
    world.pace.wrap_up_ending(anna, 5s, world.now());
    CHECK(world.seen().empty());
    CHECK(world.counted().answered == 1);
    CHECK(world.counted().abandoned == 0);
}

TEST_CASE("a call ends once, whatever is said of it afterwards", "[pace]") {
    World world;
    world.history_read();
    world.dial(AttemptId{100});
    (void)world.seen();
    world.pace.cancelled(AttemptId{100}, world.now());
    world.pace.ended(AttemptId{100}, world.now());
    world.pace.ringing(AttemptId{100}, world.now());
    world.pace.answered(AttemptId{100}, world.now());
    CHECK(world.seen() == Kinds{EventKind::cancelled});
}

TEST_CASE("an answer that crosses our giving up is abandoned for the law", "[pace]") {
    World world;
    world.history_read();
    world.dial(AttemptId{100});
    world.pace.cancelled(AttemptId{100}, world.now());
    world.pace.abandoned(energy, AttemptId{100}, world.now());
    CHECK(world.counted().answered == 1);
    CHECK(world.counted().abandoned == 1);
}

TEST_CASE("a waiting person whom nobody reached is abandoned once", "[pace]") {
    World world;
    world.history_read();
    world.dial(AttemptId{100});
    world.pace.answered(AttemptId{100}, world.now());
    world.pace.abandoned(energy, AttemptId{100}, world.now());
    world.pace.ended(AttemptId{100}, world.now());
    CHECK(world.seen() ==
          Kinds{EventKind::dial_started, EventKind::answered, EventKind::abandoned});
    CHECK(world.counted().answered == 1);
    CHECK(world.counted().abandoned == 1);
}

TEST_CASE("campaigns of one offer share one account of abandoned calls", "[pace]") {
    World world;
    const auto offered = [](CampaignId id, std::int64_t regulatory) {
        auto settings = World::settings(id);
        settings.regulatory_campaign = regulatory;
        return settings;
    };
    world.set(offered(energy, 7));
    world.set(offered(solar, 7));
    world.history_read(energy);
    world.history_read(solar);
    world.dial(AttemptId{100});
    world.pace.answered(AttemptId{100}, world.now());
    world.pace.abandoned(energy, AttemptId{100}, world.now());
    CHECK(world.counted(energy).abandoned == 1);
    CHECK(world.counted(solar).abandoned == 1);
    CHECK(world.counted(solar).answered == 1);

    // Another offer is another account, which is read before dialing goes on.
    world.set(offered(solar, 8));
    CHECK(world.pace.obstacle(solar).has_value());
    world.history_read(solar);
    CHECK(world.counted(solar).answered == 0);
    world.dial(AttemptId{101});
    world.pace.answered(AttemptId{101}, world.now());
    world.pace.abandoned(energy, AttemptId{101}, world.now());
    CHECK(world.counted(solar).abandoned == 0);
}

TEST_CASE("an agent who dials by hand is taken by a call that is not pacing's", "[pace]") {
    World world;
    world.history_read();
    world.agent(AgentState::ready);
    (void)world.seen();
    world.agent(AgentState::reserved, AttemptId{100}, true);
    CHECK(world.seen() == Kinds{EventKind::agent_talking});
    CHECK(world.recorded.back().second.call == pacing::CallId{});
    world.agent(AgentState::talking, AttemptId{100}, true);
    CHECK(world.seen().empty());
    CHECK(world.counted().answered == 1); // the law counts every answered call
    world.agent(AgentState::wrap_up, AttemptId{100}, true);
    CHECK(world.seen() == Kinds{EventKind::agent_wrap_up});
    // Nobody answered the next one: he is free again.
    world.agent(AgentState::ready);
    world.agent(AgentState::reserved, AttemptId{101}, true);
    world.agent(AgentState::ready);
    CHECK(world.seen() ==
          Kinds{EventKind::agent_ready, EventKind::agent_talking, EventKind::agent_ready});
    CHECK(world.counted().answered == 1);
}

TEST_CASE("a machine that an agent found is no answer of a person", "[pace]") {
    World world;
    world.history_read();
    world.agent(AgentState::ready);
    world.dial(AttemptId{100});
    world.pace.answered(AttemptId{100}, world.now());
    const auto answered_at = world.now().wall;
    world.agent(AgentState::talking, AttemptId{100});
    REQUIRE(world.counted().answered == 1);
    world.pace.machine({energy, AttemptId{100}, answered_at, false}, world.now());
    CHECK(world.recorded.back().second.kind == EventKind::machine);
    CHECK(world.counted().answered == 0);
    // Dialed by hand: pacing never knew the call.
    world.agent(AgentState::ready);
    world.agent(AgentState::reserved, AttemptId{101}, true);
    world.agent(AgentState::talking, AttemptId{101}, true);
    (void)world.seen();
    world.pace.machine({energy, AttemptId{101}, answered_at, true}, world.now());
    CHECK(world.seen().empty());
    CHECK(world.counted().answered == 0);
}

TEST_CASE("campaigns of one pool dial for the same agents", "[pace]") {
    World world;
    world.set(World::settings(energy, "west"));
    world.set(World::settings(solar, "west"));
    world.history_read(energy);
    world.history_read(solar);
    world.agent(AgentState::ready, {}, false, solar);
    const std::vector<pacing::Group> next(3);
    CHECK(world.pace.decide(energy, world.now(), {}, next).dial == 1);
    CHECK(world.pace.explain(energy).agents_free == 1);
    CHECK(world.recorded.back().first == "pool-west-2026-11-23");
}

TEST_CASE("a campaign that changes pools takes its agents, its answers and its calls' ends along",
          "[pace]") {
    World world;
    world.history_read();
    world.agent(AgentState::ready);
    world.dial(AttemptId{100});
    world.dial(AttemptId{101});
    world.pace.answered(AttemptId{100}, world.now());
    world.agent(AgentState::talking, AttemptId{100});
    (void)world.seen();
    world.set(World::settings(energy, "west"));
    CHECK(world.seen() == Kinds{EventKind::day_started, EventKind::agent_signed_out,
                                EventKind::agent_signed_in, EventKind::agent_talking});
    CHECK(world.recorded.back().first == "pool-west-2026-11-23");
    CHECK(world.counted().answered == 1);
    CHECK_FALSE(world.pace.obstacle(energy).has_value());
    // The line that still rings ends in the old pool, and counts in the new one.
    world.pace.answered(AttemptId{101}, world.now());
    world.pace.abandoned(energy, AttemptId{101}, world.now());
    CHECK(world.counted().answered == 2);
    CHECK(world.counted().abandoned == 1);
}

TEST_CASE("other rules mean other days: the answers are read again before dialing goes on",
          "[pace]") {
    World world;
    world.history_read();
    auto settings = World::settings(energy);
    settings.jurisdiction = "GB";
    world.set(settings);
    CHECK(world.pace.obstacle(energy).has_value());
    CHECK(world.pace.history_wanted(energy, world.now())->zone == "Europe/London");
    world.pace.add_history(energy, "Europe/London", {{monday, 50, 1, 0, 0}}, world.now());
    CHECK_FALSE(world.pace.obstacle(energy).has_value());
    CHECK(world.counted().answered == 51);
    CHECK(world.pace.standings(energy).at(0).period.kind == pacing::PeriodKind::day);
}

TEST_CASE("the first call anchors the successive periods", "[pace]") {
    World world;
    world.history_read();
    world.since = 24h;
    world.pace.tick(world.now());
    CHECK(world.pace.standings(energy).at(0).from == monday + 1); // no call yet
    world.dial(AttemptId{100});
    world.since = 48h;
    world.pace.tick(world.now());
    CHECK(world.pace.standings(energy).at(0).from == monday + 1);
}

TEST_CASE("another trunk or caller id is another supply; other settings are not", "[pace]") {
    World world;
    auto settings = World::settings(energy);
    (void)world.seen();
    settings.wrap_up_max = 7s;
    world.set(settings);
    CHECK(world.seen().empty());
    settings.trunks = {"second"};
    world.set(settings);
    CHECK(world.seen() == Kinds{EventKind::supply_changed});
}

TEST_CASE("a lead's group knows the hour where the person is, if there is one", "[pace]") {
    World world;
    campaigns::Lead lead;
    lead.list = campaigns::ListId{5};
    lead.attempts = 2;
    const auto settings = World::settings(energy);
    const auto group = world.pace.group_of(settings, lead, new_york, world.now());
    CHECK(group.list == 5);
    CHECK(group.caller_id == 12125550199);
    CHECK(group.attempt == 3);
    CHECK(group.hour == 16); // 15:00 is the sixteenth hour
    const dnc::Number two_zones{18505550101};
    CHECK(world.pace.group_of(settings, lead, two_zones, world.now()).hour == 0);
}

TEST_CASE("what was learnt is read back, and damage is refused", "[pace]") {
    World world;
    const auto learnt = world.pace.save(energy);
    REQUIRE_FALSE(learnt.empty());
    CHECK(world.pace.load(energy, learnt));
    CHECK_FALSE(world.pace.load(energy, learnt.substr(0, learnt.size() / 2)));
    CHECK_FALSE(world.pace.load(solar, learnt)); // not known
}
