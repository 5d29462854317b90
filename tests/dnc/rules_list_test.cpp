// Goal: lists, kinds of lines and changed owners refuse when they say so, when they are too old to
// say anything, and when they were not asked.
// Method: one rule a pack; answers given with the facts, then by lists in memory.

#include "tests/dnc/packs_support.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace dnc_tests;
using dnc::CallFacts;
using dnc::Gate;
using dnc::Instant;
using dnc::LineType;
using dnc::ListAnswer;
using dnc::ListKind;
using dnc::ListName;
using dnc::ListRule;
using dnc::Reassignment;
using dnc::SuppressionSnapshot;

namespace {

const dnc::Number kNewYork = us(2125550123);
const Instant kNow = utc("2026-11-23 18:00:00");

ListRule registry(ListName list) {
    ListRule made;
    made.list = list;
    return made;
}

ListRule dated_registry() {
    ListRule made = registry(ListName::national);
    made.max_age_days = 31;
    made.required = true;
    made.subscription = true;
    return made;
}

std::string with_answer(const Gate& gate, std::optional<ListAnswer> answer, Instant at = kNow,
                        bool assume_clear = false) {
    CallFacts facts = call_to(kNewYork);
    facts.assume_clear = assume_clear;
    facts.lists.national = answer;
    return outcome(gate.decide(facts, at));
}

} // namespace

TEST_CASE("each list has its code", "[list]") {
    struct Row {
        ListName list;
        std::optional<ListAnswer> dnc::ListFacts::*answer;
        std::string listed;
        std::string unknown;
    };
    for (const Row& row : std::vector<Row>{
             {ListName::national, &dnc::ListFacts::national, "LIST_NATIONAL",
              "UNKNOWN_LIST_NATIONAL"},
             {ListName::state, &dnc::ListFacts::state, "LIST_STATE", "UNKNOWN_LIST_STATE"},
             {ListName::preference, &dnc::ListFacts::preference, "LIST_PREFERENCE",
              "UNKNOWN_LIST_PREFERENCE"},
             {ListName::litigator, &dnc::ListFacts::litigator, "LIST_LITIGATOR",
              "UNKNOWN_LIST_LITIGATOR"},
             {ListName::other, &dnc::ListFacts::other, "LIST_OTHER", "UNKNOWN_LIST_OTHER"}}) {
        ListRule body = registry(row.list);
        const Gate lenient = gate_of({federal({rule("LIST", body)})});
        body.required = true;
        const Gate strict = gate_of({federal({rule("LIST", body)})});
        CallFacts facts = call_to(kNewYork);
        CHECK(outcome(lenient.decide(facts, kNow)) == "allow");
        CHECK(outcome(strict.decide(facts, kNow)) == "deny " + row.unknown);
        facts.lists.*row.answer = ListAnswer{};
        CHECK(outcome(strict.decide(facts, kNow)) == "allow");
        facts.lists.*row.answer = ListAnswer{.listed = true};
        CHECK(outcome(lenient.decide(facts, kNow)) == "deny " + row.listed);
    }
}

TEST_CASE("a list serves so many days by the called party's calendar", "[list]") {
    const Gate gate = gate_of({federal({rule("DNC", dated_registry())})});
    const auto of = [&](std::string_view as_of, std::string_view at) {
        return with_answer(gate, ListAnswer{.as_of = day(as_of)}, utc(at));
    };
    CHECK(of("2026-11-01", "2026-12-02 20:00:00") == "allow");
    // 23:59 on 2 December in New York, the 3rd by UTC.
    CHECK(of("2026-11-01", "2026-12-03 04:59:59") == "allow");
    CHECK(of("2026-11-01", "2026-12-03 05:00:00") == "deny LIST_STALE");
    CHECK(of("2026-11-24", "2026-11-23 20:00:00") == "allow"); // of the night to come
    CHECK(of("2026-11-25", "2026-11-23 20:00:00") == "deny LIST_STALE");
    CHECK(with_answer(gate, ListAnswer{.as_of = std::chrono::year_month_day{}}) ==
          "deny LIST_STALE");
    CHECK(with_answer(gate, ListAnswer{}) == "deny UNKNOWN_LIST_NATIONAL");
    CHECK(with_answer(gate, ListAnswer{}, kNow, true) == "allow");
    CHECK(with_answer(gate, std::nullopt) == "deny UNKNOWN_LIST_NATIONAL");
    CHECK(with_answer(gate, std::nullopt, kNow, true) == "allow");
    CHECK(with_answer(gate, ListAnswer{.as_of = day("2026-11-22"), .subscribed = false}) ==
          "deny LIST_NOT_SUBSCRIBED");
}

TEST_CASE("a list can serve so many months", "[list]") {
    ListRule body = registry(ListName::national);
    body.max_age_months = 3;
    const Gate gate = gate_of({federal({rule("LIST", body)})});
    const auto at = [&](std::string_view instant) {
        return with_answer(gate, ListAnswer{.as_of = day("2026-08-31")}, utc(instant));
    };
    CHECK(at("2026-11-30 20:00:00") == "allow");
    CHECK(at("2026-12-01 20:00:00") == "deny LIST_STALE");
}

TEST_CASE("a company's list holds for its seller from its instant on, asked by a rule or not",
          "[list]") {
    for (const bool has_rule : {true, false}) {
        std::vector<dnc::Rule> rules;
        if (has_rule) {
            rules.push_back(rule("COMPANY", registry(ListName::company)));
        }
        const Gate gate = gate_of({federal(rules)});
        const auto listed = [&](std::optional<Instant> at, std::string seller) {
            CallFacts facts = call_to(kNewYork);
            facts.purpose = dnc::Purpose::political;
            facts.lists.company = {.listed = true, .listed_at = at, .seller = std::move(seller)};
            return outcome(gate.decide(facts, kNow));
        };
        CHECK(listed(std::nullopt, "") == "deny COMPANY_DNC");
        CHECK(listed(kNow, "acme") == "deny COMPANY_DNC");
        CHECK(listed(kNow + 1us, "acme") == "allow");
        CHECK(listed(kNow, "Other") == "allow");
    }
    ListRule required = registry(ListName::company);
    required.required = true;
    CallFacts unknown = call_to(kNewYork);
    unknown.lists.company.reset();
    CHECK(outcome(gate_of({federal({rule("COMPANY", required)})}).decide(unknown, kNow)) ==
          "deny UNKNOWN_LIST_COMPANY");
}

TEST_CASE("lists in memory answer for the number, by country, region and seller", "[list]") {
    const Gate gate =
        gate_of({federal({rule("DNC", dated_registry()), rule("STATE", registry(ListName::state)),
                          rule("LITIGATOR", registry(ListName::litigator))})});
    const std::chrono::year_month_day today{day("2026-11-23")};
    SuppressionSnapshot lists = fresh_lists(kNow);
    const auto decide = [&] { return outcome(gate.decide(call_to(kNewYork), lists, kNow)); };
    CHECK(decide() == "allow");
    lists.lists.push_back(make_list("Canada", ListKind::national, 3, today, {kNewYork}));
    lists.lists.back().country = "CA";
    lists.lists.push_back(make_list("Texas", ListKind::state, 3, today, {kNewYork}));
    lists.lists.back().region = "TX";
    lists.lists.push_back(make_list("of Other", ListKind::company, 3, today, {kNewYork}));
    lists.lists.back().seller = "Other";
    CHECK(decide() == "allow");
    lists.lists.back().seller = "ACME";
    CHECK(decide() == "deny COMPANY_DNC");
    lists.lists.back().seller = "Other";
    lists.lists.push_back(make_list("New York", ListKind::state, 3, today, {kNewYork}));
    lists.lists.back().region = "NY";
    lists.lists.push_back(make_list("suits", ListKind::litigator, 4, today, {kNewYork}));
    CHECK(decide() == "deny LIST_STATE LIST_LITIGATOR");
    const auto decision = gate.decide(call_to(kNewYork), lists, kNow);
    CHECK_THAT(decision.reasons.front().detail, Catch::Contains("New York"));
    std::string names;
    for (const auto& list : decision.evidence.lists) {
        names += list.list + ";";
    }
    CHECK(names == "national;company;of Other;New York;suits;");
}

TEST_CASE("a list that was never loaded, or is not there, is missing", "[list]") {
    const Gate gate = gate_of({federal({rule("DNC", dated_registry())})});
    SuppressionSnapshot lists;
    lists.feed_alive_at = kNow;
    const auto decide = [&] { return outcome(gate.decide(call_to(kNewYork), lists, kNow)); };
    CHECK(decide() == "deny LIST_MISSING");
    lists.lists.push_back(make_list("one", ListKind::national, 0, {}, {}));
    CHECK(decide() == "deny LIST_MISSING");
    // A second registry that is loaded does not stand in for the first, nor a fresh one for an
    // old one.
    lists.lists.push_back(make_list("two", ListKind::national, 5, day("2026-11-22"), {}));
    CHECK(decide() == "deny LIST_MISSING");
    lists.lists.front().version_id = 4;
    lists.lists.front().as_of = day("2026-10-01");
    CHECK(decide() == "deny LIST_STALE");
    // One that does not cover the area code says nothing about it.
    lists.lists.front().area_codes.reset(212);
    CHECK(decide() == "allow");
    lists.lists.back().area_codes.reset(212);
    CHECK(decide() == "deny LIST_STALE LIST_NOT_SUBSCRIBED");
}

TEST_CASE("a silent change feed refuses, and so does a proof from the future", "[list]") {
    ListRule body = registry(ListName::company);
    body.feed_max_age = 15s;
    const Gate gate = gate_of({federal({rule("FEED", body)})});
    struct Row {
        Instant alive_at;
        bool stale;
    };
    for (const Row& row :
         {Row{kNow - 15s, false}, Row{kNow - 15s - 1us, true}, Row{kNow + 15s, false},
          Row{kNow + 15s + 1us, true}, Row{Instant{}, true}, Row{Instant::min(), true},
          Row{Instant::max(), true}}) {
        SuppressionSnapshot lists = fresh_lists(kNow);
        lists.feed_alive_at = row.alive_at;
        CHECK(outcome(gate.decide(call_to(kNewYork), lists, kNow)) ==
              (row.stale ? "deny FEED_STALE" : "allow"));
    }
    CHECK(outcome(gate.decide(call_to(kNewYork), kNow)) == "allow"); // no feed was asked
}

TEST_CASE("kinds of numbers and of lines are refused as the packs say", "[list]") {
    dnc::LineRule body;
    body.non_geographic = body.premium = body.emergency = true;
    body.deny = {LineType::protected_line, LineType::wireless};
    const Gate gate =
        gate_of({federal({}), pack("house", dnc::PackLevel::house, "", {rule("LINE", body)})});
    const auto decide = [&](const CallFacts& facts) { return outcome(gate.decide(facts, kNow)); };
    CHECK(decide(call_to(us(8005550123))) == "deny LINE_NOT_GEOGRAPHIC");
    CHECK(decide(call_to(us(9005550123))) == "deny LINE_PREMIUM");
    CallFacts facts = call_to(kNewYork);
    facts.line_type = LineType::protected_line;
    CHECK(decide(facts) == "deny LINE_PROTECTED");
    facts.line_type = LineType::wireless;
    CHECK(decide(facts) == "deny LINE_WIRELESS");
    facts.line_type.reset();
    CHECK(decide(facts) == "allow");
    dnc::LineRule known;
    known.need_known = true;
    CHECK(outcome(gate_of({federal({rule("KNOWN", known)})}).decide(facts, kNow)) ==
          "deny UNKNOWN_LINE_TYPE");
    // Without any rule about lines there is still no zone whose hours could be asked.
    CHECK(outcome(gate_of({federal({})}).decide(call_to(us(8005550123)), kNow)) ==
          "deny TZ_UNKNOWN");
}

TEST_CASE("a number ported to a wireless carrier has its days of grace", "[list]") {
    dnc::Rule robocall = rule("CONS", dnc::ConsentRule{});
    robocall.when.lines = {LineType::wireless};
    const Gate gate = gate_of({federal({rule("PORT", dnc::PortRule{15}), robocall})});
    const auto with = [&](std::string_view ported, std::optional<LineType> told, bool listed) {
        CallFacts facts = call_to(kNewYork);
        facts.line_type = told;
        facts.ported_at = day(ported);
        facts.lists.national = ListAnswer{.listed = listed};
        return outcome(gate.decide(facts, kNow));
    };
    const std::string refused = "deny CONSENT_FEDERAL";
    CHECK(with("2026-11-08", std::nullopt, false) == "allow");
    CHECK(with("2026-11-08", LineType::wireless, false) == "allow");
    CHECK(with("2026-11-08", LineType::wireless, true) == refused);
    CHECK(with("2026-11-07", std::nullopt, false) == refused);
    CHECK(with("2026-11-07", LineType::landline, false) == refused);
    // Another pack's grace is not this one's.
    const Gate without =
        gate_of({federal({robocall}), state("NY", {rule("PORT", dnc::PortRule{15})})});
    CallFacts facts = call_to(kNewYork);
    facts.ported_at = day("2026-11-22");
    CHECK(outcome(without.decide(facts, kNow)) == refused);
}

TEST_CASE("a number that changed hands is not called", "[list]") {
    dnc::ReassignedRule body;
    const Gate lenient = gate_of({federal({rule("RND", body)})});
    body.required = true;
    body.max_age_days = 31;
    const Gate strict = gate_of({federal({rule("RND", body)})});
    const auto with = [&](const Gate& gate, Reassignment::Answer answer,
                          std::optional<Instant> asked) {
        CallFacts facts = call_to(kNewYork);
        facts.lists.reassigned = {answer, asked};
        return outcome(gate.decide(facts, kNow));
    };
    using Answer = Reassignment::Answer;
    CHECK(with(lenient, Answer::yes, std::nullopt) == "deny REASSIGNED_YES");
    CHECK(with(lenient, Answer::no_data, std::nullopt) == "deny REASSIGNED_NO_DATA");
    CHECK(with(lenient, Answer::no, std::nullopt) == "allow");
    CHECK(with(strict, Answer::no, std::nullopt) == "deny UNKNOWN_REASSIGNED");
    CHECK(with(strict, Answer::no, utc("2026-10-23 10:00:00")) == "allow");
    CHECK(with(strict, Answer::no, utc("2026-10-22 23:00:00")) == "deny REASSIGNED_STALE");
    CHECK(with(strict, Answer::no, kNow + 1us) == "deny REASSIGNED_STALE");
    CallFacts unknown = call_to(kNewYork);
    CHECK(outcome(lenient.decide(unknown, kNow)) == "allow");
    CHECK(outcome(strict.decide(unknown, kNow)) == "deny UNKNOWN_REASSIGNED");
    unknown.assume_clear = true;
    CHECK(outcome(strict.decide(unknown, kNow)) == "allow");
}
