// Goal: the peers' book-keeping survives any order of events.
// Method: random events, contradictory ones included, against a slow recount.

#include "bench/pacing/tally.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <map>
#include <set>

using pacing::EventKind;
using pacing_sim::Tally;

namespace {

/// The same rules without open addressing.
struct Recount {
    std::set<std::int64_t> in_flight;
    std::set<std::int64_t> waiting;

    void on(const pacing::Event& event) {
        const auto call = static_cast<std::int64_t>(event.call);
        switch (event.kind) {
        case EventKind::dial_started:
            if (call != 0 && !waiting.contains(call)) {
                in_flight.insert(call);
            }
            return;
        case EventKind::answered:
            if (in_flight.erase(call) > 0) {
                waiting.insert(call);
            }
            return;
        case EventKind::agent_talking:
        case EventKind::machine:
        case EventKind::ended:
        case EventKind::abandoned:
        case EventKind::cancelled:
            in_flight.erase(call);
            waiting.erase(call);
            return;
        default:
            return;
        }
    }
};

} // namespace

TEST_CASE("open calls are counted right whatever is told", "[sim][property]") {
    CHECK(rc::check([] {
        const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
            1'000, rc::gen::pair(rc::gen::inRange(0, 16), rc::gen::inRange(0, 700)));
        Tally tally;
        Recount recount;
        for (const auto& [kind, key] : steps) {
            pacing::Event event;
            // Half of all events start calls, so that the table has to grow.
            event.kind = kind < 8 ? EventKind::dial_started : static_cast<EventKind>(kind);
            event.call = pacing::CallId{key};
            event.agent = pacing::AgentId{1 + key % 20};
            tally.on(event);
            recount.on(event);
            RC_ASSERT(tally.in_flight == static_cast<int>(recount.in_flight.size()));
            RC_ASSERT(tally.waiting == static_cast<int>(recount.waiting.size()));
            RC_ASSERT(tally.ready + tally.talking + tally.wrap + tally.paused <= 20);
        }
        for (const std::int64_t call : recount.in_flight) {
            RC_ASSERT(tally.find(pacing::CallId{call}) != nullptr);
        }
    }));
}

TEST_CASE("an agent is in one state", "[sim]") {
    Tally tally;
    pacing::Event event;
    event.agent = pacing::AgentId{7};
    for (const EventKind kind :
         {EventKind::agent_signed_in, EventKind::agent_ready, EventKind::agent_talking,
          EventKind::agent_wrap_up, EventKind::agent_paused, EventKind::agent_ready}) {
        event.kind = kind;
        tally.on(event);
        CHECK(tally.signed_in() == 1);
    }
    CHECK(tally.ready == 1);
    event.kind = EventKind::agent_signed_out;
    tally.on(event);
    CHECK(tally.signed_in() == 0);
}
