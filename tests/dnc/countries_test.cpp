// Goal: the tables of countries, regions, numbers and postal codes agree with each other, with the
// area codes and with the zone data, and a damaged table is refused with the line to mend.
// Method: every row of the shipped tables checked against the others, and small damaged files.

#include "dnc/countries.hpp"
#include "dnc/places.hpp"
#include "tests/dnc/places_support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

using dnc::NumberUse;
using namespace dnc_tests;

namespace {

const dnc::World& world() {
    return geography().world;
}

/// Zones of every region, by "US-FL", and of every country, by "US".
const std::map<std::string, Names>& zones_of_places() {
    static const std::map<std::string, Names> made = [] {
        std::map<std::string, Names> result;
        for (const dnc::Country& row : world().countries) {
            result[row.code] = {row.zones.begin(), row.zones.end()};
        }
        for (const dnc::Region& row : world().regions) {
            result[row.country + "-" + row.code] = {row.zones.begin(), row.zones.end()};
        }
        return result;
    }();
    return made;
}

bool is_territory(const std::string& region) {
    return Names{"AS", "GU", "MP", "PR", "VI"}.contains(region);
}

/// Zones of all regions named; empty regions: of the country.
Names zones_of(const std::string& country, const std::vector<std::string>& regions) {
    if (regions.empty()) {
        return zones_of_places().at(country);
    }
    Names all;
    for (const std::string& region : regions) {
        CAPTURE(country, region);
        REQUIRE(zones_of_places().contains(country + "-" + region));
        const Names& some = zones_of_places().at(country + "-" + region);
        all.insert(some.begin(), some.end());
    }
    return all;
}

/// Zones that `row` has and its regions have not.
Names beyond(const std::vector<std::string>& row, const Names& regions) {
    Names rest;
    for (const std::string& zone : row) {
        if (!regions.contains(zone)) {
            rest.insert(zone);
        }
    }
    return rest;
}

class Folder {
public:
    Folder() : path_{std::filesystem::temp_directory_path() / name()} {
        std::filesystem::create_directories(path_);
        for (const char* file : {"countries.csv", "regions.csv", "numbers.csv", "postal.csv"}) {
            std::filesystem::copy(std::filesystem::path{DNC_FOLDER "/geo"} / file, path_ / file,
                                  std::filesystem::copy_options::overwrite_existing);
        }
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void write(const std::string& file, const std::string& content) const {
        std::ofstream{path_ / file} << content;
    }
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    static std::string name() {
        static int count = 0;
        return "countries_test." + std::to_string(::getpid()) + "." + std::to_string(++count);
    }
    std::filesystem::path path_;
};

} // namespace

TEST_CASE("every zone of the world's tables exists in the zone data", "[countries]") {
    const auto check = [](const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            CAPTURE(name);
            CHECK(zones().find(name));
        }
    };
    for (const dnc::Country& row : world().countries) {
        check(row.zones);
    }
    for (const dnc::Region& row : world().regions) {
        check(row.zones);
    }
    for (const dnc::NumberArea& row : world().numbers) {
        check(row.zones);
    }
    for (const dnc::PostalArea& row : world().postal) {
        check(row.zones);
    }
}

TEST_CASE("a country has exactly the zones of its regions", "[countries]") {
    for (const std::string country : {"US", "CA", "AU", "BR", "MX"}) {
        Names all;
        for (const dnc::Region& row : world().regions) {
            if (row.country == country && !(country == "US" && is_territory(row.code))) {
                all.insert(row.zones.begin(), row.zones.end());
            }
        }
        CAPTURE(country);
        CHECK(zones_of_places().at(country) == all);
    }
    for (const std::string country : {"GB", "DE", "ES", "PT"}) {
        for (const dnc::Region& row : world().regions) {
            if (row.country == country) {
                CAPTURE(country, row.code);
                CHECK(beyond(row.zones, zones_of_places().at(country)).empty());
            }
        }
    }
}

TEST_CASE("the fifty states, DC, the territories and the provinces are there", "[countries]") {
    std::map<std::string, int> regions;
    for (const dnc::Region& row : world().regions) {
        ++regions[row.country];
        const bool armed_forces =
            row.country == "US" && (row.code == "AA" || row.code == "AE" || row.code == "AP");
        CAPTURE(row.country, row.code);
        CHECK(row.zones.empty() == armed_forces);
    }
    CHECK(regions["US"] == 50 + 1 + 5 + 3);
    CHECK(regions["CA"] == 13);
    CHECK(regions["AU"] == 8);
    CHECK(regions["BR"] == 27);
    CHECK(regions["MX"] == 32);
    CHECK(regions["DE"] == 16);
}

TEST_CASE("no area code lies in a zone that its state does not have", "[countries]") {
    for (const dnc::AreaCode& row : geography().area_codes.rows()) {
        if (row.geographic) {
            CAPTURE(row.code);
            CHECK(beyond(row.zones, zones_of(row.country, row.regions)).empty());
        }
    }
}

TEST_CASE("states have no zone in which none of their area codes is", "[countries]") {
    // An address then never brings a zone that no number of the state can have.
    std::map<std::string, Names> by_region;
    for (const dnc::AreaCode& row : geography().area_codes.rows()) {
        for (const std::string& region : row.regions) {
            by_region[row.country + "-" + region].insert(row.zones.begin(), row.zones.end());
        }
    }
    for (const dnc::Region& row : world().regions) {
        if (row.country == "US" || row.country == "CA") {
            CAPTURE(row.country, row.code);
            CHECK(beyond(row.zones, by_region[row.country + "-" + row.code]).empty());
        }
    }
}

TEST_CASE("an unknown area code and an unknown state have the same zones", "[countries]") {
    const std::vector<std::string>& zones = geography().area_codes.all_us_zones();
    CHECK(zones_of_places().at("US") == Names{zones.begin(), zones.end()});
}

TEST_CASE("numbers and postal codes lie in the zones of their regions", "[countries]") {
    for (const dnc::NumberArea& row : world().numbers) {
        if (row.use != NumberUse::geographic) {
            continue;
        }
        CAPTURE(row.prefix);
        REQUIRE(zones_of_places().contains(row.country));
        const Names outside = beyond(row.zones, zones_of(row.country, row.regions));
        // The islands around Guadeloupe and Curacao, and the Indian Ocean ones of Australia.
        CHECK((outside.empty() || Names{"590", "599", "618916"}.contains(row.prefix)));
    }
    for (const dnc::PostalArea& row : world().postal) {
        CAPTURE(row.country, row.prefix);
        CHECK(beyond(row.zones, zones_of(row.country, row.regions)).empty());
    }
}

TEST_CASE("every state of one zone has it in all of its postal codes", "[countries]") {
    for (const dnc::PostalArea& row : world().postal) {
        for (const std::string& region : row.regions) {
            const Names& whole = zones_of_places().at(row.country + "-" + region);
            const bool some = std::any_of(row.zones.begin(), row.zones.end(),
                                          [&](const auto& zone) { return whole.contains(zone); });
            CAPTURE(row.country, row.prefix, region);
            CHECK((some || whole.empty()));
        }
    }
}

TEST_CASE("every state has postal codes that find it", "[countries]") {
    Names found;
    for (const dnc::PostalArea& row : world().postal) {
        for (const std::string& region : row.regions) {
            found.insert(row.country + "-" + region);
        }
    }
    for (const dnc::Region& row : world().regions) {
        if (Names{"US", "CA", "AU", "BR"}.contains(row.country)) {
            CAPTURE(row.country, row.code);
            CHECK(found.contains(row.country + "-" + row.code));
        }
    }
}

TEST_CASE("the countries that a dialer may be asked for are there", "[countries]") {
    for (const std::string code :
         {"AU", "BR", "FR", "DE", "GB", "IT", "PL", "NZ", "MX", "IN", "JP", "ZA", "US", "CA",
          "AD", "AL", "AT", "BA", "BE", "BG", "BY", "CH", "CY", "CZ", "DK", "EE", "ES", "FI",
          "GR", "HR", "HU", "IE", "IS", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT",
          "NL", "NO", "PT", "RO", "RS", "RU", "SE", "SI", "SK", "SM", "TR", "UA", "XK"}) {
        CAPTURE(code);
        REQUIRE(zones_of_places().contains(code));
        CHECK_FALSE(zones_of_places().at(code).empty());
        const bool has_numbers =
            std::any_of(world().numbers.begin(), world().numbers.end(),
                        [&](const dnc::NumberArea& row) { return row.country == code; });
        CHECK((has_numbers || code == "US" || code == "CA"));
    }
}

TEST_CASE("a country of the North American plan is known as an address too", "[countries]") {
    for (const dnc::AreaCode& row : geography().area_codes.rows()) {
        if (row.geographic) {
            CAPTURE(row.code, row.country);
            CHECK(zones_of_places().contains(row.country));
        }
    }
}

TEST_CASE("a damaged table of the world names its file, line and fault", "[countries]") {
    struct Row {
        std::string file;
        std::string content; ///< after the header
        std::string want;
    };
    const std::map<std::string, std::string> headers = {
        {"countries.csv", "country,names,zones,part_of,source,confidence,note\n"},
        {"regions.csv", "country,region,names,zones,source,confidence,note\n"},
        {"numbers.csv", "prefix,country,regions,zones,use,source,confidence,note\n"},
        {"postal.csv", "country,prefix,regions,zones,source,confidence,note\n"}};
    const std::vector<Row> table = {
        {"countries.csv", "", "holds no rows"},
        {"countries.csv", "gb,,A/B,,s,K,\n", ":2: the field 'country'"},
        {"countries.csv", "GB,,,,s,K,\n", ":2: a country needs a zone"},
        {"countries.csv", "GP,,A/B,FR,s,K,\n", ":2: a country needs a zone"},
        {"countries.csv", "GP,,,FRA,s,K,\n", "'part_of'"},
        {"countries.csv", "GB,UK|UK,A/B,,s,K,\n", "'UK' is in the list of names twice"},
        {"countries.csv", "GB,,A/B,,s,K,\nGB,,A/B,,s,K,\n", ":3: 'GB' comes twice"},
        {"regions.csv", "US,FLAX,,A/B,s,K,\n", "'FLAX' is no region"},
        {"regions.csv", "US,FL|GA,,A/B,s,K,\n", "must hold one region"},
        {"regions.csv", "US,,,A/B,s,K,\n", "must hold one region"},
        {"regions.csv", "US,FL,,A/B,s,K,\nUS,FL,,A/B,s,K,\n", ":3: 'US-FL' comes twice"},
        {"numbers.csv", "4x,GB,,,people,s,K,\n", "'4x' is no prefix"},
        {"numbers.csv", "1212,US,,,people,s,K,\n", "'1212' is no prefix"},
        {"numbers.csv", ",GB,,,people,s,K,\n", "'' is no prefix"},
        {"numbers.csv", "44,,,,people,s,K,\n", "the field 'country'"},
        {"numbers.csv", "44,GB,,,persons,s,K,\n", "'use' must be"},
        {"numbers.csv", "44,GB,,A/B,premium,s,K,\n", "only numbers of people"},
        {"numbers.csv", "44,GB,,,people,s,K,\n44,GB,,,people,s,K,\n", ":3: '44' comes twice"},
        {"postal.csv", "US,,FL,A/B,s,K,\n", "a prefix of 1 to 8"},
        {"postal.csv", "US,123456789,FL,A/B,s,K,\n", "a prefix of 1 to 8"},
        {"postal.csv", "US,324,,A/B,s,K,\n", "and a region"},
        {"postal.csv", "US,324,FL,A/B,,K,\n", "'source' is empty"},
        {"postal.csv", "US,324,FL,A/B,s,X,\n", "'confidence' must be"},
        {"postal.csv", "US,324,FL\n", "expected 7 fields separated by commas, found 3"},
    };
    for (const Row& row : table) {
        const Folder folder;
        folder.write(row.file, headers.at(row.file) + row.content);
        CAPTURE(row.file, row.content);
        CHECK_THROWS_WITH(dnc::load_world(folder.path()),
                          Catch::Contains(row.want) && Catch::Contains(row.file));
        folder.write(row.file, "another,header\n" + row.content);
        CHECK_THROWS_WITH(dnc::load_world(folder.path()),
                          Catch::Contains(":1: the first row must be"));
    }
    CHECK_THROWS_WITH(dnc::load_world("/nowhere"), Catch::Contains("cannot be read"));
    CHECK(dnc::load_geography(DNC_FOLDER "/geo/nanp.csv").world.postal.size() ==
          geography().world.postal.size());
}

TEST_CASE("tables that contradict each other make no places", "[countries]") {
    dnc::Geography twice = geography();
    twice.world.regions.push_back(
        {.country = "US", .code = "XX", .names = {"Florida"}, .zones = {"America/New_York"}});
    CHECK_THROWS_WITH((dnc::Places{twice, zones()}), Catch::Contains("FLORIDA"));
    dnc::Geography orphan = geography();
    orphan.world.countries.push_back({.code = "ZZ", .names = {}, .zones = {}, .part_of = "US"});
    CHECK_THROWS_AS((dnc::Places{orphan, zones()}), std::invalid_argument);
    dnc::Geography longer = geography();
    longer.world.regions.push_back({.country = "US", .code = "LONG", .names = {}, .zones = {}});
    CHECK_THROWS_AS((dnc::Places{longer, zones()}), std::invalid_argument);
}
