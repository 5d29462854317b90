// Goal: the bound on abandonment holds by arithmetic, whatever answers come.
// Method: an adversary who sees the threshold chooses each answer's fate; then the guard, the
// change watch, the saved text and the sentences, each with hand-worked cases.

#include "pacing/change.hpp"
#include "pacing/explain.hpp"
#include "pacing/group_factors.hpp"
#include "pacing/guard.hpp"
#include "pacing/saved_text.hpp"
#include "pacing/threshold.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cmath>
#include <random>
#include <string>

using namespace pacing;

TEST_CASE("no sequence of answers moves the abandoned share beyond the bound", "[pacing]") {
    // Adversaries: always abandon while the threshold is above a level, never below it.
    for (const double level : {2e-5, 1e-3, 0.02, 0.3, 0.7}) {
        Threshold threshold{0.0295};
        std::mt19937 random{11};
        double abandoned = 0;
        double answered = 0;
        for (int i = 0; i < 60'000; ++i) {
            const bool lost = threshold.value() > level && random() % 3 == 0;
            answered += 1;
            abandoned += lost ? 1 : 0;
            lost ? threshold.abandoned() : static_cast<void>(threshold.served(1.0));
            const bool inside = threshold.value() > Threshold::lowest * 1.01 &&
                                threshold.value() < Threshold::highest * 0.99;
            if (inside) {
                REQUIRE(std::abs(abandoned / answered - 0.0295) <= 11.3 / (0.1 * answered));
            }
        }
        INFO("level " << level);
        CHECK(abandoned / answered == Approx(0.0295).margin(0.002));
    }
}

TEST_CASE("the threshold stays in its range and an answer taken back leaves no trace", "[pacing]") {
    Threshold threshold{0.0295};
    for (int i = 0; i < 1'000; ++i) {
        threshold.abandoned();
    }
    CHECK(threshold.value() == Approx(1e-5));
    for (int i = 0; i < 100'000; ++i) {
        threshold.served(1.0);
    }
    CHECK(threshold.value() == Approx(0.8));
    Threshold other{0.0295};
    const double before = other.value();
    const double gained = other.served(0.5);
    CHECK(other.value() > before);
    other.take_back(gained);
    CHECK(other.value() == Approx(before));
}

TEST_CASE("the guard allows as many answers as the law could bear to lose", "[pacing]") {
    Budget budget{{{PeriodKind::day, 1, {3, 100}}}, 0};
    const Early past{1000, 0, 10'000};
    Guard guard;
    budget.add(0, {99, 2});
    guard.update(budget, 0, 0);
    CHECK(guard.left() == Approx(0.97));
    CHECK(guard.answers_most(past, 0.03, 0) == 0.0);
    CHECK(guard.answers_most(past, 0.03, 50) == 0.0);
    guard.update(budget, 0, 500);
    const double most = guard.answers_most(past, 0.03, 0);
    CHECK(most > 1.0);
    CHECK(most + 3 * std::sqrt(most) == Approx(guard.left() - 1.0));
    CHECK(guard.answers_most(past, 0.03, 5) > most + 1);
    CHECK(guard.answers_most(past, 0.03, -100) == 0.0);
}

TEST_CASE("a campaign's first answers are guarded on their own", "[pacing]") {
    Budget budget{{{PeriodKind::trailing_days, 30, {3, 100}}}, 0};
    Guard guard;
    guard.update(budget, 0, 100'000);
    const auto allows = [&](const Early& early) {
        return guard.answers_most(early, 0.03, 3) > 0.0;
    };
    CHECK_FALSE(allows({0, 0, 0}));
    CHECK_FALSE(allows({33, 0, 100}));
    CHECK(allows({34, 0, 100}));
    CHECK_FALSE(allows({66, 1, 100}));
    CHECK_FALSE(allows({50, 3, 4000})); // an hour of few answers is not enough
    CHECK(allows({200, 9, 4000}));
}

TEST_CASE("answers ahead are counted on with caution", "[pacing]") {
    Prospect day{.agents = 10,
                 .time_s = 28'800,
                 .work_s = 150,
                 .line_s = 16.5,
                 .rate = 0.25,
                 .part = 1,
                 .channels = 1000};
    const double mean = 10 * 28'800.0 / (150 + 66);
    CHECK(answers_ahead(day) < 0.9 * mean);
    CHECK(answers_ahead(day) > 0.6 * mean);
    day.leads = 100;
    CHECK(answers_ahead(day) < 25);
    day.leads = 1e12;
    day.channels = 1;
    CHECK(answers_ahead(day) < 28'800 * 0.25 / 16.5);
    day.time_s = 20;
    CHECK(answers_ahead(day) == 0.0);
    day.time_s = -5;
    CHECK(answers_ahead(day) == 0.0);
}

TEST_CASE("a changed rate is noticed soon and an unchanged one is left alone", "[pacing]") {
    std::mt19937_64 random{5};
    const auto alarms = [&](double factor, int steps) {
        ChangeWatch watch;
        std::poisson_distribution<> answers{0.2 * factor};
        int count = 0;
        for (int i = 0; i < steps; ++i) {
            count += watch.rate_changed(answers(random), 0.2) ? 1 : 0;
        }
        return count;
    };
    CHECK(alarms(1.0, 50'000) <= 4);
    CHECK(alarms(2.0, 300) >= 1);
    CHECK(alarms(0.4, 300) >= 1);
}

TEST_CASE("changed ring times are noticed and unchanged ones are left alone", "[pacing]") {
    std::mt19937_64 random{6};
    std::uniform_real_distribution<> even{0, 1};
    ChangeWatch watch;
    int alarms = 0;
    for (int i = 0; i < 20'000; ++i) {
        alarms += watch.rings_changed(even(random)) ? 1 : 0;
    }
    CHECK(alarms <= 1);
    alarms = 0;
    for (int i = 0; i < 200; ++i) {
        alarms += watch.rings_changed(even(random) * even(random)) ? 1 : 0;
    }
    CHECK(alarms >= 1);
}

TEST_CASE("groups are told apart, and a level they share is not theirs", "[pacing]") {
    std::mt19937_64 random{8};
    std::uniform_real_distribution<> uniform{0, 1};
    GroupFactors factors;
    const auto dial = [&](std::int64_t list, double truth) {
        const Group group{list, 5, 1, 10};
        const double given = std::min(0.95, 0.2 * factors.factor(group));
        factors.learn(group, given, uniform(random) < truth);
    };
    for (int i = 0; i < 8'000; ++i) {
        dial(1, 0.30);
        dial(2, 0.10);
    }
    CHECK(factors.factor({1, 5, 1, 10}) == Approx(1.5).margin(0.15));
    CHECK(factors.factor({2, 5, 1, 10}) == Approx(0.5).margin(0.1));
    CHECK(factors.factor({0, 0, 0, 0}) == Approx(1.0));
    CHECK(factors.factor({99, 77, 0, 0}) == Approx(1.0));

    // Everybody answers twice as often as thought: that is the campaign's rate, nobody's factor.
    GroupFactors level;
    for (int i = 0; i < 4'000; ++i) {
        level.learn({1, 5, 1, 10}, 0.2, uniform(random) < 0.4);
    }
    CHECK(level.factor({1, 5, 1, 10}) == Approx(1.0).margin(0.02));
}

TEST_CASE("any number of groups takes the same memory and keeps the factors in bounds",
          "[pacing]") {
    GroupFactors factors;
    for (std::int64_t i = 1; i < 200'000; ++i) {
        factors.learn({i, -i, static_cast<std::int32_t>(i % 1000), 3}, 0.5, i % 2 == 0);
    }
    for (std::int64_t i = 1; i < 1'000; ++i) {
        const double factor = factors.factor({i, -i, 7, 3});
        CHECK((factor > 0.0 && factor <= 20.0));
    }
}

TEST_CASE("saved numbers come back bit for bit, and damage is refused", "[pacing]") {
    SavedWriter out;
    const std::array values{0.1, -1e-300, 3.0, 1.0 / 3.0};
    out.put("values", values);
    out.put("one", 42.5);
    const std::string text = std::move(out).finish();
    SavedReader in{text};
    std::array<double, 4> back{};
    in.get("values", back);
    CHECK(in.get("one") == 42.5);
    CHECK(in.done());
    CHECK(back == values);
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string damaged = text;
        damaged[at] = damaged[at] == '7' ? '8' : '7';
        CHECK_FALSE(SavedReader{damaged}.ok());
        CHECK_FALSE(SavedReader{text.substr(0, at)}.ok());
    }
    SavedReader wrong{text};
    CHECK(wrong.get("other") == 0.0);
    CHECK_FALSE(wrong.ok());
}

TEST_CASE("a sentence tells what was decided and why", "[pacing]") {
    Explanation record;
    record.mode = Mode::predictive;
    record.dial = 7;
    record.agents_free = 3;
    record.agents_expected = 2.04;
    record.horizon_s = 9;
    record.answer_rate = 0.31;
    record.shortage = 0.014;
    record.limit = Limit::law;
    const std::string text = to_sentence(record);
    CHECK(text.starts_with("dialing 7: 3 agents free, 2.0 expected within 9 s"));
    CHECK(text.find("31 % of calls answered") != std::string::npos);
    CHECK(text.find("finds nobody 1.4 %") != std::string::npos);
    CHECK(text.find("budget") != std::string::npos);
    record.shortage = std::nan("");
    CHECK_FALSE(to_sentence(record).empty());
    for (std::size_t limit = 0; limit < limits; ++limit) {
        CHECK_FALSE(to_text(static_cast<Limit>(limit)).empty());
    }
    for (std::size_t mode = 0; mode < modes; ++mode) {
        CHECK(mode_from_text(to_text(static_cast<Mode>(mode))) == static_cast<Mode>(mode));
    }
    CHECK_FALSE(mode_from_text("sideways").has_value());
}
