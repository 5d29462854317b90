// How long does a pacing decision take, and how long does it take to tell pacing of an event?
//
// A stream of calls and agents like a real day's, in simulated time: the pacer's own decisions make
// the calls. Every decision after every event and tick is timed on its own, so that the ones right
// after a tick, which pay for ageing, are in the figures with their true share.

#include "pacing/pacer.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <queue>
#include <random>
#include <vector>

namespace {

using namespace pacing;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr CampaignId campaign{1};
constexpr Duration tick = 250ms;

/// The events of a pool and its calls, one at a time.
class Stream {
public:
    Stream(int agents, double answer) : answer_{answer} {
        Settings settings;
        settings.lines_per_agent_max = 50;
        pacer_.set_campaign(campaign, settings);
        tell({.at = now_,
              .kind = EventKind::day_started,
              .campaign = campaign,
              .until = now_ + 24h});
        for (int agent = 1; agent <= agents; ++agent) {
            const auto id = AgentId{agent};
            tell({.at = now_, .kind = EventKind::agent_signed_in, .agent = id});
            push(lognormal(60.0, 1.0), {.kind = EventKind::agent_ready, .agent = id});
        }
        push(0.25, {});
    }

    /// Plays the next thing that happens and leaves the decision that it calls for to decide().
    void step() {
        const Due due = queue_.top();
        queue_.pop();
        now_ = due.at;
        if (due.ticks) {
            push(0.25, {});
            return;
        }
        Event event = due.event;
        event.at = now_;
        tell(event);
        follow(event);
    }

    double decide() {
        const auto before = steady_clock::now();
        const Plan plan = pacer_.decide(campaign, now_, Room{}, next_);
        const std::chrono::duration<double> took = steady_clock::now() - before;
        for (int i = 0; i < plan.dial; ++i) {
            dial();
        }
        return took.count();
    }

    double event_s() { return std::exchange(event_s_, 0.0); }
    [[nodiscard]] Pacer::Counts counts() const { return pacer_.counts(); }

private:
    struct Due {
        Instant at;
        std::uint64_t order = 0;
        bool ticks = false;
        Event event;
        friend bool operator<(const Due& left, const Due& right) {
            return left.at != right.at ? left.at > right.at : left.order > right.order;
        }
    };

    void tell(const Event& event) {
        const auto before = steady_clock::now();
        pacer_.on(event);
        const std::chrono::duration<double> took = steady_clock::now() - before;
        event_s_ += took.count();
    }
    void push(double after_s, const Event& event) {
        const Duration after{static_cast<std::int64_t>(after_s * 1e6)};
        queue_.push(
            {now_ + after, ++order_, event.agent == AgentId{} && event.call == CallId{}, event});
    }
    double uniform() { return std::uniform_real_distribution<>{}(random_); }
    double lognormal(double mean, double cv) {
        const double sigma2 = std::log1p(cv * cv);
        std::lognormal_distribution<> law{std::log(mean) - 0.5 * sigma2, std::sqrt(sigma2)};
        return law(random_);
    }

    void dial() {
        const CallId call{++calls_};
        tell({.at = now_, .kind = EventKind::dial_started, .campaign = campaign, .call = call});
        std::gamma_distribution<> ring{4.84, 2.273};
        if (uniform() < answer_) {
            push(std::min(21.9, ring(random_)), {.kind = EventKind::answered, .call = call});
        } else if (uniform() < 0.4) {
            push(8.0 + 14.0 * uniform(), {.kind = EventKind::machine, .call = call});
        } else {
            push(22.0, {.kind = EventKind::ended, .call = call});
        }
    }
    void follow(const Event& event) {
        if (event.kind == EventKind::answered) {
            if (free_.empty()) {
                tell({.at = now_, .kind = EventKind::abandoned, .call = event.call});
                return;
            }
            const AgentId agent = free_.back();
            free_.pop_back();
            tell(
                {.at = now_, .kind = EventKind::agent_talking, .call = event.call, .agent = agent});
            push(lognormal(120, 1), {.kind = EventKind::agent_wrap_up, .agent = agent});
        } else if (event.kind == EventKind::agent_wrap_up) {
            push(lognormal(30, 0.8), {.kind = EventKind::agent_ready, .agent = event.agent});
        } else if (event.kind == EventKind::agent_ready) {
            free_.push_back(event.agent);
        }
    }

    double answer_;
    Pacer pacer_;
    Instant now_{std::chrono::hours{500'000}};
    std::priority_queue<Due> queue_;
    std::uint64_t order_ = 0;
    std::int64_t calls_ = 0;
    std::vector<AgentId> free_;
    std::vector<Group> next_ = std::vector<Group>(2'000, Group{1, 1, 1, 12});
    std::mt19937_64 random_{1};
    double event_s_ = 0;
};

double quantile(std::vector<double>& values, double share) {
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

void report(benchmark::State& state, std::vector<double>& times, double in_flight) {
    constexpr double us = 1e6;
    state.counters["p50_us"] = quantile(times, 0.5) * us;
    state.counters["p99_us"] = quantile(times, 0.99) * us;
    state.counters["max_us"] = *std::max_element(times.begin(), times.end()) * us;
    state.counters["in_flight"] = in_flight;
}

/// Arguments: agents, answered dials in a thousand.
void run(benchmark::State& state, bool time_decisions) {
    Stream stream{static_cast<int>(state.range(0)), static_cast<double>(state.range(1)) * 1e-3};
    std::vector<double> times;
    times.reserve(1 << 20);
    for (int warm = 0; warm < 400'000; ++warm) {
        stream.step();
        stream.decide();
    }
    double lines = 0;
    for (auto _ : state) {
        stream.event_s();
        stream.step();
        const double event_s = stream.event_s();
        const double decision_s = stream.decide();
        const double took = time_decisions ? decision_s : event_s;
        state.SetIterationTime(took);
        times.push_back(took);
        lines += stream.counts().in_flight;
    }
    report(state, times, lines / static_cast<double>(state.iterations()));
}

void decision(benchmark::State& state) {
    run(state, true);
}
void event(benchmark::State& state) {
    run(state, false);
}

} // namespace

// 1,000 agents with 5,000 lines in flight at about 2 % answered; the others are everyday sizes.
BENCHMARK(decision)
    ->Args({10, 250})
    ->Args({100, 250})
    ->Args({1000, 250})
    ->Args({1000, 22})
    ->UseManualTime()
    ->Iterations(200'000);
BENCHMARK(event)->Args({1000, 22})->UseManualTime()->Iterations(200'000);

BENCHMARK_MAIN();
