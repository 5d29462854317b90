// Goal: once warm, a judgement asks for no memory, whatever it decides.
// Method: operator new counts; a mix of calls is judged twice with one Judgement, the second time
// watched.

#include "dnc/gate.hpp"
#include "tests/common/allocations.hpp"
#include "tests/dnc/packs_support.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace std::chrono_literals;
using namespace dnc_tests;

TEST_CASE("judging allocates nothing once warm", "[gate]") {
    const dnc::Instant noon = utc("2026-11-23 20:00:00");
    std::vector<dnc::CallFacts> calls;
    const std::vector<std::int64_t> numbers = {2125550123, 3055550123, 8505550123, 2735550123,
                                               8005550123, 4165550123, 5045550123, 2075550123};
    for (const std::int64_t number : numbers) {
        dnc::CallFacts facts = call_to(us(number));
        facts.person = "a person with a name of some length";
        facts.consents = {consent(dnc::ConsentGrade::written, noon - 30h),
                          consent(dnc::ConsentGrade::express, noon - 300h)};
        facts.attempts.emplace(4);
        for (dnc::PastAttempt& attempt : *facts.attempts) {
            attempt.at = noon - 3h;
        }
        facts.address.region = "FL";
        calls.push_back(facts);
        facts.consents.reset();
        facts.address.region = "a region nobody knows";
        calls.push_back(facts);
    }
    const dnc::SuppressionSnapshot lists = fresh_lists(noon);
    const dnc::Gate& gate = shipped_gate();
    dnc::Judgement judgement;
    const auto judge_all = [&] {
        for (const dnc::CallFacts& facts : calls) {
            for (const auto after : {0h, 10h, 90h}) {
                gate.judge(facts, facts.lists, noon + after, judgement);
                gate.judge(facts, lists, noon + after, judgement);
            }
        }
    };
    judge_all();
    const long before = test_support::allocations();
    judge_all();
    CHECK(test_support::allocations() == before);
}
