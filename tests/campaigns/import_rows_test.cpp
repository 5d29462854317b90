// Goal: columns are found by the names people give them, and each row is judged for one clear
// reason. Method: tables of headers and rows; no store.

#include "campaigns/import/columns.hpp"
#include "campaigns/import/rows.hpp"
#include "campaigns/import/seen.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <map>
#include <string>
#include <vector>

using namespace campaigns;

namespace {

std::string field_of(const std::string& header) {
    const auto mapped = map_columns({"msisdn", header}, {});
    for (const MappedColumn& column : std::get<ColumnMap>(mapped).columns) {
        if (column.index == 1) {
            return std::string{to_text(column.field)};
        }
    }
    return "";
}

ColumnMap mapped(const std::vector<std::string>& headers,
                 const std::vector<ColumnChoice>& choices = {}) {
    return std::get<ColumnMap>(map_columns(headers, choices));
}

std::string fault(const std::vector<std::string>& headers,
                  const std::vector<ColumnChoice>& choices = {}) {
    return std::get<ColumnFault>(map_columns(headers, choices)).text;
}

struct Judged {
    RowVerdict verdict;
    std::vector<RowFinding> warnings;
};

Judged judge(const std::vector<std::string>& headers, const std::vector<std::string>& cells) {
    Judged judged;
    const RowJudge row_judge{mapped(headers), [&judged](RowFinding finding) {
                                 judged.warnings.push_back(std::move(finding));
                             }};
    const std::vector<std::string_view> fields{cells.begin(), cells.end()};
    judged.verdict = row_judge.judge({.line = 7, .fields = fields, .fault = std::nullopt});
    return judged;
}

} // namespace

TEST_CASE("columns are known by their usual names, however they are written", "[import]") {
    const auto [header, field] = GENERATE(table<std::string, std::string>({
        {"Phone", "phone"},           {"PHONE NUMBER", "phone"},
        {"phone_number", "phone"},    {"Mobile", "phone"},
        {"Cell-Phone", "phone"},      {"Home Phone", "phone"},
        {"Work phone #", "phone"},    {"phone2", "phone"},
        {"Phone 03", "phone"},        {"Telefonnummer", "phone"},
        {"Téléphone", "phone"},       {"Móvil", "phone"},
        {"First Name", "first_name"}, {"Vorname", "first_name"},
        {"Prénom", "first_name"},     {"last_name", "last_name"},
        {"Surname", "last_name"},     {"Full name", "name"},
        {"State", "state"},           {"State/Province", "state"},
        {"ZIP", "postal_code"},       {"Postal Code", "postal_code"},
        {"E-Mail", "email"},          {"Lead ID", "external_id"},
        {"Favourite colour", ""},     {"", ""},
        {"Phone type", ""},
    }));
    CAPTURE(header);
    CHECK(field_of(header) == field);
}

TEST_CASE("a chosen column takes the place of the names for its field", "[import]") {
    const auto map = mapped({"Phone", "Cell", "Client"}, {{"phone", "Cell"}, {"name", "client"}});
    REQUIRE(map.columns.size() == 2);
    CHECK(map.columns[0].field == LeadField::phone);
    CHECK(map.columns[0].index == 1);
    CHECK(map.columns[1].field == LeadField::name);
    CHECK(map.unknown == std::vector<std::size_t>{0});
}

TEST_CASE("several phones keep the order of the choices", "[import]") {
    const auto map = mapped({"Home", "Cell"}, {{"phone", "Cell"}, {"phone", "Home"}});
    CHECK(map.columns.at(0).index == 1);
    CHECK(map.columns.at(1).index == 0);
}

TEST_CASE("a header without a phone is refused and its columns are named", "[import]") {
    CHECK_THAT(fault({"Customer", "Street"}), Catch::Matchers::Contains("\"Street\"") &&
                                                  Catch::Matchers::Contains("--map phone="));
}

TEST_CASE("a file without a header line is told so", "[import]") {
    CHECK_THAT(fault({"Ann Lee", "212-555-0101", "NY"}), Catch::Matchers::Contains("header line"));
}

TEST_CASE("a choice that fits nothing is refused with what there is", "[import]") {
    CHECK_THAT(fault({"Phone"}, {{"fone", "Phone"}}), Catch::Matchers::Contains("postal_code"));
    CHECK_THAT(fault({"Phone"}, {{"phone", "Cell"}}), Catch::Matchers::Contains("\"Phone\""));
    CHECK_THAT(fault({"Phone", "A", "B"}, {{"name", "A"}, {"name", "B"}}),
               Catch::Matchers::Contains("twice"));
    CHECK(std::holds_alternative<ColumnFault>(read_column_choices("phone")));
    CHECK(std::holds_alternative<ColumnFault>(read_column_choices("=Cell")));
}

TEST_CASE("a column that is said to mean nothing is kept as it is", "[import]") {
    const auto map = mapped({"Email", "Phone"}, {{"custom", "Email"}});
    CHECK(map.columns.size() == 1);
    CHECK(map.unknown == std::vector<std::size_t>{0});
}

TEST_CASE("a column called number is a phone only where nothing else is", "[import]") {
    CHECK(mapped({"Number", "Name"}).columns.size() == 2);
    CHECK(mapped({"Number", "Phone"}).unknown == std::vector<std::size_t>{0});
}

TEST_CASE("a good row becomes a lead", "[import]") {
    const auto judged =
        judge({"First name", "Last name", "Phone", "Mobile", "State", "Colour"},
              {" Ann ", "Lee\nSr.", "(212) 555-0101", "213.555.0102", "new york", "red"});
    const auto& lead = std::get<LeadRow>(judged.verdict);
    CHECK(lead.name == "Ann Lee Sr.");
    CHECK(lead.region == "NY");
    CHECK(lead.phones == std::vector<dnc::Number>{{12125550101}, {12135550102}});
    CHECK(lead.custom == std::vector<std::pair<std::string, std::string>>{{"Colour", "red"}});
    CHECK(judged.warnings.empty());
}

TEST_CASE("one number twice in a row is one number", "[import]") {
    const auto judged = judge({"Phone", "Mobile"}, {"212-555-0101", "+1 (212) 555-0101"});
    CHECK(std::get<LeadRow>(judged.verdict).phones.size() == 1);
}

TEST_CASE("each way a row fails has its reason", "[import]") {
    const auto [cells, reason] = GENERATE(table<std::vector<std::string>, std::string>({
        {{"555-0101", "NY"}, "phone_too_short"},
        {{"212-555-01012345", "NY"}, "phone_too_long"},
        {{"call me", "NY"}, "phone_not_a_number"},
        {{"112-555-0101", "NY"}, "phone_bad_area_code"},
        {{"212-155-0101", "NY"}, "phone_bad_exchange"},
        {{"", "NY"}, "phone_missing"},
        {{"212-555-0101", "NY", "extra"}, "too_many_cells"},
    }));
    const auto judged = judge({"Phone", "State"}, cells);
    const auto& finding = std::get<RowFinding>(judged.verdict);
    CHECK(finding.reason == reason);
    CHECK(finding.line == 7);
    CHECK_FALSE(finding.advice.empty());
}

TEST_CASE("a bad further phone and an odd state are warnings", "[import]") {
    const auto judged = judge({"Phone", "Mobile", "State"}, {"212-555-0101", "12", "Wherever"});
    CHECK(std::get<LeadRow>(judged.verdict).phones.size() == 1);
    CHECK(std::get<LeadRow>(judged.verdict).region.empty());
    REQUIRE(judged.warnings.size() == 2);
    CHECK(judged.warnings[0].reason == "phone_too_short");
    CHECK(judged.warnings[0].field == "Mobile");
    CHECK(judged.warnings[1].reason == "state_unknown");
}

TEST_CASE("empty cells at the end of a row are no surplus, and missing ones are empty",
          "[import]") {
    CHECK(std::holds_alternative<LeadRow>(
        judge({"Phone", "State"}, {"212-555-0101", "NY", "", " "}).verdict));
    CHECK(std::holds_alternative<LeadRow>(
        judge({"Phone", "State", "ZIP"}, {"212-555-0101"}).verdict));
    CHECK(std::holds_alternative<BlankRow>(judge({"Phone", "State"}, {"", " "}).verdict));
}

TEST_CASE("states are read in the ways they are written", "[import]") {
    const auto [text, code] = GENERATE(table<std::string, std::string>({
        {"NY", "NY"},
        {"ny", "NY"},
        {" New York ", "NY"},
        {"N.Y.", "NY"},
        {"US-FL", "FL"},
        {"D.C.", "DC"},
        {"Washington, D.C.", "DC"},
        {"Washington", "WA"},
        {"Québec", "QC"},
        {"Puerto Rico", "PR"},
        {"Guam", "GU"},
        {"XX", ""},
        {"USA", ""},
        {"12", ""},
    }));
    CAPTURE(text);
    CHECK(read_region(text) == code);
}

TEST_CASE("texts are cut between characters and lose control characters", "[import]") {
    CHECK(tidy_text("  a\t\r\nb\x01 ", 100) == "a b");
    CHECK(tidy_text("éé", 3) == "é");
    CHECK(tidy_text("a€", 2) == "a");
    CHECK(tidy_text("a€", 4) == "a€");
    CHECK(tidy_text("a😀😀", 7) == "a😀");
}

TEST_CASE("the first line of a number is remembered", "[import][property]") {
    CHECK(rc::check("like a map that keeps first values", [] {
        const auto numbers = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 3000));
        SeenNumbers seen;
        std::map<int, std::int64_t> expected;
        std::int64_t line = 0;
        for (const int number : numbers) {
            seen.insert({12125550000 + number}, ++line);
            expected.emplace(number, line);
        }
        for (int number = 1; number < 3000; ++number) {
            const auto found = expected.find(number);
            RC_ASSERT(seen.line_of({12125550000 + number}) ==
                      (found == expected.end() ? 0 : found->second));
        }
    }));
}

TEST_CASE("the table of numbers grows without losing one", "[import]") {
    SeenNumbers seen;
    for (std::int64_t i = 1; i <= 100'000; ++i) {
        seen.insert({12000000000 + i * 10'000}, i);
    }
    for (std::int64_t i = 1; i <= 100'000; ++i) {
        REQUIRE(seen.line_of({12000000000 + i * 10'000}) == i);
    }
}
