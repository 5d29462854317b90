// Goal: the shipped pack holds the law's figures with their sources, and a damaged pack is refused
// with file and field.
// Method: the shipped file as it is, then with one replacement each.

#include "dnc/gate.hpp"
#include "tests/dnc/support.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using dnc::ReasonCode;
using dnc_tests::TemporaryFolder;

namespace {

const std::string kPack = DNC_FOLDER "/packs/us-federal.json";

std::string pack_text() {
    std::ifstream file{kPack, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

} // namespace

TEST_CASE("the shipped pack holds the federal figures", "[rules]") {
    const dnc::Rules rules = dnc::load_rules(kPack);
    CHECK(rules.window_open == 8h);
    CHECK(rules.window_close == 21h);
    CHECK(rules.national_age_max == std::chrono::days{31});
    CHECK(rules.ring_guard >= 15s);
    CHECK(rules.feed_age_max > 0s);
    CHECK(rules.min_tzdb == "2026b");
}

TEST_CASE("every reason has a rule and a citation in the shipped pack", "[rules]") {
    const dnc::Rules rules = dnc::load_rules(kPack);
    for (const dnc::RuleSource& source : rules.sources) {
        CHECK_FALSE(source.id.empty());
        CHECK_FALSE(source.cite.empty());
    }
    const auto source = [&](ReasonCode code) {
        return rules.sources[static_cast<std::size_t>(code)];
    };
    CHECK(source(ReasonCode::hours_federal).id == "US-HRS");
    CHECK(source(ReasonCode::hours_federal).cite == "47 CFR 64.1200(c)(1)");
    CHECK(source(ReasonCode::list_national).cite == "47 CFR 64.1200(c)(2)");
}

TEST_CASE("the version names pack, version and hash of the very bytes", "[rules]") {
    const std::string version = dnc::load_rules(kPack).version;
    CHECK_THAT(version, Catch::StartsWith("us-federal 2026."));
    const std::size_t at = version.find(" sha256:");
    REQUIRE(at != std::string::npos);
    CHECK(version.size() - at == std::string{" sha256:"}.size() + 64);

    TemporaryFolder folder;
    CHECK(dnc::load_rules(folder.write("same.json", pack_text())).version == version);
    CHECK(dnc::load_rules(folder.write("more.json", pack_text() + "\n")).version != version);
}

TEST_CASE("a damaged pack names its file and field", "[rules]") {
    struct Row {
        std::string what;
        std::string by;
        std::string want;
    };
    const std::vector<Row> table = {
        {"\"schema\": 1", "\"schema\": 2", "schema: must be a whole number from 1 to 1"},
        {"\"pack\": \"us-federal\"", "\"pack\": \"\"", "pack: must be a text"},
        {"\"pack\": \"us-federal\",", "", "pack: is missing"},
        {"{\"country\": \"US\"}", "{\"country\": \"CA\"}", "jurisdiction.country: must be US"},
        {"{\"country\": \"US\"}", "\"US\"", "jurisdiction: must be an object"},
        {"\"2026b\"", "\"newest\"", "min_tzdb.version: must be a release"},
        {"\"open\": \"08:00\"", "\"open\": \"8:00\"", "rules[0].open: must be a time of day"},
        {"\"open\": \"08:00\"", "\"open\": \"08:60\"", "rules[0].open: must be a time of day"},
        {"\"open\": \"08:00\"", "\"open\": \"-1:00\"", "rules[0].open: must be a time of day"},
        {"\"close\": \"21:00\"", "\"close\": \"24:01\"", "rules[0].close: must be a time of day"},
        {"\"close\": \"21:00\"", "\"close\": \"08:00\"", "rules[0].close: must lie after"},
        {"\"close\": \"21:00\"", "\"close\": 21", "rules[0].close: must be a text"},
        {"\"ring_guard_s\": 60", "\"ring_guard_s\": -1", "rules[0].ring_guard_s: must be a whole"},
        {"\"max_age_days\": 31", "\"max_age_days\": 31.5", "rules[4].max_age_days: must be"},
        {"\"max_age_days\": 31", "\"max_age_days\": 0", "rules[4].max_age_days: must be"},
        {"\"1992-12-20\"", "\"1992-13-20\"", "rules[0].effective[0]: must be a date"},
        {"\"1992-12-20\"", "\"1992-02-30\"", "rules[0].effective[0]: must be a date"},
        {"[\"1992-12-20\", null]", "[\"1992-12-20\"]", "rules[0].effective: must be [from, to]"},
        {"[\"1992-12-20\", null]", "[\"1992-12-20\", \"1992-12-20\"]", "ends before it begins"},
        {"[\"1992-12-20\", null]", "[\"1992-12-20\", \"2027-01-01\"]", "end date is not supported"},
        {"\"in_force\"", "\"repealed\"", "rules[0].status: must be one of"},
        {"\"confidence\": \"S\"", "\"confidence\": \"X\"", "rules[0].confidence: must be one of"},
        {"\"kind\": \"window\"", "\"kind\": \"doorway\"", "rules[0].kind: is no kind"},
        {"\"kind\": \"company_list\"", "\"kind\": \"window\"", "rules[1].kind: comes twice"},
        {"[\"HOURS_FEDERAL\"]", "[\"HOURS\"]", "rules[0].denies[0]: is no reason code"},
        {"[\"HOURS_FEDERAL\"]", "[]", "rules[0].denies: must be a list that is not empty"},
        {"[\"COMPANY_DNC\"]", "[\"HOURS_FEDERAL\"]", "is already the reason of rule US-HRS"},
        {"[\"LIST_MISSING\", \"LIST_STALE\"]", "[\"LIST_STALE\"]",
         "no rule denies with LIST_MISSING"},
        {"\"cite\": \"47 CFR 64.1200(c)(1)\"", "\"cite\": null", "rules[0].cite: must be a text"},
        {"{", "", "is no valid JSON"},
    };
    TemporaryFolder folder;
    for (const Row& row : table) {
        const std::string path = folder.write("pack.json", replaced(pack_text(), row.what, row.by));
        CAPTURE(row.what, row.by);
        CHECK_THROWS_WITH(dnc::load_rules(path),
                          Catch::StartsWith(path) && Catch::Contains(row.want));
    }
}

TEST_CASE("a pack without one of its rules is refused", "[rules]") {
    const std::string text = pack_text();
    const std::size_t last = text.rfind(",\n    {");
    const std::size_t end = text.rfind("\n  ]");
    REQUIRE(last != std::string::npos);
    TemporaryFolder folder;
    const std::string path = folder.write("pack.json", text.substr(0, last) + text.substr(end));
    CHECK_THROWS_WITH(dnc::load_rules(path),
                      Catch::Contains("a rule of kind 'country' is missing"));
}

TEST_CASE("files that are no packs are refused", "[rules]") {
    TemporaryFolder folder;
    CHECK_THROWS_WITH(dnc::load_rules((folder.path() / "none.json").string()),
                      Catch::Contains("cannot be read"));
    CHECK_THROWS_WITH(dnc::load_rules(folder.write("empty.json", "")), Catch::Contains("JSON"));
    CHECK_THROWS_WITH(dnc::load_rules(folder.write("list.json", "[]")), Catch::Contains("object"));
    CHECK_THROWS_WITH(dnc::load_rules(folder.write("deep.json", std::string(100'000, '['))),
                      Catch::Contains("JSON"));
    CHECK_THROWS_WITH(dnc::load_rules(folder.write("large.json", std::string(2 << 20, ' '))),
                      Catch::Contains("larger"));
}

TEST_CASE("reason codes are read back from their text", "[rules]") {
    for (std::size_t i = 0; i < dnc::kReasonCodes; ++i) {
        const auto code = static_cast<ReasonCode>(i);
        CHECK(dnc::reason_from_text(to_text(code)) == code);
    }
    CHECK_FALSE(dnc::reason_from_text("hours_federal"));
    CHECK_FALSE(dnc::reason_from_text(""));
}
