// Goal: agents' time is whole: whatever the borders of days and of the period cut, the states of a
// row add up to its length, and a state counts for as long as it lasted and no longer.
// Method: changes of state written as an engine writes them, read back over several periods.

#include "tests/campaigns/reports_support.hpp"

#include <catch2/catch.hpp>

using namespace reports_test;
using namespace store_test;
using namespace std::chrono_literals;
using campaigns::AgentState;

namespace {

/// Writes one change after the other; each begins where the one before ended.
class Shift {
public:
    Shift(World& world, const std::string& name)
        : world_{world}, agent_{world.store.add_agent({{}, name, name, std::string(32, 'a')})} {}

    void change(Instant at, AgentState to, const std::string& reason = {},
                std::optional<campaigns::AttemptId> attempt = {}) {
        campaigns::LogBatch batch;
        batch.agent_states.push_back(
            {world_.ids.make(at), agent_, at, state_, to, reason, attempt, world_.campaign.id});
        world_.store.write_log(batch);
        state_ = to;
    }
    /// As an engine sees the agent that knows nothing of before.
    void forget() { state_ = AgentState::offline; }
    [[nodiscard]] campaigns::AgentId agent() const { return agent_; }

private:
    World& world_;
    campaigns::AgentId agent_;
    AgentState state_ = AgentState::offline;
};

Report time_of(World& world, Instant from, Instant to, std::vector<std::string> by = {"agent"}) {
    return report_of(world.store, "agent_time", by, from, to);
}

double states_of(const Report& report, std::size_t row) {
    double sum = 0;
    for (const char* column : {"ready_s", "reserved_s", "talking_s", "wrap_up_s", "paused_s",
                               "unknown_s", "offline_s"}) {
        sum += decimal(report, row, column);
    }
    return sum;
}

/// A call of one minute after 20 s of waiting, then 30 s of wrap-up.
void one_call(Shift& shift, Instant at, std::optional<campaigns::AttemptId> attempt = {}) {
    shift.change(at, AgentState::ready);
    shift.change(at + 20s, AgentState::reserved, "", attempt);
    shift.change(at + 21s, AgentState::talking, "", attempt);
    shift.change(at + 81s, AgentState::wrap_up, "", attempt);
    shift.change(at + 111s, AgentState::ready, "", attempt);
}

} // namespace

TEST_CASE("the states of an agent add up to the period", "[pg][reports]") {
    World world;
    Shift ada{world, "Ada"};
    one_call(ada, kNoon);
    ada.change(kNoon + 10min, AgentState::paused, "lunch");
    ada.change(kNoon + 40min, AgentState::ready);
    ada.change(kNoon + 1h, AgentState::offline, "signed out");

    const auto report = time_of(world, kNoon - 1h, kNoon + 2h);
    REQUIRE(report.rows.size() == 1);
    CHECK(decimal(report, 0, "period_s") == Approx(10'800));
    CHECK(states_of(report, 0) == Approx(10'800));
    CHECK(decimal(report, 0, "reserved_s") == Approx(1));
    CHECK(decimal(report, 0, "talking_s") == Approx(60));
    CHECK(decimal(report, 0, "wrap_up_s") == Approx(30));
    CHECK(decimal(report, 0, "paused_s") == Approx(1800));
    CHECK(decimal(report, 0, "ready_s") == Approx(3600 - 1 - 60 - 30 - 1800));
    CHECK(decimal(report, 0, "offline_s") == Approx(7200));
    CHECK(whole(report, 0, "calls") == 1);
    // Of the three times ready, one ended with a call.
    CHECK(decimal(report, 0, "idle_mean_s") == Approx(20));
    CHECK(decimal(report, 0, "idle_p90_s") == Approx(20));
    CHECK(decimal(report, 0, "occupancy") == Approx(91.0 / (91 + 1709)));
}

TEST_CASE("a state that began before the period and lasts beyond it fills it", "[pg][reports]") {
    World world;
    Shift ada{world, "Ada"};
    ada.change(kNoon - 3h, AgentState::paused, "meeting");
    ada.change(kNoon + 3h, AgentState::offline);
    Shift bob{world, "Bob"}; // is ready still
    bob.change(kNoon - 3h, AgentState::ready);

    const auto report = time_of(world, kNoon - 1h, kNoon + 1h);
    REQUIRE(report.rows.size() == 2);
    CHECK(decimal(report, 0, "paused_s") == Approx(7200));
    CHECK(decimal(report, 0, "offline_s") == Approx(0));
    CHECK(decimal(report, 1, "ready_s") == Approx(7200));
    CHECK(cell_text(report, 1, "idle_mean_s").empty()); // no call ended it
    // Whoever was away all the time has no row.
    CHECK(time_of(world, kNoon + 4h, kNoon + 5h).rows.size() == 1);
    CHECK(time_of(world, kNoon - 5h, kNoon - 4h).rows.empty());
}

TEST_CASE("midnight divides what it falls into", "[pg][reports]") {
    World world;
    Shift ada{world, "Ada"};
    const Instant midnight = kNoon + 12h; // New York
    ada.change(midnight - 10min, AgentState::paused, "night");
    ada.change(midnight + 26h, AgentState::offline);
    const auto report = time_of(world, midnight - 1h, midnight + 30h, {"agent", "day"});
    REQUIRE(report.rows.size() == 3);
    CHECK(cell_text(report, 0, "day") == "2026-11-23");
    CHECK(decimal(report, 0, "paused_s") == Approx(600));
    CHECK(decimal(report, 0, "period_s") == Approx(3600));
    CHECK(decimal(report, 1, "paused_s") == Approx(86'400));
    CHECK(decimal(report, 2, "paused_s") == Approx(7200));
    CHECK(decimal(report, 2, "period_s") == Approx(6 * 3600));
    for (std::size_t row = 0; row < 3; ++row) {
        CHECK(states_of(report, row) == Approx(decimal(report, row, "period_s")));
    }
    const auto pauses =
        report_of(world.store, "pauses", {"reason", "day"}, midnight - 1h, midnight + 30h);
    REQUIRE(pauses.rows.size() == 3);
    CHECK(cell_text(pauses, 0, "reason") == "night");
    CHECK(decimal(pauses, 1, "paused_s") == Approx(86'400));
}

TEST_CASE("periods that lie side by side add up to the whole", "[pg][reports]") {
    World world;
    Shift ada{world, "Ada"};
    std::mt19937 engine{11};
    Instant at = kNoon;
    for (int i = 0; i < 40; ++i) {
        one_call(ada, at);
        at += std::chrono::seconds{111 + engine() % 600};
        ada.change(at, AgentState::paused, "break");
        at += std::chrono::seconds{engine() % 300 + 1};
    }
    const auto all = time_of(world, kNoon, kNoon + 12h);
    REQUIRE(all.rows.size() == 1);
    CHECK(whole(all, 0, "calls") == 40);
    for (const char* column : {"ready_s", "talking_s", "wrap_up_s", "paused_s"}) {
        double parts = 0;
        std::int64_t calls = 0;
        for (Instant from = kNoon; from < kNoon + 12h; from += 47min) {
            const auto part = time_of(world, from, std::min(from + 47min, Instant{kNoon + 12h}));
            parts += part.rows.empty() ? 0 : decimal(part, 0, column);
            calls += part.rows.empty() ? 0 : whole(part, 0, "calls");
        }
        INFO("seed 11, " << column);
        CHECK(parts == Approx(decimal(all, 0, column)));
        CHECK(calls == 40);
    }
}

TEST_CASE("time for which nobody can vouch after a crash is unknown", "[pg][reports]") {
    World world;
    Shift ada{world, "Ada"};
    ada.change(kNoon, AgentState::ready);
    ada.change(kNoon + 5min, AgentState::paused, "break");
    // The engine dies and comes back; the agent signs in again.
    const campaigns::RunId second{world.ids.make(kNoon + 20min)};
    world.store = campaigns::Store{world.db.engine_dsn()};
    auto start = run_start(second);
    start.at = kNoon + 20min;
    world.store.begin_run(start);
    auto report = time_of(world, kNoon, kNoon + 1h);
    CHECK(decimal(report, 0, "ready_s") == Approx(300));
    CHECK(decimal(report, 0, "paused_s") == Approx(0));
    CHECK(decimal(report, 0, "unknown_s") == Approx(3300));
    ada.forget();
    ada.change(kNoon + 30min, AgentState::ready);
    report = time_of(world, kNoon, kNoon + 1h);
    CHECK(decimal(report, 0, "unknown_s") == Approx(25 * 60));
    CHECK(decimal(report, 0, "ready_s") == Approx(300 + 1800));
    CHECK(states_of(report, 0) == Approx(3600));
}

TEST_CASE("wrap-up belongs to its call, whatever calls are divided by", "[pg][reports]") {
    World world;
    world.add_leads(2);
    Shift ada{world, "Ada"};
    const auto call = connected_call(world, ada.agent(), kNoon);
    one_call(ada, kNoon, call);
    connected_call(world, ada.agent(), kNoon + 10min); // still wrapping up, for all we know
    for (const char* by : {"agent", "trunk", "hour"}) {
        const auto report = report_of(world.store, "attempts", {by}, kNoon, kNoon + 1h);
        REQUIRE(report.rows.size() == 1);
        CHECK(decimal(report, 0, "wrap_up_s") == Approx(30));
        CHECK(decimal(report, 0, "talk_s") == Approx(60));
        CHECK(decimal(report, 0, "wait_s") == Approx(0.5));
    }
}

TEST_CASE("a clock that is put back makes no time", "[pg][reports]") {
    World world;
    Shift ada{world, "Ada"};
    ada.change(kNoon, AgentState::ready);
    ada.change(kNoon + 10min, AgentState::paused, "break");
    ada.change(kNoon + 5min, AgentState::ready);
    ada.change(kNoon + 20min, AgentState::offline);
    const auto report = time_of(world, kNoon, kNoon + 1h);
    CHECK(states_of(report, 0) == Approx(3600));
    CHECK(decimal(report, 0, "ready_s") == Approx(1200));
}
