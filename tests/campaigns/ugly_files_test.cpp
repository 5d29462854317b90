// Goal: whatever file a person gives to `dialer import`, it ends with a clear word (which file,
// where, what to do), the exit code that --help promises, and a store that holds all of an accepted
// file or nothing.
// Method: the real binary on a real PostgreSQL with every file of tests/data/ugly, a campaign each;
// rows are counted before and after. Files too large to keep are made while the test runs.

#include "run_dialer.hpp"
#include "store_support.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

using import_test::Folder;
using import_test::Ran;
using import_test::run_dialer;
using import_test::store_environment;

namespace {

class Fixture {
public:
    Ran import_file(const std::filesystem::path& file) {
        const std::string campaign = fmt::format("ugly{}", ++campaigns_);
        db.sql("INSERT INTO campaigns (name, seller, mode, lines_per_agent, caller_id, trunks, "
               "ring_max_s, wrap_up_max_s, attempts_max, retry_after_s, message_file) VALUES ('" +
               campaign + "', 'Acme', 'predictive', 1, 12125550100, '{}', 25, 30, 3, 3600, '')");
        return run_dialer(
            folder, store_environment(db.engine_dsn()),
            fmt::format("import '{}' --campaign {} --no-scrub --dedupe file --refused refused.csv "
                        "--json --quiet",
                        file.string(), campaign));
    }
    /// Leads, their numbers, and lists.
    std::string counts() const {
        return db.sql("SELECT (SELECT count(*) FROM leads), (SELECT count(*) FROM lead_phones), "
                      "(SELECT count(*) FROM lists)");
    }
    std::int64_t leads() const { return std::stoll(db.sql("SELECT count(*) FROM leads")); }

    store_test::Database db;
    Folder folder;

private:
    int campaigns_ = 0;
};

/// Leads that come of a file; 0: the file is refused, with these words.
struct Expected {
    int accepted = 0;
    const char* words = "";
};

// Files that are not named here must be refused with any clear word, or taken whole.
const std::map<std::string, Expected> kExpected{
    {"utf8.csv", {2}},
    {"utf16le_bom.csv", {2}},
    {"utf16be.csv", {2}},
    {"windows1252.csv", {2}},
    {"mixed.csv", {3}},
    {"semicolon.csv", {2}},
    {"sep_line.csv", {2}},
    {"cr.csv", {2}},
    {"mixed_ends.csv", {3}},
    {"trailing_separators.csv", {2}},
    {"leading_blank_lines.csv", {2}},
    {"quote_never_closed.csv", {1}},
    {"quote_with_text.csv", {1}},
    {"quote_lines.csv", {2}},
    {"nul.csv", {1}},
    {"long_field.csv", {1}},
    {"header_twice.csv", {3}},
    {"formulas.csv", {3}},
    {"apostrophes.csv", {2}},
    {"empty.csv", {0, "empty"}},
    {"bom_only.csv", {0, "empty"}},
    {"header_only.csv", {0, "no row"}},
    {"no_header.csv", {0, "no_header.csv:1: "}},
    {"no_phone.csv", {0, "no_phone.csv:1: "}},
    {"document.pdf.csv", {0, "PDF"}},
    {"page.csv", {0, "web page"}},
    {"gzip.csv", {0, "gzip"}},
    {"plain.xlsx", {2}},
    {"strict.xlsx", {2}},
    {"shared_strings.xlsx", {2}},
    {"several_sheets.xlsx", {2}},
    {"errors.xlsx", {2}},
    {"kinds.xlsx", {3}},
    {"sparse.xlsx", {2}},
    {"no_refs.xlsx", {3}},
    {"merged.xlsx", {2}},
    {"csv_named.xlsx", {2}},
    {"utf16_named.xlsx", {2}},
    {"old.xls", {0, "97-2003"}},
    {"encrypted.xlsx", {0, "password"}},
    {"zip_password.xlsx", {0, "password"}},
    {"binary.xlsb", {0, "XLSB"}},
    {"calc.ods", {0, "OpenDocument"}},
    {"letter.docx", {0, "DOCX"}},
    {"archive.zip", {0, "unpack"}},
    {"nested.xlsx", {0, "unpack"}},
    {"pdf_named.xlsx", {0, "PDF"}},
    {"page_named.xls", {0, "web page"}},
    {"cut.xlsx", {0, "cut off"}},
    {"checksum.xlsx", {0, "damaged"}},
    {"cut_xml.xlsx", {0, "damaged"}},
    {"lost_sheet.xlsx", {0, "does not have"}},
    {"entities.xlsx", {0, "document type"}},
    {"deep.xlsx", {0, "nested"}},
    {"small_bomb.xlsx", {0, "200 times"}},
    {"only_hidden.xlsx", {0, "hidden"}},
    {"no_rows.xlsx", {0, "no visible sheet"}},
};

void check_refusal(const Ran& ran, const std::string& name) {
    CHECK(ran.exit == 3);
    // Notices come before the word that ends it.
    std::istringstream lines{ran.err};
    std::string last;
    for (std::string line; std::getline(lines, line); last = line) {
        CHECK_THAT(line, Catch::StartsWith("dialer: import: "));
    }
    CHECK_THAT(last, Catch::Contains(name));
    CHECK(ran.err.size() < 2000);
}

} // namespace

TEST_CASE("every ugly file is taken whole or refused with a clear word", "[pg][cli][ugly]") {
    Fixture test;
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::directory_iterator{std::string(DIALER_SOURCE_DIR) + "/tests/data/ugly"}) {
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    REQUIRE(files.size() > 100);
    for (const auto& file : files) {
        const std::string name = file.filename().string();
        const std::string before = test.counts();
        const std::int64_t leads = test.leads();
        const Ran ran = test.import_file(file);
        CAPTURE(name, ran.exit, ran.out, ran.err);
        const auto expected = kExpected.find(name);
        if (ran.exit == 0) {
            const auto summary = boost::json::parse(ran.out).as_object();
            CHECK(summary.at("accepted").as_int64() == test.leads() - leads);
            CHECK(test.leads() > leads);
            if (expected != kExpected.end()) {
                CHECK(test.leads() - leads == expected->second.accepted);
            }
            continue;
        }
        check_refusal(ran, name);
        CHECK(test.counts() == before);
        if (expected != kExpected.end()) {
            CHECK(expected->second.accepted == 0);
            CHECK_THAT(ran.err, Catch::Contains(expected->second.words));
        }
    }
}

TEST_CASE("a file of one line of 100 MB is refused, and nothing is stored", "[pg][cli][ugly]") {
    Fixture test;
    const std::string path = test.folder.path("long.csv");
    {
        std::ofstream file{path, std::ios::binary};
        const std::string piece(std::size_t{1} << 20, 'x');
        for (int i = 0; i < 100; ++i) {
            file << piece;
        }
    }
    const std::string before = test.counts();
    check_refusal(test.import_file(path), "long.csv");
    CHECK(test.counts() == before);
    {
        std::ofstream file{path, std::ios::binary};
        file << "name,phone\n";
        const std::string piece(std::size_t{1} << 20, ',');
        for (int i = 0; i < 100; ++i) {
            file << piece;
        }
        file << "\nAna,212-555-0101\n";
    }
    CHECK(test.import_file(path).exit == 0);
    CHECK(test.leads() == 1);
}

TEST_CASE("a workbook that breaks off after thousands of good rows leaves none of them",
          "[pg][cli][ugly]") {
    Fixture test;
    std::string rows = "<row><c t='inlineStr'><is><t>phone</t></is></c></row>";
    for (int i = 0; i < 20'000; ++i) {
        rows += fmt::format("<row><c><v>{}</v></c></row>", 12'012'000'000 + i);
    }
    const auto book = [&](const std::string& name, const std::string& end) {
        return test.folder.write(
            name,
            import_test::zip_of(
                {{"_rels/.rels", "<Relationships><Relationship Id='a' Type='t/officeDocument' "
                                 "Target='w.xml'/></Relationships>"},
                 {"_rels/w.xml.rels", "<Relationships><Relationship Id='s' Type='t/worksheet' "
                                      "Target='s.xml'/></Relationships>"},
                 {"w.xml", "<workbook><sheets><sheet name='a' r:id='s'/></sheets></workbook>"},
                 {"s.xml", "<worksheet><sheetData>" + rows + end}}));
    };
    const Ran broken = test.import_file(book("broken.xlsx", "<row><c><v>1"));
    check_refusal(broken, "broken.xlsx");
    CHECK(test.counts() == "0|0|0");
    CHECK(test.import_file(book("whole.xlsx", "</sheetData></worksheet>")).exit == 0);
    CHECK(test.leads() == 20'000);
}
