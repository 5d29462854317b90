// Goal: workbooks of every make come out as rows, and what is no workbook is told apart with what
// to do, in bounded memory.
// Method: the corpus tests/data/ugly (made by make_ugly_files.py) against a table; values by hand;
// bombs and huge sheets are made while the test runs, with the archive library.

#include "campaigns/files/xlsx_cells.hpp"
#include "campaigns/files/xlsx_read.hpp"
#include "campaigns/import/source.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <sys/resource.h>

using namespace campaigns;
using xlsx::DateSystem;

namespace {

const std::string kFolder = std::string{DIALER_SOURCE_DIR} + "/tests/data/ugly/";

// What came out, as "1:name,phone" and, for a row with a fault, "3!bad_cell".
class Gathered final : public csv::Reader::Listener {
public:
    void on_row(const csv::Row& row) override {
        ++rows;
        if (lines.size() >= 100) {
            return;
        }
        if (row.fault) {
            lines.push_back(fmt::format("{}!{}", row.line, csv::to_text(row.fault->kind)));
            faults += csv::explain(*row.fault) + "\n";
            return;
        }
        std::string line = fmt::format("{}:", row.line);
        for (std::size_t i = 0; i < std::min<std::size_t>(row.fields.size(), 20); ++i) {
            line += (i == 0 ? "" : ",") + std::string{row.fields[i].substr(0, 40)};
        }
        lines.push_back(line);
    }
    void on_notice(std::int64_t /*line*/, std::string_view text) override { notices += text; }

    std::int64_t rows = 0;
    std::vector<std::string> lines;
    std::string faults;
    std::string notices;
};

struct Outcome {
    Gathered rows;
    std::variant<xlsx::Read, xlsx::Fault> end;

    [[nodiscard]] std::string code() const {
        const auto* fault = std::get_if<xlsx::Fault>(&end);
        return fault == nullptr ? "" : fault->code;
    }
    [[nodiscard]] std::string text() const {
        const auto* fault = std::get_if<xlsx::Fault>(&end);
        return fault == nullptr ? "" : fault->text;
    }
};

Outcome read_path(const std::string& path, const std::string& sheet = "") {
    Outcome outcome;
    outcome.end = xlsx::read(path, {.sheet = sheet}, outcome.rows);
    return outcome;
}

Outcome read_file(const std::string& name, const std::string& sheet = "") {
    return read_path(kFolder + name, sheet);
}

using Lines = std::vector<std::string>;

const Lines kUsual{"1:name,phone,state", "2:Ana,212-555-0101,NY", "3:Bo,213-555-0102,CA"};

/// A workbook made while the test runs; gone with this object.
class MadeBook {
public:
    /// Gives the next bytes of a part, empty at its end.
    using Source = std::function<std::string()>;

    MadeBook()
        : path_{fmt::format("{}/xlsx-read-test-{}-{}.xlsx",
                            std::filesystem::temp_directory_path().string(), ::getpid(), made_++)} {
        int error = 0;
        archive_ = zip_open(path_.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
        REQUIRE(archive_ != nullptr);
        add("_rels/.rels", relation("officeDocument", "xl/workbook.xml"));
        add("xl/workbook.xml",
            "<workbook><sheets><sheet name='Leads' r:id='r0'/></sheets></workbook>");
        add("xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id='r0' Type='a/worksheet' Target='sheet.xml'/>"
            "<Relationship Id='r1' Type='a/sharedStrings' Target='strings.xml'/></Relationships>");
    }
    ~MadeBook() { std::filesystem::remove(path_); }
    MadeBook(const MadeBook&) = delete;
    MadeBook& operator=(const MadeBook&) = delete;

    void add(const std::string& name, const std::string& text) {
        bool done = false;
        add_source(name, [text, done]() mutable {
            return std::exchange(done, true) ? std::string{} : text;
        });
    }
    void add_source(const std::string& name, Source source) {
        auto& state = *states_.emplace_back(std::make_unique<State>());
        state.source = std::move(source);
        zip_source_t* const from = zip_source_function(archive_, &give, &state);
        const auto index = zip_file_add(archive_, name.c_str(), from, ZIP_FL_OVERWRITE);
        REQUIRE(index >= 0);
        zip_set_file_compression(archive_, static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 1);
    }
    [[nodiscard]] const std::string& path() {
        if (archive_ != nullptr) {
            REQUIRE(zip_close(std::exchange(archive_, nullptr)) == 0);
        }
        return path_;
    }

private:
    struct State {
        Source source;
        std::string rest;
        std::size_t given = 0; // of rest
    };

    static std::string relation(const std::string& type, const std::string& target) {
        return fmt::format("<Relationships><Relationship Id='r0' Type='a/{}' Target='{}'/>"
                           "</Relationships>",
                           type, target);
    }

    static zip_int64_t give(void* self, void* data, zip_uint64_t size, zip_source_cmd_t command) {
        auto& state = *static_cast<State*>(self);
        if (command == ZIP_SOURCE_READ) {
            if (state.given == state.rest.size()) {
                state.rest = state.source();
                state.given = 0;
            }
            const std::size_t part = std::min<std::size_t>(size, state.rest.size() - state.given);
            std::copy_n(state.rest.data() + state.given, part, static_cast<char*>(data));
            state.given += part;
            return static_cast<zip_int64_t>(part);
        }
        if (command == ZIP_SOURCE_STAT) {
            zip_stat_init(static_cast<zip_stat_t*>(data));
            return sizeof(zip_stat_t);
        }
        if (command == ZIP_SOURCE_SUPPORTS) {
            return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ,
                                                  ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
                                                  ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
        }
        return 0;
    }

    static inline int made_ = 0;
    std::string path_;
    zip_t* archive_ = nullptr;
    std::vector<std::unique_ptr<State>> states_;
};

// "<x>" + many pieces + "</x>".
MadeBook::Source repeated(std::string head, std::int64_t count,
                          std::function<std::string(std::int64_t)> piece, std::string tail) {
    std::int64_t at = -1;
    return [=]() mutable -> std::string {
        ++at;
        if (at == 0) {
            return head;
        }
        if (at <= count) {
            return piece(at - 1);
        }
        return at == count + 1 ? tail : "";
    };
}

std::string sheet_of(const std::string& rows) {
    return "<worksheet><sheetData>" + rows + "</sheetData></worksheet>";
}

} // namespace

TEST_CASE("workbooks of every make give the same rows", "[xlsx]") {
    for (const char* const name :
         {"plain.xlsx", "stored.xlsx", "absolute_targets.xlsx", "other_folder.xlsx", "strict.xlsx",
          "prefixed.xlsx", "backslashes.xlsx", "utf16.xlsx", "several_sheets.xlsx"}) {
        CAPTURE(name);
        const Outcome outcome = read_file(name);
        CHECK(outcome.text() == "");
        CHECK(outcome.rows.lines == kUsual);
        CHECK(xlsx::looks_like_workbook(kFolder + name));
    }
}

TEST_CASE("what is no workbook is named, with what to do", "[xlsx]") {
    struct Case {
        const char* file;
        const char* code;
        const char* text; ///< part of the message
    };
    for (const Case& wrong : std::vector<Case>{
             {"empty.xlsx", "empty", "export it again"},
             {"csv_named.xlsx", "text", "ending .csv"},
             {"utf16_named.xlsx", "text", "ending .csv"},
             {"pdf_named.xlsx", "not_xlsx", "PDF"},
             {"page_named.xls", "not_xlsx", "web page"},
             {"xml_2003.xls", "not_xlsx", "XML spreadsheet of 2003"},
             {"old.xls", "old_xls", "Excel 97-2003"},
             {"old_named.xlsx", "old_xls", "Excel 97-2003"},
             {"encrypted.xlsx", "encrypted", "password"},
             {"zip_password.xlsx", "encrypted", "password"},
             {"letter.xlsx", "not_xlsx", "old text document"},
             {"letter.docx", "not_xlsx", "DOCX"},
             {"binary.xlsb", "not_xlsx", "XLSB"},
             {"calc.ods", "not_xlsx", "OpenDocument"},
             {"archive.zip", "not_xlsx", "unpack it"},
             {"nested.xlsx", "not_xlsx", "unpack it"},
             {"empty.zip", "not_xlsx", "nothing in it"},
             {"noise.xlsx", "not_xlsx", "no workbook"},
             {"pk_noise.xlsx", "damaged", "save it again"},
             {"cut.xlsx", "damaged", "cut off"},
             {"lost_workbook.xlsx", "damaged", "main part"},
             {"two_parts_of_one_name.xlsx", "damaged", "two files named"},
         }) {
        CAPTURE(wrong.file);
        const Outcome outcome = read_file(wrong.file);
        CHECK(outcome.code() == wrong.code);
        CHECK_THAT(outcome.text(), Catch::Contains(wrong.text));
        CHECK(outcome.rows.rows == 0);
        const auto foreign = xlsx::foreign_type_of(kFolder + wrong.file);
        REQUIRE(foreign);
        CHECK(foreign->code == wrong.code);
    }
    for (const char* const spreadsheet : {"old.xls", "encrypted.xlsx", "calc.ods", "cut.xlsx"}) {
        CHECK(xlsx::looks_like_workbook(kFolder + spreadsheet));
    }
    for (const char* const other : {"csv_named.xlsx", "pdf_named.xlsx", "empty.xlsx", "utf8.csv"}) {
        CHECK_FALSE(xlsx::looks_like_workbook(kFolder + other));
    }
    CHECK_THROWS_AS(xlsx::looks_like_workbook(kFolder + "is_not_there.xlsx"), SourceError);
}

TEST_CASE("a workbook with damage inside ends with the part and what to do", "[xlsx]") {
    struct Case {
        const char* file;
        const char* code;
        const char* text;
    };
    for (const Case& wrong : std::vector<Case>{
             {"checksum.xlsx", "damaged", "xl/worksheets/sheet1.xml is damaged or cut off"},
             {"cut_xml.xlsx", "damaged", "at byte"},
             {"lost_sheet.xlsx", "damaged", "does not have"},
             {"wrong_part.xlsx", "damaged", "no worksheet"},
             {"deep.xlsx", "damaged", "nested"},
             {"entities.xlsx", "not_xlsx", "document type"},
             {"small_bomb.xlsx", "too_large", "200 times"},
         }) {
        CAPTURE(wrong.file);
        const Outcome outcome = read_file(wrong.file);
        CHECK(outcome.code() == wrong.code);
        CHECK_THAT(outcome.text(), Catch::Contains(wrong.text));
    }
}

TEST_CASE("sheets are chosen by name, by number, or as the first visible one with rows", "[xlsx]") {
    CHECK(std::get<xlsx::Read>(read_file("several_sheets.xlsx").end).sheet == "Leads");
    CHECK(std::get<xlsx::Read>(read_file("several_sheets.xlsx").end).sheets ==
          Lines{"Secret", "Deep", "Empty", "Leads", "2"});
    CHECK(read_file("several_sheets.xlsx", "secret").rows.lines == Lines{"1:name,phone"});
    CHECK(read_file("several_sheets.xlsx", "4").rows.lines == kUsual);
    // A name comes before a number.
    CHECK(read_file("several_sheets.xlsx", "2").rows.lines == Lines{"1:phone"});
    const Outcome none = read_file("several_sheets.xlsx", "Lead");
    CHECK(none.code() == "no_such_sheet");
    CHECK_THAT(none.text(), Catch::Contains("\"Secret\" (hidden), \"Deep\" (hidden), \"Empty\""));
    CHECK(read_file("several_sheets.xlsx", "Empty").code() == "empty");
    CHECK_THAT(read_file("only_hidden.xlsx").text(), Catch::Contains("\"Secret\" (hidden)"));
    CHECK(read_file("no_rows.xlsx").code() == "empty");
}

TEST_CASE("cells come out as people see them", "[xlsx]") {
    CHECK(read_file("shared_strings.xlsx").rows.lines ==
          Lines{"1:name,phone,state", "2:Ana,212-555-0101,",
                "3:Bo Chen,213-555-0102,C\rA_x\xF0\x9F\x98\x80_x0041"});
    CHECK(read_file("kinds.xlsx").rows.lines == Lines{"1:name,phone,note", "2:Ana,12125550101,TRUE",
                                                      "3:,12135550102,2026-11-23T00:00:00",
                                                      "4:Cy,12145550103,FALSE"});
    CHECK(read_file("sparse.xlsx").rows.lines ==
          Lines{"1:name,phone,state,note", "5:,212-555-0101,,x", "20:Bo,213-555-0102,,"});
    CHECK(read_file("no_refs.xlsx").rows.lines ==
          Lines{"1:name,phone", "2:Ana,212-555-0101", "5:Bo,213-555-0102", "6:Cy,214-555-0103"});
    CHECK(read_file("whitespace.xlsx").rows.lines ==
          Lines{"1:name,phone,state", "2:  Ana\n Maria ,212-555-0101,N\nY",
                "3:Bo\r\nChen,213-555-0102,<CA> & \"x\""});
    CHECK(read_file("merged.xlsx").rows.lines == kUsual);
    CHECK_THAT(read_file("merged.xlsx").rows.notices, Catch::Contains("merged cells"));
    CHECK(read_file("dates_1904.xlsx").rows.lines ==
          Lines{"1:value", "2:1904-01-01", "3:2026-11-23"});
}

TEST_CASE("number formats make dates, times and digits of numbers", "[xlsx]") {
    const Lines expected{
        "2022-01-01T00:00:00",
        "2022-01-01T18:00:00",
        "60",
        "1900-02-29",
        "1900-02-28",
        "1900-03-01",
        "2026-11-24T00:00:00",
        "18:00:00",
        "36:00:00",
        "2026-11-23",
        "2026-11-23T12:00:00",
        "54:00:00",
        "12",
        "-3.5",
        "02134",
        "012-34-5678",
        "2026-11-23",
        "12:00:00",
        "12125550101",
        "7",
        "12125550101",
        "99999999",
        "-1",
        "1900-01-00",
        "12125550101",
        "0.1",
        "12125550101",
        "12125550101",
        "1E+300",
        "9007199254740993",
        "0",
        "0.00000015",
        "5",
    };
    const Outcome outcome = read_file("styles.xlsx");
    REQUIRE(outcome.rows.lines.size() == expected.size() + 1);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const std::string& line = outcome.rows.lines[i + 1];
        CAPTURE(line);
        CHECK(line.substr(line.find(',') + 1) == expected[i]);
    }
}

TEST_CASE("a cell that cannot be read costs its row, and is named", "[xlsx]") {
    const Outcome errors = read_file("errors.xlsx");
    CHECK(errors.rows.lines == Lines{"1:name,phone,state", "2:Ana,212-555-0101,NY", "3!bad_cell",
                                     "4!bad_cell", "5!bad_cell", "6:Ed,214-555-0103,TX"});
    CHECK_THAT(errors.rows.faults, Catch::Contains("cell B3 holds the error #N/A") &&
                                       Catch::Contains("cell B4 is a formula"));
    CHECK(read_file("shared_string_lost.xlsx").rows.lines ==
          Lines{"1:name,phone,state", "2!bad_cell", "3!bad_cell", "4:Bo,213-555-0102,"});
    CHECK(read_file("long_cell.xlsx").rows.lines ==
          Lines{"1:name,phone,state", "2:" + std::string(40, 'A') + ",212-555-0101,",
                "3!field_too_long", "4:Cy,214-555-0103,"});
    CHECK(read_file("wide.xlsx").rows.lines ==
          Lines{"1:name,phone,state", "2!too_many_columns", "3:Bo,213-555-0102,"});
    const Outcome order = read_file("out_of_order.xlsx");
    CHECK(order.rows.lines == Lines{"1:name,phone,state", "5:Ana,212-555-0101,", "6!bad_cell",
                                    "7!bad_cell", "8!bad_cell", "9:Di,215-555-0104,"});
}

TEST_CASE("phones kept as numbers stay exact", "[xlsx]") {
    for (const char* const text :
         {"12125550101", "1.2125550101E+10", "1.2125550101e10", "12125550101.0", " 12125550101 ",
          "0.12125550101E11", "12125550100.99999999", "121255501010E-1", "+12125550101"}) {
        CAPTURE(text);
        CHECK(xlsx::number_text(text) == "12125550101");
    }
    CHECK(xlsx::number_text("123456789012345678901") == "123456789012345678901");
    CHECK(xlsx::number_text("1.5") == "1.5");
    CHECK(xlsx::number_text("99999999999999.96") == "100000000000000");
    CHECK(xlsx::number_text("0.1e") == "0.1e");
    CHECK(xlsx::number_text("1E99999999999") == "1E99999999999");
    CHECK(xlsx::number_text("INF") == "INF");
    CHECK(xlsx::number_text("") == "");
    CHECK(xlsx::number_text("-") == "-");
}

TEST_CASE("references of cells are read within what a sheet can have", "[xlsx]") {
    CHECK(xlsx::read_cell_ref("A1")->column == 0);
    CHECK(xlsx::read_cell_ref("xfd1048576")->column == 16'383);
    CHECK(xlsx::read_cell_ref("XFD1048576")->row == 1'048'576);
    for (const char* const bad :
         {"", "1", "XFE1", "ZZZZ1", "A0", "A1048577", "A-1", "A1 ", "A1B"}) {
        CAPTURE(bad);
        CHECK_FALSE(xlsx::read_cell_ref(bad));
    }
    CHECK(xlsx::cell_name(0, 1) == "A1");
    CHECK(xlsx::cell_name(25, 2) == "Z2");
    CHECK(xlsx::cell_name(26, 3) == "AA3");
    CHECK(xlsx::cell_name(16'383, 1) == "XFD1");
}

TEST_CASE("every day between 1900 and 1904 systems agrees with the calendar", "[xlsx]") {
    using namespace std::chrono;
    const xlsx::NumberFormat date{xlsx::NumberFormat::Kind::date, {}};
    for (const int year : {1900, 1904, 1999, 2000, 2026, 2400, 9999}) {
        const sys_days day{std::chrono::year{year} / March / 1};
        const auto serial = (day - sys_days{December / 30 / 1899}).count();
        CHECK(xlsx::formatted_text(std::to_string(serial), date, DateSystem::from_1900) ==
              fmt::format("{}-03-01", year));
        if (year >= 1904) {
            CHECK(xlsx::formatted_text(std::to_string(serial - 1462), date,
                                       DateSystem::from_1904) == fmt::format("{}-03-01", year));
        }
    }
}

TEST_CASE("a zip bomb of a gigabyte ends early in bounded memory", "[xlsx]") {
    MadeBook book;
    const std::string blanks(1 << 20, ' ');
    book.add_source("xl/sheet.xml",
                    repeated(
                        "<worksheet><sheetData>", 1024, [&](auto) { return blanks; }, ""));
    const Outcome outcome = read_path(book.path());
    CHECK(outcome.code() == "too_large");
    CHECK_THAT(outcome.text(), Catch::Contains("200 times"));
}

TEST_CASE("texts beyond the cap are refused, with the way out", "[xlsx]") {
    MadeBook book;
    book.add("xl/sheet.xml", sheet_of("<row><c t='s'><v>0</v></c></row>"));
    book.add_source("xl/strings.xml", repeated(
                                          "<sst>", 4500,
                                          [](std::int64_t i) {
                                              return fmt::format("<si><t>{:016}{}</t></si>",
                                                                 i * 7919,
                                                                 std::string(60'000, 'x') +
                                                                     std::to_string(i * i * 31));
                                          },
                                          "</sst>"));
    const Outcome outcome = read_path(book.path());
    // Whichever bound is met first: it packs well.
    CHECK(outcome.code() == "too_large");
}

TEST_CASE("one tag cannot fill the memory", "[xlsx]") {
    MadeBook book;
    std::uint32_t seed = 1;
    book.add_source("xl/sheet.xml", repeated(
                                        "<worksheet><sheetData><row x='", 40,
                                        [&](auto) {
                                            std::string noise(1 << 16, 'a');
                                            for (char& c : noise) {
                                                seed = seed * 1664525 + 1013904223;
                                                c = static_cast<char>('a' + (seed >> 24U) % 26);
                                            }
                                            return noise;
                                        },
                                        "'/></sheetData></worksheet>"));
    const Outcome outcome = read_path(book.path());
    CHECK(outcome.code() == "too_large");
    CHECK_THAT(outcome.text(), Catch::Contains("single tag"));
}

TEST_CASE("a sheet of all rows is read in constant memory", "[xlsx]") {
    MadeBook book;
    constexpr std::int64_t kRows = 1'048'576;
    book.add_source("xl/sheet.xml", repeated(
                                        "<worksheet><sheetData>", kRows,
                                        [](std::int64_t i) {
                                            return fmt::format("<row r='{}'><c><v>{}</v></c></row>",
                                                               i + 1,
                                                               12'015'550'100 + i * 1'000'003);
                                        },
                                        "</sheetData></worksheet>"));
    const std::string& path = book.path();
    rusage before{};
    REQUIRE(getrusage(RUSAGE_SELF, &before) == 0);
    const Outcome outcome = read_path(path);
    rusage after{};
    REQUIRE(getrusage(RUSAGE_SELF, &after) == 0);
    CHECK(outcome.rows.rows == kRows);
    CHECK(outcome.rows.lines[0] == "1:12015550100");
    CHECK(after.ru_maxrss - before.ru_maxrss < 32 * 1024); // KiB
}

TEST_CASE("a row may have all columns when those that count are among the first", "[xlsx]") {
    std::string cells;
    for (std::uint32_t i = 0; i < 1024; ++i) {
        cells += fmt::format("<c r='{}'><v>{}</v></c>", xlsx::cell_name(i, 1), i);
    }
    for (std::uint32_t i = 1024; i < 16'384; ++i) {
        cells += fmt::format("<c r='{}'/>", xlsx::cell_name(i, 1));
    }
    MadeBook book;
    book.add("xl/sheet.xml", sheet_of("<row r='1'>" + cells + "</row><row/>"));
    const Outcome outcome = read_path(book.path());
    CHECK(outcome.text() == "");
    CHECK(outcome.rows.rows == 1);
    CHECK(outcome.rows.faults == "");
}

TEST_CASE("more cells than a row can have, without references, cost the row", "[xlsx]") {
    std::string cells;
    for (int i = 0; i < 40'000; ++i) {
        cells += "<c><v/></c>";
    }
    MadeBook book;
    book.add("xl/sheet.xml", sheet_of("<row r='1'>" + cells + "</row><row><c><v>1</v></c></row>"));
    CHECK(read_path(book.path()).rows.lines == Lines{"1!too_many_columns", "2:1"});
}

TEST_CASE("a row of more than a mebibyte of shared texts costs the row", "[xlsx]") {
    MadeBook book;
    book.add("xl/strings.xml", "<sst><si><t>" + std::string(60'000, 'x') + "</t></si></sst>");
    std::string cells;
    for (int i = 0; i < 100; ++i) {
        cells += "<c t='s'><v>0</v></c>";
    }
    book.add("xl/sheet.xml", sheet_of("<row>" + cells + "</row>"));
    CHECK(read_path(book.path()).rows.lines == Lines{"1!line_too_long"});
}

TEST_CASE("progress is told and may end the reading", "[xlsx]") {
    MadeBook book;
    book.add_source(
        "xl/sheet.xml",
        repeated(
            "<worksheet><sheetData>", 50'000,
            [](std::int64_t i) { return fmt::format("<row><c><v>{}</v></c></row>", i * 7919); },
            "</sheetData></worksheet>"));
    Gathered rows;
    std::uint64_t last = 0;
    const auto whole =
        xlsx::read(book.path(), {}, rows, [&](std::uint64_t done, std::uint64_t all) {
            CHECK(done >= last);
            CHECK(done <= all);
            last = done;
            return true;
        });
    CHECK(std::holds_alternative<xlsx::Read>(whole));
    CHECK(last > 0);
    const auto stopped =
        xlsx::read(book.path(), {}, rows, [](std::uint64_t, std::uint64_t) { return false; });
    CHECK(std::get<xlsx::Fault>(stopped).code == "stopped");
}

TEST_CASE("what a listener throws comes through", "[xlsx]") {
    struct Thrower final : csv::Reader::Listener {
        void on_row(const csv::Row& /*row*/) override { throw std::runtime_error{"full"}; }
        void on_notice(std::int64_t /*line*/, std::string_view /*text*/) override {}
    } thrower;
    CHECK_THROWS_WITH(xlsx::read(kFolder + "plain.xlsx", {}, thrower), "full");
}
