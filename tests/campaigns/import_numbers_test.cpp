// Goal: a do-not-call list is replaced whole or not at all, and never by something it should not
// be. Method: files into a real PostgreSQL, and what Store::load_suppression then gives the gate.

#include "campaigns/numbers_file.hpp"

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
                               std::string{"PK\x03\x04 not a list", 15});
    CHECK_FALSE(test.fault(test.request(text, "national")).empty());
    CHECK(test.in_force("national").version_id == 0);
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
    CHECK(read_date("2026-11-23") == 2026y / 11 / 23);
    for (const char* bad : {"2026-02-30", "2026-13-01", "20261123", "2026-1-1", "11/23/2026", "",
                            "2026-11-2x", "-026-11-23", "2026-11--3"}) {
        CAPTURE(bad);
        CHECK_FALSE(read_date(bad));
    }
}
