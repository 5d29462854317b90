// Goal: a campaign's own hours read as people write them, come back in the shortest form, and say
// for every zone and instant whether they are open and when they open next.
// Method: tables of texts; instants around clock changes on the system's zone data; random texts.

#include "campaigns/settings/hours.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

using namespace std::chrono;
using namespace std::chrono_literals;
using namespace std::string_literals;
using campaigns::CallingHours;
using campaigns::campaign_open;
using campaigns::read_calling_hours;

namespace {

CallingHours hours_of(const std::string& text, const std::string& zone = {}) {
    auto read = read_calling_hours(text, zone);
    if (const auto* fault = std::get_if<std::string>(&read)) {
        FAIL(*fault);
    }
    return std::get<CallingHours>(read);
}

const dnc::ZoneDatabase& zones() {
    static const auto database = dnc::load_zones("");
    return *database;
}

dnc::Instant utc(year_month_day date, seconds time) {
    return sys_days{date} + time;
}

constexpr year_month_day kMonday = 2026y / November / 23;

} // namespace

TEST_CASE("hours come back in their shortest form", "[settings][hours]") {
    const std::vector<std::pair<std::string, std::string>> table{
        {"", ""},
        {"mon-fri 09:00-17:30", "mon-fri 09:00-17:30"},
        {"MON-FRI 9-17:30", "mon-fri 09:00-17:30"},
        {"monday 9-12 13-17", "mon 09:00-12:00 13:00-17:00"},
        {"mon 9-12, mon 11-15", "mon 09:00-15:00"},
        {"mon 13-17, mon 9-13", "mon 09:00-17:00"},
        {"weekdays 9-17; weekend 10-16", "mon-fri 09:00-17:00, sat-sun 10:00-16:00"},
        {"daily 0-24", "mon-sun 00:00-24:00"},
        {"fri-mon 10-11", "mon 10:00-11:00, fri-sun 10:00-11:00"},
        {"tue 8:05-9:00,thu 8:05-9:00", "tue 08:05-09:00, thu 08:05-09:00"},
    };
    for (const auto& [given, shortest] : table) {
        CAPTURE(given);
        const auto hours = hours_of(given);
        CHECK(campaigns::to_text(hours) == shortest);
        CHECK(hours_of(shortest) == hours);
        CHECK(hours.always() == shortest.empty());
    }
}

TEST_CASE("what is no hours is refused with a sentence", "[settings][hours]") {
    for (const char* text : {"mon", "9-17", "mon 17-9", "mon 9-9", "mon 9-25", "mon 9:60-10",
                             "mon 9:5-10", "month 9-10", "mon 9-10-11", "mon-fry 9-10", "mon 09.00",
                             "mon tue 9-10", "\xff\xfe", "mon -1-5", "mon 24:01-24:02"}) {
        CAPTURE(text);
        const auto read = read_calling_hours(text);
        REQUIRE(std::holds_alternative<std::string>(read));
        CHECK_FALSE(std::get<std::string>(read).empty());
    }
    CHECK(std::holds_alternative<std::string>(read_calling_hours(std::string(5000, 'm'))));
}

TEST_CASE("random texts are read or refused, and what is read reads again", "[settings][hours]") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    const std::string alphabet = "montuewdfrisat-:, 0123456789*;dailyk\0\xff"s;
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (auto length = random() % 30; length > 0; --length) {
            text += alphabet[random() % alphabet.size()];
        }
        const auto read = read_calling_hours(text);
        if (const auto* hours = std::get_if<CallingHours>(&read)) {
            REQUIRE(hours_of(campaigns::to_text(*hours)) == *hours);
        }
    }
}

TEST_CASE("hours hold in each plausible zone of the person", "[settings][hours]") {
    const auto hours = hours_of("mon-fri 09:00-17:00");
    const std::vector<std::string> east{"America/New_York"};
    const std::vector<std::string> both{"America/New_York", "America/Los_Angeles"};
    // 14:30 UTC is 09:30 in New York and 06:30 in Los Angeles.
    const auto morning = utc(kMonday, 14h + 30min);
    CHECK(campaign_open(hours, east, zones(), morning).open);
    const auto state = campaign_open(hours, both, zones(), morning);
    CHECK_FALSE(state.open);
    CHECK(state.opens == utc(kMonday, 17h));
    CHECK(campaign_open(hours, both, zones(), utc(kMonday, 17h)).open);
    CHECK_FALSE(campaign_open(hours, both, zones(), utc(kMonday, 22h)).open);
}

TEST_CASE("a zone of choice takes the place of the person's", "[settings][hours]") {
    const auto hours = hours_of("mon-fri 09:00-17:00", "America/Chicago");
    const std::vector<std::string> anywhere{"Pacific/Honolulu"};
    CHECK(campaign_open(hours, anywhere, zones(), utc(kMonday, 15h)).open);
    CHECK_FALSE(campaign_open(hours, anywhere, zones(), utc(kMonday, 14h + 59min + 59s)).open);
    CHECK_FALSE(campaign_open(hours, anywhere, zones(), utc(kMonday, 23h)).open);
}

TEST_CASE("the next opening is found over a weekend and a clock change", "[settings][hours]") {
    const auto hours = hours_of("mon-fri 09:00-17:00");
    const std::vector<std::string> east{"America/New_York"};
    // Friday evening; clocks go back on Sunday, 1 November 2026.
    const auto friday = utc(2026y / October / 30, 21h);
    const auto state = campaign_open(hours, east, zones(), friday);
    CHECK_FALSE(state.open);
    CHECK(state.opens == utc(2026y / November / 2, 14h));
    // An hour that does not exist on 8 March 2026 opens with the change.
    const auto night =
        campaign_open(hours_of("sun 02:30-04:00"), east, zones(), utc(2026y / March / 8, 6h));
    CHECK(night.opens == utc(2026y / March / 8, 7h));
}

TEST_CASE("hours that never meet, and places that nobody knows, stay closed", "[settings][hours]") {
    const auto dawn = hours_of("daily 06:00-06:30");
    const std::vector<std::string> apart{"America/New_York", "America/Los_Angeles"};
    const auto state = campaign_open(dawn, apart, zones(), utc(kMonday, 11h));
    CHECK_FALSE(state.open);
    CHECK_FALSE(state.opens);
    CHECK_FALSE(campaign_open(dawn, std::vector<std::string>{}, zones(), utc(kMonday, 11h)).open);
    CHECK_FALSE(
        campaign_open(dawn, std::vector<std::string>{"Mars/Base"}, zones(), utc(kMonday, 11h))
            .open);
    CHECK_FALSE(
        campaign_open(hours_of("daily 0-24", "Mars/Base"), apart, zones(), utc(kMonday, 11h)).open);
    CHECK_FALSE(campaign_open(CallingHours::never(), apart, zones(), utc(kMonday, 0h)).open);
    CHECK(campaign_open({}, std::vector<std::string>{}, zones(), utc(kMonday, 3h)).open);
}
