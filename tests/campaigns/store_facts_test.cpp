// Goal: a leased lead brings all that the ledger and the dial log know about its phones, and
// nothing about anybody else's; what is recorded twice is there once. Method: real PostgreSQL; rows
// are written through the store, leads leased, and what came with them compared.

#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

using namespace store_test;
using namespace std::chrono_literals;
using campaigns::Outcome;
using campaigns::StoreRefusal;
using campaigns::Treatment;
using dnc::PastOutcome;

namespace {

campaigns::ConsentRecord consent_of(dnc::Number number) {
    campaigns::ConsentRecord record;
    record.number = number;
    record.consent.grade = dnc::ConsentGrade::written;
    record.consent.sellers = {"Test", "Other \"Co\", Inc"};
    record.consent.subject = "solar";
    record.consent.at = kNoon - 48h;
    record.consent.expires = kNoon + 48h;
    record.evidence =
        R"({"form":"web form 7","timestamp":"2026-11-21T17:00:00Z","ip":"192.0.2.1"})";
    record.recorded = {kNoon - 1h, "maria", "consents.csv:2"};
    return record;
}

campaigns::RevocationRecord revocation_of(dnc::Number number, std::int64_t request) {
    campaigns::RevocationRecord record;
    record.request = request;
    record.number = number;
    record.revocation.at = kNoon - 1h;
    record.revocation.means = "sms STOP";
    record.revocation.scope = dnc::RevocationScope::subject;
    record.revocation.seller = "Test";
    record.revocation.subject = "solar";
    record.deadline = std::chrono::December / 8 / 2026;
    record.recorded = {kNoon - 1h, "maria", ""};
    return record;
}

campaigns::RelationshipRecord relationship_of(dnc::Number number, const std::string& seller,
                                              dnc::Relationship::Kind kind, campaigns::Instant at) {
    return {number, seller, {0, kind, at}, R"({"invoice":"4711"})", {kNoon, "maria", "crm.csv:9"}};
}

const campaigns::PhoneFacts& facts_of(const campaigns::Lead& lead, dnc::Number number) {
    for (std::size_t i = 0; i < lead.phones.size(); ++i) {
        if (lead.phones[i] == number) {
            return lead.facts.at(i);
        }
    }
    throw std::runtime_error{"the lead has no such phone"};
}

} // namespace

TEST_CASE("consents come with the phone they were given for", "[pg][facts]") {
    World world;
    world.add_leads(2, 2);
    const auto first = consent_of(number_at(1));
    auto lasting = consent_of(number_at(1));
    lasting.consent.expires.reset();
    lasting.consent.grade = dnc::ConsentGrade::express;
    const auto done = world.store.add_consents({first, lasting, first});
    CHECK(done.added == 2);
    CHECK(done.known == 1);
    CHECK(world.store.add_consents({lasting}).known == 1);

    const auto leads = world.lease(2);
    REQUIRE(leads.size() == 2);
    CHECK(facts_of(leads[0], number_at(0)).consents.empty());
    CHECK(leads[1].facts.size() == 2);
    CHECK(leads[1].facts[0].consents.empty());
    const auto& consents = facts_of(leads[0], number_at(1)).consents;
    REQUIRE(consents.size() == 2);
    CHECK(consents[0].grade == dnc::ConsentGrade::written);
    CHECK(consents[0].sellers == first.consent.sellers);
    CHECK(consents[0].subject == "solar");
    CHECK(consents[0].at == first.consent.at);
    CHECK(consents[0].expires == first.consent.expires);
    CHECK(consents[0].evidence);
    CHECK(consents[0].id > 0);
    CHECK_FALSE(consents[1].expires.has_value());
}

TEST_CASE("a consent without its evidence is refused, and with it the whole file", "[pg][facts]") {
    World world;
    auto bad = consent_of(number_at(2));
    const auto evidence = GENERATE(as<std::string>{}, "{}", R"({"form":"web"})",
                                   R"({"form":" ","timestamp":"2026-11-21"})",
                                   R"({"timestamp":"2026-11-21"})", R"(["form","timestamp"])",
                                   "form", R"({"form":"a\u0000b","timestamp":"2026-11-21"})");
    INFO(evidence);
    bad.evidence = evidence;
    CHECK_THROWS_AS(world.store.add_consents({consent_of(number_at(1)), bad}), StoreRefusal);
    CHECK(world.db.sql("SELECT count(*) FROM consents") == "0");
}

TEST_CASE("revocations come with what they cover, and how far they were read", "[pg][facts]") {
    World world;
    world.add_leads(2);
    CHECK(world.store.add_revocation(revocation_of(number_at(0), 41)));
    CHECK_FALSE(world.store.add_revocation(revocation_of(number_at(0), 41)));
    const auto leads = world.lease(2);
    const auto& revocations = facts_of(leads[0], number_at(0)).revocations;
    REQUIRE(revocations.size() == 1);
    CHECK(revocations[0].means == "sms STOP");
    CHECK(revocations[0].scope == dnc::RevocationScope::subject);
    CHECK(revocations[0].seller == "Test");
    CHECK(revocations[0].at == kNoon - 1h);
    CHECK(facts_of(leads[1], number_at(1)).revocations.empty());
    CHECK(leads[1].revocations_seen == revocations[0].id);
    CHECK(world.store.last_revocation() == revocations[0].id);
    CHECK(world.store.revocations(0).size() == 1);
    CHECK(world.store.revocations(0)[0].deadline ==
          std::chrono::year_month_day{std::chrono::December / 8 / 2026});
    CHECK(world.store.revocations(revocations[0].id).empty());
}

TEST_CASE("of relationships with the campaign's seller the latest of each kind come along",
          "[pg][facts]") {
    using Kind = dnc::Relationship::Kind;
    World world;
    world.add_leads(1);
    const auto number = number_at(0);
    const auto done = world.store.add_relationships(
        {relationship_of(number, " TEST ", Kind::purchase, kNoon - 1000h),
         relationship_of(number, "Test", Kind::purchase, kNoon - 2000h),
         relationship_of(number, "Test", Kind::inquiry, kNoon - 100h),
         relationship_of(number, "Somebody else", Kind::purchase, kNoon - 1h)});
    CHECK(done.added == 4);
    const auto leads = world.lease(1);
    const auto& facts = facts_of(leads[0], number);
    REQUIRE(facts.purchase.has_value());
    CHECK(facts.purchase->at == kNoon - 1000h);
    REQUIRE(facts.inquiry.has_value());
    CHECK(facts.inquiry->at == kNoon - 100h);
}

TEST_CASE("the latest answer about reassignment comes along", "[pg][facts]") {
    World world;
    world.add_leads(2);
    const std::string number = std::to_string(number_at(0).e164);
    world.db.sql("INSERT INTO reassigned_answers VALUES "
                 "(1, " +
                 number +
                 ", '2026-01-01', 'no', '2026-11-01 12:00Z'), "
                 "(1, " +
                 number + ", '2026-01-01', 'yes', '2026-11-20 12:00Z')");
    const auto leads = world.lease(2);
    const auto& answer = facts_of(leads[0], number_at(0)).reassigned;
    REQUIRE(answer.has_value());
    CHECK(answer->answer == dnc::Reassignment::Answer::yes);
    CHECK(answer->queried_at == kNoon - 77h);
    CHECK_FALSE(facts_of(leads[1], number_at(1)).reassigned.has_value());
}

TEST_CASE("past calls count by what they were to the person", "[pg][facts]") {
    struct Case {
        Outcome outcome;
        Treatment treatment;
        bool ringing;
        PastOutcome expected;
    };
    const auto row = GENERATE(values<Case>({
        {Outcome::answered, Treatment::bridged, true, PastOutcome::conversation},
        {Outcome::answered, Treatment::abandoned, true, PastOutcome::abandoned},
        {Outcome::answered, Treatment::early_hangup, true, PastOutcome::abandoned},
        {Outcome::answered, Treatment::none, true, PastOutcome::conversation},
        {Outcome::busy, Treatment::none, false, PastOutcome::busy},
        {Outcome::no_answer, Treatment::none, true, PastOutcome::no_answer},
        {Outcome::rejected, Treatment::none, true, PastOutcome::no_answer},
        {Outcome::cancelled, Treatment::none, false, PastOutcome::no_answer},
        {Outcome::interrupted, Treatment::none, false, PastOutcome::no_answer},
        {Outcome::invalid_number, Treatment::none, false, PastOutcome::not_alerted},
        {Outcome::trunk_failure, Treatment::none, false, PastOutcome::not_alerted},
        {Outcome::congestion, Treatment::none, true, PastOutcome::no_answer},
        {Outcome::not_sent, Treatment::none, false, PastOutcome::not_alerted},
    }));
    INFO(campaigns::to_text(row.outcome) << " " << campaigns::to_text(row.treatment));
    World world;
    world.add_leads(1, 2);
    const auto draft = world.dial_one(kNoon);
    auto result = world.result(draft, row.outcome);
    result.treatment = row.treatment;
    if (row.ringing) {
        result.ringing_at = kNoon + 3s;
    }
    world.write_result(result);
    const auto leads = world.lease(1, kNoon + 5h);
    // A finished or exhausted lead is leased no more; by hand it may be.
    const auto lead = leads.empty()
                          ? world.store.lease_number(world.campaign.id, world.run, number_at(1), "",
                                                     kNoon + 5h, kNoon + 6h)
                          : leads[0];
    REQUIRE(lead.past.size() == 1);
    CHECK(lead.past[0].outcome == row.expected);
    CHECK(lead.past[0].at == kNoon);
    CHECK(lead.past[0].number == draft.clearance.number());
    CHECK(lead.past[0].seller == "Test");
}

TEST_CASE("calls without a result, calls open at a crash, and machines are told apart",
          "[pg][facts]") {
    World world;
    world.add_leads(1, 2);
    const auto outcome = [&world] {
        return world.store
            .lease_number(world.campaign.id, world.run, number_at(1), "", kNoon + 5h, kNoon + 5h)
            .past.at(0)
            .outcome;
    };
    const auto draft = world.dial_one(kNoon);
    SECTION("open") {
        world.db.sql("UPDATE leads SET status = 'ready', run_id = NULL, leased_until = NULL");
        CHECK(outcome() == PastOutcome::no_answer);
    }
    SECTION("open when the engine died, after the bridge") {
        campaigns::LogBatch batch;
        batch.events.push_back({draft.id, 0, kNoon, "answered", ""});
        batch.events.push_back({draft.id, 1, kNoon, "bridged", ""});
        world.store.write_log(batch);
        world.write_result(world.result(draft, Outcome::interrupted));
        CHECK(outcome() == PastOutcome::conversation);
    }
    SECTION("open when the engine died, after the answer") {
        campaigns::LogBatch batch;
        batch.events.push_back({draft.id, 0, kNoon, "answered", ""});
        world.store.write_log(batch);
        world.write_result(world.result(draft, Outcome::interrupted));
        CHECK(outcome() == PastOutcome::abandoned);
    }
    SECTION("the agent's last word was machine") {
        auto result = world.result(draft, Outcome::answered);
        result.treatment = Treatment::bridged;
        world.write_result(result);
        campaigns::LogBatch batch;
        batch.dispositions.push_back({draft.id, campaigns::AgentId{1}, kNoon + 10s, "sale", ""});
        batch.dispositions.push_back({draft.id, campaigns::AgentId{1}, kNoon + 20s, "machine", ""});
        world.store.write_log(batch);
        CHECK(outcome() == PastOutcome::machine);
    }
    SECTION("the agent's last word was one that the campaign has for machines") {
        world.db.sql("INSERT INTO disposition_codes (code, position, category, campaign_id) "
                     "SELECT 'voicemail', 90, 'machine', id FROM campaigns");
        auto result = world.result(draft, Outcome::answered);
        result.treatment = Treatment::bridged;
        world.write_result(result);
        campaigns::LogBatch batch;
        batch.dispositions.push_back(
            {draft.id, campaigns::AgentId{1}, kNoon + 10s, "voicemail", ""});
        world.store.write_log(batch);
        CHECK(outcome() == PastOutcome::machine);
    }
}

TEST_CASE("the person is whoever shares a number, in whatever campaign", "[pg][facts]") {
    World world;
    world.add_leads(1, 2);
    // The same person in another campaign: the second phone, and one that this campaign lacks.
    auto other = usual_campaign();
    other.name = "autumn";
    other.subject = "windows";
    const auto other_id = world.store.create_campaign(other);
    const std::string id = std::to_string(static_cast<std::int64_t>(other_id));
    world.db.sql("INSERT INTO lists (campaign_id, file_name, sha256) VALUES (" + id +
                 ", 'b.csv', repeat('b', 64));"
                 "INSERT INTO leads (campaign_id, list_id) SELECT " +
                 id +
                 ", max(id) FROM lists;"
                 "INSERT INTO lead_phones (lead_id, position, campaign_id, number) "
                 "SELECT max(id), 0, " +
                 id + ", " + std::to_string(number_at(1).e164) +
                 " FROM leads;"
                 "INSERT INTO lead_phones (lead_id, position, campaign_id, number) "
                 "SELECT max(id), 1, " +
                 id + ", " + std::to_string(number_at(50).e164) + " FROM leads");
    auto lead = world.store.lease_leads(other_id, world.run, 1, kNoon, kNoon + 60s).at(0);
    REQUIRE(lead.phones.size() == 2);
    std::swap(lead.phones[0], lead.phones[1]);
    auto draft = world.draft(lead, kNoon);
    draft.campaign = other_id;
    draft.subject = "windows";
    std::vector<campaigns::AttemptDraft> drafts;
    drafts.push_back(std::move(draft));
    REQUIRE(world.store.commit_attempts(drafts).tickets.size() == 1);

    const auto mine = world.lease(1, kNoon + 1h);
    REQUIRE(mine.size() == 1);
    REQUIRE(mine[0].past.size() == 1);
    CHECK(mine[0].past[0].number == number_at(50));
    CHECK(mine[0].past[0].subject == "windows");
}

TEST_CASE("calls older than asked for stay out", "[pg][facts]") {
    World world;
    world.add_leads(1);
    const auto draft = world.dial_one(kNoon);
    world.write_result(world.result(draft, Outcome::no_answer));
    const auto later = kNoon + std::chrono::days{31};
    CHECK(world.lease(1, later + 1s)[0].past.empty());
    world.store.return_leads(world.run, {draft.lead});
    CHECK(world.lease(1, later)[0].past.size() == 1);
}

TEST_CASE("a consent gives a lead that was refused for good another chance", "[pg][facts]") {
    World world;
    world.add_leads(2);
    world.db.sql("UPDATE leads SET status = 'blocked'");
    CHECK(world.lease(2).empty());
    world.store.add_consents({consent_of(number_at(1))});
    const auto leads = world.lease(2);
    REQUIRE(leads.size() == 1);
    CHECK(leads[0].phones[0] == number_at(1));
    world.store.add_relationships(
        {relationship_of(number_at(0), "Test", dnc::Relationship::Kind::purchase, kNoon - 1h)});
    CHECK(world.lease(2).size() == 1);
}

TEST_CASE("emergencies and proclaimed days are declared, ended and listed", "[pg][ledger]") {
    World world;
    const campaigns::Declared declared{
        "https://governor.example/eo-12", "maria", {kNoon, "maria", ""}};
    campaigns::EmergencyRecord record;
    record.emergency = {"NY", kNoon, std::nullopt};
    record.declared = declared;
    const auto id = world.store.add_emergency(record);
    CHECK_FALSE(world.store.emergencies().at(0).emergency.to.has_value());
    world.store.end_emergency(id, kNoon + 48h, declared);
    world.store.end_emergency(id, kNoon + 24h, declared);
    REQUIRE(world.store.emergencies().size() == 1);
    CHECK(world.store.emergencies()[0].emergency.to == kNoon + 24h);
    CHECK(world.store.emergencies()[0].declared.reviewer == "maria");
    CHECK_THROWS_AS(world.store.end_emergency(id + 1, kNoon, declared), StoreRefusal);

    const campaigns::HolidayRecord holiday{{"LA", std::chrono::December / 24 / 2026}, declared};
    CHECK(world.store.add_holiday(holiday));
    CHECK_FALSE(world.store.add_holiday(holiday));
    REQUIRE(world.store.proclaimed_holidays().size() == 1);
    CHECK(world.store.proclaimed_holidays()[0].holiday.date ==
          std::chrono::year_month_day{std::chrono::December / 24 / 2026});
    auto unsourced = holiday;
    unsourced.holiday.region = "MS";
    unsourced.declared.source.clear();
    CHECK_THROWS_AS(world.store.add_holiday(unsourced), StoreRefusal);
}

TEST_CASE("campaigns of one seller and offer are one regulatory campaign", "[pg][ledger]") {
    World world;
    auto second = usual_campaign();
    second.name = "second";
    second.seller = " test ";
    world.store.create_campaign(second);
    auto third = usual_campaign();
    third.name = "third";
    third.offer = "Windows";
    third.purpose = dnc::Purpose::survey;
    third.atds_profile = dnc::AtdsProfile::duguid;
    third.subject = "panes";
    world.store.create_campaign(third);
    const auto all = world.store.campaigns();
    REQUIRE(all.size() == 3);
    CHECK(all[0].regulatory_campaign == all[1].regulatory_campaign);
    CHECK(all[2].regulatory_campaign != all[0].regulatory_campaign);
    CHECK(all[2].offer == "Windows");
    CHECK(all[2].purpose == dnc::Purpose::survey);
    CHECK(all[2].atds_profile == dnc::AtdsProfile::duguid);
    CHECK(all[2].subject == "panes");

    campaigns::CampaignChange change;
    change.offer = "windows";
    change.subject = "frames";
    world.store.change_campaign("second", change);
    const auto after = world.store.campaigns();
    CHECK(after[1].regulatory_campaign == all[2].regulatory_campaign);
    CHECK(after[1].subject == "frames");
    CHECK(after[1].purpose == dnc::Purpose::telemarketing);
    CHECK(world.db.sql("SELECT count(*) FROM regulatory_campaigns") == "2");
}

TEST_CASE("each attempt says for whom, about what and in which regulatory campaign",
          "[pg][ledger]") {
    auto settings = usual_campaign();
    settings.subject = "solar";
    settings.purpose = dnc::Purpose::informational;
    World world{settings};
    world.add_leads(1);
    const auto draft = world.dial_one();
    CHECK(world.db.sql("SELECT a.seller, a.subject, a.purpose, r.seller FROM attempts a "
                       "JOIN regulatory_campaigns r ON r.id = a.regulatory_campaign_id") ==
          "Test|solar|informational|Test");
}
