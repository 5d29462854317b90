// Goal: local days and hours are those of the clocks, also when these change; what a call counts as
// is decided by one rule; every report says what its figures are.
// Method: known changes of known zones; hand-made groups of calls.

#include "campaigns/reports/buckets.hpp"
#include "campaigns/reports/reports.hpp"
#include "campaigns/reports/tally.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <set>

using namespace campaigns;
using namespace std::chrono_literals;

namespace {

const dnc::ZoneDatabase& zones() {
    static const auto loaded = dnc::load_zones("");
    return *loaded;
}

Instant at(const std::string& text) {
    return *dnc::read_instant(text);
}

std::vector<std::string> labels(const std::string& zone, const std::string& from,
                                const std::string& to) {
    std::vector<std::string> texts;
    for (const Bucket& hour : hour_buckets(zones(), *zones().find(zone), at(from), at(to))) {
        texts.push_back(std::to_string(hour.hour));
    }
    return texts;
}

CallGroup group(const std::string& outcome, const std::string& treatment, const std::string& code,
                std::int64_t calls) {
    CallGroup made;
    made.outcome = outcome;
    made.treatment = treatment;
    made.code = code;
    made.answered = outcome == "answered";
    made.calls = calls;
    return made;
}

} // namespace

TEST_CASE("a day in which clocks are put back has 25 hours, two of one name", "[reports]") {
    const auto zone = *zones().find("America/New_York");
    const auto from = at("2026-11-01T00:00:00-04:00");
    const auto days = day_buckets(zones(), zone, from, at("2026-11-03T00:00:00-05:00"));
    REQUIRE(days.size() == 2);
    CHECK(days[1].begin - days[0].begin == 25h);
    CHECK(day_text(days[0].date) == "2026-11-01");
    CHECK(weekday_text(days[0].date) == "Sunday");
    const auto hours =
        labels("America/New_York", "2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00");
    REQUIRE(hours.size() == 25);
    CHECK(hours[1] == "1");
    CHECK(hours[2] == "1");
    CHECK(hours[3] == "2");
    CHECK(hours[24] == "23");
}

TEST_CASE("a day in which clocks are put forward has no hour of that name", "[reports]") {
    const auto hours =
        labels("America/New_York", "2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00");
    REQUIRE(hours.size() == 23);
    CHECK(hours[1] == "1");
    CHECK(hours[2] == "3");
}

TEST_CASE("zones that change by half hours and lie by quarters keep their hours", "[reports]") {
    // Lord Howe: 2026-04-05 02:00 is put back to 01:30.
    const auto hours =
        labels("Australia/Lord_Howe", "2026-04-05T00:00:00+11:00", "2026-04-06T00:00:00+10:30");
    REQUIRE(hours.size() == 25);
    CHECK(hours[1] == "1");
    CHECK(hours[2] == "1");
    CHECK(
        labels("Asia/Kathmandu", "2026-04-05T00:00:00+05:45", "2026-04-06T00:00:00+05:45").size() ==
        24);
    // Samoa had no 30 December 2011.
    const auto days = day_buckets(zones(), *zones().find("Pacific/Apia"),
                                  at("2011-12-29T00:00:00-10:00"), at("2012-01-01T00:00:00+14:00"));
    REQUIRE(days.size() == 2);
    CHECK(day_text(days[0].date) == "2011-12-29");
    CHECK(day_text(days[1].date) == "2011-12-31");
}

TEST_CASE("a period is written as local dates or as instants", "[reports]") {
    const auto now = at("2026-11-24T02:00:00Z"); // 21:00 on the 23rd in New York
    const auto period = [&](std::string_view from, std::string_view to) {
        return report_period(zones(), "America/New_York", from, to, now);
    };
    CHECK(period("", "").from == at("2026-11-23T00:00:00-05:00"));
    CHECK(period("", "").to == at("2026-11-24T00:00:00-05:00"));
    CHECK(period("2026-11-01", "2026-11-01").to - period("2026-11-01", "").from == 25h);
    CHECK(period("2026-11-20", "2026-11-22").to == at("2026-11-23T00:00:00-05:00"));
    CHECK(period("2026-11-23T09:00:00-05:00", "").to == now);
    CHECK_THROWS_AS(period("yesterday", ""), StoreRefusal);
    CHECK_THROWS_AS(period("2026-02-30", ""), StoreRefusal);
    CHECK_THROWS_AS(period("", "2026-11-23T09:00:00"), StoreRefusal);
    CHECK_THROWS_AS(report_period(zones(), "Mars/Olympus", "", "", now), StoreRefusal);
}

TEST_CASE("what a call counts as follows from its outcome and the agent's word", "[reports]") {
    Tally tally;
    tally.add(group("answered", "bridged", "sale", 3), "sale");
    tally.add(group("answered", "bridged", "no", 2), "do_not_call");
    tally.add(group("answered", "bridged", "machine", 4), "machine");
    tally.add(group("answered", "bridged", "", 5), "");
    tally.add(group("answered", "bridged", "odd", 1), "other");
    tally.add(group("answered", "abandoned", "", 6), "");
    tally.add(group("answered", "early_hangup", "", 7), "");
    tally.add(group("busy", "none", "", 8), "");
    tally.add(group("not_sent", "none", "", 9), "");
    CHECK(tally.attempts == 45);
    CHECK(tally.sent == 36);
    CHECK(tally.answered == 28);
    CHECK(tally.connected == 15);
    CHECK(tally.contacts == 5);
    CHECK(tally.sales == 3);
    CHECK(tally.machines == 4);
    CHECK(tally.undisposed == 5);
    CHECK(tally.abandoned == 6);
    CHECK(tally.early_hangup == 7);
    CHECK(attempt_cells(tally).size() == find_report("attempts")->figures.size());
}

TEST_CASE("a campaign's own meaning of a word goes before everybody's", "[reports]") {
    Categories categories;
    categories.add(0, "hot", "contact");
    categories.add(7, "hot", "sale");
    CHECK(categories.of(7, "hot") == "sale");
    CHECK(categories.of(8, "hot") == "contact");
    CHECK(categories.of(8, "cold") == "other");
    CHECK(categories.of(8, "").empty());
}

TEST_CASE("every report has a name of its own, known dimensions, and says what it counts",
          "[reports]") {
    std::set<std::string_view> names;
    for (const ReportKind& kind : report_kinds()) {
        INFO(std::string{kind.name});
        CHECK(names.insert(kind.name).second);
        CHECK_FALSE(kind.description.empty());
        std::set<std::string_view> columns;
        for (const FigureKind& figure : kind.figures) {
            CHECK(columns.insert(figure.name).second);
            CHECK(figure.meaning.ends_with("."));
        }
        for (const std::string_view by : kind.by) {
            const bool own =
                by == "reason" || by == "source" || by == "status" || by == "stop_reason";
            CHECK((own || find_dimension(by) != nullptr));
        }
        for (const std::string_view by : kind.usual_by) {
            CHECK(std::find(kind.by.begin(), kind.by.end(), by) != kind.by.end());
        }
    }
    CHECK(find_report("none such") == nullptr);
}

TEST_CASE("a report in JSON has its notes, in CSV its table alone", "[reports]") {
    Report report;
    report.name = "attempts";
    report.title = "Attempts, \"quoted\"";
    report.columns = {{"list", ColumnKind::text}, {"rate", ColumnKind::share}};
    report.rows = {{std::string{"=1+1"}, 0.25}, {std::string{"b"}, Cell{}}};
    report.notes = {"rate: a share."};
    std::string text;
    const auto sink = [&text](std::string_view bytes) { text += bytes; };
    write_report(report, TableFormat::json, sink);
    const auto parsed = boost::json::parse(text);
    CHECK(parsed.at("title").as_string() == "Attempts, \"quoted\"");
    CHECK(parsed.at("columns").at(1).at("kind").as_string() == "share");
    CHECK(parsed.at("rows").at(0).at("rate").to_number<double>() == 0.25);
    CHECK(parsed.at("rows").at(1).at("rate").is_null());
    CHECK(parsed.at("notes").as_array().size() == 1);
    text.clear();
    write_report(report, TableFormat::csv, sink);
    CHECK(text.find("list,rate") != std::string::npos);
    CHECK(text.find("\n=1+1") == std::string::npos);
    CHECK(text.find("a share") == std::string::npos);
}
