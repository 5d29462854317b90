// Goal: ring times are learnt as they are, whatever is given up, and the rate of answers is not
// biased by what still rings.
// Method: synthetic calls from known distributions.

#include "pacing/answer_rate.hpp"
#include "pacing/calls_in_flight.hpp"
#include "pacing/ring_times.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <random>

using namespace pacing;

namespace {

constexpr double answer_share = 0.3;

struct World {
    std::mt19937_64 random{7};

    double uniform() { return std::uniform_real_distribution<>{}(random); }
    /// The time and kind of the end of a call that is given up at `cut_s`.
    std::pair<double, RingEnd> call(double cut_s) {
        const bool person = uniform() < answer_share;
        // Answers even over 3..13 s, other ends even over 2..22 s.
        const double at = person ? 3 + 10 * uniform() : 2 + 20 * uniform();
        if (at > cut_s) {
            return {cut_s, RingEnd::cut};
        }
        return {at, person ? RingEnd::answered : RingEnd::ended};
    }
};

double even(double at, double from, double to) {
    return std::clamp((at - from) / (to - from), 0.0, 1.0);
}

} // namespace

TEST_CASE("ring times are recovered although some calls are given up", "[pacing]") {
    for (const bool cutting : {false, true}) {
        World world;
        RingTimes times{22.0};
        for (int i = 0; i < 15'000; ++i) {
            const bool cut = cutting && i % 2 == 0;
            const auto [at, end] = world.call(cut ? 8.0 : 22.0);
            times.learn(at, end);
        }
        INFO("cutting " << cutting);
        for (double at = 1; at < 22; at += 1.5) {
            CHECK(times.live_by(at) == Approx(even(at, 3, 13)).margin(0.025));
            CHECK(times.other_by(at) == Approx(even(at, 2, 22)).margin(0.025));
        }
        CHECK(times.answer_s() == Approx(8.0).margin(0.15));
        CHECK(times.fresh_s()[0] == Approx(3.0 + 10.0 / 16).margin(0.3));
        CHECK(times.fresh_s()[7] == Approx(13.0 - 10.0 / 16).margin(0.3));
    }
}

TEST_CASE("a call's chance follows from how long it has rung", "[pacing]") {
    World world;
    RingTimes times{22.0};
    for (int i = 0; i < 15'000; ++i) {
        const auto [at, end] = world.call(22.0);
        times.learn(at, end);
    }
    const auto& classes = class_probabilities();
    const auto mix = answer_mix(answer_share);
    const int low = mix.low;
    // Within 5 s, of a call that has rung for 8 s: P(8 < T <= 13, person) over P(still rings).
    const double p = classes[static_cast<std::size_t>(low)];
    const double expected = p * 0.5 / (p * 0.5 + (1 - p) * (1 - even(8, 2, 22)));
    const GridPoint in_5s = grid_point(5.0);
    CHECK(static_cast<double>(at(times.answers(16, low).mean, in_5s)) ==
          Approx(expected).margin(0.02));
    // When nobody answers any more, nothing is expected.
    CHECK(static_cast<double>(at(times.answers(40, low).mean, in_5s)) == Approx(0.0).margin(0.02));
}

TEST_CASE("a call between two classes counts as both in parts, and leaves nothing", "[pacing]") {
    const RingTimes times{22.0};
    CallsInFlight lines{times};
    lines.advance(1000);
    for (const double p : {0.02, 0.25, 0.4, 0.7}) {
        const AnswerMix mix = answer_mix(p);
        lines.add(1000, mix);
        // All the time in the world: it is answered with its probability.
        CHECK(static_cast<double>(lines.answers().mean[grid_size - 1]) == Approx(p).epsilon(0.01));
        lines.remove(1000, mix);
        CHECK(static_cast<double>(lines.answers().mean[grid_size - 1]) == Approx(0.0).margin(1e-6));
    }
}

TEST_CASE("sums kept up by changes equal sums made anew", "[pacing]") {
    const RingTimes times{22.0};
    CallsInFlight lines{times};
    std::mt19937 random{3};
    std::vector<std::pair<Bucket, AnswerMix>> open;
    Bucket now = -50;
    lines.advance(now);
    for (int step = 0; step < 2'000; ++step) {
        if (open.size() < 40 || random() % 2 == 0) {
            const auto mix = answer_mix(static_cast<double>(random() % 100) / 100.0);
            open.emplace_back(now, mix);
            lines.add(now, mix);
        } else {
            const std::size_t at = random() % open.size();
            lines.remove(open[at].first, open[at].second);
            open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
        }
        (void)lines.answers();
        if (random() % 5 == 0) {
            lines.advance(++now);
        }
    }
    CallsInFlight anew{times};
    anew.advance(now);
    for (const auto& [dialed, mix] : open) {
        anew.add(dialed, mix);
    }
    CHECK((lines.answers().mean - anew.answers().mean).abs().maxCoeff() < 1e-3F);
}

TEST_CASE("the answer rate is not biased by calls that ring or are given up", "[pacing]") {
    World world;
    RingTimes times{22.0};
    for (int i = 0; i < 15'000; ++i) {
        const auto [at, end] = world.call(22.0);
        times.learn(at, end);
    }
    // Dials come in a burst that has only just begun to be answered: answers over ended calls would
    // be far off. Half of the calls are given up after 8 s.
    AnswerRate rate;
    Bucket now = 5000;
    struct Due {
        Bucket at;
        Bucket dialed;
        RingEnd end;
    };
    std::vector<Due> dues;
    for (int second = 0; second < 2'000; ++second, ++now) {
        rate.advance(now, times);
        for (int dial = 0; dial < 4; ++dial) {
            rate.dialed(now, 1.0);
            const auto [at, end] = world.call(dial % 2 == 0 ? 8.0 : 22.0);
            dues.push_back({now + std::lround(at * 2), now, end});
        }
        std::erase_if(dues, [&](const Due& due) {
            if (due.at > now) {
                return false;
            }
            rate.over(due.dialed, 1.0);
            if (due.end == RingEnd::answered) {
                rate.answered();
            }
            return true;
        });
        if (second == 24) {
            CHECK(rate.value() < 0.55);
        }
    }
    CHECK(rate.value() == Approx(answer_share).margin(0.03));
}

TEST_CASE("a rate that was far off settles, and never swings", "[pacing]") {
    // A thousand lines at once, of which a quarter is answered where 45 % were expected.
    World world;
    RingTimes times{22.0};
    for (int i = 0; i < 15'000; ++i) {
        const auto [at, end] = world.call(22.0);
        times.learn(at, end);
    }
    AnswerRate rate;
    Bucket now = 100;
    std::vector<std::pair<Bucket, RingEnd>> ends;
    rate.advance(now, times);
    for (int dial = 0; dial < 1'000; ++dial) {
        rate.dialed(now, 1.0);
        const auto [at, end] = world.call(22.0);
        ends.emplace_back(now + std::lround(at * 2), end);
    }
    for (int step = 0; step < 60; ++step) {
        rate.advance(++now, times);
        for (const auto& [at, end] : ends) {
            if (at == now) {
                rate.over(100, 1.0);
                end == RingEnd::answered ? rate.answered() : static_cast<void>(0);
            }
        }
        CHECK(rate.value() > 0.2);
        // The first answers come up to half a second before their exposure is counted.
        CHECK(rate.value() < (step < 12 ? 0.95 : 0.6));
    }
    CHECK(rate.value() == Approx(answer_share).margin(0.03));
}

TEST_CASE("a jump of the clock exposes all that was open, once", "[pacing]") {
    const RingTimes times{22.0};
    AnswerRate rate;
    rate.advance(100, times);
    const double before = rate.value();
    for (int dial = 0; dial < 20; ++dial) {
        rate.dialed(100, 1.0);
    }
    rate.advance(1'000'000'000'000, times);
    // 20 dials more without an answer: the exposure has doubled.
    CHECK(rate.value() == Approx(before / 2).epsilon(1e-6));
    rate.advance(1'000'000'000'999, times);
    CHECK(rate.value() == Approx(before / 2).epsilon(1e-6));
}
