// Goal: a rule pack says exactly what is written in it, or is refused with file and field; nothing
// in one is passed over. Method: small packs around one rule; a table of what must be refused, with
// the message; folders with packs that need each other.

#include "dnc/pack.hpp"
#include "tests/dnc/support.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

using namespace dnc;
using namespace std::chrono_literals;
using namespace std::string_literals;
using Catch::Matchers::Contains;
using dnc_tests::TemporaryFolder;

namespace {

std::string pack_text(const std::string& rules, const std::string& more = "",
                      const std::string& id = "us-fl") {
    return R"({"schema":1,"pack":")" + id +
           R"(","version":"2026.11.1","level":"state",
            "jurisdiction":{"country":"US","region":"FL"},"min_tzdb":"2026b",
            "reviewed":"2026-11-22","rules":[)" +
           rules + "]" + more + "}";
}

/// A rule whose members beyond those of every rule are `members`.
std::string rule_text(const std::string& members, const std::string& id = "FL-X") {
    return R"({"id":")" + id +
           R"(","cite":"Fla. Stat. 501.616","effective":["2021-07-01",null],"status":"in_force",
            "confidence":"V",)" +
           members + "}";
}

Pack parse(const std::string& text) {
    return parse_pack(text, "us-fl.json");
}

/// What the reader says against a text; empty when it has nothing against it.
std::string refusal(const std::string& text) {
    try {
        static_cast<void>(parse(text));
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

template <typename Body> Body body_of(const std::string& members) {
    return std::get<Body>(parse(pack_text(rule_text(members))).rules.at(0).body);
}

struct Refused {
    const char* members;
    const char* message;
};

const std::vector<Refused> kRefusedRules{
    {R"("kind":"windows")", "rules[0].kind: is no kind of rule"},
    {R"("kind":"emergency","region":"NY")", "rules[0].region: is not known for a rule of kind"},
    {R"("kind":"consent")", "rules[0].need: is missing"},
    {R"("kind":"consent","need":"spoken")", "rules[0].need: must be one of: oral, express"},
    // windows
    {R"("kind":"window","days":{"mon":[["08:00","20:00"]]})",
     "rules[0].days.sun: is missing, and there is no \"*\""},
    {R"("kind":"window","days":{"*":[["8:00","20:00"]]})", "days.*[0][0]: must be a time of day"},
    {R"("kind":"window","days":{"*":[["08:00","24:01"]]})", "days.*[0][1]: must be a time of day"},
    {R"("kind":"window","days":{"*":[["08:60","20:00"]]})", "days.*[0][0]: must be a time of day"},
    {R"("kind":"window","days":{"*":[],"sat":[["20:00","20:00"]]})",
     "rules[0].days.sat[0]: must open before it closes"},
    {R"("kind":"window","days":{"*":[["10:00","13:00"],["12:00","20:00"]]})",
     "rules[0].days.*[1]: must begin after the one before it"},
    {R"("kind":"window","days":{"*":[["10:00"]]})", "days.*[0]: must be [opening, closing]"},
    {R"("kind":"window","days":{"*":[],"saturday":[]})", "days.saturday: is not known here"},
    {R"("kind":"window","days":{"*":[],"holiday":[]})",
     "rules[0].calendar: is missing: days speaks of holidays"},
    {R"("kind":"window","days":{"*":[]},"calendar":"CAL")", "rules[0].calendar: has no use"},
    {R"("kind":"window","days":{"*":[],"holiday":[]},"calendar":"CAL")",
     "rules[0].calendar: names no rule of kind calendar"},
    {R"("kind":"window","days":{"*":[],"holiday":[]},"calendar":"FL-X")",
     "rules[0].calendar: names no rule of kind calendar"},
    {R"("kind":"window","days":{"*":[],"holiday":[]},"calendar":"a/b/c")", "rules[0].calendar:"},
    {R"("kind":"window","days":{"*":[]},"also_zones":["../etc"])", "also_zones[0]: must be"},
    {R"("kind":"window","days":{"*":[]},"ring_guard":1)", "ring_guard: must be true or false"},
    // calendars
    {R"("kind":"calendar","days":[])", "rules[0].days: must be a list that is not empty"},
    {R"("kind":"calendar","days":[{"name":"A"}])", "days[0]: must have exactly one of: fixed"},
    {R"("kind":"calendar","days":[{"name":"A","fixed":[1,1],"easter":0}])",
     "days[0]: must have exactly one of"},
    {R"("kind":"calendar","days":[{"name":"A","fixed":[2,30]}])", "fixed: is no day of any year"},
    {R"("kind":"calendar","days":[{"name":"A","fixed":[13,1]}])", "fixed[0]: must be a whole"},
    {R"("kind":"calendar","days":[{"name":"A","nth":[11,"thu",0]}])", "nth[2]: must be 1 to 5"},
    {R"("kind":"calendar","days":[{"name":"A","nth":[11,"thursday",4]}])", "nth[1]: must be one"},
    {R"("kind":"calendar","days":[{"name":"A","easter":-47,"plus_days":1}])",
     "plus_days: has no meaning with easter"},
    {R"("kind":"calendar","days":[{"name":"A","dates":["2026-12-24"]}])", "source: is missing"},
    {R"("kind":"calendar","days":[{"name":"A","dates":["2026-02-29"],"source":"x",
        "reviewed_by":"y"}])",
     "dates[0]: must be a date"},
    {R"("kind":"calendar","days":[{"name":"A","dates":["2026-12-24","2026-12-24"],"source":"x",
        "reviewed_by":"y"}])",
     "dates[1]: must come after"},
    {R"("kind":"calendar","days":[{"name":"A","fixed":[1,1],"source":"x"}])",
     "source: has a meaning only with dates"},
    {R"("kind":"calendar","days":[{"name":"A","fixed":[1,1],"observed":{"sat":0}}])",
     "observed.sat: shifts by nothing"},
    {R"("kind":"calendar","days":[{"name":"A","fixed":[1,1],"observed_only":true}])",
     "observed_only: has no meaning without observed"},
    {R"("kind":"calendar","days":[{"name":"A","fixed":[1,1],"from_year":2027,"to_year":2026}])",
     "to_year: lies before from_year"},
    {R"("kind":"calendar","days":[{"name":"A","fixed":[1,1],"years":"odd"}])", "years: must be"},
    {R"("kind":"calendar","days":[{"name":"A","fixed":[1,1],"npas":[199]}])", "npas[0]: must be"},
    // frequency
    {R"("kind":"frequency","keys":[],"limit":3,"sliding_s":86400)", "keys: must be a list that"},
    {R"("kind":"frequency","keys":["person","person"],"limit":3,"sliding_s":86400)",
     "keys[1]: comes twice"},
    {R"("kind":"frequency","keys":["person"],"limit":3)", "rules[0]: must have exactly one of"},
    {R"("kind":"frequency","keys":["person"],"limit":3,"sliding_s":1,"calendar":"day")",
     "rules[0]: must have exactly one of"},
    {R"("kind":"frequency","keys":["person"],"sliding_s":1)", "must have either limit or after"},
    {R"("kind":"frequency","keys":["person"],"limit":0,"sliding_s":1)", "limit: must be a whole"},
    {R"("kind":"frequency","keys":["person"],"after":["machine"],"calendar":"day")",
     "calendar: has no meaning with after"},
    // lists, lines, the rest
    {R"("kind":"list","list":"national","max_age_days":31,"max_age_months":1)",
     "max_age_months: has no place beside max_age_days"},
    {R"("kind":"list","list":"national","max_age_days":0)", "max_age_days: must be a whole"},
    {R"("kind":"list","list":"national","max_age_days":31.5)", "max_age_days: must be a whole"},
    {R"("kind":"line","deny":["fax"])", "deny: has \"fax\", which is none of"},
    {R"("kind":"line")", "rules[0]: must have deny or need_known"},
    {R"("kind":"ring")", "rules[0]: must have min_s or min_rings"},
    {R"("kind":"abandonment","period":"day","days":3,"cap":[3,100],"zone":"Europe/London")",
     "days: has no meaning with this period"},
    {R"("kind":"abandonment","period":"day","cap":[100,100],"zone":"Europe/London")",
     "cap: must be a share below one"},
    {R"("kind":"record")", "rules[0]: must have fields or keep_years"},
    // conditions and lifts
    {R"("kind":"emergency","when":{})", "when: must say for which calls"},
    {R"("kind":"emergency","when":{"purpose":["sales"]})", "when.purpose[0]: must be one of"},
    {R"("kind":"emergency","when":{"robocall":false})", "when.robocall: must be true"},
    {R"("kind":"emergency","lift_by":[{}])", "lift_by[0]: must say what lifts"},
    {R"("kind":"emergency","lift_by":[{"within_days":7}])", "within_days: has no meaning without"},
    {R"("kind":"emergency","lift_by":[{"consent":"oral","after_listing":true}])",
     "after_listing: has a meaning only"},
    {R"("kind":"emergency","lift_by":[{"relationship":{}}])", "relationship: must have purchase"},
    {R"("kind":"record","keep_years":5,"lift_by":[{"consent":"oral"}])",
     "lift_by: has no meaning for a rule of kind record"},
};

} // namespace

TEST_CASE("what a rule says wrongly is refused with its place", "[pack_read]") {
    for (const Refused& refused : kRefusedRules) {
        INFO(refused.members);
        const std::string message = refusal(pack_text(rule_text(refused.members)));
        CHECK_THAT(message, Contains(refused.message));
        CHECK_THAT(message, Catch::Matchers::StartsWith("us-fl.json: "));
    }
}

TEST_CASE("a window has its hours by weekday and its holidays", "[pack_read]") {
    const Pack pack = parse(
        pack_text(rule_text(R"("kind":"window","days":{"*":[["10:00","13:00"],["14:00","20:00"]],
            "sat":[["09:00","24:00"]],"sun":[],"holiday":[],"pre_holiday":[["10:00","19:00"]]},
            "calendar":"CAL","also_zones":["America/Chicago"],"ring_guard":false)") +
                  "," +
                  rule_text(R"("kind":"calendar","proclaimed":true,"days":[{"name":"Mardi Gras",
            "easter":-47,"from_year":2020,"to_year":2030,"years":"even","counties":["Baldwin"],
            "npas":[251],"observed":{"sat":-1,"sun":1},"observed_only":true}])",
                            "CAL")));
    const auto& window = std::get<WindowRule>(pack.rules.at(0).body);
    REQUIRE(window.weekdays[3].size() == 2);
    CHECK(window.weekdays[3][0].open == seconds{10h});
    CHECK(window.weekdays[3][1].close == seconds{20h});
    CHECK(window.weekdays[6].at(0).close == seconds{24h});
    CHECK(window.weekdays[0].empty());
    REQUIRE(window.holiday);
    CHECK(window.holiday->empty());
    REQUIRE(window.pre_holiday);
    CHECK(window.pre_holiday->at(0).open == seconds{10h});
    CHECK(window.calendar == "CAL");
    CHECK(window.also_zones == std::vector<std::string>{"America/Chicago"});
    CHECK_FALSE(window.ring_guard);

    const auto& calendar = std::get<CalendarRule>(pack.rules.at(1).body);
    CHECK(calendar.proclaimed);
    const HolidayDef& day = calendar.days.at(0);
    CHECK(day.kind == HolidayDef::Kind::easter);
    CHECK(day.plus_days == -47);
    CHECK(day.observed[6] == -1);
    CHECK(day.observed[0] == 1);
    CHECK(day.observed_only);
    CHECK(day.even_years_only);
    CHECK(day.from_year == 2020);
    CHECK(day.to_year == 2030);
    CHECK(day.npas == std::vector<int>{251});
}

TEST_CASE("days of a calendar come in four forms", "[pack_read]") {
    const auto calendar = body_of<CalendarRule>(R"("kind":"calendar","days":[
        {"name":"a","fixed":[2,29]},{"name":"b","nth":[5,"mon",-1],"plus_days":1},
        {"name":"c","easter":1},
        {"name":"d","dates":["2026-12-24","2026-12-31"],"source":"x","reviewed_by":"y"}])");
    REQUIRE(calendar.days.size() == 4);
    CHECK(calendar.days[0].month == 2);
    CHECK(calendar.days[0].day == 29);
    CHECK(calendar.days[1].kind == HolidayDef::Kind::nth_weekday);
    CHECK(calendar.days[1].weekday == 1);
    CHECK(calendar.days[1].nth == -1);
    CHECK(calendar.days[1].plus_days == 1);
    CHECK(calendar.days[2].plus_days == 1);
    CHECK(calendar.days[3].dates.size() == 2);
}

TEST_CASE("each kind of rule keeps its figures", "[pack_read]") {
    const auto cap = body_of<FrequencyRule>(
        R"("kind":"frequency","keys":["seller","person","subject"],"limit":3,"sliding_s":86400)");
    CHECK(cap.keys == std::vector{CapKey::seller, CapKey::person, CapKey::subject});
    CHECK(cap.limit == 3);
    CHECK(cap.length == 24h);
    const auto quiet = body_of<FrequencyRule>(
        R"("kind":"frequency","keys":["person","debt"],"after":["conversation"],
           "consecutive_days":7,"inbound_counts":true)");
    CHECK_FALSE(quiet.limit);
    CHECK(quiet.after == std::vector{PastOutcome::conversation});
    CHECK(quiet.days == 7);
    CHECK(quiet.inbound_counts);
    const auto month = body_of<FrequencyRule>(
        R"("kind":"frequency","keys":["number"],"limit":4,"calendar":"month")");
    CHECK(month.span == FrequencyRule::Span::calendar_month);

    const auto list = body_of<ListRule>(
        R"("kind":"list","list":"national","max_age_days":31,"required":true,"subscription":true,
           "feed_max_age_s":15)");
    CHECK(list.max_age_days == 31);
    CHECK(list.required);
    CHECK(list.subscription);
    CHECK(list.feed_max_age == 15s);
    const auto line =
        body_of<LineRule>(R"("kind":"line","deny":["protected","wireless","premium","emergency"])");
    CHECK(line.deny == std::vector{LineType::protected_line, LineType::wireless});
    CHECK(line.premium);
    CHECK(line.emergency);
    CHECK_FALSE(line.non_geographic);
    const auto abandonment = body_of<AbandonmentRule>(
        R"("kind":"abandonment","period":"trailing_days","days":30,"cap":[3,100],
           "zone":"America/Los_Angeles","connect_within_ms":2000)");
    CHECK(abandonment.days == 30);
    CHECK(abandonment.cap_numerator == 3);
    CHECK(abandonment.connect_within == 2000ms);
    CHECK(body_of<RevocationRule>(R"("kind":"revocation","scope":"all")").all_matters);
    CHECK(body_of<PortRule>(R"("kind":"port","grace_days":15)").grace_days == 15);
    CHECK(body_of<RingRule>(R"("kind":"ring","min_s":15,"min_rings":4)").min_ring == 15s);
    CHECK(body_of<RecordRule>(R"("kind":"record","fields":["a"],"keep_years":5)").keep_years == 5);
    CHECK(body_of<ReassignedRule>(R"("kind":"reassigned","required":true,"max_age_days":31)")
              .max_age_days == 31);
}

TEST_CASE("conditions and lifts are kept", "[pack_read]") {
    const Rule rule = parse(pack_text(rule_text(
                                R"("kind":"list","list":"national","note":"why",
            "when":{"purpose":["telemarketing","survey"],"line":["wireless"],"voice":["ai"],
                    "robocall":true,"automation":"selection_or_dialing","npas":[212],
                    "counties":["Kings"]},
            "lift_by":[{"consent":"express","within_days":7,"after_listing":true},
                       {"relationship":{"purchase_months":18,"inquiry_months":3}},
                       {"agent_guaranteed":true}])")))
                          .rules.at(0);
    CHECK(rule.note == "why");
    CHECK(rule.when.purposes == std::vector{Purpose::telemarketing, Purpose::survey});
    CHECK(rule.when.automation == Condition::Automation::selection_or_dialing);
    CHECK(rule.when.robocall);
    CHECK(rule.when.npas == std::vector{212});
    REQUIRE(rule.lift_by.size() == 3);
    CHECK(rule.lift_by[0].consent == ConsentGrade::express);
    CHECK(rule.lift_by[0].consent_within_days == 7);
    CHECK(rule.lift_by[0].consent_after_listing);
    CHECK(rule.lift_by[1].purchase_months == 18);
    CHECK(rule.lift_by[1].inquiry_months == 3);
    CHECK(rule.lift_by[2].agent_guaranteed);
}

TEST_CASE("dates and status that contradict each other are refused", "[pack_read]") {
    const auto with = [](const std::string& effective, const std::string& status) {
        return refusal(pack_text(R"({"id":"A","cite":"c","kind":"emergency","confidence":"V",
            "effective":)" + effective +
                                 R"(,"status":")" + status + "\"}"));
    };
    CHECK(with(R"([null,null])", "in_force").empty());
    CHECK(with(R"(["2021-01-01","2027-01-31"])", "waived").empty());
    CHECK_THAT(with(R"(["2021-01-01","2021-01-01"])", "in_force"), Contains("ends before"));
    CHECK_THAT(with(R"(["2021-01-01"])", "in_force"), Contains("must be [from, to]"));
    CHECK_THAT(with(R"(["2021-01-01","2027-01-31"])", "proposed_repeal"), Contains("proposed"));
    CHECK_THAT(with(R"(["2021-01-01",null])", "waived"), Contains("needs both dates"));
    CHECK_THAT(with(R"(["2021-01-01",null])", "gone"), Contains("rules[0].status: must be one of"));
}

TEST_CASE("the head of a pack must fit together", "[pack_read]") {
    const std::string rules = rule_text(R"("kind":"emergency")");
    const Pack pack = parse(pack_text(rules));
    CHECK(pack.id == "us-fl");
    CHECK(pack.version == "2026.11.1");
    CHECK(pack.level == PackLevel::state);
    CHECK(pack.jurisdiction == Jurisdiction{{'U', 'S'}, {'F', 'L', '\0'}});
    CHECK(pack.min_tzdb == "2026b");
    CHECK(pack.reviewed == "2026-11-22");
    CHECK(pack.file == "us-fl.json");
    CHECK(pack.sha256.size() == 64);

    const auto changed = [&rules](const std::string& from, const std::string& to) {
        std::string text = pack_text(rules);
        text.replace(text.find(from), from.size(), to);
        return refusal(text);
    };
    CHECK_THAT(changed(R"("schema":1)", R"("schema":2)"), Contains("schema"));
    CHECK_THAT(changed(R"("level":"state")", R"("level":"federal")"), Contains("without a region"));
    CHECK_THAT(changed(R"(,"region":"FL")", ""), Contains("needs a region"));
    CHECK_THAT(changed(R"("US")", R"("us")"), Contains("jurisdiction.country"));
    CHECK_THAT(changed(R"("2026b")", R"("new")"), Contains("min_tzdb"));
    CHECK_THAT(changed(R"("reviewed":"2026-11-22")", R"("reviewed":"2026-11-31")"),
               Contains("reviewed"));
    CHECK_THAT(changed(R"("schema":1)", R"("schema":1,"parent":"us-fed")"),
               Contains("us-fl.json: parent: is not known here"));
    CHECK_THAT(refusal(pack_text(rules + "," + rules)), Contains("rules[1].id: comes twice"));
    CHECK_THAT(refusal(pack_text("")), Contains("rules: must be a list that is not empty"));
    CHECK_THAT(refusal(pack_text("7")), Contains("rules[0]: must be an object"));
}

TEST_CASE("golden cases are kept with their facts", "[pack_read]") {
    const std::string rule = rule_text(R"("kind":"emergency")");
    const auto with = [&rule](const std::string& golden) {
        return pack_text(rule, R"(,"cases":[)" + golden + "]");
    };
    const Pack pack = parse(with(R"({"name":"a","facts":{"number":"+13055550101"},
        "assume_clear":false,"verdict":"defer","codes":["HOURS_STATE"],
        "until":"2026-11-23T13:00:00Z"})"));
    REQUIRE(pack.cases.size() == 1);
    CHECK(pack.cases[0].facts_json == R"({"number":"+13055550101"})");
    CHECK_FALSE(pack.cases[0].assume_clear);
    CHECK(pack.cases[0].until == "2026-11-23T13:00:00Z");
    CHECK_THAT(refusal(with(R"({"name":"a","facts":{},"verdict":"allow","codes":["X"]})")),
               Contains("cases[0].codes"));
    CHECK_THAT(refusal(with(R"({"name":"a","facts":{},"verdict":"deny"})")),
               Contains("cases[0].codes"));
    CHECK_THAT(refusal(with(R"({"name":"a","facts":{},"verdict":"defer","codes":["X"],
        "until":"2026-11-23"})")),
               Contains("cases[0].until"));
    CHECK_THAT(refusal(with(R"({"name":"a","facts":[],"verdict":"allow"})")),
               Contains("cases[0].facts: must be an object"));
}

TEST_CASE("JSON that is broken, too deep or ambiguous is refused", "[pack_read]") {
    CHECK_THAT(refusal("{"), Contains("is no valid JSON"));
    CHECK_THAT(refusal(""), Contains("is no valid JSON"));
    CHECK_THAT(refusal("[]"), Contains("must be an object"));
    CHECK_THAT(refusal(std::string(100'000, '[')), Contains("is no valid JSON"));
    CHECK_THAT(refusal("{\"pack\":\"\xff\"}"), Contains("is no valid JSON"));
    CHECK_THAT(refusal(std::string(1024 * 1024 + 1, ' ')), Contains("larger than 1 MiB"));
    // The last of two members would win without a word.
    const std::string twice = rule_text(R"("kind":"consent","need":"written","ne\u0065d":"oral")");
    CHECK_THAT(refusal(pack_text(twice)), Contains("a member comes twice"));
}

TEST_CASE("a folder of packs is loaded in the order of its levels", "[pack_read]") {
    const TemporaryFolder folder;
    const std::string holidays =
        rule_text(R"("kind":"window","days":{"*":[],"holiday":[]},"calendar":"us-al/CAL")", "W");
    const std::string calendar =
        rule_text(R"("kind":"calendar","days":[{"name":"A","fixed":[1,1]}])", "CAL");
    folder.write("a.json", pack_text(holidays, "", "us-fl"));
    folder.write("b.json", pack_text(calendar, "", "us-al"));
    folder.write("c.json", R"({"schema":1,"pack":"us-fed","version":"1","level":"federal",
        "jurisdiction":{"country":"US"},"reviewed":"2026-11-22","rules":[)" +
                               rule_text(R"("kind":"emergency")") + "]}");
    folder.write("notes.txt", "not a pack");
    folder.write(".draft.json", "not a pack either");

    const PackSet set = load_packs(folder.path().string());
    REQUIRE(set.packs.size() == 3);
    CHECK(set.packs[0].id == "us-fed");
    CHECK(set.packs[1].id == "us-al");
    CHECK(set.packs[2].id == "us-fl");
    CHECK(set.packs[2].file == "a.json");
    CHECK(std::get<WindowRule>(set.packs[2].rules[0].body).calendar == "us-al/CAL");

    SECTION("a calendar of another pack must be there") {
        folder.write("b.json", pack_text(rule_text(R"("kind":"emergency")", "CAL"), "", "us-al"));
        CHECK_THROWS_WITH(load_packs(folder.path().string()),
                          Contains("a.json: rules[0].calendar: names no rule"));
    }
    SECTION("two packs of one id are refused") {
        folder.write("d.json", pack_text(calendar, "", "us-fl"));
        CHECK_THROWS_WITH(load_packs(folder.path().string()),
                          Contains("d.json: pack: is the id of a.json already"));
    }
}

TEST_CASE("a folder without packs is refused", "[pack_read]") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH(load_packs(folder.path().string()), Contains("has no rule packs"));
    CHECK_THROWS_WITH(load_packs((folder.path() / "missing").string()), Contains("cannot be read"));
}
