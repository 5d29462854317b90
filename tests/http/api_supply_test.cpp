// Goal: what is dialed next is said and asked through the API: lists, filters, rules of further
// tries, hot leads, callbacks, the funnel and why.
// Method: a real server over a real PostgreSQL; every JSON answer is held against the document.

#include "tests/http/api_room.hpp"

#include <catch2/catch.hpp>

namespace json = boost::json;
using namespace http_test;

namespace {

constexpr std::string_view kLeads = "phone,name,state,income\n"
                                    "2125550101,Ada,NY,50000\n"
                                    "2125550102,Grace,NJ,30000\n"
                                    "2125550103,Alan,NY,70000\n";

std::int64_t lead_of(ApiRoom& room, std::string_view number) {
    return std::stoll(
        room.db.sql("SELECT lead_id FROM lead_phones WHERE number = " + std::string{number}));
}

/// The leads of a step of the funnel.
std::int64_t step_of(const json::value& funnel, std::string_view step) {
    for (const auto& stage : funnel.at("stages").as_array()) {
        if (stage.at("step").as_string() == step) {
            return stage.at("leads").as_int64();
        }
    }
    FAIL("no step " << step);
    return 0;
}

} // namespace

TEST_CASE("lists are weighed", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    room.import("spring", "leads.csv", kLeads);
    const auto lists = room.get("/api/campaigns/spring/lists").at("lists").as_array();
    REQUIRE(lists.size() == 1);
    CHECK(lists.at(0).at("ready") == 3);
    const auto target = "/api/lists/" + std::to_string(lists.at(0).at("id").as_int64());
    const auto changed = room.post(target, {{"weight", 0}, {"priority", 2}});
    CHECK(changed.at("weight") == 0);
    CHECK(changed.at("priority") == 2);
    CHECK(step_of(room.get("/api/campaigns/spring/funnel"), "list_off") == 3);
    room.post("/api/lists/999", {{"weight", 1}}, 404);
}

TEST_CASE("a filter is understood, counted and set, and a wrong one says where it is wrong",
          "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    room.import("spring", "leads.csv", kLeads);
    const auto good = room.post("/api/campaigns/spring/filter/check",
                                {{"text", "state = 'NY'  AND custom.income >= 60000"}});
    CHECK(good.at("valid") == true);
    CHECK(good.at("count").at("let_through") == 1);
    CHECK(good.at("count").at("of") == 3);
    const auto bad = room.post("/api/campaigns/spring/filter/check", {{"text", "state = NY"}});
    CHECK(bad.at("valid") == false);
    CHECK(bad.at("fault").at("column") == 9);
    const auto set = room.post("/api/campaigns/spring/filter", {{"text", "state='NY'"}});
    CHECK(room.get("/api/campaigns/spring/filter") == set);
    room.post("/api/campaigns/spring/filter", {{"text", "; DROP TABLE leads"}}, 400);
    CHECK(room.get("/api/filter-fields").at("fields").as_array().size() > 5);
}

TEST_CASE("rules of further tries are made and dropped", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    const auto own_rule = [](const json::value& told) {
        for (const auto& rule : told.at("rules").as_array()) {
            if (rule.at("outcome") == "busy") {
                return rule;
            }
        }
        return json::value{};
    };
    const auto made = room.post("/api/campaigns/spring/retry-rules",
                                {{"outcome", "busy"}, {"delay_s", 600}, {"tries_max", 5}});
    CHECK(own_rule(made).at("delay_s") == 600);
    CHECK(own_rule(made).at("own") == true);
    const auto dropped =
        room.post("/api/campaigns/spring/retry-rules", {{"outcome", "busy"}, {"drop", true}});
    CHECK(own_rule(dropped).is_null() !=
          (own_rule(dropped).as_object().contains("own") && own_rule(dropped).at("own") == false));
    room.post("/api/campaigns/spring/retry-rules", {{"outcome", "busy"}, {"drop", true}}, 409);
    CHECK(room.get("/api/campaigns/spring/retry-rules").at("attempts_per_day") == 0);
    const auto rule =
        room.post("/api/campaigns/spring/callback-rule", {{"grace_s", 120}, {"opens", false}});
    CHECK(rule == room.get("/api/campaigns/spring/callback-rule"));
}

TEST_CASE("a hot lead is there at once, once", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    const json::object lead{{"campaign", "spring"},
                            {"phones", json::array{"212-555-0109", "nonsense"}},
                            {"name", "Hot"},
                            {"custom", json::object{{"form", "quote"}, {"age", 41}}}};
    const auto made = room.post("/api/leads", lead, 201);
    CHECK(made.at("existed") == false);
    CHECK(made.at("will_be_dialed") == true);
    CHECK(made.at("warnings").as_array().size() == 1);
    const auto again = room.post("/api/leads", lead, 201);
    CHECK(again.at("existed") == true);
    CHECK(again.at("lead") == made.at("lead"));
    const auto id = std::to_string(made.at("lead").as_int64());
    CHECK(room.db.sql("SELECT priority, place <> 0, custom->>'age' FROM leads WHERE id = " + id) ==
          "9|t|41");
    room.post("/api/leads", {{"campaign", "spring"}, {"phones", json::array{"nonsense"}}}, 409);
    room.post("/api/leads/" + id + "/change", {{"priority", 3}}, 204);
    CHECK(room.db.sql("SELECT priority FROM leads WHERE id = " + id) == "3");
    const auto recycled =
        room.post("/api/leads/recycle", {{"campaign", "spring"}, {"dry_run", true}});
    CHECK(recycled.at("leads") == 0);
}

TEST_CASE("a callback is agreed on when it is legal, else the next legal instants are told",
          "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    room.import("spring", "leads.csv", kLeads);
    const auto lead = lead_of(room, "12125550101");
    const auto made =
        room.post("/api/callbacks",
                  {{"lead", lead}, {"at", "2026-11-24T15:00:00-05:00"}, {"note", "after 3"}}, 201);
    CHECK(made.at("due") == "2026-11-24T20:00:00Z");
    CHECK(made.at("by") == "admin");
    const auto night =
        room.post("/api/callbacks", {{"lead", lead}, {"at", "2026-11-24T23:30:00-05:00"}}, 422);
    CHECK(night.at("error").at("next").as_array().size() >= 1);
    CHECK(room.get("/api/callbacks?campaign=spring").at("callbacks").as_array().size() == 1);
    const auto id = std::to_string(made.at("id").as_int64());
    room.post("/api/callbacks/" + id + "/cancel", {{"why", "changed his mind"}}, 204);
    CHECK(room.get("/api/callbacks").at("callbacks").as_array().empty());
    CHECK(room.get("/api/callbacks?which=all").at("callbacks").at(0).at("status") == "cancelled");
    // An agent sees his own and nobody else's.
    CHECK(room.get("/api/callbacks?which=all", "agent").at("callbacks").as_array().empty());
}

TEST_CASE("an agent writes down what is about his own calls only", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    // The desk shows an attempt that this store does not know.
    room.post("/api/agent/callback", {{"at", "2026-11-24T15:00:00-05:00"}}, 404, "agent");
    room.post("/api/agent/callback", {{"at", "2026-11-24T15:00:00-05:00"}, {"attempt", "17"}}, 404,
              "agent");
    room.post("/api/agent/form", {{"script", 1}, {"answers", json::object{}}}, 404, "agent");
    CHECK(room.ask("GET", "/api/agent/script", "agent").status == 404);
    CHECK(room.ask("GET", "/api/agent/script", "deskless").status == 403);
}

TEST_CASE("an agent sees the calls that the same seller made to the person's numbers", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    room.make_campaign("autumn");
    room.make_campaign("others");
    room.db.sql("UPDATE campaigns SET seller = 'Acme' WHERE name <> 'others'");
    room.import("spring", "leads.csv", kLeads);
    const auto lead = lead_of(room, "12125550101");
    const auto call = [&](int id, const std::string& campaign, std::int64_t whose) {
        room.db.sql("INSERT INTO attempts (id, at, lead_id, campaign_id, run_id, number, "
                    "caller_id, trunk, evidence, seller, subject) SELECT first_id_at("
                    "'2026-11-23 14:00Z') + " +
                    std::to_string(id) + ", '2026-11-23 14:00Z', " + std::to_string(whose) +
                    ", id, 1, 12125550101, 12125550199, 'a', '{}', seller, '' FROM campaigns "
                    "WHERE name = '" +
                    campaign + "'");
    };
    call(1, "spring", lead);
    call(2, "autumn", lead + 1000);
    call(3, "others", lead + 2000);
    room.control.set_desk(R"({"state":"ready","call":null,"preview":{"lead":)" +
                          std::to_string(lead) + "}}");
    const auto person = room.get("/api/agent/person", "agent");
    const auto& calls = person.at("attempts").as_array();
    REQUIRE(calls.size() == 2); // what others call for is not told
    CHECK(calls.at(0).at("campaign") == "autumn");
    CHECK(calls.at(0).at("same_lead") == false);
    CHECK(calls.at(1).at("campaign") == "spring");
    CHECK(calls.at(1).at("same_lead") == true);
}

TEST_CASE("an agent sees the person on the desk, and when a callback is legal", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    room.import("spring", "leads.csv", kLeads);
    const auto lead = lead_of(room, "12125550101");
    // A lead that is shown before it is dialed is as good as a call.
    room.control.set_desk(R"({"state":"ready","call":null,"preview":{"lead":)" +
                          std::to_string(lead) + "}}");
    room.post("/api/callbacks", {{"lead", lead}, {"at", "2026-11-24T15:00:00-05:00"}}, 201);
    const auto person = room.get("/api/agent/person", "agent");
    CHECK(person.at("lead") == lead);
    CHECK(person.at("phones").at(0).at("number") == "+12125550101");
    CHECK(person.at("zones").at(0) == "America/New_York");
    CHECK(person.at("attempts").as_array().empty());
    CHECK(person.at("callbacks").at(0).at("due") == "2026-11-24T20:00:00Z");

    const auto hours =
        room.get("/api/agent/callback-hours?from=2026-11-24T00:00:00-05:00&days=2", "agent");
    const auto& open = hours.at("open").as_array();
    REQUIRE(open.size() == 2);
    CHECK(open.at(0).at("from") == "2026-11-24T13:00:00Z"); // eight in New York
    CHECK(open.at(0).at("until") == "2026-11-25T02:00:00Z");
    CHECK(room.ask("GET", "/api/agent/callback-hours?days=63", "agent").status == 400);

    room.control.set_desk(R"({"state":"ready","call":null,"preview":null})");
    CHECK(room.ask("GET", "/api/agent/person", "agent").status == 409);
    CHECK(room.ask("GET", "/api/agent/person", "deskless").status == 403);
}

TEST_CASE("the funnel adds up and a lead says why it is not dialed", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    room.import("spring", "leads.csv", kLeads);
    const auto funnel = room.get("/api/campaigns/spring/funnel");
    std::int64_t sum = 0;
    for (const auto& stage : funnel.at("stages").as_array()) {
        sum += stage.at("leads").as_int64();
    }
    CHECK(sum == funnel.at("loaded").as_int64());
    CHECK(sum == 3);
    const auto lead = std::to_string(lead_of(room, "12125550101"));
    const auto why = room.get("/api/leads/" + lead + "/why");
    CHECK(why.at("callable_now") == false); // the campaign is stopped, and lists are missing
    CHECK_FALSE(why.at("conditions").as_array().empty());
    const auto found = room.get("/api/why?number=212-555-0101&campaign=spring");
    CHECK(found.at("leads").as_array().size() == 1);
    CHECK(found.at("whys").at(0) == why);
    CHECK(room.get("/api/why?number=2125550188").at("leads").as_array().empty());
    CHECK(room.ask("GET", "/api/leads/9999/why", "ops").status == 404);
}
