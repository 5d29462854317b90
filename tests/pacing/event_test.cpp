// Goal: a log line holds an event exactly, and no other text is taken for one. Method: every kind
// and extreme value there and back, a table of faulty lines with the field each must name, and
// random damage to good lines.

#include "pacing/event.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using namespace pacing;

namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

Instant at(std::int64_t us) {
    return Instant{Duration{us}};
}

std::optional<Event> read(std::string_view line) {
    std::string why;
    return event_from_line(line, why);
}

std::string fault_of(std::string_view line) {
    std::string why;
    const auto event = event_from_line(line, why);
    return event ? "accepted" : why;
}

// An event with only the fields that its kind uses, all of them at `value`.
Event event_of(EventKind kind, std::int64_t value) {
    const auto small = static_cast<std::int32_t>(value);
    const auto is = [kind](std::initializer_list<EventKind> kinds) {
        return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    };
    using enum EventKind;
    Event event{.at = at(value), .kind = kind};
    if (is({agent_signed_in, agent_signed_out, agent_ready, agent_talking, agent_wrap_up,
            agent_wrap_ending, agent_paused})) {
        event.agent = AgentId{value};
    }
    if (is({agent_talking, dial_started, ringing, answered, machine, ended, abandoned,
            cancelled})) {
        event.call = CallId{value};
    }
    if (is({dial_started, supply_changed, day_started})) {
        event.campaign = CampaignId{value};
    }
    if (kind == dial_started) {
        event.group = {.list = value, .caller_id = value, .attempt = small, .hour = small};
    }
    if (is({agent_wrap_ending, day_started})) {
        event.until = at(value);
    }
    if (kind == day_started) {
        event.day = small;
    }
    return event;
}

} // namespace

TEST_CASE("every kind has a name and is found by it", "[pacing][event]") {
    for (std::size_t i = 0; i < event_kinds; ++i) {
        const auto kind = static_cast<EventKind>(i);
        CHECK_FALSE(to_text(kind).empty());
        CHECK(event_kind_from_text(to_text(kind)) == kind);
    }
    CHECK(to_text(EventKind::day_started) == "day_started");
    CHECK_FALSE(event_kind_from_text("").has_value());
    CHECK_FALSE(event_kind_from_text("Ringing").has_value());
    CHECK_FALSE(event_kind_from_text("ringing ").has_value());
}

TEST_CASE("an event of every kind and any size of value is read back as it was written",
          "[pacing][event]") {
    for (std::size_t i = 0; i < event_kinds; ++i) {
        for (const std::int64_t value : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1},
                                         std::int64_t{9'007'199'254'740'993}, kMin, kMax}) {
            const Event event = event_of(static_cast<EventKind>(i), value);
            CHECK(read(to_line(event)) == event);
        }
    }
}

TEST_CASE("a line is one flat JSON object with the fields of its kind only", "[pacing][event]") {
    Event event{.at = at(1'700'000'000'123'456),
                .kind = EventKind::dial_started,
                .campaign = CampaignId{7},
                .call = CallId{42},
                .agent = AgentId{9}};
    event.group = {.list = 3, .attempt = 2};
    CHECK(to_line(event) == R"({"at":1700000000123456,"kind":"dial_started","campaign":7,)"
                            R"("call":42,"list":3,"attempt":2})");
    event.kind = EventKind::ringing;
    CHECK(to_line(event) == R"({"at":1700000000123456,"kind":"ringing","call":42})");
    event.kind = EventKind::agent_talking;
    event.call = {};
    CHECK(to_line(event) == R"({"at":1700000000123456,"kind":"agent_talking","call":0,"agent":9})");
}

TEST_CASE("fields may stand in any order with space around them", "[pacing][event]") {
    const auto event = read(" {\t\"call\" : -5 ,\r\"kind\":\"ended\", \"at\": 12 } \n");
    REQUIRE(event.has_value());
    CHECK(*event == Event{.at = at(12), .kind = EventKind::ended, .call = CallId{-5}});
}

TEST_CASE("what is no event is refused with the field and the fault", "[pacing][event]") {
    struct Case {
        std::string line;
        std::string why;
    };
    const std::vector<Case> cases{
        {"", "line: ends before the object does"},
        {"   ", "line: ends before the object does"},
        {"{", "line: ends before the object does"},
        {"[1]", "line: does not begin with {"},
        {"{}", "kind: missing"},
        {"{}x", "line: something follows the object"},
        {R"({"at":1})", "kind: missing"},
        {R"({"kind":"ended","call":1})", "at: missing"},
        {R"({"at":1,"kind":"ended"})", "call: missing"},
        {R"({"at":1,"kind":"agent_talking","agent":1})", "call: missing"},
        {R"({"at":1,"kind":"day_started","campaign":1,"day":2})", "until: missing"},
        {R"({"at":1,"kind":"ended","call":1,"agent":2})", "agent: not used by ended"},
        {R"({"at":1,"kind":"ringing","call":1,"list":0})", "list: not used by ringing"},
        {R"({"at":1,"kind":"ended","call":1,})", "line: a field has no name in quotes"},
        {R"({"at":1,,"kind":"ended","call":1})", "line: a field has no name in quotes"},
        {R"({"at":1,"kind":"ended","call":1)", "line: ends before the object does"},
        {R"({"at":1 "kind":"ended","call":1})", "line: no , or } after a field"},
        {R"({"at" 1,"kind":"ended","call":1})", "at: no : after the name"},
        {R"({"at":1,"kind":"ended","call":1} {})", "line: something follows the object"},
        {R"({"at":1,"kind":"ended","call":1,"call":1})", "call: given twice"},
        {R"({"at":1,"kind":"ended","kind":"ended","call":1})", "kind: given twice"},
        {R"({"at":1,"kind":"blocked","call":1})", "kind: there is none named blocked"},
        {R"({"at":1,"kind":7,"call":1})", "kind: not a text"},
        {R"({"at":1,"kind":"ended","call":1,"why":1})", "why: not a field of an event"},
        {R"({"at":1,"kind":"end\u0065d","call":1})", "kind: escapes are not allowed"},
        {R"({"at":1,"kind":"ended)", "kind: no closing quote"},
        {R"({"at)", "line: no closing quote"},
        {R"({"at":"1","kind":"ended","call":1})", "at: not a whole number"},
        {R"({"at":,"kind":"ended","call":1})", "at: not a whole number"},
        {R"({"at":-,"kind":"ended","call":1})", "at: not a whole number"},
        {R"({"at":+1,"kind":"ended","call":1})", "at: not a whole number"},
        {R"({"at":01,"kind":"ended","call":1})", "at: not a whole number"},
        {R"({"at":-01,"kind":"ended","call":1})", "at: not a whole number"},
        {R"({"at":1.0,"kind":"ended","call":1})", "at: not a whole number"},
        {R"({"at":1e3,"kind":"ended","call":1})", "at: not a whole number"},
        {R"({"at":null,"kind":"ended","call":1})", "at: not a whole number"},
        {R"({"at":{},"kind":"ended","call":1})", "at: not a whole number"},
        {R"({"at":0x10,"kind":"ended","call":1})", "line: no , or } after a field"},
        {R"({"at":9223372036854775808,"kind":"ended","call":1})", "at: out of range"},
        {R"({"at":-9223372036854775809,"kind":"ended","call":1})", "at: out of range"},
        {R"({"at":1,"kind":"day_started","campaign":1,"until":2,"day":2147483648})",
         "day: out of range"},
        {R"({"at":1,"kind":"dial_started","campaign":1,"call":2,"hour":-2147483649})",
         "hour: out of range"},
    };
    for (const Case& refused : cases) {
        INFO(refused.line);
        CHECK(fault_of(refused.line) == refused.why);
    }
}

TEST_CASE("hostile names are shortened and cleaned in the message", "[pacing][event]") {
    const std::string endless = "{\"" + std::string(100'000, 'x') + "\":1}";
    CHECK(fault_of(endless) == std::string(32, 'x') + "...: not a field of an event");
    CHECK(fault_of("{\"a\x01\x80\n\":1}") == "a???: not a field of an event");
    CHECK(fault_of(std::string{"{\"at\":1\0}", 9}) == "line: no , or } after a field");
}

TEST_CASE("a deeply nested text is refused at once", "[pacing][event]") {
    CHECK(fault_of(std::string(1'000'000, '[')) == "line: does not begin with {");
    CHECK(fault_of(R"({"at":)" + std::string(1'000'000, '{')) == "at: not a whole number");
}

TEST_CASE("any damage to a line is refused or is another event, never a crash",
          "[pacing][event][property]") {
    CHECK(rc::check([] {
        const auto kind = *rc::gen::inRange<std::size_t>(0, event_kinds);
        const auto value = *rc::gen::arbitrary<std::int64_t>();
        const Event event = event_of(static_cast<EventKind>(kind), value);
        std::string line = to_line(event);
        RC_ASSERT(read(line) == event);
        const auto place = *rc::gen::inRange<std::size_t>(0, line.size());
        line[place] = static_cast<char>(*rc::gen::inRange(0, 256));
        std::string why;
        const auto damaged = event_from_line(line, why);
        RC_ASSERT(damaged.has_value() == why.empty());
        if (damaged) {
            RC_ASSERT(read(to_line(*damaged)) == damaged);
        }
        RC_ASSERT(!read(std::string_view{line}.substr(0, place)).has_value());
    }));
}
