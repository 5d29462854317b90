// Goal: a call leaves the record that the law asks for or an entry in the repair queue; what agents
// say acts on the lead once; nothing that is held or young is ever dropped.
// Method: real PostgreSQL; calls as the engine writes them.

#include "campaigns/records/dispositions.hpp"
#include "campaigns/records/records.hpp"
#include "campaigns/records/retention.hpp"
#include "campaigns/records/scripts_store.hpp"
#include "tests/campaigns/store_support.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

using namespace campaigns;
using namespace std::chrono_literals;
using store_test::kNoon;
using store_test::World;

namespace {

const Actor kActor{"maria", kNoon};

class RecordsWorld : public World {
public:
    explicit RecordsWorld(bool complete = true) {
        if (complete) {
            db.sql("UPDATE campaigns SET regulatory_campaign_id = "
                   "regulatory_campaign(seller, 'solar panels')");
            add_script(store, campaign.name, "Hello {{first_name}}", "[]", {"maria", kNoon - 24h});
        }
    }

    /// A call that an agent took.
    AttemptDraft talk(Instant at = kNoon) {
        AttemptDraft draft = dial_one(at);
        AttemptResult done = result(draft, Outcome::answered, at + 60s);
        done.treatment = Treatment::bridged;
        done.answered_at = at + 5s;
        done.bridged_at = at + 6s;
        done.agent = AgentId{7};
        write_result(done);
        return draft;
    }

    void dispose(const AttemptDraft& draft, const std::string& code, Instant at = kNoon + 70s) {
        LogBatch batch;
        batch.dispositions.push_back({draft.id, AgentId{7}, at, code, ""});
        store.write_log(batch);
        // The log does it by itself once the supply calls the function; twice changes nothing.
        const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch();
        for (int i = 0; i < 2; ++i) {
            db.sql("SELECT apply_disposition(" + id(draft) + ", '" + code + "', to_timestamp(" +
                   std::to_string(seconds.count()) + "))");
        }
    }

    static std::string id(const AttemptDraft& draft) {
        return std::to_string(static_cast<std::int64_t>(draft.id));
    }
    std::string lead_is(const AttemptDraft& draft) const {
        return db.sql("SELECT status, stop_reason FROM leads WHERE id = " +
                      std::to_string(static_cast<std::int64_t>(draft.lead)));
    }
    std::vector<RecordRepair> repairs(bool open_only = true) {
        return record_repairs(store, {.campaign = campaign.name, .open_only = open_only});
    }
};

std::string fields_of(const std::vector<RecordRepair>& repairs) {
    std::string fields;
    for (const RecordRepair& repair : repairs) {
        fields += repair.field + " ";
    }
    return fields;
}

boost::json::object only_record(Store& store) {
    std::string record;
    CHECK(export_call_records(store, {}, [&](std::string_view json) { record = json; }) == 1);
    return boost::json::parse(record).as_object();
}

} // namespace

TEST_CASE("a complete call has its ten fields and no fault", "[records]") {
    RecordsWorld world;
    world.add_leads(1);
    const auto draft = world.talk();
    world.dispose(draft, "sale");
    CHECK(world.repairs().empty());
    CHECK(record_faults(world.store, draft.id).empty());
    CHECK(record_obstacles(world.store, world.campaign.id).empty());
    const auto record = only_record(world.store);
    CHECK(record.at("telemarketer").as_string() == record.at("seller").as_string());
    CHECK(record.at("good").as_string() == "solar panels");
    CHECK(record.at("called_party").as_string() == "consumer");
    CHECK(record.at("outbound").as_bool());
    CHECK_FALSE(record.at("prerecorded").as_bool());
    CHECK(record.at("called_number").as_string().starts_with("+1201555"));
    CHECK(record.at("duration_s").to_number<double>() == 55);
    CHECK(record.at("script_version").as_int64() == 1);
    CHECK(record.at("caller_id_proof").as_string() == "declared");
    CHECK(record.at("treatment").as_string() == "bridged");
    CHECK(record.at("disposition").as_string() == "sale");
    CHECK(record.at("repairs").is_null());
}

TEST_CASE("a record with holes goes to the repair queue and stops the campaign", "[records]") {
    RecordsWorld world{false};
    world.add_leads(3);
    CHECK(record_obstacles(world.store, world.campaign.id).size() == 2);
    const auto draft = world.talk();
    CHECK(fields_of(world.repairs()) == "good script ");
    CHECK(record_obstacles(world.store, world.campaign.id).size() == 4);

    SECTION("a call that no agent took needs no script") {
        const auto other = world.dial_one(kNoon + 100s);
        world.write_result(world.result(other, Outcome::no_answer, kNoon + 130s));
        CHECK(fields_of(world.repairs()) == "good script good ");
        CHECK(repair_records(world.store, world.campaign.name, "good", "panels", "", kActor) == 2);
        CHECK(repair_records(world.store, world.campaign.name, "good", "panels", "", kActor) == 0);
        CHECK(fields_of(world.repairs()) == "script ");
    }
    SECTION("a call that was never sent needs no record") {
        const auto other = world.dial_one(kNoon + 100s);
        world.write_result(world.result(other, Outcome::not_sent, kNoon + 101s));
        CHECK(fields_of(world.repairs()) == "good script ");
    }
    SECTION("repairs are further rows, and free the campaign") {
        repair_record(world.store, draft.id, "script", "version of October", "asked Bo", kActor);
        repair_record(world.store, draft.id, "good", "panels", "", kActor);
        CHECK(world.repairs().empty());
        const auto all = world.repairs(false);
        REQUIRE(all.size() == 2);
        CHECK(all[1].value == "version of October");
        CHECK(all[1].by == "maria");
        // What the campaign itself lacks still stands against it.
        CHECK(record_obstacles(world.store, world.campaign.id).size() == 2);
        CHECK(only_record(world.store).at("repairs").as_array().size() == 2);
        CHECK_THROWS_AS(repair_record(world.store, draft.id, "agent", "x", "", kActor),
                        StoreRefusal);
        CHECK_THROWS_AS(repair_record(world.store, draft.id, "good", " ", "", kActor),
                        StoreRefusal);
    }
    SECTION("a campaign to which the law does not apply needs none of it") {
        set_record_settings(world.store, world.campaign.name, {.rule = "none"}, kActor);
        CHECK(record_obstacles(world.store, world.campaign.id).empty());
        world.talk(kNoon + 200s);
        CHECK(world.repairs().size() == 2);
        set_record_settings(world.store, world.campaign.name, {.rule = "tsr"}, kActor);
        const auto checked = check_records(world.store, kNoon - 24h, kNoon + 24h, kNoon + 24h);
        CHECK(checked.checked == 2);
        CHECK(checked.faulty == 2);
        CHECK(world.repairs().size() == 4);
    }
    SECTION("the engine's role can neither change nor remove an entry") {
        for (const char* const tampering :
             {"UPDATE record_repairs SET field = 'x'", "DELETE FROM record_repairs",
              "DELETE FROM record_repair_values", "UPDATE record_repair_values SET value = 'x'",
              "DELETE FROM litigation_holds", "UPDATE scripts SET text = 'x'",
              "DELETE FROM form_answers", "DROP TABLE attempts_2026_11"}) {
            CHECK_THROWS_WITH(store_test::run_sql(world.db.engine_dsn(), tampering),
                              Catch::Contains("permission denied") ||
                                  Catch::Contains("must be owner"));
        }
    }
}

TEST_CASE("a recorded message needs its file on record", "[records]") {
    RecordsWorld world;
    world.add_leads(2);
    const auto play = [&](Instant at) {
        const auto draft = world.dial_one(at);
        AttemptResult done = world.result(draft, Outcome::answered, at + 30s);
        done.treatment = Treatment::abandoned;
        done.answered_at = at + 5s;
        done.message_started_at = at + 7s;
        world.write_result(done);
    };
    play(kNoon);
    CHECK(fields_of(world.repairs()) == "recording ");
    const auto file =
        std::filesystem::temp_directory_path() / ("message-" + std::to_string(::getpid()) + ".wav");
    std::ofstream{file} << "sound";
    CHECK(
        note_message_file(world.store, world.campaign.id, file.string(), {"engine", kNoon + 60s}));
    CHECK_FALSE(
        note_message_file(world.store, world.campaign.id, file.string(), {"engine", kNoon + 61s}));
    std::filesystem::remove(file);
    play(kNoon + 100s);
    CHECK(fields_of(world.repairs()) == "recording ");
    int with_file = 0;
    export_call_records(world.store, {}, [&](std::string_view json) {
        with_file += json.find("\"recording_sha256\":\"") != std::string_view::npos ? 1 : 0;
    });
    CHECK(with_file == 1);
}

TEST_CASE("a caller id outside of its proof is a fault", "[records]") {
    RecordsWorld world;
    world.add_leads(1);
    world.db.sql("UPDATE caller_ids SET valid_from = '2026-01-01', valid_to = '2026-11-22'");
    world.talk();
    REQUIRE(fields_of(world.repairs()) == "caller_id_proof ");
    CHECK_THAT(world.repairs()[0].text, Catch::Contains("ended on 2026-11-22"));
}

TEST_CASE("what agents say acts on the lead, once", "[dispositions]") {
    RecordsWorld world;
    world.add_leads(2, 2);
    const auto draft = world.talk();

    SECTION("a sale ends the dialing") {
        world.dispose(draft, "sale");
        CHECK(world.lead_is(draft) == "finished|sale");
    }
    SECTION("not reached is tried again, and not counted twice") {
        world.dispose(draft, "no_contact");
        CHECK(world.lead_is(draft) == "ready|no_contact");
        CHECK(world.db.sql("SELECT tries ->> 'no_contact' FROM leads WHERE tries IS NOT NULL AND "
                           "tries ? 'no_contact'") == "1");
    }
    SECTION("a wrong number leaves the lead its other numbers") {
        world.dispose(draft, "wrong_number");
        CHECK(world.lead_is(draft) == "ready|wrong_number");
        CHECK(world.db.sql("SELECT count(*) FROM lead_phones WHERE invalid_attempt IS NOT NULL") ==
              "1");
        SECTION("and is the person's again when the agent thinks again") {
            world.dispose(draft, "sale", kNoon + 90s);
            CHECK(world.lead_is(draft) == "finished|sale");
            CHECK(world.db.sql(
                      "SELECT count(*) FROM lead_phones WHERE invalid_attempt IS NOT NULL") == "0");
            // The earlier word that comes late changes nothing.
            world.dispose(draft, "wrong_number", kNoon + 80s);
            CHECK(world.lead_is(draft) == "finished|sale");
        }
    }
    SECTION("of a lead in somebody's hand nothing changes") {
        world.dispose(draft, "no_contact");
        world.db.sql("UPDATE leads SET due_at = '-infinity'");
        const auto again = world.dial_one(kNoon + 2h);
        const auto other = world.dial_one(kNoon + 2h);
        const auto& held = again.lead == draft.lead ? again : other;
        world.dispose(draft, "sale", kNoon + 2h + 1s);
        CHECK(world.lead_is(held).starts_with("dialing"));
    }
}

TEST_CASE("a word that is said before the call ends acts when it has ended", "[dispositions]") {
    RecordsWorld world;
    world.add_leads(1);
    const auto draft = world.dial_one();
    world.dispose(draft, "no_contact", kNoon + 20s);
    CHECK(world.lead_is(draft).starts_with("dialing"));
    AttemptResult done = world.result(draft, Outcome::answered, kNoon + 60s);
    done.treatment = Treatment::bridged;
    done.answered_at = kNoon + 5s;
    done.bridged_at = kNoon + 6s;
    done.agent = AgentId{7};
    world.write_result(done);
    CHECK(world.lead_is(draft) == "ready|no_contact");
}

TEST_CASE("a word that was said acts although the engine died before the call had a result",
          "[dispositions]") {
    RecordsWorld world;
    world.add_leads(1);
    const auto lead_is = [&] { return world.db.sql("SELECT status, stop_reason FROM leads"); };
    {
        campaigns::Store dead{world.db.engine_dsn()};
        const campaigns::RunId run{world.ids.make(kNoon)};
        dead.begin_run(store_test::run_start(run));
        const auto leads = dead.lease_leads(world.campaign.id, run, 1, kNoon, kNoon + 60s);
        REQUIRE(leads.size() == 1);
        std::vector<AttemptDraft> drafts;
        drafts.push_back(world.draft(leads[0]));
        drafts.back().run = run;
        REQUIRE(dead.commit_attempts(drafts).tickets.size() == 1);
        LogBatch batch;
        batch.dispositions.push_back({drafts[0].id, AgentId{7}, kNoon + 20s, "sale", ""});
        dead.write_log(batch);
        CHECK(lead_is() == "dialing|");
    }
    REQUIRE(world.db.becomes_true("SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory'"));
    CHECK(world.store.reconcile(kNoon + 1min).attempts_closed == 1);
    CHECK(lead_is() == "finished|sale");
}

TEST_CASE("codes are of all campaigns or of one", "[dispositions]") {
    RecordsWorld world;
    const auto codes = disposition_codes_of(world.store, world.campaign.name);
    REQUIRE(codes.size() == 7);
    CHECK(codes[0].code == "sale");
    add_disposition_code(world.store,
                         {.code = "quote_sent",
                          .campaign = world.campaign.name,
                          .label = "Quote sent",
                          .category = DispositionCategory::contact,
                          .lead_action = LeadAction::retry},
                         kActor);
    add_disposition_code(
        world.store,
        {.code = "sale", .campaign = world.campaign.name, .label = "Sold", .position = 1}, kActor);
    const auto own = disposition_codes_of(world.store, world.campaign.name);
    REQUIRE(own.size() == 8);
    CHECK(own[0].label == "Sold");
    CHECK(own[7].code == "quote_sent");
    CHECK(disposition_codes_of(world.store, std::nullopt).size() == 9);
    CHECK(is_disposition_of(world.store, world.campaign.id, "quote_sent"));
    change_disposition_code(world.store, "quote_sent", world.campaign.name, {.active = false},
                            kActor);
    CHECK_FALSE(is_disposition_of(world.store, world.campaign.id, "quote_sent"));
    CHECK_FALSE(is_disposition_of(world.store, world.campaign.id, "no_such"));
    CHECK(world.db.sql("SELECT count(*) FROM setting_changes WHERE table_name = "
                       "'disposition_codes' AND by_whom = 'maria'") == "3");
    CHECK_THROWS_AS(add_disposition_code(world.store, {.code = "Sale!"}, kActor), StoreRefusal);
    CHECK_THROWS_AS(add_disposition_code(world.store, {.code = "sale"}, kActor), StoreRefusal);
    CHECK_THROWS_AS(add_disposition_code(world.store, {.code = "x", .campaign = "none"}, kActor),
                    StoreRefusal);
    CHECK_THROWS_AS(change_disposition_code(world.store, "x", std::nullopt, {}, kActor),
                    StoreRefusal);
}

TEST_CASE("scripts have versions, and answers belong to one", "[scripts]") {
    RecordsWorld world;
    world.add_leads(1);
    const auto draft = world.talk();
    const std::string form = R"([{"name":"plan","type":"choice","choices":["A"],"required":true}])";
    const auto added = add_script(world.store, world.campaign.name, "Hi {{nmae}}", form, kActor);
    CHECK(added.version == 2);
    CHECK(added.warnings.size() == 1);
    CHECK(add_script(world.store, world.campaign.name, "Hi {{nmae}}", form, kActor).unchanged);
    CHECK(scripts_of(world.store, world.campaign.name).size() == 2);
    CHECK(script_in_force(world.store, world.campaign.id)->form[0].name == "plan");
    CHECK(script_version(world.store, added.id)->text == "Hi {{nmae}}");
    CHECK_FALSE(script_version(world.store, 999));
    CHECK_THROWS_AS(add_script(world.store, world.campaign.name, " ", "[]", kActor), StoreRefusal);
    CHECK_THROWS_AS(add_script(world.store, "none", "x", "[]", kActor), StoreRefusal);
    CHECK_THROWS_AS(add_script(world.store, world.campaign.name, "x", "{", kActor), StoreRefusal);

    world.db.sql("UPDATE leads SET name = 'Ana Maria Miller', custom = '{\"policy\": 7}'");
    const auto fields = lead_fields(world.store, draft.lead);
    CHECK(fields.at("first_name") == "Ana");
    CHECK(fields.at("last_name") == "Miller");
    CHECK(fields.at("custom.policy") == "7");
    CHECK(fields.at("phone").starts_with("+1201555"));

    FormAnswers answers{draft.id, AgentId{7}, kNoon + 80s, added.id, R"({"plan":"B"})"};
    CHECK_THROWS_WITH(save_form_answers(world.store, answers), "plan must be one of those offered");
    answers.answers = R"({"plan":"A"})";
    save_form_answers(world.store, answers);
    save_form_answers(world.store, answers);
    CHECK(form_answers_of(world.store, draft.id)->script == added.id);
    CHECK(world.db.sql("SELECT count(*) FROM form_answers") == "1");
    answers.attempt = AttemptId{12345};
    CHECK_THROWS_AS(save_form_answers(world.store, answers), StoreRefusal);
}

TEST_CASE("months are dropped whole, by the owner, past their term and held by nobody",
          "[retention]") {
    RecordsWorld world;
    world.add_leads(1);
    const auto draft = world.talk();
    Store owner{world.db.owner_dsn()};
    const Instant later = kNoon + std::chrono::days{365 * 5 + 60};
    const auto parts = [&] {
        return world.db.sql("SELECT count(*) FROM pg_class WHERE relname ~ '^attempt.*_2026_11$' "
                            "AND relkind = 'r'");
    };
    CHECK(drop_expired(owner, kNoon, kActor, false).empty());
    REQUIRE_FALSE(drop_expired(owner, later, kActor, true).empty());
    CHECK(parts() == "3");
    CHECK_THROWS_AS(drop_expired(world.store, later, kActor, false), StoreRefusal);

    const dnc::Number number{std::stoll(
        world.db.sql("SELECT number FROM attempts WHERE id = " + RecordsWorld::id(draft)))};
    const auto hold = add_hold(world.store, {.number = number, .why = "Miller v. Acme"}, kActor);
    CHECK(drop_expired(owner, later, kActor, false).size() <
          retention_report(world.store, later).size());
    CHECK(parts() == "3");
    bool named = false;
    for (const RetentionItem& item : retention_report(world.store, later)) {
        named = named || item.held_by.find("Miller v. Acme") != std::string::npos;
    }
    CHECK(named);
    CHECK(litigation_holds(world.store, false).size() == 1);
    release_hold(world.store, hold, "settled", kActor);
    CHECK_THROWS_AS(release_hold(world.store, hold, "again", kActor), StoreRefusal);
    CHECK(litigation_holds(world.store, false).empty());
    CHECK(litigation_holds(world.store, true)[0].released_why == "settled");
    CHECK_THROWS_AS(add_hold(world.store, {.why = ""}, kActor), StoreRefusal);

    const auto all = add_hold(world.store, {.why = "subpoena"}, kActor);
    CHECK(drop_expired(owner, later, kActor, false).empty());
    release_hold(world.store, all, "answered", kActor);
    CHECK_FALSE(drop_expired(owner, later, kActor, false).empty());
    CHECK(parts() == "0");
    CHECK(world.db.sql("SELECT count(*) > 0 FROM retention_drops WHERE by_whom = 'maria'") == "t");
    CHECK_THROWS_AS(set_retention_terms(world.store, {{"attempts", 4, "x"}}, kActor), StoreRefusal);
    set_retention_terms(world.store, {{"attempts", 10, "CA"}}, kActor);
    CHECK(world.db.sql("SELECT keep_years FROM retention_terms WHERE kind = 'attempts'") == "10");
}
