// Goal: an import knows its source, its company and the gate, and can be taken back. Method: real
// files and workbooks into a real PostgreSQL, with the rules that come with the program.

#include "campaigns/import/import.hpp"
#include "campaigns/import/imports.hpp"
#include "campaigns/import/places.hpp"
#include "campaigns/import/preview.hpp"

#include "import_files.hpp"
#include "store_support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <xlsxwriter.h>

#include <string>
#include <utility>
#include <vector>

using namespace campaigns;
using Catch::Matchers::Contains;
using import_test::Folder;

namespace {

const OnProgress kNoProgress = [](const ImportProgress& /*progress*/) {};

/// The packs and tables that come with the program.
struct Rules {
    Rules()
        : zones{dnc::load_zones("")}, gate{dnc::load_packs(folder() + "/packs"),
                                           dnc::load_geography(folder() + "/geo"), *zones},
          places{dnc::load_geography(folder() + "/geo"), *zones}, rules{gate, places, *zones} {}
    static std::string folder() { return std::string{DIALER_SOURCE_DIR} + "/dnc"; }

    std::unique_ptr<dnc::ZoneDatabase> zones;
    dnc::Gate gate;
    dnc::Places places;
    ImportRules rules;
};

Rules& rules() {
    static Rules rules;
    return rules;
}

struct Fixture {
    Fixture() { store.create_campaign(store_test::usual_campaign()); }

    ImportRequest request(const std::string& path) const {
        ImportRequest request;
        request.path = path;
        request.campaign = store_test::usual_campaign().name;
        request.actor = {"maria", store_test::kNoon};
        request.rules = &rules().rules;
        return request;
    }
    ImportSummary run(const ImportRequest& request) {
        return std::get<ImportSummary>(import_leads(store, request, kNoProgress));
    }
    ImportSummary run(const std::string& name, const std::string& text) {
        return run(request(folder.write(name, text)));
    }
    std::string fault(const ImportRequest& request) {
        return std::get<ImportFault>(import_leads(store, request, kNoProgress)).text;
    }
    void other_campaign(const std::string& name, const std::string& seller = "Test") {
        auto other = store_test::usual_campaign();
        other.name = name;
        other.seller = seller;
        store.create_campaign(other);
    }

    store_test::Database db;
    Store store{db.engine_dsn()};
    Folder folder;
};

std::string workbook(const Folder& folder, const std::string& name,
                     const std::vector<std::vector<std::string>>& rows) {
    lxw_workbook* const book = workbook_new(folder.path(name).c_str());
    lxw_worksheet* const sheet = workbook_add_worksheet(book, "Leads");
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t column = 0; column < rows[row].size(); ++column) {
            worksheet_write_string(sheet, static_cast<lxw_row_t>(row),
                                   static_cast<lxw_col_t>(column), rows[row][column].c_str(),
                                   nullptr);
        }
    }
    REQUIRE(workbook_close(book) == LXW_NO_ERROR);
    return folder.path(name);
}

} // namespace

TEST_CASE("all fields of a lead come from their columns", "[pg]") {
    Fixture test;
    const auto summary =
        test.run("leads.csv",
                 "Phone,Name,Street Address,Town,State,ZIP,County,Country,Time Zone,Debt,Colour\n"
                 "212-555-0101,Ann,1 Main St,Albany,NY,12207,Albany,USA,Eastern,D-7,red\n"
                 "212-555-0102,Bo,,,,,,,Middle Earth,,\n");
    CHECK(summary.accepted == 2);
    CHECK(summary.warnings_by_reason ==
          std::map<std::string, std::int64_t>{{"time_zone_unknown", 1}});
    CHECK(
        test.db.sql("SELECT address, city, region, postal_code, county, country, time_zone, debt, "
                    "custom FROM leads ORDER BY id LIMIT 1") ==
        "1 Main St|Albany|NY|12207|Albany|US|America/New_York|D-7|{\"Colour\": \"red\"}");
    CHECK(test.db.sql("SELECT key FROM places p JOIN leads l ON l.place = p.id ORDER BY l.id "
                      "LIMIT 1") == "US,US-NY|America/New_York");
    CHECK(test.db.sql("SELECT count(*) FROM leads WHERE place = 0") == "0");
}

TEST_CASE("a workbook is read by its content, whatever its name", "[pg]") {
    Fixture test;
    const auto path = workbook(test.folder, "leads.csv",
                               {{"Phone", "Name"}, {"212-555-0101", "Ann"}, {"12", "Bo"}});
    const auto summary = test.run(test.request(path));
    CHECK(summary.accepted == 1);
    CHECK(summary.refused_by_reason.count("phone_too_short") == 1);
    auto request = test.request(path);
    request.campaign = "no such";
    CHECK_THROWS_AS(static_cast<void>(import_leads(test.store, request, kNoProgress)),
                    StoreRefusal);
}

TEST_CASE("columns of a source are remembered, and a missing one is named", "[pg]") {
    Fixture test;
    auto first = test.request(test.folder.write("a.csv", "Line,Who,Mail\n212-555-0101,Ann,a@b\n"));
    first.source = "crm";
    first.columns = {{"phone", "Line"}, {"name", "Who"}};
    CHECK(test.run(first).accepted == 1);
    auto second = test.request(test.folder.write("b.csv", "Who,Line,Mail\nBo,212-555-0102,b@b\n"));
    second.source = "crm";
    const auto summary = test.run(second);
    CHECK(summary.accepted == 1);
    CHECK(test.db.sql("SELECT name FROM leads ORDER BY id") == "Ann\nBo");
    auto third = test.request(test.folder.write("c.csv", "Number of line,Who\n212-555-0103,Cy\n"));
    third.source = "crm";
    CHECK_THAT(test.fault(third), Contains("\"Line\"") && Contains("--map") &&
                                      Contains("c.csv:1: ") && Contains("Number of line"));
    third.columns = {{"phone", "Number of line"}};
    CHECK(test.run(third).accepted == 1);
    REQUIRE(find_source(test.store, "crm"));
    CHECK(find_source(test.store, "crm")->columns.front().second == "Number of line");
    CHECK(test.db.sql("SELECT by_whom, count(*) FROM setting_changes "
                      "WHERE table_name = 'import_sources' GROUP BY 1") == "maria|2");
}

TEST_CASE("a number of the company is refused and says where it is", "[pg]") {
    Fixture test;
    test.other_campaign("summer");
    test.other_campaign("foreign", "Another");
    CHECK(test.run("a.csv", "phone,mobile\n212-555-0101,212-555-0102\n").accepted == 1);
    auto request =
        test.request(test.folder.write("b.csv", "phone,mobile\n212-555-0103,212-555-0102\n"
                                                "212-555-0104,\n"));
    request.campaign = "summer";
    const auto summary = test.run(request);
    CHECK(summary.refused_by_reason ==
          std::map<std::string, std::int64_t>{{"duplicate_in_company", 1}});
    std::string rows;
    refused_rows(test.store, summary.import_id, [&](std::string_view text) { rows += text; });
    CHECK_THAT(rows, Contains("2,refused,duplicate_in_company,phone,+12125550102,") &&
                         Contains("list 1 (a.csv, campaign spring)"));
    request.campaign = "foreign";
    CHECK(test.run(request).accepted == 2);
}

TEST_CASE("who is not to be called any more is no duplicate of the company", "[pg]") {
    Fixture test;
    test.other_campaign("summer");
    static_cast<void>(test.run("a.csv", "phone\n212-555-0101\n"));
    test.db.sql("UPDATE leads SET status = 'exhausted'");
    auto request = test.request(test.folder.write("b.csv", "phone\n212-555-0101\n"));
    request.campaign = "summer";
    CHECK(test.run(request).accepted == 1);
}

TEST_CASE("with a looser policy a lead comes without the numbers that are taken", "[pg]") {
    Fixture test;
    static_cast<void>(test.run("a.csv", "phone\n212-555-0101\n"));
    auto request = test.request(test.folder.write("b.csv", "phone,mobile\n"
                                                           "212-555-0101,212-555-0102\n"
                                                           "212-555-0101,\n"
                                                           "212-555-0103,212-555-0102\n"));
    request.dedupe = std::get<DedupePolicy>(read_dedupe_policy("none"));
    const auto summary = test.run(request);
    CHECK(summary.accepted == 2);
    CHECK(summary.refused_by_reason.at("duplicate_in_campaign") == 1);
    CHECK(summary.warnings_by_reason.at("duplicate_in_campaign_left_out") == 1);
    CHECK(summary.warnings_by_reason.at("duplicate_in_file_left_out") == 1);
    CHECK(test.db.sql("SELECT number FROM lead_phones ORDER BY number") ==
          "12125550101\n12125550102\n12125550103");
    CHECK(test.db.sql("SELECT string_agg(advice, ' ') ~ 'never has one number twice' "
                      "FROM import_refusals") == "t");
}

TEST_CASE("the words of the policy are checked", "[unit]") {
    CHECK(to_text(std::get<DedupePolicy>(read_dedupe_policy("company,file"))) == "file,company");
    CHECK(to_text(std::get<DedupePolicy>(read_dedupe_policy("none"))) == "none");
    CHECK(std::holds_alternative<ColumnFault>(read_dedupe_policy("file,firm")));
    CHECK(std::holds_alternative<ColumnFault>(read_dedupe_policy("")));
}

TEST_CASE("evidence of consent goes on record with the lead", "[pg]") {
    Fixture test;
    const auto summary =
        test.run("a.csv", "phone,consent_grade,consent_at,consent_form,consent_ip\n"
                          "212-555-0101,written,2026-10-01T12:00:00Z,web form 3,192.0.2.7\n"
                          "212-555-0102,written,yesterday,web form 3,192.0.2.7\n"
                          "212-555-0103,,,,\n");
    CHECK(summary.accepted == 3);
    CHECK(summary.consents == 1);
    CHECK(summary.warnings_by_reason ==
          std::map<std::string, std::int64_t>{{"consent_time_unreadable", 1}});
    CHECK(test.db.sql("SELECT number, grade, sellers, evidence ->> 'consent_ip', source, "
                      "recorded_by FROM consents") ==
          "12125550101|written|{Test}|192.0.2.7|a.csv:2|maria");
}

TEST_CASE("the gate's word on each lead is counted by reason and place", "[pg]") {
    Fixture test;
    test.store.add_opt_out({.id = 1,
                            .number = {12125550101},
                            .at = store_test::kNoon,
                            .source = "command",
                            .by = "",
                            .attempt = std::nullopt});
    const auto summary = test.run("a.csv", "phone,state\n212-555-0101,NY\n212-555-0102,NY\n"
                                           "213-555-0103,CA\n900-555-0104,\n");
    REQUIRE(summary.scrub.made);
    std::int64_t all = 0;
    for (const auto count : summary.scrub.leads) {
        all += count;
    }
    CHECK(all == 4);
    CHECK(summary.scrub.reasons.at("COMPANY_DNC")[3] == 1);
    CHECK(summary.scrub.reasons.count("LINE_PREMIUM") + 1 >= 1);
    CHECK(summary.scrub.places.size() == 3);
    const auto record = find_import(test.store, summary.import_id);
    CHECK(to_json(record.scrub) == to_json(summary.scrub));
    CHECK(record.status == "done");
    CHECK(record.by == "maria");
}

TEST_CASE("numbers that rules cannot tell apart are judged as each by itself would be", "[pg]") {
    Fixture test;
    std::string text = "phone,state\n";
    for (int i = 0; i < 60; ++i) {
        text += fmt::format("{}-555-0{},{}\n", 212 + i % 3, 100 + i, i % 2 == 0 ? "NY" : "TX");
    }
    const auto together = test.run("a.csv", text);
    CallableCounts sum{};
    test.other_campaign("alone", "Test 2");
    int row = 0;
    for (std::size_t begin = text.find('\n') + 1; begin < text.size(); ++row) {
        const std::size_t end = text.find('\n', begin);
        auto request = test.request(test.folder.write(
            fmt::format("{}.csv", row), "phone,state\n" + text.substr(begin, end - begin) + "\n"));
        request.campaign = "alone";
        const auto summary = test.run(request);
        for (std::size_t i = 0; i < sum.size(); ++i) {
            sum[i] += summary.scrub.leads[i];
        }
        begin = end + 1;
    }
    CHECK(sum == together.scrub.leads);
}

TEST_CASE("a held import is not dialed before it is accepted", "[pg]") {
    Fixture test;
    auto request = test.request(test.folder.write("a.csv", "phone\n212-555-0101\n"));
    request.hold = true;
    const auto summary = test.run(request);
    CHECK(summary.held);
    CHECK(test.db.sql("SELECT l.status, s.status FROM leads l JOIN lists s ON s.id = l.list_id") ==
          "held|loading");
    const auto record = accept_import(test.store, summary.import_id, {"ana", store_test::kNoon});
    CHECK(record.status == "done");
    CHECK(test.db.sql("SELECT l.status, s.status FROM leads l JOIN lists s ON s.id = l.list_id") ==
          "ready|active");
    CHECK(accept_import(test.store, summary.import_id, {"ana", store_test::kNoon}).status ==
          "done");
}

TEST_CASE("an undone import frees numbers that were never dialed, and the file may come again",
          "[pg]") {
    store_test::World world;
    Folder folder;
    ImportRequest request;
    request.path = folder.write("a.csv", "phone\n212-555-0101\n212-555-0102\n212-555-0103\n");
    request.campaign = world.campaign.name;
    request.actor = {"maria", store_test::kNoon};
    const auto run = [&] {
        return std::get<ImportSummary>(import_leads(world.store, request, kNoProgress));
    };
    const auto first = run();
    const auto dialed = world.dial_one();
    const auto leased = world.lease(1);
    REQUIRE(leased.size() == 1);
    const auto record = undo_import(world.store, first.import_id, {"ana", store_test::kNoon});
    CHECK(record.status == "undone");
    CHECK(record.undone_by == "ana");
    CHECK(record.taken_back == 2);
    CHECK(record.kept == 1);
    // The lead on loan gets no ticket any more, and the call in progress ends as calls do.
    std::vector<AttemptDraft> drafts;
    drafts.push_back(world.draft(leased.front()));
    CHECK(world.store.commit_attempts(drafts).tickets.empty());
    world.write_result(world.result(dialed, Outcome::busy));
    CHECK(world.db.sql("SELECT DISTINCT status FROM leads") == "held");
    CHECK(world.lease(5, store_test::kNoon + std::chrono::hours{48}).empty());
    CHECK(undo_import(world.store, first.import_id, {"bo", store_test::kNoon}).undone_by == "ana");

    const auto again = run();
    CHECK_FALSE(again.already_imported);
    CHECK(again.accepted == 2);
    CHECK(again.refused_by_reason ==
          std::map<std::string, std::int64_t>{{"duplicate_in_campaign", 1}});
    CHECK(world.db.sql("SELECT status FROM lists ORDER BY id") == "undone\nactive");
    CHECK(world.db.sql("SELECT count(*) FROM setting_changes WHERE table_name = 'lists' "
                       "AND by_whom = 'ana' AND after ->> 'status' = 'undone'") == "1");
}

TEST_CASE("what took no lead cannot be undone, and tells of itself all the same", "[pg]") {
    Fixture test;
    const auto summary = test.run("a.csv", "phone\n12\n");
    CHECK(summary.accepted == 0);
    CHECK_THROWS_AS(
        static_cast<void>(undo_import(test.store, summary.import_id, {"ana", store_test::kNoon})),
        StoreRefusal);
    std::string rows;
    refused_rows(test.store, summary.import_id, [&](std::string_view text) { rows += text; });
    CHECK_THAT(rows, Contains("2,refused,phone_too_short,phone,12,"));
    CHECK(test.fault(test.request(test.folder.write("b.csv", "town\nAlbany\n"))).size() > 20);
    const auto records = list_imports(test.store, "spring", 10);
    REQUIRE(records.size() == 2);
    CHECK(records[0].status == "refused");
    CHECK_THAT(records[0].error, Contains("b.csv:1: "));
    CHECK_THROWS_AS(static_cast<void>(find_import(test.store, 999)), StoreRefusal);
}

TEST_CASE("a preview shows columns, rows and refusals and changes nothing", "[pg]") {
    Fixture test;
    static_cast<void>(test.run("a.csv", "phone\n212-555-0101\n"));
    auto request = test.request(test.folder.write(
        "b.csv", "Cell;Client;Colour\n212-555-0101;Ann;red\n212-555-0102;Bo;red\n12;Cy;blue\n"));
    const auto before = test.db.sql("SELECT count(*) FROM imports");
    const auto preview = std::get<ImportPreview>(preview_leads(test.store, request, 2));
    CHECK(preview.type == "CSV, separated by semicolon");
    REQUIRE(preview.columns.size() == 3);
    CHECK(preview.columns[0].field == "phone");
    CHECK(preview.columns[2].field == "custom");
    CHECK(preview.columns[2].samples == std::vector<std::string>{"red"});
    REQUIRE(preview.rows.size() == 2);
    CHECK(std::get<RowFinding>(preview.rows[0].verdict).reason == "duplicate_in_campaign");
    CHECK(std::get<LeadRow>(preview.rows[1].verdict).custom.size() == 2);
    CHECK(test.db.sql("SELECT count(*) FROM imports") == before);
    CHECK_THAT(to_json(preview), Contains("\"refused\":{\"reason\":\"duplicate_in_campaign\""));
}

TEST_CASE("leads without a place get theirs", "[pg]") {
    store_test::World world;
    world.add_leads(3);
    CHECK(fill_places(world.store, rules().places, *rules().zones, 2) == 2);
    CHECK(fill_places(world.store, rules().places, *rules().zones, 100) == 1);
    CHECK(fill_places(world.store, rules().places, *rules().zones, 100) == 0);
    CHECK(world.db.sql("SELECT count(*) FROM leads WHERE place = 0") == "0");
}

TEST_CASE("an import whose program died is told as broken", "[pg]") {
    Fixture test;
    test.db.sql("INSERT INTO imports (campaign_id, file_name, bytes, sha256, by_whom, started_at) "
                "VALUES (1, 'x.csv', 5, repeat('a', 64), 'maria', '2026-11-23 17:00Z')");
    CHECK(list_imports(test.store, "", 10).at(0).status == "broken");
}

TEST_CASE("no number is stored without its lead, however many come at once", "[pg]") {
    store_test::World world;
    world.add_leads(3);
    const auto numbers = world.db.sql("SELECT count(*) FROM lead_phones");
    const auto add = [&](const std::string& lead, const std::string& campaign) {
        world.db.sql("INSERT INTO lead_phones (lead_id, position, campaign_id, number) "
                     "SELECT id, 7, campaign_id, 12125550150 + id FROM leads UNION ALL SELECT " +
                     lead + ", 8, " + campaign + ", 12125550199 FROM campaigns");
    };
    CHECK_THROWS_WITH(add("999999", "id"), Contains("there is no lead 999999 of that campaign"));
    CHECK_THROWS_WITH(add("(SELECT min(id) FROM leads)", "id + 1"), Contains("of that campaign"));
    CHECK(world.db.sql("SELECT count(*) FROM lead_phones") == numbers);
    add("(SELECT min(id) FROM leads)", "id");
    CHECK(world.db.sql("SELECT count(*) - " + numbers + " FROM lead_phones") == "4");
}
