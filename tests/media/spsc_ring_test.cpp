// Goal: every value crosses once and in order, and the queue says when it is full. Method: the
// bounds alone, then a million values between two threads.

#include "dialer/media/spsc_ring.hpp"

#include <catch2/catch.hpp>

#include <thread>

using dialer::media::SpscRing;

TEST_CASE("a full queue refuses and keeps the value with the caller", "[ring]") {
    SpscRing<std::unique_ptr<int>, 2> ring;
    for (int i = 0; i < 2; ++i) {
        auto value = std::make_unique<int>(i);
        REQUIRE(ring.push(value));
    }
    auto extra = std::make_unique<int>(2);
    CHECK_FALSE(ring.push(extra));
    CHECK(*extra == 2);
    CHECK(**ring.pop() == 0);
    CHECK(ring.push(extra));
    CHECK(**ring.pop() == 1);
    CHECK(**ring.pop() == 2);
    CHECK_FALSE(ring.pop());
}

TEST_CASE("values cross between threads in order", "[ring]") {
    constexpr int kValues = 1'000'000;
    SpscRing<int, 64> ring;
    std::thread producer{[&] {
        for (int i = 0; i < kValues; ++i) {
            int value = i;
            while (!ring.push(value)) {
                std::this_thread::yield();
            }
        }
    }};
    int wrong = 0;
    for (int expected = 0; expected < kValues;) {
        if (const auto value = ring.pop()) {
            wrong += *value == expected ? 0 : 1;
            ++expected;
        } else {
            std::this_thread::yield();
        }
    }
    producer.join();
    CHECK(wrong == 0);
    CHECK_FALSE(ring.pop());
}
