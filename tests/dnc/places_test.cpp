// Goal: a number and an address give every place where the person may be, never one too few, and
// what nobody may call is known by its digits.
// Method: tables of facts about geography over the shipped data.

#include "dnc/places.hpp"
#include "tests/dnc/places_support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using dnc::Address;
using dnc::LineKind;
using dnc::Number;
using dnc::Place;
using dnc::Places;
using namespace dnc_tests;

namespace {

/// Zones of the fifty states and the capital.
const std::string kAllStates =
    "America/New_York America/Detroit America/Indiana/Indianapolis America/Kentucky/Louisville "
    "America/Chicago America/Menominee America/Denver America/Boise America/Phoenix "
    "America/Los_Angeles America/Anchorage America/Adak America/Metlakatla Pacific/Honolulu";

/// Whether the hour is from 8 to 21 in every zone.
bool is_day_everywhere(const Place& place, dnc::Instant at) {
    using namespace std::chrono_literals;
    return std::all_of(place.zones.begin(), place.zones.end(), [&](dnc::ZoneId zone) {
        const auto of_day = zones().local(zone, at).of_day;
        return of_day >= 8h && of_day < 21h;
    });
}

} // namespace

TEST_CASE("split area codes and their overlays have the zones of both sides", "[places]") {
    struct Row {
        std::string codes;
        std::string zones;
        std::string laws;
    };
    const std::vector<Row> table = {
        {"208 986", "America/Boise America/Los_Angeles", "US US-ID"},
        {"219", "America/Chicago America/New_York", "US US-IN"},
        {"270 364", "America/Chicago America/Kentucky/Louisville", "US US-KY"},
        {"308", "America/Chicago America/Denver", "US US-NE"},
        {"402 531", "America/Chicago America/Denver", "US US-NE"},
        {"423 729", "America/New_York America/Chicago", "US US-TN"},
        {"432", "America/Chicago America/Denver", "US US-TX"},
        {"541 458", "America/Los_Angeles America/Boise", "US US-OR"},
        {"574", "America/Indiana/Indianapolis America/Chicago", "US US-IN"},
        {"812 930", "America/Indiana/Indianapolis America/Chicago", "US US-IN"},
        {"605", "America/Chicago America/Denver", "US US-SD"},
        {"606", "America/New_York America/Chicago", "US US-KY"},
        {"620", "America/Chicago America/Denver", "US US-KS"},
        {"785", "America/Chicago America/Denver", "US US-KS"},
        {"701", "America/Chicago America/Denver", "US US-ND"},
        {"775", "America/Los_Angeles America/Denver", "US US-NV"},
        {"850 448", "America/New_York America/Chicago", "US US-FL"},
        {"906", "America/Detroit America/Menominee", "US US-MI"},
        {"907", "America/Anchorage America/Adak America/Metlakatla", "US US-AK"},
        {"928", "America/Phoenix America/Denver", "US US-AZ"},
        {"334 483", "America/Chicago America/New_York", "US US-AL"},
        {"580", "America/Chicago America/Denver", "US US-OK"},
        {"405 572", "America/Chicago", "US US-OK"},
        {"931", "America/Chicago", "US US-TN"},
        {"480 520 602", "America/Phoenix", "US US-AZ"},
        {"250 236 672 778 257", "America/Vancouver America/Edmonton America/Creston", "CA CA-BC"},
        {"418 581 367", "America/Toronto America/Halifax America/Blanc-Sablon", "CA CA-QC"},
        {"709 879", "America/St_Johns America/Goose_Bay", "CA CA-NL"},
        {"807", "America/Toronto America/Winnipeg America/Atikokan", "CA CA-ON"},
        {"306 639 474", "America/Regina America/Edmonton", "CA CA-SK"},
        {"867",
         "America/Whitehorse America/Yellowknife America/Inuvik America/Iqaluit "
         "America/Rankin_Inlet America/Cambridge_Bay America/Resolute",
         "CA CA-NT CA-NU CA-YT"},
    };
    for (const Row& row : table) {
        for (const std::string& code : words(row.codes)) {
            CAPTURE(code);
            const Place place = places().find(in_area(std::stoi(code)), {});
            CHECK(place.kind == LineKind::geographic);
            CHECK(zone_names(place) == words(row.zones));
            CHECK(laws(place.jurisdictions) == words(row.laws));
            CHECK(place.of_number == place.jurisdictions);
            CHECK(place.area_code == std::stoi(code));
            CHECK(place.zones_known);
        }
    }
}

TEST_CASE("an area code that crosses provinces lies in all of them", "[places]") {
    CHECK(laws(places().find(in_area(902), {}).jurisdictions) == words("CA CA-NS CA-PE"));
    CHECK(laws(places().find(in_area(782), {}).jurisdictions) == words("CA CA-NS CA-PE"));
}

TEST_CASE("territories have their own codes, clock and region under federal law", "[places]") {
    struct Row {
        int code;
        std::string zone;
        std::string laws;
    };
    const std::vector<Row> table = {
        {787, "America/Puerto_Rico", "US US-PR"}, {939, "America/Puerto_Rico", "US US-PR"},
        {340, "America/St_Thomas", "US US-VI"},   {671, "Pacific/Guam", "US US-GU"},
        {670, "Pacific/Saipan", "US US-MP"},      {684, "Pacific/Pago_Pago", "US US-AS"}};
    for (const Row& row : table) {
        const Place place = places().find(in_area(row.code), {});
        CAPTURE(row.code);
        CHECK(place.kind == LineKind::geographic);
        CHECK(zone_names(place) == Names{row.zone});
        CHECK(laws(place.jurisdictions) == words(row.laws));
    }
}

TEST_CASE("an unknown area code may be anywhere in the states, in no particular one", "[places]") {
    const Place place = places().find(kUnknown, {});
    CHECK(place.kind == LineKind::unknown_code);
    CHECK(zone_names(place) == words(kAllStates));
    CHECK(laws(place.jurisdictions) == words("US"));
    CHECK(laws(place.of_number) == words("US"));
    using namespace std::chrono_literals;
    const dnc::Instant winter = std::chrono::sys_days{std::chrono::November / 24 / 2026};
    CHECK_FALSE(is_day_everywhere(place, winter + 18h - 1us)); // Adak opens
    CHECK(is_day_everywhere(place, winter + 18h));
    CHECK(is_day_everywhere(place, winter + 26h - 1us));
    CHECK_FALSE(is_day_everywhere(place, winter + 26h)); // New York closes
}

namespace {

struct KindRow {
    Number number;
    LineKind kind;
};

void check_kinds(const std::vector<KindRow>& table) {
    for (const KindRow& row : table) {
        const Place place = places().find(row.number, {});
        CAPTURE(row.number.e164);
        CHECK(static_cast<int>(place.kind) == static_cast<int>(row.kind));
        if (row.kind == LineKind::unknown_country) {
            CHECK(place.zones.empty());
            CHECK(place.jurisdictions.empty());
        }
    }
}

} // namespace

TEST_CASE("what a North American number is, is told by its digits", "[places]") {
    check_kinds({
        {kNewYork, LineKind::geographic},
        {in_nanp(2129760100), LineKind::premium}, // exchange 976
        {in_nanp(4169760100), LineKind::premium},
        {in_nanp(2739760100), LineKind::premium},
        {in_nanp(9005550100), LineKind::premium},
        {in_nanp(8005550100), LineKind::not_geographic},
        {in_nanp(8009760100), LineKind::not_geographic},
        {in_nanp(8225550100), LineKind::not_geographic},
        {in_nanp(8335550100), LineKind::not_geographic},
        {in_nanp(8895550100), LineKind::not_geographic},
        {in_nanp(5005550100), LineKind::not_geographic},
        {in_nanp(5215550100), LineKind::not_geographic},
        {in_nanp(5335550100), LineKind::not_geographic},
        {in_nanp(5885550100), LineKind::not_geographic},
        {in_nanp(7005550100), LineKind::not_geographic},
        {in_nanp(7105550100), LineKind::not_geographic},
        {in_nanp(6005550100), LineKind::not_geographic},
        {in_nanp(6225550100), LineKind::not_geographic},
        {in_nanp(2915550100), LineKind::not_geographic}, // N9X
        {in_nanp(3705550100), LineKind::not_geographic},
        {in_nanp(3795550100), LineKind::not_geographic},
        {in_nanp(9605550100), LineKind::not_geographic},
        {in_nanp(9695550100), LineKind::not_geographic},
        {in_nanp(9115550100), LineKind::emergency},
        {in_nanp(2115550100), LineKind::emergency},
        {in_nanp(9885550100), LineKind::emergency},
        {Number{911}, LineKind::emergency},
        {Number{988}, LineKind::emergency},
        {Number{112}, LineKind::emergency},
        {Number{9'999'999}, LineKind::emergency},
    });
    CHECK(laws(places().find(Number{911}, {}).jurisdictions) == words("US"));
    CHECK(laws(places().find(in_nanp(6005550100), {}).jurisdictions) == words("CA"));
    CHECK(laws(places().find(in_nanp(8005550100), {}).jurisdictions) == words("US"));
}

TEST_CASE("what another country's number is, is told by its first digits", "[places]") {
    check_kinds({
        {Number{0}, LineKind::unknown_country},
        {Number{-5}, LineKind::unknown_country},
        {Number{10'000'000}, LineKind::unknown_country},
        {Number{1'000'000'000'000'000}, LineKind::unknown_country},
        {Number{INT64_MAX}, LineKind::unknown_country},
        {Number{21055501000}, LineKind::unknown_country}, // 210 is nobody's
        {kLondon, LineKind::geographic},
        {Number{447700900100}, LineKind::geographic},
        {Number{447624123456}, LineKind::geographic}, // Isle of Man, inside the pagers
        {Number{447000900100}, LineKind::not_geographic},
        {Number{443069990100}, LineKind::not_geographic},
        {Number{448081570100}, LineKind::not_geographic},
        {Number{449098790100}, LineKind::premium},
        {Number{441189960100}, LineKind::geographic}, // Reading, not directory services
        {Number{33891000000}, LineKind::premium},
        {Number{33805000000}, LineKind::not_geographic},
        {Number{33199000100}, LineKind::geographic},
        {Number{39899000000}, LineKind::premium},
        {Number{390669812345}, LineKind::geographic}, // Vatican
        {Number{559008000000}, LineKind::premium},
        {Number{61190000000}, LineKind::premium},
        {Number{611300000000}, LineKind::not_geographic},
        {Number{49900100000}, LineKind::premium},
        {Number{48701000000}, LineKind::premium},
        {Number{80012345678}, LineKind::not_geographic},
        {Number{97912345678}, LineKind::premium},
        {Number{88161234567}, LineKind::not_geographic},
    });
}

TEST_CASE("other countries' numbers have their country and all plausible zones", "[places]") {
    struct Row {
        std::int64_t number;
        std::string zones; ///< all of them
        std::string laws;
    };
    const std::string noronha = "America/Noronha America/Recife";
    const std::vector<Row> table = {
        {442079460100, "Europe/London", "GB"},
        {441534496100, "Europe/London", "GB"},
        {35312345678, "Europe/Dublin", "IE"},
        {390612345678, "Europe/Rome", "IT"},
        {33123456789, "Europe/Paris", "FR"},
        {493023125100, "Europe/Berlin Europe/Busingen", "DE"},
        {48221234567, "Europe/Warsaw", "PL"},
        {34912345678, "Africa/Ceuta Europe/Madrid", "ES"},
        {34922345678, "Atlantic/Canary", "ES ES-CN"},
        {34612345678, "Africa/Ceuta Atlantic/Canary Europe/Madrid", "ES"},
        {351212345678, "Europe/Lisbon", "PT"},
        {351291234567, "Atlantic/Madeira", "PT PT-30"},
        {351912345678, "Atlantic/Azores Atlantic/Madeira Europe/Lisbon", "PT"},
        {551155501234, "America/Sao_Paulo", "BR BR-SP"},
        {5581912345678, noronha, "BR BR-PE"},
        {556812345678, "America/Rio_Branco", "BR BR-AC"},
        {559712345678, "America/Eirunepe America/Manaus", "BR BR-AM"},
        {559212345678, "America/Manaus", "BR BR-AM"},
        {61733334444, "Australia/Brisbane Australia/Lindeman", "AU AU-QLD"},
        {61755236000, "Australia/Brisbane Australia/Sydney", "AU AU-NSW AU-QLD"},
        {61491570006,
         "Australia/Adelaide Australia/Brisbane Australia/Broken_Hill Australia/Darwin "
         "Australia/Eucla Australia/Hobart Australia/Lindeman Australia/Lord_Howe "
         "Australia/Melbourne Australia/Perth Australia/Sydney",
         "AU"},
        {6433051234, "Pacific/Auckland Pacific/Chatham", "NZ"},
        {6441234567, "Pacific/Auckland", "NZ"},
        {81312345678, "Asia/Tokyo", "JP"},
        {919812345678, "Asia/Kolkata", "IN"},
        {27111234567, "Africa/Johannesburg", "ZA"},
        {590590123456, "America/Guadeloupe America/Marigot America/St_Barthelemy", "FR FR-GP"},
        {77011234567, "", "KZ"},
        {525512345678, "", "MX"},
    };
    for (const Row& row : table) {
        const Place place = places().find(Number{row.number}, {});
        CAPTURE(row.number);
        CHECK(place.kind == LineKind::geographic);
        CHECK(laws(place.jurisdictions) == words(row.laws));
        CHECK(place.of_number == place.jurisdictions);
        CHECK(place.area_code == 0);
        CHECK(place.zones_known);
        if (row.zones.empty()) {
            CHECK(place.zones.size() > 2);
        } else {
            CHECK(zone_names(place) == words(row.zones));
        }
    }
    CHECK(zone_names(places().find(in_area(876), {})) == words("America/Jamaica"));
    CHECK(laws(places().find(in_area(876), {}).jurisdictions) == words("JM"));
}

TEST_CASE("an address adds its region's zones and law, however it is written", "[places]") {
    for (const std::string text : {"FL", "fl", " Fl ", "Florida", "FLORIDA", "flo rida", "US-FL",
                                   "us-fl", "F.L.", "US-Florida"}) {
        const Place place = places().find(kMiami, in_state(text));
        CAPTURE(text);
        CHECK(zone_names(place) == words("America/New_York America/Chicago"));
        CHECK(laws(place.jurisdictions) == words("US US-FL"));
        CHECK(laws(place.of_number) == words("US US-FL"));
    }
    struct Row {
        Address address;
        std::string zones;
        std::string laws;
    };
    const std::string ny = "America/New_York ";
    const std::vector<Row> table = {
        {in_state("N.Y."), ny, "US US-NY"},
        {in_state("new york"), ny, "US US-NY"},
        {in_state("Washington, D.C."), ny, "US US-DC US-NY"},
        {in_state("West Virginia"), ny, "US US-NY US-WV"},
        {in_state("CA"), ny + "America/Los_Angeles", "US US-CA US-NY"},
        {in_state("GU"), ny + "Pacific/Guam", "US US-GU US-NY"},
        {in_state("Ontario"), ny + "America/Toronto America/Winnipeg America/Atikokan",
         "CA CA-ON US US-NY"},
        {in_state("CA-ON"), ny + "America/Toronto America/Winnipeg America/Atikokan",
         "CA CA-ON US US-NY"},
        {in_country("Canada", "qc"), ny + "America/Toronto America/Halifax America/Blanc-Sablon",
         "CA CA-QC US US-NY"},
        {in_country("CA", "Qu\xC3\xA9"
                          "bec"),
         ny + "America/Toronto America/Halifax America/Blanc-Sablon", "CA CA-QC US US-NY"},
        {in_country("us"), ny, "US US-NY"},
        {in_country("United States of America"), ny, "US US-NY"},
        {in_country("USA", "UT"), ny + "America/Denver", "US US-NY US-UT"},
        {in_country("GB"), ny + "Europe/London", "GB US US-NY"},
        {in_country("UK", "Kent"), ny + "Europe/London", "GB US US-NY"},
        {in_country("GB", "Scotland"), ny + "Europe/London", "GB GB-SCT US US-NY"},
        {in_country("PR"), ny + "America/Puerto_Rico", "US US-NY US-PR"},
        {in_country("Puerto Rico", "San Juan"), ny + "America/Puerto_Rico", "US US-NY US-PR"},
        {in_country("br", "S\xC3\xA3o Paulo"), ny + "America/Sao_Paulo", "BR BR-SP US US-NY"},
        {in_country("FR", "Mayotte"), ny + "Indian/Mayotte", "FR FR-YT US US-NY"},
        {in_country("RE"), ny + "Indian/Reunion", "FR FR-RE US US-NY"},
    };
    for (const Row& row : table) {
        const Place place = places().find(kNewYork, row.address);
        CAPTURE(row.address.country, row.address.region);
        CHECK(zone_names(place) == words(row.zones));
        CHECK(laws(place.jurisdictions) == words(row.laws));
        CHECK(laws(place.of_number) == words("US US-NY"));
        CHECK(place.zones_known);
    }
}

TEST_CASE("a region without country belongs to the number's country", "[places]") {
    const Number sydney{61291234567};
    CHECK(laws(places().find(sydney, in_state("WA")).jurisdictions) ==
          words("AU AU-ACT AU-NSW AU-VIC AU-WA"));
    CHECK(laws(places().find(kNewYork, in_state("WA")).jurisdictions) == words("US US-NY US-WA"));
    const Number rio{552131234567};
    CHECK(laws(places().find(rio, in_state("PR")).jurisdictions) == words("BR BR-PR BR-RJ"));
    CHECK(laws(places().find(kToronto, in_state("FL")).jurisdictions) ==
          words("CA CA-ON US US-FL"));
}

TEST_CASE("a region that nobody knows may be anywhere in its country", "[places]") {
    for (const std::string text : {"Atlantis", "XX", "F", "12", "-", "US-ZZ", "\xE4\xB8\xAD"}) {
        const Place place = places().find(kMiami, in_state(text));
        CAPTURE(text);
        if (text == "-") {
            CHECK(zone_names(place) == words("America/New_York")); // no letters: nothing was said
            continue;
        }
        CHECK(zone_names(place) == words(kAllStates));
        CHECK(laws(place.jurisdictions) == words("US US-FL"));
        CHECK(place.kind == LineKind::geographic);
    }
    // A state in the wrong country: either may be meant.
    const Place both = places().find(kNewYork, in_country("CA", "FL"));
    CHECK(has_all(zone_names(both), words("America/Vancouver America/St_Johns America/Chicago")));
    CHECK(laws(both.jurisdictions) == words("CA US US-FL US-NY"));
    CHECK(zone_names(places().find(kLondon, in_state("FL"))) == words("Europe/London"));
}

TEST_CASE("a place that no zone is known for is told", "[places]") {
    CHECK_FALSE(places().find(kNewYork, in_country("Narnia")).zones_known);
    CHECK_FALSE(places().find(kNewYork, in_country("Narnia", "FL")).zones_known);
    CHECK_FALSE(places().find(kNewYork, in_state("AE")).zones_known);
    CHECK_FALSE(places().find(kNewYork, in_state("", "09012")).zones_known);
    CHECK_FALSE(places().find(kNewYork, in_state("AE", "09012")).zones_known);
    CHECK(laws(places().find(Number{21055501000}, in_country("US", "FL")).jurisdictions) ==
          words("US US-FL"));
}

namespace {

struct PostalRow {
    std::string region;
    std::string postal;
    std::string zones; ///< besides New York's
    std::string laws;
};

void check_postal(const std::vector<PostalRow>& table) {
    for (const PostalRow& row : table) {
        const Place place = places().find(kNewYork, in_state(row.region, row.postal));
        CAPTURE(row.region, row.postal);
        CHECK(zone_names(place) == words("America/New_York " + row.zones));
        CHECK(laws(place.jurisdictions) == words(row.laws));
        CHECK(place.zones_known);
    }
}

const std::string la = "America/Los_Angeles ";
const std::string chicago = "America/Chicago ";

} // namespace

TEST_CASE("a postal code narrows only where its area is certain to have one clock", "[places]") {
    check_postal({
        {"OR", "97914", la + "America/Boise", "US US-NY US-OR"}, // Ontario, Oregon
        {"OR", "97201", la, "US US-NY US-OR"},                   // Portland
        {"OR", "97201-1234", la, "US US-NY US-OR"},
        {"IN", "47630", chicago + "America/Indiana/Indianapolis", "US US-IN US-NY"}, // Newburgh
        {"IN", "46204", "America/Indiana/Indianapolis", "US US-IN US-NY"},
        {"AK", "99546", "America/Adak America/Anchorage", "US US-AK US-NY"}, // Adak
        {"AK", "99801", "America/Anchorage", "US US-AK US-NY"},              // Juneau
        {"AZ", "86515", "America/Phoenix America/Denver", "US US-AZ US-NY"}, // Window Rock
        {"AZ", "86001", "America/Phoenix America/Denver", "US US-AZ US-NY"},
        {"AZ", "85001", "America/Phoenix", "US US-AZ US-NY"},
        {"FL", "32401", chicago, "US US-FL US-NY"},
        {"FL", "32501", chicago, "US US-FL US-NY"},
        {"FL", "33101", "", "US US-FL US-NY"},
        {"TX", "79835", chicago + "America/Denver", "US US-NY US-TX"},
        {"TX", "79901", "America/Denver", "US US-NY US-TX"}, // El Paso
        {"TX", "88510", "America/Denver", "US US-NY US-TX"},
        {"TX", "75201", chicago, "US US-NY US-TX"},
        {"KY", "41011", "", "US US-KY US-NY"},      // Covington
        {"KY", "42001", chicago, "US US-KY US-NY"}, // Paducah
        {"TN", "37201", chicago, "US US-NY US-TN"},
        {"TN", "37901", "", "US US-NY US-TN"},
        {"NE", "69101", chicago + "America/Denver", "US US-NE US-NY"},
        {"MI", "49801", "America/Detroit America/Menominee", "US US-MI US-NY"},
        {"MI", "48201", "America/Detroit", "US US-MI US-NY"},
        {"ID", "83501", "America/Boise " + la, "US US-ID US-NY"},
        {"ID", "83814", la, "US US-ID US-NY"},
        {"NV", "89883", la + "America/Denver", "US US-NV US-NY"}, // West Wendover
        {"ND", "58501", chicago + "America/Denver", "US US-ND US-NY"},
        {"SD", "57701", "America/Denver", "US US-NY US-SD"},
        {"AL", "36867", chicago, "US US-AL US-NY"}, // Phenix City
        {"HI", "96813", "Pacific/Honolulu", "US US-HI US-NY"},
        {"", "96799", "Pacific/Pago_Pago", "US US-AS US-NY"},
        {"", "00901", "America/Puerto_Rico", "US US-NY US-PR"},
        {"", "00801", "America/St_Thomas", "US US-NY US-VI"},
        {"", "96910", "Pacific/Guam", "US US-GU US-NY"},
        {"", "96950", "Pacific/Saipan", "US US-MP US-NY"},
    });
}

TEST_CASE("a postal code that fits no region given, or none at all, is more evidence", "[places]") {
    check_postal({
        // Without a region the code tells the state.
        {"", "90210", la, "US US-CA US-NY"},
        {"", "902101234", la, "US US-CA US-NY"},
        // Leading zeros that a spreadsheet took: the state counts, nothing is narrowed.
        {"", "2138", "", "US US-MA US-NY"},
        {"", "901", "America/Puerto_Rico", "US US-NY US-PR"},
        // Codes of another state, of no state, and no codes.
        {"UT", "90210", la + "America/Denver", "US US-CA US-NY US-UT"},
        {"KY", "00000", "America/Kentucky/Louisville " + chicago, "US US-KY US-NY"},
        {"KY", "4101", "America/Kentucky/Louisville " + chicago, "US US-KY US-ME US-NY"},
        {"KY", "none", "America/Kentucky/Louisville " + chicago, "US US-KY US-NY"},
        {"KY", "123456", "America/Kentucky/Louisville " + chicago, "US US-KY US-NY"},
        {"", "00000", "", "US US-NY"},
        // Canadian codes.
        {"", "M5V 2T6", "America/Toronto", "CA CA-ON US US-NY"},
        {"", "v6b1a1", "America/Vancouver", "CA CA-BC US US-NY"},
        {"ON", "P7A 0A1", "America/Toronto America/Winnipeg America/Atikokan", "CA CA-ON US US-NY"},
        {"NL", "A1A 1A1", "America/St_Johns", "CA CA-NL US US-NY"},
        {"QC", "M5V 2T6", "America/Toronto America/Halifax America/Blanc-Sablon",
         "CA CA-ON CA-QC US US-NY"},
        {"FL", "M5V 2T6", chicago + "America/Toronto", "CA CA-ON US US-FL US-NY"},
    });
}

TEST_CASE("a postal code where no region is known leaves the whole country", "[places]") {
    const Place place = places().find(kLouisville, in_state("Atlantis", "90210"));
    CHECK(has_all(zone_names(place), words(kAllStates)));
    CHECK(laws(place.jurisdictions) == words("US US-CA US-KY"));
}

TEST_CASE("other countries' postal codes are read in their country", "[places]") {
    const Number sao_paulo{551131234567};
    CHECK(laws(places().find(sao_paulo, in_state("", "69900-000")).jurisdictions) ==
          words("BR BR-AC BR-SP"));
    CHECK(zone_names(places().find(sao_paulo, in_state("PE", "53990-000"))) ==
          words("America/Sao_Paulo America/Noronha America/Recife"));
    const Number hobart{61362123456};
    CHECK(laws(places().find(hobart, in_country("AU", "", "6000")).jurisdictions) ==
          words("AU AU-NSW AU-TAS AU-VIC AU-WA"));
    const Number madrid{34912345678};
    CHECK(zone_names(places().find(madrid, in_country("Spain", "", "35001"))) ==
          words("Africa/Ceuta Atlantic/Canary Europe/Madrid"));
    // The same digits are no ZIP code abroad.
    CHECK(laws(places().find(kLondon, in_state("", "90210")).jurisdictions) == words("GB"));
    CHECK(laws(places().find(kLondon, in_country("US", "", "90210")).jurisdictions) ==
          words("GB US US-CA"));
}

TEST_CASE("without the tables of dnc/geo regions are those of the area codes", "[places]") {
    const dnc::AreaCodes codes{{{212, "US", {"NY"}, {"America/New_York"}},
                                {850, "US", {"FL"}, {"America/New_York", "America/Chicago"}},
                                {416, "CA", {"ON"}, {"America/Toronto"}}}};
    const Places few{codes, zones()};
    CHECK(zone_names(few.find(kNewYork, in_state("fl"))) ==
          words("America/New_York America/Chicago"));
    CHECK(zone_names(few.find(kUnknown, {})) == words("America/New_York America/Chicago"));
    CHECK(zone_names(few.find(kNewYork, in_state("Atlantis"))) ==
          words("America/New_York America/Chicago"));
    CHECK(few.find(kLondon, {}).kind == LineKind::unknown_country);
}

TEST_CASE("a zone that the zone data lack is told", "[places]") {
    const dnc::AreaCodes codes{{{212, "US", {"NY"}, {"America/New_York", "Mars/Olympus"}}}};
    const Places few{codes, zones()};
    CHECK_FALSE(few.find(kNewYork, {}).zones_known);
    CHECK_FALSE(few.find(kUnknown, {}).zones_known);
    CHECK_FALSE(few.find(in_area(850), in_state("NY")).zones_known);
}
