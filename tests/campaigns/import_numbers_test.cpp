// Goal: a do-not-call list is replaced whole or not at all, and never by something it should not
// be. Method: files into a real PostgreSQL, and what Store::load_suppression then gives the gate.

#include "campaigns/import/source.hpp"
#include "campaigns/lists/numbers_file.hpp"

#include "dnc/time_text.hpp"
#include "import_files.hpp"
#include "store_support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>

using namespace campaigns;
using namespace std::chrono_literals;
using import_test::Folder;

namespace {

constexpr auto kToday = 2026y / 11 / 23; // the date of store_test::kNoon

struct Fixture {
    [[nodiscard]] NumbersRequest request(const std::string& text, const std::string& list,
                                         std::chrono::year_month_day as_of = kToday) {
        const auto path = folder.write(fmt::format("{}.txt", ++files), text);
        return {.path = path,
                .list = list,
                .kind = std::nullopt,
                .as_of = as_of,
                .at = store_test::kNoon};
    }
    std::variant<NumbersSummary, NumbersFault> run(const NumbersRequest& request) {
        return load_numbers(store, request, [](const ImportProgress& /*progress*/) {});
    }
    NumbersSummary load(const std::string& text, const std::string& list,
                        std::chrono::year_month_day as_of = kToday) {
        return std::get<NumbersSummary>(run(request(text, list, as_of)));
    }
    std::string fault(const NumbersRequest& request) {
        return std::get<NumbersFault>(run(request)).text;
    }
    dnc::SuppressionList in_force(const std::string& name) {
        auto snapshot = store.load_suppression(store_test::kNoon);
        for (auto& list : snapshot.lists) {
            if (list.name == name) {
                return std::move(list);
            }
        }
        FAIL("no list " + name);
        return {};
    }

    store_test::Database db;
    Store store{db.engine_dsn()};
    Folder folder;
    int files = 0;
};

} // namespace

TEST_CASE("a new version takes the place of the one before", "[pg]") {
    Fixture test;
    const auto first = test.load("212,5550101\n212,5550102\n", "national", 2026y / 11 / 1);
    CHECK(first.numbers == 2);
    const auto second = test.load("+12125550102\n(212) 555-0103\n212-555-0103\n", "national");
    CHECK(second.numbers == 2);
    CHECK(second.duplicates == 1);
    const auto list = test.in_force("national");
    CHECK(list.version_id == second.version_id);
    CHECK(list.as_of == kToday);
    CHECK(list.numbers.size() == 2);
    CHECK_FALSE(list.numbers.contains({12125550101}));
    CHECK(list.numbers.contains({12125550103}));
}

TEST_CASE("a company list only grows", "[pg]") {
    Fixture test;
    static_cast<void>(test.load("212-555-0101\n212-555-0102\n", "company", 2026y / 11 / 1));
    const auto second = test.load("212-555-0102\n212-555-0103\n", "company");
    CHECK(second.numbers == 3);
    CHECK(second.added == 1);
    CHECK(test.in_force("company").numbers.contains({12125550101}));
    // An older export still adds, and does not make the list look older.
    const auto older = test.load("212-555-0104\n", "company", 2026y / 10 / 1);
    CHECK(older.numbers == 4);
    CHECK(test.in_force("company").as_of == kToday);
    CHECK(test.in_force("company").numbers.size() == 4);
}

TEST_CASE("a number taken off a company list comes back with the file that has it", "[pg]") {
    Fixture test;
    static_cast<void>(test.load("212-555-0101\n212-555-0102\n", "company", 2026y / 11 / 1));
    test.db.sql("INSERT INTO suppression_changes (list_id, number, listed, at, source) "
                "SELECT id, n, false, now(), 'api' FROM suppression_lists, "
                "unnest('{12125550101,12125550102}'::bigint[]) AS n WHERE name = 'company'");
    CHECK(test.in_force("company").numbers.size() == 0);
    static_cast<void>(test.load("212-555-0102\n", "company"));
    const auto list = test.in_force("company");
    CHECK(list.numbers.contains({12125550102}));
    CHECK_FALSE(list.numbers.contains({12125550101}));
}

TEST_CASE("opt-outs stand on top of a loaded company list", "[pg]") {
    Fixture test;
    CHECK(test.store.add_opt_out({.id = 1,
                                  .number = {12125550109},
                                  .at = store_test::kNoon,
                                  .source = "key_press",
                                  .by = "",
                                  .attempt = std::nullopt}));
    static_cast<void>(test.load("212-555-0101\n", "company"));
    CHECK(test.in_force("company").numbers.contains({12125550109}));
}

TEST_CASE("the same file with the same date changes nothing, with a newer date it is fresh",
          "[pg]") {
    Fixture test;
    const auto first = test.load("212-555-0101\n", "national", 2026y / 11 / 1);
    const auto again = test.load("212-555-0101\n", "national", 2026y / 11 / 1);
    CHECK(again.already_loaded);
    CHECK(again.version_id == first.version_id);
    const auto fresh = test.load("212-555-0101\n", "national");
    CHECK_FALSE(fresh.already_loaded);
    CHECK(test.in_force("national").as_of == kToday);
}

TEST_CASE("dates in the future and older than the version in force are refused", "[pg]") {
    Fixture test;
    static_cast<void>(test.load("212-555-0101\n", "national", 2026y / 11 / 10));
    CHECK_THAT(test.fault(test.request("212-555-0102\n", "national", 2026y / 11 / 24)),
               Catch::Matchers::Contains("future"));
    CHECK_THAT(test.fault(test.request("212-555-0102\n", "national", 2026y / 11 / 9)),
               Catch::Matchers::Contains("older"));
    CHECK(test.in_force("national").numbers.contains({12125550101}));
}

TEST_CASE("a file with more than 1 % bad lines is refused unless allowed", "[pg]") {
    Fixture test;
    std::string text = "Phone Number\n";
    for (int i = 0; i < 98; ++i) {
        text += fmt::format("212-555-01{:02}\n", i);
    }
    auto request = test.request(text + "garbage\n12\n", "national");
    const auto outcome = test.run(request);
    const auto& fault = std::get<NumbersFault>(outcome);
    REQUIRE(fault.bad_lines.size() == 2);
    CHECK(fault.bad_lines[0].line == 100);
    CHECK(test.in_force("national").version_id == 0);
    request.allow_bad = true;
    const auto summary = std::get<NumbersSummary>(test.run(request));
    CHECK(summary.numbers == 98);
    CHECK(summary.bad == 2);
}

TEST_CASE("a file that was cut off does not empty a list", "[pg]") {
    Fixture test;
    static_cast<void>(
        test.load("212-555-0101\n212-555-0102\n212-555-0103\n", "national", 2026y / 11 / 1));
    auto request = test.request("212-555-0101\n", "national");
    CHECK_THAT(test.fault(request), Catch::Matchers::Contains("--allow-shrink"));
    CHECK(test.in_force("national").numbers.size() == 3);
    request.allow_shrink = true;
    CHECK(std::get<NumbersSummary>(test.run(request)).numbers == 1);
}

TEST_CASE("changes, empty files and other types are refused and change nothing", "[pg]") {
    Fixture test;
    const auto text = GENERATE(as<std::string>{}, "212,5550101,2026-11-20,A\n", "", "phone\n",
                               std::string{"%PDF-1.7 not a list"}, "<list><ac val='212'>");
    CHECK_FALSE(test.fault(test.request(text, "national")).empty());
    CHECK(test.in_force("national").version_id == 0);
}

TEST_CASE("an archive is read like the file in it, and a damaged one changes nothing", "[pg]") {
    Fixture test;
    std::string archive = import_test::zip_of({{"list.txt", "212,5550101\n212,5550102\n"}});
    CHECK(test.load(archive, "national").numbers == 2);
    const auto version = test.in_force("national").version_id;
    const auto refused = [&](const std::string& bytes) {
        CHECK_THROWS_AS(static_cast<void>(test.run(test.request(bytes, "national"))), SourceError);
        CHECK(test.in_force("national").version_id == version);
    };
    refused(archive.substr(0, archive.size() / 2));
    refused(import_test::zip_of({{"a.txt", "2125550101\n"}, {"b.txt", "2125550102\n"}}));
    const std::size_t content = archive.find("5550101");
    if (content != std::string::npos) { // stored as it is: the checksum tells
        archive[content] = '6';
        refused(archive);
    }
}

TEST_CASE("XML and JSON lists are loaded like flat ones", "[pg]") {
    Fixture test;
    CHECK(test.load("<list><ac val='212'><ph val='5550101'/><ph val='5550102'/></ac></list>",
                    "national")
              .numbers == 2);
    auto request = test.request(R"([{"phone":"2125550103","status":"TCPA"},
                                    {"phone":"2125550104","is_bad_number":false}])",
                                "litigators");
    request.kind = dnc::ListKind::litigator;
    const auto summary = std::get<NumbersSummary>(test.run(request));
    CHECK(summary.numbers == 1);
    CHECK(summary.cleared == 1);
    CHECK(test.in_force("litigators").numbers.contains({12125550103}));
}

TEST_CASE("a list of changes makes a version out of the one before", "[pg][changes]") {
    Fixture test;
    const auto full = test.load("212,5550101\n212,5550102\n", "national", 2026y / 11 / 1);
    auto request = test.request("212,5550103,2026-11-02T10:00:00Z,A\n"
                                "212,5550101,2026-11-02T11:00:00Z,D\n"
                                "212,5550104,2026-11-02T11:00:00Z,A\n"
                                "212,5550104,2026-11-02T12:00:00Z,D\n",
                                "national", 2026y / 11 / 2);
    request.after = full.version_id;
    const auto second = std::get<NumbersSummary>(test.run(request));
    CHECK(second.numbers == 2);
    CHECK(second.added == 2);
    CHECK(second.removed == 2);
    request = test.request("212,5550101,2026-11-03,A\n", "national", 2026y / 11 / 3);
    request.after = second.version_id;
    const auto third = std::get<NumbersSummary>(test.run(request));
    CHECK(third.numbers == 3);

    const auto list = test.in_force("national");
    CHECK(list.version_id == third.version_id);
    CHECK(list.as_of == 2026y / 11 / 3);
    CHECK(list.numbers.size() == 3);
    for (const std::int64_t e164 : {12125550101, 12125550102, 12125550103}) {
        CHECK(list.numbers.contains({e164}));
    }
    CHECK_FALSE(list.numbers.contains({12125550104}));
    CHECK(test.db.sql(fmt::format("SELECT suppression_listed({0}, 12125550101), "
                                  "suppression_listed({1}, 12125550101), "
                                  "suppression_listed({2}, 12125550101)",
                                  full.version_id, second.version_id, third.version_id)) ==
          "t|f|t");
}

TEST_CASE("changes that are out of order, repeated or cut off leave the version in force",
          "[pg][changes]") {
    Fixture test;
    const auto full = test.load("212,5550101\n212,5550102\n", "national", 2026y / 11 / 1);
    const auto refused = [&](const std::string& text, std::chrono::year_month_day as_of,
                             std::int64_t after, const std::string& why) {
        auto request = test.request(text, "national", as_of);
        request.after = after;
        CHECK_THAT(test.fault(request), Catch::Matchers::Contains(why));
    };
    const std::string changes = "212,5550103,2026-11-02,A\n";
    refused(changes, 2026y / 11 / 2, full.version_id + 1000, "version in force");
    refused(changes, 2026y / 11 / 1, full.version_id, "not newer");
    refused(changes + "212,5550104,2026-11-02", 2026y / 11 / 2, full.version_id, "cut off");
    refused(changes + "212,5550104,2026-11-02,A", 2026y / 11 / 2, full.version_id, "cut off");
    refused("212,5550103\n", 2026y / 11 / 2, full.version_id, "");
    CHECK(test.in_force("national").version_id == full.version_id);

    auto request = test.request(changes, "national", 2026y / 11 / 2);
    request.after = full.version_id;
    const auto second = std::get<NumbersSummary>(test.run(request));
    refused(changes, 2026y / 11 / 3, second.version_id, "loaded before");
    CHECK_THAT(test.fault(test.request(changes, "national", 2026y / 11 / 2)),
               Catch::Matchers::Contains("list of changes"));
    refused("212,5550105,2026-11-02,A\n", 2026y / 11 / 3, full.version_id, "in their order");
    CHECK(test.in_force("national").version_id == second.version_id);

    request = test.request("212,5550109\n", "company");
    request.after = 1;
    CHECK_THAT(test.fault(request), Catch::Matchers::Contains("company"));
}

TEST_CASE("a file without its last end, or with another number of records, is cut off", "[pg]") {
    Fixture test;
    auto request = test.request("212,5550101\n212,55501", "national");
    CHECK_THAT(test.fault(request), Catch::Matchers::Contains("cut off"));
    request = test.request("212,5550101\n212,5550102\n", "national");
    request.rows = 3;
    CHECK_THAT(test.fault(request), Catch::Matchers::Contains("--rows"));
    request = test.request("+441632960001\n+4416329600", "tps");
    request.kind = dnc::ListKind::preference;
    CHECK_THAT(test.fault(request), Catch::Matchers::Contains("cut off"));
    CHECK(test.in_force("national").version_id == 0);

    CHECK(test.load("212,5550101\n212,5550102", "national").numbers == 2);
    request = test.request("+441632960001\n+441632960002", "tps");
    request.kind = dnc::ListKind::preference;
    request.rows = 2;
    CHECK(std::get<NumbersSummary>(test.run(request)).numbers == 2);
}

TEST_CASE("a version says which area codes it covers and holds no others", "[pg]") {
    Fixture test;
    std::string text;
    for (int i = 100; i < 200; ++i) {
        text += fmt::format("212,5550{}\n", i);
    }
    auto request = test.request(text + "305,5550100\n", "national", 2026y / 11 / 1);
    request.area_codes = read_area_codes("212,646");
    const auto full = std::get<NumbersSummary>(test.run(request));
    CHECK(full.bad == 1);
    auto list = test.in_force("national");
    CHECK(list.area_codes.count() == 2);
    CHECK(list.area_codes.test(646));
    CHECK_FALSE(list.numbers.contains({13055550100}));
    request = test.request("646,5550101,2026-11-02,A\n", "national", 2026y / 11 / 2);
    request.after = full.version_id;
    CHECK(std::get<NumbersSummary>(test.run(request)).numbers == 101);
    CHECK(test.in_force("national").area_codes.count() == 2);
    CHECK_FALSE(read_area_codes("212,12"));
    CHECK_FALSE(read_area_codes("212,"));
    CHECK_FALSE(read_area_codes(""));
}

TEST_CASE("a list keeps the country, region and seller it was made with", "[pg]") {
    Fixture test;
    auto request = test.request("+441632960001\n01632 960002\n", "tps");
    request.kind = dnc::ListKind::preference;
    request.country = "GB";
    CHECK(std::get<NumbersSummary>(test.run(request)).numbers == 2);
    auto list = test.in_force("tps");
    CHECK(list.country == "GB");
    CHECK(list.numbers.contains({441632960002}));
    request = test.request("01632 960003\n01632 960004\n", "tps");
    request.country = "IE";
    CHECK_THROWS_AS(static_cast<void>(test.run(request)), StoreRefusal);
    request.country = "";
    CHECK(std::get<NumbersSummary>(test.run(request)).numbers == 2);
    CHECK(test.in_force("tps").numbers.contains({441632960003}));
    CHECK(test.in_force("national").country == "US");

    request = test.request("2125550101\n", "acme");
    request.kind = dnc::ListKind::company;
    request.seller = "Acme";
    static_cast<void>(test.run(request));
    CHECK(test.in_force("acme").seller == "Acme");
}

TEST_CASE("blocks of wireless numbers fill a list", "[pg]") {
    Fixture test;
    auto request = test.request("212-555-0\n646,555,A\n", "wireless");
    request.kind = dnc::ListKind::wireless;
    request.blocks = true;
    CHECK(std::get<NumbersSummary>(test.run(request)).numbers == 11'000);
    const auto list = test.in_force("wireless");
    CHECK(list.numbers.contains({12125550199}));
    CHECK(list.numbers.contains({16465559999}));
    CHECK_FALSE(list.numbers.contains({12125551000}));
}

TEST_CASE("answers of the reassigned-numbers database are kept with their dates", "[pg]") {
    Fixture test;
    const auto load = [&](const std::string& text) {
        return load_reassigned(test.store, test.request(text, ""), [](const ImportProgress&) {});
    };
    const std::string text = "number,date,answer\n2125550101,2026-01-31,no\n"
                             "2125550102,2026-01-31,yes\n2125550103,2026-01-31,no_data\n";
    CHECK(std::get<NumbersSummary>(load(text)).numbers == 3);
    CHECK(std::get<NumbersSummary>(load(text)).already_loaded);
    CHECK(std::holds_alternative<NumbersFault>(load("2125550101,2026-01-31,perhaps\n")));
    CHECK(test.db.sql("SELECT number, consent_date, answer, queried_at AT TIME ZONE 'UTC' "
                      "FROM reassigned_answers ORDER BY number") ==
          "12125550101|2026-01-31|no|2026-11-23 00:00:00\n"
          "12125550102|2026-01-31|yes|2026-11-23 00:00:00\n"
          "12125550103|2026-01-31|no_data|2026-11-23 00:00:00");
    CHECK(test.db.sql("SELECT rows, bad FROM reassigned_loads") == "3|0");
}

TEST_CASE("a list that is not there is made only when its kind is given", "[pg]") {
    Fixture test;
    auto request = test.request("212-555-0101\n", "texas");
    CHECK_THROWS_AS(static_cast<void>(test.run(request)), StoreRefusal);
    request.kind = dnc::ListKind::other;
    CHECK(std::get<NumbersSummary>(test.run(request)).kind == "other");
    CHECK(test.in_force("texas").kind == dnc::ListKind::other);
    request.kind = dnc::ListKind::national;
    CHECK_THROWS_AS(static_cast<void>(test.run(request)), StoreRefusal);
}

TEST_CASE("engines are told of a new version", "[pg]") {
    Fixture test;
    Store engine{test.db.engine_dsn()};
    engine.listen();
    static_cast<void>(test.load("212-555-0101\n", "national"));
    const auto fired = engine.wait_for_notifications(std::chrono::seconds{5});
    CHECK(std::find(fired.begin(), fired.end(), "dialer_suppression") != fired.end());
}

TEST_CASE("dates are read strictly", "[import]") {
    CHECK(dnc::read_any_date("2026-11-23") == 2026y / 11 / 23);
    for (const char* bad : {"2026-02-30", "2026-13-01", "20261123", "2026-1-1", "11/23/2026", "",
                            "2026-11-2x", "-026-11-23", "2026-11--3"}) {
        CAPTURE(bad);
        CHECK_FALSE(dnc::read_any_date(bad));
    }
}
