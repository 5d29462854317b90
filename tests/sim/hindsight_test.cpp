// Goal: figures and intervals are computed right, and hindsight finds a lawful knob.
// Method: numbers worked out by hand; a short search in a small world.

#include "bench/pacing/hindsight.hpp"
#include "bench/pacing/run.hpp"

#include <catch2/catch.hpp>

using namespace pacing_sim;

TEST_CASE("a ratio of sums has the interval of its daily residuals", "[sim]") {
    // 6 / 3 = 2; residuals 1, -1, 0; their variance 1; 4.303 x sqrt(1 x 3) / 3.
    const Figure figure = ratio_of_sums({3, 1, 2}, {1, 1, 1});
    CHECK(figure.value == Approx(2));
    CHECK(figure.half_width == Approx(4.303 * std::sqrt(3.0) / 3));
    CHECK(ratio_of_sums({1, 2}, {0, 0}).value == 0);
    CHECK(ratio_of_sums({5}, {10}).half_width == 0);
    CHECK(ratio_of_sums({}, {}).value == 0);
}

TEST_CASE("a day above the cap is counted and the worst one named", "[sim]") {
    std::vector<DayResult> days(3);
    const std::int64_t abandoned[] = {3, 4, 2};
    for (std::size_t at = 0; at < days.size(); ++at) {
        days[at].campaigns = {{100, abandoned[at], 100 - abandoned[at], 400}};
        days[at].served = 100 - abandoned[at];
        days[at].idle_s = 970;
        days[at].first_hour = {10, static_cast<std::int64_t>(at), 0, 0};
    }
    const Summary summary = summarise(days, 0.03);
    CHECK(summary.days == 3);
    CHECK(summary.days_over == 1);
    CHECK(summary.worst_day == Approx(0.04));
    CHECK(summary.abandonment.value == Approx(0.03));
    CHECK(summary.first_hour.value == Approx(0.1));
    CHECK(summary.first_hour_worst == Approx(0.2));
    CHECK(summary.dials == 1200);
    CHECK(summary.idle_s_per_call.value == Approx(2910.0 / 291));
}

TEST_CASE("the best ratio in hindsight is lawful and better than one line an agent", "[sim]") {
    RunSettings run;
    run.world.day_s = 14'400;
    run.days = 1;
    run.warm_up = 0;
    const Hindsight found = find_best(run, Knob::ratio, 0.03);
    const Summary best = summarise(found.result.days, 0.03);
    CHECK(found.chosen > 1.3);
    CHECK(best.abandonment.value <= 0.03);
    CHECK(best.idle_s_per_call.value < 40);
    run.policy.name = "ratio";
    run.policy.ratio = found.chosen;
    CHECK(summarise(run_days(run).days, 0.03).idle_s_per_call.value ==
          Approx(best.idle_s_per_call.value));
}
