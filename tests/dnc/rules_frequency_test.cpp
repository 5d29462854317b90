// Goal: caps count to the microsecond what they should, in their own civil days, and say when the
// next call is legal.
// Method: one cap a pack, past calls around the edges of its span.

#include "tests/dnc/packs_support.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace dnc_tests;
using dnc::CallFacts;
using dnc::CapKey;
using dnc::Decision;
using dnc::FrequencyRule;
using dnc::Gate;
using dnc::Instant;
using dnc::PastAttempt;
using dnc::PastOutcome;

namespace {

const dnc::Number kMiami = us(3055550123);
const Instant kNow = utc("2026-11-23 18:00:00"); // a Monday, 13:00 in Miami

PastAttempt past(Instant at, PastOutcome outcome = PastOutcome::no_answer) {
    PastAttempt attempt;
    attempt.at = at;
    attempt.outcome = outcome;
    attempt.seller = "Acme";
    return attempt;
}

FrequencyRule three_a_day() {
    FrequencyRule cap;
    cap.keys = {CapKey::seller, CapKey::person, CapKey::subject};
    cap.span = FrequencyRule::Span::sliding;
    cap.length = 86400s;
    cap.limit = 3;
    return cap;
}

Gate florida(const FrequencyRule& cap) {
    return gate_of({federal({}), state("FL", {rule("FL-CAP", cap)})});
}

CallFacts after(std::vector<PastAttempt> attempts) {
    CallFacts facts = call_to(kMiami);
    facts.attempts = std::move(attempts);
    return facts;
}

/// The instant must be the first legal one.
void check_until(const Gate& gate, const CallFacts& facts, Instant at, std::string_view until) {
    const Decision decision = gate.decide(facts, at);
    CHECK(decision.verdict == dnc::Verdict::defer);
    REQUIRE(decision.until);
    CHECK(*decision.until == utc(until));
    CHECK(outcome(gate.decide(facts, *decision.until)) == "allow");
    CHECK(outcome(gate.decide(facts, *decision.until - 1us)) == "defer FREQ_STATE");
}

} // namespace

TEST_CASE("three calls in 24 hours are allowed and a fourth is not", "[frequency]") {
    const Gate gate = florida(three_a_day());
    CHECK(outcome(gate.decide(after({past(kNow - 1h), past(kNow - 2h)}), kNow)) == "allow");
    const auto three = after({past(kNow - 1h), past(kNow - 23h), past(kNow - 2h)});
    CHECK(outcome(gate.decide(three, kNow)) == "defer FREQ_STATE");
    check_until(gate, three, kNow, "2026-11-23 19:00:00");
    // With more than the limit all but two must have run off.
    check_until(gate, after({past(kNow - 1h), past(kNow - 5h), past(kNow - 2h), past(kNow - 3h)}),
                kNow, "2026-11-24 15:00:00");
    CHECK_THAT(gate.decide(three, kNow).reasons.front().detail, Catch::Contains("3 calls"));
}

TEST_CASE("a call exactly as long ago as the span no longer counts", "[frequency]") {
    const Gate gate = florida(three_a_day());
    const auto with = [&](Instant oldest) {
        return outcome(gate.decide(after({past(oldest), past(kNow - 1h), past(kNow - 2h)}), kNow));
    };
    CHECK(with(kNow - 24h) == "allow");
    CHECK(with(kNow - 24h + 1us) == "defer FREQ_STATE");
    CHECK(with(kNow) == "defer FREQ_STATE");
    CHECK(with(kNow + 1us) == "allow"); // a call that has not been made yet
}

TEST_CASE("calls that rang count, those that did not and those that came in do not",
          "[frequency]") {
    const Gate gate = florida(three_a_day());
    const auto third = [&](PastAttempt attempt) {
        return outcome(gate.decide(after({attempt, past(kNow - 1h), past(kNow - 2h)}), kNow));
    };
    for (const PastOutcome counted :
         {PastOutcome::no_answer, PastOutcome::busy, PastOutcome::machine, PastOutcome::abandoned,
          PastOutcome::conversation}) {
        CHECK(third(past(kNow - 3h, counted)) == "defer FREQ_STATE");
    }
    CHECK(third(past(kNow - 3h, PastOutcome::not_alerted)) == "allow");
    PastAttempt inbound = past(kNow - 3h, PastOutcome::conversation);
    inbound.inbound = true;
    CHECK(third(inbound) == "allow");
}

TEST_CASE("only calls that share the keys count, and what is not known is shared", "[frequency]") {
    const Gate gate = florida(three_a_day());
    const auto third = [&](auto change, auto of_call) {
        PastAttempt attempt = past(kNow - 3h);
        change(attempt);
        CallFacts facts = after({attempt, past(kNow - 1h), past(kNow - 2h)});
        of_call(facts);
        return outcome(gate.decide(facts, kNow));
    };
    const auto nothing = [](CallFacts&) {};
    const std::string counts = "defer FREQ_STATE";
    CHECK(third([](PastAttempt& a) { a.seller = "Other"; }, nothing) == "allow");
    CHECK(third([](PastAttempt& a) { a.seller = " aCME "; }, nothing) == counts);
    CHECK(third([](PastAttempt& a) { a.seller = ""; }, nothing) == counts);
    CHECK(third([](PastAttempt& a) { a.number = us(3055550199); }, nothing) == "allow");
    CHECK(third([](PastAttempt& a) { a.number = kMiami; }, nothing) == counts);
    const auto solar = [](CallFacts& facts) { facts.subject = "solar"; };
    CHECK(third([](PastAttempt& a) { a.subject = "roof"; }, solar) == "allow");
    CHECK(third([](PastAttempt& a) { a.subject = "Solar"; }, solar) == counts);
    CHECK(third([](PastAttempt& a) { a.subject = "roof"; }, nothing) == counts);
    const auto jane = [](CallFacts& facts) { facts.person = "jane"; };
    CHECK(third([](PastAttempt& a) { a.person = "joe"; }, jane) == "allow");
    // A person's other telephone.
    CHECK(third([](PastAttempt& a) { a.person = "jane", a.number = us(3055550199); }, jane) ==
          counts);
    CHECK(third([](PastAttempt& a) { a.number = us(3055550199); }, jane) == "allow");
    CHECK(third([](PastAttempt& a) { a.person = "+13055550123", a.number = us(3055550199); },
                nothing) == counts);
}

TEST_CASE("consecutive days are days of the called party, today included", "[frequency]") {
    FrequencyRule cap;
    cap.keys = {CapKey::person, CapKey::debt};
    cap.span = FrequencyRule::Span::consecutive_days;
    cap.days = 7;
    cap.limit = 2;
    const Gate gate = florida(cap);
    const Instant first = utc("2026-11-17 05:00:00"); // midnight in Miami, seven days with today
    CHECK(outcome(gate.decide(after({past(first), past(kNow)}), kNow)) == "defer FREQ_STATE");
    CHECK(outcome(gate.decide(after({past(first - 1us), past(kNow)}), kNow)) == "allow");
    check_until(gate, after({past(first + 20h), past(kNow)}), kNow, "2026-11-24 05:00:00");
    CallFacts other_debt = after({past(first), past(kNow)});
    other_debt.debt = "B";
    (*other_debt.attempts)[0].debt = "A";
    CHECK(outcome(gate.decide(other_debt, kNow)) == "allow");
}

TEST_CASE("where two zones have two dates, the stricter one counts", "[frequency]") {
    FrequencyRule cap;
    cap.keys = {CapKey::number};
    cap.span = FrequencyRule::Span::calendar_day;
    cap.limit = 1;
    const Gate gate = florida(cap);
    CallFacts facts = call_to(us(8505550123));           // Eastern and Central
    facts.attempts = {past(utc("2026-11-23 05:30:00"))}; // 00:30 and 23:30 of the day before
    check_until(gate, facts, utc("2026-11-23 18:00:00"), "2026-11-24 05:00:00");
    facts.attempts = {past(utc("2026-11-23 18:00:00"))};
    check_until(gate, facts, utc("2026-11-23 19:00:00"), "2026-11-24 06:00:00");
}

TEST_CASE("a calendar month ends at midnight of the first", "[frequency]") {
    FrequencyRule cap;
    cap.keys = {CapKey::number};
    cap.span = FrequencyRule::Span::calendar_month;
    cap.limit = 1;
    const Gate gate = florida(cap);
    check_until(gate, after({past(utc("2026-11-01 05:00:00"))}), kNow, "2026-12-01 05:00:00");
    // Still October in Miami, where the clock is four hours back.
    CHECK(outcome(gate.decide(after({past(utc("2026-11-01 03:59:59"))}), kNow)) == "allow");
}

TEST_CASE("a conversation is followed by quiet days, its own the first", "[frequency]") {
    FrequencyRule quiet;
    quiet.keys = {CapKey::person, CapKey::debt};
    quiet.span = FrequencyRule::Span::consecutive_days;
    quiet.days = 7;
    quiet.after = {PastOutcome::conversation};
    quiet.inbound_counts = true;
    const Gate gate = florida(quiet);
    const auto talked = after({past(utc("2026-11-17 04:30:00"), PastOutcome::conversation)});
    // 23:30 of the 16th in Miami: legal again on the 23rd.
    check_until(gate, talked, utc("2026-11-22 18:00:00"), "2026-11-23 05:00:00");
    CallFacts inbound = talked;
    inbound.attempts->front().inbound = true;
    CHECK(outcome(gate.decide(inbound, utc("2026-11-22 18:00:00"))) == "defer FREQ_STATE");
    CallFacts missed = talked;
    missed.attempts->front().outcome = PastOutcome::no_answer;
    CHECK(outcome(gate.decide(missed, utc("2026-11-22 18:00:00"))) == "allow");
}

TEST_CASE("a quiet time in hours is lifted by an agent who waits", "[frequency]") {
    FrequencyRule quiet;
    quiet.keys = {CapKey::number};
    quiet.span = FrequencyRule::Span::sliding;
    quiet.length = 72h;
    quiet.after = {PastOutcome::abandoned};
    dnc::Rule redial = rule("72H", quiet);
    dnc::Lift lift;
    lift.agent_guaranteed = true;
    redial.lift_by = {lift};
    const Gate gate = gate_of({federal({}), state("FL", {redial})});
    CallFacts facts = after({past(kNow - 71h, PastOutcome::abandoned)});
    check_until(gate, facts, kNow, "2026-11-23 19:00:00");
    facts.agent_guaranteed = true;
    CHECK(outcome(gate.decide(facts, kNow)) == "allow");
}

TEST_CASE("a cap that ends with its rule, one of nought, and one without facts", "[frequency]") {
    dnc::Rule ends = rule("CAP", three_a_day());
    ends.effective.to = day("2026-11-24");
    const Gate ending = gate_of({federal({}), state("FL", {ends})});
    check_until(ending, after({past(kNow), past(kNow), past(kNow)}), kNow, "2026-11-24 05:00:00");
    FrequencyRule none = three_a_day();
    none.limit = 0;
    CHECK(outcome(florida(none).decide(after({}), kNow)) == "deny FREQ_STATE");
    CallFacts unknown = call_to(kMiami);
    unknown.attempts.reset();
    CHECK(outcome(florida(three_a_day()).decide(unknown, kNow)) == "deny UNKNOWN_ATTEMPTS");
    unknown.assume_clear = true;
    CHECK(outcome(florida(three_a_day()).decide(unknown, kNow)) == "allow");
}

TEST_CASE("a clearance carries each cap that looked at the call", "[frequency]") {
    FrequencyRule quiet;
    quiet.keys = {CapKey::number};
    quiet.span = FrequencyRule::Span::consecutive_days;
    quiet.days = 2;
    quiet.after = {PastOutcome::abandoned};
    dnc::Rule other = rule("SURVEYS", three_a_day());
    other.when.purposes = {dnc::Purpose::survey};
    const Gate gate = gate_of(
        {federal({}), state("FL", {rule("CAP", three_a_day()), rule("QUIET", quiet), other})});
    auto cleared = gate.clear(after({past(kNow - 1h)}), fresh_lists(kNow), kNow);
    REQUIRE(std::holds_alternative<dnc::Clearance>(cleared));
    const auto& caps = std::get<dnc::Clearance>(cleared).caps();
    REQUIRE(caps.size() == 2);
    CHECK(caps[0].rule == "CAP");
    CHECK(caps[0].from == kNow - 24h + 1us);
    CHECK(caps[0].limit == 3);
    CHECK(caps[0].keys == std::vector{CapKey::seller, CapKey::person, CapKey::subject});
    CHECK(caps[0].outcomes.empty());
    CHECK(caps[1].rule == "QUIET");
    CHECK(caps[1].from == utc("2026-11-22 05:00:00"));
    CHECK(caps[1].limit == 1);
    CHECK(caps[1].outcomes == std::vector{PastOutcome::abandoned});
}
