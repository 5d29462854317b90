// Goal: an import is all or nothing, once, and says what became of every row.
// Method: real files into a real PostgreSQL; faults are made by ending the session from outside.

#include "campaigns/import/import.hpp"
#include "campaigns/import/source.hpp"
#include "dialer/loop/clock.hpp"

#include "import_files.hpp"
#include "store_support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>
#include <utility>

using namespace campaigns;
using import_test::Folder;

namespace {

const OnProgress kNoProgress = [](const ImportProgress& /*progress*/) {};

struct Fixture {
    Fixture() { store.create_campaign(store_test::usual_campaign()); }

    std::variant<ImportSummary, ImportFault> run(const std::string& path,
                                                 const OnProgress& on_progress = kNoProgress) {
        return import_leads(store, request(path), on_progress);
    }
    ImportSummary summary(const std::string& path) { return std::get<ImportSummary>(run(path)); }
    std::string fault(const std::string& path) { return std::get<ImportFault>(run(path)).text; }

    [[nodiscard]] ImportRequest request(const std::string& path) const {
        return {.path = path,
                .campaign = store_test::usual_campaign().name,
                .columns = {},
                .refused_path = path + ".refused.csv"};
    }

    store_test::Database db;
    Store store{db.engine_dsn()};
    Folder folder;
};

std::string phone(int i) {
    return fmt::format("{:03}-555-0{}", 221 + i / 100, 100 + i % 100);
}

std::string big_list(int rows) {
    std::string text = "phone,name\n";
    for (int i = 0; i < rows; ++i) {
        // Not fictional by number, but never dialed: the store of this test has no engine.
        text += fmt::format("+1{}{:03}{:04},Lead {}\n", 201 + i / 7'000'000,
                            200 + (i / 10'000) % 700, i % 10'000, i);
    }
    return text;
}

} // namespace

TEST_CASE("accepted rows are leads with their phones, refused ones have reasons", "[pg]") {
    Fixture test;
    const auto path = test.folder.write(
        "list.csv", "First Name,Last Name,Phone,Mobile,State,Lead ID,E-Mail,Colour\n"
                    "Ann,Lee,212-555-0101,(212) 555-0102,ny,A1,ann@example.com,red\n"
                    "Bo,Ray,212-555-0102,,NY,A2,,\n"
                    "Cy,Fox,12,,NY,A3,,\n"
                    "Di,Orr,213-555-0103,99,CA,A4,,\n");
    const auto summary = test.summary(path);
    CHECK(summary.rows == 4);
    CHECK(summary.accepted == 2);
    CHECK(summary.refused == 2);
    CHECK(summary.refused_by_reason ==
          std::map<std::string, std::int64_t>{{"duplicate_in_file", 1}, {"phone_too_short", 1}});
    CHECK(summary.warnings_by_reason ==
          std::map<std::string, std::int64_t>{{"phone_too_short", 1}});
    CHECK(test.db.sql("SELECT name, region, external_id, email, custom->>'Colour', status "
                      "FROM leads ORDER BY id") ==
          "Ann Lee|NY|A1|ann@example.com|red|ready\nDi Orr|CA|A4|||ready");
    CHECK(test.db.sql("SELECT position, number FROM lead_phones ORDER BY lead_id, position") ==
          "0|12125550101\n1|12125550102\n0|12135550103");
    CHECK(test.db.sql("SELECT line, reason, refused FROM import_refusals ORDER BY line") ==
          "3|duplicate_in_file|t\n4|phone_too_short|t\n5|phone_too_short|f");
    CHECK(test.db.sql("SELECT rows_read, rows_accepted, rows_refused FROM lists") == "4|2|2");
}

TEST_CASE("the report names line, reason, field and value", "[pg]") {
    Fixture test;
    const auto path = test.folder.write("list.csv", "phone,name\n212-555-0101,Ann\n"
                                                    "=1+1,Eve\n");
    CHECK(test.summary(path).report_written);
    const std::string report = test.folder.read("list.csv.refused.csv");
    CHECK_THAT(report,
               Catch::Matchers::StartsWith("line,result,reason,field,value,what_to_do\n"
                                           "3,refused,phone_not_a_number,phone,\"'=1+1\","));
    CHECK_FALSE(test.folder.has("list.csv.refused.csv.partial"));
}

TEST_CASE("a list without a refused row leaves no report", "[pg]") {
    Fixture test;
    const auto path = test.folder.write("list.csv", "phone\n212-555-0101\n");
    CHECK_FALSE(test.summary(path).report_written);
    CHECK_FALSE(test.folder.has("list.csv.refused.csv"));
    CHECK_FALSE(test.folder.has("list.csv.refused.csv.partial"));
}

TEST_CASE("the same file twice changes nothing and says so", "[pg]") {
    Fixture test;
    const auto path = test.folder.write("list.csv", "phone\n212-555-0101\n212-555-0102\n12\n");
    const auto first = test.summary(path);
    const auto again = test.summary(test.folder.write("renamed.csv", test.folder.read("list.csv")));
    CHECK(again.already_imported);
    CHECK(again.list_id == first.list_id);
    CHECK(again.accepted == 2);
    CHECK(again.refused_by_reason == first.refused_by_reason);
    CHECK(test.db.sql("SELECT count(*) FROM leads") == "2");
    CHECK(test.db.sql("SELECT count(*) FROM lists") == "1");
}

TEST_CASE("numbers that the campaign has are refused, whichever phone they are", "[pg]") {
    Fixture test;
    static_cast<void>(
        test.summary(test.folder.write("a.csv", "phone,mobile\n212-555-0101,212-555-0102\n")));
    const auto summary = test.summary(
        test.folder.write("b.csv", "phone,mobile\n212-555-0103,212-555-0102\n212-555-0103,\n"));
    CHECK(summary.refused_by_reason ==
          std::map<std::string, std::int64_t>{{"duplicate_in_campaign", 1}});
    CHECK(summary.accepted == 1); // the first row was not taken: its other number is still free
}

TEST_CASE("two campaigns of two sellers may have the same list", "[pg]") {
    Fixture test;
    const auto path = test.folder.write("list.csv", "phone\n212-555-0101\n");
    auto other = store_test::usual_campaign();
    other.name = "other";
    other.seller = "Another";
    test.store.create_campaign(other);
    CHECK(test.summary(path).accepted == 1);
    auto request = test.request(path);
    request.campaign = "other";
    const auto summary = std::get<ImportSummary>(import_leads(test.store, request, kNoProgress));
    CHECK_FALSE(summary.already_imported);
    CHECK(summary.accepted == 1);
}

TEST_CASE("an unknown campaign is refused and the known ones are named", "[pg]") {
    Fixture test;
    auto request = test.request(test.folder.write("list.csv", "phone\n212-555-0101\n"));
    request.campaign = "no such";
    CHECK_THROWS_WITH(static_cast<void>(import_leads(test.store, request, kNoProgress)),
                      Catch::Matchers::Contains(store_test::usual_campaign().name));
}

TEST_CASE("a file without one good row leaves nothing and may come again", "[pg]") {
    Fixture test;
    const auto path = test.folder.write("list.csv", "phone,cell\n12,212-555-0101\n");
    auto request = test.request(path);
    request.columns = {{"phone", "phone"}};
    const auto none = std::get<ImportSummary>(import_leads(test.store, request, kNoProgress));
    CHECK(none.accepted == 0);
    CHECK(none.report_written);
    CHECK(test.db.sql("SELECT count(*) FROM lists") == "0");
    request.columns = {{"phone", "cell"}};
    CHECK(std::get<ImportSummary>(import_leads(test.store, request, kNoProgress)).accepted == 1);
}

TEST_CASE("a file that is refused as a whole names file and line", "[pg]") {
    Fixture test;
    const auto [name, expected] =
        GENERATE(table<std::string, std::string>({{"workbook.xlsx", "XLSX"},
                                                  {"empty.csv", "empty"},
                                                  {"no_header.csv", "no_header.csv:1: "},
                                                  {"no_phone.csv", "no_phone.csv:1: "}}));
    const std::string path = std::string{DIALER_SOURCE_DIR} + "/tests/data/csv/" + name;
    auto request = test.request(path);
    request.refused_path = test.folder.path("refused.csv");
    const auto outcome = import_leads(test.store, request, kNoProgress);
    CHECK_THAT(std::get<ImportFault>(outcome).text, Catch::Matchers::Contains(expected));
    CHECK_FALSE(test.folder.has("refused.csv.partial"));
    CHECK(test.db.sql("SELECT count(*) FROM lists") == "0");
}

TEST_CASE("a session lost in the middle of an import leaves nothing", "[pg]") {
    Fixture test;
    const auto path = test.folder.write("list.csv", big_list(60'000));
    bool ended = false;
    const auto end_session = [&](const ImportProgress& progress) {
        if (!ended && progress.rows > 30'000) {
            test.db.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND usename = 'dialer_engine'");
            ended = true;
        }
    };
    CHECK_THROWS_AS(static_cast<void>(test.run(path, end_session)), StoreUnavailable);
    REQUIRE(ended);
    CHECK(test.db.sql("SELECT count(*) FROM leads") == "0");
    CHECK(test.db.sql("SELECT count(*) FROM lists") == "0");
    CHECK_FALSE(test.folder.has("list.csv.refused.csv"));
    // The same file is welcome on a new session.
    test.store = Store{test.db.engine_dsn()};
    CHECK(test.summary(path).accepted == 60'000);
}

TEST_CASE("statistics taken in the middle of an import do not make it quadratic", "[pg]") {
    Fixture test;
    // Of each ten numbers of the list one was taken off it again.
    test.db.sql("INSERT INTO suppression_changes (list_id, number, listed, at, source) "
                "SELECT 1, 12012000000 + i, i % 10 <> 0 OR i > 60000, now(), 'file' "
                "FROM generate_series(0, 99999) i");
    test.db.sql("VACUUM ANALYZE suppression_changes");
    const auto path = test.folder.write("list.csv", big_list(60'000));
    bool taken = false;
    // Rows of an open transaction are no rows to ANALYZE: it finds large tables that hold nothing.
    const auto take_statistics = [&](const ImportProgress& progress) {
        if (!taken && progress.rows > 50'000) {
            test.db.sql("VACUUM ANALYZE leads");
            test.db.sql("VACUUM ANALYZE lead_phones");
            taken = true;
        }
    };
    const auto begin = std::chrono::steady_clock::now();
    const auto outcome = test.run(path, take_statistics);
    // Some seconds on an idle machine, many minutes when each row meets each other one.
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{100});
    REQUIRE(taken);
    CHECK(std::get<ImportSummary>(outcome).accepted == 60'000);
    CHECK(std::get<ImportSummary>(outcome).listed_now == 54'000);
}

TEST_CASE("a file that grows while it is read is refused", "[pg]") {
    Fixture test;
    const auto path = test.folder.write("list.csv", big_list(20'000));
    bool grown = false;
    const auto grow = [&](const ImportProgress& /*progress*/) {
        if (!std::exchange(grown, true)) {
            std::ofstream{path, std::ios::app} << "+12125550199,Late\n";
        }
    };
    CHECK_THROWS_AS(static_cast<void>(test.run(path, grow)), SourceError);
    CHECK(test.db.sql("SELECT count(*) FROM leads") == "0");
}

TEST_CASE("two imports at once never give one number to two leads", "[pg]") {
    Fixture test;
    std::string first = "phone\n";
    std::string second = "phone\n";
    for (int i = 0; i < 2000; ++i) {
        first += phone(i) + "\n";
        second += phone(1999 - i) + "\n";
    }
    const auto path = test.folder.write("a.csv", first);
    const auto other_path = test.folder.write("b.csv", second);
    std::int64_t other_accepted = 0;
    std::thread other{[&] {
        Store store{test.db.engine_dsn()};
        const auto outcome = import_leads(store, test.request(other_path), kNoProgress);
        other_accepted = std::get<ImportSummary>(outcome).accepted;
    }};
    const auto accepted = test.summary(path).accepted;
    other.join();
    CHECK(accepted + other_accepted == 2000);
    CHECK(test.db.sql("SELECT count(DISTINCT number), count(*) FROM lead_phones") == "2000|2000");
}

TEST_CASE("engines are told of new leads", "[pg]") {
    Fixture test;
    Store engine{test.db.engine_dsn()};
    engine.listen();
    static_cast<void>(test.summary(test.folder.write("list.csv", "phone\n212-555-0101\n")));
    const auto fired = engine.wait_for_notifications(std::chrono::seconds{5});
    CHECK(std::find(fired.begin(), fired.end(), "dialer_leads") != fired.end());
}

TEST_CASE("leads whose number a list holds today are counted, not refused", "[pg]") {
    Fixture test;
    test.store.add_opt_out({.id = 1,
                            .number = {12125550101},
                            .at = store_test::kNoon,
                            .source = "command",
                            .by = "",
                            .attempt = std::nullopt});
    const auto summary =
        test.summary(test.folder.write("list.csv", "phone\n212-555-0101\n212-555-0102\n"));
    CHECK(summary.accepted == 2);
    CHECK(summary.listed_now == 1);
}

TEST_CASE("the time for a million rows is printed", "[pg][.slow]") {
    Fixture test;
    const auto path = test.folder.write("list.csv", big_list(1'000'000));
    const dialer::Clock clock;
    const auto began = clock.now().mono;
    const auto summary = test.summary(path);
    const std::chrono::duration<double> took = clock.now().mono - began;
    CHECK(summary.accepted == 1'000'000);
    WARN(fmt::format("1,000,000 rows in {:.1f} s", took.count()));
}
