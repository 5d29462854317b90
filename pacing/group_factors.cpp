#include "pacing/group_factors.hpp"

#include "pacing/id_table.hpp"
#include "pacing/saved_text.hpp"

#include <algorithm>
#include <cmath>

namespace pacing {

namespace {

constexpr double prior_expected = 12.0;  // expected answers that draw a factor to 1
constexpr double expected_max = 2'000.0; // then halved
constexpr double factor_min = 0.05;
constexpr double factor_max = 8.0;
constexpr double product_max = 20.0;

// Keys in the order of Group: list, caller id, attempt, hour. An hour's factor and the campaign's
// own rate, which follows the time of day, speak of the same; the rate adapts to what is left.

} // namespace

GroupFactors::Values GroupFactors::values(const Group& group) {
    return {group.list, group.caller_id, group.attempt, group.hour};
}

double GroupFactors::factor_of(std::size_t key, const Cell& cell) const {
    const double level = (sums_[key].answered + 1.0) / (sums_[key].expected + 1.0);
    const double answered = static_cast<double>(cell.answered) + prior_expected * level;
    return std::clamp(answered / ((cell.expected + prior_expected) * level), factor_min,
                      factor_max);
}

std::size_t GroupFactors::first_way(std::size_t key, std::int64_t value) {
    const auto hash = mixed(static_cast<std::uint64_t>(value) + 0x9e3779b97f4a7c15ULL * (key + 1));
    return (static_cast<std::size_t>(hash) & (sets - 1)) * ways;
}

const GroupFactors::Cell* GroupFactors::find(std::size_t key, std::int64_t value) const {
    const std::size_t first = first_way(key, value);
    for (std::size_t way = first; way < first + ways; ++way) {
        if (cells_[way].key == static_cast<std::int32_t>(key + 1) && cells_[way].value == value) {
            return &cells_[way];
        }
    }
    return nullptr;
}

GroupFactors::Cell& GroupFactors::make(std::size_t key, std::int64_t value) {
    const std::size_t first = first_way(key, value);
    std::size_t least = first;
    for (std::size_t way = first; way < first + ways; ++way) {
        if (cells_[way].key == 0) {
            least = way;
            break;
        }
        if (cells_[way].expected < cells_[least].expected) {
            least = way;
        }
    }
    cells_[least] = Cell{value, static_cast<std::int32_t>(key + 1), 0, 0};
    return cells_[least];
}

double GroupFactors::factor(const Group& group) const {
    const Values of_group = values(group);
    double product = 1.0;
    for (std::size_t key = 0; key < keys; ++key) {
        if (of_group[key] != 0) {
            const Cell* cell = find(key, of_group[key]);
            product *= cell == nullptr ? 1.0 : factor_of(key, *cell);
        }
    }
    return std::clamp(product, factor_min, product_max);
}

void GroupFactors::learn(const Group& group, double expected, bool answered) {
    const Values of_group = values(group);
    for (std::size_t key = 0; key < keys; ++key) {
        if (of_group[key] == 0) {
            continue;
        }
        const Cell* known = find(key, of_group[key]);
        Cell& cell = known == nullptr ? make(key, of_group[key])
                                      : cells_[static_cast<std::size_t>(known - cells_.data())];
        // What the call would have been given without this key's own factor.
        const double without = expected / factor_of(key, cell);
        cell.expected += without;
        cell.answered += answered ? 1.0F : 0.0F;
        sums_[key].expected += without;
        sums_[key].answered += answered ? 1.0 : 0.0;
        if (sums_[key].expected > expected_max) {
            sums_[key].expected *= 0.5;
            sums_[key].answered *= 0.5;
        }
        if (cell.expected > expected_max) {
            cell.expected *= 0.5;
            cell.answered *= 0.5F;
        }
    }
}

void GroupFactors::take_back(const Group& group) {
    const Values of_group = values(group);
    for (std::size_t key = 0; key < keys; ++key) {
        if (const Cell* known = find(key, of_group[key]); of_group[key] != 0 && known != nullptr) {
            Cell& cell = cells_[static_cast<std::size_t>(known - cells_.data())];
            cell.answered = std::max(0.0F, cell.answered - 1.0F);
        }
    }
}

void GroupFactors::forget() {
    for (auto& cell : cells_) {
        const double keep = cell.expected > prior_expected ? prior_expected / cell.expected : 1.0;
        cell.expected *= keep;
        cell.answered *= static_cast<float>(keep);
    }
}

void GroupFactors::save(SavedWriter& out) const {
    for (const auto& sum : sums_) {
        out.put("group_sum", std::array{sum.answered, sum.expected});
    }
    const auto used =
        std::count_if(cells_.begin(), cells_.end(), [](const Cell& cell) { return cell.key != 0; });
    out.put("groups", static_cast<double>(used));
    for (std::size_t at = 0; at < cells_.size(); ++at) {
        const Cell& cell = cells_[at];
        if (cell.key == 0) {
            continue;
        }
        // An id has more digits than a double: it goes in two halves.
        const auto bits = static_cast<std::uint64_t>(cell.value);
        const std::array<double, 6> fields{static_cast<double>(at),
                                           static_cast<double>(cell.key),
                                           static_cast<double>(bits >> 32U),
                                           static_cast<double>(bits & 0xffffffffU),
                                           static_cast<double>(cell.answered),
                                           cell.expected};
        out.put("group", fields);
    }
}

void GroupFactors::load(SavedReader& in) {
    bool sane = true;
    for (auto& sum : sums_) {
        std::array<double, 2> fields{};
        in.get("group_sum", fields);
        sum = {fields[0], fields[1]};
        sane = sane && sum.answered >= 0.0 && sum.expected >= 0.0;
    }
    const double used = in.get("groups");
    if (!in.ok() || !sane || used < 0.0 || used > static_cast<double>(cells_.size())) {
        in.fail();
        return;
    }
    cells_.assign(cells_.size(), Cell{});
    for (int left = static_cast<int>(used); left > 0 && in.ok(); --left) {
        std::array<double, 6> fields{};
        in.get("group", fields);
        const bool fits = fields[0] >= 0.0 && fields[0] < static_cast<double>(cells_.size()) &&
                          fields[1] >= 1.0 && fields[1] <= static_cast<double>(keys) &&
                          fields[2] >= 0.0 && fields[2] < 4294967296.0 && fields[3] >= 0.0 &&
                          fields[3] < 4294967296.0 && fields[4] >= 0.0 && fields[5] >= 0.0;
        if (!in.ok() || !fits) {
            in.fail();
            return;
        }
        const auto bits =
            (static_cast<std::uint64_t>(fields[2]) << 32U) | static_cast<std::uint64_t>(fields[3]);
        cells_[static_cast<std::size_t>(fields[0])] =
            Cell{static_cast<std::int64_t>(bits), static_cast<std::int32_t>(fields[1]),
                 static_cast<float>(fields[4]), fields[5]};
    }
}

} // namespace pacing
