// Goal: the law as it is written comes out of the gate: every golden case inside the shipped packs,
// and every independent case of tests/dnc/law, which were written without looking at packs or gate.
// Method: each line is read and judged as `dialer decide` does it, with all packs in force; a
// message shows facts, expectation and answer.

#include "dnc/decision_json.hpp"
#include "dnc/facts_json.hpp"
#include "dnc/gate.hpp"
#include "dnc/golden_cases.hpp"
#include "dnc/json_text.hpp"
#include "dnc/pack.hpp"
#include "tests/dnc/support.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const dnc::ZoneDatabase& zones() {
    static const auto loaded = dnc::load_zones("");
    return *loaded;
}

const dnc::PackSet& shipped_packs() {
    static const dnc::PackSet packs = dnc::load_packs(DNC_FOLDER "/packs");
    return packs;
}

const dnc::Gate& shipped_gate() {
    static const dnc::Gate gate{shipped_packs(), dnc::load_geography(DNC_FOLDER "/geo"), zones()};
    return gate;
}

std::vector<fs::path> law_files() {
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry :
         fs::directory_iterator{DNC_FOLDER "/../tests/dnc/law"}) {
        if (entry.path().extension() == ".jsonl") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string text_member(const json::object& object, std::string_view name) {
    const json::value* const value = object.if_contains({name.data(), name.size()});
    return value == nullptr ? std::string{} : std::string{value->as_string()};
}

std::vector<std::string> texts(const json::value& list) {
    std::vector<std::string> all;
    for (const json::value& element : list.as_array()) {
        all.emplace_back(element.as_string());
    }
    return all;
}

/// One line of a file of cases. A misspelt member would leave something unchecked.
struct LawCase {
    std::string facts;
    bool assume_clear = true;
    bool doubtful = false;
    dnc::Expected expected;
};

LawCase read_case(const json::object& object) {
    static const std::set<std::string> known{"name",          "row",     "facts",
                                             "assume_clear",  "verdict", "codes",
                                             "codes_include", "until",   "doubtful"};
    for (const json::key_value_pair& member : object) {
        if (!known.contains(std::string{member.key()})) {
            throw std::runtime_error{"unknown member " + std::string{member.key()}};
        }
    }
    LawCase law;
    law.facts = json::serialize(object.at("facts"));
    if (const json::value* const assume = object.if_contains("assume_clear")) {
        law.assume_clear = assume->as_bool();
    }
    law.expected.verdict = text_member(object, "verdict");
    law.expected.until = text_member(object, "until");
    if (const json::value* const codes = object.if_contains("codes")) {
        law.expected.codes = texts(*codes);
    }
    if (const json::value* const codes = object.if_contains("codes_include")) {
        law.expected.codes_include = texts(*codes);
    }
    const json::value* const doubtful = object.if_contains("doubtful");
    law.doubtful = doubtful != nullptr && doubtful->as_bool();
    return law;
}

/// What is different. Where the law has two readings, a case states the stricter one; whether a
/// refusal is for good or for a while is then left open, but not whether it is one.
std::string outcome(const LawCase& law) {
    std::string wrong = dnc::run_case(shipped_gate(), law.facts, law.assume_clear, law.expected);
    if (law.doubtful && law.expected.verdict == "deny" && !wrong.empty()) {
        dnc::Expected later = law.expected;
        later.verdict = "defer";
        wrong = dnc::run_case(shipped_gate(), law.facts, law.assume_clear, later);
    }
    return wrong;
}

/// What `dialer decide` answers to the cases of the law, with packs, list versions, zones and all.
std::vector<std::string> answers(const dnc::Gate& gate, const std::vector<LawCase>& asked) {
    std::vector<std::string> lines;
    for (const LawCase& law : asked) {
        const auto read = dnc::read_question(law.facts, law.assume_clear);
        const auto* question = std::get_if<dnc::Question>(&read);
        REQUIRE(question != nullptr);
        dnc::append_decision(lines.emplace_back(), question->id,
                             gate.decide(question->facts, question->at));
    }
    return lines;
}

std::vector<LawCase> all_cases() {
    std::vector<LawCase> all;
    for (const fs::path& path : law_files()) {
        std::ifstream file{path};
        for (std::string line; std::getline(file, line);) {
            if (!line.empty()) {
                all.push_back(read_case(json::parse(line).as_object()));
            }
        }
    }
    return all;
}

/// How many cases the file has.
std::size_t run_file(const fs::path& path) {
    std::ifstream file{path};
    std::size_t count = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.empty()) {
            continue;
        }
        ++count;
        INFO(path.filename().string() << " line " << count << ": " << line);
        json::value document;
        std::string why;
        REQUIRE(dnc::parse_json(line, {}, document, why));
        const LawCase law = read_case(document.as_object());
        const std::string wrong = outcome(law);
        INFO(wrong);
        CHECK(wrong.empty());
    }
    return count;
}

} // namespace

TEST_CASE("the golden cases of every shipped pack come out as they say", "[law]") {
    for (const dnc::Pack& pack : shipped_packs().packs) {
        for (const dnc::GoldenCase& golden : pack.cases) {
            const std::string wrong = dnc::run_case(shipped_gate(), golden);
            INFO(pack.id << ", case \"" << golden.name << "\": " << wrong);
            CHECK(wrong.empty());
        }
    }
}

TEST_CASE("the independent cases of the law come out as they say", "[law]") {
    std::size_t count = 0;
    for (const fs::path& file : law_files()) {
        count += run_file(file);
    }
    CHECK(count > 0);
}

TEST_CASE("decisions replayed with the packs that were kept of their day are the same",
          "[law][replay]") {
    // The folder as an archive would give it back, read by a gate of its own, in another order.
    const dnc_tests::TemporaryFolder archive;
    fs::copy(DNC_FOLDER "/packs", archive.path(), fs::copy_options::recursive);
    std::vector<LawCase> asked = all_cases();
    const std::vector<std::string> that_day = answers(shipped_gate(), asked);
    std::reverse(asked.begin(), asked.end());
    const dnc::Gate later{dnc::load_packs(archive.path().string()),
                          dnc::load_geography(DNC_FOLDER "/geo"), zones()};
    std::vector<std::string> replayed = answers(later, asked);
    std::reverse(replayed.begin(), replayed.end());
    REQUIRE(that_day.size() > 1000);
    CHECK(that_day == replayed);

    // Another version of one pack tells itself apart, so that the right archive can be found.
    std::ofstream{archive.path() / "us-fl.json", std::ios::app} << "\n";
    const dnc::Gate changed{dnc::load_packs(archive.path().string()),
                            dnc::load_geography(DNC_FOLDER "/geo"), zones()};
    LawCase florida;
    florida.facts = R"({"number":"+13055550101","at":"2026-11-23T17:00:00Z"})";
    CHECK(answers(changed, {florida}) != answers(shipped_gate(), {florida}));
}

TEST_CASE("every code that a golden case names exists", "[law]") {
    for (const dnc::Pack& pack : shipped_packs().packs) {
        for (const dnc::GoldenCase& golden : pack.cases) {
            for (const std::string& code : golden.codes) {
                INFO(pack.id << ", case \"" << golden.name << "\": " << code);
                CHECK(dnc::reason_from_text(code).has_value());
            }
        }
    }
}

TEST_CASE("a case that must fail fails", "[law]") {
    const std::string facts =
        R"({"number":"+12125550101","at":"2026-11-23T17:00:00Z","purpose":"telemarketing"})";
    dnc::Expected expected{.verdict = "allow", .codes = std::vector<std::string>{}};
    CHECK(dnc::run_case(shipped_gate(), facts, true, expected).empty());
    expected.codes_include = {"HOURS_*"};
    CHECK_FALSE(dnc::run_case(shipped_gate(), facts, true, expected).empty());
    CHECK_FALSE(dnc::run_case(shipped_gate(), facts, true, {.verdict = "deny"}).empty());
    CHECK_FALSE(dnc::run_case(shipped_gate(), "{}", true, {.verdict = "allow"}).empty());
    const std::string early = R"({"number":"+12125550101","at":"2026-11-23T12:00:00Z"})";
    dnc::Expected deferred{.verdict = "defer", .codes_include = {"HOURS_*"}};
    deferred.until = "2026-11-23T13:00:00Z";
    CHECK(dnc::run_case(shipped_gate(), early, true, deferred).empty());
    deferred.until = "2026-11-23T13:00:01Z";
    CHECK_FALSE(dnc::run_case(shipped_gate(), early, true, deferred).empty());
}
