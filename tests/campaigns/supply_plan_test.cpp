// Goal: a lease is divided as the lists' weights say, urgent leads first, and no list starves.
// Method: small supplies with known shares; random supplies with properties that always hold.

#include "campaigns/supply/plan.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>

using namespace campaigns;

namespace {

int total(const std::vector<SupplyShare>& shares) {
    int sum = 0;
    for (const auto& share : shares) {
        sum += share.take;
    }
    return sum;
}

SupplyGroup group(std::int64_t list, std::int32_t place, int priority, std::int64_t leads,
                  int weight = 1, int list_priority = 0) {
    return {list, place, priority, list_priority, weight, leads};
}

} // namespace

TEST_CASE("urgent leads go before all others, whatever their list weighs", "[supply]") {
    const std::vector<SupplyGroup> groups{group(1, 0, 0, 100, 100), group(2, 0, 9, 3, 1)};
    const auto shares = divide_supply(groups, 10, 0.5);
    REQUIRE(shares.size() == 2);
    CHECK(shares[0] == SupplyShare{2, 0, 9, 3});
    CHECK(shares[1] == SupplyShare{1, 0, 0, 7});
}

TEST_CASE("a list's priority lifts its leads", "[supply]") {
    const std::vector<SupplyGroup> groups{group(1, 0, 4, 100), group(2, 0, 0, 100, 1, 5)};
    const auto shares = divide_supply(groups, 10, 0.0);
    REQUIRE(shares.size() == 1);
    CHECK(shares[0] == SupplyShare{2, 0, 0, 10});
}

TEST_CASE("a list without weight gives nothing", "[supply]") {
    CHECK(divide_supply(std::vector{group(1, 0, 9, 5, 0)}, 10, 0.0).empty());
    CHECK(divide_supply({}, 10, 0.3).empty());
    CHECK(divide_supply(std::vector{group(1, 0, 0, 5)}, 0, 0.3).empty());
    CHECK(divide_supply(std::vector{group(1, 0, 0, 5)}, -4, 0.3).empty());
}

TEST_CASE("what a small list cannot give, the others give", "[supply]") {
    const std::vector<SupplyGroup> groups{group(1, 0, 0, 2, 98), group(2, 0, 0, 100, 1),
                                          group(3, 0, 0, 100, 1)};
    const auto shares = divide_supply(groups, 42, 0.9);
    CHECK(total(shares) == 42);
    CHECK(shares[0] == SupplyShare{1, 0, 0, 2});
    CHECK(shares[1].take == 20);
    CHECK(shares[2].take == 20);
}

TEST_CASE("many small leases give each list its share", "[supply]") {
    std::vector<SupplyGroup> groups;
    for (int list = 1; list <= 50; ++list) {
        groups.push_back(group(list, list % 7, 0, 1'000'000, list <= 10 ? 3 : 1));
    }
    std::map<std::int64_t, int> taken;
    constexpr int kLeases = 7000;
    for (int i = 0; i < kLeases; ++i) {
        const auto shares = divide_supply(groups, 4, (i + 0.5) / kLeases);
        CHECK(total(shares) == 4);
        for (const auto& share : shares) {
            taken[share.list] += share.take;
        }
    }
    // 28,000 leads by weights that sum up to 70.
    for (const auto& [list, count] : taken) {
        CHECK(std::abs(count - (list <= 10 ? 1200 : 400)) <= 2);
    }
}

TEST_CASE("a list's places get shares by their sizes", "[supply]") {
    const std::vector<SupplyGroup> groups{group(1, 1, 0, 9000), group(1, 2, 0, 1000)};
    std::map<std::int32_t, int> taken;
    for (int i = 0; i < 1000; ++i) {
        for (const auto& share : divide_supply(groups, 5, i / 1000.0)) {
            taken[share.place] += share.take;
        }
    }
    CHECK(std::abs(taken[1] - 4500) <= 10);
    CHECK(taken[1] + taken[2] == 5000);
}

TEST_CASE("a division takes what is wanted or all that is there", "[supply]") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random{seed};
    for (int round = 0; round < 2000; ++round) {
        std::vector<SupplyGroup> groups;
        std::int64_t all = 0;
        const auto lists = 1 + random() % 6;
        for (std::uint32_t list = 1; list <= lists; ++list) {
            const int weight = 1 + static_cast<int>(random() % 100);
            const auto places = 1 + random() % 5;
            for (std::uint32_t place = 0; place < places; ++place) {
                groups.push_back(group(list, static_cast<std::int32_t>(place),
                                       static_cast<int>(random() % 10), random() % 30, weight));
                all += groups.back().leads;
            }
        }
        const int count = static_cast<int>(random() % 120);
        const double start = static_cast<double>(random()) / 4294967296.0;
        const auto shares = divide_supply(groups, count, start);
        INFO("round " << round);
        CHECK(total(shares) == std::min<std::int64_t>(count, all));
        CHECK(shares.size() <= static_cast<std::size_t>(count));
        int level = 9;
        for (const auto& share : shares) {
            CHECK(share.take > 0);
            CHECK(share.priority <= level);
            level = share.priority;
            for (const auto& one : groups) {
                if (one.list == share.list && one.place == share.place &&
                    one.priority == share.priority) {
                    CHECK(share.take <= one.leads);
                }
            }
        }
    }
}
