// Goal: an answer of `dialer decide` is one line of JSON with exactly the members of its contract,
// whatever texts come in. Method: decisions by hand, compared with the whole line.

#include "dnc/decision_json.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>

using namespace dnc;
using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

std::string line(const std::string& id, const Decision& decision) {
    std::string out;
    append_decision(out, id, decision);
    return out;
}

} // namespace

TEST_CASE("an allowed call has its zones, packs and zone data", "[decision_json]") {
    Decision decision;
    decision.verdict = Verdict::allow;
    decision.evidence.zones.push_back({"America/New_York", "2026-11-23T08:00:00-05:00"});
    decision.evidence.zones.push_back({"America/Chicago", "2026-11-23T07:00:00-06:00"});
    decision.evidence.packs.push_back({"us-fed", "2026.11.1", "ab"});
    decision.evidence.tzdb_version = "2026f";
    CHECK(line("\"a\"", decision) ==
          R"({"id":"a","verdict":"allow","reasons":[],)"
          R"("zones":[{"zone":"America/New_York","local":"2026-11-23T08:00:00-05:00"},)"
          R"({"zone":"America/Chicago","local":"2026-11-23T07:00:00-06:00"}],)"
          R"("packs":[{"id":"us-fed","version":"2026.11.1","sha256":"ab"}],"tzdb":"2026f"})"
          "\n");
}

TEST_CASE("a deferral has its reasons and the instant that ends it", "[decision_json]") {
    Decision decision;
    decision.verdict = Verdict::defer;
    decision.until = sys_days{2026y / 11 / 23} + 13h;
    decision.reasons.push_back(
        {ReasonCode::hours_state, "FL-HRS", "Fla. Stat. 501.616", "It is 21:00."});
    decision.evidence.tzdb_version = "2026f";
    CHECK(line("null", decision) ==
          R"({"id":null,"verdict":"defer","reasons":[{"code":"HOURS_STATE","rule":"FL-HRS",)"
          R"("cite":"Fla. Stat. 501.616","detail":"It is 21:00."}],"zones":[],"packs":[],)"
          R"("tzdb":"2026f","until":"2026-11-23T13:00:00Z"})"
          "\n");
    decision.until = *decision.until + 5us;
    CHECK(line("1", decision)
              .ends_with(R"("until":"2026-11-23T13:00:00.000005Z"})"
                         "\n"));
}

TEST_CASE("texts from outside stay inside their quotes", "[decision_json]") {
    Decision decision;
    decision.reasons.push_back({ReasonCode::company_dnc, "A", "", "\"\\\n\x01 \xc3\xa9"});
    const std::string text = line("null", decision);
    CHECK(text.find(R"("detail":"\"\\\n\u0001 )"
                    "\xc3\xa9\"") != std::string::npos);
    CHECK(text.find('\n') == text.size() - 1);
}

TEST_CASE("a fault has the line, the id if there was one, and a way out", "[decision_json]") {
    std::string out;
    append_fault(out, 7, {"\"x\"", "attempts[3].at", "is no time", "write \"...Z\""});
    CHECK(out == R"({"line":7,"id":"x","error":{"field":"attempts[3].at","reason":"is no time",)"
                 R"("fix":"write \"...Z\""}})"
                 "\n");
    out.clear();
    append_fault(out, 1, {"", "", "is no JSON object", "write one"});
    CHECK(out == R"({"line":1,"error":{"field":"","reason":"is no JSON object","fix":"write one"}})"
                 "\n");
}
