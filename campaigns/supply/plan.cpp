#include "campaigns/supply/plan.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace campaigns {

namespace {

constexpr std::int64_t kDrawsOfList = 8;

/// A list's groups of one level.
struct Part {
    std::int64_t weight = 1;
    std::int64_t leads = 0;
    std::int64_t take = 0;
    std::vector<const SupplyGroup*> groups;
};

/// Whole numbers that add up to `sum` and are each within one of `sum * size / all`: each ends
/// where a running total, moved by `start`, has come to.
class Rounding {
public:
    Rounding(std::int64_t sum, std::int64_t all, double start)
        : per_one_{static_cast<double>(sum) / static_cast<double>(all)}, sum_{sum}, all_{all},
          start_{start} {}

    std::int64_t next(std::int64_t size) {
        reached_ += size;
        // The last one is exact whatever the floating point has lost.
        const auto end = reached_ == all_ ? sum_
                                          : static_cast<std::int64_t>(std::floor(
                                                static_cast<double>(reached_) * per_one_ + start_));
        return end - std::exchange(given_, end);
    }

private:
    double per_one_;
    std::int64_t sum_;
    std::int64_t all_;
    double start_;
    std::int64_t reached_ = 0;
    std::int64_t given_ = 0;
};

/// Lists that have less than their weight would give them give all; the others share what is left.
void divide_among_lists(std::vector<Part*> parts, std::int64_t count, double start) {
    for (bool changed = true; changed && !parts.empty();) {
        std::int64_t weights = 0;
        for (const Part* part : parts) {
            weights += part->weight;
        }
        const std::int64_t to_share = count;
        const auto has_less = [&](Part* part) {
            if (part->leads * weights > to_share * part->weight) {
                return false;
            }
            part->take = part->leads;
            count -= part->leads;
            return true;
        };
        changed = std::erase_if(parts, has_less) > 0;
    }
    std::int64_t weights = 0;
    for (const Part* part : parts) {
        weights += part->weight;
    }
    if (weights == 0 || count <= 0) {
        return;
    }
    Rounding rounding{count, weights, start};
    for (Part* part : parts) {
        part->take = std::min(rounding.next(part->weight), part->leads);
    }
}

/// A few leads of each of a few groups: every group is a search of its own, and a change of the
/// counts. Over the leases each gets its share all the same.
void divide_in_list(const Part& part, double start, std::vector<SupplyShare>& shares) {
    if (part.take <= 0) {
        return;
    }
    const std::int64_t draws = std::min(part.take, kDrawsOfList);
    Rounding rounding{draws, part.leads, start};
    std::int64_t drawn = 0;
    std::int64_t left = part.take;
    std::vector<std::int64_t> takes;
    for (const SupplyGroup* group : part.groups) {
        const std::int64_t before = drawn * part.take / draws;
        drawn += rounding.next(group->leads);
        takes.push_back(std::min(drawn * part.take / draws - before, group->leads));
        left -= takes.back();
    }
    // What small groups could not give, the others give, from anywhere on.
    const std::size_t many = takes.size();
    const auto first = static_cast<std::size_t>(start * static_cast<double>(many));
    for (std::size_t i = 0; i < many && left > 0; ++i) {
        const std::size_t at = (first + i) % many;
        const auto more = std::min(left, part.groups[at]->leads - takes[at]);
        takes[at] += more;
        left -= more;
    }
    for (std::size_t i = 0; i < many; ++i) {
        if (takes[i] > 0) {
            const SupplyGroup& group = *part.groups[i];
            shares.push_back({group.list, group.place, group.priority, static_cast<int>(takes[i])});
        }
    }
}

} // namespace

std::vector<SupplyShare> divide_supply(std::span<const SupplyGroup> groups, int count,
                                       double start) {
    std::map<int, std::map<std::int64_t, Part>, std::greater<>> levels;
    for (const SupplyGroup& group : groups) {
        if (group.leads > 0 && group.list_weight > 0) {
            Part& part = levels[group.level()][group.list];
            part.weight = group.list_weight;
            part.leads += group.leads;
            part.groups.push_back(&group);
        }
    }
    std::vector<SupplyShare> shares;
    std::int64_t left = count;
    for (auto& [level, lists] : levels) {
        if (left <= 0) {
            break;
        }
        std::vector<Part*> parts;
        for (auto& [list, part] : lists) {
            parts.push_back(&part);
        }
        divide_among_lists(parts, left, start);
        // Another point for each list, so that their places do not take turns together.
        double within = start;
        for (const auto& [list, part] : lists) {
            within += 0.618'033'988'749'894'9;
            divide_in_list(part, within - std::floor(within), shares);
            left -= part.take;
        }
    }
    return shares;
}

} // namespace campaigns
