// Goal: the values that go to PostgreSQL are exact and cannot break a batch: ids, words, instants,
// text of any bytes, and what refusals mean for a lead.
// Method: hand-worked cases; no database.

#include "campaigns/ids.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/types.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <limits>
#include <set>

using namespace std::chrono_literals;
using namespace campaigns;

namespace {

constexpr Instant kNoon{std::chrono::sys_days{std::chrono::November / 23 / 2026} + 17h};

GateRefusal refusal(std::int64_t id, LeadId lead, dnc::Verdict verdict,
                    std::vector<dnc::ReasonCode> codes, bool last_phone = true) {
    GateRefusal made;
    made.id = id;
    made.at = kNoon;
    made.lead = lead;
    made.last_phone = last_phone;
    made.decision.verdict = verdict;
    for (const dnc::ReasonCode code : codes) {
        made.decision.reasons.push_back({code, "RULE", "cite", "detail"});
    }
    if (verdict == dnc::Verdict::defer) {
        made.decision.until = kNoon + 20h;
    }
    return made;
}

} // namespace

TEST_CASE("an id holds milliseconds since 2024, the node and a sequence", "[ids]") {
    IdMaker maker{5};
    const std::int64_t id =
        maker.make(Instant{std::chrono::sys_days{std::chrono::year{2024} / 1 / 1}} + 1000ms);
    CHECK(id >> 22 == 1000);
    CHECK((id >> 12 & 1023) == 5);
    CHECK((id & 4095) == 0);
}

TEST_CASE("ids rise although the clock steps back or stands still", "[ids]") {
    IdMaker maker{1};
    std::int64_t last = maker.make(kNoon);
    for (int i = 0; i < 10000; ++i) {
        const std::int64_t next = maker.make(i % 2 == 0 ? kNoon : kNoon - 1h);
        REQUIRE(next > last);
        last = next;
    }
    CHECK(maker.make(kNoon + 1h) > last);
}

TEST_CASE("ids of a clock before 2024 are still positive and rising", "[ids]") {
    IdMaker maker{0};
    const std::int64_t first = maker.make(Instant{});
    CHECK(first > 0);
    CHECK(maker.make(Instant{}) > first);
}

TEST_CASE("words are read back as the value they were written for", "[types]") {
    for (const Role role :
         {Role::ops, Role::agent, Role::supervisor, Role::compliance, Role::admin}) {
        CHECK(role_from_text(to_text(role)) == role);
    }
    for (const DialMode mode : {DialMode::manual, DialMode::preview, DialMode::progressive,
                                DialMode::predictive, DialMode::ratio, DialMode::agentless}) {
        CHECK(dial_mode_from_text(to_text(mode)) == mode);
    }
    for (const AgentState state : {AgentState::offline, AgentState::ready, AgentState::reserved,
                                   AgentState::talking, AgentState::wrap_up, AgentState::paused}) {
        CHECK(agent_state_from_text(to_text(state)) == state);
    }
    CHECK_FALSE(agent_state_from_text("asleep"));
    CHECK_FALSE(role_from_text("root"));
    CHECK_FALSE(dial_mode_from_text(""));
    CHECK(to_text(Outcome::interrupted) == "interrupted");
    CHECK(to_text(Treatment::early_hangup) == "early_hangup");
    CHECK(to_text(AgentState::wrap_up) == "wrap_up");
}

TEST_CASE("instants are written with microseconds and stay inside what PostgreSQL reads",
          "[json]") {
    CHECK(to_rfc3339(kNoon + 250001us) == "2026-11-23T17:00:00.250001Z");
    CHECK(to_rfc3339(Instant{} - 1us) == "1969-12-31T23:59:59.999999Z");
    CHECK(to_rfc3339(Instant::max()) == "9999-12-31T00:00:00.000000Z");
    CHECK(to_rfc3339(Instant::min()) == "0001-01-01T00:00:00.000000Z");
}

TEST_CASE("text of any bytes becomes valid text", "[json]") {
    using namespace std::string_view_literals;
    CHECK(clean_text("486 Busy Here") == "486 Busy Here");
    CHECK(clean_text("J\xC3\xBCrgen \xE2\x82\xAC \xF0\x9F\x98\x80") ==
          "J\xC3\xBCrgen \xE2\x82\xAC \xF0\x9F\x98\x80");
    CHECK(clean_text("a\0b"sv) == "a\xEF\xBF\xBD"
                                  "b");
    CHECK(clean_text("\xFF") == "\xEF\xBF\xBD");
    CHECK(clean_text("\xC3") == "\xEF\xBF\xBD");
    CHECK(clean_text("\xC0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD");          // overlong
    CHECK(clean_text("\xED\xA0\x80").substr(0, 3) == "\xEF\xBF\xBD");     // surrogate
    CHECK(clean_text("\xF4\x90\x80\x80").substr(0, 3) == "\xEF\xBF\xBD"); // above U+10FFFF
}

TEST_CASE("long text is cut at a character", "[json]") {
    CHECK(clean_text(std::string(5000, 'x')).size() == kLogTextMax);
    CHECK(clean_text("\xE2\x82\xAC\xE2\x82\xAC", 4) == "\xE2\x82\xAC");
}

TEST_CASE("cleaning clean text changes nothing", "[json][property]") {
    CHECK(rc::check([](const std::string& bytes) {
        const std::string once = clean_text(bytes);
        RC_ASSERT(once.size() <= kLogTextMax);
        RC_ASSERT(clean_text(once) == once);
        RC_ASSERT(once.find('\0') == std::string::npos);
    }));
}

TEST_CASE("a number refused for good blocks the lead, a closed window only defers it",
          "[refusals]") {
    const LeadId lead{4};
    SECTION("denied") {
        const auto releases =
            releases_of({refusal(1, lead, dnc::Verdict::deny, {dnc::ReasonCode::list_national})});
        REQUIRE(releases.size() == 1);
        CHECK(releases.front().blocked);
    }
    SECTION("deferred") {
        const auto releases =
            releases_of({refusal(1, lead, dnc::Verdict::defer, {dnc::ReasonCode::hours_federal})});
        REQUIRE(releases.size() == 1);
        CHECK_FALSE(releases.front().blocked);
        CHECK(releases.front().due == kNoon + 20h);
    }
    SECTION("a fault of ours") {
        const auto releases =
            releases_of({refusal(1, lead, dnc::Verdict::deny,
                                 {dnc::ReasonCode::list_stale, dnc::ReasonCode::feed_stale})});
        REQUIRE(releases.size() == 1);
        CHECK_FALSE(releases.front().blocked);
        CHECK(releases.front().due == kNoon + 600s);
    }
    SECTION("a fault of ours at a forbidden hour") {
        const auto releases =
            releases_of({refusal(1, lead, dnc::Verdict::deny,
                                 {dnc::ReasonCode::hours_federal, dnc::ReasonCode::list_stale})});
        REQUIRE(releases.size() == 1);
        CHECK_FALSE(releases.front().blocked);
    }
    SECTION("a fault of ours beside a fact about the number") {
        const auto releases =
            releases_of({refusal(1, lead, dnc::Verdict::deny,
                                 {dnc::ReasonCode::list_national, dnc::ReasonCode::list_stale})});
        REQUIRE(releases.size() == 1);
        CHECK(releases.front().blocked);
    }
}

TEST_CASE("a lead with several numbers is blocked only when each is refused for good",
          "[refusals]") {
    const LeadId lead{4};
    const auto deny = [&](std::int64_t id, bool last) {
        return refusal(id, lead, dnc::Verdict::deny, {dnc::ReasonCode::company_dnc}, last);
    };
    const auto defer = [&](std::int64_t id, bool last) {
        return refusal(id, lead, dnc::Verdict::defer, {dnc::ReasonCode::hours_federal}, last);
    };
    CHECK(releases_of({deny(1, false)}).empty());
    CHECK(releases_of({deny(1, false), deny(2, true)}).front().blocked);
    CHECK(releases_of({defer(1, false), deny(2, true)}).front().due == kNoon + 20h);
    CHECK(releases_of({deny(1, false), defer(2, true)}).front().due == kNoon + 20h);
    CHECK(releases_of({deny(1, false), deny(2, true)}).front().refusal == 2);
}
