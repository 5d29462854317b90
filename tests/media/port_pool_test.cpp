// Goal: ports are even, each is given once, and a used one comes last. Method: small ranges.

#include "dialer/media/port_pool.hpp"

#include <catch2/catch.hpp>

#include <set>

using dialer::media::PortPool;

TEST_CASE("all even ports of the range are given once", "[ports]") {
    PortPool pool{5001, 5006, 1};
    std::set<std::uint16_t> given;
    while (const auto port = pool.take()) {
        given.insert(*port);
    }
    CHECK(given == std::set<std::uint16_t>{5002, 5004, 5006});
}

TEST_CASE("the range may end at the last port there is", "[ports]") {
    CHECK(PortPool(65530, 65535, 0).size() == 3);
    CHECK_FALSE(PortPool(5001, 5001, 7).take());
}

TEST_CASE("a port that comes back waits for all others", "[ports]") {
    PortPool pool{5000, 5004, 0};
    const auto first = pool.take();
    REQUIRE(first);
    pool.give_back(*first);
    CHECK(pool.take() != first);
    CHECK(pool.take() != first);
    CHECK(pool.take() == first);
}
