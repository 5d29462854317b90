#pragma once

// Random lives of a Pacer for property tests: scripts of events, settings and questions, and a
// runner that carries out the plans and keeps the truth that plans are held against.

#include "pacing/pacer.hpp"
#include "pacing/ticks.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace pacer_script {

/// How wild a script is.
struct Kind {
    bool extreme_clock = false; ///< instants and days at the ends of their range
    bool settings_change = true;
};

/// One step; which call it is about is said by how many dials ago that call began, since the ids
/// come from the plans.
struct Step {
    enum class What { event, decide, settings, remove, history };
    What what = What::event;
    pacing::Event event; ///< also the instant and the campaign of the other steps
    int calls_ago = 0;   ///< for events of a call; negative: `event.call` as it is
    pacing::Room room;
    std::vector<pacing::Group> next;
    pacing::Settings settings;
    pacing::Count count;
    bool carry_out = true; ///< the plan's calls are dialed
};

[[nodiscard]] std::vector<Step> make(std::uint32_t seed, int length, Kind kind);

/// What a decision was, and everything that was known around it.
struct Decision {
    pacing::CampaignId campaign{};
    bool known = false; ///< otherwise there is no such campaign
    pacing::Settings settings{};
    pacing::Room room{};
    int next = 0;
    pacing::Plan plan{};
    pacing::Explanation explanation{};
    pacing::Pacer::Counts counts{}; ///< before the plan was carried out
    // The truth, before the plan was carried out.
    int signed_in = 0;
    int in_flight = 0;        ///< of the campaign, without doubt
    int rang_long_enough = 0; ///< of the campaign, perhaps: in flight and past ring_min
};

/// Plays steps to a pacer. Calls that nobody ends are ended after a minute, as an engine would.
class Runner {
public:
    /// `tell` passes an event on to the pacer.
    using Tell = std::function<void(pacing::Pacer&, const pacing::Event&)>;
    explicit Runner(Tell tell = [](pacing::Pacer& pacer, const pacing::Event& event) {
        pacer.on(event);
    });

    void play(const Step& step);
    [[nodiscard]] pacing::Pacer& pacer() { return pacer_; }
    [[nodiscard]] const std::vector<Decision>& decisions() const { return decisions_; }
    [[nodiscard]] const std::map<pacing::CampaignId, pacing::Settings>& campaigns() const {
        return campaigns_;
    }

private:
    struct Call {
        pacing::CampaignId campaign{};
        pacing::Instant dialed_at{};
        pacing::Instant ringing_since{};
        bool rings = false;
        bool doubtful = false; ///< news that contradict each other: it may have ended
    };
    void tell(const pacing::Event& event);
    void decide_and_dial(const Step& step);
    void play_event(const Step& step);
    void follow(const pacing::Event& event);
    void end_old_calls(pacing::Instant at);
    struct Flying {
        int certain = 0;
        int rang = 0; ///< perhaps in flight, for ring_min; all that never said that they ring too
    };
    [[nodiscard]] Flying flying(pacing::CampaignId campaign, pacing::Duration ring_min) const;

    Tell tell_;
    pacing::Pacer pacer_;
    std::map<pacing::CampaignId, pacing::Settings> campaigns_;
    std::vector<Decision> decisions_;
    pacing::HeldClock clock_; ///< what has elapsed when clocks step is the pacer's own to define
    std::set<pacing::AgentId> signed_in_;
    std::map<pacing::CallId, Call> in_flight_;
    std::vector<pacing::CallId> dialed_; ///< all, in order
};

} // namespace pacer_script
