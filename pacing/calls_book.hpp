#pragma once

// Every call that is open or whose end may still be corrected.

#include "pacing/calls_in_flight.hpp"
#include "pacing/id_table.hpp"
#include "pacing/ticks.hpp"
#include "pacing/types.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace pacing {

enum class CallState : std::uint8_t {
    in_flight,
    waiting, ///< answered, and no agent yet
    served,
    given_up, ///< by us; an answer may cross the cancel
    closed,   ///< ended, and not yet learnt from
};
inline constexpr std::size_t call_states = 5;

struct Call {
    CallId id{};
    CallState state = CallState::in_flight;
    bool rang = false;   ///< `ringing` was told
    bool learnt = false; ///< ring times and its group's rate know of it
    RingEnd end = RingEnd::open;
    AnswerMix mix;
    std::uint32_t slot = 0; ///< of the campaign
    Instant dialed{};
    Instant rings{};       ///< since when it surely rings: from here the legal minimum runs
    Instant changed{};     ///< when it came into its state
    float probability = 0; ///< of an answer, as of the dial
    float factor = 0;      ///< of that, its group's part
    float rang_s = 0;      ///< from the dial to `end`
    double gained = 0;     ///< what its answer added to the log of the threshold
    Day day = 0;           ///< on which its answer was counted
    Group group;

    struct Link {
        std::uint32_t before = 0;
        std::uint32_t after = 0;
    };
    Link in_state;
    Link in_order;
};

/// Calls by id, in each state by the time they came into it, and those that are to be learnt from
/// by the time of their dial.
///
/// Everything costs O(1). Memory: 128 bytes a call, at most `calls_max`; the served and given up
/// are kept for a while.
class CallsBook {
public:
    static constexpr std::size_t calls_max = 200'000;

    CallsBook();

    [[nodiscard]] Call* find(CallId id);
    [[nodiscard]] bool full() const { return size() >= calls_max; }
    /// A new call; nullptr when it is known already or the book is full.
    Call* add(CallId id, Instant now);
    void move(Call& call, CallState to, Instant now);
    void erase(Call& call);

    /// The call that has been longest in that state; nullptr: none is.
    [[nodiscard]] Call* oldest(CallState state);
    /// Of the calls not learnt from yet, the one dialed first.
    [[nodiscard]] Call* oldest_unlearnt();
    void set_learnt(Call& call);
    [[nodiscard]] std::size_t size() const { return places_.size(); }

private:
    static constexpr std::uint32_t none = IdTable::none;
    struct List {
        std::uint32_t first = none;
        std::uint32_t last = none;
    };
    [[nodiscard]] std::uint32_t place_of(const Call& call) const {
        return static_cast<std::uint32_t>(&call - calls_.data());
    }
    using Links = Call::Link Call::*;
    void link(List& list, std::uint32_t place, Links links);
    void unlink(List& list, std::uint32_t place, Links links);
    [[nodiscard]] List& list(CallState state) { return lists_[static_cast<std::size_t>(state)]; }

    std::vector<Call> calls_;
    std::vector<std::uint32_t> free_;
    IdTable places_;
    std::array<List, call_states> lists_{};
    List unlearnt_;
};

} // namespace pacing
