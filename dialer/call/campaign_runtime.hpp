#pragma once

// A running campaign as the control loop holds it: settings, leads on loan, and live figures.

#include "campaigns/records/dispositions.hpp"
#include "campaigns/types.hpp"
#include "dialer/loop/clock.hpp"
#include "dialer/media/media.hpp"
#include "pacing/types.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace dialer::call {

/// The latest values of a duration, for percentiles on the wallboard. Fixed memory.
class RecentDurations {
public:
    void add(std::chrono::microseconds value);
    /// In milliseconds; nothing before the first value. `share` 0 .. 1.
    [[nodiscard]] std::optional<double> percentile_ms(double share) const;

private:
    static constexpr std::size_t capacity = 2048;
    std::vector<std::int32_t> values_us_;
    std::size_t next_ = 0;
};

/// What happened to a campaign's calls since the engine started.
struct Figures {
    static constexpr std::size_t outcome_count = 10; // campaigns::Outcome

    std::int64_t attempts = 0;
    std::array<std::int64_t, outcome_count> outcomes{};
    std::int64_t answered = 0;
    std::int64_t bridged = 0;
    std::int64_t abandoned = 0;
    std::int64_t early_hangup = 0;
    std::map<std::string, std::int64_t, std::less<>> refused; ///< by reason code
    RecentDurations answer_to_bridge;
    RecentDurations answer_to_agent;

    /// Each code counts once, however many rules gave it.
    void count_refusal(const dnc::Decision& decision);
};

/// A lead in the ready queue or on the way to an attempt.
struct LeadInHand {
    campaigns::Lead lead;
    std::size_t considered = 0;                   ///< phones that the gate has refused so far
    std::vector<campaigns::GateRefusal> refusals; ///< one for each of them
    std::vector<std::string> tried;               ///< trunks that failed technically
    std::optional<campaigns::AttemptId> failover_of;
    pacing::Group group;
    std::optional<campaigns::AgentId> agent; ///< who dials it by hand and will have the call

    /// The phone that is next. The retry rules say whether a further attempt begins with the next
    /// one.
    [[nodiscard]] dnc::Number number() const { return lead.phones[phone()]; }
    /// Its place among the lead's phones.
    [[nodiscard]] std::size_t phone() const {
        const auto turn = static_cast<std::size_t>(lead.phone_turn.value_or(lead.attempts));
        return (turn + considered) % lead.phones.size();
    }
};

struct CampaignRuntime {
    campaigns::Campaign settings;
    std::vector<campaigns::DispositionCode> dispositions; ///< that its agents may give
    std::optional<media::ClipId> message;
    std::deque<LeadInHand> ready;       ///< leased, gate not yet asked
    std::set<campaigns::ListId> lists;  ///< of the leads leased last
    bool leasing = false;               ///< a lease is being fetched
    std::optional<Monotonic> dry_until; ///< no lead was due: ask again then
    std::optional<Monotonic> urgent_at; ///< hot leads and callbacks are looked for then
    bool places_closed = false;         ///< leads were due in places closed now
    int committing = 0;                 ///< attempts on the way to a durable row
    std::optional<campaigns::Sentence> system_refusal; ///< why the gate refuses everything
    Monotonic system_refusal_until{};
    std::int64_t dialed_recently = 0; ///< since the last tick; sizes the next lease
    double dial_rate_per_s = 0;       ///< smoothed
    std::map<std::string, Monotonic> refusal_logged_at; ///< system refusals: one row a minute
    Figures figures;
};

} // namespace dialer::call
