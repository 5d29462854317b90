// Goal: whatever people call a CSV file is read as they mean it, and damage costs one row only.
// Method: a folder of real shapes of files, files too long to keep made here, and two properties:
// what is written is read back, and the rows do not depend on how the bytes are cut.

#include "campaigns/files/csv.hpp"

#include "campaigns/files/csv_text.hpp"
#include "campaigns/files/csv_write.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace csv = campaigns::csv;

namespace {

struct SeenRow {
    std::int64_t line = 0;
    std::vector<std::string> fields;
    std::string fault;
    std::int64_t fault_line = 0;

    bool operator==(const SeenRow&) const = default;
};

class Recorder final : public csv::Reader::Listener {
public:
    void on_row(const csv::Row& row) override {
        SeenRow seen{row.line, {row.fields.begin(), row.fields.end()}, "", 0};
        if (row.fault) {
            seen.fault = to_text(row.fault->kind);
            seen.fault_line = row.fault->line;
        }
        rows.push_back(std::move(seen));
    }
    void on_notice(std::int64_t /*line*/, std::string_view text) override {
        notices.emplace_back(text);
    }

    std::vector<SeenRow> rows;
    std::vector<std::string> notices;
};

struct Outcome {
    std::vector<SeenRow> rows;
    std::vector<std::string> notices;
    std::optional<csv::Fault> fault;
    char separator = 0;
};

Outcome read_text(std::string_view text, std::size_t piece = 4096) {
    Recorder recorder;
    csv::Reader reader{recorder};
    for (std::size_t at = 0; at < text.size(); at += piece) {
        reader.feed(text.substr(at, piece));
    }
    const auto fault = reader.finish();
    return {recorder.rows, recorder.notices, fault, reader.separator()};
}

std::string file_text(const std::string& name) {
    std::ifstream file{std::string{DIALER_SOURCE_DIR} + "/tests/data/csv/" + name,
                       std::ios::binary};
    REQUIRE(file.good());
    return {std::istreambuf_iterator<char>{file}, {}};
}

Outcome read_file(const std::string& name) {
    return read_text(file_text(name));
}

std::vector<std::vector<std::string>> fields_of(const Outcome& outcome) {
    std::vector<std::vector<std::string>> fields;
    for (const SeenRow& row : outcome.rows) {
        fields.push_back(row.fields);
    }
    return fields;
}

} // namespace

TEST_CASE("every encoding, line end and separator gives the same table", "[csv]") {
    const std::vector<std::vector<std::string>> table{{"name", "phone", "state"},
                                                      {"Zoë Müller", "(212) 555-0101", "NY"},
                                                      {"José Nuñez", "213.555.0102", "CA"}};
    const auto name =
        GENERATE(as<std::string>{}, "utf8.csv", "utf8_bom_crlf.csv", "cr_only.csv",
                 "utf16le_bom.csv", "utf16be_bom.csv", "utf16le_no_bom.csv", "windows1252.csv",
                 "no_last_line_end.csv", "semicolon.csv", "tab.csv", "bar.csv", "sep_line.csv");
    CAPTURE(name);
    const Outcome outcome = read_file(name);
    CHECK_FALSE(outcome.fault);
    CHECK(fields_of(outcome) == table);
    const std::int64_t first = name == "sep_line.csv" ? 2 : 1;
    REQUIRE(outcome.rows.size() == 3);
    CHECK(outcome.rows[0].line == first);
    CHECK(outcome.rows[2].line == first + 2);
    const bool guessed = name == "windows1252.csv" || name == "utf16le_no_bom.csv";
    CHECK(outcome.notices.size() == (guessed ? 1 : 0));
}

TEST_CASE("separators inside a quoted header do not count", "[csv]") {
    const Outcome outcome = read_file("comma_in_quoted_header.csv");
    CHECK(outcome.separator == ';');
    CHECK(outcome.rows.at(1).fields == std::vector<std::string>{"Ann Lee", "212-555-0101"});
}

TEST_CASE("quoted fields hold separators, quotes and line ends", "[csv]") {
    const Outcome outcome = read_file("quotes.csv");
    REQUIRE(outcome.rows.size() == 5);
    CHECK(outcome.rows[1].fields ==
          std::vector<std::string>{"Lee, Ann", "212-555-0101", "said \"no\" twice"});
    CHECK(outcome.rows[2].fields ==
          std::vector<std::string>{"Bo ", "212-555-0102", "line one\r\nline two"});
    CHECK(outcome.rows[3].line == 5); // physical lines count, also inside quotes
    CHECK(outcome.rows[3].fields.at(2) == "5\" pipe");
    CHECK(outcome.rows[4].fields == std::vector<std::string>{"", "212-555-0104", ""});
}

TEST_CASE("a quote that is never closed costs its own line, not the rest of the file", "[csv]") {
    const Outcome outcome = read_file("unterminated_quote.csv");
    REQUIRE(outcome.rows.size() == 5);
    CHECK(outcome.rows[2].fault == "unterminated_quote");
    CHECK(outcome.rows[2].fault_line == 3);
    CHECK(outcome.rows[3] == SeenRow{4, {"Cy", "212-555-0103"}, "", 0});
    CHECK(outcome.rows[4] == SeenRow{5, {"Di", "212-555-0104"}, "", 0});
}

TEST_CASE("text after a closing quote is reported with its line", "[csv]") {
    const Outcome outcome = read_file("text_after_quote.csv");
    CHECK(outcome.rows.at(1).fault == "text_after_quote");
    CHECK(outcome.rows.at(1).fault_line == 2);
    CHECK(outcome.rows.at(2).fault.empty());
}

TEST_CASE("ragged rows come as they are", "[csv]") {
    const Outcome outcome = read_file("ragged.csv");
    CHECK(outcome.rows.at(1).fields.size() == 2);
    CHECK(outcome.rows.at(2).fields.size() == 5);
    CHECK(outcome.rows.at(3).fields.size() == 4);
}

TEST_CASE("blank lines are no rows and still count as lines", "[csv]") {
    const Outcome outcome = read_file("blank_lines.csv");
    REQUIRE(outcome.rows.size() == 4); // the row of a lone comma is one, of two empty cells
    CHECK(outcome.rows[0].line == 4);
    CHECK(outcome.rows[1].line == 6);
    CHECK(outcome.rows[3] == SeenRow{9, {"Bo", "212-555-0102"}, "", 0});
}

TEST_CASE("a zero byte is reported with its row", "[csv]") {
    const Outcome outcome = read_file("nul.csv");
    CHECK(outcome.rows.at(2).fault == "nul_byte");
    CHECK(outcome.rows.at(2).fault_line == 3);
    CHECK(outcome.rows.at(3).fault.empty());
}

TEST_CASE("a file of another type is refused by name", "[csv]") {
    const auto [name, word] =
        GENERATE(table<std::string, std::string>({{"workbook.xlsx", "XLSX"},
                                                  {"old_workbook.xls", "XLS"},
                                                  {"page.xls", "HTML"},
                                                  {"document.pdf", "PDF"},
                                                  {"packed.csv.gz", "gzip"}}));
    CAPTURE(name);
    const Outcome outcome = read_file(name);
    REQUIRE(outcome.fault);
    CHECK(outcome.fault->kind == csv::FaultKind::wrong_file_type);
    CHECK_THAT(csv::explain(*outcome.fault), Catch::Matchers::Contains(word));
    CHECK(outcome.rows.empty());
}

TEST_CASE("a file's type is known after a byte order mark, however it was cut", "[csv]") {
    const std::string text = "\xFE\xFFSQLite format 3\xDB\xDB";
    const std::size_t piece = GENERATE(range(1, 20));
    CAPTURE(piece);
    const Outcome outcome = read_text(text, piece);
    REQUIRE(outcome.fault);
    CHECK(outcome.fault->kind == csv::FaultKind::wrong_file_type);
}

TEST_CASE("an empty file has no rows and no fault", "[csv]") {
    CHECK(read_file("empty.csv").rows.empty());
    CHECK_FALSE(read_file("empty.csv").fault);
    CHECK(read_text("\xEF\xBB\xBF").rows.empty());
    CHECK(read_text("\xFF\xFE").rows.empty());
}

TEST_CASE("a field over 64 KiB is a fault of its row alone", "[csv]") {
    const std::string limit(csv::kFieldBytesMax, 'x');
    CHECK(read_text("a,b\n" + limit + ",1\n").rows.at(1).fault.empty());
    for (const std::string& field : {limit + "x", "\"" + limit + "x\"", limit + limit}) {
        const Outcome outcome = read_text("a,b\n" + field + ",1\nc,d\n");
        REQUIRE(outcome.rows.size() == 3);
        CHECK(outcome.rows[1].fault == "field_too_long");
        CHECK(outcome.rows[1].fault_line == 2);
        CHECK(outcome.rows[2] == SeenRow{3, {"c", "d"}, "", 0});
    }
}

TEST_CASE("a line over 1 MiB is a fault of its row alone", "[csv]") {
    std::string line;
    while (line.size() <= csv::kRecordBytesMax) {
        line += std::string(60'000, 'x') + ",";
    }
    const Outcome outcome = read_text("a,b\n" + line + line + line + "\nc,d\n");
    REQUIRE(outcome.rows.size() == 3);
    CHECK(outcome.rows[1].fault == "line_too_long");
    CHECK(outcome.rows[2] == SeenRow{3, {"c", "d"}, "", 0});
}

TEST_CASE("a line of separators only is cut at 1024 columns", "[csv]") {
    const Outcome outcome = read_text("a,b\n" + std::string(500'000, ',') + "\nc,d\n");
    REQUIRE(outcome.rows.size() == 3);
    CHECK(outcome.rows[1].fault == "too_many_columns");
    CHECK(outcome.rows[1].fields.size() <= csv::kColumnsMax + 1);
    CHECK(outcome.rows[2].line == 3);
}

TEST_CASE("a quote open for more than 64 KiB gives its lines back", "[csv]") {
    std::string text = "a,b\nx,\"open\n";
    const int lines = 50'000;
    for (int i = 0; i < lines; ++i) {
        text += i % 2 == 0 ? "y,z\n" : "y,z\r\n";
    }
    const Outcome outcome = read_text(text);
    REQUIRE(outcome.rows.size() == lines + 2);
    CHECK(outcome.rows[1] == SeenRow{2, {"x", "open"}, "unterminated_quote", 2});
    CHECK(outcome.rows[2] == SeenRow{3, {"y", "z"}, "", 0});
    CHECK(outcome.rows.back().line == lines + 2);
}

TEST_CASE("open quotes on every line do not make reading slow", "[csv]") {
    std::string text = "a,b\n";
    for (int i = 0; i < 200'000; ++i) {
        text += "\"\"\"\",\"\"\n\"x\"\"\n"; // runs of quotes, odd and even, over line ends
    }
    // A reader that starts again at each line would take minutes here.
    const Outcome outcome = read_text(text);
    CHECK(outcome.rows.size() > 1000);
}

TEST_CASE("rows do not depend on how the bytes are cut", "[csv][property]") {
    CHECK(rc::check("same rows for pieces of one byte and for the whole", [] {
        const auto text = *rc::gen::container<std::string>(rc::gen::element(
            'a', 'b', ' ', ',', ';', '\t', '"', '"', '\n', '\r', '\0', '\xC3', '\xA9', '\xE9'));
        const Outcome whole = read_text(text, text.size() + 1);
        const auto piece = *rc::gen::inRange<std::size_t>(1, 20);
        const Outcome cut = read_text(text, piece);
        RC_ASSERT(whole.rows == cut.rows);
        RC_ASSERT(whole.notices == cut.notices);
    }));
}

TEST_CASE("what is written is read back", "[csv][property]") {
    CHECK(rc::check("a table of any texts", [] {
        using Table = std::vector<std::vector<std::string>>;
        const auto cell = rc::gen::container<std::string>(
            rc::gen::element('a', 'Z', '7', ' ', ',', ';', '|', '"', '\n', '\r', '+', '.'));
        const auto width = *rc::gen::inRange<std::size_t>(2, 6);
        const auto table =
            *rc::gen::container<Table>(rc::gen::container<std::vector<std::string>>(width, cell));
        std::string text = "sep=,\n";
        Table expected;
        for (const auto& row : table) {
            for (std::size_t i = 0; i < width; ++i) {
                text += i == 0 ? "" : ",";
                text += '"';
                for (const char c : row[i]) {
                    text += c == '"' ? "\"\"" : std::string{c};
                }
                text += '"';
            }
            text += "\n";
            expected.push_back(row);
        }
        RC_ASSERT(fields_of(read_text(text)) == expected);
    }));
}

TEST_CASE("cells that a spreadsheet would run are made harmless, numbers stay", "[csv]") {
    const auto [text, expected] = GENERATE(
        table<std::string, std::string>({{"plain", "plain"},
                                         {"+12125550123", "+12125550123"},
                                         {"-3.5", "-3.5"},
                                         {"=1+1", "\"'=1+1\""},
                                         {"@SUM(A1)", "\"'@SUM(A1)\""},
                                         {"+1 call me", "\"'+1 call me\""},
                                         {"-1+cmd|' /C calc'!A0", "\"'-1+cmd|' /C calc'!A0\""},
                                         {"\t=1", "\"'\t=1\""},
                                         {"a,b", "\"a,b\""},
                                         {"say \"hi\"", "\"say \"\"hi\"\"\""},
                                         {"two\nlines", "\"two\nlines\""}}));
    std::string out;
    csv::append_cell(out, text);
    CHECK(out == expected);
}

TEST_CASE("UTF-8 is told from what only looks like it", "[csv]") {
    for (const char* good : {"", "abc", "é", "€", "😀", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) {
        CHECK(csv::is_utf8(good));
    }
    for (const char* bad :
         {"\x80", "\xC3", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xED\xA0\x80",
          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xFF", "\xE2\x82", "M\xFCller"}) {
        CAPTURE(bad);
        CHECK_FALSE(csv::is_utf8(bad));
    }
}

TEST_CASE("lone surrogates of UTF-16 become replacement characters", "[csv]") {
    const std::string pair{"\xFF\xFE"
                           "a\0=\xD8\0\xDE\0\xD8"
                           "b\0\0\xDC\n\0",
                           16};
    const Outcome outcome = read_text(pair, 1);
    REQUIRE(outcome.rows.size() == 1);
    CHECK(outcome.rows[0].fields.at(0) == "a😀\xEF\xBF\xBD"
                                          "b\xEF\xBF\xBD");
}
