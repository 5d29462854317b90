// Goal: who is busy is expected back when he comes.
// Method: exponential times, which have no memory; fixed times, which are all memory; signals; and
// ages kept up step by step against ages counted anew.

#include "pacing/agents_book.hpp"
#include "pacing/service_times.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <random>

using namespace pacing;
using namespace std::chrono_literals;

namespace {

double back_within(const Moments& moments, double time_s) {
    return static_cast<double>(at(moments.mean, grid_point(time_s)));
}

Instant after(double time_s) {
    return Instant{Duration{static_cast<std::int64_t>(time_s * 1e6)}};
}

} // namespace

TEST_CASE("an exponential wrap-up ends as soon at any age", "[pacing]") {
    ServiceTimes times;
    std::mt19937_64 random{1};
    std::exponential_distribution<> wrap{1.0 / 20.0};
    for (int i = 0; i < 7'000; ++i) {
        times.talk_ended(100, false);
        times.wrap_ended(wrap(random), false);
        times.went_on(false);
    }
    for (const Tick age : {1, 20, 60, 120}) {
        CHECK(back_within(times.wrapping(age_bin(age)), 10.0) ==
              Approx(1 - std::exp(-0.5)).margin(0.05));
    }
}

TEST_CASE("a talk that always lasts 60 s ends after 60 s", "[pacing]") {
    ServiceTimes times;
    for (int i = 0; i < 7'000; ++i) {
        times.talk_ended(60.0, false);
        times.wrap_ended(0.0, false);
        times.went_on(false);
    }
    CHECK(back_within(times.talking(age_bin(4 * 10)), 20.0) < 0.02);
    CHECK(back_within(times.talking(age_bin(4 * 50)), 20.0) > 0.85);
}

TEST_CASE("a talk cut off is not taken for a short one", "[pacing]") {
    ServiceTimes cut;
    std::mt19937_64 random{2};
    std::exponential_distribution<> talk{1.0 / 50.0};
    for (int i = 0; i < 6'000; ++i) {
        // Half of the agents leave after 20 s.
        const double length = talk(random);
        const bool leaves = i % 2 == 0 && length > 20.0;
        cut.talk_ended(leaves ? 20.0 : length, leaves);
        cut.wrap_ended(0.0, false);
        cut.went_on(false);
    }
    CHECK(back_within(cut.talking(age_bin(4 * 15)), 10.0) ==
          Approx(1 - std::exp(-0.2)).margin(0.04));
}

TEST_CASE("breaks take their share of the agents expected", "[pacing]") {
    ServiceTimes steady;
    ServiceTimes leaving;
    for (int i = 0; i < 4'000; ++i) {
        for (auto* times : {&steady, &leaving}) {
            times->talk_ended(100, false);
            times->wrap_ended(10 + i % 7, false);
            times->went_on(times == &leaving && i % 4 == 0);
        }
    }
    const double without = back_within(steady.wrapping(age_bin(4 * 10)), 8.0);
    CHECK(back_within(leaving.wrapping(age_bin(4 * 10)), 8.0) ==
          Approx(0.75 * without).epsilon(0.02));
}

TEST_CASE("an announced end is believed as far as it was kept before", "[pacing]") {
    ServiceTimes times;
    std::mt19937_64 random{3};
    std::normal_distribution<> late{0.0, 1.0};
    for (int i = 0; i < 4'000; ++i) {
        times.signal_kept(late(random));
        times.talk_ended(100, false);
        times.wrap_ended(30, false);
        times.went_on(false);
    }
    CHECK(back_within(times.signalled(10.0), 7.0) < 0.02);
    CHECK(back_within(times.signalled(10.0), 10.0) == Approx(0.5).margin(0.05));
    CHECK(back_within(times.signalled(10.0), 14.0) > 0.97);
    // Overdue: he is still expected, not given up.
    CHECK(back_within(times.signalled(-2.0), 4.0) > 0.5);
}

TEST_CASE("ages kept up by steps are those counted anew", "[pacing]") {
    std::mt19937 random{5};
    AgeCounts stepped;
    std::vector<Tick> starts;
    Tick now = -100;
    for (int step = 0; step < 30'000; ++step) {
        stepped.step(++now);
        if (random() % 3 == 0 && starts.size() < 300) {
            starts.push_back(now);
            stepped.add(now, now);
        } else if (!starts.empty() && random() % 40 == 0) {
            const std::size_t at = random() % starts.size();
            stepped.remove(starts[at], now);
            starts.erase(starts.begin() + static_cast<std::ptrdiff_t>(at));
        }
    }
    AgeCounts anew;
    for (const Tick start : starts) {
        anew.add(start, now);
    }
    CHECK(stepped.by_bin() == anew.by_bin());
    CHECK(stepped.size() == static_cast<int>(starts.size()));
    CHECK(anew.by_bin().back() > 0); // some are older than an hour
}

TEST_CASE("the sum over the pool is the sum over its agents", "[pacing]") {
    AgentsBook book;
    ServiceTimes times;
    book.add_line(1, &times);
    std::mt19937 random{6};
    double clock = 1000;
    for (int agent = 1; agent <= 20; ++agent) {
        book.advance(after(clock));
        book.sign_in(AgentId{agent});
    }
    for (int step = 0; step < 4'000; ++step) {
        clock += static_cast<double>(random() % 100) / 50.0;
        book.advance(after(clock));
        const AgentId agent{1 + static_cast<int>(random() % 20)};
        switch (random() % 5) {
        case 0:
            book.ready(agent);
            break;
        case 1:
            book.talking(agent, CallId{step + 1}, random() % 2);
            break;
        case 2:
            book.wrap_up(agent);
            break;
        case 3:
            book.wrap_ending(agent, after(clock + static_cast<double>(random() % 20)));
            break;
        default:
            book.pause(agent);
            break;
        }
        const Row sum = book.expected().mean;
        std::array<const Row*, AgentsBook::exact_max> rows{};
        const int busy = book.each_expected(rows);
        Row each = Row::Zero();
        for (int i = 0; i < busy; ++i) {
            each += *rows[static_cast<std::size_t>(i)];
        }
        REQUIRE(busy == book.count(AgentState::talking) + book.count(AgentState::wrap_up));
        REQUIRE((sum - each).abs().maxCoeff() < 1e-4F);
    }
}

TEST_CASE("agents who sign out are gone, and twenty thousand is all there can be", "[pacing]") {
    AgentsBook book;
    book.advance(after(10));
    for (int agent = 1; agent <= 20'100; ++agent) {
        book.sign_in(AgentId{agent});
        book.sign_in(AgentId{agent});
    }
    CHECK(book.signed_in() == 20'000);
    for (int agent = 1; agent <= 20'100; ++agent) {
        book.sign_out(AgentId{agent});
    }
    CHECK(book.signed_in() == 0);
    CHECK(book.count(AgentState::not_ready) == 0);
}
