// Goal: intervals and alarms mean what they say: small numbers do not fool, and samples of one and
// the same share alarm no more often than stated.
// Method: figures computed by hand or by other means, whole distributions summed up, and seeded
// samples.

#include "campaigns/reports/rate_change.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <random>

using campaigns::rate_change;
using campaigns::RateCounts;
using campaigns::wilson_interval;

TEST_CASE("an interval is wide for few trials and never leaves 0 to 1", "[reports]") {
    const auto none = wilson_interval({0, 0});
    CHECK(none.low == 0.0);
    CHECK(none.high == 1.0);
    // Newcombe 1998, table I: 81 of 263 and 15 of 148, 0 of 20 and 1 of 29.
    CHECK(wilson_interval({263, 81}).low == Approx(0.2553).margin(5e-5));
    CHECK(wilson_interval({263, 81}).high == Approx(0.3662).margin(5e-5));
    CHECK(wilson_interval({148, 15}).low == Approx(0.0624).margin(5e-5));
    CHECK(wilson_interval({148, 15}).high == Approx(0.1605).margin(5e-5));
    CHECK(wilson_interval({20, 0}).low == 0.0);
    CHECK(wilson_interval({20, 0}).high == Approx(0.1611).margin(5e-5));
    CHECK(wilson_interval({29, 1}).low == Approx(0.0061).margin(5e-5));
    CHECK(wilson_interval({29, 29}).high == 1.0);
    CHECK_THROWS_AS(wilson_interval({5, 6}), std::invalid_argument);
    CHECK_THROWS_AS(wilson_interval({-1, 0}), std::invalid_argument);
}

TEST_CASE("the chance of a change is Fisher's", "[reports]") {
    // Fisher's tea: of 8 cups 4 with milk first, 3 of her 4 right: P(X >= 3) = 17/70.
    CHECK(rate_change({4, 1}, {4, 3}).rise_chance == Approx(17.0 / 70));
    CHECK(rate_change({4, 3}, {4, 1}).drop_chance == Approx(17.0 / 70));
    CHECK(rate_change({4, 1}, {4, 3}).drop_chance == Approx(69.0 / 70));
    CHECK(rate_change({4, 0}, {4, 4}).rise_chance == Approx(1.0 / 70));
    CHECK(rate_change({10, 0}, {10, 0}).drop_chance == Approx(1.0));
    CHECK(rate_change({10, 10}, {10, 10}).rise_chance == Approx(1.0));
    CHECK(rate_change({0, 0}, {10, 5}).drop_chance == 1.0);
}

TEST_CASE("both tails of every outcome add up, however large the counts", "[reports]") {
    for (std::int64_t now = 0; now <= 30; ++now) {
        const auto change = rate_change({40, 30 - now}, {50, now});
        const auto next = now < 30 ? rate_change({40, 30 - now - 1}, {50, now + 1}).rise_chance : 0;
        // P(X <= k) + P(X >= k + 1) = 1
        CHECK(change.drop_chance + next == Approx(1.0).epsilon(1e-9));
    }
    const auto large = rate_change({7'000'000, 1'400'000}, {1'000'000, 199'000});
    // The normal approximation is good to some per cent of the chance here.
    const double z = (0.199 - 1.599 / 8) / std::sqrt(1.599 / 8 * 6.401 / 8 / 1e6 * 7 / 8);
    CHECK(large.drop_chance == Approx(0.5 * std::erfc(-z / std::sqrt(2.0))).epsilon(0.02));
    CHECK_FALSE(large.dropped); // certain enough or not: a two-hundredth is no matter
    const auto sure = rate_change({7'000'000, 1'400'000}, {1'000'000, 100'000});
    CHECK(sure.drop_chance == Approx(0.0).margin(1e-300));
    CHECK(sure.rise_chance == Approx(1.0));
    CHECK(sure.dropped);
}

TEST_CASE("an alarm needs a large change, a sure one and enough calls", "[reports]") {
    CHECK(rate_change({700, 154}, {100, 5}).dropped); // 22 % to 5 %
    CHECK_FALSE(rate_change({700, 154}, {100, 5}).rose);
    CHECK(rate_change({700, 154}, {100, 45}).rose);
    CHECK_FALSE(rate_change({700, 154}, {100, 20}).dropped);             // chance
    CHECK_FALSE(rate_change({700, 154}, {40, 0}).dropped);               // too few now
    CHECK_FALSE(rate_change({40, 20}, {400, 0}).dropped);                // too few before
    CHECK_FALSE(rate_change({700000, 154000}, {100000, 21000}).dropped); // sure, but a trifle
    campaigns::RateChangeRule strict;
    strict.false_alarm = 1e-12;
    CHECK_FALSE(rate_change({700, 154}, {100, 5}, strict).dropped);
}

TEST_CASE("equal shares alarm no more often than stated", "[reports]") {
    // Exactly: for given totals, the outcomes that alarm have at most the stated chance together.
    const campaigns::RateChangeRule rule{.false_alarm = 0.01, .least_change = 0, .trials_min = 1};
    for (const std::int64_t marked : {1, 7, 40, 90, 149}) {
        double alarmed = 0;
        double before = 0;
        for (std::int64_t now = std::max<std::int64_t>(0, marked - 100);
             now <= std::min<std::int64_t>(50, marked); ++now) {
            const auto change = rate_change({100, marked - now}, {50, now}, rule);
            alarmed += change.dropped ? change.drop_chance - before : 0.0;
            before = change.drop_chance;
        }
        INFO("successes in all: " << marked);
        CHECK(alarmed <= 0.01);
    }
    // And drawn: 20,000 days of a caller id whose share stays at 22 %.
    std::mt19937 engine{20261123};
    std::binomial_distribution<std::int64_t> before{1400, 0.22};
    std::binomial_distribution<std::int64_t> today{200, 0.22};
    int alarms = 0;
    for (int day = 0; day < 20'000; ++day) {
        const auto change = rate_change({1400, before(engine)}, {200, today(engine)});
        alarms += change.dropped || change.rose ? 1 : 0;
    }
    INFO("seed 20261123");
    CHECK(alarms <= 60); // at most 40 are expected; 60 are three standard deviations more
}

TEST_CASE("a share that falls to half is noticed on the first day", "[reports]") {
    std::mt19937 engine{7};
    std::binomial_distribution<std::int64_t> before{1400, 0.22};
    std::binomial_distribution<std::int64_t> today{200, 0.11};
    int noticed = 0;
    for (int day = 0; day < 1000; ++day) {
        noticed += rate_change({1400, before(engine)}, {200, today(engine)}).dropped ? 1 : 0;
    }
    INFO("seed 7");
    CHECK(noticed >= 700);
}
