// Goal: campaigns are made, changed, looked at and put back through the API, as its document says.
// Method: a real server over a real PostgreSQL; every JSON answer is held against the document.

#include "tests/http/api_room.hpp"

#include <catch2/catch.hpp>

namespace json = boost::json;
using namespace http_test;

TEST_CASE("a campaign is made from a template, and what is given goes before it", "[api]") {
    ApiRoom room;
    const auto made = room.post("/api/campaigns",
                                {{"name", "spring"},
                                 {"template", "us-sales"},
                                 {"seller", "Acme"},
                                 {"caller_id", "+12125550199"},
                                 {"attempts_max", 7},
                                 {"trunks", json::array{"carrier-a", "carrier-b"}}},
                                201);
    const auto& settings = made.at("settings").as_object();
    CHECK(settings.at("attempts_max") == 7);
    CHECK(settings.at("ring_max_s") == 25);
    CHECK(settings.at("trunks") == json::array{"carrier-a", "carrier-b"});
    CHECK(made.at("running") == false);
    CHECK(made.at("change").as_int64() > 0);
    CHECK(room.get("/api/campaigns/spring") == made);
    room.post("/api/campaigns/spring/settings", {{"share", 0.25}, {"priority", -2}});
    CHECK(room.get("/api/campaigns/spring").at("settings").at("share") == 0.25);
    CHECK(room.get("/api/campaigns/spring").at("settings").at("priority") == -2);
    CHECK(room.get("/api/templates").at("templates").as_array().size() == 1);
    room.post("/api/campaigns",
              {{"name", "spring"}, {"seller", "x"}, {"caller_id", "+12125550199"}}, 409);
    room.post("/api/campaigns", {{"name", "y"}, {"template", "none"}, {"seller", "x"}}, 400);
    const auto copy = room.post("/api/campaigns", {{"name", "copy"}, {"from", "spring"}}, 201);
    CHECK(copy.at("settings").at("attempts_max") == 7);
}

TEST_CASE("a change acts, is told in the history, and is taken back", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    const auto before = room.get("/api/campaigns/spring");
    const auto change =
        room.post("/api/campaigns/spring/settings", {{"ring_max_s", 40},
                                                     {"caller_id_sticky", false},
                                                     {"if_change", before.at("change")}})
            .at("change")
            .as_int64();
    const auto after = room.get("/api/campaigns/spring");
    CHECK(after.at("settings").at("ring_max_s") == 40);
    CHECK(after.at("settings").at("caller_id_sticky") == false);
    CHECK(after.at("change") == change);

    const auto newest = room.get("/api/campaigns/spring/history?limit=1").at("changes").at(0);
    CHECK(newest.at("id") == change);
    CHECK(newest.at("by") == "admin");
    CHECK(newest.at("fields").as_array().size() == 2);
    CHECK(newest.at("at") == "2026-11-23T17:00:00Z");

    // Who saw the older version is told instead of undoing somebody's change.
    room.post("/api/campaigns/spring/settings",
              {{"ring_max_s", 30}, {"if_change", before.at("change")}}, 409);
    const auto reverted =
        room.post("/api/settings/" + std::to_string(change) + "/revert", json::object{});
    CHECK(reverted.at("fields").as_array().size() == 2);
    CHECK(room.get("/api/campaigns/spring").at("settings").at("ring_max_s") ==
          before.at("settings").at("ring_max_s"));
    room.post("/api/settings/999999/revert", json::object{}, 404);
}

TEST_CASE("a campaign gets another name and keeps all that is its own", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    room.make_campaign("autumn");
    const auto before = room.get("/api/campaigns/spring");
    room.post("/api/campaigns/spring/settings", {{"name", "autumn"}}, 409); // names are unique
    room.post("/api/campaigns/spring/settings", {{"name", ""}}, 400);
    room.post("/api/campaigns/spring/settings", {{"name", "summer"}});
    CHECK(room.ask("GET", "/api/campaigns/spring", "admin").status == 404);
    const auto after = room.get("/api/campaigns/summer");
    CHECK(after.at("id") == before.at("id"));
    CHECK(after.at("settings").at("seller") == before.at("settings").at("seller"));
    const auto newest = room.get("/api/campaigns/summer/history?limit=1").at("changes").at(0);
    CHECK(newest.at("fields").at(0).at("field") == "name");
    room.post("/api/settings/" + std::to_string(newest.at("id").as_int64()) + "/revert",
              json::object{});
    CHECK(room.get("/api/campaigns/spring").at("id") == before.at("id"));
}

TEST_CASE("history is read page by page", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    for (int ring = 20; ring < 25; ++ring) {
        room.post("/api/campaigns/spring/settings", {{"ring_max_s", ring}});
    }
    std::vector<std::int64_t> ids;
    std::string target = "/api/campaigns/spring/history?table=campaigns&limit=2";
    for (std::string before;;) {
        const auto page = room.get(target + before);
        for (const auto& change : page.at("changes").as_array()) {
            ids.push_back(change.at("id").as_int64());
        }
        if (page.at("next_before").is_null()) {
            break;
        }
        before = "&before=" + std::to_string(page.at("next_before").as_int64());
    }
    CHECK(ids.size() == 6);
    CHECK(std::is_sorted(ids.rbegin(), ids.rend()));
    CHECK(room.get("/api/settings/history?limit=3").at("changes").as_array().size() == 3);
}

TEST_CASE("every setting is described with its kind and its range", "[api]") {
    ApiRoom room;
    const auto fields = room.get("/api/settings/fields").at("fields").as_array();
    CHECK(fields.size() > 20);
    for (const auto& field : fields) {
        CHECK_FALSE(field.at("help").as_string().empty());
    }
}

TEST_CASE("dispositions of a campaign hide those of all, and change", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    const auto all = room.get("/api/campaigns/spring/dispositions", "agent").at("dispositions");
    const auto count = all.as_array().size();
    CHECK(count >= 5);
    auto told = room.post("/api/campaigns/spring/dispositions", {{"code", "no_budget"},
                                                                 {"label", "No budget"},
                                                                 {"category", "contact"},
                                                                 {"lead_action", "retry"}});
    CHECK(told.at("dispositions").as_array().size() == count + 1);
    told =
        room.post("/api/campaigns/spring/dispositions", {{"code", "no_budget"}, {"active", false}});
    for (const auto& code : told.at("dispositions").as_array()) {
        if (code.at("code") == "no_budget") {
            CHECK(code.at("label") == "No budget");
            CHECK(code.at("active") == false);
            CHECK(code.at("campaign") == "spring");
        }
    }
}

TEST_CASE("scripts have versions, forms and warnings", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    const json::array form{
        json::object{{"name", "budget"}, {"label", "Budget"}, {"type", "number"}}};
    const auto first = room.post("/api/campaigns/spring/scripts",
                                 {{"text", "Hello {{name}}, {{nmae}}"}, {"form", form}}, 201);
    CHECK(first.at("version") == 1);
    CHECK(first.at("warnings").as_array().size() == 1);
    const auto second =
        room.post("/api/campaigns/spring/scripts", {{"text", "Hello {{name}}"}}, 201);
    CHECK(second.at("version") == 2);
    const auto scripts = room.get("/api/campaigns/spring/scripts").at("scripts").as_array();
    REQUIRE(scripts.size() == 2);
    CHECK(scripts.at(0).at("version") == 2);
    CHECK(scripts.at(1).at("form").at(0).at("name") == "budget");
    const auto shown = room.post("/api/scripts/preview", {{"text", "Hi {{nmae}}"}});
    CHECK(shown.at("text") == "Hi [nmae?]");
}

TEST_CASE("caller ids are recorded with their proof, pooled, rested and woken", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    const auto numbers = room.post("/api/caller-ids", {{"number", "212-555-0150"},
                                                       {"owner", "Acme"},
                                                       {"proof", "owned"},
                                                       {"reference", "LOA 7"},
                                                       {"valid_to", "2027-01-31"}});
    CHECK(numbers.at("caller_ids").as_array().size() == 2);
    const auto pool =
        room.post("/api/campaigns/spring/caller-ids", {{"number", "+12125550150"}, {"weight", 3}});
    CHECK(pool.at("obstacles").as_array().empty());
    room.post(
        "/api/caller-ids/rest",
        {{"number", "+12125550150"}, {"until", "2026-11-24T17:00:00Z"}, {"why", "complaints"}},
        204);
    bool resting = false;
    const auto known = room.get("/api/caller-ids").at("caller_ids").as_array();
    for (const auto& shown : known) {
        if (shown.at("number") == "+12125550150") {
            resting = shown.at("rest").is_object();
            CHECK(shown.at("valid_to") == "2027-01-31");
        }
    }
    CHECK(resting);
    room.post("/api/caller-ids/wake", {{"number", "+12125550150"}}, 204);
    room.post("/api/caller-ids/wake", {{"number", "+12125550150"}}, 409);
    room.post("/api/caller-ids/wake", {{"number", "+12125550177"}}, 404);
    CHECK(room.get("/api/caller-id-alarms").at("alarms").as_array().empty());
}
