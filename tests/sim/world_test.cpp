// Goal: the reference world is what its description says, and its accounts add up.
// Method: a witness follows every event of a day in every scenario; tiny worlds with fixed times
// have figures that can be worked out by hand.

#include "bench/pacing/run.hpp"
#include "bench/pacing/scenario.hpp"
#include "tests/sim/witness.hpp"

#include <catch2/catch.hpp>

using namespace pacing_sim;

namespace {

/// Dials so many lines at every tick, whatever happens, and gives up as told.
class Blind : public Policy {
public:
    explicit Blind(int dial, int give_up = 0) : plan_{dial, give_up, pacing::Limit::agents} {}
    void on(const pacing::Event&) override {}
    pacing::Plan decide(pacing::CampaignId, pacing::Instant, const pacing::Room&,
                        std::span<const pacing::Group>) override {
        return plan_;
    }

private:
    pacing::Plan plan_;
};

RunSettings short_day(const char* scenario, const char* policy) {
    RunSettings run;
    run.world.agents = 6;
    run.world.day_s = 2400;
    run.world.tick_s = 1; // the tests run unoptimised, too
    run.policy.name = policy;
    run.policy.ratio = 2.5;
    REQUIRE(set_scenario(scenario, run));
    fit_core_settings(run, {}, {});
    return run;
}

DayResult plain_day(const WorldSettings& world, std::uint64_t seed, int day) {
    PolicySettings settings;
    settings.name = "ratio";
    settings.ratio = 2;
    const std::unique_ptr<Policy> policy = make_policy(settings);
    World it{world, *policy};
    return it.run_day(seed, day);
}

WorldSettings hourly_world() {
    WorldSettings world;
    world.day_s = 3600;
    return world;
}

} // namespace

TEST_CASE("the same seed and day give the same day, others another", "[sim]") {
    const DayResult first = plain_day(hourly_world(), 5, 3);
    const DayResult again = plain_day(hourly_world(), 5, 3);
    CHECK(first.idle_s == again.idle_s);
    CHECK(first.talk_s == again.talk_s);
    CHECK(first.total().dials == again.total().dials);
    CHECK(first.total().abandoned == again.total().abandoned);
    CHECK(plain_day(hourly_world(), 6, 3).idle_s != first.idle_s);
    CHECK(plain_day(hourly_world(), 5, 4).idle_s != first.idle_s);
}

TEST_CASE("a day does not depend on the days before it", "[sim]") {
    PolicySettings settings;
    settings.name = "progressive";
    const std::unique_ptr<Policy> policy = make_policy(settings);
    World world{hourly_world(), *policy};
    (void)world.run_day(1, 0);
    const DayResult second = world.run_day(1, 1);
    const std::unique_ptr<Policy> fresh = make_policy(settings);
    World other{hourly_world(), *fresh};
    CHECK(other.run_day(1, 1).idle_s == second.idle_s);
}

TEST_CASE("every call ends once and every answer is served or abandoned", "[sim]") {
    for (const std::string_view scenario : scenario_names()) {
        for (const char* rule : {"ratio", "predictive", "vicidial-average"}) {
            INFO(scenario << " under " << rule);
            const RunSettings run = short_day(std::string{scenario}.c_str(), rule);
            Witness witness{make_policy(run.policy)};
            World world{run.world, witness};
            const DayResult day = world.run_day(11, 0);
            CHECK(witness.complaint.empty());
            INFO(witness.complaint);
            CHECK(witness.open_calls() == 0);
            CHECK(witness.answers == witness.bridges + witness.abandons);
            const CampaignDay total = day.total();
            CHECK(total.answered == total.served + total.abandoned);
            CHECK(total.dials == witness.dials);
            CHECK(total.dials == total.answered + day.machines + day.machines_passed +
                                     day.wrongly_dropped + day.unanswered + day.cancelled);
            CHECK(day.early_cancels == 0);
            CHECK(total.served > 0);
            const double presence = day.idle_s + day.talk_s + day.wrap_s;
            CHECK(presence <= run.world.agents * run.world.day_s + 1e-6);
            CHECK(witness.longest_wait_s <= run.world.tolerance_s + 1e-6);
        }
    }
}

TEST_CASE("agents who neither break nor come late are accounted for all day", "[sim]") {
    const DayResult day = plain_day(hourly_world(), 2, 0);
    CHECK(day.idle_s + day.talk_s + day.wrap_s == Approx(10 * 3600));
}

TEST_CASE("one agent whose every call is answered waits for the ringing only", "[sim]") {
    WorldSettings world;
    world.agents = 1;
    world.campaigns.front().answer_share = 1;
    world.dials.ring = Law::fixed(8);
    world.talk = Law::fixed(100);
    world.wrap = Law::fixed(20);
    PolicySettings settings;
    settings.name = "progressive";
    const std::unique_ptr<Policy> policy = make_policy(settings);
    World it{world, *policy};
    const DayResult day = it.run_day(1, 0);
    CHECK(day.served == 28'800 / 128);
    CHECK(day.total().abandoned == 0);
    CHECK(day.idle_s == Approx(8.0 * 28'800 / 128));
    const Summary summary = summarise({day}, 0.03);
    CHECK(summary.idle_s_per_call.value == Approx(8));
    CHECK(summary.utilisation.value == Approx(120.0 / 128));
}

TEST_CASE("one line for each free agent has the idle time that shares and rings imply", "[sim]") {
    // Each answer takes three failed calls on average: 20 s for 0.35 / 0.75 of them, 3 s for
    // 0.10 / 0.75, 22 s for the rest, and 10.6 s of ringing: 66.2 s.
    RunSettings run;
    run.world.agents = 40;
    run.policy.name = "progressive";
    run.days = 1;
    run.warm_up = 0;
    const Summary summary = summarise(run_days(run).days, 0.03);
    CHECK(summary.idle_s_per_call.value == Approx(66.2).epsilon(0.04));
    CHECK(summary.abandonment.value == 0);
}

TEST_CASE("without agents everybody who answers is abandoned within the tolerance", "[sim]") {
    WorldSettings world = hourly_world();
    world.agents = 0;
    Witness witness{std::make_unique<Blind>(1)};
    World it{world, witness};
    const CampaignDay total = it.run_day(1, 0).total();
    CHECK(total.answered > 1000);
    CHECK(total.abandoned == total.answered);
    CHECK(witness.longest_wait_s <= 2.0);
    CHECK(witness.longest_wait_s > 1.99);
}

TEST_CASE("shares of outcomes are as set", "[sim]") {
    WorldSettings world = hourly_world();
    world.agents = 0;
    Blind policy{4};
    World it{world, policy};
    const DayResult day = it.run_day(3, 0);
    const auto dials = static_cast<double>(day.total().dials);
    CHECK(static_cast<double>(day.total().answered) / dials == Approx(0.25).epsilon(0.04));
    CHECK(static_cast<double>(day.machines) / dials == Approx(0.35).epsilon(0.04));
}

TEST_CASE("no call is given up before the legal ring time", "[sim]") {
    WorldSettings world = hourly_world();
    world.agents = 0;
    Witness witness{std::make_unique<Blind>(1, 1000)};
    World it{world, witness};
    const DayResult day = it.run_day(1, 0);
    CHECK(day.cancelled > 100);
    CHECK(witness.cancels == day.cancelled);
    CHECK(witness.shortest_cancel_s >= 15);
    CHECK(day.early_cancels > 0);
}

TEST_CASE("channels and calls per second are never exceeded", "[sim]") {
    WorldSettings world = hourly_world();
    world.channels = 7;
    Witness narrow{std::make_unique<Blind>(100)};
    World by_channels{world, narrow};
    (void)by_channels.run_day(1, 0);
    CHECK(narrow.in_flight_max == 7);

    world.channels = 0;
    world.dials_per_s = 2;
    Witness slow{std::make_unique<Blind>(100)};
    World by_rate{world, slow};
    (void)by_rate.run_day(1, 0);
    CHECK(slow.dials <= 2 * 3600 + 2);
    CHECK(slow.dials > 2 * 3600 - 10);
}

TEST_CASE("no more leads are dialed than were loaded", "[sim]") {
    WorldSettings world = hourly_world();
    world.supply.on = true;
    Witness witness{std::make_unique<Blind>(100)};
    World it{world, witness};
    (void)it.run_day(1, 0);
    // Two loads, each 0.75 of 10 agents x 1800 s / 160 s / 0.25.
    CHECK(witness.dials == 2 * 338);
}

TEST_CASE("answers follow what is known of a lead", "[sim]") {
    WorldSettings world = hourly_world();
    world.agents = 0;
    world.groups.on = true;
    world.groups.hour_swing = 0;

    class Counter : public Policy {
    public:
        void on(const pacing::Event& event) override {
            const auto list = static_cast<std::size_t>(event.group.list);
            dials[list] += event.kind == pacing::EventKind::dial_started ? 1 : 0;
            answers[list] += event.kind == pacing::EventKind::answered ? 1 : 0;
        }
        pacing::Plan decide(pacing::CampaignId, pacing::Instant, const pacing::Room&,
                            std::span<const pacing::Group>) override {
            return {3, 0, pacing::Limit::agents};
        }
        std::array<double, 8> dials{};
        std::array<double, 8> answers{};
    } counter;

    World it{world, counter};
    (void)it.run_day(1, 0);
    CHECK(counter.answers[1] / counter.dials[1] == Approx(0.05).epsilon(0.15));
    CHECK(counter.answers[2] / counter.dials[2] == Approx(0.20).epsilon(0.08));
    CHECK(counter.answers[3] / counter.dials[3] == Approx(0.50).epsilon(0.05));
}

TEST_CASE("detection drops some people and passes some machines", "[sim]") {
    RunSettings run = short_day("amd", "ratio");
    run.world.day_s = 14'400;
    Witness witness{make_policy(run.policy)};
    World world{run.world, witness};
    const DayResult day = world.run_day(4, 0);
    CHECK(day.machines_passed > 0);
    CHECK(witness.machines_after_bridge >= day.machines_passed - run.world.agents);
    CHECK(day.wrongly_dropped > 0);
    CHECK(witness.longest_wait_s <= 0.2 + 1e-6);
}

TEST_CASE("returns take ready agents", "[sim]") {
    const RunSettings run = short_day("inbound", "progressive");
    Witness witness{make_policy(run.policy)};
    World world{run.world, witness};
    const DayResult day = world.run_day(4, 0);
    CHECK(day.inbound > 0);
    CHECK(witness.complaint.empty());
}
