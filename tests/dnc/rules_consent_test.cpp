// Goal: a consent serves exactly when it is proven, in force, for this seller and matter and not
// taken back; revocations and relationships act and end as the law says.
// Method: one rule a pack, one thing changed a case.

#include "tests/dnc/packs_support.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace dnc_tests;
using dnc::CallFacts;
using dnc::Consent;
using dnc::ConsentGrade;
using dnc::Gate;
using dnc::Instant;
using dnc::Revocation;
using dnc::RevocationScope;
using dnc::Rule;

namespace {

const dnc::Number kNewYork = us(2125550123);
const Instant kNow = utc("2026-11-23 18:00:00");

Rule written() {
    return rule("CONS", dnc::ConsentRule{ConsentGrade::written});
}
Rule matter() {
    return rule("REV", dnc::RevocationRule{});
}
Rule all_matters() {
    dnc::RevocationRule body;
    body.all_matters = true;
    Rule made = rule("REV-ALL", body);
    made.effective.from = day("2027-01-31");
    return made;
}

CallFacts with_consent(const std::function<void(Consent&, CallFacts&)>& change) {
    CallFacts facts = call_to(kNewYork);
    Consent given = consent(ConsentGrade::written, kNow - 48h);
    change(given, facts);
    facts.consents = {given};
    return facts;
}

Revocation revocation(RevocationScope scope, Instant at, std::string subject = "") {
    Revocation made;
    made.scope = scope;
    made.at = at;
    made.seller = "Acme";
    made.subject = std::move(subject);
    made.means = "spoken";
    return made;
}

} // namespace

TEST_CASE("a consent serves when all of it fits", "[consent]") {
    const Gate gate = gate_of({federal({written()})});
    const auto with = [&](const std::function<void(Consent&, CallFacts&)>& change) {
        return outcome(gate.decide(with_consent(change), kNow));
    };
    const std::string refused = "deny CONSENT_FEDERAL";
    CHECK(with([](Consent&, CallFacts&) {}) == "allow");
    CHECK(with([](Consent& c, CallFacts&) { c.grade = ConsentGrade::express; }) == refused);
    CHECK(with([](Consent& c, CallFacts&) { c.evidence = false; }) == refused);
    CHECK(with([](Consent& c, CallFacts&) { c.at = kNow; }) == "allow");
    CHECK(with([](Consent& c, CallFacts&) { c.at = kNow + 1us; }) == refused);
    CHECK(with([](Consent& c, CallFacts&) { c.expires = kNow + 1us; }) == "allow");
    CHECK(with([](Consent& c, CallFacts&) { c.expires = kNow; }) == refused);
    CHECK(with([](Consent& c, CallFacts&) { c.sellers = {"Other", " aCME"}; }) == "allow");
    CHECK(with([](Consent& c, CallFacts&) { c.sellers = {"Other"}; }) == refused);
    CHECK(with([](Consent& c, CallFacts&) { c.sellers = {""}; }) == refused);
    CHECK(with([](Consent& c, CallFacts&) { c.sellers.clear(); }) == refused);
    CHECK(with([](Consent& c, CallFacts& f) { c.subject = "Solar", f.subject = "solar"; }) ==
          "allow");
    CHECK(with([](Consent& c, CallFacts& f) { c.subject = "solar", f.subject = "roof"; }) ==
          refused);
    CHECK(with([](Consent& c, CallFacts&) { c.subject = "solar"; }) == refused);
    CHECK(with([](Consent&, CallFacts& f) { f.subject = "roof"; }) == "allow");
    CHECK(with([](Consent& c, CallFacts& f) { c.debt = "A", f.debt = "B"; }) == refused);
}

TEST_CASE("what is not known of a consent refuses, unless it is taken as clear", "[consent]") {
    const Gate gate = gate_of({federal({written()})});
    CallFacts facts = call_to(kNewYork);
    facts.consents.reset();
    CHECK(outcome(gate.decide(facts, kNow)) == "deny UNKNOWN_CONSENT");
    facts.assume_clear = true;
    CHECK(outcome(gate.decide(facts, kNow)) == "allow");
    facts.consents.emplace(); // known: none
    CHECK(outcome(gate.decide(facts, kNow)) == "deny CONSENT_FEDERAL");

    CallFacts no_seller = with_consent([](Consent&, CallFacts& f) { f.seller.clear(); });
    CHECK(outcome(gate.decide(no_seller, kNow)) == "deny UNKNOWN_SELLER CONSENT_FEDERAL");
    CallFacts unrevoked = with_consent([](Consent&, CallFacts& f) { f.revocations.reset(); });
    CHECK(outcome(gate.decide(unrevoked, kNow)) == "deny UNKNOWN_REVOCATIONS CONSENT_FEDERAL");
    unrevoked.assume_clear = true;
    CHECK(outcome(gate.decide(unrevoked, kNow)) == "allow");
}

TEST_CASE("the evidence names the consent that the answer rests on", "[consent]") {
    const Gate gate = gate_of({federal({written()})});
    CallFacts facts = call_to(kNewYork);
    Consent old = consent(ConsentGrade::written, kNow - 48h);
    Consent young = consent(ConsentGrade::written, kNow - 24h);
    young.id = 42;
    for (const auto& order : {std::vector{old, young}, std::vector{young, old}}) {
        facts.consents = order;
        CHECK(gate.decide(facts, kNow).evidence.consent_id == 42);
    }
    const Gate other = gate_of({federal({})});
    CHECK_FALSE(other.decide(facts, kNow).evidence.consent_id);
}

TEST_CASE("a rule looks at robocalls, lines, voices and purposes that it names", "[consent]") {
    Rule robocall = written();
    robocall.when.robocall = true;
    robocall.when.lines = {dnc::LineType::wireless};
    robocall.when.purposes = {dnc::Purpose::telemarketing};
    const Gate gate = gate_of({federal({robocall})});
    const auto with = [&](const std::function<void(CallFacts&)>& change) {
        CallFacts facts = call_to(kNewYork);
        facts.line_type = dnc::LineType::wireless;
        change(facts);
        return outcome(gate.decide(facts, kNow));
    };
    const std::string refused = "deny CONSENT_FEDERAL";
    CHECK(with([](CallFacts&) {}) == refused);
    CHECK(with([](CallFacts& f) { f.line_type = dnc::LineType::landline; }) == "allow");
    CHECK(with([](CallFacts& f) { f.purpose = dnc::Purpose::survey; }) == "allow");
    CHECK(with([](CallFacts& f) { f.dialing = dnc::Manner::manual; }) == "allow");
    CHECK(with([](CallFacts& f) { f.selection = dnc::Manner::manual; }) == refused);
    CHECK(with([](CallFacts& f) { f.atds_profile = dnc::AtdsProfile::duguid; }) == "allow");
    CHECK(with([](CallFacts& f) {
              f.atds_profile = dnc::AtdsProfile::duguid;
              f.voice = dnc::Voice::ai;
          }) == refused);
    CHECK(with([](CallFacts& f) { f.line_type.reset(); }) ==
          "deny CONSENT_FEDERAL UNKNOWN_LINE_TYPE");
    CHECK(with([](CallFacts& f) {
              f.line_type.reset();
              f.assume_clear = true;
          }) == "allow");
    CHECK(with([](CallFacts& f) {
              f.line_type.reset();
              f.consents = {consent(ConsentGrade::written, kNow)};
          }) == "allow");
}

TEST_CASE("automation counts as each law counts it", "[consent]") {
    using Automation = dnc::Condition::Automation;
    using enum dnc::Manner;
    struct Row {
        Automation automation;
        dnc::Manner selection;
        dnc::Manner dialing;
        bool refused;
    };
    for (const Row& row :
         std::vector<Row>{{Automation::dialing, manual, automated, true},
                          {Automation::dialing, automated, manual, false},
                          {Automation::selection_and_dialing, automated, automated, true},
                          {Automation::selection_and_dialing, automated, manual, false},
                          {Automation::selection_and_dialing, manual, automated, false},
                          {Automation::selection_or_dialing, automated, manual, true},
                          {Automation::selection_or_dialing, manual, automated, true},
                          {Automation::selection_or_dialing, manual, manual, false}}) {
        Rule automated_calls = written();
        automated_calls.when.automation = row.automation;
        CallFacts facts = call_to(kNewYork);
        facts.selection = row.selection;
        facts.dialing = row.dialing;
        CHECK((outcome(gate_of({federal({automated_calls})}).decide(facts, kNow)) != "allow") ==
              row.refused);
    }
}

TEST_CASE("a revocation refuses by itself, until the person consents again", "[consent]") {
    const Gate gate = gate_of({federal({matter()})});
    const auto with = [&](std::vector<Revocation> revocations, const std::string& subject = "") {
        CallFacts facts = call_to(kNewYork);
        facts.subject = subject;
        facts.revocations = std::move(revocations);
        return outcome(gate.decide(facts, kNow));
    };
    CHECK(with({revocation(RevocationScope::seller, kNow)}) == "deny REVOKED_SELLER");
    CHECK(with({revocation(RevocationScope::seller, kNow + 1us)}) == "allow");
    CHECK(with({revocation(RevocationScope::subject, kNow, "solar")}, "solar") ==
          "deny REVOKED_SUBJECT");
    CHECK(with({revocation(RevocationScope::subject, kNow, "solar")}, "roof") == "allow");
    CHECK(with({revocation(RevocationScope::subject, kNow, "solar")}) == "deny REVOKED_SUBJECT");
    CHECK(with({revocation(RevocationScope::subject, kNow, "")}, "roof") == "deny REVOKED_SUBJECT");
    CHECK(with({revocation(RevocationScope::seller, kNow),
                revocation(RevocationScope::all, kNow)}) == "deny REVOKED_SELLER REVOKED_ALL");
    Revocation other = revocation(RevocationScope::seller, kNow);
    other.seller = "Other";
    CHECK(with({other}) == "allow");
    other.seller = "";
    CHECK(with({other}) == "deny REVOKED_SELLER");

    CallFacts again = call_to(kNewYork);
    again.revocations = {revocation(RevocationScope::seller, kNow - 2h)};
    again.consents = {consent(ConsentGrade::oral, kNow - 2h)};
    CHECK(outcome(gate.decide(again, kNow)) == "deny REVOKED_SELLER");
    again.consents = {consent(ConsentGrade::oral, kNow - 2h + 1us)};
    CHECK(outcome(gate.decide(again, kNow)) == "allow");
    again.revocations->push_back(revocation(RevocationScope::seller, kNow - 1h));
    CHECK(outcome(gate.decide(again, kNow)) == "deny REVOKED_SELLER");
    again.revocations.reset();
    CHECK(outcome(gate.decide(again, kNow)) == "deny UNKNOWN_REVOCATIONS");
    again.assume_clear = true;
    CHECK(outcome(gate.decide(again, kNow)) == "allow");
}

TEST_CASE("a revocation takes consents back that came before it", "[consent]") {
    const Gate gate = gate_of({federal({written()})});
    CallFacts facts = with_consent([](Consent&, CallFacts&) {});
    facts.revocations = {revocation(RevocationScope::seller, kNow - 48h)};
    CHECK(outcome(gate.decide(facts, kNow)) == "deny CONSENT_FEDERAL");
    facts.revocations = {revocation(RevocationScope::seller, kNow - 48h - 1us)};
    CHECK(outcome(gate.decide(facts, kNow)) == "allow");
    facts.revocations = {revocation(RevocationScope::subject, kNow, "roof")};
    facts.subject = "solar";
    CHECK(outcome(gate.decide(facts, kNow)) == "allow");
}

TEST_CASE("a revocation of everything acts on other matters from its date on", "[consent]") {
    const Gate gate = gate_of({federal({matter(), all_matters(), written()})});
    CallFacts facts = with_consent([](Consent&, CallFacts& f) { f.subject = "solar"; });
    facts.revocations = {revocation(RevocationScope::all, kNow - 1h, "roof")};
    // Midnight of 31 January 2027 in New York.
    CHECK(outcome(gate.decide(facts, utc("2027-01-31 04:59:59"))) == "allow");
    CHECK(outcome(gate.decide(facts, utc("2027-01-31 05:00:00"))) ==
          "deny REVOKED_ALL CONSENT_FEDERAL");
    facts.subject = "roof";
    CHECK(outcome(gate.decide(facts, kNow)) == "deny REVOKED_ALL CONSENT_FEDERAL");
    facts.subject = "solar";
    facts.revocations->front().seller = "Other";
    CHECK(outcome(gate.decide(facts, utc("2027-01-31 05:00:00"))) == "allow");
}

TEST_CASE("a relationship lifts for its months, clamped at the month's end", "[consent]") {
    dnc::ListRule registry;
    Rule national = rule("DNC", registry);
    dnc::Lift lift;
    lift.purchase_months = 18;
    lift.inquiry_months = 3;
    national.lift_by = {lift};
    const Gate gate = gate_of({federal({national})});
    using Kind = dnc::Relationship::Kind;
    const auto with = [&](Kind kind, std::string_view event, std::string_view at) {
        CallFacts facts = call_to(kNewYork);
        facts.lists.national = dnc::ListAnswer{.listed = true};
        facts.relationship.emplace(dnc::Relationship{.id = 9, .kind = kind, .at = utc(event)});
        return outcome(gate.decide(facts, utc(at)));
    };
    const std::string refused = "deny LIST_NATIONAL";
    CHECK(with(Kind::purchase, "2024-08-31 16:00:00", "2026-03-01 04:59:59") == "allow");
    CHECK(with(Kind::purchase, "2024-08-31 16:00:00", "2026-03-01 05:00:00") == refused);
    CHECK(with(Kind::inquiry, "2026-11-30 16:00:00", "2027-02-28 20:00:00") == "allow");
    CHECK(with(Kind::inquiry, "2026-11-30 16:00:00", "2027-03-01 20:00:00") == refused);
    // 23:30 of the day before in New York.
    CHECK(with(Kind::inquiry, "2026-08-23 03:30:00", "2026-11-22 20:00:00") == "allow");
    CHECK(with(Kind::inquiry, "2026-08-23 03:30:00", "2026-11-23 20:00:00") == refused);
    CHECK(with(Kind::purchase, "2026-11-24 16:00:00", "2026-11-24 15:00:00") == refused);

    CallFacts by_day = call_to(kNewYork);
    by_day.lists.national = dnc::ListAnswer{.listed = true};
    by_day.relationship.emplace(
        dnc::Relationship{.id = 9, .kind = Kind::inquiry, .at = utc("2026-08-23 00:00:00")});
    CHECK(outcome(gate.decide(by_day, kNow)) == refused);
    (*by_day.relationship)->on = day("2026-08-23");
    CHECK(outcome(gate.decide(by_day, kNow)) == "allow");
    CHECK(gate.decide(by_day, kNow).evidence.relationship_id == 9);
    by_day.lists.company->listed = true; // ends it at once
    CHECK(outcome(gate.decide(by_day, kNow)) == "deny LIST_NATIONAL COMPANY_DNC");
    by_day.lists.company->listed = false;
    by_day.relationship.reset();
    by_day.assume_clear = true;
    CHECK(outcome(gate.decide(by_day, kNow)) == refused); // what is assumed lifts nothing
}

TEST_CASE("a lift holds when all of its parts do, and any lift is enough", "[consent]") {
    dnc::ListRule registry;
    Rule national = rule("DNC", registry);
    dnc::Lift recent;
    recent.consent = ConsentGrade::express;
    recent.consent_within_days = 7;
    dnc::Lift after;
    after.consent = ConsentGrade::oral;
    after.consent_after_listing = true;
    dnc::Lift nothing;
    national.lift_by = {nothing, recent, after};
    const Gate gate = gate_of({federal({national})});
    const auto with = [&](ConsentGrade grade, Instant at, const char* as_of) {
        CallFacts facts = call_to(kNewYork);
        facts.lists.national = dnc::ListAnswer{.listed = true};
        if (as_of != nullptr) {
            facts.lists.national->as_of = day(as_of);
        }
        facts.consents = {consent(grade, at)};
        return outcome(gate.decide(facts, kNow));
    };
    const std::string refused = "deny LIST_NATIONAL";
    CHECK(with(ConsentGrade::express, utc("2026-11-16 05:00:00"), nullptr) == "allow");
    CHECK(with(ConsentGrade::express, utc("2026-11-16 04:59:59"), nullptr) == refused);
    CHECK(with(ConsentGrade::oral, kNow, nullptr) == refused);
    CHECK(with(ConsentGrade::oral, utc("2026-10-02 05:00:00"), "2026-10-01") == "allow");
    CHECK(with(ConsentGrade::oral, utc("2026-10-02 03:59:59"), "2026-10-01") == refused);
}
