// Goal: what happens to a call is a pure function of seed, number and attempt, in the shares that
// were asked for, with the ring times of the reference world; scripts say exactly what they say.
// Method: many numbers through the function and their counts against the shares; small scripts.

#include "tests/peers/carrier/outcome.hpp"
#include "tests/peers/carrier/script.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <map>

using namespace peers;
using namespace std::chrono_literals;

TEST_CASE("the same seed, number and attempt give the same plan", "[peers]") {
    const Mix mix;
    for (int attempt = 1; attempt < 50; ++attempt) {
        const Plan first = plan_call(mix, 7, "+12125550123", attempt);
        const Plan again = plan_call(mix, 7, "12125550123", attempt);
        CHECK(first.outcome == again.outcome);
        CHECK(first.decide_at == again.decide_at);
        CHECK(first.talk == again.talk);
        CHECK(first.patience == again.patience);
    }
}

TEST_CASE("another seed or another attempt is another draw", "[peers]") {
    const Mix mix;
    int by_seed = 0;
    int by_attempt = 0;
    for (int n = 0; n < 100; ++n) {
        const std::string number = fmt::format("1212555{:04}", 100 + n);
        by_seed += plan_call(mix, 1, number, 1).talk != plan_call(mix, 2, number, 1).talk;
        by_attempt += plan_call(mix, 1, number, 1).talk != plan_call(mix, 1, number, 2).talk;
    }
    CHECK(by_seed > 90);
    CHECK(by_attempt > 90);
}

TEST_CASE("outcomes come in the shares that were asked for", "[peers]") {
    const Mix mix;
    constexpr int kCalls = 20'000;
    std::map<Outcome, int> counts;
    double human_ring_s = 0;
    for (int n = 0; n < kCalls; ++n) {
        const Plan plan = plan_call(mix, 3, fmt::format("1{:010}", n), 1);
        ++counts[plan.outcome];
        if (plan.outcome == Outcome::human) {
            CHECK(plan.decide_at < 22s);
            human_ring_s += std::chrono::duration<double>(plan.decide_at).count();
        }
        if (plan.outcome == Outcome::machine) {
            CHECK(plan.decide_at >= 8s);
            CHECK(plan.decide_at < 22s);
        }
    }
    const auto share = [&counts](Outcome outcome) {
        return static_cast<double>(counts[outcome]) / kCalls;
    };
    // Four standard errors of a share of 20,000 draws are at most 0.014.
    CHECK(share(Outcome::human) == Approx(0.25).margin(0.014));
    CHECK(share(Outcome::machine) == Approx(0.35).margin(0.014));
    CHECK(share(Outcome::busy) == Approx(0.10).margin(0.01));
    CHECK(share(Outcome::rejected) == Approx(0.02).margin(0.005));
    CHECK(share(Outcome::invalid) == Approx(0.01).margin(0.004));
    CHECK(share(Outcome::congestion) == Approx(0.01).margin(0.004));
    CHECK(share(Outcome::no_answer) == Approx(0.26).margin(0.014));
    // The gamma of mean 11 s, cut at 22 s, has a mean of 10.5 s.
    CHECK(human_ring_s / counts[Outcome::human] == Approx(10.5).margin(0.4));
}

TEST_CASE("ring times come from the laws that were asked for", "[peers]") {
    Mix mix;
    mix.human = 0.5;
    mix.machine = 0.2;
    mix.busy = 0.2;
    mix.rejected = mix.invalid = mix.congestion = 0;
    mix.ring_mean_s = 3;
    mix.ring_sd_s = 1.5;
    mix.ring_max_s = 8;
    mix.machine_ring_mean_s = 5;
    mix.machine_ring_sd_s = 0.5;
    mix.machine_ring_min_s = 4;
    mix.busy_min_s = 1;
    mix.busy_max_s = 2;
    mix.no_answer_s = 9;
    REQUIRE(fault_of(mix).empty());
    std::map<Outcome, std::pair<int, double>> seen;
    for (int n = 0; n < 20'000; ++n) {
        const Plan plan = plan_call(mix, 5, fmt::format("1{:010}", n), 1);
        const double seconds = std::chrono::duration<double>(plan.decide_at).count();
        auto& [count, sum] = seen[plan.outcome];
        ++count;
        sum += seconds;
        CHECK(seconds <= (plan.outcome == Outcome::no_answer ? 9 : 8));
        CHECK((plan.outcome != Outcome::machine || seconds >= 3.999));
        CHECK((plan.outcome != Outcome::busy || (seconds >= 0.999 && seconds <= 2)));
    }
    const auto mean = [&seen](Outcome outcome) {
        return seen[outcome].second / seen[outcome].first;
    };
    // The gamma cut at 8 s loses 0.7 % of its mass and so 0.04 s of its mean; four standard
    // errors of 10,000 draws are 0.06 s.
    CHECK(mean(Outcome::human) == Approx(2.96).margin(0.06));
    // The normal cut at 4 s loses 2.3 % on the left, which moves its mean up by 0.03 s.
    CHECK(mean(Outcome::machine) == Approx(5.03).margin(0.05));
    CHECK(mean(Outcome::busy) == Approx(1.5).margin(0.03));
    CHECK(mean(Outcome::no_answer) == Approx(9.0).margin(0.001));
}

TEST_CASE("figures that cannot be drawn from are refused by name", "[peers]") {
    Mix mix;
    CHECK(fault_of(mix).empty());
    mix.ring_max_s = 10;
    CHECK(fault_of(mix).find("--ring-max") != std::string::npos);
    mix = {};
    mix.machine_ring_mean_s = 7;
    CHECK(fault_of(mix).find("--machine-ring-min") != std::string::npos);
    mix.machine = 0;
    CHECK(fault_of(mix).empty());
    mix.human = 1.1;
    CHECK(fault_of(mix).find("shares") != std::string::npos);
}

TEST_CASE("speed divides every human time and changes no outcome", "[peers]") {
    Mix slow;
    Mix fast;
    fast.speed = 10;
    for (int n = 0; n < 200; ++n) {
        const std::string number = fmt::format("1{:010}", n);
        const Plan a = plan_call(slow, 1, number, 1);
        const Plan b = plan_call(fast, 1, number, 1);
        CHECK(a.outcome == b.outcome);
        CHECK(b.decide_at.count() ==
              Approx(static_cast<double>(a.decide_at.count()) / 10).margin(1));
        CHECK(b.talk.count() == Approx(static_cast<double>(a.talk.count()) / 10).margin(1));
    }
}

TEST_CASE("a number is known by its digits and country code", "[peers]") {
    CHECK(normal_number("+12125550123") == "12125550123");
    CHECK(normal_number("2125550123") == "12125550123");
    CHECK(normal_number("1 (212) 555-0123") == "12125550123");
    CHECK(normal_number("") == "");
}

TEST_CASE("a script says what the callee does, attempt by attempt", "[peers]") {
    const Script script = Script::parse(R"({
        "+12125550123": {"answer_ms": 500, "keys": [{"at_ms": 1500, "key": "9"}], "talk_ms": 8000},
        "+12125550124": [{"busy": true}, {"code": 603, "after_ms": 100}, {"ring_only": true}]})",
                                        "test");
    const auto person = script.find("12125550123", 1);
    REQUIRE(person);
    CHECK(person->status == 200);
    CHECK(person->decide_at == 500ms);
    CHECK(person->talk == 8s);
    REQUIRE(person->keys.size() == 1);
    CHECK(person->keys[0].key == '9');
    CHECK(script.find("12125550124", 1)->status == 486);
    CHECK(script.find("12125550124", 2)->status == 603);
    CHECK(script.find("12125550124", 9)->rings);
    CHECK_FALSE(script.find("12125550125", 1));
}

TEST_CASE("a script that is wrong is refused with the number it is wrong at", "[peers]") {
    CHECK_THROWS_WITH(Script::parse(R"({"+12125550123": {"answer": 5}})", "s.json"),
                      Catch::Contains("s.json") && Catch::Contains("+12125550123") &&
                          Catch::Contains("answer"));
    CHECK_THROWS(Script::parse(R"({"+12125550123": {"code": 42}})", "s.json"));
    CHECK_THROWS(Script::parse(R"({"+12125550123": {"answer_ms": -1}})", "s.json"));
    CHECK_THROWS(Script::parse("[]", "s.json"));
    CHECK_THROWS(Script::parse("{", "s.json"));
}
