// Goal: reports, log, audit log and records come through the API whole and in their forms.
// Method: a real server over a real PostgreSQL with an attempt in its log; every JSON answer is
// held against the document.

#include "tests/http/api_room.hpp"

#include "campaigns/audit/audit.hpp"

#include <catch2/catch.hpp>

namespace json = boost::json;
using namespace http_test;

namespace {

/// A campaign with one lead that was dialed and answered; the attempt's id.
std::string dial_one(ApiRoom& room) {
    room.make_campaign("spring");
    room.import("spring", "leads.csv", "phone,name\n2125550101,Ada\n");
    room.db.sql(R"sql(
        INSERT INTO attempts (id, at, lead_id, campaign_id, run_id, number, caller_id, trunk,
                              evidence)
        SELECT 17, '2026-11-23 16:00:00+00', l.id, l.campaign_id, 1, 12125550101, 12125550199,
               'carrier-a', '{}' FROM leads l;
        INSERT INTO attempt_results (attempt_id, outcome, treatment, sip_status, ended_at, ended_by,
                                     failover_follows, ringing_at)
        VALUES (17, 'no_answer', 'none', 487, '2026-11-23 16:00:30+00', 'engine', false,
                '2026-11-23 16:00:05+00'))sql");
    return "17";
}

} // namespace

TEST_CASE("every report comes as JSON, CSV and XLSX", "[api]") {
    ApiRoom room;
    dial_one(room);
    const auto reports = room.get("/api/reports").at("reports").as_array();
    CHECK(reports.size() >= 5);
    for (const auto& report : reports) {
        const auto target = "/api/reports/" + std::string{report.at("name").as_string()} +
                            "?campaign=spring&from=2026-11-23&zone=America/New_York";
        INFO(target);
        const auto told = room.get(target, "ops");
        CHECK(told.at("report") == report.at("name"));
        CHECK_FALSE(told.at("columns").as_array().empty());
        const auto csv = room.ask("GET", target + "&format=csv", "ops");
        CHECK(csv.status == 200);
        CHECK(csv.header("content-type") == "text/csv; charset=utf-8");
        const auto xlsx = room.ask("GET", target + "&format=xlsx", "ops");
        CHECK(xlsx.status == 200);
        CHECK(xlsx.body.substr(0, 2) == "PK");
    }
    CHECK(room.ask("GET", "/api/reports/none", "ops").status == 404);
    CHECK(room.ask("GET", "/api/reports/attempts?from=yesterday", "ops").status == 409);
    CHECK(room.ask("GET", "/api/reports/attempts?by=shoe_size", "ops").status == 409);
}

TEST_CASE("the log comes as lines of JSON and as CSV, and one call tells its story", "[api]") {
    ApiRoom room;
    const auto attempt = dial_one(room);
    const auto lines =
        room.ask("GET", "/api/log?campaign=spring&from=2026-11-23T00:00:00Z", "compliance");
    CHECK(lines.header("content-type") == "application/x-ndjson");
    CHECK(json::parse(lines.body.substr(0, lines.body.find('\n'))).at("attempt") ==
          json::string{attempt});
    const auto csv = room.ask("GET", "/api/log?from=2026-11-23T00:00:00Z&format=csv", "supervisor");
    CHECK(std::count(csv.body.begin(), csv.body.end(), '\n') == 2);
    CHECK(room.ask("GET", "/api/log", "compliance").status == 400);
    const auto story = room.get("/api/attempts/" + attempt, "compliance");
    CHECK(story.at("attempt").at("outcome") == "no_answer");
    CHECK(story.at("dispositions").as_array().empty());
    CHECK(room.ask("GET", "/api/attempts/18", "compliance").status == 404);
    const auto dossier = room.get("/api/numbers/+12125550101/dossier", "compliance");
    CHECK(dossier.at("attempts").as_array().size() == 1);
    CHECK(room.ask("GET", "/api/numbers/12/dossier", "compliance").status == 400);
}

TEST_CASE("the audit log tells where it stands, and proves what it has", "[api]") {
    ApiRoom room;
    const auto attempt = dial_one(room);
    CHECK(room.get("/api/audit/head", "supervisor").at("head").is_null());
    CHECK(room.ask("GET", "/api/audit/export", "compliance").status == 409); // nothing is signed
    const auto key = campaigns::audit::SigningKey::make();
    {
        campaigns::Store store{room.db.engine_dsn()};
        campaigns::audit::introduce_key(store, key, nullptr, {"test", store_test::kNoon});
        campaigns::audit::seal_all(store);
        REQUIRE(campaigns::audit::sign(store, key, store_test::kNoon));
    }
    const auto head = room.get("/api/audit/head", "compliance");
    CHECK(head.at("key").at("key") == json::string{campaigns::audit::text_of(key.public_key())});
    CHECK(head.at("head").at("size") == head.at("size"));
    const auto all = room.ask("GET", "/api/audit/export?all_heads=true", "compliance");
    CHECK(all.status == 200);
    CHECK(all.body.find(R"("attempt )" + attempt) != std::string::npos);
    const auto proof = room.ask("GET", "/api/audit/proof/" + attempt, "compliance");
    CHECK(proof.status == 200);
    CHECK(proof.body.size() < all.body.size());
    CHECK(room.ask("GET", "/api/audit/proof/99", "compliance").status == 409);
    const auto checked = room.post("/api/audit/check", nullptr, 200, "compliance");
    CHECK(checked.at("agrees") == true);
    CHECK(checked.at("leaves") == head.at("size"));
}

TEST_CASE("holds are made and released, and repairs are listed", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    const auto made = room.post(
        "/api/holds", {{"why", "Smith v. Acme"}, {"number", "212-555-0101"}}, 201, "compliance");
    CHECK(room.get("/api/holds", "supervisor").at("holds").as_array().size() == 1);
    const auto id = std::to_string(made.at("id").as_int64());
    room.post("/api/holds/" + id + "/release", {{"why", "settled"}}, 204, "compliance");
    room.post("/api/holds/" + id + "/release", {{"why", "settled"}}, 409, "compliance");
    room.post("/api/holds/99/release", {{"why", "settled"}}, 404, "compliance");
    CHECK(room.get("/api/holds").at("holds").as_array().empty());
    CHECK(room.get("/api/holds?all=true").at("holds").at(0).at("released_why") == "settled");
    CHECK(room.get("/api/records/repairs").at("repairs").as_array().empty());
    room.post("/api/records/repair", {{"field", "seller"}, {"value", "Acme"}, {"attempt", "17"}},
              409, "compliance");
    CHECK_FALSE(room.get("/api/retention").at("parts").as_array().empty());
}

TEST_CASE("calls are found by each of their traits, and pages go on where they ended", "[api]") {
    ApiRoom room;
    const auto attempt = dial_one(room);
    const auto found = [&room](const std::string& query) {
        return room.get("/api/calls?" + query, "compliance").at("calls").as_array().size();
    };
    for (const auto* query : {"", "number=212-555-0101", "person=ad", "person=ADA",
                              "campaign=spring", "result=no_answer", "result=none"}) {
        INFO(query);
        CHECK(found(query) == 1);
    }
    for (const auto* query : {"number=212-555-0102", "person=a%25a", "person=bob", "result=busy",
                              "agent=Ann", "disposition=sale", "from=2026-11-23T16:00:01Z",
                              "to=2026-11-23T16:00:00Z", "before=17"}) {
        INFO(query);
        CHECK(found(query) == 0);
    }
    const auto page = room.get("/api/calls?limit=1", "supervisor");
    CHECK(page.at("calls").at(0).at("attempt") == json::string{attempt});
    CHECK(page.at("next").is_null());
    CHECK(page.at("looked_at") == 1);
    CHECK(room.ask("GET", "/api/calls?campaign=none", "compliance").status == 404);
    CHECK(room.ask("GET", "/api/calls?before=x", "compliance").status == 400);
    CHECK(room.ask("GET", "/api/calls", "ops").status == 403);
}

TEST_CASE("calls are found by their time, whose ids rise with it", "[api]") {
    ApiRoom room;
    dial_one(room);
    room.db.sql(R"sql(
        INSERT INTO attempts (id, at, lead_id, campaign_id, run_id, number, caller_id, trunk,
                              evidence)
        SELECT first_id_at(at + n * interval '1 minute'), at + n * interval '1 minute', lead_id,
               campaign_id, run_id, number, caller_id, trunk, evidence
        FROM attempts, generate_series(1, 3) n WHERE id = 17)sql");
    const auto page = [&room](const std::string& query) {
        return room.get("/api/calls?" + query, "compliance");
    };
    const auto found = [&page](const std::string& query) {
        return page(query).at("calls").as_array().size();
    };
    CHECK(found("from=2026-11-23T16:01:00Z") == 3);
    CHECK(found("from=2026-11-23T16:01:01Z") == 2);
    CHECK(found("from=2026-11-23T16:01:00Z&to=2026-11-23T16:03:00Z") == 2);
    const auto first = page("from=2026-11-23T16:00:30Z&limit=2");
    CHECK(first.at("calls").at(0).at("at") == "2026-11-23T16:03:00.000000Z");
    const std::string next{first.at("next").as_string()};
    const auto second = page("from=2026-11-23T16:00:30Z&limit=2&before=" + next);
    CHECK(second.at("calls").as_array().size() == 1);
    CHECK(second.at("next").is_null());
}

TEST_CASE("each opt-out says what was open to the number and what came after", "[api]") {
    ApiRoom room;
    dial_one(room);
    room.db.sql(R"sql(
        INSERT INTO suppression_changes (list_id, number, listed, at, source, by_user)
        SELECT id, 12125550101, true, '2026-11-23 16:00:20+00', 'api', 'maria'
        FROM suppression_lists WHERE name = 'company')sql");
    const auto told = room.get("/api/opt-outs", "supervisor");
    const auto& one = told.at("opt_outs").at(0);
    CHECK(one.at("number") == "+12125550101");
    CHECK(one.at("open_calls") == 1);
    CHECK(one.at("last_ended_s").to_number<double>() == 10.0);
    CHECK(one.at("calls_after") == 0);
    CHECK(told.at("next").is_null());
    const auto none = room.get("/api/opt-outs?to=2026-11-23T16:00:20Z", "compliance");
    CHECK(none.at("opt_outs").as_array().empty());
}

TEST_CASE("lists tell how old they are, and packs which rules they hold", "[api]") {
    ApiRoom room;
    room.db.sql(R"sql(
        INSERT INTO suppression_versions (list_id, as_of, sha256, rows, source)
        SELECT id, '2026-10-01', repeat('a', 64), 5, 'dnc.txt'
        FROM suppression_lists WHERE name = 'national')sql");
    const auto told = room.get("/api/suppression-lists", "ops");
    bool seen = false;
    for (const auto& list : told.at("lists").as_array()) {
        if (list.at("name") == "national") {
            seen = true;
            CHECK(list.at("as_of") == "2026-10-01");
            CHECK(list.at("stale") == true); // 31 days, 47 CFR 64.1200(c)(2)(i)(D)
            CHECK_FALSE(list.at("rule").is_null());
        }
    }
    CHECK(seen);
    CHECK(told.at("reassigned").is_null());
    const auto packs = room.get("/api/packs", "compliance");
    CHECK(packs.at("packs").as_array().size() > 10);
    const auto federal = room.get("/api/packs/us-fed", "compliance");
    CHECK(federal.at("rules").as_array().size() ==
          static_cast<std::size_t>(federal.at("rules_count").as_int64()));
    CHECK(room.ask("GET", "/api/packs/none", "compliance").status == 404);
}
