// Goal: civil time comes from the given folder of zone data alone, with its release known, and
// the next time of day is right across clock changes.
// Method: hand-worked instants of 2026 in New York and Phoenix, and folders built for the test.

#include "dnc/zone_release.hpp"
#include "dnc/zones.hpp"
#include "tests/dnc/support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <filesystem>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using dnc::Instant;
using dnc_tests::system_zones;
using dnc_tests::TemporaryFolder;
using dnc_tests::utc;

namespace fs = std::filesystem;

namespace {

dnc::ZoneId zone(std::string_view name) {
    const auto found = system_zones().find(name);
    REQUIRE(found);
    return *found;
}

/// A folder with one real zone in it.
void add_zone(const TemporaryFolder& folder, const std::string& name) {
    const fs::path target = folder.path() / name;
    fs::create_directories(target.parent_path());
    fs::copy_file(fs::path{"/usr/share/zoneinfo"} / name, target);
}

} // namespace

TEST_CASE("local time follows the zone's clock changes", "[zones]") {
    using std::chrono::year_month_day;
    struct Row {
        std::string_view zone;
        std::string_view at;
        std::chrono::seconds of_day;
        std::chrono::hours offset;
    };
    const std::vector<Row> table = {
        {"America/New_York", "2026-11-23 15:00:00", 10h, -5h},
        {"America/New_York", "2026-07-01 15:00:00", 11h, -4h},
        {"America/New_York", "2026-03-08 06:59:59", 1h + 59min + 59s, -5h},
        {"America/New_York", "2026-03-08 07:00:00", 3h, -4h},
        {"America/New_York", "2026-11-01 05:30:00", 1h + 30min, -4h},
        {"America/New_York", "2026-11-01 06:30:00", 1h + 30min, -5h},
        {"America/Phoenix", "2026-07-01 15:00:00", 8h, -7h},
        {"Pacific/Guam", "2026-07-01 15:00:00", 1h, 10h},
    };
    for (const Row& row : table) {
        CAPTURE(row.zone, row.at);
        const dnc::LocalTime local = system_zones().local(zone(row.zone), utc(row.at));
        CHECK(local.of_day == row.of_day);
        CHECK(local.offset == row.offset);
    }
    const dnc::LocalTime guam =
        system_zones().local(zone("Pacific/Guam"), utc("2026-07-01 15:00:00"));
    CHECK(guam.date ==
          year_month_day{std::chrono::year{2026}, std::chrono::July, std::chrono::day{2}});
    const dnc::LocalTime last =
        system_zones().local(zone("America/New_York"), utc("2026-11-24 04:59:59.999999"));
    CHECK(last.of_day == 24h - 1s);
}

TEST_CASE("the next time of day is exact, skipped or doubled", "[zones]") {
    struct Row {
        std::string_view from;
        std::chrono::seconds of_day;
        std::string_view want;
    };
    const std::vector<Row> table = {
        {"2026-11-23 12:59:59.999999", 8h, "2026-11-23 13:00:00"},
        {"2026-11-23 13:00:00", 8h, "2026-11-23 13:00:00"},
        {"2026-11-23 13:00:00.000001", 8h, "2026-11-24 13:00:00"},
        {"2026-11-23 00:00:00", 0s, "2026-11-23 05:00:00"},
        {"2026-11-23 00:00:00", 24h, "2026-11-23 05:00:00"},
        {"2026-03-08 06:00:00", 2h + 30min, "2026-03-08 07:00:00"}, // skipped: the change itself
        {"2026-03-07 20:00:00", 8h, "2026-03-08 12:00:00"},         // the first summer morning
        {"2026-11-01 05:00:00", 1h + 30min, "2026-11-01 05:30:00"}, // first of two
        {"2026-11-01 05:30:01", 1h + 30min, "2026-11-01 06:30:00"}, // second of two
        {"2026-11-01 06:30:01", 1h + 30min, "2026-11-02 06:30:00"},
        {"2026-10-31 20:00:00", 8h, "2026-11-01 13:00:00"}, // the first winter morning
    };
    for (const Row& row : table) {
        CAPTURE(row.from);
        CHECK(system_zones().next_time_of_day(zone("America/New_York"), utc(row.from),
                                              row.of_day) == utc(row.want));
    }
}

TEST_CASE("a whole skipped day does not hide the next morning", "[zones]") {
    // Samoa went from 29 to 31 December 2011; 30 December 08:00 never was.
    CHECK(system_zones().next_time_of_day(zone("Pacific/Apia"), utc("2011-12-29 20:00:00"), 8h) ==
          utc("2011-12-30 10:00:00"));
    CHECK(system_zones().next_time_of_day(zone("Pacific/Apia"), utc("2011-12-30 10:00:01"), 8h) ==
          utc("2011-12-30 18:00:00"));
}

TEST_CASE("the next time of day is never before its start nor far off", "[zones][property]") {
    const std::vector<std::string_view> names = {"America/New_York", "America/Adak",
                                                 "Australia/Lord_Howe", "America/St_Johns",
                                                 "Pacific/Guam"};
    CHECK(rc::check([&] {
        const dnc::ZoneId id = zone(*rc::gen::elementOf(names));
        const Instant from = utc("2024-01-01 00:00:00") +
                             std::chrono::seconds{*rc::gen::inRange(0, 4 * 366 * 86400)};
        const std::chrono::seconds of_day{*rc::gen::inRange(0, 86400)};
        const Instant next = system_zones().next_time_of_day(id, from, of_day);
        RC_ASSERT(next >= from);
        RC_ASSERT(next - from <= 50h);
        const auto shown = system_zones().local(id, next).of_day;
        RC_ASSERT(shown >= of_day); // later only where the clock jumped over it
        RC_ASSERT(shown - of_day <= 1h);
    }));
}

TEST_CASE("names are found exactly and the release is known", "[zones]") {
    CHECK(system_zones().name(zone("America/Boise")) == "America/Boise");
    CHECK_FALSE(system_zones().find("America/Nowhere"));
    CHECK_FALSE(system_zones().find(""));
    CHECK_FALSE(system_zones().find("../etc/passwd"));
    CHECK_FALSE(system_zones().find("posix/America/Boise"));
    CHECK(dnc::read_zone_release(system_zones().version()));
}

TEST_CASE("zones come from the given folder only", "[zones]") {
    TemporaryFolder folder;
    folder.write("tzdata.zi", "# version 2031c\n");
    add_zone(folder, "America/Boise");
    const auto zones = dnc::load_zones(folder.path().string());
    CHECK(zones->version() == "2031c");
    CHECK(zones->find("America/Boise"));
    CHECK_FALSE(zones->find("America/New_York"));

    // The same name with other content: the folder's own content counts, not the system's.
    TemporaryFolder other;
    other.write("+VERSION", "2031d\n");
    fs::create_directories(other.path() / "America");
    fs::copy_file("/usr/share/zoneinfo/Asia/Tokyo", other.path() / "America/Boise");
    const auto swapped = dnc::load_zones(other.path().string());
    CHECK(swapped->version() == "2031d");
    CHECK(swapped->local(*swapped->find("America/Boise"), utc("2026-11-23 00:00:00")).offset == 9h);
}

TEST_CASE("zone data that cannot be trusted are refused", "[zones]") {
    TemporaryFolder folder;
    CHECK_THROWS_WITH(dnc::load_zones((folder.path() / "none").string()),
                      Catch::Contains("no folder of zone data"));
    CHECK_THROWS_WITH(dnc::load_zones(folder.path().string()), Catch::Contains("+VERSION"));
    folder.write("tzdata.zi",
                 "# version 2031c\nR a 2000 o - O lastSu 2s 0 -\nZ America/Boise 1 - A\n"
                 "Z America/Gone 1 - A\nL America/Boise Old/Name\n");
    CHECK_THROWS_WITH(dnc::load_zones(folder.path().string()),
                      Catch::Contains("no compiled zones"));
    add_zone(folder, "America/Boise");
    CHECK_THROWS_WITH(dnc::load_zones(folder.path().string()),
                      Catch::Contains("America/Gone") && Catch::Contains("missing"));
    folder.write("America/Gone", "TZif is not enough");
    CHECK_THROWS_WITH(dnc::load_zones(folder.path().string()),
                      Catch::Contains("America/Gone") && Catch::Contains("no valid zone file"));
}

TEST_CASE("releases are ordered by year and letters", "[zones]") {
    const std::vector<std::string_view> order = {"1996l", "2025b", "2025z", "2025za", "2025zb",
                                                 "2026",  "2026a", "2026f", "2027a"};
    for (std::size_t i = 0; i < order.size(); ++i) {
        for (std::size_t j = 0; j < order.size(); ++j) {
            CAPTURE(order[i], order[j]);
            CHECK((*dnc::read_zone_release(order[i]) < *dnc::read_zone_release(order[j])) ==
                  (i < j));
        }
    }
    CHECK(dnc::read_zone_release("2026f-12-g0123abc") == dnc::read_zone_release("2026f"));
    for (const std::string_view text :
         {"", "unknown", "26f", "2026F", "2026f1", "2026 f", "f2026", "2026abcdefgh"}) {
        CAPTURE(text);
        CHECK_FALSE(dnc::read_zone_release(text));
    }
}

TEST_CASE("a time of a date is its first instant, or the change that skips it", "[zones]") {
    using std::chrono::sys_days;
    const auto first = [](std::string_view name, std::string_view date,
                          std::chrono::seconds of_day) {
        return system_zones().first_at(
            zone(name), std::chrono::floor<std::chrono::days>(utc(std::string{date} + " 00:00:00")),
            of_day);
    };
    CHECK(first("America/New_York", "2026-11-23", 8h) == utc("2026-11-23 13:00:00"));
    CHECK(first("America/New_York", "2026-03-08", 2h + 30min) == utc("2026-03-08 07:00:00"));
    CHECK(first("America/New_York", "2026-11-01", 1h + 30min) == utc("2026-11-01 05:30:00"));
    CHECK(first("America/New_York", "2026-10-31", 24h) == utc("2026-11-01 04:00:00"));
    // Clocks go forward at midnight in Beirut: the day begins at one o'clock.
    CHECK(system_zones().day_begin(zone("Asia/Beirut"), sys_days{std::chrono::March / 29 / 2026}) ==
          utc("2026-03-28 22:00:00"));
}

TEST_CASE("before the first instant of a time the clock shows less, and from then on not",
          "[zones][property]") {
    const std::vector<std::string> names = {"America/New_York", "America/Phoenix",
                                            "America/St_Johns", "Australia/Lord_Howe",
                                            "Asia/Beirut",      "Europe/London"};
    CHECK(rc::check([&names] {
        const dnc::ZoneId where = zone(*rc::gen::elementOf(names));
        const std::chrono::sys_days date = std::chrono::sys_days{std::chrono::January / 1 / 2026} +
                                           std::chrono::days{*rc::gen::inRange(0, 730)};
        const std::chrono::seconds of_day{*rc::gen::inRange(0, 86401)};
        const Instant first = system_zones().first_at(where, date, of_day);
        const auto shown = [&](Instant at) {
            const dnc::LocalTime local = system_zones().local(where, at);
            return std::chrono::sys_days{local.date} + local.of_day;
        };
        RC_ASSERT(shown(first) >= date + of_day);
        RC_ASSERT(shown(first - std::chrono::microseconds{1}) < date + of_day);
    }));
}
