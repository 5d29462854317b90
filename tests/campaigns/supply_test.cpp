// Goal: the supply gives the leads that settings, filters, rules and promises say, and nobody gets
// lost between them.
// Method: a real database; leads by SQL as an import makes them, leases and results as an engine
// does; every filter is asked in C++ and in PostgreSQL about the same leads.

#include "campaigns/supply/filter_store.hpp"
#include "campaigns/supply/retry.hpp"
#include "tests/campaigns/supply_support.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>

using namespace store_test;
using namespace std::chrono_literals;
using namespace campaigns;

namespace {

/// Sweeps until nothing is left to do.
FilterSweep sweep(World& world, Instant now = kNoon) {
    FilterSweep total;
    for (int i = 0; i < 1000; ++i) {
        const auto one = sweep_filters(world.store, now);
        total.parked += one.parked;
        total.brought_back += one.brought_back;
        if (one.done) {
            return total;
        }
    }
    FAIL("the sweep does not end");
    return total;
}

} // namespace

TEST_CASE("places that are closed give nothing, and are told", "[pg][supply]") {
    World world;
    world.add_leads(6);
    world.db.sql("INSERT INTO places (id, key, jurisdictions, zones, number) VALUES "
                 "(1, 'a', '{US}', '{America/New_York}', 12015550100),"
                 "(2, 'b', '{US}', '{America/Denver}', 13035550100);"
                 "UPDATE leads SET place = id % 3");
    const auto open = lease(world, 10, kNoon, {1});
    CHECK(ids_of(open) == std::set<std::int64_t>{2, 3, 5, 6});
    CHECK(open.closed);
    CHECK(lease(world, 10, kNoon, {1}).leads.empty());
    const auto rest = lease(world, 10);
    CHECK(ids_of(rest) == std::set<std::int64_t>{1, 4});
    CHECK_FALSE(rest.closed);
    CHECK(places_of_leads(world.store).size() == 2);
}

TEST_CASE("lists give by their weights, and nothing when they are off", "[pg][supply]") {
    World world;
    world.add_leads(300);
    world.add_leads(300);
    world.add_leads(10);
    change_list(world.store, ListId{1}, {.weight = 3, .priority = {}}, kAnna);
    change_list(world.store, ListId{3}, {.weight = 0, .priority = {}}, kAnna);
    std::map<std::int64_t, int> taken;
    for (int i = 0; i < 40; ++i) {
        for (const Lead& lead : lease(world, 4, kNoon + std::chrono::microseconds{i}).leads) {
            ++taken[static_cast<std::int64_t>(lead.list)];
        }
    }
    CHECK(taken[1] == 120);
    CHECK(taken[2] == 40);
    CHECK(taken[3] == 0);
    change_list(world.store, ListId{3}, {.weight = 1, .priority = 5}, kAnna);
    const auto lifted = lease(world, 4);
    REQUIRE(lifted.leads.size() == 4);
    CHECK(lifted.leads[0].list == ListId{3});
    CHECK(lifted.leads[0].priority == 5);
    CHECK_THROWS_AS(change_list(world.store, ListId{9}, {}, kAnna), StoreRefusal);
    CHECK_THROWS_AS(change_list(world.store, ListId{1}, {.weight = 101, .priority = {}}, kAnna),
                    StoreRefusal);
    const auto lists = lists_of_leads(world.store, "spring");
    REQUIRE(lists.size() == 3);
    CHECK(lists[0].weight == 3);
    CHECK(lists[0].leads == 300);
    CHECK(world.db.sql("SELECT count(*) FROM setting_changes WHERE table_name = 'lists' "
                       "AND by_whom = 'anna'") == "3");
}

TEST_CASE("the filter decides what is leased, and a changed one brings leads back",
          "[pg][supply][filter]") {
    World world;
    world.add_leads(5000);
    world.db.sql("UPDATE leads SET region = CASE WHEN id % 500 = 0 THEN 'FL' ELSE 'GA' END");
    CHECK(set_filter(world.store, "spring", "state='fl'", kAnna) == "state = \"fl\"");
    CHECK(filter_of(world.store, "spring") == "state = \"fl\"");
    const auto few = lease(world, 3);
    CHECK(few.leads.size() == 3);
    CHECK(few.filtered > 0);
    CHECK(few.filtered <= kCandidatesMax);
    const auto swept = sweep(world);
    CHECK(swept.parked + few.filtered == 4990);
    CHECK(world.db.sql("SELECT count(*) FROM leads WHERE status = 'filtered'") == "4990");
    CHECK(sweep(world).parked == 0);
    const auto rest = lease(world, 50);
    CHECK(rest.leads.size() == 7);
    CHECK(rest.filtered == 0);

    const auto count = count_filter(world.store, "spring", "state = 'GA'", kNoon);
    CHECK(count.exact);
    CHECK(count.let_through == 4990);
    set_filter(world.store, "spring", "state = 'GA' and attempts = 0", kAnna);
    CHECK(sweep(world).brought_back == 4990);
    CHECK(lease(world, 50).leads.size() == 50);
    set_filter(world.store, "spring", "", kAnna);
    CHECK(sweep(world).done);
    CHECK_THROWS_WITH(set_filter(world.store, "spring", "state = FL", kAnna),
                      Catch::Contains("column 9"));
    CHECK_THROWS_AS(set_filter(world.store, "summer", "", kAnna), StoreRefusal);
}

TEST_CASE("an estimate of a filter's count holds the truth", "[pg][supply][filter]") {
    World world;
    world.db.sql("INSERT INTO lists (campaign_id, file_name, sha256) "
                 "VALUES (1, 'big.csv', repeat('a', 64));"
                 "INSERT INTO leads (campaign_id, list_id, region) "
                 "SELECT 1, 1, CASE WHEN i % 10 = 0 THEN 'FL' ELSE 'GA' END "
                 "FROM generate_series(1, 60000) i;"
                 "SELECT fold_lead_counts('2026-11-23 17:00Z')");
    int inside = 0;
    for (int i = 0; i < 20; ++i) {
        const auto count = count_filter(world.store, "spring", "state = 'FL'", kNoon);
        CHECK_FALSE(count.exact);
        CHECK(count.of == 60000);
        CHECK(count.sampled > 1000);
        inside += std::abs(count.let_through - 6000) <= count.error ? 1 : 0;
    }
    CHECK(inside >= 15);
    const auto exact = count_filter_exactly(world.store, "spring", "state = 'FL'", kNoon);
    CHECK(exact.exact);
    CHECK(exact.let_through == 6000);
    CHECK(count_filter(world.store, "spring", "name = 'nobody'", kNoon).error > 0);
}

namespace {

const std::vector<std::string> kValues{"FL",
                                       "fl",
                                       "Ga",
                                       "",
                                       "331",
                                       "Stra\xC3\x9F"
                                       "e",
                                       "O'Neil",
                                       "back\\slash",
                                       "%",
                                       "40000",
                                       " 12.5",
                                       "-3",
                                       "1e5",
                                       "x_y"};

/// Random filters, and leads that they may or may not let through.
class FilterGame {
public:
    explicit FilterGame(std::uint32_t seed) : random_{seed} {}

    std::uint32_t up_to(std::uint32_t limit) {
        return static_cast<std::uint32_t>(random_() % limit);
    }
    std::string one_of(const std::vector<std::string>& words) {
        return words[up_to(static_cast<std::uint32_t>(words.size()))];
    }

    FilterLead lead() {
        FilterLead lead;
        lead.texts = {
            {"state", one_of(kValues)}, {"city", one_of(kValues)}, {"list_name", "leads.csv"}};
        lead.numbers = {
            {"attempts", up_to(4) * 1'000'000LL}, {"list", 1'000'000}, {"phones", 1'000'000}};
        if (up_to(3) != 0) {
            lead.custom["x"] = one_of(kValues);
        }
        return lead;
    }

    std::string filter() {
        std::string text = condition();
        for (auto more = up_to(4); more > 0; --more) {
            text =
                one_of({"", "not "}) + "(" + text + ")" + one_of({" and ", " or "}) + condition();
        }
        return text;
    }

private:
    static std::string doubled(std::string text, char quote) {
        for (std::size_t at = 0; (at = text.find(quote, at)) != std::string::npos; at += 2) {
            text.insert(at, 1, quote);
        }
        return quote + text + quote;
    }
    std::string literal() { return doubled(one_of(kValues), '"'); }

    std::string condition() {
        const std::string text = one_of({"state", "city", "custom.x", "list_name"});
        const std::string number =
            one_of({"attempts", "custom.x", "phones", "list", "days_since_attempt"});
        const std::string wanted = literal();
        const std::vector<std::string> forms{
            text + one_of({" = ", " != "}) + wanted,
            number + one_of({" = ", " != ", " < ", " <= ", " > ", " >= "}) +
                one_of({"0", "1", "2", "12.5", "-3", "40000"}),
            wanted == "\"\"" ? text + " is empty"
                             : text + one_of({" starts ", " ends ", " contains "}) + wanted,
            text + one_of({" in (", " not in ("}) + wanted + ", " + literal() + ")",
            number + one_of({" in (", " not in ("}) + "1, 40000)",
            one_of({text, number}) + one_of({" is empty", " is not empty"})};
        return one_of(forms);
    }

    std::mt19937 random_;
};

std::string sql_quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) {
        out.append(c == '\'' ? 2 : 1, c);
    }
    return out + "'";
}

void store_lead(World& world, std::int64_t id, const FilterLead& lead) {
    const auto custom = lead.custom.find("x");
    world.db.sql("UPDATE leads SET region = " + sql_quoted(lead.texts.at("state")) +
                 ", city = " + sql_quoted(lead.texts.at("city")) + ", attempts = " +
                 text_of(lead.numbers.at("attempts") / 1'000'000) + ", custom = " +
                 (custom == lead.custom.end()
                      ? "NULL"
                      : "jsonb_build_object('x', " + sql_quoted(custom->second) + "::text)") +
                 " WHERE id = " + text_of(id));
}

} // namespace

TEST_CASE("PostgreSQL answers every filter as the program does", "[pg][supply][filter]") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    FilterGame game{seed};
    World world;
    constexpr int kLeads = 60;
    world.add_leads(kLeads);
    std::map<std::int64_t, FilterLead> leads;
    for (int id = 1; id <= kLeads; ++id) {
        leads[id] = game.lead();
        store_lead(world, id, leads[id]);
    }
    for (int round = 0; round < 300; ++round) {
        const std::string text = game.filter();
        const auto read = read_filter(text);
        INFO(text);
        REQUIRE(std::holds_alternative<Filter>(read));
        const auto& filter = std::get<Filter>(read);
        const std::string rows =
            world.db.sql("SELECT string_agg(l.id::text, ',' ORDER BY l.id) FROM leads l "
                         "JOIN lists s ON s.id = l.list_id WHERE " +
                         sql_of(filter, "'2026-11-23 17:00Z'"));
        std::string expected;
        for (const auto& [id, lead] : leads) {
            if (lets_through(filter, lead)) {
                expected += (expected.empty() ? "" : ",") + text_of(id);
            }
        }
        CHECK(rows == expected);
    }
}

TEST_CASE("the rule of an outcome says when and how a lead is tried again", "[pg][supply][retry]") {
    World world;
    world.add_leads(3, 2);
    set_retry_rule(world.store,
                   {.outcome = "busy",
                    .campaign = "spring",
                    .delay = 5min,
                    .tries_max = 1,
                    .other_phone = false},
                   kAnna);
    const auto rules = retry_rules(world.store, "spring");
    CHECK(rules.size() == 15);
    CHECK(retry_rules(world.store, "").size() == 15);

    auto draft = world.dial_one();
    finish(world, draft, Outcome::no_answer, Treatment::none, kNoon + 20s);
    // Another phone next; the campaign's hour, up to the quarter.
    CHECK(state(world, 1) == "ready|no_answer|0|0|1|1|23 18:15:00");
    draft = world.dial_one();
    finish(world, draft, Outcome::busy, Treatment::none, kNoon + 20s);
    CHECK(state(world, 2) == "exhausted|busy|0|0|1|0|23 17:06:00");
    draft = world.dial_one();
    finish(world, draft, Outcome::congestion, Treatment::none, kNoon + 20s);
    CHECK(state(world, 3) == "ready|congestion|0|0|1|1|23 17:02:00");

    drop_retry_rule(world.store, "spring", "busy", kAnna);
    CHECK_THROWS_AS(drop_retry_rule(world.store, "spring", "busy", kAnna), StoreRefusal);
    CHECK_THROWS_AS(set_retry_rule(world.store, {.outcome = "Busy!", .campaign = {}}, kAnna),
                    StoreRefusal);
}

TEST_CASE("a try in another part of the day", "[pg][supply][retry]") {
    World world; // noon in New York, the first tries are made in the afternoon there
    world.add_leads(1);
    world.db.sql("INSERT INTO places (id, key, jurisdictions, zones, number) VALUES "
                 "(1, 'a', '{US}', '{America/New_York}', 12015550100);"
                 "UPDATE leads SET place = 1; UPDATE campaigns SET attempts_max = 9");
    set_retry_rule(
        world.store,
        {.outcome = "no_answer", .campaign = "", .delay = 1h, .tries_max = {}, .spread = true},
        kAnna);
    auto draft = world.dial_one();
    finish(world, draft, Outcome::no_answer, Treatment::none, kNoon + 20s);
    CHECK(state(world, 1) == "ready|no_answer|0|0|1|1|23 22:00:00"); // 17 h in New York
    const Instant evening = kNoon + 5h;
    draft = world.dial_one(evening);
    finish(world, draft, Outcome::no_answer, Treatment::none, evening + 20s);
    CHECK(state(world, 1) == "ready|no_answer|0|0|2|2|24 14:00:00"); // 9 h the next morning
}

TEST_CASE("a lead has so many attempts in a day", "[pg][supply][retry]") {
    World world;
    world.add_leads(1);
    world.db.sql("UPDATE campaigns SET attempts_max = 9");
    set_attempt_limits(world.store, "spring", {.per_day = 2, .per_week = 0}, kAnna);
    set_retry_rule(world.store, {.outcome = "no_answer", .campaign = "", .delay = 5min}, kAnna);
    auto draft = world.dial_one();
    finish(world, draft, Outcome::no_answer, Treatment::none, kNoon + 20s);
    CHECK(state(world, 1) == "ready|no_answer|0|0|1|1|23 17:06:00");
    const Instant second = kNoon + 10min;
    draft = world.dial_one(second);
    finish(world, draft, Outcome::no_answer, Treatment::none, second + 20s);
    CHECK(state(world, 1) == "ready|no_answer|0|0|2|2|24 17:00:00");
    // Whoever makes it due earlier is told by the lease.
    change_lead(world.store, LeadId{1}, {.priority = {}, .due = second + 1min}, kAnna);
    const auto none = lease(world, 1, second + 2min);
    CHECK(none.leads.empty());
    CHECK(none.limited == 1);
    CHECK(state(world, 1) == "ready|attempts_limit|0|0|2|2|24 17:00:00");
    CHECK(lease(world, 1, kNoon + 24h).leads.size() == 1);
}

TEST_CASE("a lead that arrives goes first, and twice is once", "[pg][supply][hot]") {
    World world;
    world.add_leads(50);
    const NewLead hot{.campaign = "spring",
                      .phones = {"(212) 555-0177", "bad", "+1 212 555 0178"},
                      .name = "Hot Lead",
                      .region = "Florida",
                      .custom = {{"form", "quote"}}};
    const auto added = add_lead(world.store, hot, {}, kAnna);
    CHECK_FALSE(added.existed);
    CHECK(added.will_be_dialed);
    CHECK(added.warnings.size() == 1);
    const auto again = add_lead(world.store, hot, {}, kAnna);
    CHECK(again.existed);
    CHECK(again.id == added.id);
    const auto leads = lease(world, 2);
    REQUIRE(leads.leads.size() == 2);
    CHECK(leads.leads[0].id == added.id);
    CHECK(leads.leads[0].phones.size() == 2);
    CHECK(leads.leads[0].address_region == "FL");
    CHECK_FALSE(add_lead(world.store, hot, {}, kAnna).will_be_dialed); // he is being called
    CHECK(world.db.sql("SELECT kind, rows_accepted FROM lists ORDER BY id DESC LIMIT 1") ==
          "api|1");
    CHECK_THROWS_WITH(add_lead(world.store, {.campaign = "spring", .phones = {"12"}}, {}, kAnna),
                      Catch::Contains("no phone"));
    CHECK_THROWS_AS(add_lead(world.store, {.campaign = "x", .phones = {"2125550101"}}, {}, kAnna),
                    StoreRefusal);
    set_filter(world.store, "spring", "state = 'GA'", kAnna);
    const auto kept_out = add_lead(
        world.store, {.campaign = "spring", .phones = {"2125550199"}, .region = "FL"}, {}, kAnna);
    CHECK_FALSE(kept_out.will_be_dialed);
}

TEST_CASE("leads are recycled by list and outcome, and only those", "[pg][supply][recycle]") {
    World world;
    world.add_leads(6);
    world.db.sql("UPDATE leads SET status = 'exhausted', attempts = 2, last_outcome = "
                 "CASE WHEN id % 2 = 0 THEN 'busy' ELSE 'no_answer' END WHERE id <= 4;"
                 "UPDATE leads SET status = 'finished', last_outcome = 'busy' WHERE id = 5;"
                 "UPDATE lead_phones SET invalid_attempt = 1 WHERE lead_id = 4");
    const RecycleWish busy{.campaign = "spring", .reasons = {"busy"}};
    CHECK(count_recyclable(world.store, busy) == 1);
    CHECK(recycle_leads(world.store, busy, kAnna) == 1);
    CHECK(recycle_leads(world.store, busy, kAnna) == 0);
    CHECK(state(world, 2).starts_with("ready||0|0|0|"));
    CHECK(state(world, 4).starts_with("exhausted"));
    CHECK(recycle_leads(world.store, {.campaign = "spring", .list = ListId{1}, .finished = true},
                        kAnna) == 3);
    CHECK_THROWS_AS(recycle_leads(world.store, {.campaign = "spring", .list = ListId{8}}, kAnna),
                    StoreRefusal);
    CHECK(world.db.sql("SELECT count(*) FROM lead_edits WHERE what = 'recycled'") == "2");
}
