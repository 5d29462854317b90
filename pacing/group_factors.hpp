#pragma once

// How much likelier than the campaign's average the calls of a list, a caller id, an attempt number
// or an hour are answered.

#include "pacing/types.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace pacing {

class SavedReader;
class SavedWriter;

/// One factor for each value of each key of Group, multiplied for a call. A factor is what was
/// answered over what the other factors had led to expect, drawn to 1 while little is known, and
/// relative to the same of all values of the key: a level that all calls share is the campaign's
/// own rate, and without this the two would drift against each other.
///
/// Memory: fixed, `sets * ways` cells of 32 bytes. When a set is full, the value of which least is
/// known makes room.
class GroupFactors {
public:
    GroupFactors() : cells_(sets * ways) {}

    /// 1 for a Group of which nothing is known.
    [[nodiscard]] double factor(const Group& group) const;
    /// A dial came to its end. `expected`: the probability it had been given to be answered by
    /// then, its factor included; `answered`: it was.
    void learn(const Group& group, double expected, bool answered);
    /// An answer turned out to be none.
    void take_back(const Group& group);
    void forget();

    void save(SavedWriter& out) const;
    void load(SavedReader& in);

private:
    struct Cell {
        std::int64_t value = 0;
        std::int32_t key = 0; // 1 .. 4; 0: free
        float answered = 0;
        double expected = 0;
    };
    struct Sum {
        double answered = 0;
        double expected = 0;
    };
    static constexpr std::size_t sets = 512;
    static constexpr std::size_t ways = 4;
    static constexpr std::size_t keys = 4;
    using Values = std::array<std::int64_t, keys>;

    [[nodiscard]] static Values values(const Group& group);
    [[nodiscard]] double factor_of(std::size_t key, const Cell& cell) const;
    [[nodiscard]] static std::size_t first_way(std::size_t key, std::int64_t value);
    [[nodiscard]] const Cell* find(std::size_t key, std::int64_t value) const;
    Cell& make(std::size_t key, std::int64_t value);

    std::vector<Cell> cells_;
    std::array<Sum, keys> sums_{}; // of all values of a key
};

} // namespace pacing
