// Goal: whatever the facts, more evidence against a call never allows it, equal input gives an
// equal decision, and a clearance exists exactly for an allowed call.
// Method: random numbers, regions, instants over two years, list states and feed ages.

#include "dnc/gate.hpp"
#include "tests/dnc/support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace dnc_tests;
using dnc::Decision;
using dnc::Facts;
using dnc::Gate;
using dnc::Instant;
using dnc::ListKind;
using dnc::ReasonCode;
using dnc::SuppressionSnapshot;
using dnc::Verdict;

namespace {

const Gate& gate() {
    static const Gate shipped{shipped_rules(), shipped_area_codes(), system_zones()};
    return shipped;
}

/// How to build a snapshot; snapshots themselves cannot be copied.
struct World {
    Instant at;
    int list_age_days;
    bool national_loaded;
    std::chrono::seconds feed_age;
    std::vector<ListKind> listed_on;

    [[nodiscard]] SuppressionSnapshot lists(dnc::Number number) const {
        const std::chrono::year_month_day as_of{std::chrono::floor<std::chrono::days>(at) -
                                                std::chrono::days{list_age_days}};
        SuppressionSnapshot snapshot;
        snapshot.feed_alive_at = at - feed_age;
        snapshot.lists.push_back(
            make_list("national", ListKind::national, national_loaded ? 4 : 0, as_of, {}));
        snapshot.lists.push_back(make_list("company", ListKind::company, 1, as_of, {}));
        snapshot.lists.push_back(make_list("other", ListKind::other, 1, as_of, {}));
        for (dnc::SuppressionList& list : snapshot.lists) {
            if (std::count(listed_on.begin(), listed_on.end(), list.kind) != 0) {
                list.numbers.insert(number);
            }
        }
        return snapshot;
    }
};

World any_world() {
    World world;
    world.at =
        utc("2026-01-01 00:00:00") + std::chrono::seconds{*rc::gen::inRange(0, 2 * 365 * 86400)};
    // Mostly healthy, so that many decisions are about hours alone.
    world.list_age_days = *rc::gen::weightedElement<int>({{8, 1}, {1, 31}, {1, 40}});
    world.national_loaded = *rc::gen::weightedElement<bool>({{9, true}, {1, false}});
    world.feed_age = *rc::gen::weightedElement<std::chrono::seconds>({{9, 1s}, {1, 3600s}});
    const std::vector<std::vector<ListKind>> listings = {{}, {ListKind::other}};
    world.listed_on =
        *rc::gen::weightedElement<std::vector<ListKind>>({{9, listings[0]}, {1, listings[1]}});
    return world;
}

Facts any_facts() {
    const std::vector<std::string> regions = {"", "", "", "FL", "ca", "TX", "HI", "GU", "ON", "??"};
    const auto& rows = shipped_area_codes().rows();
    const int code = *rc::gen::oneOf(rc::gen::map(rc::gen::inRange<std::size_t>(0, rows.size()),
                                                  [&rows](std::size_t i) { return rows[i].code; }),
                                     rc::gen::inRange(200, 1000));
    const dnc::Number number =
        us(std::int64_t{code} * 10'000'000 + 5550100 + *rc::gen::inRange(0, 100));
    return {number, "seller", *rc::gen::elementOf(regions)};
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
    return text;
}

bool contains_all(const std::vector<ReasonCode>& more, const std::vector<ReasonCode>& fewer) {
    return std::all_of(fewer.begin(), fewer.end(), [&](ReasonCode code) {
        return std::count(more.begin(), more.end(), code) >=
               std::count(fewer.begin(), fewer.end(), code);
    });
}

} // namespace

TEST_CASE("equal facts give an equal decision", "[gate][property]") {
    CHECK(rc::check([] {
        const World world = any_world();
        const Facts facts = any_facts();
        const Decision first = gate().decide(facts, world.lists(facts.number), world.at);
        const Decision second = gate().decide(facts, world.lists(facts.number), world.at);
        RC_ASSERT(summary(first) == summary(second));
    }));
}

TEST_CASE("a clearance exists exactly when the decision allows", "[gate][property]") {
    CHECK(rc::check([] {
        const World world = any_world();
        const Facts facts = any_facts();
        const SuppressionSnapshot lists = world.lists(facts.number);
        const Decision decision = gate().decide(facts, lists, world.at);
        const auto cleared = gate().clear(facts, lists, world.at);
        RC_CLASSIFY(decision.verdict == Verdict::allow, "allowed");
        RC_CLASSIFY(decision.verdict == Verdict::defer, "deferred");
        RC_ASSERT(std::holds_alternative<dnc::Clearance>(cleared) ==
                  (decision.verdict == Verdict::allow));
        RC_ASSERT((decision.verdict == Verdict::allow) == decision.reasons.empty());
        RC_ASSERT((decision.verdict == Verdict::defer) == decision.until.has_value());
    }));
}

TEST_CASE("reasons come in the order of the enumeration", "[gate][property]") {
    CHECK(rc::check([] {
        const World world = any_world();
        const Facts facts = any_facts();
        const auto found = codes(gate().decide(facts, world.lists(facts.number), world.at));
        RC_ASSERT(std::is_sorted(found.begin(), found.end()));
    }));
}

TEST_CASE("one more list entry never allows a call", "[gate][property]") {
    CHECK(rc::check([] {
        const World world = any_world();
        const Facts facts = any_facts();
        World more = world;
        more.listed_on.push_back(
            *rc::gen::element(ListKind::company, ListKind::national, ListKind::other));
        const Decision before = gate().decide(facts, world.lists(facts.number), world.at);
        const Decision after = gate().decide(facts, more.lists(facts.number), world.at);
        RC_ASSERT(after.verdict == Verdict::deny);
        RC_ASSERT(contains_all(codes(after), codes(before)));
    }));
}

TEST_CASE("one more plausible zone never allows a call", "[gate][property]") {
    CHECK(rc::check([] {
        const World world = any_world();
        Facts facts = any_facts();
        facts.address_region.clear();
        const SuppressionSnapshot lists = world.lists(facts.number);
        const Decision before = gate().decide(facts, lists, world.at);
        Facts more = facts;
        more.address_region =
            *rc::gen::element<std::string>("FL", "CA", "HI", "GU", "AS", "PR", "AK", "nowhere");
        const Decision after = gate().decide(more, lists, world.at);
        RC_ASSERT(before.verdict == Verdict::allow || after.verdict != Verdict::allow);
        RC_ASSERT(contains_all(codes(after), codes(before)));
        RC_ASSERT(after.evidence.zones.size() >= before.evidence.zones.size());
    }));
}

TEST_CASE("a deferred call is allowed at its instant and at none before", "[gate][property]") {
    CHECK(rc::check([] {
        World world = any_world();
        world.list_age_days = 1;
        world.national_loaded = true;
        world.feed_age = 1s;
        world.listed_on.clear();
        const Facts facts = any_facts();
        const Decision decision = gate().decide(facts, world.lists(facts.number), world.at);
        RC_PRE(decision.verdict == Verdict::defer);
        const Instant until = *decision.until;
        RC_ASSERT(until > world.at);
        RC_ASSERT(until - world.at <= 48h);
        const auto verdict_at = [&](Instant at) {
            World then = world;
            then.at = at;
            return gate().decide(facts, then.lists(facts.number), at).verdict;
        };
        RC_ASSERT(verdict_at(until) == Verdict::allow);
        for (Instant at = world.at; at < until; at += 10min) {
            RC_ASSERT(verdict_at(at) == Verdict::defer);
        }
        RC_ASSERT(verdict_at(until - 1us) == Verdict::defer);
    }));
}
