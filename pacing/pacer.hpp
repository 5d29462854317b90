#pragma once

// Decides how many lines each campaign of one pool of agents dials, moment by moment.

#include "pacing/budget.hpp"
#include "pacing/event.hpp"
#include "pacing/explain.hpp"
#include "pacing/settings.hpp"
#include "pacing/types.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pacing {

/// What else limits dialing at this instant. The caller counts; pacing remembers that it was
/// limited, because answers that come while something else limits dialing say nothing about the
/// threshold.
struct Room {
    int channels = 1'000'000; ///< lines that trunks and the engine still carry, >= 0
    int rate = 1'000'000;     ///< lines that calls per second allow now, >= 0
    bool leads_end = false;   ///< `next` is all there is for now, not just a window on more
};

struct Plan {
    int dial = 0;    ///< that many of `next`, from the front; >= 0
    int give_up = 0; ///< ringing calls to cancel, those that rang longest first; all past ring_min
    Limit limit = Limit::agents;
};

/// One pool of agents and the campaigns that share it.
///
/// Not thread-safe; owned by one loop. Pure: the same settings, events and questions give the same
/// answers bit for bit. Events cost O(1) and allocate only when more agents or calls exist at once
/// than ever before; decide() never allocates. Events that contradict what is known (a second end
/// of a call, a call never dialed, an agent not signed in) change nothing; a clock that steps back
/// is held at the latest instant seen. Memory: one small record for each agent and open call.
class Pacer {
public:
    Pacer();
    ~Pacer();
    Pacer(Pacer&&) noexcept;
    Pacer& operator=(Pacer&&) noexcept;

    /// Adds a campaign or changes its settings; what it has learnt stays.
    void set_campaign(CampaignId campaign, const Settings& settings);
    /// Its open calls still count as demand until they end.
    void remove_campaign(CampaignId campaign);

    void on(const Event& event);

    /// How many of the calls in `next` (the leads at hand, in dialing order) to dial now. The
    /// caller answers with a dial_started event for each. An unknown campaign dials nothing.
    Plan decide(CampaignId campaign, Instant now, const Room& room, std::span<const Group> next);

    /// Free agents that an answered call of the campaign must leave: they are promised to calls of
    /// campaigns of the pool that have no abandonment to spare. 0 for an unknown campaign.
    [[nodiscard]] int kept_from(CampaignId campaign) const;

    /// The latest decision of the campaign, and what it was made from.
    [[nodiscard]] Explanation explain(CampaignId campaign) const;

    /// What is known from the dial log at start: counts of a day on top of what events told.
    void add_history(CampaignId campaign, Day day, Count count);
    [[nodiscard]] std::vector<Budget::Standing> standings(CampaignId campaign) const;

    /// What the campaign has learnt (rates, times, threshold), as text with a version. Budgets are
    /// not in it: the dial log is their truth.
    [[nodiscard]] std::string save(CampaignId campaign) const;
    /// False, and nothing changed, when the text is of another version or damaged.
    [[nodiscard]] bool load(CampaignId campaign, std::string_view saved);

    struct Counts {
        int signed_in = 0;
        int ready = 0;
        int talking = 0;
        int wrap_up = 0;
        int paused = 0;
        int in_flight = 0; ///< dialed, not answered, not ended; all campaigns
        int waiting = 0;   ///< answered, no agent yet; all campaigns
    };
    [[nodiscard]] Counts counts() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace pacing
