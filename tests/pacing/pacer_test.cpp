// Goal: a pacer decides by its mode, keeps to caps and turns, counts each call once, and comes back
// from its saved text as it was.
// Method: hand-made events; a small seeded world for what needs many calls.

#include "pacing/pacer.hpp"
#include "small_world.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace pacing;
using namespace std::chrono_literals;
using small_world::World;

namespace {

constexpr CampaignId first{1};
constexpr CampaignId second{2};
const Instant morning{std::chrono::hours{490'000}};

struct Desk {
    Pacer pacer;
    Instant now = morning;
    std::vector<Group> leads = std::vector<Group>(500);

    explicit Desk(Mode mode = Mode::predictive, Settings settings = {}) {
        settings.mode = mode;
        pacer.set_campaign(first, settings);
    }
    void tell(EventKind kind, std::int64_t call = 0, std::int64_t agent = 0) {
        pacer.on({now, kind, first, CallId{call}, AgentId{agent}, Group{}, {}, 0});
    }
    void sign_in(int agents) {
        for (int agent = 1; agent <= agents; ++agent) {
            tell(EventKind::agent_signed_in, 0, agent);
            tell(EventKind::agent_ready, 0, agent);
        }
    }
    Plan decide(const Room& room = {}) { return pacer.decide(first, now, room, leads); }
    Count today() { return pacer.standings(first)[0].count; }
};

} // namespace

TEST_CASE("progressive and ratio count free agents only", "[pacing]") {
    Desk progressive{Mode::progressive};
    CHECK(progressive.decide().limit == Limit::nobody);
    progressive.sign_in(3);
    CHECK(progressive.decide().dial == 3);
    progressive.tell(EventKind::dial_started, 1);
    progressive.tell(EventKind::dial_started, 2);
    CHECK(progressive.decide().dial == 1);
    progressive.tell(EventKind::answered, 1);
    progressive.tell(EventKind::agent_talking, 1, 1);
    CHECK(progressive.decide().dial == 1);

    Settings settings;
    settings.lines_per_agent = 2.5;
    Desk ratio{Mode::ratio, settings};
    ratio.sign_in(3);
    CHECK(ratio.decide().dial == 7);
    settings.mode = Mode::ratio;
    settings.lines_per_agent = 50;
    ratio.pacer.set_campaign(first, settings);
    CHECK(ratio.decide().dial == 30);
}

TEST_CASE("people dial in manual and preview, and agentless needs no agent", "[pacing]") {
    for (const Mode mode : {Mode::manual, Mode::preview}) {
        Desk desk{mode};
        desk.sign_in(5);
        CHECK(desk.decide().dial == 0);
        CHECK(desk.decide().limit == Limit::mode);
    }
    Desk agentless{Mode::agentless};
    CHECK(agentless.decide({.channels = 40, .rate = 25, .leads_end = false}).dial == 25);
    CHECK(agentless.decide({.channels = 40, .rate = 25, .leads_end = false}).limit == Limit::rate);
    CHECK(agentless.decide().dial == 500);
}

TEST_CASE("each cap stops dialing and says which it was", "[pacing]") {
    Desk desk{Mode::progressive};
    desk.sign_in(30);
    CHECK(desk.decide({.channels = 7, .rate = 100, .leads_end = false}).limit == Limit::trunk);
    CHECK(desk.decide({.channels = 7, .rate = 100, .leads_end = false}).dial == 7);
    CHECK(desk.decide({.channels = 70, .rate = 4, .leads_end = false}).limit == Limit::rate);
    desk.leads.resize(5);
    CHECK(desk.decide({.channels = 70, .rate = 40, .leads_end = true}).limit == Limit::leads);
    CHECK(desk.decide({.channels = -3, .rate = 40, .leads_end = true}).dial == 0);
    Settings settings;
    settings.mode = Mode::progressive;
    settings.channels_max = 3;
    desk.pacer.set_campaign(first, settings);
    CHECK(desk.decide().dial == 3);
    CHECK(desk.decide().limit == Limit::trunk);
    CHECK(desk.pacer.decide(CampaignId{77}, desk.now, {}, desk.leads).dial == 0);
}

TEST_CASE("an outcome told twice moves the budget once", "[pacing]") {
    Desk desk;
    desk.sign_in(1);
    for (int call = 1; call <= 3; ++call) {
        desk.tell(EventKind::dial_started, call);
        desk.tell(EventKind::answered, call);
        desk.tell(EventKind::answered, call);
    }
    desk.tell(EventKind::abandoned, 1);
    desk.tell(EventKind::abandoned, 1);
    desk.tell(EventKind::ended, 1);
    desk.tell(EventKind::agent_talking, 2, 1);
    desk.tell(EventKind::agent_talking, 2, 1);
    desk.tell(EventKind::abandoned, 2);
    CHECK(desk.today().answered == 2);
    CHECK(desk.today().abandoned == 1);
    CHECK(desk.pacer.counts().waiting == 1);
    CHECK(desk.pacer.counts().in_flight == 0);
}

TEST_CASE("a machine that an agent found is no answer for the law", "[pacing]") {
    Desk desk;
    desk.sign_in(1);
    desk.tell(EventKind::dial_started, 1);
    desk.tell(EventKind::answered, 1);
    const double before = desk.decide().dial >= 0 ? desk.pacer.explain(first).threshold : 0;
    desk.tell(EventKind::agent_talking, 1, 1);
    CHECK(desk.today().answered == 1);
    desk.tell(EventKind::agent_wrap_up, 0, 1);
    desk.tell(EventKind::ended, 1);
    desk.tell(EventKind::machine, 1);
    desk.tell(EventKind::machine, 1);
    CHECK(desk.today().answered == 0);
    (void)desk.decide();
    CHECK(desk.pacer.explain(first).threshold == Approx(before));
}

TEST_CASE("an answer that crosses a cancel counts when it is abandoned", "[pacing]") {
    Desk desk;
    desk.sign_in(1);
    desk.tell(EventKind::dial_started, 1);
    desk.tell(EventKind::cancelled, 1);
    CHECK(desk.pacer.counts().in_flight == 0);
    desk.tell(EventKind::abandoned, 1);
    CHECK(desk.today().abandoned == 1);
    CHECK(desk.pacer.counts().waiting == 0);
}

TEST_CASE("calls whose end never comes are dropped, and nothing piles up", "[pacing]") {
    Desk desk;
    desk.sign_in(2);
    for (int call = 1; call <= 1'000; ++call) {
        desk.tell(EventKind::dial_started, call);
    }
    desk.tell(EventKind::answered, 5);
    CHECK(desk.pacer.counts().in_flight == 999);
    desk.now += 3min;
    (void)desk.decide();
    CHECK(desk.pacer.counts().in_flight == 0);
    CHECK(desk.pacer.counts().waiting == 0);
    // Answered and never heard of again: the law would call it abandoned.
    CHECK(desk.today().abandoned == 1);
}

TEST_CASE("a clock that jumps by years neither hangs nor stops dialing", "[pacing]") {
    Desk desk;
    desk.sign_in(4);
    const auto years = std::chrono::hours{24 * 365 * 10};
    for (const auto at : {desk.now + years, desk.now, desk.now - years, Instant::max(),
                          Instant::min(), Instant{}, desk.now}) {
        desk.now = at;
        desk.tell(EventKind::agent_wrap_up, 0, 1);
        desk.tell(EventKind::agent_ready, 0, 1);
        CHECK(desk.decide().dial >= 0);
    }
    // Time goes on from there.
    desk.tell(EventKind::dial_started, 900);
    CHECK(desk.pacer.counts().in_flight == 1);
    desk.now += 5min;
    (void)desk.decide();
    CHECK(desk.pacer.counts().in_flight == 0);
    CHECK(desk.decide().dial > 0);
}

TEST_CASE("agents who leave at once are not waited for", "[pacing]") {
    World world{20, 3};
    world.run(3600);
    const double threshold = world.pacer().explain(World::campaign).threshold;
    for (int agent = 1; agent <= 20; ++agent) {
        world.tell({.kind = EventKind::agent_signed_out, .agent = AgentId{agent}});
    }
    CHECK(world.decide().dial == 0);
    CHECK(world.decide().limit == Limit::nobody);
    // What was ringing is abandoned now, which says nothing of the threshold.
    for (const CallId call : world.ringing()) {
        world.tell({.kind = EventKind::abandoned, .call = call});
    }
    CHECK(world.pacer().explain(World::campaign).threshold == Approx(threshold).epsilon(0.02));
}

TEST_CASE("predictive stays within the budget and leaves agents less idle", "[pacing]") {
    World predictive{10, 5};
    predictive.run(6 * 3600);
    Settings settings;
    settings.mode = Mode::progressive;
    World progressive{10, 5, settings};
    progressive.run(6 * 3600);
    CHECK(predictive.abandoned() <= 0.03 * predictive.answered());
    CHECK(predictive.abandoned() > 0);
    CHECK(progressive.abandoned() == 0);
    CHECK(predictive.served() > 1.15 * progressive.served());
}

TEST_CASE("a long-ringing line is given up only when nobody will be free, and not before the law "
          "allows it",
          "[pacing]") {
    Desk desk;
    desk.sign_in(4);
    for (int agent = 1; agent <= 4; ++agent) {
        desk.tell(EventKind::agent_talking, 0, agent);
    }
    for (int call = 1; call <= 12; ++call) {
        desk.tell(EventKind::dial_started, call);
    }
    for (int tick = 0; tick < 60; ++tick) {
        CHECK(desk.decide().give_up == 0);
        desk.now += 250ms;
    }
    desk.now += 600ms;
    CHECK(desk.decide().give_up > 0);
    CHECK(desk.decide().give_up <= 12);
    Settings settings;
    settings.features.cancelling = false;
    desk.pacer.set_campaign(first, settings);
    CHECK(desk.decide().give_up == 0);
}

TEST_CASE("equal campaigns share the pool by their shares, and the higher goes first", "[pacing]") {
    Settings half;
    half.share = 1.0;
    Settings double_share;
    double_share.share = 2.0;
    World world{20, 9, half, double_share};
    world.run(4 * 3600);
    const double ratio =
        static_cast<double>(world.served_of(second)) / static_cast<double>(world.served_of(first));
    CHECK(ratio == Approx(2.0).epsilon(0.15));

    Settings above;
    above.priority = 5;
    World strict{20, 9, half, above};
    strict.run(2 * 3600);
    CHECK(strict.served_of(second) > 10 * strict.served_of(first));
}

TEST_CASE("a call with no abandonment to spare has its agent kept from the pool", "[pacing]") {
    Desk desk;
    Settings progressive;
    progressive.mode = Mode::progressive;
    desk.pacer.set_campaign(second, progressive);
    desk.sign_in(2);
    const auto other = [&](EventKind kind) {
        desk.pacer.on({desk.now, kind, second, CallId{50}, AgentId{}, Group{}, {}, 0});
    };
    CHECK(desk.pacer.kept_from(first) == 0);
    other(EventKind::dial_started);
    CHECK(desk.pacer.kept_from(first) == 1);
    CHECK(desk.pacer.kept_from(second) == 0);
    other(EventKind::answered); // and waits: still promised
    CHECK(desk.pacer.kept_from(first) == 1);
    other(EventKind::abandoned);
    CHECK(desk.pacer.kept_from(first) == 0);

    SECTION("but not from one that has some to spare") {
        desk.pacer.set_campaign(second, {});
        desk.pacer.add_history(second, 0, {4000, 1});
        desk.now += 2h; // no longer its first hour
        for (int call = 100; call < 300; ++call) {
            for (const auto kind : {EventKind::dial_started, EventKind::answered}) {
                desk.pacer.on({desk.now, kind, second, CallId{call}, {}, Group{}, {}, 0});
            }
            desk.pacer.on({desk.now,
                           EventKind::agent_talking,
                           second,
                           CallId{call},
                           AgentId{1},
                           Group{},
                           {},
                           0});
            desk.pacer.on({desk.now, EventKind::ended, second, CallId{call}, {}, Group{}, {}, 0});
            desk.pacer.on(
                {desk.now, EventKind::agent_ready, second, {}, AgentId{1}, Group{}, {}, 0});
        }
        desk.now += 2h;
        (void)desk.pacer.decide(second, desk.now, {}, desk.leads);
        other(EventKind::dial_started);
        CHECK(desk.pacer.kept_from(first) == 0);
    }
    SECTION("nor is one counted on whose mode promises no agent") {
        progressive.mode = Mode::ratio;
        desk.pacer.set_campaign(second, progressive);
        other(EventKind::dial_started);
        CHECK(desk.pacer.kept_from(first) == 0);
    }
}

TEST_CASE("what is loaded decides as what was saved", "[pacing]") {
    World world{12, 21};
    world.run(3 * 3600);
    world.rest(300);
    (void)world.decide(); // time has passed for the pacer, too
    const std::string saved = world.pacer().save(World::campaign);
    Pacer other;
    other.set_campaign(World::campaign, {});
    REQUIRE(other.load(World::campaign, saved));
    CHECK(other.save(World::campaign) == saved);
    for (const auto& standing : world.pacer().standings(World::campaign)) {
        other.add_history(World::campaign, standing.from, standing.count);
        break;
    }
    world.mirror(other);
    world.run(1800);
    CHECK(world.decisions_compared() > 1'000);
    CHECK(world.decisions_differing() == 0);
}

TEST_CASE("a damaged or foreign text changes nothing", "[pacing]") {
    World world{5, 22};
    world.run(1800);
    Pacer& pacer = world.pacer();
    const std::string saved = pacer.save(World::campaign);
    for (std::size_t at = 0; at < saved.size(); at += 97) {
        std::string damaged = saved;
        damaged[at] = damaged[at] == '1' ? '2' : '1';
        CHECK_FALSE(pacer.load(World::campaign, damaged));
    }
    CHECK_FALSE(pacer.load(World::campaign, ""));
    CHECK_FALSE(pacer.load(World::campaign, saved.substr(0, saved.size() / 2)));
    CHECK_FALSE(pacer.load(CampaignId{99}, saved));
    CHECK(pacer.save(World::campaign) == saved);
}

TEST_CASE("a removed campaign's calls are demand until they end", "[pacing]") {
    Desk desk;
    desk.sign_in(2);
    desk.tell(EventKind::dial_started, 1);
    desk.pacer.remove_campaign(first);
    CHECK(desk.decide().dial == 0);
    CHECK(desk.pacer.counts().in_flight == 1);
    desk.tell(EventKind::ended, 1);
    CHECK(desk.pacer.counts().in_flight == 0);
    for (int round = 1; round < 300; ++round) {
        desk.pacer.set_campaign(CampaignId{round}, {});
        desk.pacer.remove_campaign(CampaignId{round});
    }
    CHECK(desk.decide().dial == 0);
}
