// Goal: the probability at the heart of a decision is right where it can be known.
// Method: enumeration of all outcomes for small teams; the exact form against the normal one where
// both hold; limits that need no arithmetic.

#include "pacing/shortage.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <vector>

using namespace pacing;

namespace {

/// One horizon, eight times over: rows that are constant over time.
struct Team {
    std::vector<Row> rows;
    std::array<const Row*, AgentsBook::exact_max> pointers{};
    GridPoints points{};

    explicit Team(const std::vector<double>& back) {
        for (const double p : back) {
            rows.push_back(Row::Constant(static_cast<float>(p)));
        }
        for (std::size_t i = 0; i < rows.size(); ++i) {
            pointers[i] = &rows[i];
        }
    }
    [[nodiscard]] Shortage shortage(const Outlook& outlook) const {
        return Shortage{outlook, pointers, static_cast<int>(rows.size()), points};
    }
};

/// P(free + back <= waiting + answers) over all outcomes; answers binomial(trials, p).
double enumerated(const std::vector<double>& back, int free, int waiting, int trials, double p) {
    double sum = 0;
    for (std::size_t agents = 0; agents < (1U << back.size()); ++agents) {
        double weight = 1;
        int ready = free;
        for (std::size_t i = 0; i < back.size(); ++i) {
            const bool is_back = (agents >> i) & 1U;
            weight *= is_back ? back[i] : 1 - back[i];
            ready += is_back ? 1 : 0;
        }
        for (std::size_t calls = 0; calls < (1U << trials); ++calls) {
            double chance = weight;
            int answers = waiting;
            for (int i = 0; i < trials; ++i) {
                const bool answered = (calls >> i) & 1U;
                chance *= answered ? p : 1 - p;
                answers += answered ? 1 : 0;
            }
            sum += ready <= answers ? chance : 0;
        }
    }
    return sum;
}

Outlook outlook_of(int free, int waiting, int trials, double p) {
    Outlook outlook;
    outlook.free = free;
    outlook.waiting = waiting;
    outlook.demand.setConstant(trials * p);
    outlook.demand_var.setConstant(trials * p * (1 - p));
    return outlook;
}

} // namespace

TEST_CASE("a small team's shortage is the one that counting all outcomes gives", "[pacing]") {
    std::mt19937 random{4};
    std::uniform_real_distribution<> uniform{0.02, 0.9};
    for (int trial = 0; trial < 40; ++trial) {
        std::vector<double> back(static_cast<std::size_t>(trial % 6));
        for (double& p : back) {
            p = uniform(random);
        }
        const int free = trial % 3;
        const int waiting = trial % 2;
        const int calls = 1 + trial % 5;
        const double p = uniform(random);
        const Team team{back};
        INFO("trial " << trial);
        CHECK(team.shortage(outlook_of(free, waiting, calls, p)).now() ==
              Approx(enumerated(back, free, waiting, calls, p)).margin(2e-3));
    }
}

TEST_CASE("further calls count like calls that ring", "[pacing]") {
    const Team team{{0.3, 0.5, 0.1, 0.7}};
    const Shortage without = team.shortage(outlook_of(1, 0, 0, 0.25));
    Horizons mean = Horizons::Constant(3 * 0.25);
    Horizons variance = Horizons::Constant(3 * 0.25 * 0.75);
    CHECK(without.with(mean, variance) ==
          Approx(enumerated({0.3, 0.5, 0.1, 0.7}, 1, 0, 3, 0.25)).margin(1e-6));
}

TEST_CASE("nobody free and nobody expected is a certain shortage", "[pacing]") {
    CHECK(Team{{}}.shortage(outlook_of(0, 0, 0, 0.1)).now() == Approx(1.0));
    CHECK(Team{{0.5}}.shortage(outlook_of(0, 5, 0, 0.1)).now() == Approx(1.0));
    CHECK(Team{{}}.shortage(outlook_of(3, 0, 0, 0.1)).now() == Approx(0.0).margin(1e-9));
}

TEST_CASE("more calls never make a shortage less likely", "[pacing]") {
    const Team team{{0.3, 0.5, 0.1, 0.7, 0.9, 0.2}};
    const Shortage small = team.shortage(outlook_of(1, 0, 2, 0.3));
    Outlook big = outlook_of(4, 0, 100, 0.1);
    big.supply.setConstant(20);
    big.supply_var.setConstant(12);
    const Shortage large{big};
    double before_small = 0;
    double before_large = 0;
    for (int calls = 0; calls < 30; ++calls) {
        const Horizons mean = Horizons::Constant(calls * 0.3);
        const Horizons variance = Horizons::Constant(calls * 0.3 * 0.7);
        CHECK(small.with(mean, variance) >= before_small - 1e-9);
        CHECK(large.with(mean, variance) >= before_large - 1e-9);
        before_small = small.with(mean, variance);
        before_large = large.with(mean, variance);
    }
    CHECK(before_small > 0.9);
}

TEST_CASE("at the border between few and many agents both forms agree", "[pacing]") {
    std::vector<double> back(24);
    for (std::size_t i = 0; i < back.size(); ++i) {
        back[i] = 0.1 + 0.03 * static_cast<double>(i);
    }
    const Team team{back};
    for (int calls = 20; calls < 60; calls += 8) {
        Outlook outlook = outlook_of(2, 0, calls, 0.25);
        for (const double p : back) {
            outlook.supply += p;
            outlook.supply_var += p * (1 - p);
        }
        CHECK(Shortage{outlook}.now() == Approx(team.shortage(outlook).now()).margin(0.01));
    }
}
