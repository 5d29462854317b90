// Goal: a NumberSet holds exactly the numbers put in, whatever the order, and its memory follows
// what it holds.
// Method: random operations against std::set, and sizes worked out by hand.

#include "dnc/suppression.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <set>
#include <utility>
#include <vector>

using dnc::Number;
using dnc::NumberSet;

TEST_CASE("a number is found after it was inserted and gone after it was erased", "[suppression]") {
    const std::vector<std::int64_t> edges = {12000000000,
                                             12125550100,
                                             12125550199,
                                             12125559999,
                                             12125560000,
                                             19999999999,
                                             11999999999,
                                             20000000000,
                                             442079460123,
                                             999999999999999,
                                             1};
    NumberSet set;
    for (const std::int64_t e164 : edges) {
        CAPTURE(e164);
        CHECK_FALSE(set.contains({e164}));
        CHECK_FALSE(set.erase({e164}));
        CHECK(set.insert({e164}));
        CHECK_FALSE(set.insert({e164}));
        CHECK(set.contains({e164}));
        CHECK_FALSE(set.contains({e164 + 1'000'000'000'000'000}));
    }
    CHECK(set.size() == edges.size());
    for (const std::int64_t e164 : edges) {
        CAPTURE(e164);
        CHECK(set.erase({e164}));
        CHECK_FALSE(set.contains({e164}));
    }
    CHECK(set.size() == 0);
}

TEST_CASE("what is no number is never held", "[suppression]") {
    NumberSet set;
    for (const std::int64_t e164 : {std::int64_t{0}, std::int64_t{-1}, INT64_MIN}) {
        CHECK_FALSE(set.insert({e164}));
        CHECK_FALSE(set.contains({e164}));
        CHECK_FALSE(set.erase({e164}));
    }
    CHECK(set.size() == 0);
}

TEST_CASE("a block costs 1.25 KB and an empty one is given back", "[suppression]") {
    NumberSet set;
    const std::size_t empty = set.memory_bytes();
    CHECK(empty < 16'000);
    set.insert({12125550100});
    const std::size_t one = set.memory_bytes();
    set.insert({12125560100});
    const std::size_t block = set.memory_bytes() - one;
    CHECK(block >= 1250);
    CHECK(block <= 1300);
    for (int line = 0; line < 10'000; ++line) {
        set.insert({12125550000 + line});
    }
    CHECK(set.memory_bytes() == one + block);
    CHECK(set.size() == 10'001);
    set.erase({12125560100});
    CHECK(set.memory_bytes() == one);
}

TEST_CASE("numbers of other countries cost at most 32 bytes each", "[suppression]") {
    NumberSet set;
    const std::size_t empty = set.memory_bytes();
    for (std::int64_t i = 0; i < 100'000; ++i) {
        set.insert({440'000'000'000 + i * 7919});
    }
    CHECK(set.size() == 100'000);
    CHECK(set.memory_bytes() - empty <= 3'200'000);
}

TEST_CASE("a moved set takes its numbers along", "[suppression]") {
    NumberSet source;
    source.insert({12125550123});
    const NumberSet target{std::move(source)};
    CHECK(target.contains({12125550123}));
    CHECK(target.size() == 1);
}

TEST_CASE("random insertions and erasures agree with std::set", "[suppression][property]") {
    CHECK(rc::check([] {
        // Few bases and small steps, so that the same numbers come again and blocks fill and empty.
        const std::vector<std::int64_t> bases = {
            12125550000, 12125559995, 11999999998, 19999999990, 442079460000, 4420794600000, 60};
        NumberSet set;
        std::set<std::int64_t> model;
        const auto steps = *rc::gen::container<std::vector<std::pair<int, std::pair<int, bool>>>>(
            rc::gen::pair(rc::gen::inRange<int>(0, static_cast<int>(bases.size())),
                          rc::gen::pair(rc::gen::inRange(0, 40), rc::gen::arbitrary<bool>())));
        for (const auto& [base, step] : steps) {
            const std::int64_t e164 = bases[static_cast<std::size_t>(base)] + step.first;
            if (step.second) {
                RC_ASSERT(set.insert({e164}) == model.insert(e164).second);
            } else {
                RC_ASSERT(set.erase({e164}) == (model.erase(e164) == 1));
            }
            RC_ASSERT(set.size() == model.size());
        }
        for (const std::int64_t base : bases) {
            for (std::int64_t e164 = base - 2; e164 < base + 42; ++e164) {
                RC_ASSERT(set.contains({e164}) == (model.count(e164) == 1));
            }
        }
    }));
}
