#pragma once

// Things to do later, in order of time; ties in the order they were noted.

#include "tests/peers/common/moment.hpp"

#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

namespace peers {

/// Not thread-safe. Nothing is taken back: whoever is told of a due item checks whether it still
/// applies.
template <typename Item> class Agenda {
public:
    void note(Moment due, Item item) { queue_.push({due, ++order_, std::move(item)}); }

    /// The next item that is due, if any.
    [[nodiscard]] std::optional<Item> take_due(Moment at) {
        if (queue_.empty() || queue_.top().due > at) {
            return std::nullopt;
        }
        Item item = queue_.top().item;
        queue_.pop();
        return item;
    }

    [[nodiscard]] std::optional<Moment> next_due() const {
        return queue_.empty() ? std::nullopt : std::optional{queue_.top().due};
    }

private:
    struct Entry {
        Moment due;
        std::uint64_t order;
        Item item;

        bool operator<(const Entry& other) const {
            return due != other.due ? due > other.due : order > other.order;
        }
    };

    std::priority_queue<Entry> queue_;
    std::uint64_t order_ = 0;
};

} // namespace peers
