// Goal: the optimum is the optimum. Method: a world small enough for pencil and paper, bounds that
// any rule obeys, and agreement between the solver's own two ways to know its error.

#include "bench/replay/optimum.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using optimum::Optimum;
using optimum::World;

TEST_CASE("with calls answered at once nobody waits and the cap does not matter much",
          "[optimum]") {
    // One agent, every call answered after a second on average, a hundred to serve it: dialing one
    // call when free leaves one second of idling; dialing ahead saves at most all of it.
    const Optimum best = optimum::solve({.agents = 1, .service_s = 100, .ring_s = 1, .answer = 1});
    CHECK(best.idle_s_per_call < 1);
    CHECK(best.idle_s_per_call > 0.5);
    CHECK(best.abandonment == Approx(0.03).epsilon(1e-6));
}

TEST_CASE("one agent, one call at most ahead: the optimum is that of a hand-solved chain",
          "[optimum]") {
    // One agent and a cap so small that waiting for him is nearly all that is left. In the limit a
    // free agent has many calls ringing and a busy one none: idle = the time to the first answer of
    // the calls that may ring, while each answer beyond the first is abandoned. With a cap of 1e-6
    // one call at a time is all that is safe: idle = ring / answer.
    const Optimum best =
        optimum::solve({.agents = 1, .service_s = 150, .ring_s = 8, .answer = 0.25, .cap = 1e-6});
    CHECK(best.idle_s_per_call == Approx(8 / 0.25).epsilon(0.001));
}

TEST_CASE("the solution solves its own equations", "[optimum]") {
    for (const World& world : {World{.agents = 3}, World{.agents = 3, .ring_s = 10, .phases = 2}}) {
        const Optimum best = optimum::solve(world);
        CHECK(best.residual < 1e-6);
        CHECK(std::abs(best.duality_gap) < 1e-8);
        CHECK(best.mix >= 0);
        CHECK(best.mix <= 1);
        CHECK(best.abandonment == Approx(world.cap).epsilon(1e-6));
        CHECK(best.calls_used < best.calls_max);
        CHECK(best.utilisation ==
              Approx(world.service_s / (world.service_s + best.idle_s_per_call)).epsilon(1e-9));
    }
}

TEST_CASE("more agents, a wider cap and more answers cannot make it worse", "[optimum]") {
    const double idle = optimum::solve({.agents = 3}).idle_s_per_call;
    CHECK(optimum::solve({.agents = 4}).idle_s_per_call < idle);
    CHECK(optimum::solve({.agents = 3, .cap = 0.05}).idle_s_per_call < idle);
    CHECK(optimum::solve({.agents = 3, .answer = 0.4}).idle_s_per_call < idle);
}

TEST_CASE("it agrees with an independent solver of the reference worlds", "[optimum]") {
    CHECK(optimum::solve({.agents = 3}).idle_s_per_call == Approx(25.98).epsilon(0.005));
    CHECK(optimum::solve({.agents = 10}).idle_s_per_call == Approx(19.37).epsilon(0.005));
    CHECK(optimum::solve({.agents = 3, .ring_s = 10, .phases = 2}).idle_s_per_call ==
          Approx(31.94).epsilon(0.005));
}
