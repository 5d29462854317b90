// Goal: a stored dial log becomes the events that pacing would have been told of. Method: rows as
// the store exports them, and changes of agents' states, by hand.

#include "dialer/commands/past_events.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace dialer::commands;
using campaigns::AgentState;
using campaigns::AgentStateChange;
using campaigns::AttemptId;

namespace {

constexpr campaigns::CampaignId kCampaign{4};

campaigns::Instant at(int seconds) {
    return campaigns::Instant{std::chrono::seconds{1'764'000'000 + seconds}};
}

PastCall call(std::int64_t id, int dialed, campaigns::Outcome outcome, int ended) {
    PastCall out;
    out.attempt = AttemptId{id};
    out.at = at(dialed);
    out.outcome = outcome;
    out.ended_at = at(ended);
    return out;
}

AgentStateChange change(int when, AgentState from, AgentState to,
                        std::optional<std::int64_t> attempt = std::nullopt) {
    AgentStateChange out;
    out.agent = campaigns::AgentId{7};
    out.at = at(when);
    out.from = from;
    out.to = to;
    if (attempt) {
        out.attempt = AttemptId{*attempt};
    }
    return out;
}

// "3 ringing 12": seconds, kind, call or agent.
std::vector<std::string> told(const std::vector<pacing::Event>& events) {
    std::vector<std::string> out;
    for (const pacing::Event& event : events) {
        const auto id = event.agent != pacing::AgentId{} && event.call == pacing::CallId{}
                            ? static_cast<std::int64_t>(event.agent)
                            : static_cast<std::int64_t>(event.call);
        const auto when =
            std::chrono::duration_cast<std::chrono::milliseconds>(event.at - at(0)).count();
        out.push_back(std::to_string(when) + " " + std::string{to_text(event.kind)} + " " +
                      std::to_string(id));
    }
    return out;
}

using Told = std::vector<std::string>;

} // namespace

TEST_CASE("a served call and its agent become their events in order", "[past_events]") {
    PastCall served = call(12, 10, campaigns::Outcome::answered, 60);
    served.treatment = campaigns::Treatment::bridged;
    served.ringing_at = at(11);
    served.answered_at = at(20);
    using enum AgentState;
    const std::vector<AgentStateChange> states{
        change(0, offline, ready),         change(20, ready, reserved, 12),
        change(20, reserved, talking, 12), change(60, talking, wrap_up, 12),
        change(75, wrap_up, paused),       change(90, paused, offline)};
    CHECK(told(past_events(kCampaign, {served}, states)) ==
          Told{"0 agent_signed_in 7", "0 agent_ready 7", "10000 dial_started 12",
               "11000 ringing 12", "20000 answered 12", "20000 agent_talking 12",
               "60000 agent_wrap_up 7", "60000 ended 12", "75000 agent_paused 7",
               "90000 agent_signed_out 7"});
}

TEST_CASE("each outcome ends a call in its way", "[past_events]") {
    using campaigns::Outcome;
    CHECK(told(past_events(kCampaign, {call(1, 0, Outcome::busy, 3)}, {})) ==
          Told{"0 dial_started 1", "3000 ended 1"});
    CHECK(told(past_events(kCampaign, {call(1, 0, Outcome::cancelled, 16)}, {})) ==
          Told{"0 dial_started 1", "16000 cancelled 1"});
    CHECK(told(past_events(kCampaign, {call(1, 0, Outcome::interrupted, 16)}, {})) ==
          Told{"0 dial_started 1", "16000 cancelled 1"});
    CHECK(past_events(kCampaign, {call(1, 0, Outcome::not_sent, 0)}, {}).empty());
    PastCall open = call(1, 0, Outcome::busy, 0);
    open.outcome.reset();
    CHECK(told(past_events(kCampaign, {open}, {})) == Told{"0 dial_started 1"});
}

TEST_CASE("who heard nobody is abandoned when the time was up, the message began or he left",
          "[past_events]") {
    PastCall lost = call(1, 0, campaigns::Outcome::answered, 30);
    lost.treatment = campaigns::Treatment::abandoned;
    lost.answered_at = at(10);
    CHECK(told(past_events(kCampaign, {lost}, {})).back() == "12000 abandoned 1");
    lost.message_started_at = at(11);
    CHECK(told(past_events(kCampaign, {lost}, {})).back() == "11000 abandoned 1");
    PastCall left = call(1, 0, campaigns::Outcome::answered, 11);
    left.treatment = campaigns::Treatment::early_hangup;
    left.answered_at = at(10);
    CHECK(told(past_events(kCampaign, {left}, {})).back() == "11000 abandoned 1");
}

TEST_CASE("an agent's machine, a failed reservation and a call of others", "[past_events]") {
    PastCall machine = call(5, 0, campaigns::Outcome::answered, 20);
    machine.treatment = campaigns::Treatment::bridged;
    machine.answered_at = at(10);
    machine.machine = true;
    using enum AgentState;
    const std::vector<AgentStateChange> states{
        change(0, ready, reserved, 3), change(1, reserved, ready), change(10, reserved, talking, 5),
        change(20, talking, ready), change(30, ready, talking, 99)};
    CHECK(told(past_events(kCampaign, {machine}, states)) ==
          Told{"0 dial_started 5", "0 agent_signed_in 7", "0 agent_ready 7", "0 agent_ready 7",
               "10000 answered 5", "10000 agent_talking 5", "20000 agent_ready 7",
               "20000 machine 5", "30000 agent_talking 7"});
}

TEST_CASE("a row of the export is read, and a faulty one is refused by field", "[past_events]") {
    std::string why;
    const auto row = read_past_call(
        R"({"attempt":"7421000000000000123","at":"2026-11-23T15:00:00.250000Z","lead":5,)"
        R"("number":"+12125550123","caller_id":"+12125550100","outcome":"answered",)"
        R"("treatment":"bridged","answered_at":"2026-11-23T15:00:09Z",)"
        R"("ended_at":"2026-11-23T15:01:00Z","ringing_at":null,"disposition":"fax","machine":true,)"
        R"("evidence":{"zones":[{"zone":"America/New_York","local":"2026-11-23T10:00:00"},)"
        R"({"zone":"America/Detroit","local":"2026-11-23T10:00:00"}]}})",
        why);
    INFO(why);
    REQUIRE(row.has_value());
    CHECK(row->attempt == AttemptId{7'421'000'000'000'000'123});
    CHECK(row->caller_id == 12'125'550'100);
    CHECK(row->hour == 11);
    CHECK(row->machine);
    CHECK_FALSE(row->ringing_at.has_value());
    CHECK(*row->answered_at - row->at == std::chrono::milliseconds{8750});

    const auto fault = [](const std::string& text) {
        std::string reason;
        return read_past_call(text, reason) ? "read" : reason;
    };
    CHECK(fault("") == "row: not a JSON object");
    CHECK(fault("[]") == "row: not a JSON object");
    CHECK(fault("{}") == "attempt: missing");
    CHECK(fault(R"({"attempt":12,"at":"2026-11-23T15:00:00Z"})") == "attempt: not a text");
    CHECK(fault(R"({"attempt":"12","at":"yesterday"})") == "at: not a time");
    CHECK(fault(R"({"attempt":"12","at":"2026-11-23T15:00:00Z","machine":"fax"})") ==
          "machine: neither true nor false");
    CHECK(fault(R"({"attempt":"12","at":"2026-11-23T15:00:00Z","outcome":"lost"})") ==
          "outcome: not known");
}
