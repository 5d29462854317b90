// Goal: one table says the same as CSV, JSON and XLSX, harms no spreadsheet, and leaves no file.
// Method: values by hand; workbooks are read again with our own reader.

#include "campaigns/files/table_write.hpp"
#include "campaigns/files/table_write_xlsx.hpp"
#include "campaigns/files/xlsx_read.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>

using namespace campaigns;
using namespace std::chrono_literals;

namespace {

const std::vector<Column> kColumns{
    {"campaign", ColumnKind::text},    {"attempts", ColumnKind::whole},
    {"rate", ColumnKind::share},       {"talk", ColumnKind::duration_s},
    {"at", ColumnKind::instant},       {"number", ColumnKind::number},
    {"per_hour", ColumnKind::decimal},
};
const dnc::Instant kAt{std::chrono::sys_days{std::chrono::November / 23 / 2026} + 15h + 4min + 5s};

std::string written(TableFormat format, const std::vector<Column>& columns,
                    const std::vector<std::vector<Cell>>& rows,
                    const std::string& title = "Calls") {
    std::string out;
    TableWriter writer{format, title, columns, [&](std::string_view bytes) { out += bytes; }};
    for (const auto& row : rows) {
        writer.row(row);
    }
    writer.finish();
    return out;
}

class Lines final : public csv::Reader::Listener {
public:
    void on_row(const csv::Row& row) override {
        ++rows;
        std::string line;
        for (const std::string_view field : row.fields) {
            line += std::string{line.empty() ? "" : "|"} + std::string{field};
        }
        if (lines.size() < 20) {
            lines.push_back(row.fault ? csv::explain(*row.fault) : line);
        }
    }
    void on_notice(std::int64_t /*line*/, std::string_view /*text*/) override {}
    std::int64_t rows = 0;
    std::vector<std::string> lines;
};

std::vector<std::string> lines_of(const std::string& workbook, const std::string& sheet = "") {
    Lines lines;
    const auto end = xlsx::read_bytes(workbook, {.sheet = sheet}, lines);
    REQUIRE(std::holds_alternative<xlsx::Read>(end));
    return lines.lines;
}

/// A folder for temporary files of this test alone.
class OwnTemporaryFolder {
public:
    OwnTemporaryFolder()
        : path_{std::filesystem::temp_directory_path() / fmt::format("table-test-{}", ::getpid())} {
        std::filesystem::create_directory(path_);
        const char* const before = std::getenv("TMPDIR");
        before_ = before == nullptr ? "" : before;
        ::setenv("TMPDIR", path_.c_str(), 1);
    }
    ~OwnTemporaryFolder() {
        before_.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before_.c_str(), 1);
        std::filesystem::remove_all(path_);
    }
    [[nodiscard]] bool empty() const { return std::filesystem::is_empty(path_); }

private:
    std::filesystem::path path_;
    std::string before_;
};

} // namespace

TEST_CASE("a table reads the same in each format", "[table]") {
    const std::vector<std::vector<Cell>> rows{
        {std::string{"Acme, \"Inc\""}, std::int64_t{12}, 0.25, 90.0, kAt, dnc::Number{12125550101},
         1.5},
        {{}, {}, {}, {}, {}, {}, {}},
    };
    CHECK(written(TableFormat::csv, kColumns, rows) ==
          "campaign,attempts,rate,talk,at,number,per_hour\n"
          "\"Acme, \"\"Inc\"\"\",12,0.25,90,2026-11-23T15:04:05Z,+12125550101,1.5\n"
          ",,,,,,\n");
    const auto json = boost::json::parse(written(TableFormat::json, kColumns, rows));
    const auto& first = json.as_array().at(0).as_object();
    CHECK(first.at("campaign").as_string() == "Acme, \"Inc\"");
    CHECK(first.at("attempts").as_int64() == 12);
    CHECK(first.at("rate").as_double() == 0.25);
    CHECK(first.at("at").as_string() == "2026-11-23T15:04:05Z");
    CHECK(first.at("number").as_string() == "+12125550101");
    CHECK(json.as_array().at(1).as_object().at("rate").is_null());
    const auto lines = lines_of(written(TableFormat::xlsx, kColumns, rows));
    REQUIRE(lines.size() == 2);
    CHECK(lines[0] == "campaign|attempts|rate|talk|at (UTC)|number|per_hour");
    CHECK(lines[1] == "Acme, \"Inc\"|12|0.25|00:01:30|2026-11-23T15:04:05|+12125550101|1.5");
}

TEST_CASE("a table without rows is a table", "[table]") {
    CHECK(written(TableFormat::csv, {{"a"}, {"b"}}, {}) == "a,b\n");
    CHECK(boost::json::parse(written(TableFormat::json, {{"a"}}, {})).as_array().empty());
    CHECK(lines_of(written(TableFormat::xlsx, {{"a"}, {"b"}}, {})) ==
          std::vector<std::string>{"a|b"});
}

TEST_CASE("texts of strangers run nowhere", "[table]") {
    for (const std::string text : {"=1+1", "+1-2", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A1",
                                   "http://example.com", "{=1}", "mailto:a@b.example"}) {
        CAPTURE(text);
        const std::string book = written(TableFormat::xlsx, {{"note"}}, {{text}});
        CHECK(lines_of(book) == std::vector<std::string>{"note", text});
        const std::string sheet = written(TableFormat::csv, {{"note"}}, {{text}});
        const char first = text.front();
        const bool runs = first == '=' || first == '+' || first == '-' || first == '@';
        CHECK((sheet.find("\"'" + text.substr(0, 2)) != std::string::npos) == runs);
    }
}

TEST_CASE("what no cell can hold is made fit", "[table]") {
    const std::int64_t id = 4'611'686'018'427'387'905;
    const auto lines = lines_of(written(
        TableFormat::xlsx, {{"a", ColumnKind::whole}, {"b"}, {"c"}, {"d", ColumnKind::decimal}},
        {{id, std::string{"x\x01\x1Fy"}, std::string{"caf\xE9"}, std::nan("")},
         {std::int64_t{-5}, std::string(40'000, 'x'), std::string{"_x0041_\r\n<&>"},
          std::numeric_limits<double>::infinity()}}));
    REQUIRE(lines.size() == 3);
    CHECK(lines[1] == "4611686018427387905|x  y|caf\xC3\xA9|");
    CHECK(lines[2] == "-5|" + std::string(32'767, 'x') + "|_x0041_\r\n<&>|");
    const auto json =
        boost::json::parse(written(TableFormat::json, {{"a"}, {"b", ColumnKind::decimal}},
                                   {{std::string{"caf\xE9\n\x02\""}, std::nan("")}}));
    const auto& row = json.as_array().at(0).as_object();
    CHECK(row.at("a").as_string() == "caf\xC3\xA9\n \"");
    CHECK(row.at("b").is_null());
}

TEST_CASE("any title is a sheet's name", "[table]") {
    CHECK(sheet_name_of("Calls: [a/b]?*\\", 1) == "Calls   a b");
    CHECK(sheet_name_of("'quoted'", 1) == "quoted");
    CHECK(sheet_name_of("", 1) == "Table");
    CHECK(sheet_name_of(std::string(60, 'x'), 1) == std::string(31, 'x'));
    CHECK(sheet_name_of(std::string(60, 'x'), 2) == std::string(27, 'x') + " (2)");
    CHECK(lines_of(written(TableFormat::xlsx, {{"a"}}, {}, "'[]:*?/\\'")).size() == 1);
}

TEST_CASE("no file stays behind, whatever happens", "[table]") {
    const OwnTemporaryFolder folder;
    written(TableFormat::xlsx, kColumns, {});
    CHECK(folder.empty());
    {
        TableWriter left{TableFormat::xlsx, "left", {{"a"}}, [](std::string_view) {}};
        left.row({std::string{"x"}});
    }
    CHECK(folder.empty());
    TableWriter full{TableFormat::xlsx, "full", {{"a"}}, [](std::string_view) {
                         throw std::runtime_error{"no space"};
                     }};
    CHECK_THROWS_WITH(full.finish(), "no space");
    CHECK(folder.empty());
}

TEST_CASE("beyond the rows of a sheet a further one begins", "[table]") {
    std::string book;
    TableWriter writer{TableFormat::xlsx,
                       "Calls",
                       {{"n", ColumnKind::whole}},
                       [&](std::string_view bytes) { book += bytes; }};
    for (std::int64_t i = 0; i < 1'048'577; ++i) {
        writer.row({i});
    }
    writer.finish();
    CHECK(lines_of(book, "Calls (2)") == std::vector<std::string>{"n", "1048575", "1048576"});
}

TEST_CASE("a row must fit the columns", "[table]") {
    TableWriter writer{TableFormat::csv, "t", {{"a"}, {"b"}}, [](std::string_view) {}};
    CHECK_THROWS_AS(writer.row({std::string{"x"}}), std::logic_error);
    writer.finish();
    CHECK_THROWS_AS(writer.row({std::string{"x"}, std::string{"y"}}), std::logic_error);
    CHECK(table_format_from_text("xlsx") == TableFormat::xlsx);
    CHECK_FALSE(table_format_from_text("xls"));
}
