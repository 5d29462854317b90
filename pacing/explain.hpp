#pragma once

// Why pacing decided as it did, as numbers and as a sentence.

#include "pacing/budget.hpp"
#include "pacing/settings.hpp"
#include "pacing/types.hpp"

#include <string>
#include <string_view>

namespace pacing {

/// What stops pacing from dialing more right now.
enum class Limit : std::uint8_t {
    agents, ///< one more line would too likely find nobody free
    leads,  ///< no further lead at hand
    trunk,  ///< no channel free
    rate,   ///< calls per second
    law,    ///< the abandonment budget of a legal period: one line for each free agent
    turn,   ///< it is another campaign's turn at the shared agents
    mode,   ///< people dial in this mode
    nobody, ///< no agent is signed in
};
inline constexpr std::size_t limits = 8;
[[nodiscard]] std::string_view to_text(Limit limit);

/// A decision and what it was made from.
struct Explanation {
    Instant at{};
    Mode mode{};
    int dial = 0;    ///< lines dialed by this decision
    int give_up = 0; ///< calls given up by it
    Limit limit{};
    int agents_signed_in = 0;
    int agents_free = 0;
    double agents_expected = 0;  ///< more who will be free within `horizon_s`
    double horizon_s = 0;        ///< mean time to an answer plus the tolerance
    int lines_in_flight = 0;     ///< before this decision
    double answers_expected = 0; ///< of the lines in flight, within the horizon
    int waiting = 0;             ///< answered and no agent yet
    double answer_rate = 0;      ///< share of dials that a person answers
    double shortage = 0;         ///< probability that one more answer finds nobody, after `dial`
    double threshold = 0;        ///< largest shortage accepted
    double budget_left = 0;      ///< abandonments still allowed in the tightest period
    double abandoned_share = 0;  ///< in that period so far
};

/// "dialing 7: 3 agents free, 2 expected within 9 s, 31 % of calls answered; chance that one more
/// finds nobody 1.4 %".
[[nodiscard]] std::string to_sentence(const Explanation& explanation);

} // namespace pacing
