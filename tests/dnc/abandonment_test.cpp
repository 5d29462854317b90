// Goal: the shipped file holds what each jurisdiction says about abandoned calls, its civil days
// divide nobody's calling hours, and a damaged file is refused with file and field.
// Method: the shipped file as it is, a walk through two years of its midnights, then one
// replacement each.

#include "dnc/abandonment.hpp"
#include "tests/dnc/support.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using dnc::AbandonmentPeriod;
using dnc_tests::TemporaryFolder;

namespace {

const std::string kFile = DNC_FOLDER "/packs/abandonment.json";

std::string file_text() {
    std::ifstream file{kFile, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

bool holds(const dnc::AbandonmentLimit& limit, AbandonmentPeriod period, std::int64_t percent) {
    return limit.period == period && limit.cap_numerator * 100 == percent * limit.cap_denominator;
}

} // namespace

TEST_CASE("the shipped file holds the limits of three jurisdictions", "[abandonment]") {
    const auto rules = dnc::load_abandonment_rules(kFile);
    REQUIRE(rules.size() == 3);

    const dnc::AbandonmentRules& us = rules.at("US");
    REQUIRE(us.limits.size() == 2);
    CHECK(holds(us.limits[0], AbandonmentPeriod::successive_days, 3));
    CHECK(us.limits[0].days == 30);
    CHECK(us.limits[0].cite == "47 CFR 64.1200(a)(7)");
    CHECK(us.limits[0].confidence == "S");
    CHECK(holds(us.limits[1], AbandonmentPeriod::trailing_days, 3));
    CHECK(us.limits[1].days == 30);
    CHECK(us.limits[1].confidence == "P");

    REQUIRE(rules.at("CA").limits.size() == 1);
    CHECK(holds(rules.at("CA").limits[0], AbandonmentPeriod::calendar_month, 5));
    REQUIRE(rules.at("GB").limits.size() == 1);
    CHECK(holds(rules.at("GB").limits[0], AbandonmentPeriod::day, 3));
    for (const auto& [jurisdiction, rule] : rules) {
        CHECK(rule.jurisdiction == jurisdiction);
        CHECK(dnc_tests::system_zones().find(rule.zone));
    }
}

TEST_CASE("no state's calling hours lie across the midnight that the US budget is counted by",
          "[abandonment]") {
    const auto& zones = dnc_tests::system_zones();
    const auto zone = zones.find(dnc::load_abandonment_rules(kFile).at("US").zone);
    REQUIRE(zone);
    const std::vector<std::string> places = {"Pacific/Honolulu",  "America/Adak",
                                             "America/Anchorage", "America/Los_Angeles",
                                             "America/Phoenix",   "America/Denver",
                                             "America/Chicago",   "America/Indiana/Indianapolis",
                                             "America/New_York",  "America/Puerto_Rico"};
    dnc::Instant at = dnc_tests::utc("2026-01-01 00:00:00");
    for (int day = 0; day < 730; ++day) {
        at = zones.next_time_of_day(*zone, at + 1h, 0s);
        for (const std::string& place : places) {
            const auto where = zones.find(place);
            REQUIRE(where);
            const auto local = zones.local(*where, at);
            // 47 CFR 64.1200(c)(1): 8 to 21 o'clock at the called party's place.
            INFO(place << " " << local.of_day.count());
            REQUIRE((local.of_day < 8h || local.of_day >= 21h));
        }
    }
}

TEST_CASE("a damaged abandonment file names its file and field", "[abandonment]") {
    struct Row {
        std::string what;
        std::string by;
        std::string want;
    };
    const std::string us = "jurisdictions[0]";
    const std::vector<Row> table = {
        {"\"schema\": 1", "\"schema\": 2", "schema: must be a whole number from 1 to 1"},
        {"\"pack\": \"abandonment\"", "\"pack\": \"us\"", "pack: must be one of: abandonment"},
        {"\"version\": \"2026.11.1\"", "\"version\": 7", "version: must be a text"},
        {"\"reviewed\": \"2026-11-22\"", "\"reviewed\": \"2026-11-31\"",
         "reviewed: must be a date"},
        {"\"counted\"", "\"counting\"", "counting: is not known here"},
        {"\"jurisdiction\": \"US\"", "\"jurisdiction\": \"us\"", us + ".jurisdiction: must be a"},
        {"\"jurisdiction\": \"US\"", "\"jurisdiction\": \"US-\"", us + ".jurisdiction: must be a"},
        {"\"jurisdiction\": \"CA\"", "\"jurisdiction\": \"US\"", "[1].jurisdiction: comes twice"},
        {"\"zone\": \"America/Los_Angeles\"", "\"zone\": \"\"", us + ".zone: must be a text"},
        {"\"zone_why\": \"The rule counts days", "\"why\": \"The rule", us + ".why: is not known"},
        {"\"id\": \"HOUSE-ABAN-US\"", "\"id\": \"US-ABAN-1\"", "limits[1].id: comes twice"},
        {"\"successive_days\"", "\"weeks\"", us + ".limits[0].period: must be one of: successive"},
        {"\"trailing_days\"", "\"successive_days\"", "limits[1].period: has a limit already"},
        {"\"days\": 30,", "", us + ".limits[0].days: is missing"},
        {"\"days\": 30", "\"days\": 0", us + ".limits[0].days: must be a whole number from 1 to"},
        {"\"days\": 30", "\"days\": 63", us + ".limits[0].days: must be a whole number from 1 to"},
        {"\"days\": 30", "\"days\": 30.0", us + ".limits[0].days: must be a whole number"},
        {"\"days\": 30", "\"day\": 30", us + ".limits[0].day: is not known here"},
        {"\"period\": \"calendar_month\"", "\"period\": \"day\", \"days\": 1",
         "jurisdictions[1].limits[0].days: has no meaning"},
        {"[3, 100]", "[3]", us + ".limits[0].cap: must be [numerator, denominator]"},
        {"[3, 100]", "0.03", us + ".limits[0].cap: must be a list"},
        {"[3, 100]", "[3, 0]", us + ".limits[0].cap[1]: must be a whole number from 1 to"},
        {"[3, 100]", "[-3, 100]", us + ".limits[0].cap[0]: must be a whole number from 0 to"},
        {"[3, 100]", "[3, 1000000000000]", us + ".limits[0].cap[1]: must be a whole number"},
        {"[3, 100]", "[100, 100]", us + ".limits[0].cap: must be a share below one"},
        {"\"cite\": \"47 CFR 64.1200(a)(7)\"", "\"cite\": \"\"", us + ".limits[0].cite: must be"},
        {"[\"2012-11-15\", null]", "[\"2012-11-15\"]", "limits[0].effective: must be [from, to]"},
        {"[\"2012-11-15\", null]", "[\"15.11.2012\", null]", "limits[0].effective[0]: must be a"},
        {"[\"2012-11-15\", null]", "[\"2012-11-15\", \"2012-11-15\"]", "ends before it begins"},
        {"[\"2012-11-15\", null]", "[\"2012-11-15\", \"2027-01-01\"]", "end date is not supported"},
        {"\"in_force\"", "\"repealed\"", us + ".limits[0].status: must be one of"},
        {"\"confidence\": \"S\"", "\"confidence\": \"X\"", us + ".limits[0].confidence: must be"},
        {"{", "", "is no valid JSON"},
    };
    for (const Row& row : table) {
        CAPTURE(row.what, row.by);
        CHECK_THROWS_WITH(
            dnc::parse_abandonment_rules(replaced(file_text(), row.what, row.by), "the file"),
            Catch::StartsWith("the file: ") && Catch::Contains(row.want));
    }
}

TEST_CASE("a jurisdiction without limits is refused: nothing would hold there", "[abandonment]") {
    const std::string text = R"({"schema": 1, "pack": "abandonment", "version": "1",
        "reviewed": "2026-11-22",
        "jurisdictions": [{"jurisdiction": "US", "zone": "UTC", "zone_why": "x", "limits": []}]})";
    CHECK_THROWS_WITH(dnc::parse_abandonment_rules(text, "f"),
                      Catch::Contains("jurisdictions[0].limits: must be a list"));
}

TEST_CASE("files that hold no abandonment rules are refused", "[abandonment]") {
    TemporaryFolder folder;
    CHECK_THROWS_WITH(dnc::load_abandonment_rules((folder.path() / "none.json").string()),
                      Catch::Contains("cannot be read"));
    for (const std::string& content :
         {std::string{}, std::string(100'000, '['), std::string{"{} {}"}, std::string("\0\0", 2)}) {
        CHECK_THROWS_WITH(dnc::load_abandonment_rules(folder.write("x.json", content)),
                          Catch::Contains("x.json: is no valid JSON"));
    }
    for (const char* content : {"[]", "null", "3"}) {
        CHECK_THROWS_WITH(dnc::load_abandonment_rules(folder.write("y.json", content)),
                          Catch::Contains("y.json: must be an object"));
    }
    CHECK_THROWS_WITH(
        dnc::load_abandonment_rules(folder.write("large.json", std::string(2 << 20, ' '))),
        Catch::Contains("larger"));
}
