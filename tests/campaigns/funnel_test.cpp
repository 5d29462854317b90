// Goal: each lead is in exactly one step of the funnel, with a reason that people understand, and
// the breakdowns by zone and list add up to the same.
// Method: counts by hand through the pure part, and leads in every state in a real store, with a
// gate of one simple law; instants by hand.

#include "campaigns/funnel/funnel.hpp"
#include "campaigns/funnel/store.hpp"
#include "tests/campaigns/funnel_support.hpp"
#include "tests/campaigns/store_support.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace campaigns;
using namespace store_test;
using namespace std::chrono_literals;
using funnel_test::law;

namespace {

/// Leads in New York (place 1) and Honolulu (place 2), where it is 07:00 at kNoon.
struct Leads : World {
    Leads() {
        add_leads(20); // list 1
        db.sql("INSERT INTO places (key, jurisdictions, zones, number) VALUES "
               "('US,US-NY|America/New_York', '{US,US-NY}', '{America/New_York}', 12125550100),"
               "('US,US-HI|Pacific/Honolulu', '{US,US-HI}', '{Pacific/Honolulu}', 18085550100)");
        db.sql("UPDATE leads SET place = 1 + id % 2;"
               "UPDATE lists SET rows_read = 25, rows_refused = 5");
    }

    void set(int lead, const std::string& what) {
        db.sql("UPDATE leads SET " + what + " WHERE id = " + std::to_string(lead));
    }

    Funnel funnel(Instant at = kNoon) {
        return funnel_of(store, *law().gate, *law().zones, "spring", at);
    }
};

const FunnelStage& stage(const Funnel& funnel, FunnelStep step) {
    return funnel.stages.at(static_cast<std::size_t>(step));
}

StepCounts sum_of_zones(const Funnel& funnel) {
    StepCounts sum;
    for (const FunnelZone& zone : funnel.zones) {
        for (std::size_t i = 0; i < kFunnelSteps; ++i) {
            sum.leads[i] += zone.counts.leads[i];
        }
    }
    return sum;
}

} // namespace

TEST_CASE("every lead stops at one step with a reason for people", "[pg][funnel]") {
    Leads world;
    world.set(1, "status = 'held', stop_reason = 'undone'");
    world.set(2, "status = 'filtered', stop_reason = 'filtered'");
    world.set(3, "status = 'finished', stop_reason = 'sale'");
    world.set(4, "status = 'exhausted', stop_reason = 'no_answer'");
    world.set(5, "status = 'exhausted', stop_reason = 'busy'");
    world.set(6, "status = 'blocked', stop_reason = 'LIST_NATIONAL'");
    world.set(7, "status = 'blocked', stop_reason = 'CONSENT_STATE'");
    world.set(8, "status = 'leased', run_id = 1, leased_until = '2026-11-23 18:00Z'");
    world.set(9, "for_agent = 1, stop_reason = 'callback'");
    world.set(10, "due_at = '2026-11-23 17:30Z', stop_reason = 'busy'");
    world.set(11, "due_at = '2026-11-24 12:00Z', stop_reason = 'no_answer'");
    world.set(12, "due_at = '2026-11-30 12:00Z', stop_reason = 'HOURS_FEDERAL'");
    const Funnel funnel = world.funnel();

    CHECK(funnel.loaded == 20);
    CHECK(funnel.rows_refused == 5);
    CHECK(funnel.counts.total() == 20);
    CHECK(english(stage(funnel, FunnelStep::held).reasons.at(0).words) == "the import was undone");
    CHECK(stage(funnel, FunnelStep::filtered).leads == 1);
    CHECK(english(stage(funnel, FunnelStep::finished).reasons.at(0).words) == "Sale");
    CHECK(stage(funnel, FunnelStep::used_up).leads == 2);
    CHECK(stage(funnel, FunnelStep::used_up).reasons.size() == 2);
    CHECK(stage(funnel, FunnelStep::refused).leads == 2);
    CHECK(english(stage(funnel, FunnelStep::refused).reasons.at(0).words) ==
          "no consent of the kind asked for by the state's rules");
    CHECK(english(stage(funnel, FunnelStep::refused).reasons.at(1).words) ==
          "on the national do-not-call registry");
    CHECK(stage(funnel, FunnelStep::in_hand).leads == 1);
    CHECK(stage(funnel, FunnelStep::for_agent).leads == 1);
    const auto& resting = stage(funnel, FunnelStep::resting);
    REQUIRE(resting.reasons.size() == 3);
    CHECK(resting.reasons[0].code == "within_hour");
    CHECK(resting.reasons[0].until == kNoon + 30min);
    CHECK(resting.reasons[1].code == "within_day");
    CHECK(resting.reasons[2].code == "later");
    // Leads 13 .. 20: four in each place; Honolulu opens at 08:00 there, 18:00 in UTC.
    CHECK(stage(funnel, FunnelStep::callable).leads == 4);
    const auto& closed = stage(funnel, FunnelStep::closed);
    CHECK(closed.leads == 4);
    REQUIRE(closed.reasons.size() == 1);
    CHECK(closed.reasons[0].code == "HOURS_FEDERAL");
    CHECK(closed.reasons[0].until == kNoon + 1h);
    CHECK(funnel.next_change == kNoon + 30min);
    CHECK(funnel.stages.back().left == 0);
    CHECK(stage(funnel, FunnelStep::closed).left == 4);
    // By zone and by list it is the same.
    CHECK(sum_of_zones(funnel).leads == funnel.counts.leads);
    REQUIRE(funnel.lists.size() == 1);
    CHECK(funnel.lists[0].counts.leads == funnel.counts.leads);
}

TEST_CASE("zones say what time it is there and when they open and close", "[pg][funnel]") {
    Leads world;
    const Funnel funnel = world.funnel();
    REQUIRE(funnel.zones.size() == 2);
    for (const FunnelZone& zone : funnel.zones) {
        REQUIRE(zone.zones.size() == 1);
        REQUIRE(zone.places.size() == 1);
        if (zone.zones[0] == "America/New_York") {
            CHECK(zone.local[0] == "12:00");
            CHECK(zone.counts[FunnelStep::callable] == 10);
            CHECK_FALSE(zone.opens_at);
            // 21:00 there less the ringing of a call.
            REQUIRE(zone.closes_at);
            CHECK(*zone.closes_at > kNoon + 8h + 55min);
            CHECK(*zone.closes_at <= kNoon + 9h);
        } else {
            CHECK(zone.zones[0] == "Pacific/Honolulu");
            CHECK(zone.local[0] == "07:00");
            CHECK(zone.counts[FunnelStep::closed] == 10);
            CHECK(zone.opens_at == kNoon + 1h);
            CHECK(english(zone.places[0].hours.words).find("07:00") != std::string::npos);
        }
    }
    CHECK(world.funnel(kNoon + 1h).callable() == 20);
    CHECK(world.funnel(kNoon + 12h).callable() == 10); // New York sleeps
}

TEST_CASE("a list that is switched off holds its ready leads back", "[pg][funnel]") {
    Leads world;
    world.add_leads(5); // list 2, in no place
    CHECK(world.funnel().callable() == 15);
    world.db.sql("UPDATE lists SET weight = 0 WHERE id = 1");
    Funnel funnel = world.funnel();
    CHECK(funnel.callable() == 5);
    CHECK(stage(funnel, FunnelStep::list_off).leads == 20);
    CHECK(english(stage(funnel, FunnelStep::list_off).reasons.at(0).words) ==
          "the list has weight 0");
    CHECK(sum_of_zones(funnel).leads == funnel.counts.leads);
    world.db.sql("UPDATE lists SET status = 'loading' WHERE id = 2");
    funnel = world.funnel();
    CHECK(funnel.callable() == 0);
    CHECK(stage(funnel, FunnelStep::list_off).reasons.size() == 2);
    CHECK(funnel.lists.at(0).list == ListId{2}); // newest first
}

TEST_CASE("numbers dialed by hand are a line of their own", "[pg][funnel]") {
    Leads world;
    static_cast<void>(world.store.lease_number(world.campaign.id, world.run, {12125550177}, "",
                                               kNoon, kNoon + 60s));
    const Funnel funnel = world.funnel();
    CHECK(funnel.by_hand == 1);
    CHECK(funnel.loaded == 20);
    CHECK(funnel.lists.size() == 1);
    CHECK(stage(funnel, FunnelStep::in_hand).leads == 0);
    CHECK(sum_of_zones(funnel).leads == funnel.counts.leads);
}

TEST_CASE("the campaign's own hours close places that the law leaves open", "[pg][funnel]") {
    Leads world;
    world.db.sql("UPDATE campaigns SET calling_hours = 'mon-fri 13:00-17:00'");
    const Funnel funnel = world.funnel();
    CHECK(funnel.callable() == 0);
    const auto& closed = stage(funnel, FunnelStep::closed);
    CHECK(closed.leads == 20);
    REQUIRE(closed.reasons.size() == 2);
    CHECK(closed.reasons[0].code == "campaign_hours"); // New York, in an hour
    CHECK(closed.reasons[0].until == kNoon + 1h);
    CHECK(closed.reasons[1].code == "HOURS_FEDERAL");
    CHECK(closed.reasons[1].until == kNoon + 6h); // 13:00 in Honolulu
}

TEST_CASE("an emergency closes a state and no other", "[pg][funnel]") {
    Leads world;
    const Funnel funnel = world.funnel();
    CHECK(funnel.callable() == 10);
    // The simple law has no rule for emergencies: nothing changes.
    world.db.sql("INSERT INTO emergencies (region, from_at, source, reviewer, recorded_at, "
                 "recorded_by) VALUES ('NY', '2026-11-23 00:00Z', 'x', 'y', '2026-11-23', 'z')");
    CHECK(world.funnel().callable() == 10);
}

TEST_CASE("an empty campaign has an empty funnel", "[pg][funnel]") {
    World world;
    const Funnel funnel = funnel_of(world.store, *law().gate, *law().zones, "spring", kNoon);
    CHECK(funnel.loaded == 0);
    CHECK(funnel.stages.size() == kFunnelSteps);
    CHECK(funnel.lists.empty());
    CHECK_THROWS_AS(funnel_of(world.store, *law().gate, *law().zones, "no such", kNoon),
                    StoreRefusal);
}

TEST_CASE("the funnel as JSON and text tells the same", "[pg][funnel]") {
    Leads world;
    world.set(4, "status = 'exhausted', stop_reason = 'no_answer'");
    const Funnel funnel = world.funnel();
    const auto json = boost::json::parse(to_json(funnel)).as_object();
    CHECK(json.at("loaded") == 20);
    CHECK(json.at("callable") == 9); // lead 4 was one of New York
    CHECK(json.at("stages").as_array().size() == kFunnelSteps);
    CHECK(json.at("stages").as_array().at(3).at("reasons").as_array().at(0).at("words") ==
          "nobody answered");
    CHECK(json.at("next_change") == "2026-11-23T18:00:00Z");
    CHECK(json.at("zones").as_array().size() == 2);
    const std::string text = to_text(funnel);
    CHECK(text.find("Callable now") != std::string::npos);
    CHECK(text.find("nobody answered") != std::string::npos);
    CHECK(text.find("opens 2026-11-23 18:00 UTC") != std::string::npos);
    const FunnelTotals totals = totals_of(funnel);
    CHECK(totals.ready == 19);
    CHECK(totals.exhausted == 1);
}

TEST_CASE("every reason code of the gate has words of its own", "[funnel]") {
    for (std::size_t i = 0; i < dnc::kReasonCodes; ++i) {
        const std::string code{dnc::to_text(static_cast<dnc::ReasonCode>(i))};
        const std::string words = words_of_reason(code);
        INFO(code << ": " << words);
        CHECK(words.size() > 10);
        CHECK(words.find('_') == std::string::npos);
        std::string blanks = code;
        std::replace(blanks.begin(), blanks.end(), '_', ' ');
        CHECK(words != blanks);
    }
    CHECK(words_of_reason("wrong_number") == "wrong number");
    CHECK(words_of_reason("") == "never tried");
}
