// Goal: the shipped table of area codes is complete and never too wide, and a damaged table is
// refused with the line to mend.
// Method: facts about geography checked against every row, and small damaged files.

#include "dnc/area_codes.hpp"
#include "tests/dnc/support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using dnc::AreaCode;
using dnc::AreaCodes;
using dnc_tests::shipped_area_codes;
using dnc_tests::TemporaryFolder;

namespace {

std::vector<int> codes_in(const std::string& text) {
    std::istringstream stream{text};
    std::vector<int> codes;
    for (int code = 0; stream >> code;) {
        codes.push_back(code);
    }
    return codes;
}

std::set<std::string> zones_of(int code) {
    const AreaCode* const row = shipped_area_codes().find(code);
    REQUIRE(row != nullptr);
    return {row->zones.begin(), row->zones.end()};
}

constexpr std::string_view kHeader =
    "code,country,regions,zones,geographic,source,confidence,note\n";

} // namespace

TEST_CASE("every zone of the table exists in the zone data", "[area_codes]") {
    for (const AreaCode& row : shipped_area_codes().rows()) {
        for (const std::string& zone : row.zones) {
            CAPTURE(row.code, zone);
            CHECK(dnc_tests::system_zones().find(zone));
        }
    }
}

TEST_CASE("rows are sorted, unique and whole", "[area_codes]") {
    const std::vector<AreaCode>& rows = shipped_area_codes().rows();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CAPTURE(rows[i].code);
        CHECK((i == 0 || rows[i - 1].code < rows[i].code));
        CHECK(rows[i].geographic != rows[i].zones.empty());
        CHECK(rows[i].code % 100 != 11);
        if (rows[i].country == "US" && rows[i].geographic) {
            CHECK(rows[i].regions.size() == 1);
        }
    }
}

TEST_CASE("the number of codes per country is plausible", "[area_codes]") {
    std::map<std::string, int> geographic;
    int others = 0;
    for (const AreaCode& row : shipped_area_codes().rows()) {
        row.geographic ? ++geographic[row.country] : ++others;
    }
    CHECK(geographic["US"] >= 370);
    CHECK(geographic["US"] <= 400);
    CHECK(geographic["CA"] >= 55);
    CHECK(geographic["CA"] <= 70);
    CHECK(geographic["DO"] == 3);
    CHECK(geographic["JM"] == 2);
    CHECK(geographic.size() == 20); // all countries and territories of the plan, US ones under US
    CHECK(others >= 40);
}

TEST_CASE("all states, the capital and the territories are there", "[area_codes]") {
    std::set<std::string> regions;
    for (const AreaCode& row : shipped_area_codes().rows()) {
        if (row.country == "US") {
            regions.insert(row.regions.begin(), row.regions.end());
        }
    }
    const std::string states = "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA "
                               "MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX "
                               "UT VT VA WA WV WI WY PR VI GU MP AS";
    std::istringstream stream{states};
    std::size_t count = 0;
    for (std::string state; stream >> state; ++count) {
        CAPTURE(state);
        CHECK(regions.count(state) == 1);
    }
    CHECK(count == 56);
    CHECK(regions.size() == count);
}

TEST_CASE("codes that a zone line divides carry the zones of both sides", "[area_codes]") {
    struct Row {
        std::string codes;
        std::set<std::string> zones;
    };
    const std::string chicago = "America/Chicago";
    const std::string denver = "America/Denver";
    const std::string new_york = "America/New_York";
    const std::string los_angeles = "America/Los_Angeles";
    const std::string indianapolis = "America/Indiana/Indianapolis";
    const std::vector<Row> table = {
        {"208 986 541 458", {"America/Boise", los_angeles}},
        {"219 423 729 606 850 448 334 483", {chicago, new_york}},
        {"270 364", {chicago, "America/Kentucky/Louisville"}},
        {"308 432 605 620 701 785 402 531 580", {chicago, denver}},
        {"574 812 930", {indianapolis, chicago}},
        {"775", {los_angeles, denver}},
        {"906", {"America/Detroit", "America/Menominee"}},
        {"907", {"America/Anchorage", "America/Adak", "America/Metlakatla"}},
        {"928", {"America/Phoenix", denver}},
        {"931 572", {chicago}},
        {"480 520 602", {"America/Phoenix"}},
        {"604", {"America/Vancouver"}},
        {"250 236 672 778 257", {"America/Vancouver", "America/Edmonton", "America/Creston"}},
        {"418 581 367", {"America/Toronto", "America/Halifax", "America/Blanc-Sablon"}},
        {"709 879", {"America/St_Johns", "America/Goose_Bay"}},
        {"807", {"America/Toronto", "America/Winnipeg", "America/Atikokan"}},
        {"306 639 474", {"America/Regina", "America/Edmonton"}},
        {"867",
         {"America/Whitehorse", "America/Yellowknife", "America/Inuvik", "America/Iqaluit",
          "America/Rankin_Inlet", "America/Cambridge_Bay", "America/Resolute"}},
    };
    for (const Row& row : table) {
        for (const int code : codes_in(row.codes)) {
            CAPTURE(code);
            CHECK(zones_of(code) == row.zones);
        }
    }
}

TEST_CASE("an overlay has the state and all zones of the code it overlays", "[area_codes]") {
    const std::vector<std::string> complexes = {"209 350",
                                                "213 323 738",
                                                "334 483",
                                                "405 572",
                                                "423 729",
                                                "309 861",
                                                "318 457",
                                                "313 679",
                                                "347 718 929 465",
                                                "440 436",
                                                "507 924",
                                                "530 837",
                                                "541 458",
                                                "559 357",
                                                "561 728",
                                                "608 353",
                                                "662 471",
                                                "707 369",
                                                "713 281 832 346 621",
                                                "716 624",
                                                "812 930",
                                                "850 448",
                                                "864 821",
                                                "870 327",
                                                "920 274",
                                                "305 786 645",
                                                "303 720 983",
                                                "610 484 835",
                                                "270 364",
                                                "208 986",
                                                "402 531",
                                                "418 581 367",
                                                "250 778 236 672 257"};
    for (const std::string& complex : complexes) {
        const std::vector<int> codes = codes_in(complex);
        const AreaCode* const first = shipped_area_codes().find(codes.front());
        REQUIRE(first != nullptr);
        for (const int code : codes) {
            CAPTURE(code);
            CHECK(zones_of(code) == zones_of(codes.front()));
            CHECK(shipped_area_codes().find(code)->regions == first->regions);
            CHECK(shipped_area_codes().find(code)->country == first->country);
        }
    }
}

TEST_CASE("toll-free, premium and personal codes have no place", "[area_codes]") {
    for (const int code : codes_in("800 833 844 855 866 877 888 900 500 521 533 544 566 577 588 "
                                   "600 700 710")) {
        const AreaCode* const row = shipped_area_codes().find(code);
        CAPTURE(code);
        REQUIRE(row != nullptr);
        CHECK_FALSE(row->geographic);
        CHECK(row->premium == (code == 900));
    }
    CHECK(shipped_area_codes().find(411) == nullptr);
    CHECK(shipped_area_codes().find(-1) == nullptr);
    CHECK(shipped_area_codes().find(1000) == nullptr);
}

TEST_CASE("all zones of the states are known, and those of the territories are not among them",
          "[area_codes]") {
    const std::vector<std::string>& zones = shipped_area_codes().all_us_zones();
    for (const std::string zone : {"America/New_York", "Pacific/Honolulu", "America/Adak"}) {
        CAPTURE(zone);
        CHECK(std::count(zones.begin(), zones.end(), zone) == 1);
    }
    for (const std::string zone :
         {"Pacific/Guam", "Pacific/Pago_Pago", "America/Puerto_Rico", "America/Toronto"}) {
        CAPTURE(zone);
        CHECK(std::count(zones.begin(), zones.end(), zone) == 0);
    }
}

TEST_CASE("a table given in code refuses what a file would refuse", "[area_codes]") {
    const AreaCode row{.code = 212, .country = "US", .regions = {"NY"}, .zones = {"Z"}};
    AreaCode bad = row;
    bad.code = 199;
    CHECK_THROWS_AS(AreaCodes({row, row}), std::invalid_argument);
    CHECK_THROWS_AS(AreaCodes({bad}), std::invalid_argument);
    CHECK(AreaCodes({row}).find(212)->country == "US");
}

TEST_CASE("a damaged table names its file, line and fault", "[area_codes]") {
    struct Row {
        std::string content;
        std::string want;
    };
    const std::string header{kHeader};
    const std::string good = "212,US,NY,America/New_York,yes,s,K,\n";
    const std::vector<Row> table = {
        {"", "holds no rows"},
        {header, "holds no rows"},
        {good, ":1: the first row must be"},
        {header + good + good, ":3: area code 212 is already on line 2"},
        {header + "212,US,NY\n", ":2: expected 8 fields separated by commas, found 3"},
        {header + "212,US,NY,A/B,yes,s,K,a,b\n", "found 9"},
        {header + "21x,US,NY,A/B,yes,s,K,\n", "'21x' is no area code"},
        {header + "199,US,NY,A/B,yes,s,K,\n", "'199' is no area code"},
        {header + "411,US,NY,A/B,yes,s,K,\n", "'411' is no area code"},
        {header + "# note\n\n212,us,NY,A/B,yes,s,K,\n", ":4: the field 'country'"},
        {header + "212,US,NY,,yes,s,K,\n", "needs a zone"},
        {header + "800,,,A/B,no,s,K,\n", "needs a zone"},
        {header + "212,US,NY,A/B|,yes,s,K,\n", "an empty name in the list of zones"},
        {header + "212,US,NY|NY,A/B,yes,s,K,\n", "'NY' is in the list of regions twice"},
        {header + "212,US,NY,A/B,maybe,s,K,\n", "'geographic' must be yes, no or premium"},
        {header + "212,US,NY,A/B,yes,,K,\n", "'source' is empty"},
        {header + "212,US,NY,A/B,yes,s,Q,\n", "'confidence' must be"},
        {header + "212,US,NY,A/B,yes,s,,\n", "'confidence' must be"},
    };
    TemporaryFolder folder;
    for (const Row& row : table) {
        const std::string path = folder.write("nanp.csv", row.content);
        CAPTURE(row.content);
        CHECK_THROWS_WITH(dnc::load_area_codes(path),
                          Catch::Contains(row.want) && Catch::StartsWith(path));
    }
    CHECK_THROWS_WITH(dnc::load_area_codes("/nowhere/nanp.csv"), Catch::Contains("cannot be read"));
}

TEST_CASE("a table with carriage returns is read", "[area_codes]") {
    TemporaryFolder folder;
    const std::string path =
        folder.write("nanp.csv", "code,country,regions,zones,geographic,source,confidence,note\r\n"
                                 "212,US,NY,America/New_York,yes,s,K,some note\r\n");
    CHECK(dnc::load_area_codes(path).find(212)->zones ==
          std::vector<std::string>{"America/New_York"});
}
