// Goal: settings change one by one while others change too, every change is a version with who and
// when, and a change can be taken back without undoing anybody else's.
// Method: real PostgreSQL, with the engine's role.

#include "campaigns/settings/caller_ids.hpp"
#include "campaigns/settings/settings.hpp"
#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <thread>

using namespace campaigns;
using namespace store_test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

const Actor kAna{"ana", kNoon};
const Actor kBen{"ben", kNoon + 60s};

struct Fixture {
    Fixture() { create_campaign(store, "spring", given(), kAna); }

    static SettingValues given() {
        return {{"seller", "Acme Solar"}, {"caller_id", "212-555-0100"}, {"ring_max_s", "25"}};
    }
    std::string value(const std::string& field, const std::string& campaign = "spring") {
        const auto values = campaign_settings(store, campaign);
        const auto found = std::ranges::find(values, field, &SettingValues::value_type::first);
        REQUIRE(found != values.end());
        return found->second;
    }
    std::int64_t set(const std::string& field, const std::string& text, const Actor& actor = kBen) {
        return change_campaign(store, "spring", {{field, text}}, actor);
    }

    Database db;
    Store store{db.engine_dsn()};
};

const FieldChange* field_of(const SettingChange& change, const std::string& name) {
    const auto found = std::ranges::find(change.fields, name, &FieldChange::field);
    return found == change.fields.end() ? nullptr : &*found;
}

} // namespace

TEST_CASE("every setting can be changed and comes back", "[pg][settings]") {
    Fixture test;
    const SettingValues all{{"name", "autumn"},
                            {"seller", "Beta \"Solar\""},
                            {"offer", "roof"},
                            {"purpose", "survey"},
                            {"subject", "storage"},
                            {"atds_profile", "duguid"},
                            {"jurisdiction", "GB"},
                            {"running", "true"},
                            {"mode", "ratio"},
                            {"lines_per_agent", "2.5"},
                            {"lines_per_agent_max", "6"},
                            {"lines_max", "40"},
                            {"preview_limit_s", "45"},
                            {"preview_then", "dial"},
                            {"pool", "evening"},
                            {"priority", "-7"},
                            {"share", "0.25"},
                            {"calling_hours", "mon-fri 09:00-17:00"},
                            {"hours_zone", "America/Chicago"},
                            {"caller_id", "+12125550177"},
                            {"caller_id_match", "state"},
                            {"caller_id_sticky", "false"},
                            {"caller_id_signals", "alarm"},
                            {"caller_id_rest_s", "7200"},
                            {"trunks", "a,b"},
                            {"ring_max_s", "30"},
                            {"wrap_up_max_s", "10"},
                            {"attempts_max", "7"},
                            {"retry_after_s", "600"},
                            {"attempts_per_day", "2"},
                            {"attempts_per_week", "5"},
                            {"callback_grace_s", "60"},
                            {"callback_opens", "false"},
                            {"message_file", "/m/a.wav"},
                            {"telemarketer", "Calls Inc"},
                            {"called_party", "business"},
                            {"record_rule", "none"}};
    CHECK(all.size() == campaign_fields().size());
    change_campaign(test.store, "spring", all, kBen);
    auto after = campaign_settings(test.store, "autumn");
    for (const auto& [name, text] : all) {
        CAPTURE(name);
        CHECK(std::ranges::find(after, std::pair{name, text}) != after.end());
    }
    const auto campaigns = test.store.campaigns();
    REQUIRE(campaigns.size() == 1);
    const Campaign& campaign = campaigns.front();
    CHECK(campaign.name == "autumn");
    CHECK(campaign.offer == "roof");
    CHECK(campaign.lines_max == 40);
    CHECK(to_text(campaign.hours) == "mon-fri 09:00-17:00");
    CHECK(campaign.hours.zone == "America/Chicago");
    CHECK(campaign.caller_id_match == CallerIdMatch::state);
    CHECK_FALSE(campaign.caller_id_sticky);
    CHECK(campaign.caller_id_signals == CallerIdSignals::alarm);
    CHECK(campaign.caller_id_rest == 2h);
    CHECK(campaign.preview_limit == 45s);
    CHECK(campaign.preview_then == PreviewThen::dial);
    CHECK(campaign.trunks == std::vector<std::string>{"a", "b"});
    CHECK(campaign.caller_id.e164 == 12125550177);
    CHECK(campaign.ring_max == 30s);
    CHECK(test.db.sql("SELECT r.seller, r.offer FROM regulatory_campaigns r JOIN campaigns c ON "
                      "c.regulatory_campaign_id = r.id") == "Beta \"Solar\"|roof");
}

TEST_CASE("a change is a version with who, when, before and after", "[pg][settings]") {
    Fixture test;
    const auto change = test.set("ring_max_s", "30");
    const auto history = setting_history(test.store, {.campaign = "spring"});
    REQUIRE(history.size() == 2);
    CHECK(history[0].id == change);
    CHECK(history[0].by == "ben");
    CHECK(history[0].at == kBen.at);
    CHECK(history[0].table == "campaigns");
    CHECK(history[0].kind == SettingChange::Kind::changed);
    REQUIRE(history[0].fields.size() == 1);
    CHECK(history[0].fields[0].field == "ring_max_s");
    CHECK(history[0].fields[0].before == "25");
    CHECK(history[0].fields[0].after == "30");
    CHECK(history[1].kind == SettingChange::Kind::made);
    CHECK(history[1].by == "ana");
    CHECK(last_campaign_change(test.store, "spring") == change);
    // The same value again is no change.
    CHECK(test.set("ring_max_s", "30") == change);
    CHECK(setting_history(test.store, {.campaign = "spring"}).size() == 2);
    // Paging and other filters.
    CHECK(setting_history(test.store, {.campaign = "spring", .before = change}).size() == 1);
    CHECK(setting_history(test.store, {.table = "campaigns", .limit = 1}).size() == 1);
    CHECK(setting_history(test.store, {.table = "lists"}).empty());
    CHECK_THROWS_AS(setting_history(test.store, {.campaign = "winter"}), StoreRefusal);
}

TEST_CASE("a change that the store refuses leaves everything as it was", "[pg][settings]") {
    Fixture test;
    const auto last = last_campaign_change(test.store, "spring");
    for (const SettingValues& wrong :
         {SettingValues{{"pool", "p"}, {"share", "0.001"}}, SettingValues{{"ring_max_s", "5"}},
          SettingValues{{"hours_zone", "Mars/Base"}}, SettingValues{{"colour", "red"}},
          SettingValues{{"lines_per_agent", "3"}}}) {
        CHECK_THROWS_AS(change_campaign(test.store, "spring", wrong, kBen), StoreRefusal);
    }
    CHECK(last_campaign_change(test.store, "spring") == last);
    CHECK_THROWS_WITH(change_campaign(test.store, "winter", {{"pool", "p"}}, kBen),
                      Contains("winter"));
    create_campaign(test.store, "autumn", Fixture::given(), kAna);
    CHECK_THROWS_WITH(change_campaign(test.store, "spring", {{"name", "autumn"}}, kBen),
                      Contains("exists already"));
    CHECK_THROWS_WITH(create_campaign(test.store, "spring", Fixture::given(), kAna),
                      Contains("exists already"));
}

TEST_CASE("a change is refused when somebody changed the campaign meanwhile", "[pg][settings]") {
    Fixture test;
    const auto seen = last_campaign_change(test.store, "spring");
    change_campaign(test.store, "spring", {{"pool", "evening"}}, kAna, seen);
    CHECK_THROWS_WITH(change_campaign(test.store, "spring", {{"priority", "3"}}, kBen, seen),
                      Contains("ana") && Contains("pool") && Contains("meanwhile"));
    CHECK(test.value("priority") == "0");
    change_campaign(test.store, "spring", {{"priority", "3"}}, kBen,
                    last_campaign_change(test.store, "spring"));
    CHECK(test.value("priority") == "3");
}

TEST_CASE("people who change different settings at once do not undo each other", "[pg][settings]") {
    Fixture test;
    const std::vector<std::pair<std::string, std::string>> fields{
        {"wrap_up_max_s", "1"}, {"attempts_max", "1"}, {"lines_max", "1"}, {"priority", "1"}};
    std::vector<std::thread> people;
    for (const auto& [field, first] : fields) {
        people.emplace_back([&test, field = field] {
            Store store{test.db.engine_dsn()};
            for (int i = 1; i <= 25; ++i) {
                change_campaign(store, "spring", {{field, std::to_string(i)}}, kBen);
            }
        });
    }
    for (auto& person : people) {
        person.join();
    }
    for (const auto& [field, first] : fields) {
        CHECK(test.value(field) == "25");
    }
    // Each of them touched its own field only.
    for (const auto& change : setting_history(test.store, {.campaign = "spring", .limit = 1000})) {
        CHECK((change.kind == SettingChange::Kind::made || change.fields.size() == 1));
    }
    CHECK(setting_history(test.store, {.campaign = "spring", .limit = 1000}).size() == 101);
}

TEST_CASE("taking a change back touches its fields and no others", "[pg][settings]") {
    Fixture test;
    const auto both =
        change_campaign(test.store, "spring", {{"ring_max_s", "40"}, {"pool", "evening"}}, kAna);
    test.set("priority", "5");
    Store engine{test.db.engine_dsn()};
    engine.listen();

    const auto reverted = revert_setting(test.store, both, kBen);
    CHECK(reverted.fields.size() == 2);
    CHECK(test.value("ring_max_s") == "25");
    CHECK(test.value("pool").empty());
    CHECK(test.value("priority") == "5");
    const auto channels = engine.wait_for_notifications(10s);
    CHECK(std::ranges::find(channels, "dialer_campaigns") != channels.end());

    const auto version = setting_change(test.store, reverted.change);
    CHECK(version.reverts == both);
    CHECK(version.by == "ben");
    CHECK(setting_change(test.store, both).reverted_by == reverted.change);
    // Taking back the taking back is a change like any other; a second time there is nothing left.
    CHECK(revert_setting(test.store, reverted.change, kAna).change > reverted.change);
    CHECK(test.value("ring_max_s") == "40");
    CHECK(revert_setting(test.store, reverted.change, kAna).change == 0);
}

TEST_CASE("a change that was changed again since is taken back by force only", "[pg][settings]") {
    Fixture test;
    const auto first =
        change_campaign(test.store, "spring", {{"ring_max_s", "40"}, {"pool", "evening"}}, kAna);
    const auto later = test.set("ring_max_s", "50");
    CHECK_THROWS_WITH(revert_setting(test.store, first, kAna),
                      Contains("ring_max_s") && Contains("ben") &&
                          Contains("change " + std::to_string(later)) && !Contains("pool"));
    CHECK(test.value("pool") == "evening");
    const auto forced = revert_setting(test.store, first, kAna, RevertWhen::forced);
    CHECK(forced.fields.size() == 2);
    CHECK(test.value("ring_max_s") == "25");
    CHECK(test.value("pool").empty());
}

TEST_CASE("what cannot be taken back says why", "[pg][settings]") {
    Fixture test;
    CHECK_THROWS_WITH(revert_setting(test.store, 4711, kAna), Contains("no change 4711"));
    const auto made = setting_history(test.store, {.table = "campaigns"}).back().id;
    CHECK_THROWS_WITH(revert_setting(test.store, made, kAna), Contains("whole row"));
    CHECK(test.store.campaigns().size() == 1);
    // What an older program allowed.
    test.db.sql("UPDATE campaigns SET ring_max_s = 10");
    const auto change = test.set("ring_max_s", "20");
    CHECK_THROWS_WITH(revert_setting(test.store, change, kAna), Contains("no longer allowed"));
    // The name is somebody else's by now.
    const auto renamed = test.set("name", "summer");
    create_campaign(test.store, "spring", Fixture::given(), kAna);
    CHECK_THROWS_WITH(revert_setting(test.store, renamed, kAna), Contains("no longer allowed"));
    CHECK(test.value("name", "summer") == "summer");
}

TEST_CASE("weights of lists are taken back, steps of an import are not", "[pg][settings]") {
    Fixture test;
    const auto id = test.db.sql("INSERT INTO lists (campaign_id, file_name, sha256) SELECT id, "
                                "'a.csv', repeat('a', 64) FROM campaigns RETURNING id");
    test.db.sql("UPDATE lists SET weight = 5");
    const auto weight = setting_history(test.store, {.table = "lists", .key = id}).front();
    test.db.sql("UPDATE lists SET status = 'undone'");
    const auto status = setting_history(test.store, {.table = "lists", .key = id}).front();
    CHECK_THROWS_WITH(revert_setting(test.store, status.id, kAna), Contains("import"));
    revert_setting(test.store, weight.id, kAna);
    CHECK(test.db.sql("SELECT weight, status FROM lists") == "1|undone");
}

TEST_CASE("rules that may be removed come back, whole", "[pg][settings]") {
    Fixture test;
    const auto campaign = test.db.sql("SELECT id FROM campaigns");
    test.db.sql("INSERT INTO retry_rules (campaign_id, outcome, delay_s) VALUES (" + campaign +
                ", 'busy', 120)");
    const auto made = setting_history(test.store, {.table = "retry_rules"}).front();
    CHECK(made.kind == SettingChange::Kind::made);
    revert_setting(test.store, made.id, kAna);
    CHECK(test.db.sql("SELECT count(*) FROM retry_rules WHERE campaign_id = " + campaign) == "0");
    const auto removed = setting_history(test.store, {.table = "retry_rules"}).front();
    CHECK(removed.kind == SettingChange::Kind::removed);
    revert_setting(test.store, removed.id, kBen);
    CHECK(test.db.sql("SELECT outcome, delay_s FROM retry_rules WHERE campaign_id = " + campaign) ==
          "busy|120");
}

TEST_CASE("a copy has the settings, the caller ids and the rules, and no leads", "[pg][settings]") {
    Fixture test;
    change_campaign(test.store, "spring",
                    {{"running", "true"}, {"calling_hours", "mon 9-12"}, {"trunks", "a"}}, kAna);
    assign_caller_id(test.store, "spring", {{12125550100}, 3, true}, kAna);
    test.db.sql("INSERT INTO retry_rules (campaign_id, outcome, delay_s) "
                "SELECT id, 'busy', 120 FROM campaigns");
    copy_campaign(test.store, "spring", "autumn", {{"subject", "storage"}}, kBen);
    for (const CampaignField& field : campaign_fields()) {
        CAPTURE(field.name);
        const std::string name{field.name};
        const std::string expected = name == "name"      ? "autumn"
                                     : name == "running" ? "false"
                                     : name == "subject" ? "storage"
                                                         : test.value(name);
        CHECK(test.value(name, "autumn") == expected);
    }
    const auto pool = caller_id_pool(test.store, "autumn");
    REQUIRE(pool.size() == 1);
    CHECK(pool[0].weight == 3);
    CHECK(test.db.sql("SELECT count(*) FROM retry_rules WHERE campaign_id IS NOT NULL") == "2");
    CHECK_THROWS_AS(copy_campaign(test.store, "winter", "x", {}, kBen), StoreRefusal);
    CHECK_THROWS_WITH(copy_campaign(test.store, "spring", "autumn", {}, kBen),
                      Contains("exists already"));
    CHECK_THROWS_AS(copy_campaign(test.store, "spring", "x", {{"share", "0"}}, kBen), StoreRefusal);
    CHECK(test.store.campaigns().size() == 2);
}

TEST_CASE("changes by hand are versions as well", "[pg][settings]") {
    Fixture test;
    test.db.sql("UPDATE campaigns SET pool = 'night'");
    const auto change = setting_history(test.store, {.campaign = "spring"}).front();
    CHECK(change.by == "database postgres");
    CHECK(field_of(change, "pool") != nullptr);
    revert_setting(test.store, change.id, kAna);
    CHECK(test.value("pool").empty());
}

TEST_CASE("nobody but the trigger writes versions", "[pg][settings]") {
    Fixture test;
    for (const char* statement :
         {"UPDATE setting_changes SET by_whom = 'x'", "DELETE FROM setting_changes",
          "INSERT INTO setting_changes (at, by_whom, table_name, row_key) VALUES "
          "(now(), 'x', 'campaigns', '1')",
          "TRUNCATE setting_changes", "DELETE FROM caller_ids", "DELETE FROM campaign_caller_ids",
          "UPDATE caller_id_alarms SET detail = 'x'", "DELETE FROM caller_id_rests",
          "UPDATE caller_id_rests SET until_at = from_at"}) {
        CAPTURE(statement);
        CHECK_THROWS_WITH(run_sql(test.db.engine_dsn(), statement), Contains("permission denied"));
    }
}
