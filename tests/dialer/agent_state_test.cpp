// Goal: an agent's state changes as the table in agent_state.hpp says, and in no other way.
// Method: every pair of states against the list of changes written out by hand.

#include "dialer/agents/agent_state.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <utility>

using dialer::agents::AgentState;
using dialer::agents::may_change;

TEST_CASE("exactly the listed changes of an agent's state exist", "[agents]") {
    using enum AgentState;
    const std::set<std::pair<AgentState, AgentState>> allowed{
        {offline, ready},   {offline, paused},   {ready, offline},   {ready, reserved},
        {ready, paused},    {reserved, offline}, {reserved, ready},  {reserved, talking},
        {reserved, paused}, {talking, offline},  {talking, wrap_up}, {wrap_up, offline},
        {wrap_up, ready},   {wrap_up, paused},   {paused, offline},  {paused, ready}};
    for (const auto from : {offline, ready, reserved, talking, wrap_up, paused}) {
        for (const auto to : {offline, ready, reserved, talking, wrap_up, paused}) {
            INFO(campaigns::to_text(from) << " to " << campaigns::to_text(to));
            CHECK(may_change(from, to) == allowed.contains({from, to}));
        }
    }
}

TEST_CASE("nobody is in a conversation without having been reserved", "[agents]") {
    using enum AgentState;
    for (const auto from : {offline, ready, talking, wrap_up, paused}) {
        CHECK_FALSE(may_change(from, talking));
    }
}
