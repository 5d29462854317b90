// Goal: whatever the facts, more evidence against a call never allows it, order does not matter,
// an equal question has an equal answer, and a deferral names the first legal instant.
// Method: random calls under the shipped packs and under random hand-made ones, over two years.

#include "dnc/gate.hpp"
#include "tests/dnc/packs_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace dnc_tests;
using dnc::CallFacts;
using dnc::Decision;
using dnc::Gate;
using dnc::Instant;
using dnc::Verdict;

namespace {

/// [low, high), all of it from the first case on: by itself the generator begins with the smallest.
int between(int low, int high) {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(low, high));
}

template <typename T> T any_of(const std::vector<T>& values) {
    return values[static_cast<std::size_t>(between(0, static_cast<int>(values.size())))];
}

bool chance(int percent) {
    return between(0, 100) < percent;
}

Instant any_instant() {
    return utc("2026-01-01 00:00:00") + std::chrono::seconds{between(0, 63'000'000)};
}

dnc::Number any_number() {
    const auto& rows = shipped_area_codes().rows();
    if (chance(10)) {
        return any_of(std::vector<dnc::Number>{
            {442079460123}, {390600000101}, {61255500101}, {33199000101}, {551100000101}});
    }
    const int code = chance(90) ? any_of(rows).code : between(200, 1000);
    return us(std::int64_t{code} * 10'000'000 + 5550100 + between(0, 100));
}

dnc::Consent any_consent(Instant now) {
    dnc::Consent made = consent(static_cast<dnc::ConsentGrade>(between(0, 3)),
                                now - std::chrono::hours{between(0, 3000)});
    made.id = between(1, 100);
    made.subject = any_of(std::vector<std::string>{"", "", "solar", "roof"});
    made.evidence = chance(90);
    return made;
}

dnc::Revocation any_revocation(Instant now) {
    dnc::Revocation made;
    made.at = now - std::chrono::hours{between(0, 3000)};
    made.scope = static_cast<dnc::RevocationScope>(between(0, 3));
    made.seller = any_of(std::vector<std::string>{"", "Acme", "Other"});
    made.subject = any_of(std::vector<std::string>{"", "solar", "roof"});
    return made;
}

dnc::PastAttempt any_attempt(Instant now) {
    dnc::PastAttempt made;
    made.at = now - std::chrono::minutes{between(0, 12'000)};
    made.outcome = static_cast<dnc::PastOutcome>(between(0, 6));
    made.inbound = chance(15);
    made.seller = any_of(std::vector<std::string>{"", "Acme", "Other"});
    return made;
}

template <typename Make> auto several(int most, Make make) {
    std::vector<decltype(make())> made;
    for (int i = between(0, most + 1); i > 0; --i) {
        made.push_back(make());
    }
    return made;
}

/// Mostly clean, so that many calls are allowed or deferred.
CallFacts any_facts(Instant now) {
    CallFacts facts = call_to(any_number());
    facts.address.region =
        any_of(std::vector<std::string>{"", "", "", "FL", "ca", "TX", "HI", "AL", "ON", "??"});
    facts.purpose =
        chance(70) ? dnc::Purpose::telemarketing : static_cast<dnc::Purpose>(between(0, 6));
    facts.dialing = chance(50) ? dnc::Manner::manual : dnc::Manner::automated;
    facts.selection = facts.dialing;
    facts.subject = any_of(std::vector<std::string>{"", "solar"});
    facts.line_type = static_cast<dnc::LineType>(between(0, 3));
    facts.ring_max = std::chrono::seconds{any_of(std::vector<int>{0, 0, 30, 60})};
    const std::chrono::year_month_day listed{std::chrono::floor<std::chrono::days>(now) -
                                             std::chrono::days{5}};
    for (auto* answer : {&facts.lists.national, &facts.lists.state, &facts.lists.preference,
                         &facts.lists.litigator, &facts.lists.other}) {
        *answer = dnc::ListAnswer{.as_of = listed, .listed = chance(4)};
    }
    facts.lists.reassigned = {dnc::Reassignment::Answer::no, now - 24h};
    facts.consents = several(3, [now] { return any_consent(now); });
    if (chance(70)) {
        facts.consents->push_back(consent(dnc::ConsentGrade::written, now - 5h));
    }
    facts.revocations = chance(10) ? several(2, [now] { return any_revocation(now); })
                                   : std::vector<dnc::Revocation>{};
    facts.attempts = several(4, [now] { return any_attempt(now); });
    return facts;
}

std::vector<dnc::Interval> any_hours() {
    const int open = between(0, 20);
    const int close = between(open + 1, 25);
    return {{std::chrono::hours{open}, std::chrono::hours{close}}};
}

dnc::Rule any_window(const std::string& id) {
    dnc::WindowRule window;
    for (auto& weekday : window.weekdays) {
        weekday = chance(10) ? std::vector<dnc::Interval>{} : any_hours();
    }
    window.ring_guard = chance(80);
    dnc::Rule made = rule(id, window);
    if (chance(15)) {
        made.effective.from = day("2026-06-01") + std::chrono::days{between(0, 300)};
    }
    if (chance(15)) {
        made.effective.to = day("2027-06-01") + std::chrono::days{between(0, 300)};
    }
    return made;
}

dnc::Rule any_cap(const std::string& id) {
    dnc::FrequencyRule cap;
    cap.keys = {dnc::CapKey::person};
    if (chance(50)) {
        cap.keys.push_back(dnc::CapKey::seller);
    }
    cap.span = static_cast<dnc::FrequencyRule::Span>(between(0, 4));
    cap.length = std::chrono::hours{between(1, 80)};
    cap.days = between(1, 9);
    if (chance(70)) {
        cap.limit = between(1, 4);
    } else {
        cap.after = {dnc::PastOutcome::abandoned, dnc::PastOutcome::conversation};
    }
    return rule(id, cap);
}

/// Packs that time alone can satisfy.
std::vector<dnc::Pack> any_time_packs() {
    std::vector<dnc::Pack> packs{federal({any_window("US-1"), any_cap("US-2")}),
                                 pack("ca", dnc::PackLevel::national, "CA", {any_window("CA")}),
                                 pack("mine", dnc::PackLevel::company, "", {any_cap("M")})};
    for (const std::string region : {"FL", "CA", "TX", "NY"}) {
        packs.push_back(state(region, {any_window(region)}));
    }
    return packs;
}

std::string summary(const Decision& decision) {
    std::string text{to_text(decision.verdict)};
    for (const dnc::Reason& reason : decision.reasons) {
        text += "|" + std::string{to_text(reason.code)} + "|" + reason.rule + "|" + reason.detail;
    }
    for (const dnc::Evidence::Local& zone : decision.evidence.zones) {
        text += "|" + zone.zone + zone.local;
    }
    text += decision.until ? std::to_string(decision.until->time_since_epoch().count()) : "-";
    return text + std::to_string(decision.evidence.consent_id.value_or(0));
}

/// More was said against the call: what was refused for good stays refused for good, and what was
/// refused stays refused.
void check_no_better(const Decision& before, const Decision& after) {
    if (before.verdict != Verdict::allow) {
        RC_ASSERT(after.verdict != Verdict::allow);
    }
    if (before.verdict == Verdict::defer && after.verdict == Verdict::defer) {
        RC_ASSERT(*after.until >= *before.until);
    }
}

template <typename T> void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i) {
        std::swap(values[i - 1], values[static_cast<std::size_t>(between(0, static_cast<int>(i)))]);
    }
}

} // namespace

TEST_CASE("an equal question has an equal answer, whatever the order of its facts",
          "[gate][property]") {
    CHECK(rc::check([] {
        const Instant at = any_instant();
        CallFacts facts = any_facts(at);
        const std::string first = summary(shipped_gate().decide(facts, at));
        RC_ASSERT(summary(shipped_gate().decide(facts, at)) == first);
        shuffle(*facts.consents);
        shuffle(*facts.revocations);
        shuffle(*facts.attempts);
        RC_ASSERT(summary(shipped_gate().decide(facts, at)) == first);
    }));
}

TEST_CASE("the order of packs does not matter", "[gate][property]") {
    CHECK(rc::check([] {
        const Instant at = any_instant();
        const CallFacts facts = any_facts(at);
        std::vector<dnc::Pack> packs = any_time_packs();
        const std::string first = summary(gate_of(packs).decide(facts, at));
        shuffle(packs);
        RC_ASSERT(summary(gate_of(packs).decide(facts, at)) == first);
    }));
}

TEST_CASE("a clearance exists exactly when the decision allows", "[gate][property]") {
    CHECK(rc::check([] {
        const Instant at = any_instant();
        const CallFacts facts = any_facts(at);
        dnc::SuppressionSnapshot lists = fresh_lists(at);
        const Decision decision = shipped_gate().decide(facts, lists, at);
        const auto cleared = shipped_gate().clear(facts, lists, at);
        RC_CLASSIFY(decision.verdict == Verdict::allow, "allowed");
        RC_CLASSIFY(decision.verdict == Verdict::defer, "deferred");
        RC_ASSERT(std::holds_alternative<dnc::Clearance>(cleared) ==
                  (decision.verdict == Verdict::allow));
        RC_ASSERT((decision.verdict == Verdict::allow) == decision.reasons.empty());
        RC_ASSERT((decision.verdict == Verdict::defer) == decision.until.has_value());
    }));
}

TEST_CASE("one more pack never allows a call", "[gate][property]") {
    CHECK(rc::check([] {
        const Instant at = any_instant();
        const CallFacts facts = any_facts(at);
        std::vector<dnc::Pack> packs = any_time_packs();
        const Decision before = gate_of(packs).decide(facts, at);
        packs.push_back(pack("more", dnc::PackLevel::company, "",
                             {any_window("W"), any_cap("C"), rule("PORT", dnc::PortRule{})}));
        check_no_better(before, gate_of(packs).decide(facts, at));
    }));
}

TEST_CASE("one more listing never allows a call", "[gate][property]") {
    CHECK(rc::check([] {
        const Instant at = any_instant();
        CallFacts facts = any_facts(at);
        const Decision before = shipped_gate().decide(facts, at);
        switch (between(0, 5)) {
        case 0:
            facts.lists.national->listed = true;
            break;
        case 1:
            facts.lists.state->listed = true;
            break;
        case 2:
            facts.lists.preference->listed = true;
            break;
        case 3:
            facts.lists.litigator->listed = true;
            break;
        default:
            facts.lists.company->listed = true;
            break;
        }
        check_no_better(before, shipped_gate().decide(facts, at));
    }));
}

TEST_CASE("a further place where the person may be never allows a call", "[gate][property]") {
    CHECK(rc::check([] {
        const Instant at = any_instant();
        CallFacts facts = any_facts(at);
        facts.address = {};
        const Decision before = shipped_gate().decide(facts, at);
        facts.address.region = any_of(
            std::vector<std::string>{"FL", "CA", "HI", "GU", "LA", "AL", "AK", "RI", "nowhere"});
        const Decision after = shipped_gate().decide(facts, at);
        check_no_better(before, after);
        RC_ASSERT(after.evidence.zones.size() >= before.evidence.zones.size());
    }));
}

TEST_CASE("a fact that is no longer known never allows a call", "[gate][property]") {
    CHECK(rc::check([] {
        const Instant at = any_instant();
        CallFacts facts = any_facts(at);
        if (chance(50)) {
            facts.address = {
                .country = "", .region = "AL", .county = "Jefferson", .postal_code = ""};
        }
        const Decision before = shipped_gate().decide(facts, at);
        switch (between(0, 10)) {
        case 0:
            facts.consents.reset();
            break;
        case 1:
            facts.revocations.reset();
            break;
        case 2:
            facts.relationship.reset();
            break;
        case 3:
            facts.attempts.reset();
            break;
        case 4:
            facts.emergencies.reset();
            break;
        case 5:
            facts.proclaimed_holidays.reset();
            break;
        case 6:
            facts.line_type.reset();
            break;
        case 7:
            facts.lists.national.reset();
            facts.lists.reassigned.reset();
            break;
        case 8:
            facts.address.county.clear();
            break;
        default:
            facts.lists = {};
            break;
        }
        check_no_better(before, shipped_gate().decide(facts, at));
    }));
}

TEST_CASE("a deferred call is legal at its instant and at none before", "[gate][property]") {
    const auto holds = [](const Gate& gate, const CallFacts& facts, Instant at) {
        const Decision decision = gate.decide(facts, at);
        RC_CLASSIFY(decision.verdict == Verdict::defer, "deferred");
        RC_PRE(decision.verdict == Verdict::defer);
        const Instant until = *decision.until;
        RC_ASSERT(until > at);
        RC_ASSERT(gate.decide(facts, until).verdict == Verdict::allow);
        RC_ASSERT(gate.decide(facts, until - 1us).verdict == Verdict::defer);
        const auto step = std::max<std::chrono::microseconds>((until - at) / 40, 1us);
        for (Instant then = at; then < until; then += step) {
            RC_ASSERT(gate.decide(facts, then).verdict == Verdict::defer);
        }
    };
    CHECK(rc::check("under random packs", [&] {
        const Instant at = any_instant();
        CallFacts facts = any_facts(at);
        facts.number = any_of(std::vector<dnc::Number>{
            us(8505550123), us(3055550123), us(9155550123), us(2125550123), us(3105550123)});
        facts.address.region = any_of(std::vector<std::string>{"", "", "FL", "TX"});
        holds(gate_of(any_time_packs()), facts, at);
    }));
    CHECK(rc::check("under the shipped packs", [&] {
        const Instant at = any_instant();
        CallFacts facts = any_facts(at);
        facts.assume_clear = true;
        facts.lists = {};
        facts.dialing = facts.selection = dnc::Manner::manual;
        facts.consents = {consent(dnc::ConsentGrade::written, at)};
        facts.revocations.emplace();
        holds(shipped_gate(), facts, at);
    }));
}
