// Goal: every shape in which lists of numbers are handed out is read to the same records, damage is
// named with its line, and what a file says does not depend on how it was cut into pieces.
// Method: small files of each shape, each fed whole and one byte at a time.

#include "dnc/registry.hpp"
#include "dnc/registry_flat.hpp"
#include "dnc/registry_json.hpp"
#include "dnc/registry_rows.hpp"
#include "dnc/registry_xml.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace dnc;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

namespace {

/// Records as text: "12125550101 A 2026-11-20" and so on, easy to compare.
struct Gathered final : RegistrySink {
    void on_record(const RegistryRecord& record) override {
        records.push_back(record);
        std::string text = std::to_string(record.first.e164);
        text += record.count != 1 ? "x" + std::to_string(record.count) : "";
        text += record.listed ? "" : " off";
        lines.push_back(text);
    }
    void on_bad(BadRecord record) override { bad.push_back(std::move(record)); }

    std::vector<RegistryRecord> records;
    std::vector<std::string> lines;
    std::vector<BadRecord> bad;
    std::optional<RegistryFault> fault;
};

template <typename Reader>
Gathered read_in(const std::string& text, const RegistryOptions& options, std::size_t piece) {
    Gathered gathered;
    Reader reader{options, gathered};
    for (std::size_t i = 0; i < text.size() && !gathered.fault; i += piece) {
        gathered.fault = reader.feed(std::string_view{text}.substr(i, piece));
    }
    if (!gathered.fault) {
        gathered.fault = reader.finish();
    }
    return gathered;
}

template <typename Reader>
Gathered read(const std::string& text, const RegistryOptions& options = {}) {
    Gathered whole = read_in<Reader>(text, options, text.size() + 1);
    const Gathered bytes = read_in<Reader>(text, options, 1);
    CHECK(whole.lines == bytes.lines);
    CHECK(whole.bad.size() == bytes.bad.size());
    CHECK(whole.fault.has_value() == bytes.fault.has_value());
    return whole;
}

using Lines = std::vector<std::string>;
using Cells = std::vector<std::vector<std::string_view>>;

Gathered read_rows(const Cells& rows, const RegistryOptions& options) {
    Gathered gathered;
    RegistryRows reader{options, gathered};
    std::int64_t line = 0;
    for (const auto& row : rows) {
        gathered.fault = reader.row(++line, row);
        if (gathered.fault) {
            break;
        }
    }
    return gathered;
}

RegistryOptions changes() {
    RegistryOptions options;
    options.content = RegistryContent::changes;
    return options;
}

} // namespace

TEST_CASE("both flat shapes of the national registry give the same numbers", "[registry]") {
    const auto comma = read<FlatRegistryReader>("212,5550101\n305,5550102\n");
    const auto plain = read<FlatRegistryReader>("2125550101\r\n3055550102\r\n");
    CHECK(comma.lines == Lines{"12125550101", "13055550102"});
    CHECK(plain.lines == comma.lines);
    CHECK(read<FlatRegistryReader>("2125550101").lines == Lines{"12125550101"});
    CHECK(is_flat_registry("212,5550101\n"));
    CHECK(is_flat_registry("2125550101\r\n212555"));
    CHECK_FALSE(is_flat_registry("Phone\n2125550101\n"));
    CHECK_FALSE(is_flat_registry("212,5550101,2026-11-20,A\n"));
    CHECK_FALSE(is_flat_registry("1125550101\n"));
}

TEST_CASE("lines of a flat file that are no number are named and the rest is read", "[registry]") {
    const auto got = read<FlatRegistryReader>(
        "212,5550101\n\n212,55501\n911,5550101\n# comment\n(212) 555-0102\n" +
        std::string(5000, '7') + "\n2125550103\n");
    CHECK(got.lines == Lines{"12125550101", "12125550102", "12125550103"});
    REQUIRE(got.bad.size() == 3);
    CHECK(got.bad[0].line == 3);
    CHECK(got.bad[0].field == "number");
    CHECK(got.bad[1].line == 4);
    CHECK(got.bad[2].line == 7);
    CHECK(got.bad[2].value.size() <= 60);
}

TEST_CASE("a list of changes is not taken for a full list", "[registry]") {
    const auto got = read<FlatRegistryReader>("212,5550101,2026-11-20,A\n");
    REQUIRE(got.fault);
    CHECK_THAT(got.fault->why, Contains("--change"));
    const auto xml =
        read<XmlRegistryReader>("<list><ac val='212'><ph val='5550101' chgtype='A'/></ac></list>");
    REQUIRE(xml.fault);
    CHECK_THAT(xml.fault->why, Contains("--change"));
}

TEST_CASE("the columns of a change list are found whatever their order", "[registry]") {
    const Lines expected{"12125550101", "12125550102 off"};
    const Cells orders[] = {
        {{"212", "5550101", "2026-11-20", "A"}, {"212", "5550102", "2026-11-21", "D"}},
        {{"A", "212", "5550101", "2026-11-20"}, {"D", "212", "5550102", "2026-11-21"}},
        {{"2026-11-20", "A", "2125550101"}, {"2026-11-21", "D", "2125550102"}},
        {{"Area Code", "Phone Number", "Change Date", "Action"},
         {"212", "555-0101", "11/20/2026", "Add"},
         {"212", "555-0102", "11/21/2026", "Delete"}},
    };
    for (const Cells& rows : orders) {
        const auto got = read_rows(rows, changes());
        CHECK(got.bad.empty());
        CHECK(got.lines == expected);
        REQUIRE(got.records.size() == 2);
        CHECK(got.records[0].at == Instant{std::chrono::sys_days{2026y / 11 / 20}});
        CHECK(got.records[1].at == Instant{std::chrono::sys_days{2026y / 11 / 21}});
    }
}

TEST_CASE("columns that were named are used and no others", "[registry]") {
    RegistryOptions options = changes();
    options.columns = {{RegistryField::number, "3"}, {RegistryField::mark, "1"}};
    const auto got = read_rows({{"D", "2125550199", "2125550101"}}, options);
    CHECK(got.lines == Lines{"12125550101 off"});
    options.columns = {{RegistryField::number, "Home"}, {RegistryField::mark, "What"}};
    CHECK(read_rows({{"Cell", "Home", "What"}, {"2125550199", "2125550101", "A"}}, options).lines ==
          Lines{"12125550101"});
    CHECK(read_rows({{"2125550199", "2125550101", "A"}}, options).fault.has_value());
}

TEST_CASE("a change without its mark or with a broken date is bad", "[registry]") {
    const auto got = read_rows({{"212", "5550101", "2026-11-20", "A"},
                                {"212", "5550102", "2026-11-20"},
                                {"212", "5550103", "2026-13-20", "A"},
                                {"212", "5550104", "2026-11-20", "X"}},
                               changes());
    CHECK(got.lines.size() == 1);
    REQUIRE(got.bad.size() == 3);
    CHECK(got.bad[0].field == "mark");
    CHECK(got.bad[1].field == "time");
    CHECK(got.bad[2].field == "mark");
}

TEST_CASE("XML lists are read with area codes around or beside the numbers", "[registry]") {
    const Lines expected{"12125550101", "12125550102", "13055550103"};
    CHECK(read<XmlRegistryReader>(
              "<?xml version='1.0'?><list type='F' level='state'><ac val='212'><ph val='5550101'/>"
              "<ph val='5550102'/></ac><ac val='305'><ph val='5550103'/></ac></list>")
              .lines == expected);
    CHECK(read<XmlRegistryReader>(
              "<dncl><record><AreaCode>212</AreaCode><PhoneNumber>5550101</PhoneNumber></record>"
              "<record><PhoneNumber>555-0102</PhoneNumber><AreaCode>212</AreaCode></record>"
              "<record><number>3055550103</number></record></dncl>")
              .lines == expected);
    CHECK(read<XmlRegistryReader>("<d:l xmlns:d='u'><d:ac>212</d:ac><d:ph>5550101</d:ph>"
                                  "<d:ph>5550102</d:ph><d:ac>305</d:ac><d:ph>5550103</d:ph></d:l>")
              .lines.size() == 3);
    CHECK(read<XmlRegistryReader>("<l><r npa='212' phone='5550101'/></l>").lines ==
          Lines{"12125550101"});
}

TEST_CASE("XML changes carry their mark and time however they are written", "[registry]") {
    const Lines expected{"12125550101", "12125550102 off"};
    for (const char* text :
         {"<list><ac val='212'><ph val='5550101' chgdate='2026-11-20T10:00:00Z' chgtype='A'/>"
          "<ph val='5550102' chgdate='2026-11-20T11:00:00Z' chgtype='D'/></ac></list>",
          "<list><r><ac>212</ac><ph>5550101</ph><chgdate>2026-11-20</chgdate><chg>A</chg></r>"
          "<r><chg>D</chg><ac>212</ac><ph>5550102</ph></r></list>",
          "<list><added><ph>2125550101</ph></added><deleted><ph>2125550102</ph></deleted></list>",
          "<list><ph action='A' date='2026-11-20'>2125550101</ph>"
          "<ph action='D'>2125550102</ph></list>"}) {
        CAPTURE(text);
        const auto got = read<XmlRegistryReader>(text, changes());
        CHECK_FALSE(got.fault);
        CHECK(got.bad.empty());
        CHECK(got.lines == expected);
    }
}

TEST_CASE("XML that is cut off, hostile or none is refused", "[registry]") {
    CHECK_THAT(read<XmlRegistryReader>("<list><ac val='212'><ph val='5550101'/>").fault->why,
               Contains("cut off"));
    CHECK_THAT(read<XmlRegistryReader>("<!DOCTYPE l [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]>"
                                       "<l><ph>&b;</ph></l>")
                   .fault->why,
               Contains("entities"));
    CHECK_THAT(read<XmlRegistryReader>(
                   "<!DOCTYPE l [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><l><ph>&a;</ph></l>")
                   .fault->why,
               Contains("entities"));
    CHECK(read<XmlRegistryReader>("<l><ph>2125550101</l>").fault.has_value());
    std::string deep;
    for (int i = 0; i < 100; ++i) {
        deep += "<a>";
    }
    CHECK_THAT(read<XmlRegistryReader>(deep).fault->why, Contains("32"));
    CHECK_THAT(
        read_in<XmlRegistryReader>("<l a='" + std::string(1'000'000, 'x'), {}, 4096).fault->why,
        Contains("64 KiB"));
}

TEST_CASE("litigator lists in JSON give the numbers that are not cleared", "[registry]") {
    const Lines expected{"12125550101", "12125550102"};
    for (const char* text :
         {R"(["2125550101", 12125550102])",
          R"([{"phone":"2125550101","status":"TCPA"},{"phone":"2125550103","status":"good"},
              {"phone":2125550102,"is_bad_number":true},
              {"phone":"2125550104","is_bad_number":false}])",
          "{\"phone\":\"2125550101\"}\n{\"phone\":\"+1 212 555 0102\",\"tags\":[\"a\",\"b\"]}\n",
          R"({"results":{"2125550101":{"status_array":["TCPA"]},"2125550102":{}},"count":2})"}) {
        CAPTURE(text);
        const auto got = read<JsonRegistryReader>(text);
        CHECK_FALSE(got.fault);
        Lines listed;
        for (const auto& line : got.lines) {
            if (line.find("off") == std::string::npos) {
                listed.push_back(line);
            }
        }
        CHECK(listed == expected);
    }
}

TEST_CASE("JSON that is cut off or none is refused, and bad numbers are named", "[registry]") {
    CHECK_THAT(read<JsonRegistryReader>(R"([{"phone":"2125550101"},)").fault->why,
               Contains("cut off"));
    CHECK(read<JsonRegistryReader>("{phone: 1}").fault.has_value());
    CHECK(read<JsonRegistryReader>(std::string(100, '[')).fault.has_value());
    const auto got = read<JsonRegistryReader>("[\n{\"phone\":\"212\"}\n]");
    REQUIRE(got.bad.size() == 1);
    CHECK(got.bad[0].line == 2);
}

TEST_CASE("blocks of wireless numbers are a thousand numbers, exchanges ten thousand",
          "[registry]") {
    RegistryOptions options;
    options.content = RegistryContent::blocks;
    const auto got = read_rows({{"NPA", "NXX", "X"},
                                {"212-555-0"},
                                {"2125550"},
                                {"212", "555", "0"},
                                {"212-555"},
                                {"212", "555", "A"},
                                {"21255"}},
                               options);
    CHECK(got.lines == Lines{"12125550000x1000", "12125550000x1000", "12125550000x1000",
                             "12125550000x10000", "12125550000x10000"});
    CHECK(got.bad.size() == 1);
    Gathered single;
    for (const char* text : {"212-555-0", "2125550", "212-555", "21255"}) {
        RegistryTexts texts;
        texts.number = text;
        take_record(texts, options, 1, single);
    }
    CHECK(single.lines == Lines{"12125550000x1000", "12125550000x1000", "12125550000x10000"});
    CHECK(single.bad.size() == 1);
}

TEST_CASE("reassigned-numbers answers are read with their date", "[registry]") {
    RegistryOptions options;
    options.content = RegistryContent::answers;
    const auto got = read_rows({{"Phone", "Date", "Result"},
                                {"2125550101", "2026-01-31", "yes"},
                                {"2125550102", "20260131", "no"},
                                {"2125550103", "01/31/2026", "no data"},
                                {"2125550104", "2026-01-31", "maybe"}},
                               options);
    REQUIRE(got.records.size() == 3);
    CHECK(got.records[0].answer == Reassignment::Answer::yes);
    CHECK(got.records[1].answer == Reassignment::Answer::no);
    CHECK(got.records[2].answer == Reassignment::Answer::no_data);
    for (const auto& record : got.records) {
        CHECK(record.date == 2026y / 1 / 31);
    }
    REQUIRE(got.bad.size() == 1);
    CHECK(got.bad[0].field == "answer");
}

TEST_CASE("answers of preference services list those that say yes", "[registry]") {
    RegistryOptions options;
    options.country = "GB";
    const auto got = read_rows({{"Telephone", "Listed"},
                                {"01632 960001", "Y"},
                                {"+44 1632 960002", "N"},
                                {"1632960003", "yes"},
                                {"441632960004", "no"}},
                               options);
    CHECK(got.lines ==
          Lines{"441632960001", "441632960002 off", "441632960003", "441632960004 off"});
}

TEST_CASE("national numbers get their country's code", "[registry]") {
    const auto number = [](const char* text, const char* country) {
        const auto read = read_national(text, country);
        return std::holds_alternative<Number>(read) ? std::get<Number>(read).e164 : 0;
    };
    CHECK(number("0612345678", "IT") == 390612345678);
    CHECK(number("3123456789", "IT") == 393123456789);
    CHECK(number("393123456789", "IT") == 393123456789);
    CHECK(number("0033 1 99 00 12 34", "IT") == 33199001234);
    CHECK(number("01 99 00 12 34", "FR") == 33199001234);
    CHECK(number("(02) 5550 0123", "AU") == 61255500123);
    CHECK(number("2125550101", "US") == 12125550101);
    CHECK(number("5550101", "US") == 0);
    CHECK(number("hello", "GB") == 0);
    CHECK(number("", "GB") == 0);
    CHECK_FALSE(knows_country("ZZ"));
    CHECK(number("+81 90 1234 5678", "JP") == 819012345678);
    CHECK(number("2125550101", "JP") == 0);
}

TEST_CASE("numbers of area codes that a version does not cover are bad", "[registry]") {
    RegistryOptions options;
    options.area_codes.reset();
    options.area_codes.set(212);
    const auto got = read<FlatRegistryReader>("212,5550101\n305,5550101\n", options);
    CHECK(got.lines == Lines{"12125550101"});
    REQUIRE(got.bad.size() == 1);
    CHECK(got.bad[0].field == "area_code");
}

TEST_CASE("times are read as registries write them and nothing else", "[registry]") {
    const Instant day{std::chrono::sys_days{2026y / 11 / 20}};
    CHECK(read_registry_time("2026-11-20") == day);
    CHECK(read_registry_time("20261120") == day);
    CHECK(read_registry_time("11/20/2026") == day);
    CHECK(read_registry_time("2026-11-20T10:00:00Z") == day + 10h);
    CHECK(read_registry_time("2026-11-20T10:00:00.250-05:00") == day + 15h + 250ms);
    CHECK(read_registry_time("2026-11-20 10:00") == day + 10h);
    CHECK(read_registry_time("20261120 100000") == day + 10h);
    for (const char* bad : {"", "2026-11-31", "2026-11", "20/11/2026", "2026-11-20T25:00:00Z",
                            "2026-11-20T10:00:00Q", "1900-01-01", "2026-11-20x"}) {
        CAPTURE(bad);
        CHECK_FALSE(read_registry_time(bad));
    }
}
