// Goal: each peer's rule does what its description says.
// Method: hand-made events and the decision that follows; days of the world where a figure is
// known.

#include "bench/pacing/policies.hpp"
#include "bench/pacing/run.hpp"
#include "bench/pacing/scenario.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace pacing_sim;
using namespace std::chrono_literals;
using pacing::EventKind;

namespace {

/// Plays events to a policy and asks it.
class Stage {
public:
    explicit Stage(const char* name, double ratio = 1, double max_level = 3) {
        PolicySettings settings;
        settings.name = name;
        settings.ratio = ratio;
        settings.max_level = max_level;
        fit(settings);
        policy_ = make_policy(settings);
        REQUIRE(policy_);
        pacing::Event event = at(EventKind::day_started);
        event.until = now + 8h;
        policy_->on(event);
    }

    void agents(int count) {
        for (int agent = 1; agent <= count; ++agent) {
            of_agent(EventKind::agent_signed_in, agent);
            of_agent(EventKind::agent_ready, agent);
        }
    }
    void of_agent(EventKind kind, int agent, int call = 0) {
        pacing::Event event = at(kind);
        event.agent = pacing::AgentId{agent};
        event.call = pacing::CallId{call};
        policy_->on(event);
    }
    void of_call(EventKind kind, int call) {
        pacing::Event event = at(kind);
        event.call = pacing::CallId{call};
        policy_->on(event);
    }
    int ask() { return policy_->decide(pacing::CampaignId{1}, now, {}, leads_).dial; }
    /// Asks four times a second for so long, dialing what it is told; how many that were.
    int ask_for(std::chrono::seconds length) {
        int dialed = 0;
        for (const pacing::Instant end = now + length; now < end; now += 250ms) {
            for (int left = ask(); left > 0; --left) {
                of_call(EventKind::dial_started, ++last_call);
                ++dialed;
            }
        }
        return dialed;
    }

    pacing::Instant now{std::chrono::days{20'000} + 14h};
    int last_call = 1000;

private:
    static void fit(PolicySettings& settings) {
        settings.campaigns.emplace_back(pacing::CampaignId{1}, pacing::Settings{});
    }
    pacing::Event at(EventKind kind) const {
        pacing::Event event;
        event.at = now;
        event.kind = kind;
        event.campaign = pacing::CampaignId{1};
        event.day = 20'000;
        return event;
    }
    std::unique_ptr<Policy> policy_;
    std::vector<pacing::Group> leads_ = std::vector<pacing::Group>(512);
};

} // namespace

TEST_CASE("every name makes a policy and others make none", "[sim]") {
    for (const std::string_view name : policy_names()) {
        PolicySettings settings;
        settings.name = name;
        settings.campaigns.emplace_back(pacing::CampaignId{1}, pacing::Settings{});
        INFO(name);
        CHECK(make_policy(settings));
    }
    PolicySettings unknown;
    unknown.name = "oracle";
    CHECK_FALSE(make_policy(unknown));
}

TEST_CASE("progressive dials one line for each free agent who has none", "[sim]") {
    Stage stage{"progressive"};
    stage.agents(3);
    CHECK(stage.ask() == 3);
    stage.of_call(EventKind::dial_started, 1);
    CHECK(stage.ask() == 2);
    stage.of_call(EventKind::answered, 1);
    CHECK(stage.ask() == 2); // it has the first claim on one of the three
    stage.of_agent(EventKind::agent_talking, 1, 1);
    CHECK(stage.ask() == 2);
}

TEST_CASE("a ratio counts free agents only and rounds down", "[sim]") {
    Stage stage{"ratio", 2.5};
    stage.agents(3);
    CHECK(stage.ask() == 7);
    stage.of_agent(EventKind::agent_talking, 1);
    stage.of_agent(EventKind::agent_talking, 2);
    CHECK(stage.ask() == 2);
}

TEST_CASE("VICIdial dials level times agents at work, talking ones included", "[sim]") {
    Stage stage{"vicidial-average", 1, 1};
    stage.agents(10);
    CHECK(stage.ask() == 10);
    CHECK(stage.ask() == 0); // its dial loop sleeps
    stage.now += 2500ms;
    stage.of_call(EventKind::dial_started, 1);
    stage.of_call(EventKind::answered, 1);
    stage.of_agent(EventKind::agent_talking, 1, 1);
    CHECK(stage.ask() == 9);
}

TEST_CASE("VICIdial raises its level by the share of idle agents, up to its maximum", "[sim]") {
    Stage stage{"vicidial-average", 1, 2};
    stage.agents(10);
    for (int agent = 1; agent <= 5; ++agent) {
        stage.of_call(EventKind::dial_started, agent);
        stage.of_call(EventKind::answered, agent);
        stage.of_agent(EventKind::agent_talking, agent, agent);
    }
    // Half are idle: level 1.5, that is 15 calls, of which five are with agents.
    CHECK(stage.ask_for(14s) == 10);
    // Again half are idle: 2.25 is cut to 2, that is five more.
    CHECK(stage.ask_for(60s) == 5);
}

TEST_CASE("VICIdial's cuts differ when the day's drops are above the limit", "[sim]") {
    const auto lines_after_drops = [](const char* name) {
        Stage stage{name, 1, 4};
        stage.agents(10);
        for (int call = 1; call <= 60; ++call) {
            stage.of_call(EventKind::dial_started, call);
            stage.of_call(EventKind::answered, call);
            if (call <= 6) {
                stage.of_call(EventKind::abandoned, call);
            } else {
                stage.of_agent(EventKind::agent_talking, 1, call);
                stage.of_agent(EventKind::agent_wrap_up, 1);
                stage.of_agent(EventKind::agent_ready, 1);
            }
        }
        return stage.ask_for(180s);
    };
    CHECK(lines_after_drops("vicidial-hard") == 10);
    CHECK(lines_after_drops("vicidial-tapered") > lines_after_drops("vicidial-hard"));
}

TEST_CASE("a small group waits until the whole batch is resolved", "[sim]") {
    Stage stage{"small-group"};
    stage.agents(10);
    // Until a hundred results are known it dials one for each free agent.
    for (int call = 1; call <= 100; ++call) {
        stage.of_call(EventKind::dial_started, call);
        stage.of_call(call % 4 == 0 ? EventKind::answered : EventKind::ended, call);
        stage.of_call(EventKind::abandoned, call);
    }
    const int batch = stage.ask();
    CHECK(batch > 10);
    CHECK(batch < 40);
    stage.of_call(EventKind::dial_started, 500);
    CHECK(stage.ask() == 0);
    stage.of_call(EventKind::ended, 500);
    CHECK(stage.ask() >= batch);
}

TEST_CASE("progressive rules abandon nobody and careless ones do", "[sim]") {
    RunSettings run;
    run.days = 1;
    run.warm_up = 0;
    run.policy.name = "progressive";
    CHECK(summarise(run_days(run).days, 0.03).abandonment.value == 0);
    run.policy.name = "issabel";
    CHECK(summarise(run_days(run).days, 0.03).abandonment.value > 0.05);
}

TEST_CASE("the budget integrator keeps Samuelson's rule at its target", "[sim]") {
    RunSettings run;
    run.world.agents = 30;
    run.days = 2;
    run.warm_up = 1;
    run.policy.name = "samuelson";
    const Summary summary = summarise(run_days(run).days, 0.03);
    CHECK(summary.abandonment.value == Approx(0.0295).margin(0.005));
    CHECK(summary.idle_s_per_call.value < 30);
}

TEST_CASE("the core's first modes dial as the plain rules do", "[sim]") {
    for (const auto& [core, plain] :
         {std::pair{"core-progressive", "progressive"}, std::pair{"core-ratio", "ratio"}}) {
        RunSettings run;
        run.days = 1;
        run.warm_up = 0;
        run.world.day_s = 7200;
        run.policy.ratio = 2;
        run.policy.name = core;
        fit_core_settings(run, {}, {});
        const Summary with_core = summarise(run_days(run).days, 0.03);
        run.policy.name = plain;
        const Summary without = summarise(run_days(run).days, 0.03);
        INFO(core);
        CHECK(with_core.idle_s_per_call.value ==
              Approx(without.idle_s_per_call.value).epsilon(0.02));
    }
}
