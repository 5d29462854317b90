// Goal: input that is wrong is blamed on its part, and what does not exist is said not to.
// Method: tables of requests with what they must be answered with, over a real PostgreSQL.

#include "tests/http/api_room.hpp"

#include <catch2/catch.hpp>

namespace json = boost::json;
using namespace http_test;

namespace {

struct Wrong {
    const char* method;
    const char* target;
    const char* body;
    const char* field; ///< that is blamed
};

constexpr Wrong kWrong[]{
    {"POST", "/api/campaigns", R"({"name":"x","ring_max_s":3})", "ring_max_s"},
    {"POST", "/api/campaigns", R"({"name":"x","colour":"red"})", "colour"},
    {"POST", "/api/campaigns", R"({"name":"x","from":"a","template":"b"})", "from"},
    {"POST", "/api/campaigns", R"({"name":"x","trunks":["a,b"]})", "trunks"},
    {"POST", "/api/campaigns/spring/settings", R"({"mode":"warp"})", "mode"},
    {"POST", "/api/campaigns/spring/settings", R"({"ring_max_s":"25 s"})", "ring_max_s"},
    {"POST", "/api/campaigns/spring/settings", R"({"if_change":0,"ring_max_s":25})", "if_change"},
    {"POST", "/api/campaigns/spring/settings", R"({"seller":{"name":"x"}})", "seller"},
    {"POST", "/api/campaigns/spring/settings", R"({"calling_hours":"noonish"})", "calling_hours"},
    {"GET", "/api/campaigns/spring/history?limit=0", "", "limit"},
    {"GET", "/api/campaigns/spring/history?before=x", "", "before"},
    {"POST", "/api/settings/1/revert", R"({"force":"yes"})", "force"},
    {"POST", "/api/lists/1", R"({"weight":101})", "weight"},
    {"POST", "/api/campaigns/spring/filter", R"({"text":"state ="})", "text"},
    {"POST", "/api/campaigns/spring/filter", R"({})", "text"},
    {"POST", "/api/campaigns/spring/retry-rules", R"({"outcome":"busy","delay_s":-1})", "delay_s"},
    {"POST", "/api/campaigns/spring/callback-rule", R"({"grace_s":1.5})", "grace_s"},
    {"POST", "/api/campaigns/spring/dispositions", R"({"code":"x","category":"y"})", "category"},
    {"POST", "/api/campaigns/spring/scripts", R"({"text":"a","form":[{"nmae":"a"}]})", "form"},
    {"POST", "/api/campaigns/spring/scripts", R"({"text":""})", "text"},
    {"POST", "/api/campaigns/spring/caller-ids", R"({"number":"12"})", "number"},
    {"POST", "/api/caller-ids", R"({"number":"2125550150","proof":"hope"})", "proof"},
    {"POST", "/api/caller-ids", R"({"number":"2125550150","valid_to":"2026-02-30"})", "valid_to"},
    {"POST", "/api/caller-ids/rest", R"({"number":"2125550150","until":"later","why":"x"})",
     "until"},
    {"POST", "/api/leads", R"({"campaign":"spring","phones":[]})", "phones"},
    {"POST", "/api/leads", R"({"campaign":"spring","phones":"2125550101"})", "phones"},
    {"POST", "/api/leads", R"({"campaign":"spring","phones":["2125550101"],"custom":[1]})",
     "custom"},
    {"POST", "/api/leads",
     R"({"campaign":"spring","phones":["2125550101"],"custom":{"a":{"b":1}}})", "custom.a"},
    {"POST", "/api/leads", R"({"campaign":"spring","phones":["2125550101"],"due":"noon"})", "due"},
    {"POST", "/api/leads/recycle", R"({"campaign":"spring","reasons":[1]})", "reasons"},
    {"GET", "/api/why", "", "number"},
    {"GET", "/api/why?number=2125550101&external_id=7", "", "number"},
    {"GET", "/api/why?number=21", "", "number"},
    {"GET", "/api/leads/1/why?at=noon", "", "at"},
    {"GET", "/api/callbacks?which=lost", "", "which"},
    {"POST", "/api/callbacks", R"({"lead":1,"at":"2026-11-24T15:00:00"})", "at"},
    {"POST", "/api/callbacks", R"({"lead":"1","at":"2026-11-24T15:00:00Z"})", "lead"},
    {"POST", "/api/imports", R"({"upload":"x","campaign":"spring","dedupe":"some"})", "dedupe"},
    {"POST", "/api/imports", R"({"upload":"x","campaign":"spring","columns":{"a":1}})", "columns"},
    {"POST", "/api/imports", R"({"upload":"x","campaign":"spring","columns":[{"field":"a"}]})",
     "columns"},
    {"POST", "/api/imports/preview", R"({"upload":"x","rows":0})", "rows"},
    {"GET", "/api/imports?limit=9999", "", "limit"},
    {"GET", "/api/reports/attempts?format=pdf", "", "format"},
    {"GET", "/api/reports/attempts?shoes=2", "", "shoes"},
    {"GET", "/api/log?from=2026-11-23", "", "from"},
    {"GET", "/api/audit/export?from=x", "", "from"},
    {"GET", "/api/audit/export?campaign=spring&number=2125550101", "", "number"},
    {"GET", "/api/holds?all=maybe", "", "all"},
    {"POST", "/api/holds", R"({"why":"x","number":"2125550101","campaign":"spring"})", "campaign"},
    {"POST", "/api/records/repair", R"({"field":"seller","value":"x"})", "attempt"},
    {"POST", "/api/records/repair", R"({"field":"seller","value":"x","attempt":"one"})", "attempt"},
};

constexpr std::pair<const char*, const char*> kMissing[]{
    {"GET", "/api/campaigns/none"},
    {"GET", "/api/campaigns/none/history"},
    {"GET", "/api/campaigns/none/funnel"},
    {"GET", "/api/campaigns/none/lists"},
    {"GET", "/api/campaigns/none/filter"},
    {"GET", "/api/campaigns/none/retry-rules"},
    {"GET", "/api/campaigns/none/callback-rule"},
    {"GET", "/api/campaigns/none/dispositions"},
    {"GET", "/api/campaigns/none/scripts"},
    {"GET", "/api/campaigns/none/caller-ids"},
    {"GET", "/api/imports?campaign=none"},
    {"GET", "/api/imports/77"},
    {"GET", "/api/imports/x"},
    {"GET", "/api/imports/77/refused"},
    {"POST", "/api/imports/77/undo"},
    {"GET", "/api/import-jobs/77"},
    {"GET", "/api/why?number=2125550101&campaign=none"},
    {"GET", "/api/callbacks?campaign=none"},
    {"GET", "/api/reports/attempts?campaign=none"},
    {"GET", "/api/log?campaign=none&from=2026-11-23T00:00:00Z"},
    {"GET", "/api/attempts/-3"},
};

} // namespace

TEST_CASE("each part of a request that is wrong is blamed by its name", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    for (const auto& wrong : kWrong) {
        INFO(wrong.method << ' ' << wrong.target << ' ' << wrong.body);
        const std::string_view body{wrong.body};
        const auto answer = room.ask(wrong.method, wrong.target, "admin",
                                     body.empty() ? json::value(nullptr) : json::parse(wrong.body));
        CHECK(answer.status == 400);
        const auto error = json::parse(answer.body).at("error").as_object();
        REQUIRE(error.contains("field"));
        CHECK(error.at("field") == wrong.field);
        CHECK_FALSE(error.at("message").as_string().empty());
    }
    CHECK(room.db.sql("SELECT count(*) FROM campaigns") == "1");
}

TEST_CASE("what does not exist is not found", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    for (const auto& [method, target] : kMissing) {
        INFO(method << ' ' << target);
        CHECK(room.ask(method, target, "admin").status == 404);
    }
}

TEST_CASE("hostile names reach no further than a text", "[api]") {
    ApiRoom room;
    room.make_campaign("it's; DROP TABLE leads --");
    const std::string name = "it's%3B%20DROP%20TABLE%20leads%20--";
    for (const auto* const part : {"", "/history", "/funnel", "/lists", "/filter", "/retry-rules",
                                   "/dispositions", "/scripts", "/caller-ids"}) {
        CHECK(room.ask("GET", "/api/campaigns/" + name + part, "admin").status == 200);
    }
    CHECK(room.ask("GET", "/api/campaigns/%FF", "admin").status == 400);
    CHECK(room.ask("GET", "/api/campaigns/a%00b", "admin").status >= 400);
    CHECK(room.ask("GET", "/api/log?from=2026-11-23T00:00:00Z&campaign=a%00b", "admin").status >=
          400);
    CHECK(room.db.sql("SELECT count(*) FROM leads") == "0");
}
