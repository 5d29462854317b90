#pragma once

// What a replay takes from the log, call by call and talk by talk, and what it draws from it when
// the log has no more.

#include "bench/pacing/random.hpp"
#include "bench/replay/recording.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace replay {

/// How much of a run was recorded and how much was drawn.
struct Sources {
    std::int64_t calls_recorded = 0;
    std::int64_t calls_completed = 0; ///< cut off in the log; how they would have ended is drawn
    std::int64_t calls_drawn = 0;
    std::int64_t talks_recorded = 0;
    std::int64_t talks_drawn = 0;
};

/// How a call will go, whatever pacing does.
struct CallCourse {
    pacing::Group group;
    Fate fate = Fate::other; ///< never open
    Duration delay{};
    std::optional<Duration> ringing;
    pacing::EventKind end = pacing::EventKind::ended;
    Duration patience{}; ///< of a person who hears nobody
    bool gone = false;   ///< the person left before anybody could have been connected
    pacing::EventKind leaving = pacing::EventKind::abandoned;
    std::optional<Service> machine;
};

/// The calls of one campaign in the order in which they will be dialed.
class CallSource {
public:
    static constexpr std::size_t window = 512;

    /// `recording` outlives this.
    CallSource(const Recording& recording, pacing::CampaignId campaign);

    /// A new day: its calls are those dialed from `from` until `to` in the log.
    void start_day(Instant from, Instant to);
    /// The groups of the next calls. `now` is on the log's clock: what is drawn is drawn from calls
    /// dialed at about that time.
    [[nodiscard]] std::span<const pacing::Group> next(Instant now, pacing_sim::Random& random);
    /// The first of them.
    [[nodiscard]] CallCourse take(pacing_sim::Random& random, Sources& sources);

private:
    [[nodiscard]] const CallRecord& call(std::size_t index) const;
    [[nodiscard]] std::size_t first_from(Instant at) const;
    [[nodiscard]] std::size_t draw_near(Instant now, pacing_sim::Random& random) const;
    [[nodiscard]] const CallRecord* completed(const CallRecord& open,
                                              pacing_sim::Random& random) const;
    [[nodiscard]] Duration patience(const CallRecord& answered, pacing_sim::Random& random) const;

    const Recording& recording_;
    std::vector<std::uint32_t> calls_;    ///< of the campaign, in dial order
    std::vector<std::uint32_t> by_delay_; ///< the same, those that lasted longest last
    double leaving_per_s_ = 0;            ///< of people who wait
    struct Upcoming {
        std::uint32_t index = 0; ///< into calls_
        bool drawn = false;      ///< beyond those of the log
    };
    std::vector<Upcoming> upcoming_;    ///< shown, not dialed yet
    std::vector<pacing::Group> groups_; ///< of upcoming_
    std::size_t first_ = 0;             ///< of the window in both
    std::size_t day_first_ = 0;         ///< the day's calls, in calls_
    std::size_t day_end_ = 0;
    std::size_t shown_ = 0; ///< next of the day's calls to be shown
};

/// What calls cost the agents.
class ServiceSource {
public:
    explicit ServiceSource(const Recording& recording);

    /// Of the agent's next call with a person.
    [[nodiscard]] Service take(std::size_t agent, pacing_sim::Random& random, Sources& sources);

private:
    const Recording& recording_;
    std::vector<std::size_t> taken_; ///< by agent
    std::vector<const Service*> all_;
};

} // namespace replay
