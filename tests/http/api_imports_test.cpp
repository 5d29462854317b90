// Goal: a lead list goes from the sent file to leads through the API, tells what it refused, and
// goes back; a job that ends early leaves nothing.
// Method: a real server over a real PostgreSQL; every JSON answer is held against the document.

#include "tests/http/api_room.hpp"

#include <catch2/catch.hpp>

namespace json = boost::json;
using namespace http_test;

namespace {

constexpr std::string_view kList = "Cell;Customer;State\r\n"
                                   "(212) 555-0101;Ada;NY\r\n"
                                   "212.555.0102;Grace;NY\r\n"
                                   "555;Broken;NY\r\n"
                                   "+1 212 555 0101;Ada again;NY\r\n";

json::object choice(std::string_view field, std::string_view column) {
    return {{"field", field}, {"column", column}};
}

} // namespace

TEST_CASE("a file is looked at, its columns are put right, and nothing is changed by it", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    const auto upload = room.upload("leads.csv", kList);
    const auto told =
        room.post("/api/imports/preview", {{"upload", upload}, {"campaign", "spring"}});
    CHECK(told.at("rows").as_array().size() == 4);
    const json::array wrong{choice("phone", "Nothing")};
    room.post("/api/imports/preview",
              {{"upload", upload}, {"campaign", "spring"}, {"columns", wrong}}, 422);
    const auto odd = room.upload("odd.csv", "Klient;Spalte 2\r\nAda;(212) 555-0101\r\n");
    const auto fault = room.post("/api/imports/preview", {{"upload", odd}}, 422).at("error");
    CHECK(fault.at("headers") == json::array{"Klient", "Spalte 2"});
    CHECK(fault.at("message").as_string().starts_with("odd.csv:1: "));
    const json::array right{choice("phone", "Cell"), choice("name", "Customer")};
    room.post("/api/imports/preview",
              {{"upload", upload}, {"campaign", "spring"}, {"columns", right}, {"rows", 2}});
    CHECK(room.get("/api/imports").at("imports").as_array().empty());
    CHECK(room.db.sql("SELECT count(*) FROM leads") == "0");
}

TEST_CASE("an import goes on by itself and tells what became of each row", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    const auto job = room.import("spring", "leads.csv", kList);
    CHECK(job.at("state") == "done");
    const auto& summary = job.at("summary");
    CHECK(summary.at("accepted") == 2);
    CHECK(summary.at("refused") == 2);
    const auto id = std::to_string(summary.at("import").as_int64());
    CHECK(room.get("/api/imports?campaign=spring").at("imports").as_array().size() == 1);
    const auto record = room.get("/api/imports/" + id);
    CHECK(record.at("accepted") == 2);
    CHECK(record.at("by") == "admin");
    const auto refused = room.ask("GET", "/api/imports/" + id + "/refused", "admin");
    CHECK(refused.header("content-type") == "text/csv; charset=utf-8");
    CHECK(refused.header("content-disposition").find("attachment") == 0);
    CHECK(std::count(refused.body.begin(), refused.body.end(), '\n') == 3);

    // The same bytes again change nothing.
    const auto again = room.import("spring", "copy.csv", kList);
    CHECK(again.at("summary").at("already_imported") == true);
    CHECK(room.db.sql("SELECT count(*) FROM leads") == "2");
}

TEST_CASE("an import is taken back, and its file is welcome again", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    const auto job = room.import("spring", "leads.csv", kList);
    const auto id = std::to_string(job.at("summary").at("import").as_int64());
    const auto undone = room.post("/api/imports/" + id + "/undo", nullptr);
    CHECK(undone.at("status") == "undone");
    CHECK(room.db.sql("SELECT count(*) FROM leads WHERE status = 'ready'") == "0");
    const auto again = room.import("spring", "leads.csv", kList);
    CHECK(again.at("summary").at("accepted") == 2);
    CHECK(room.db.sql("SELECT count(*) FROM leads WHERE status = 'ready'") == "2");
}

TEST_CASE("a held import waits until it is accepted", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    const auto started = room.post(
        "/api/imports",
        {{"upload", room.upload("leads.csv", kList)}, {"campaign", "spring"}, {"hold", true}}, 202);
    const auto job = room.wait_for_job(started.at("job").as_int64());
    CHECK(room.db.sql("SELECT count(*) FROM leads WHERE status = 'ready'") == "0");
    const auto id = std::to_string(job.at("summary").at("import").as_int64());
    room.post("/api/imports/" + id + "/accept", nullptr);
    CHECK(room.db.sql("SELECT count(*) FROM leads WHERE status = 'ready'") == "2");
}

TEST_CASE("columns of a source are remembered", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    const json::array columns{choice("phone", "Contact")};
    const auto started = room.post("/api/imports",
                                   {{"upload", room.upload("a.csv", "Contact\n2125550101\n")},
                                    {"campaign", "spring"},
                                    {"source", "crm"},
                                    {"columns", columns}},
                                   202);
    CHECK(room.wait_for_job(started.at("job").as_int64()).at("state") == "done");
    const auto sources = room.get("/api/import-sources").at("sources").as_array();
    REQUIRE(sources.size() == 1);
    CHECK(sources.at(0).at("columns") == columns);
}

TEST_CASE("a file that is no list is refused whole, with words", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    const auto job = room.import("spring", "leads.csv", "%PDF-1.7\n%....\n");
    CHECK(job.at("state") == "refused");
    CHECK_FALSE(job.at("error").as_string().empty());
    CHECK(room.db.sql("SELECT count(*) FROM leads") == "0");
}

TEST_CASE("an upload is its sender's, and an import needs a campaign that is there", "[api]") {
    ApiRoom room;
    room.make_campaign("spring");
    const auto upload = room.upload("leads.csv", kList, "ops");
    room.post("/api/imports", {{"upload", upload}, {"campaign", "spring"}}, 404, "admin");
    room.post("/api/imports", {{"upload", upload}, {"campaign", "none"}}, 404, "ops");
    const auto job =
        room.post("/api/imports", {{"upload", upload}, {"campaign", "spring"}}, 202, "ops")
            .at("job");
    room.wait_for_job(job.as_int64());
    room.post("/api/import-jobs/" + std::to_string(job.as_int64()) + "/cancel", nullptr, 409);
    room.post("/api/import-jobs/99/cancel", nullptr, 404);
    CHECK(room.get("/api/import-jobs").at("jobs").as_array().size() == 1);
}

TEST_CASE("a server that ends while imports wait leaves no half of a list", "[api]") {
    std::string large = "phone\n";
    for (int i = 0; i < 100'000; ++i) {
        large += std::to_string(2'012'000'000 + i) + "\n";
    }
    const store_test::Database db;
    {
        FakeControl control;
        control.use_store(db.engine_dsn(), store_test::kNoon);
        dialer::http::ServerConfig config;
        config.port = 0;
        const dialer::http::Server server{config, control};
        Client client{server.port()};
        REQUIRE(client
                    .ask("POST", "/api/campaigns", "ops",
                         R"({"name":"spring","seller":"Acme","caller_id":"+12125550199"})")
                    .status == 201);
        Client sender{server.port()};
        sender.send(
            "POST /api/uploads?name=a.csv HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            "ops\r\nContent-Length: " +
            std::to_string(large.size()) + "\r\n\r\n" + large);
        const auto upload = json::parse(sender.read_answer().body).at("upload");
        const auto body = json::serialize(json::object{{"upload", upload}, {"campaign", "spring"}});
        REQUIRE(client.ask("POST", "/api/imports", "ops", body).status == 202);
        REQUIRE(client.ask("POST", "/api/imports", "ops", body).status == 202);
    }
    const auto leads = std::stoll(db.sql("SELECT count(*) FROM leads"));
    CHECK((leads == 0 || leads > 70'000)); // before, or after with what was well formed
}
