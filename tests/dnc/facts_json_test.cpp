// Goal: a line of `dialer decide` becomes exactly the facts that it states, and what it does not
// state stays unknown; a line that cannot be read names the member, the reason and a way out.
// Method: whole lines in, facts or faults out; a table of faults.

#include "dnc/facts_json.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <variant>
#include <vector>

using namespace dnc;
using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

const std::string kBase = R"("number":"+13055550101","at":"2026-11-23T13:00:00Z")";

std::string line(const std::string& members) {
    return "{" + kBase + (members.empty() ? "" : ",") + members + "}";
}

Question question(const std::string& text, bool assume_clear = false) {
    const auto read = read_question(text, assume_clear);
    if (const auto* const fault = std::get_if<QuestionFault>(&read)) {
        FAIL(text << ": " << fault->field << " " << fault->reason);
    }
    return std::get<Question>(read);
}

CallFacts facts(const std::string& members) {
    return question(line(members)).facts;
}

QuestionFault fault(const std::string& text) {
    const auto read = read_question(text, false);
    if (std::holds_alternative<Question>(read)) {
        FAIL("was read: " << text);
    }
    return std::get<QuestionFault>(read);
}

const Instant kAt = sys_days{2026y / 11 / 23} + 13h;

struct Faulty {
    const char* members;
    const char* field;
};

const std::vector<Faulty> kFaulty{
    {R"("nummer":"1")", "nummer"},
    {R"("id":[1])", "id"},
    {R"("purpose":"sales")", "purpose"},
    {R"("purpose":1)", "purpose"},
    {R"("voice":"robot")", "voice"},
    {R"("selection":"auto")", "selection"},
    {R"("atds_profile":"loose")", "atds_profile"},
    {R"("line_type":"fax")", "line_type"},
    {R"("seller":7)", "seller"},
    {R"("country":"USA")", "country"},
    {R"("max_ring_s":-1)", "max_ring_s"},
    {R"("max_ring_s":601)", "max_ring_s"},
    {R"("max_ring_s":30.5)", "max_ring_s"},
    {R"("max_ring_s":"30")", "max_ring_s"},
    {R"("agent_guaranteed":"yes")", "agent_guaranteed"},
    {R"("ported_at":"2026-02-29")", "ported_at"},
    {R"("ported_at":20261101)", "ported_at"},
    {R"("consents":{})", "consents"},
    {R"("consents":[7])", "consents[0]"},
    {R"("consents":[{"grade":"written"}])", "consents[0].at"},
    {R"("consents":[{"at":"2026-01-01"}])", "consents[0].grade"},
    {R"("consents":[{"grade":"signed","at":"2026-01-01"}])", "consents[0].grade"},
    {R"("consents":[{"grade":"oral","at":"2026-01-01","sellers":"A"}])", "consents[0].sellers"},
    {R"("consents":[{"grade":"oral","at":"2026-01-01","sellers":["A",1]}])",
     "consents[0].sellers[1]"},
    {R"("consents":[{"grade":"oral","at":"2026-01-01","evidence":true}])", "consents[0].evidence"},
    {R"("consents":[{"grade":"oral","at":"2026-01-01","evidence":{"form":"w","timestamp":"x"}}])",
     "consents[0].evidence.timestamp"},
    {R"("consents":[{"grade":"oral","at":"2026-01-01","until":"2027-01-01"}])",
     "consents[0].until"},
    {R"("revocations":[{"at":"2026-01-01T00:00:00Z"}])", "revocations[0].scope"},
    {R"("revocations":[{"at":"2026-01-01T00:00:00Z","scope":"person"}])", "revocations[0].scope"},
    {R"("relationship":{"kind":"purchase"})", "relationship.at"},
    {R"("relationship":{"kind":"friend","at":"2026-01-01"})", "relationship.kind"},
    {R"("relationship":[])", "relationship"},
    {R"("lists":[])", "lists"},
    {R"("lists":{"tps":{}})", "lists.tps"},
    {R"("lists":{"national":{"as_of":"2026-11-01"}})", "lists.national"},
    {R"("lists":{"national":{"as_of":"11/01/2026","listed":true}})", "lists.national.as_of"},
    {R"("lists":{"national":{"as_of":"2026-11-01","listed":"no"}})", "lists.national.listed"},
    {R"("lists":{"reassigned":{"answer":"maybe"}})", "lists.reassigned.answer"},
    {R"("lists":{"reassigned":{"queried_at":"2026-11-01"}})", "lists.reassigned.answer"},
    {R"("lists":{"company":true})", "lists.company"},
    {R"("attempts":[{"at":"2026-11-22","outcome":"busy"}])", "attempts[0].at"},
    {R"("attempts":[{"at":"2026-11-22T10:00:00Z","outcome":"failed"}])", "attempts[0].outcome"},
    {R"("attempts":[{"at":"2026-11-22T10:00:00Z","outcome":"busy"},
        {"at":"2026-11-22T10:00:00Z","outcome":"busy","number":"1"}])",
     "attempts[1].number"},
    {R"("emergencies":[{"region":"NY"}])", "emergencies[0].from"},
    {R"("emergencies":[{"region":"NY","from":"2026-11-02T00:00:00Z","to":"2026-11-01T00:00:00Z"}])",
     "emergencies[0]"},
    {R"("proclaimed_holidays":[{"region":"LA","date":"tomorrow"}])", "proclaimed_holidays[0].date"},
};

} // namespace

TEST_CASE("a member with a wrong value is named", "[facts_json]") {
    for (const Faulty& faulty : kFaulty) {
        INFO(faulty.members);
        const QuestionFault found = fault(line(faulty.members));
        CHECK(found.field == faulty.field);
        CHECK_FALSE(found.reason.empty());
        CHECK_FALSE(found.fix.empty());
    }
}

TEST_CASE("what a line leaves out is not known", "[facts_json]") {
    const Question asked = question(line(""));
    CHECK(asked.id == "null");
    CHECK(asked.at == kAt);
    const CallFacts& facts = asked.facts;
    CHECK(facts.number.e164 == 13055550101);
    CHECK(facts.purpose == Purpose::telemarketing);
    CHECK(facts.selection == Manner::automated);
    CHECK(facts.dialing == Manner::automated);
    CHECK(facts.voice == Voice::live);
    CHECK(facts.atds_profile == AtdsProfile::strict);
    CHECK_FALSE(facts.line_type);
    CHECK_FALSE(facts.consents);
    CHECK_FALSE(facts.revocations);
    CHECK_FALSE(facts.relationship);
    CHECK_FALSE(facts.attempts);
    CHECK_FALSE(facts.emergencies);
    CHECK_FALSE(facts.proclaimed_holidays);
    CHECK_FALSE(facts.lists.national);
    CHECK_FALSE(facts.lists.company);
    CHECK_FALSE(facts.lists.reassigned);
    CHECK(facts.ring_max == 0s);
    CHECK_FALSE(facts.agent_guaranteed);
    CHECK_FALSE(facts.assume_clear);
    CHECK(question(line(""), true).facts.assume_clear);
}

TEST_CASE("null and the empty list say that there is none", "[facts_json]") {
    for (const std::string none : {"[]", "null"}) {
        const CallFacts known =
            facts(R"("consents":)" + none + R"(,"revocations":)" + none + R"(,"attempts":)" + none +
                  R"(,"emergencies":)" + none + R"(,"proclaimed_holidays":)" + none);
        REQUIRE(known.consents);
        CHECK(known.consents->empty());
        CHECK(known.revocations);
        CHECK(known.attempts);
        CHECK(known.emergencies);
        CHECK(known.proclaimed_holidays);
    }
    const CallFacts known = facts(R"("relationship":null,"lists":null)");
    REQUIRE(known.relationship);
    CHECK_FALSE(known.relationship->has_value());
    REQUIRE(known.lists.national);
    CHECK_FALSE(known.lists.national->listed);
    CHECK(known.lists.national->as_of == 2026y / 11 / 23);
    CHECK(known.lists.state);
    CHECK(known.lists.preference);
    CHECK(known.lists.litigator);
    REQUIRE(known.lists.company);
    CHECK_FALSE(known.lists.company->listed);
    CHECK_FALSE(known.lists.reassigned);
    // A date is needed for it even when it comes after the lists.
    const auto later = question(
        R"({"lists":{"national":null},"at":"2026-11-23T13:00:00Z","number":"3055550101"})");
    CHECK(later.facts.lists.national->as_of == 2026y / 11 / 23);
}

TEST_CASE("null for a single value is the same as leaving it out", "[facts_json]") {
    const CallFacts known = facts(R"("line_type":null,"purpose":null,"seller":null,"id":null,
        "ported_at":null,"max_ring_s":null,"county":null)");
    CHECK_FALSE(known.line_type);
    CHECK(known.purpose == Purpose::telemarketing);
    CHECK_FALSE(known.ported_at);
    CHECK(fault(R"({"number":null,"at":"2026-11-23T13:00:00Z"})").field == "number");
    CHECK(fault(R"({"number":"3055550101","at":null})").field == "at");
}

TEST_CASE("every member reaches its fact", "[facts_json]") {
    const CallFacts known = facts(R"("address_region":"FL","county":"Kings","postal_code":"32501",
        "country":"us","purpose":"collections","selection":"manual","dialing":"manual",
        "voice":"ai","atds_profile":"duguid","seller":"Acme","subject":"roof","person":"p1",
        "debt":"d1","line_type":"protected","ported_at":"2026-11-01","max_ring_s":25,
        "agent_guaranteed":true)");
    CHECK(known.address.region == "FL");
    CHECK(known.address.county == "Kings");
    CHECK(known.address.postal_code == "32501");
    CHECK(known.address.country == "US");
    CHECK(known.purpose == Purpose::collections);
    CHECK(known.selection == Manner::manual);
    CHECK(known.dialing == Manner::manual);
    CHECK(known.voice == Voice::ai);
    CHECK(known.atds_profile == AtdsProfile::duguid);
    CHECK(known.seller == "Acme");
    CHECK(known.subject == "roof");
    CHECK(known.person == "p1");
    CHECK(known.debt == "d1");
    CHECK(known.line_type == LineType::protected_line);
    CHECK(known.ported_at == 2026y / 11 / 1);
    CHECK(known.ring_max == 25s);
    CHECK(known.agent_guaranteed);
}

TEST_CASE("a consent is evidence only with its form and its time", "[facts_json]") {
    const CallFacts known = facts(R"("consents":[
        {"grade":"written","sellers":["A","B"],"subject":"roof","debt":"d",
         "at":"2026-01-02","expires":"2027-01-02T00:00:00+01:00",
         "evidence":{"form":"web","timestamp":"2026-01-02T10:00:00Z","ip":"192.0.2.1"}},
        {"grade":"oral","at":"2026-01-02T00:00:00Z","evidence":{"form":"web"}},
        {"grade":"oral","at":"2026-01-02T00:00:00Z",
         "evidence":{"form":"","timestamp":"2026-01-02"}},
        {"grade":"express","at":"2026-01-02T00:00:00Z","evidence":null,"expires":null}])");
    REQUIRE(known.consents);
    REQUIRE(known.consents->size() == 4);
    const Consent& first = known.consents->front();
    CHECK(first.grade == ConsentGrade::written);
    CHECK(first.sellers == std::vector<std::string>{"A", "B"});
    CHECK(first.at == sys_days{2026y / 1 / 2});
    CHECK(first.expires == sys_days{2027y / 1 / 1} + 23h);
    CHECK(first.evidence);
    CHECK_FALSE((*known.consents)[1].evidence);
    CHECK_FALSE((*known.consents)[2].evidence);
    CHECK_FALSE((*known.consents)[3].evidence);
}

TEST_CASE("revocations, relationship and past calls are read", "[facts_json]") {
    const CallFacts known = facts(R"("revocations":[{"at":"2026-11-01T10:00:00.25Z","means":"sms",
        "scope":"all","seller":"A","subject":"roof"}],
        "relationship":{"kind":"inquiry","at":"2026-08-31"},
        "attempts":[{"at":"2026-11-22T10:00:00-05:00","outcome":"not_alerted","direction":"in",
            "person":"p","seller":"s","subject":"t","debt":"d","number":"(305) 555-0102",
            "caller_id":"+12125550100"}],
        "emergencies":[{"region":"us-ny","from":"2026-11-01T00:00:00Z","to":null}],
        "proclaimed_holidays":[{"region":"la","date":"2026-12-24"}])");
    CHECK(known.revocations->at(0).at == sys_days{2026y / 11 / 1} + 10h + 250ms);
    CHECK(known.revocations->at(0).scope == RevocationScope::all);
    REQUIRE(known.relationship->has_value());
    CHECK((*known.relationship)->kind == Relationship::Kind::inquiry);
    CHECK((*known.relationship)->at == sys_days{2026y / 8 / 31});
    const PastAttempt& call = known.attempts->at(0);
    CHECK(call.at == sys_days{2026y / 11 / 22} + 15h);
    CHECK(call.outcome == PastOutcome::not_alerted);
    CHECK(call.inbound);
    CHECK(call.number == Number{13055550102});
    CHECK(known.emergencies->at(0).region == "NY");
    CHECK_FALSE(known.emergencies->at(0).to);
    CHECK(known.proclaimed_holidays->at(0).region == "LA");
    CHECK(known.proclaimed_holidays->at(0).date == 2026y / 12 / 24);
}

TEST_CASE("answers of lists are read", "[facts_json]") {
    const CallFacts known = facts(R"("lists":{
        "national":{"as_of":"2026-11-01","listed":true,"subscribed":false},
        "state":{"as_of":"2026-11-02","listed":false},
        "preference":{"as_of":"2026-11-03","listed":true},
        "company":{"listed_at":"2026-11-04T00:00:00Z","seller":"A"},
        "litigator":{"listed":true},
        "reassigned":{"answer":"yes","queried_at":"2026-11-05"}})");
    CHECK(known.lists.national->listed);
    CHECK_FALSE(known.lists.national->subscribed);
    CHECK(known.lists.state->subscribed);
    CHECK(known.lists.preference->as_of == 2026y / 11 / 3);
    CHECK(known.lists.company->listed);
    CHECK(known.lists.company->seller == "A");
    CHECK(known.lists.litigator->listed);
    CHECK_FALSE(known.lists.litigator->as_of);
    CHECK(known.lists.reassigned->answer == Reassignment::Answer::yes);
    CHECK(known.lists.reassigned->queried_at == sys_days{2026y / 11 / 5});
    CHECK_FALSE(facts(R"("lists":{"company":null})").lists.company->listed);
    CHECK_FALSE(facts(R"("lists":{"company":{}})").lists.company->listed);
    // What is not said about a list passes only where that was asked for.
    const auto assumed = question(line(R"("lists":{"national":{"as_of":"2026-10-01"}})"), true);
    CHECK_FALSE(assumed.facts.lists.national->listed);
}

TEST_CASE("numbers are read as people write them, emergency numbers too", "[facts_json]") {
    const auto number = [](const std::string& text) {
        return question(R"({"at":"2026-11-23T13:00:00Z","number":")" + text + "\"}")
            .facts.number.e164;
    };
    CHECK(number("(305) 555-0101") == 13055550101);
    CHECK(number("305-555-0101") == 13055550101);
    CHECK(number("1 305 555 0101") == 13055550101);
    CHECK(number("+44 20 7946 0101") == 442079460101);
    CHECK(number("911") == 911);
    for (const std::string bad : {"", "abc", "+1305555010", "+999123456789", "123-555-0101"}) {
        INFO(bad);
        CHECK(fault(R"({"at":"2026-11-23T13:00:00Z","number":")" + bad + "\"}").field == "number");
    }
    CHECK(fault(R"({"at":"2026-11-23T13:00:00Z","number":13055550101})").field == "number");
}

TEST_CASE("an instant needs its offset", "[facts_json]") {
    const auto at = [](const std::string& text) {
        return R"({"number":"3055550101","at":")" + text + "\"}";
    };
    CHECK(question(at("2026-11-23T08:00:00-05:00")).at == kAt);
    CHECK(question(at("2026-11-23t13:00:00.000001z")).at == kAt + 1us);
    CHECK(question(at("2026-11-23T13:00:00.123456789Z")).at == kAt + 123456us);
    CHECK(question(at("2026-11-23T12:59:60Z")).at == kAt);
    for (const std::string bad :
         {"2026-11-23", "2026-11-23T13:00:00", "2026-11-23T13:00Z", "2026-11-23T24:00:00Z",
          "2026-02-29T00:00:00Z", "2026-11-23T13:00:00.Z", "2026-11-23T13:00:00+5:00",
          "2026-11-23T13:00:00Zx", "9999-01-01T00:00:00Z", "now"}) {
        INFO(bad);
        CHECK(fault(at(bad)).field == "at");
    }
}

TEST_CASE("a line that is no object is refused whole", "[facts_json]") {
    for (const std::string bad :
         {"", "{", "[]", "7", "null", "{\"a\":\"\xff\"}", "{\"number\":\"1\"}x"}) {
        INFO(bad);
        const QuestionFault found = fault(bad);
        CHECK(found.field.empty());
        CHECK_FALSE(found.reason.empty());
    }
    CHECK(fault(std::string(100'000, '[')).field.empty());
    CHECK(fault(std::string(kFactsBytesMax + 1, ' ')).reason == "is longer than 1 MiB");
    CHECK(fault(R"({"number":"3055550101","number":"2125550101","at":"2026-11-23T13:00:00Z"})")
              .reason == "has an object in which a member comes twice");
}

TEST_CASE("the id comes back as it was given", "[facts_json]") {
    CHECK(question(line(R"("id":"a \"1\"")")).id == R"("a \"1\"")");
    CHECK(question(line(R"("id":17)")).id == "17");
    const QuestionFault found = fault(line(R"("id":"x","voice":"robot")"));
    CHECK(found.id == "\"x\"");
    CHECK(found.field == "voice");
}

TEST_CASE("lists that are too long are refused", "[facts_json]") {
    std::string calls;
    for (int i = 0; i < 4097; ++i) {
        calls += (calls.empty() ? "" : ",") +
                 std::string{R"({"at":"2026-11-22T10:00:00Z","outcome":"busy"})"};
    }
    CHECK(fault(line(R"("attempts":[)" + calls + "]")).field == "attempts");
    CHECK(fault(line(R"("seller":")" + std::string(501, 'x') + "\"")).field == "seller");
}
