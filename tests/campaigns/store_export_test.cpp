// Goal: the exported log has every attempt once, in order, with all that is known of it.
// Method: a small hand-made log, rows read back as JSON.

#include "tests/campaigns/store_support.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace store_test;
using namespace std::chrono_literals;
using campaigns::Outcome;

namespace {

std::vector<boost::json::object> exported(World& world, const std::string& campaign,
                                          campaigns::Instant from, campaigns::Instant to) {
    std::vector<boost::json::object> rows;
    world.store.export_log(campaign, from, to, [&rows](std::string_view row) {
        rows.push_back(boost::json::parse({row.data(), row.size()}).as_object());
    });
    return rows;
}

std::string text(const boost::json::value& value) {
    return std::string{value.as_string().c_str()};
}

} // namespace

TEST_CASE("an exported row says what was dialed, why it was allowed and how it ended",
          "[pg][export]") {
    World world;
    world.add_leads(2);
    const auto agent = world.store.add_agent({{}, "Ada", "ada", std::string(32, 'a')});
    const auto first = world.dial_one();
    const auto second = world.dial_one(kNoon + 10s);
    auto result = world.result(first, Outcome::answered);
    result.treatment = campaigns::Treatment::bridged;
    result.sip_status = 200;
    result.agent = agent;
    result.ringing_at = kNoon + 2s;
    result.answered_at = kNoon + 8s + 123456us;
    result.bridged_at = kNoon + 8s + 124000us;
    result.answer_to_bridge = 544us;
    campaigns::LogBatch batch;
    batch.results.push_back(result);
    batch.events.push_back({first.id, 1, kNoon + 8s, "answered", "200 OK"});
    batch.events.push_back({first.id, 0, kNoon + 2s, "ringing", "180 \"R\""});
    batch.dispositions.push_back({first.id, agent, kNoon + 40s, "no_contact", ""});
    batch.dispositions.push_back({first.id, agent, kNoon + 50s, "sale", "two boxes"});
    world.store.write_log(batch);

    const auto rows = exported(world, "spring", kNoon, kNoon + 1min);
    REQUIRE(rows.size() == 2);
    const auto& row = rows[0];
    CHECK(text(row.at("attempt")) == std::to_string(static_cast<std::int64_t>(first.id)));
    CHECK(text(row.at("at")) == "2026-11-23T17:00:00.000000Z");
    CHECK(text(row.at("number")) == dnc::to_e164(number_at(0)));
    CHECK(text(row.at("caller_id")) == "+12125550199");
    CHECK(text(row.at("outcome")) == "answered");
    CHECK(text(row.at("treatment")) == "bridged");
    CHECK(text(row.at("agent_name")) == "Ada");
    CHECK(text(row.at("answered_at")) == "2026-11-23T17:00:08.123456Z");
    CHECK(row.at("answer_to_bridge_us") == 544);
    CHECK(text(row.at("disposition")) == "sale");
    CHECK(row.at("clock_shift_s").to_number<double>() == 0.0);
    CHECK(row.at("evidence").at("tzdb").is_string());
    REQUIRE(row.at("events").as_array().size() == 2);
    CHECK(text(row.at("events").at(0).at("detail")) == "180 \"R\"");
    CHECK(text(row.at("events").at(1).at("kind")) == "answered");

    // Still open: no result, and that can be seen.
    CHECK(text(rows[1].at("attempt")) == std::to_string(static_cast<std::int64_t>(second.id)));
    CHECK(rows[1].at("outcome").is_null());
    CHECK(rows[1].at("events").as_array().empty());
}

TEST_CASE("an export takes the half-open period of one campaign or of all", "[pg][export]") {
    World world;
    world.add_leads(3);
    world.dial_one();
    world.dial_one(kNoon + 10s);
    world.dial_one(kNoon + 20s);
    CHECK(exported(world, "spring", kNoon, kNoon + 20s).size() == 2);
    CHECK(exported(world, "", kNoon, kNoon + 21s).size() == 3);
    CHECK(exported(world, "", kNoon + 21s, kNoon + 1h).empty());
    CHECK_THROWS_AS(exported(world, "winter", kNoon, kNoon + 1h), campaigns::StoreRefusal);
    CHECK(world.store.campaigns().size() == 1); // the session is whole after the refusal
}

TEST_CASE("an export of thousands of rows has each once, in order", "[pg][export]") {
    World world;
    world.add_leads(1);
    const auto draft = world.dial_one();
    const std::string id = std::to_string(static_cast<std::int64_t>(draft.id));
    world.db.sql("INSERT INTO attempts SELECT id + i, at + i * interval '1 ms', lead_id, "
                 "campaign_id, run_id, number, caller_id, trunk, NULL, evidence "
                 "FROM attempts, generate_series(1, 3000) i WHERE id = " +
                 id);
    std::int64_t last = 0;
    int count = 0;
    world.store.export_log("spring", kNoon, kNoon + 1h, [&](std::string_view row) {
        const auto parsed = boost::json::parse({row.data(), row.size()});
        const std::int64_t next = std::stoll(text(parsed.at("attempt")));
        REQUIRE(next > last);
        last = next;
        ++count;
    });
    CHECK(count == 3001);
}

TEST_CASE("an export says which calls were a machine, in the campaign's own words as well",
          "[pg][export]") {
    World world;
    world.add_leads(1);
    const auto id = std::to_string(static_cast<std::int64_t>(world.dial_one().id));
    const auto machine = [&] { return exported(world, "", kNoon, kNoon + 1h).at(0).at("machine"); };
    CHECK(machine() == false); // nobody has said anything
    world.db.sql("INSERT INTO agents (name, sip_user, sip_ha1) VALUES ('ana', 'ana', "
                 "repeat('0', 32))");
    const auto say = [&](const std::string& code, int second) {
        world.db.sql("INSERT INTO dispositions (attempt_id, agent_id, at, code, note) SELECT " +
                     id + ", id, '2026-11-23 18:00Z'::timestamptz + " + std::to_string(second) +
                     " * interval '1 s', '" + code + "', '' FROM agents LIMIT 1");
        return machine();
    };
    CHECK(say("contact", 1) == false);
    CHECK(say("machine", 2) == true);
    world.db.sql("INSERT INTO disposition_codes (code, label, category, lead_action, position, "
                 "campaign_id) SELECT 'fax', 'Fax', 'machine', 'retry', 90, id FROM campaigns");
    CHECK(say("fax", 3) == true);
    CHECK(say("sale", 4) == false); // the latest counts
}

TEST_CASE("a reader that throws leaves the session usable", "[pg][export]") {
    World world;
    world.add_leads(1);
    world.dial_one();
    CHECK_THROWS_AS(
        world.store.export_log("spring", kNoon, kNoon + 1h,
                               [](std::string_view) { throw std::runtime_error{"disk full"}; }),
        std::runtime_error);
    CHECK(world.store.campaigns().size() == 1);
}
