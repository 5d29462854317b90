#pragma once

// The abandonment ledger: what the law of each jurisdiction makes of the raw instants of answered
// calls, in integers, so that anybody can compute the same figures again.
//
// Pure. One regulatory campaign (seller and offer) at a time, above the campaigns and lists it is
// dialed in: dividing a list begins no new account.

#include "dnc/abandonment.hpp"
#include "dnc/time.hpp"
#include "dnc/zones.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dnc {

/// One call that was answered, as the dial log has it.
struct AnsweredCall {
    std::int64_t attempt = 0;
    Instant answered_at{};
    std::optional<Instant> greeting_end_at; ///< empty: not heard; the clock starts at the answer
    /// Answer to agent on a clock that nobody sets; empty: by the instants.
    std::optional<std::chrono::microseconds> answer_to_agent;
    std::optional<Instant> bridged_at; ///< empty: no agent
    std::optional<Instant> message_started_at;
    Instant ended_at{};
    bool ended_by_customer = false;
    bool machine_by_agent = false;    ///< an agent heard a machine
    bool machine_by_detector = false; ///< dropped because a detector took it for a machine
    bool open_at_crash = false;       ///< its engine died; the events tell all that is known
};

/// What a call is in the law's words. Each answered call is exactly one of them.
enum class AnswerClass : std::uint8_t {
    connected,       ///< an agent within the time allowed
    late,            ///< an agent, but too late: abandoned
    abandoned,       ///< no agent in time
    early_hangup,    ///< the person left before the time was over: not abandoned by the text
    machine,         ///< a machine, as a person found
    detector_machine ///< a machine, as a detector said; some of these were persons
};
inline constexpr std::size_t kAnswerClasses = 6;
[[nodiscard]] std::string_view to_text(AnswerClass value);

/// 47 CFR 64.1200(a)(7): connected within `within` of the end of the greeting.
[[nodiscard]] AnswerClass classify(const AnsweredCall& call, std::chrono::milliseconds within);

/// Calls of one period by class.
struct AnswerCounts {
    std::int64_t connected = 0;
    std::int64_t late = 0;
    std::int64_t abandoned = 0;
    std::int64_t early_hangup = 0;
    std::int64_t machine = 0;
    std::int64_t detector_machine = 0;

    void add(AnswerClass value);
    friend bool operator==(const AnswerCounts&, const AnswerCounts&) = default;
};

/// A rate as the fraction that it is. A denominator of zero means: there is no rate.
struct AbandonmentRate {
    std::int64_t abandoned = 0;
    std::int64_t answered = 0;

    friend bool operator==(const AbandonmentRate&, const AbandonmentRate&) = default;
};

/// "2.88" for 26 of 905: per cent, never rounded down. Empty when there is no rate.
[[nodiscard]] std::string percent_rounded_up(AbandonmentRate rate);

/// How many of the detector's machines were persons: `persons` of `sampled` calls that people
/// listened to. Nobody listened: every one of them counts as a person.
struct DetectorSample {
    std::int64_t sampled = 0;
    std::int64_t persons = 0;
};

/// By the text: late and abandoned of those and the connected.
[[nodiscard]] AbandonmentRate rate_by_text(const AnswerCounts& counts);
/// People who left early counted as abandoned as well.
[[nodiscard]] AbandonmentRate rate_conservative(const AnswerCounts& counts);
/// Ofcom 2016, annex 3: with the detector's estimated mistakes among the abandoned, rounded up.
[[nodiscard]] AbandonmentRate rate_with_detector(const AnswerCounts& counts, DetectorSample sample);

/// One period under one limit of the law.
struct LedgerPeriod {
    const AbandonmentLimit* limit = nullptr;
    std::chrono::sys_days from; ///< civil days of the rules' zone
    std::chrono::sys_days to;   ///< exclusive; for a period under way, the day after `today`
    bool under_way = false;
    AnswerCounts counts;
    AbandonmentRate by_text;
    AbandonmentRate conservative;
    AbandonmentRate with_detector;
    bool met = true;              ///< by the text
    bool met_conservative = true; ///< the view that closes the gate
};

/// Whether the share is within the limit: `abandoned * denominator <= numerator * answered`.
[[nodiscard]] bool within_limit(AbandonmentRate rate, const AbandonmentLimit& limit);

/// Calls in any order; `first_call` is the anchor of successive periods. Gives each limit's periods
/// with at least one answered call up to `today`, by limit, then by day; of trailing periods the
/// one that ends today and the worst one before.
[[nodiscard]] std::vector<LedgerPeriod> abandonment_ledger(const std::vector<AnsweredCall>& calls,
                                                           const AbandonmentRules& rules,
                                                           const ZoneDatabase& zones,
                                                           Instant first_call, Instant now,
                                                           DetectorSample sample = {});

} // namespace dnc
