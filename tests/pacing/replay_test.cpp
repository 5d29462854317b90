// Goal: a recorded day is read for what it was, and lived again it comes out the same; under
// another policy it comes out as it truly would have. Method: small logs written by hand, and days
// of the reference world, which can really be lived again under another policy.

#include "bench/pacing/policies.hpp"
#include "bench/pacing/world.hpp"
#include "bench/replay/replay.hpp"
#include "bench/replay/replay_report.hpp"

#include <catch2/catch.hpp>

#include <sstream>
#include <string>

using namespace pacing;
using namespace std::chrono_literals;
using pacing_sim::Policy;

namespace {

// What a policy is told, written down.
class Logged final : public Policy {
public:
    explicit Logged(Policy& inner) : inner_{inner} {}
    void on(const Event& event) override {
        log << to_line(event) << '\n';
        inner_.on(event);
    }
    Plan decide(CampaignId campaign, Instant now, const Room& room,
                std::span<const Group> next) override {
        return inner_.decide(campaign, now, room, next);
    }
    [[nodiscard]] bool at_events() const override { return inner_.at_events(); }

    std::stringstream log;

private:
    Policy& inner_;
};

std::unique_ptr<Policy> policy_of(const std::string& name, double ratio = 1) {
    pacing_sim::PolicySettings settings;
    settings.name = name;
    settings.ratio = ratio;
    settings.campaigns = {{CampaignId{1}, Settings{}}};
    auto policy = pacing_sim::make_policy(settings);
    REQUIRE(policy);
    return policy;
}

struct LivedDay {
    pacing_sim::DayResult truth;
    replay::Recording recording;
};

pacing_sim::WorldSettings team_of(int agents) {
    pacing_sim::WorldSettings settings;
    settings.agents = agents;
    return settings;
}

LivedDay live(const std::string& name, double ratio, const pacing_sim::WorldSettings& settings) {
    const auto policy = policy_of(name, ratio);
    Logged logged{*policy};
    LivedDay day;
    day.truth = pacing_sim::World{settings, logged}.run_day(7, 0);
    std::string why;
    auto events = replay::read_events(logged.log, why);
    REQUIRE(events.has_value());
    day.recording = replay::record(std::move(*events));
    return day;
}

replay::Recording record_lines(const std::string& lines) {
    std::istringstream in{lines};
    std::string why;
    auto events = replay::read_events(in, why);
    INFO(why);
    REQUIRE(events.has_value());
    return replay::record(std::move(*events));
}

std::string fault_of(const std::string& lines) {
    std::istringstream in{lines};
    std::string why;
    return replay::read_events(in, why) ? "read" : why;
}

std::string at(int seconds, const std::string& rest) {
    return "{\"at\":" + std::to_string(1'700'000'000 + seconds) + "000000," + rest + "}\n";
}

} // namespace

TEST_CASE("a log is read into shifts, breaks, talks, calls and what they came to", "[replay]") {
    const replay::Recording day = record_lines(
        at(0, R"("kind":"agent_signed_in","agent":1)") +
        at(5, R"("kind":"agent_ready","agent":1)") +
        at(6, R"("kind":"dial_started","campaign":3,"call":1,"list":9)") +
        at(7, R"("kind":"ringing","call":1)") +
        at(6, R"("kind":"dial_started","campaign":3,"call":2)") +
        at(16, R"("kind":"answered","call":1)") +
        at(16, R"("kind":"agent_talking","agent":1,"call":1)") +
        at(20, R"("kind":"answered","call":2)") + at(21, R"("kind":"abandoned","call":2)") +
        at(46, R"("kind":"agent_wrap_up","agent":1)") +
        at(50, R"("kind":"agent_wrap_ending","agent":1,"until":1700000056000000)") +
        at(56, R"("kind":"agent_paused","agent":1)") + at(96, R"("kind":"agent_ready","agent":1)") +
        at(96, R"("kind":"dial_started","campaign":3,"call":4)") +
        at(100, R"("kind":"agent_talking","agent":1,"call":0)") +
        at(103, R"("kind":"cancelled","call":4)") + at(110, R"("kind":"agent_ready","agent":1)") +
        at(120, R"("kind":"agent_signed_out","agent":1)"));
    CHECK(day.figures.idle_s == Approx(11 + 4 + 10));
    CHECK(day.figures.talk_s == Approx(30 + 10));
    CHECK(day.figures.wrap_s == Approx(10));
    CHECK(day.figures.dials == 3);
    CHECK(day.figures.answered == 2);
    CHECK(day.figures.abandoned == 1);
    CHECK(day.figures.served == 1);
    REQUIRE(day.agents.size() == 1);
    REQUIRE(day.agents[0].shifts.size() == 1);
    REQUIRE(day.agents[0].shifts[0].breaks.size() == 2); // the first before he was ready at all
    CHECK(day.agents[0].shifts[0].breaks[1].length == 40s);
    REQUIRE(day.agents[0].services.size() == 1);
    CHECK(day.agents[0].services[0].talk == 30s);
    REQUIRE(day.agents[0].services[0].signals.size() == 1);
    CHECK(day.agents[0].services[0].signals[0].until == 10s);
    REQUIRE(day.inbound.size() == 1);
    CHECK(day.inbound[0].service.talk == 10s);
    REQUIRE(day.calls.size() == 3);
    CHECK(day.calls[0].group.list == 9);
    CHECK(day.calls[0].ringing == 1s);
    CHECK(day.calls[0].delay == 10s);
    CHECK(day.calls[1].left); // after one second of two
    CHECK(day.calls[2].fate == replay::Fate::open);
    CHECK(day.calls[2].delay == 7s);
    CHECK(day.contradictions == 0);
}

TEST_CASE("events that contradict what was before them are counted and left out", "[replay]") {
    const replay::Recording day = record_lines(
        at(0, R"("kind":"agent_signed_in","agent":1)") +
        at(0, R"("kind":"agent_ready","agent":1)") +
        at(1, R"("kind":"agent_signed_in","agent":1)") +
        at(2, R"("kind":"agent_wrap_up","agent":1)") + at(3, R"("kind":"answered","call":77)") +
        at(4, R"("kind":"agent_ready","agent":8)") +
        at(5, R"("kind":"dial_started","campaign":1,"call":1)") +
        at(6, R"("kind":"ended","call":1)") + at(7, R"("kind":"ended","call":1)") +
        at(8, R"("kind":"machine","call":1)"));
    CHECK(day.contradictions == 6);
    CHECK(day.figures.idle_s == Approx(8));
    CHECK(day.figures.dials == 1);
}

TEST_CASE("a faulty line is refused with its number", "[replay]") {
    CHECK(fault_of("\n" + at(1, R"("kind":"ended","call":1)") + "{}\n") == "line 3: kind: missing");
    CHECK(fault_of(R"({"at":9223372036854775807,"kind":"ended","call":1})") ==
          "line 1: at or until: not between 1970 and 2200");
}

TEST_CASE("a machine that an agent had belongs to its call and not to his talks", "[replay]") {
    const replay::Recording day = record_lines(
        at(0, R"("kind":"agent_signed_in","agent":1)") +
        at(0, R"("kind":"agent_ready","agent":1)") +
        at(1, R"("kind":"dial_started","campaign":1,"call":1)") +
        at(9, R"("kind":"answered","call":1)") +
        at(9, R"("kind":"agent_talking","agent":1,"call":1)") +
        at(17, R"("kind":"agent_wrap_up","agent":1)") +
        at(20, R"("kind":"agent_ready","agent":1)") + at(25, R"("kind":"machine","call":1)"));
    CHECK(day.agents[0].services.empty());
    REQUIRE(day.calls[0].machine.has_value());
    CHECK(day.calls[0].machine->talk == 8s);
    CHECK(day.calls[0].machine->wrap == 3s);
    CHECK(day.figures.answered == 0);
    CHECK(day.figures.served == 0);
}

TEST_CASE("the time that answered calls are given is read from the log", "[replay]") {
    std::string lines;
    // Four are dropped at a fifth of a second, three left at once, and one timer came late.
    lines +=
        at(0, R"("kind":"agent_signed_in","agent":1)") + at(0, R"("kind":"agent_ready","agent":1)");
    const std::vector<int> waits_ms{200, 0, 200, 210, 0, 205, 900, 0};
    for (int i = 0; i < static_cast<int>(waits_ms.size()); ++i) {
        const std::string call = ",\"call\":" + std::to_string(i + 1);
        lines += at(i, R"("kind":"dial_started","campaign":1)" + call);
        lines += at(i + 1, R"("kind":"answered")" + call);
        const std::string up = std::to_string(1'700'000'001'000'000 + 1'000'000LL * i +
                                              1000LL * waits_ms[static_cast<std::size_t>(i)]);
        lines += "{\"at\":" + up + R"(,"kind":"abandoned")" + call + "}\n";
    }
    const replay::Recording day = record_lines(lines);
    CHECK(day.tolerance == 210ms);
    CHECK(day.calls[1].gone); // though an agent was free
    CHECK_FALSE(day.calls[0].left);
    CHECK(record_lines(at(0, R"("kind":"ended","call":1)")).tolerance == 2s);
}

TEST_CASE("the figures of a log are those of the world that wrote it", "[replay]") {
    const LivedDay day = live("ratio", 2, team_of(5));
    const pacing_sim::CampaignDay truth = day.truth.total();
    CHECK(day.recording.figures.dials == truth.dials);
    CHECK(day.recording.figures.answered == truth.answered);
    CHECK(day.recording.figures.abandoned == truth.abandoned);
    CHECK(day.recording.figures.served == truth.served);
    CHECK(day.recording.figures.idle_s == Approx(day.truth.idle_s).epsilon(1e-6));
    CHECK(day.recording.figures.talk_s == Approx(day.truth.talk_s).epsilon(1e-6));
    CHECK(day.recording.tolerance == 2s);
    CHECK(day.recording.contradictions == 0);
}

TEST_CASE("a day lived again under its own policy comes out as it was", "[replay]") {
    for (const double ratio : {1.0, 2.0}) {
        const LivedDay day = live("ratio", ratio, team_of(5));
        const auto policy = policy_of("ratio", ratio);
        const replay::Run run = replay::Replay{day.recording, *policy, {}}.run();
        const replay::Figures& was = day.recording.figures;
        CHECK(run.figures.idle_s_per_call() == Approx(was.idle_s_per_call()).epsilon(0.01));
        CHECK(run.figures.abandonment() == Approx(was.abandonment()).margin(0.005));
        CHECK(run.sources.calls_recorded > was.dials * 98 / 100);
    }
}

TEST_CASE("under another policy the day comes out as the world itself says", "[replay]") {
    const pacing_sim::WorldSettings world = team_of(10);
    const LivedDay slow = live("progressive", 1, world);
    const LivedDay fast = live("ratio", 2, world);
    const auto policy = policy_of("ratio", 2);
    const replay::Run run = replay::Replay{slow.recording, *policy, {}}.run();
    const replay::Figures& truth = fast.recording.figures;
    CHECK(run.figures.idle_s_per_call() == Approx(truth.idle_s_per_call()).epsilon(0.06));
    CHECK(run.figures.abandonment() == Approx(truth.abandonment()).margin(0.015));
    CHECK(run.sources.calls_drawn > 0);
    CHECK(run.figures.dials > slow.recording.figures.dials);
}

TEST_CASE("the same seed gives the same run", "[replay]") {
    const LivedDay day = live("progressive", 1, team_of(5));
    const auto run = [&](std::uint64_t seed) {
        const auto policy = policy_of("ratio", 2);
        return replay::Replay{day.recording, *policy, {.seed = seed}}.run().figures;
    };
    CHECK(run(3).idle_s == run(3).idle_s);
    CHECK(run(3).idle_s != run(4).idle_s);
}

TEST_CASE("no call is given up before its time, and none rings when all agents have gone",
          "[replay]") {
    const LivedDay day = live("progressive", 1, team_of(5));
    const auto policy = policy_of("predictive");
    Logged logged{*policy};
    const replay::Run run = replay::Replay{day.recording, logged, {}}.run();
    std::string why;
    const auto events = replay::read_events(logged.log, why);
    REQUIRE(events.has_value());
    const replay::Recording again = replay::record(*events);
    CHECK(again.figures.dials == run.figures.dials);
    CHECK(again.figures.answered == run.figures.answered);
    CHECK(again.contradictions == 0);
    for (const replay::CallRecord& call : again.calls) {
        if (call.fate == replay::Fate::open && call.dialed + call.delay < day.recording.to) {
            CHECK(call.delay >= 15s);
        }
    }
}

TEST_CASE("a bootstrap interval holds its mean and shrinks with the runs", "[replay]") {
    const replay::Estimate few = replay::bootstrap({1, 2, 3, 4}, 1);
    CHECK(few.value == Approx(2.5));
    CHECK(few.low < 2.5);
    CHECK(few.high > 2.5);
    const replay::Estimate same = replay::bootstrap({5, 5, 5}, 1);
    CHECK(same.low == Approx(5));
    CHECK(same.high == Approx(5));
    CHECK(replay::bootstrap({}, 1).value == 0);
}
