// Goal: durations follow the distributions they are named for, and the same seed gives the same
// ones. Method: means and spreads of many samples against their formulas, within five standard
// errors.

#include "bench/pacing/law.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <set>

using pacing_sim::Law;
using pacing_sim::Random;

namespace {

constexpr int samples = 100'000;

struct Moments {
    double mean = 0;
    double sd = 0;
    double least = 1e9;
    double most = -1e9;
};

Moments moments_of(const Law& law) {
    Random random{7, 0, 0};
    Moments result;
    double squares = 0;
    for (int count = 0; count < samples; ++count) {
        const double value = law.sample(random);
        result.mean += value / samples;
        squares += value * value / samples;
        result.least = std::min(result.least, value);
        result.most = std::max(result.most, value);
    }
    result.sd = std::sqrt(squares - result.mean * result.mean);
    return result;
}

void check_mean(const Law& law, double mean, double sd) {
    const Moments found = moments_of(law);
    CHECK(std::abs(found.mean - mean) < 5 * sd / std::sqrt(double{samples}));
    CHECK(found.sd == Approx(sd).epsilon(0.05));
}

} // namespace

TEST_CASE("samples have the mean and spread of their law", "[sim]") {
    check_mean(Law::exponential(150), 150, 150);
    check_mean(Law::lognormal(120, 1), 120, 120);
    check_mean(Law::lognormal(30, 0.8), 30, 24);
    check_mean(Law::gamma(11, 5), 11, 5);
    check_mean(Law::gamma(3, 6), 3, 6); // shape below one takes another way
    check_mean(Law::normal(18, 2), 18, 2);
    check_mean(Law::uniform(2, 4), 3, 2 / std::sqrt(12.0));
    CHECK(moments_of(Law::fixed(4)).least == 4);
    CHECK(moments_of(Law::fixed(4)).most == 4);
}

TEST_CASE("a mixture has the mean of its parts", "[sim]") {
    const Law mixed = Law::mixture(0.35, Law::lognormal(15, 0.5), Law::lognormal(176.5, 1));
    CHECK(moments_of(mixed).mean == Approx(0.35 * 15 + 0.65 * 176.5).epsilon(0.02));
}

TEST_CASE("a truncated law stays within its limits", "[sim]") {
    const Moments ring = moments_of(Law::gamma(11, 5).within(0, 22));
    CHECK(ring.most < 22);
    CHECK(ring.most > 21);
    CHECK(ring.mean < 11);
    CHECK(ring.mean > 10);
    const Moments machine = moments_of(Law::normal(18, 2).within(8, 22));
    CHECK(machine.least >= 8);
    CHECK(machine.most < 22);
}

TEST_CASE("a law that cannot meet its limits still returns", "[sim]") {
    Random random{1, 0, 0};
    CHECK(Law::fixed(5).within(10, 20).sample(random) == 10);
}

TEST_CASE("a mean or a spread of nothing makes a constant", "[sim]") {
    Random random{1, 0, 0};
    CHECK(Law::lognormal(0, 1).sample(random) == 0);
    CHECK(Law::lognormal(20, 0).sample(random) == Approx(20));
    CHECK(Law::gamma(0, 5).sample(random) == 0);
    CHECK(Law::gamma(11, 0).sample(random) == 11);
    CHECK(Law::normal(18, 0).sample(random) == 18);
    CHECK(Law{}.none());
}

TEST_CASE("real talk times keep the mean of their source", "[sim]") {
    const Moments talk = moments_of(pacing_sim::real_talk());
    CHECK(talk.mean == Approx(257).epsilon(0.02));
    CHECK(talk.sd / talk.mean == Approx(0.97).epsilon(0.05));
    CHECK(talk.least >= 0);
}

TEST_CASE("quantiles are met at their places", "[sim]") {
    const Moments pair = moments_of(Law::quantiles({10, 20}));
    CHECK(pair.least == 10);
    CHECK(pair.most == 20);
    CHECK(pair.mean == Approx(15).epsilon(0.01));
}

TEST_CASE("a law is read from text or refused", "[sim]") {
    Random random{1, 0, 0};
    REQUIRE(Law::from_text("fixed:3"));
    CHECK(Law::from_text("fixed:3")->sample(random) == 3);
    CHECK(moments_of(*Law::from_text("gamma:11:5")).mean == Approx(11).epsilon(0.02));
    CHECK(moments_of(*Law::from_text("exponential:8")).mean == Approx(8).epsilon(0.02));
    for (const char* wrong : {"", "fixed", "fixed:", "fixed:x", "fixed:1:2", "gamma:1", "gamma:0:1",
                              "gamma:1:-1", "lognormal:1:2:3", "uniform:4:2", "normal:1e99:1",
                              "beta:1:2", "gamma:nan:1", "exponential:inf", ":", "::::"}) {
        INFO(wrong);
        CHECK_FALSE(Law::from_text(wrong));
    }
}

TEST_CASE("sequences repeat by seed and differ by day and stream", "[sim]") {
    std::set<std::uint64_t> firsts;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        for (std::uint64_t day = 0; day < 10; ++day) {
            for (std::uint64_t stream = 0; stream < 10; ++stream) {
                Random one{seed, day, stream};
                Random same{seed, day, stream};
                const std::uint64_t first = one.bits();
                CHECK(first == same.bits());
                firsts.insert(first);
            }
        }
    }
    CHECK(firsts.size() == 1000);
}
