// Goal: the ledger says of each answered call what the law says, puts it on the right civil day and
// counts each legal period in integers, the same ones however often and in whatever order.
// Method: calls on both sides of each boundary, periods laid out by hand, and properties over
// random calls: the order does not matter, each call is in exactly one period of each kind, and a
// trailing period counts what a plain loop over the calls counts.

#include "dnc/abandonment_ledger.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <random>

using namespace std::chrono_literals;
using namespace dnc;
using std::chrono::sys_days;
using std::chrono::year;

namespace {

const ZoneDatabase& zones() {
    static const auto loaded = load_zones("");
    return *loaded;
}

constexpr Instant at(sys_days day, std::chrono::microseconds of_day) {
    return Instant{day} + of_day;
}

constexpr sys_days day_of(int y, unsigned m, unsigned d) {
    return sys_days{year{y} / static_cast<int>(m) / static_cast<int>(d)};
}

AnsweredCall answered(Instant when) {
    AnsweredCall call;
    call.answered_at = when;
    call.ended_at = when + 60s;
    return call;
}

AnsweredCall bridged(Instant when, std::chrono::microseconds after = 100ms) {
    AnsweredCall call = answered(when);
    call.bridged_at = when + after;
    return call;
}

AnsweredCall left_after(Instant when, std::chrono::microseconds after) {
    AnsweredCall call = answered(when);
    call.ended_at = when + after;
    call.ended_by_customer = true;
    return call;
}

AbandonmentLimit limit(AbandonmentPeriod period, int days = 30, std::int64_t percent = 3) {
    AbandonmentLimit made;
    made.period = period;
    made.days = days;
    made.cap_numerator = percent;
    return made;
}

AbandonmentRules rules(std::vector<AbandonmentLimit> limits) {
    return {"US", "America/Los_Angeles", std::move(limits)};
}

const Instant kNoon = at(day_of(2026, 11, 2), 20h); // in Los Angeles

} // namespace

TEST_CASE("an agent within two seconds is in time, a microsecond later is not", "[ledger]") {
    CHECK(classify(bridged(kNoon, 2s), 2s) == AnswerClass::connected);
    CHECK(classify(bridged(kNoon, 2s + 1us), 2s) == AnswerClass::late);
}

TEST_CASE("the clock starts at the end of the greeting, when one was heard", "[ledger]") {
    AnsweredCall call = bridged(kNoon, 4s);
    CHECK(classify(call, 2s) == AnswerClass::late);
    call.greeting_end_at = kNoon + 2s;
    CHECK(classify(call, 2s) == AnswerClass::connected);
}

TEST_CASE("a clock that nobody sets goes before the instants", "[ledger]") {
    AnsweredCall call = bridged(kNoon, 3s); // the wall clock was set while it waited
    call.answer_to_agent = 1500ms;
    CHECK(classify(call, 2s) == AnswerClass::connected);
}

TEST_CASE("who hangs up before the time is over was not abandoned, but is told apart", "[ledger]") {
    CHECK(classify(left_after(kNoon, 1999ms), 2s) == AnswerClass::early_hangup);
    CHECK(classify(left_after(kNoon, 2s), 2s) == AnswerClass::abandoned);
    AnsweredCall ended_by_us = left_after(kNoon, 1s);
    ended_by_us.ended_by_customer = false;
    CHECK(classify(ended_by_us, 2s) == AnswerClass::abandoned);
    AnsweredCall crashed = left_after(kNoon, 1s);
    crashed.open_at_crash = true;
    CHECK(classify(crashed, 2s) == AnswerClass::abandoned);
}

TEST_CASE("machines are in neither part of the rate", "[ledger]") {
    AnsweredCall heard = bridged(kNoon);
    heard.machine_by_agent = true;
    CHECK(classify(heard, 2s) == AnswerClass::machine);
    AnsweredCall dropped = answered(kNoon);
    dropped.machine_by_detector = true;
    CHECK(classify(dropped, 2s) == AnswerClass::detector_machine);
    // A person whom the detector took for a machine and an agent then reached is a person.
    AnsweredCall reached = bridged(kNoon);
    reached.machine_by_detector = true;
    CHECK(classify(reached, 2s) == AnswerClass::connected);
    const AnswerCounts machines{.machine = 7, .detector_machine = 5};
    CHECK(rate_by_text(machines) == AbandonmentRate{0, 0});
}

TEST_CASE("shares are exact fractions, and shown values are rounded up", "[ledger]") {
    CHECK(percent_rounded_up({3, 100}) == "3.00");
    CHECK(percent_rounded_up({1, 3}) == "33.34");
    CHECK(percent_rounded_up({30001, 1000000}) == "3.01");
    CHECK(percent_rounded_up({0, 5}) == "0.00");
    CHECK(percent_rounded_up({5, 5}) == "100.00");
    CHECK(percent_rounded_up({0, 0}).empty());
    CHECK(within_limit({3, 100}, limit(AbandonmentPeriod::day)));
    CHECK_FALSE(within_limit({3, 99}, limit(AbandonmentPeriod::day)));
    CHECK(within_limit({0, 0}, limit(AbandonmentPeriod::day)));
}

TEST_CASE("the views side by side", "[ledger]") {
    const AnswerCounts counts{.connected = 90,
                              .late = 1,
                              .abandoned = 2,
                              .early_hangup = 3,
                              .machine = 8,
                              .detector_machine = 10};
    CHECK(rate_by_text(counts) == AbandonmentRate{3, 93});
    CHECK(rate_conservative(counts) == AbandonmentRate{6, 96});
    // Nobody listened: each machine of the detector may have been a person.
    CHECK(rate_with_detector(counts, {}) == AbandonmentRate{13, 103});
    // 1 of 20 was a person: half of one, and so one.
    CHECK(rate_with_detector(counts, {20, 1}) == AbandonmentRate{4, 94});
    CHECK(rate_with_detector(counts, {20, 0}) == AbandonmentRate{3, 93});
}

TEST_CASE("successive periods begin with the first call and follow one another", "[ledger]") {
    const sys_days first = day_of(2026, 3, 1);
    const std::vector<AnsweredCall> calls{bridged(at(first, 20h)),
                                          bridged(at(first + std::chrono::days{29}, 20h)),
                                          answered(at(first + std::chrono::days{30}, 20h)),
                                          bridged(at(first + std::chrono::days{75}, 20h))};
    const auto law = rules({limit(AbandonmentPeriod::successive_days)});
    const auto ledger = abandonment_ledger(calls, law, zones(), calls.front().answered_at,
                                           at(first + std::chrono::days{75}, 22h));
    REQUIRE(ledger.size() == 3);
    CHECK(ledger[0].from == first);
    CHECK(ledger[0].to == first + std::chrono::days{30});
    CHECK(ledger[0].counts.connected == 2);
    CHECK(ledger[0].met);
    CHECK(ledger[1].from == first + std::chrono::days{30});
    CHECK(ledger[1].by_text == AbandonmentRate{1, 1});
    CHECK_FALSE(ledger[1].met);
    CHECK(ledger[2].from == first + std::chrono::days{60});
    CHECK(ledger[2].under_way);
    CHECK(ledger[2].to == first + std::chrono::days{76});
}

TEST_CASE("months and days are those of the rules' zone", "[ledger]") {
    const Instant last_of_february =
        at(day_of(2028, 3, 1), 7h + 59min + 59s); // 23:59:59 on the 29th
    const Instant first_of_march = last_of_february + 1s;
    const std::vector<AnsweredCall> calls{answered(last_of_february), bridged(first_of_march)};
    const auto law =
        rules({limit(AbandonmentPeriod::calendar_month, 0, 5), limit(AbandonmentPeriod::day)});
    const auto ledger =
        abandonment_ledger(calls, law, zones(), last_of_february, first_of_march + 24h * 40);
    REQUIRE(ledger.size() == 4);
    CHECK(ledger[0].from == day_of(2028, 2, 1));
    CHECK(ledger[0].to == day_of(2028, 3, 1));
    CHECK(ledger[0].by_text == AbandonmentRate{1, 1});
    CHECK(ledger[1].from == day_of(2028, 3, 1));
    CHECK(ledger[1].by_text == AbandonmentRate{0, 1});
    CHECK(ledger[2].from == day_of(2028, 2, 29));
    CHECK(ledger[3].from == day_of(2028, 3, 1));
}

TEST_CASE("of trailing periods the worst before today and today's are told", "[ledger]") {
    const sys_days first = day_of(2026, 5, 1);
    std::vector<AnsweredCall> calls;
    for (int day = 0; day < 60; ++day) {
        for (int n = 0; n < 10; ++n) {
            calls.push_back(bridged(at(first + std::chrono::days{day}, 20h)));
        }
    }
    calls.push_back(answered(at(first + std::chrono::days{20}, 21h)));
    const auto law = rules({limit(AbandonmentPeriod::trailing_days)});
    const auto ledger = abandonment_ledger(calls, law, zones(), calls.front().answered_at,
                                           at(first + std::chrono::days{59}, 22h));
    REQUIRE(ledger.size() == 2);
    // The share was largest on the day itself, when fewest calls had been answered.
    CHECK(ledger[0].to == first + std::chrono::days{21});
    CHECK(ledger[0].by_text == AbandonmentRate{1, 211});
    CHECK(ledger[1].from == first + std::chrono::days{30});
    CHECK(ledger[1].by_text == AbandonmentRate{0, 300});
}

TEST_CASE("the ledger is the same in any order, and loses and doubles no call",
          "[ledger][property]") {
    const auto made = rc::check("any calls of three months", [] {
        const sys_days first = day_of(2026, 2, 1);
        const auto count = *rc::gen::inRange(1, 60);
        std::vector<AnsweredCall> calls;
        for (int i = 0; i < count; ++i) {
            const auto second = *rc::gen::inRange(0, 90 * 86'400);
            const Instant when = at(first, std::chrono::seconds{second});
            const auto kind = *rc::gen::inRange(0, 4);
            calls.push_back(kind == 0   ? answered(when)
                            : kind == 1 ? bridged(when, 3s)
                            : kind == 2 ? left_after(when, 1s)
                                        : bridged(when));
        }
        const auto law = rules(
            {limit(AbandonmentPeriod::successive_days), limit(AbandonmentPeriod::calendar_month),
             limit(AbandonmentPeriod::day), limit(AbandonmentPeriod::trailing_days)});
        const Instant now = at(first, 24h * 89);
        const auto one = abandonment_ledger(calls, law, zones(), at(first, 12h), now);
        std::shuffle(calls.begin(), calls.end(), std::minstd_rand{7});
        const auto other = abandonment_ledger(calls, law, zones(), at(first, 12h), now);
        RC_ASSERT(one.size() == other.size());
        std::array<std::int64_t, 3> seen{};
        for (std::size_t i = 0; i < one.size(); ++i) {
            RC_ASSERT(one[i].from == other[i].from);
            RC_ASSERT(one[i].counts == other[i].counts);
            const auto which = static_cast<std::size_t>(one[i].limit - law.limits.data());
            const auto& c = one[i].counts;
            if (which < seen.size()) {
                seen[which] += c.connected + c.late + c.abandoned + c.early_hangup;
            }
        }
        for (const auto total : seen) {
            RC_ASSERT(total == count);
        }
    });
    CHECK(made);
}
