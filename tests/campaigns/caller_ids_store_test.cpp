// Goal: no number is shown without the right to it, what is known about numbers survives, and
// campaigns that were there before go on.
// Method: real PostgreSQL; an older program's database for the migration.

#include "campaigns/settings/caller_ids.hpp"
#include "campaigns/settings/settings.hpp"
#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace campaigns;
using namespace store_test;
using namespace std::chrono;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

const Actor kAna{"ana", kNoon};
constexpr dnc::Number kOne{12125550100};
constexpr dnc::Number kTwo{13105550101};

struct Fixture {
    Fixture() {
        create_campaign(store, "spring", {{"seller", "Acme"}, {"caller_id", "+12125550100"}}, kAna);
    }
    static CallerId contract(dnc::Number number) {
        CallerId one;
        one.number = number;
        one.owner = "Acme";
        one.proof = CallerIdProof::contract;
        one.reference = "2026/1";
        one.valid_from = sys_days{2026y / January / 1};
        one.valid_to = sys_days{2026y / November / 30};
        return one;
    }
    Database db;
    Store store{db.engine_dsn()};
};

} // namespace

TEST_CASE("who names a number declares that he may show it", "[pg][caller_ids]") {
    Fixture test;
    const auto numbers = caller_ids(test.store);
    REQUIRE(numbers.size() == 1);
    CHECK(numbers[0].number == kOne);
    CHECK(numbers[0].proof == CallerIdProof::declared);
    CHECK(numbers[0].recorded_by == "ana");
    CHECK(numbers[0].recorded_at == kNoon);
    CHECK(caller_id_obstacles(test.store, "spring", kNoon).empty());
    change_campaign(test.store, "spring", {{"caller_id", "+13105550101"}}, {"ben", kNoon});
    CHECK(caller_ids(test.store).size() == 2);
    CHECK(caller_ids(test.store)[1].recorded_by == "ben");
    CHECK_THROWS_AS(caller_id_obstacles(test.store, "winter", kNoon), StoreRefusal);
}

TEST_CASE("a proof comes back as it was recorded and replaces a weaker one", "[pg][caller_ids]") {
    Fixture test;
    CallerId one = Fixture::contract(kOne);
    one.name = "Acme \"Solar\"";
    one.document_sha256 = std::string(64, 'a');
    one.verified = true;
    put_caller_id(test.store, one, {"ben", kNoon + 1s});
    const auto back = caller_ids(test.store).front();
    CHECK(back.name == one.name);
    CHECK(back.owner == "Acme");
    CHECK(back.proof == CallerIdProof::contract);
    CHECK(back.reference == "2026/1");
    CHECK(back.valid_from == one.valid_from);
    CHECK(back.valid_to == one.valid_to);
    CHECK(back.document_sha256 == one.document_sha256);
    CHECK(back.verified);
    CHECK(back.recorded_by == "ben");
    const auto history = setting_history(test.store, {.table = "caller_ids"});
    REQUIRE(history.size() == 2);
    revert_setting(test.store, history[0].id, kAna);
    CHECK(caller_ids(test.store).front().proof == CallerIdProof::declared);
    CHECK(caller_ids(test.store).front().recorded_by == "ana");
}

TEST_CASE("a proof without what makes it one is refused", "[pg][caller_ids]") {
    Fixture test;
    std::vector<CallerId> wrong(5, Fixture::contract(kTwo));
    wrong[0].reference.clear();
    wrong[1].owner.clear();
    wrong[2].valid_to.reset();
    wrong[3].valid_to = sys_days{2025y / January / 1};
    wrong[4].verified = true;
    for (const CallerId& one : wrong) {
        CHECK_THROWS_AS(put_caller_id(test.store, one, kAna), StoreRefusal);
    }
    CHECK(caller_ids(test.store).size() == 1);
    CHECK_THROWS_WITH(assign_caller_id(test.store, "spring", {kTwo, 1, true}, kAna),
                      Contains("not on record"));
    CHECK_THROWS_AS(assign_caller_id(test.store, "spring", {kOne, 0, true}, kAna), StoreRefusal);
    CHECK_THROWS_AS(assign_caller_id(test.store, "winter", {kOne, 1, true}, kAna), StoreRefusal);
}

TEST_CASE("outside its period a number stops its campaign, with words", "[pg][caller_ids]") {
    Fixture test;
    put_caller_id(test.store, Fixture::contract(kOne), kAna);
    CHECK(caller_id_obstacles(test.store, "spring", kNoon).empty());
    const auto late = caller_id_obstacles(test.store, "spring", kNoon + days{8});
    REQUIRE(late.size() == 1);
    CHECK_THAT(english(late[0]), Contains("+12125550100") && Contains("ended on 2026-11-30"));
    const auto early = caller_id_obstacles(test.store, "spring", kNoon - days{400});
    REQUIRE(early.size() == 1);
    CHECK_THAT(english(early[0]), Contains("begins on 2026-01-01"));
    // The program says the same as the store.
    const auto one = caller_ids(test.store).front();
    CHECK(proof_fault(one, kNoon + days{8}));
    CHECK_FALSE(proof_fault(one, kNoon));
    CHECK_FALSE(proof_fault(one, sys_days{2026y / November / 30} + 24h - 1us));
    CHECK(proof_fault(one, sys_days{2026y / December / 1}));
    // One good number is enough.
    put_caller_id(test.store, {.number = kTwo}, kAna);
    assign_caller_id(test.store, "spring", {kOne, 1, true}, kAna);
    assign_caller_id(test.store, "spring", {kTwo, 1, true}, kAna);
    CHECK(caller_id_obstacles(test.store, "spring", kNoon + days{8}).empty());
    assign_caller_id(test.store, "spring", {kTwo, 1, false}, kAna);
    CHECK(caller_id_obstacles(test.store, "spring", kNoon + days{8}).size() == 1);
}

TEST_CASE("rests are kept, and woken numbers do not rest", "[pg][caller_ids]") {
    Fixture test;
    Store engine{test.db.engine_dsn()};
    engine.listen();
    rest_caller_id(test.store, kOne, kNoon + 24h, "labelled", kAna);
    CHECK(engine.wait_for_notifications(10s) == std::vector<std::string>{"dialer_campaigns"});
    const auto why = caller_id_obstacles(test.store, "spring", kNoon + 1h);
    REQUIRE(why.size() == 1);
    CHECK_THAT(english(why[0]), Contains("rests until 2026-11-24"));
    CHECK(caller_id_obstacles(test.store, "spring", kNoon + 24h).empty());
    Store later{test.db.engine_dsn()};
    CHECK(caller_id_book(later, kNoon).rests.at(kOne).until == kNoon + 24h);
    CHECK(caller_id_book(later, kNoon).rests.at(kOne).why == "labelled");
    CHECK(caller_id_book(later, kNoon).rested_lately.at(kOne) == 0); // not by the engine
    CHECK(wake_caller_id(test.store, kOne, {"ben", kNoon + 1h}));
    CHECK_FALSE(wake_caller_id(test.store, kOne, {"ben", kNoon + 1h}));
    CHECK(caller_id_obstacles(test.store, "spring", kNoon + 1h).empty());
    CHECK_THROWS_WITH(rest_caller_id(test.store, kTwo, kNoon + 24h, "", kAna),
                      Contains("not on record"));
    CHECK_THROWS_AS(rest_caller_id(test.store, kOne, kNoon, "", kAna), StoreRefusal);
}

TEST_CASE("an alarm and its rest are there together, once", "[pg][caller_ids]") {
    Fixture test;
    CallerIdAlarm alarm;
    alarm.id = IdMaker{1}.make(kNoon);
    alarm.at = kNoon;
    alarm.campaign = test.store.campaigns().front().id;
    alarm.number = kOne;
    alarm.trunk = "carrier-a";
    alarm.signal = "blocked";
    alarm.detail = "30 % refused";
    alarm.rest_until = kNoon + 48h;
    add_caller_id_alarm(test.store, alarm);
    add_caller_id_alarm(test.store, alarm);
    const auto alarms = caller_id_alarms(test.store, kOne);
    REQUIRE(alarms.size() == 1);
    CHECK(alarms[0].detail == "30 % refused");
    CHECK(alarms[0].rest_until == kNoon + 48h);
    CHECK(caller_id_alarms(test.store, kTwo).empty());
    const auto book = caller_id_book(test.store, kNoon);
    CHECK(book.rests.at(kOne).by == "engine");
    CHECK(book.rested_lately.at(kOne) == 1);
    CHECK(caller_id_book(test.store, kNoon + days{31}).rested_lately.at(kOne) == 0);
    CHECK(test.db.sql("SELECT count(*) FROM caller_id_rests") == "1");
}

TEST_CASE("counts of engines add up by day, and history leaves today out", "[pg][caller_ids]") {
    Fixture test;
    const auto today = floor<days>(kNoon);
    const std::map<CallerIdKey, CallerIdCounts> counts{{{kOne, "a"}, {10, 3, 1, 2}},
                                                       {{kOne, "b"}, {5, 1, 0, 0}}};
    for (const auto day :
         {today - days{1}, today - days{1}, today - days{28}, today - days{29}, today}) {
        add_caller_id_counts(test.store, day, counts);
    }
    const auto book = caller_id_book(test.store, kNoon);
    CHECK(book.history.at({kOne, "a"}) == CallerIdCounts{30, 9, 3, 6});
    CHECK(book.history.at({kOne, "b"}) == CallerIdCounts{15, 3, 0, 0});
    add_caller_id_counts(test.store, today, {});
}

TEST_CASE("campaigns of an older program keep their number, as declared", "[pg][caller_ids]") {
    Database db{Database::Empty{}};
    apply_until(db, "0008_supply.sql");
    db.sql("INSERT INTO campaigns (name, seller, mode, lines_per_agent, caller_id, trunks, "
           "ring_max_s, wrap_up_max_s, attempts_max, retry_after_s, message_file, created_at) "
           "VALUES ('spring', 'Acme', 'ratio', 1, 12125550100, '{}', 25, 30, 3, 3600, '', "
           "'2026-03-01Z'), ('autumn', 'Acme', 'ratio', 1, 12125550100, '{}', 25, 30, 3, 3600, '', "
           "'2026-09-01Z')");
    migrate(db.owner_dsn());
    Store store{db.engine_dsn()};
    const auto numbers = caller_ids(store);
    REQUIRE(numbers.size() == 1);
    CHECK(numbers[0].proof == CallerIdProof::declared);
    CHECK(numbers[0].recorded_by == "campaign spring");
    CHECK(caller_id_obstacles(store, "spring", kNoon).empty());
    CHECK(db.sql("SELECT count(*) FROM caller_id_obstacles(1)") == "0");
    CHECK(store.campaigns().size() == 2);
}
