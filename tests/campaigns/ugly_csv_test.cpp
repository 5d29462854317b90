// Goal: each text file of the corpus of ugly lead lists is read as a person would read it, and what
// is wrong is reported with its line.
// Method: a table of tests/data/ugly (made by make_ugly_files.py): rows that came out well, faults,
// notices. A line of 100 MB is made while the test runs and never stored.

#include "campaigns/files/csv.hpp"
#include "campaigns/import/source.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <set>
#include <sys/resource.h>

using namespace campaigns;

namespace {

class Gathered final : public csv::Reader::Listener {
public:
    void on_row(const csv::Row& row) override {
        if (row.fault) {
            faults += fmt::format("{}:{} ", row.fault->line, csv::to_text(row.fault->kind));
            return;
        }
        if (++rows == 2) {
            std::string line;
            for (const std::string_view field : row.fields) {
                line += (line.empty() ? "" : "|") + std::string{field};
            }
            second = line;
        }
    }
    void on_notice(std::int64_t line, std::string_view /*text*/) override {
        notices += fmt::format("{} ", line);
    }

    int rows = 0;
    std::string second; ///< the second row, mostly the first one of data
    std::string faults;
    std::string notices; ///< their lines
};

struct Case {
    const char* file;
    int rows;           ///< without a fault, the header among them
    const char* second; ///< null: not compared
    const char* faults = "";
    const char* notices = "";
    const char* ended = ""; ///< part of what ended the reading
};

constexpr const char* kAccents = "José|Núñez|212-555-0101|NY";
constexpr const char* kUsual = "Ana|Miller|212-555-0101|NY";

const std::vector<Case> kCases{
    {"utf8.csv", 3, kAccents},
    {"utf8_bom.csv", 3, kAccents},
    {"utf16le_bom.csv", 3, kAccents},
    {"utf16be_bom.csv", 3, kAccents},
    {"utf16le.csv", 3, kAccents, "", "1 "},
    {"utf16be.csv", 3, kAccents, "", "1 "},
    {"utf16le_odd.csv", 4, kAccents},
    {"utf16_lone_surrogate.csv", 2, "A\xEF\xBF\xBD|Miller|212-555-0101|NY"},
    {"windows1252.csv", 3, kAccents, "", "2 "},
    {"latin1_c1.csv", 2, "Ana…|Miller|212-555-0101|NY", "", "2 "},
    {"mixed.csv", 4, kAccents, "", "4 "},
    {"utf8_invalid.csv", 2, nullptr, "", "2 "},
    {"utf8_overlong.csv", 2, nullptr, "", "2 "},
    {"utf8_cut.csv", 2, nullptr, "", "2 "},
    {"semicolon.csv", 3, kUsual},
    {"tab.csv", 3, kUsual},
    {"bar.csv", 3, kUsual},
    {"sep_line.csv", 3, kUsual},
    {"crlf.csv", 3, kUsual},
    {"cr.csv", 3, kUsual},
    {"lfcr.csv", 3, kUsual},
    {"mixed_ends.csv", 4, kUsual},
    {"no_last_end.csv", 3, kUsual},
    {"trailing_separators.csv", 3, "Ana|Miller|212-555-0101|NY|||"},
    {"leading_blank_lines.csv", 3, kUsual},
    {"quote_never_closed.csv", 2, "Bo|Chen|213-555-0102|CA", "2:unterminated_quote "},
    {"quote_with_text.csv", 2, "Bo|Chen|213-555-0102|CA", "2:text_after_quote "},
    {"quote_in_field.csv", 2, "Ana \"Annie\"|Miller|212-555-0101|NY"},
    {"quote_doubled.csv", 2, "Ana \"Annie\"|Miller, Jr.|212-555-0101|NY"},
    {"quote_lines.csv", 3, "Ana\nMaria|Miller|212-555-0101|NY"},
    {"quote_spaces.csv", 2, kUsual},
    {"quote_curly.csv", 2, nullptr},
    {"quote_single.csv", 2, nullptr},
    {"quotes_only.csv", 1, nullptr},
    {"empty.csv", 0, nullptr},
    {"bom_only.csv", 0, nullptr},
    {"blank.csv", 1, nullptr}, // its tab makes two empty fields
    {"header_only.csv", 1, nullptr},
    {"no_header.csv", 2, "Bo|Chen|213-555-0102|CA"},
    {"no_phone.csv", 2, "Ana|Miller"},
    {"duplicate_headers.csv", 2, "Ana|212-555-0101|212-555-0102|A"},
    {"empty_headers.csv", 2, "Ana|x|212-555-0101|y"},
    {"header_twice.csv", 5, kUsual},
    {"title_first.csv", 5, nullptr},
    {"ragged.csv", 4, "Ana|Miller|212-555-0101"},
    {"nul.csv", 2, "Bo|Chen|213-555-0102|CA", "2:nul_byte "},
    {"control_z.csv", 3, kUsual},
    {"many_columns.csv", 1, nullptr, "1:too_many_columns "},
    {"long_field.csv", 2, "Bo|Chen|213-555-0102|CA", "2:field_too_long "},
    {"formulas.csv", 4, "=cmd|'/c calc'!A1|Miller|212-555-0101|NY"},
    {"scientific.csv", 4, "Ana|Miller|2.12556E+09|NY"},
    {"apostrophes.csv", 3, "Ana|O'Neil|'2125550101|NY"},
    {"thousands.csv", 4, "Ana|Miller|2,125,550,101|NY"},
    {"dates.csv", 5, "212-555-0101|11/23/1980"},
    {"errors.csv", 3, "#N/A|Miller|#VALUE!|NY"},
    {"two_phones.csv", 4, "Ana|Miller|212-555-0101 / 212-555-0102|NY"},
    {"odd_spaces.csv", 3, nullptr},
    {"right_to_left.csv", 2, nullptr},
    {"script.csv", 2, nullptr},
    {"json.csv", 1, nullptr},
    {"document.pdf.csv", 0, nullptr, "", "", "PDF"},
    {"page.csv", 0, nullptr, "", "", "web page"},
    {"gzip.csv", 0, nullptr, "", "", "gzip"},
};

} // namespace

TEST_CASE("each ugly text file gives its rows and says what is wrong", "[csv][ugly]") {
    const std::filesystem::path folder = std::string(DIALER_SOURCE_DIR) + "/tests/data/ugly";
    std::set<std::string> known;
    for (const Case& expected : kCases) {
        CAPTURE(expected.file);
        known.insert(expected.file);
        Gathered rows;
        SourceFile file{(folder / expected.file).string()};
        csv::Reader reader{rows};
        for (std::string_view piece = file.read(); !piece.empty(); piece = file.read()) {
            reader.feed(piece);
        }
        const auto fault = reader.finish();
        CHECK(rows.rows == expected.rows);
        CHECK(rows.faults == expected.faults);
        CHECK(rows.notices == expected.notices);
        CHECK_THAT(fault ? csv::explain(*fault) : "", Catch::Contains(expected.ended));
        CHECK(fault.has_value() == (expected.ended[0] != '\0'));
        if (expected.second != nullptr) {
            CHECK(rows.second == expected.second);
        }
    }
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() == ".csv") {
            CAPTURE(entry.path().filename());
            CHECK(known.contains(entry.path().filename().string()));
        }
    }
}

TEST_CASE("a line of 100 MB is one fault, in bounded memory", "[csv][ugly]") {
    Gathered rows;
    csv::Reader reader{rows};
    reader.feed("first_name,phone\n");
    const std::string piece(std::size_t{1} << 20, 'x');
    rusage before{};
    REQUIRE(getrusage(RUSAGE_SELF, &before) == 0);
    for (int i = 0; i < 100; ++i) {
        reader.feed(piece);
    }
    reader.feed("\nAna,212-555-0101\n");
    CHECK_FALSE(reader.finish());
    rusage after{};
    REQUIRE(getrusage(RUSAGE_SELF, &after) == 0);
    CHECK(rows.rows == 2);
    CHECK(rows.second == "Ana|212-555-0101");
    CHECK(rows.faults == "2:field_too_long ");
    CHECK(after.ru_maxrss - before.ru_maxrss < 32 * 1024); // KiB
}
