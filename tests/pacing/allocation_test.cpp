// Goal: a decision allocates nothing, whatever its size, and neither does an event when no more
// agents and calls are open than ever before.
// Method: the global operator new counts; a small world runs warm, then every decision is watched.

#include "pacing/pacer.hpp"
#include "tests/common/allocations.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <vector>

using namespace pacing;
using namespace std::chrono_literals;

namespace {

/// Each agent talks for a while, each line is answered or not, all by counting.
class Routine {
public:
    explicit Routine(int agents) : agents_{agents} {
        pacer.set_campaign(CampaignId{1}, {});
        pacer.set_campaign(CampaignId{2}, {});
        for (int agent = 1; agent <= agents; ++agent) {
            tell({.kind = EventKind::agent_signed_in, .agent = AgentId{agent}});
            tell({.kind = EventKind::agent_ready, .agent = AgentId{agent}});
        }
    }
    /// Allocations of the decisions and of the events of this half second.
    std::pair<long, long> half_second(int step) {
        now += 500ms;
        const long before = test_support::allocations();
        const AgentId agent{1 + step % agents_};
        tell({.kind = EventKind::dial_started,
              .campaign = CampaignId{1 + step % 2},
              .call = CallId{step + 100},
              .group = {step % 7, 3, 1, 1 + step % 24}});
        if (step > 30) {
            const CallId old{step + 100 - 22};
            if (step % 3 == 0) {
                tell({.kind = EventKind::answered, .call = old});
                tell({.kind = EventKind::agent_talking, .call = old, .agent = agent});
                tell({.kind = EventKind::agent_wrap_up, .agent = agent});
                tell({.kind = EventKind::agent_wrap_ending, .agent = agent, .until = now + 4s});
            } else {
                tell(
                    {.kind = step % 5 == 0 ? EventKind::cancelled : EventKind::ended, .call = old});
            }
            tell({.kind = EventKind::agent_ready, .agent = AgentId{1 + (step + 2) % agents_}});
        }
        const long events = test_support::allocations() - before;
        for (const CampaignId id : {CampaignId{1}, CampaignId{2}}) {
            dialed += pacer.decide(id, now, {}, leads).dial;
        }
        return {test_support::allocations() - before - events, events};
    }

    Pacer pacer;
    Instant now{std::chrono::hours{480'000}};
    std::vector<Group> leads = std::vector<Group>(800, Group{1, 2, 3, 4});
    long dialed = 0;

private:
    void tell(Event event) {
        event.at = now;
        pacer.on(event);
    }
    int agents_;
};

} // namespace

TEST_CASE("a decision allocates nothing, and neither do events once warm", "[pacing]") {
    for (const int agents : {4, 20, 60}) {
        Routine routine{agents};
        long decisions = 0;
        long late_events = 0;
        for (int step = 0; step < 30'000; ++step) {
            const auto [decision, events] = routine.half_second(step);
            decisions += decision;
            late_events += step > 20'000 ? events : 0;
        }
        INFO("agents " << agents);
        CHECK(decisions == 0);
        CHECK(late_events == 0);
        CHECK(routine.dialed > 0);
    }
    CHECK(test_support::allocations() > 100); // the count counts
}
