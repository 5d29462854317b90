// Goal: reports say what the log says: each equals a plain recount of the exported log, the sums
// are equal whatever calls are divided by, and what comes late is counted once.
// Method: a random log of two campaigns written through the store (seeded), and the same figures
// counted again here, row by row.

#include "tests/campaigns/reports_support.hpp"

#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <map>

using namespace reports_test;
using namespace store_test;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

struct Recount {
    std::int64_t attempts = 0;
    std::int64_t sent = 0;
    std::int64_t answered = 0;
    std::int64_t connected = 0;
    std::int64_t contacts = 0;
    std::int64_t sales = 0;
    double talk_s = 0;
};

std::string text(const json::object& row, const char* key) {
    const json::value& value = row.at(key);
    return value.is_string() ? std::string{value.get_string().c_str()} : std::string{};
}

Instant moment(const json::object& row, const char* key) {
    return *dnc::read_instant(text(row, key));
}

/// What a row of the export is filed under.
using KeyOf = std::function<std::string(const json::object&)>;

std::map<std::string, Recount> recount(campaigns::Store& store, Instant from, Instant to,
                                       const KeyOf& key_of) {
    std::map<std::string, Recount> table;
    store.export_log("", from, to, [&](std::string_view line) {
        const json::object row = json::parse({line.data(), line.size()}).as_object();
        if (row.at("outcome").is_null()) {
            return;
        }
        Recount& count = table[key_of(row)];
        const std::string code = text(row, "disposition");
        ++count.attempts;
        count.sent += text(row, "outcome") == "not_sent" ? 0 : 1;
        count.answered += row.at("answered_at").is_null() ? 0 : 1;
        count.connected += row.at("bridged_at").is_null() ? 0 : 1;
        count.contacts +=
            code == "sale" || code == "contact" || code == "callback" || code == "do_not_call" ? 1
                                                                                               : 0;
        count.sales += code == "sale" ? 1 : 0;
        if (!row.at("bridged_at").is_null()) {
            const auto talk = moment(row, "ended_at") - moment(row, "bridged_at");
            count.talk_s += std::chrono::duration<double>{talk}.count();
        }
    });
    return table;
}

/// The report's rows with these keys are the recount's, and no others.
void check_same(const Report& report, const std::string& key_column,
                const std::map<std::string, Recount>& expected) {
    REQUIRE(report.rows.size() == expected.size());
    for (std::size_t i = 0; i < report.rows.size(); ++i) {
        const std::string key = cell_text(report, i, key_column);
        INFO(report.name << " by " << key_column << ": " << key);
        REQUIRE(expected.contains(key));
        const Recount& count = expected.at(key);
        CHECK(whole(report, i, "attempts") == count.attempts);
        CHECK(whole(report, i, "sent") == count.sent);
        CHECK(whole(report, i, "answered") == count.answered);
        CHECK(whole(report, i, "connected") == count.connected);
        CHECK(whole(report, i, "contacts") == count.contacts);
        CHECK(whole(report, i, "sales") == count.sales);
        if (count.connected > 0) {
            CHECK(decimal(report, i, "talk_s") ==
                  Approx(count.talk_s / static_cast<double>(count.connected)).margin(0.001));
        }
    }
}

std::string local_hour(const json::object& row) {
    const auto local = zones().local(*zones().find(kZone), moment(row, "at"));
    return dnc::clock_text(std::chrono::floor<std::chrono::hours>(local.of_day));
}

std::string local_day(const json::object& row) {
    return dnc::date_text(zones().local(*zones().find(kZone), moment(row, "at")).date);
}

} // namespace

TEST_CASE("a report of calls equals a recount of the exported log", "[pg][reports]") {
    World world;
    RandomDay day{world, 300};
    const auto from = kNoon - 1h;
    const auto to = kNoon + 24h;
    const auto made = [&](const std::string& by) {
        return report_of(world.store, "attempts", {by}, from, to);
    };
    check_same(made("campaign"), "campaign", recount(world.store, from, to, [](const auto& row) {
                   return text(row, "campaign");
               }));
    check_same(made("hour"), "hour", recount(world.store, from, to, &local_hour));
    check_same(made("day"), "day", recount(world.store, from, to, &local_day));
    check_same(made("trunk"), "trunk",
               recount(world.store, from, to, [](const auto& row) { return text(row, "trunk"); }));
    check_same(made("caller_id"), "caller_id", recount(world.store, from, to, [](const auto& row) {
                   return text(row, "caller_id");
               }));
    check_same(made("outcome"), "outcome", recount(world.store, from, to, [](const auto& row) {
                   return text(row, "outcome");
               }));
    check_same(made("agent"), "agent", recount(world.store, from, to, [](const auto& row) {
                   return text(row, "agent_name");
               }));
}

TEST_CASE("a report takes the half-open period of its attempts", "[pg][reports]") {
    World world;
    RandomDay day{world, 60};
    for (const auto& [from, to] : {std::pair{kNoon + 97s, kNoon + 10 * 97s},
                                   std::pair{kNoon, kNoon + 1us}, std::pair{kNoon - 1h, kNoon}}) {
        const auto report = report_of(world.store, "attempts", {"campaign"}, from, to);
        check_same(report, "campaign", recount(world.store, from, to, [](const auto& row) {
                       return text(row, "campaign");
                   }));
    }
}

TEST_CASE("sums are equal whatever calls are divided by, and in every report", "[pg][reports]") {
    World world;
    RandomDay day{world, 300};
    const auto from = kNoon - 1h;
    const auto to = kNoon + 24h;
    const auto whole_day = report_of(world.store, "attempts", {"campaign"}, from, to);
    const std::vector<std::string> figures{"attempts",  "sent",      "answered",     "connected",
                                           "abandoned", "contacts",  "early_hangup", "sales",
                                           "machines",  "undisposed"};
    for (const std::vector<std::string>& by :
         std::vector<std::vector<std::string>>{{"list"},
                                               {"agent"},
                                               {"hour"},
                                               {"weekday"},
                                               {"day"},
                                               {"caller_id"},
                                               {"trunk"},
                                               {"place"},
                                               {"time_zone"},
                                               {"attempt"},
                                               {"outcome"},
                                               {"disposition"},
                                               {"list", "hour", "agent"},
                                               {"day", "hour"}}) {
        const auto report = report_of(world.store, "attempts", by, from, to);
        for (const std::string& figure : figures) {
            INFO("by " << by.front() << " of " << by.size() << ": " << figure);
            CHECK(sum(report, figure) == sum(whole_day, figure));
        }
    }
    for (const char* name : {"caller_ids", "day", "trunks"}) {
        INFO(name);
        const auto report = report_of(world.store, name, {}, from, to);
        CHECK(sum(report, "attempts") == sum(whole_day, "attempts"));
    }
    const auto by_caller_id = report_of(world.store, "caller_ids", {}, from, to);
    CHECK(sum(by_caller_id, "answered") == sum(whole_day, "answered"));
    const auto summary = report_of(world.store, "day", {}, from, to);
    const auto lists = report_of(world.store, "lists", {}, from, to);
    const auto times = report_of(world.store, "answer_times", {}, from, to);
    for (const char* figure : {"contacts", "sales"}) {
        CHECK(sum(summary, figure) == sum(whole_day, figure));
        CHECK(sum(lists, figure) == sum(whole_day, figure));
    }
    CHECK(sum(times, "connected") == sum(whole_day, "connected"));
    CHECK(sum(summary, "connected") == sum(whole_day, "connected"));
}

TEST_CASE("an agent who thinks again, or late, moves a call and adds none", "[pg][reports]") {
    World world;
    world.add_leads(1);
    const auto agent = world.store.add_agent({{}, "Ada", "ada", std::string(32, 'a')});
    const auto call = connected_call(world, agent, kNoon);
    const auto categories = [&] {
        const auto report = report_of(world.store, "attempts", {"disposition"}, kNoon, kNoon + 1h);
        REQUIRE(report.rows.size() == 1);
        return cell_text(report, 0, "category") + " " + cell_text(report, 0, "attempts") + " " +
               cell_text(report, 0, "undisposed");
    };
    CHECK(categories() == " 1 1");
    dispose(world, call, agent, kNoon + 5min, "sale");
    CHECK(categories() == "sale 1 0");
    dispose(world, call, agent, kNoon + 3min, "machine"); // said earlier, written later
    CHECK(categories() == "sale 1 0");
    dispose(world, call, agent, kNoon + 30h, "no_contact");
    CHECK(categories() == "no_contact 1 0");
}

TEST_CASE("a disposition that is written before its result counts as well", "[pg][reports]") {
    World world;
    world.add_leads(1);
    const auto agent = world.store.add_agent({{}, "Ada", "ada", std::string(32, 'a')});
    const auto draft = world.dial_one(kNoon);
    dispose(world, draft.id, agent, kNoon + 1min, "sale");
    CHECK(report_of(world.store, "attempts", {}, kNoon, kNoon + 1h).rows.empty());
    world.write_result(connected_result(world, draft, agent, kNoon));
    const auto report = report_of(world.store, "attempts", {}, kNoon, kNoon + 1h);
    REQUIRE(report.rows.size() == 1);
    CHECK(whole(report, 0, "sales") == 1);
}

TEST_CASE("a call that was open when its engine died counts by its events", "[pg][reports]") {
    World world;
    world.add_leads(3);
    std::vector<campaigns::AttemptDraft> drafts;
    for (int i = 0; i < 3; ++i) {
        drafts.push_back(world.dial_one(kNoon + i * 1s));
    }
    campaigns::LogBatch batch;
    batch.events.push_back({drafts[0].id, 0, kNoon + 5s, "answered", "200 OK"});
    batch.events.push_back({drafts[0].id, 1, kNoon + 6s, "bridged", "1"});
    batch.events.push_back({drafts[1].id, 0, kNoon + 5s, "answered", "200 OK"});
    world.store.write_log(batch);
    CHECK(
        report_of(world.store, "attempts", {}, kNoon, kNoon + 1h).notes.back().find(" 3 of them") !=
        std::string::npos);
    // The run's lock goes with its session, once the server has noticed.
    world.store = campaigns::Store{world.db.engine_dsn()};
    REQUIRE(world.db.becomes_true("SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' "
                                  "AND database = (SELECT oid FROM pg_database WHERE datname = "
                                  "current_database())"));
    REQUIRE(world.store.reconcile(kNoon + 1h).attempts_closed == 3);
    const auto report = report_of(world.store, "attempts", {"outcome"}, kNoon, kNoon + 1h);
    REQUIRE(report.rows.size() == 1);
    CHECK(cell_text(report, 0, "outcome") == "interrupted");
    CHECK(whole(report, 0, "answered") == 2);
    CHECK(whole(report, 0, "connected") == 1);
    CHECK(whole(report, 0, "abandoned") == 1);
    CHECK(cell_text(report, 0, "talk_s").empty()); // nobody knows when it ended
}

TEST_CASE("requests that make no sense are refused in words", "[pg][reports]") {
    World world;
    const auto refused = [&](ReportRequest request) {
        request.now = kNoon + 1h;
        try {
            static_cast<void>(make_report(world.store, report_world(), request));
        } catch (const campaigns::StoreRefusal& refusal) {
            return std::string{refusal.what()};
        }
        return std::string{"not refused"};
    };
    const ReportRequest good{.name = "attempts", .from = kNoon - 1h, .to = kNoon};
    CHECK(refused(good) == "not refused");
    auto bad = good;
    bad.name = "profits";
    CHECK(refused(bad).find("there is no report \"profits\"") == 0);
    bad = good;
    bad.campaigns = {"spring", "summer"};
    CHECK(refused(bad) == "there is no campaign named \"summer\"");
    bad = good;
    bad.by = {"moon"};
    CHECK(refused(bad).find("cannot be divided by \"moon\", but by campaign, ") !=
          std::string::npos);
    bad.by = {"list", "list"};
    CHECK(refused(bad) == "divided by \"list\" twice");
    bad = good;
    bad.zone = "Mars/Olympus";
    CHECK(refused(bad).find("there is no time zone") == 0);
    bad = good;
    bad.to = bad.from;
    CHECK(refused(bad) == "the period ends before it begins");
    bad.from = kNoon + 2h;
    bad.to = kNoon + 3h;
    CHECK(refused(bad) == "the period lies in the future");
    bad.from = kNoon - std::chrono::days{500};
    CHECK(refused(bad).find("at most 400 days") != std::string::npos);
    bad = good;
    bad.name = "agent_time";
    bad.by = {"day"};
    CHECK(refused(bad).find("divided by agent") != std::string::npos);
}

TEST_CASE("every report can be made of an empty log and of every campaign", "[pg][reports]") {
    World world;
    for (const auto& kind : campaigns::report_kinds()) {
        INFO(std::string{kind.name});
        const auto report = report_of(world.store, std::string{kind.name}, {}, kNoon, kNoon + 1h);
        CHECK(report.notes.size() > kind.figures.size());
        for (const auto& row : report.rows) {
            CHECK(row.size() == report.columns.size());
        }
    }
    RandomDay day{world, 40};
    for (const auto& kind : campaigns::report_kinds()) {
        INFO(std::string{kind.name});
        ReportRequest request{.name = std::string{kind.name},
                              .campaigns = {"spring"},
                              .from = kNoon - 1h,
                              .to = kNoon + 24h,
                              .zone = kZone,
                              .by = {kind.by.begin(), kind.by.end()},
                              .now = kNoon + 48h};
        const auto report = make_report(world.store, report_world(), request);
        for (const auto& row : report.rows) {
            CHECK(row.size() == report.columns.size());
        }
    }
}
