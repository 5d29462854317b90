#pragma once

// What is due in the simulated day, earliest first.

#include <algorithm>
#include <cstdint>
#include <vector>

namespace pacing_sim {

enum class Due : std::uint8_t {
    dial_ends,  ///< call: its drawn outcome is there
    detected,   ///< call: detection has finished
    gives_up,   ///< call: answered and waited for as long as it lasts
    talk_ends,  ///< agent
    wrap_ends,  ///< agent
    announces,  ///< agent says when wrap-up will end
    break_ends, ///< agent
    signs_in,   ///< agent
    inbound,    ///< a return arrives
    leads_load,
};

/// Binary heap over a vector; what is due at the same instant comes out in the order it went in.
/// Allocates only when more is due at once than ever before.
class EventQueue {
public:
    struct Item {
        std::int64_t at = 0; ///< us since the day's start
        std::uint32_t order = 0;
        std::uint32_t who = 0;  ///< call slot or agent
        std::uint32_t life = 0; ///< stale when the slot has another one by then
        Due due{};
    };

    [[nodiscard]] bool empty() const { return items_.empty(); }
    [[nodiscard]] const Item& top() const { return items_.front(); }

    void push(std::int64_t at, Due due, std::uint32_t who, std::uint32_t life = 0) {
        items_.push_back({at, order_++, who, life, due});
        std::push_heap(items_.begin(), items_.end(), later);
    }

    void pop() {
        std::pop_heap(items_.begin(), items_.end(), later);
        items_.pop_back();
    }

    void clear() {
        items_.clear();
        order_ = 0;
    }

private:
    static bool later(const Item& left, const Item& right) {
        return left.at != right.at ? left.at > right.at : left.order > right.order;
    }

    std::vector<Item> items_;
    std::uint32_t order_ = 0;
};

} // namespace pacing_sim
