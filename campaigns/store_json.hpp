#pragma once

// Batches of log rows as JSON arrays, the form in which they travel to PostgreSQL.
//
// One parameter a batch, whatever its size; the statements unfold it with json_to_recordset. All
// text is made valid first: one bad byte from a SIP peer must not refuse a whole batch.

#include "campaigns/attempt.hpp"
#include "campaigns/types.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

/// Longest text of one field of a log row, in bytes; the rest is cut off.
constexpr std::size_t kLogTextMax = 2000;

/// UTF-8 without NUL and of bounded length: each wrong byte becomes U+FFFD.
[[nodiscard]] std::string clean_text(std::string_view text, std::size_t bytes_max = kLogTextMax);

/// "2026-11-23T20:00:01.250000Z"; years outside 1..9999 are brought to their nearest end.
[[nodiscard]] std::string to_rfc3339(Instant at);

/// Of each draft, what each of its caps has counted, in the order of the clearance's caps.
using CapCounts = std::vector<std::vector<std::int64_t>>;

/// Rows to be: all drafts but those in `without`. The evidence says which caps were counted.
[[nodiscard]] std::string json_of(const std::vector<AttemptDraft>& drafts, const CapCounts& counts,
                                  const std::set<AttemptId>& without);
/// What the store must look at before a draft may become a row: its keys and caps.
[[nodiscard]] std::string json_of_wishes(const std::vector<AttemptDraft>& drafts);
[[nodiscard]] std::string json_of(const std::vector<AttemptEvent>& events);
[[nodiscard]] std::string json_of(const std::vector<AttemptResult>& results);
[[nodiscard]] std::string json_of(const std::vector<AgentStateChange>& changes);
[[nodiscard]] std::string json_of(const std::vector<GateRefusal>& refusals);
[[nodiscard]] std::string json_of(const std::vector<Disposition>& dispositions);
/// An explanation that PostgreSQL could not read as JSON becomes a JSON string.
[[nodiscard]] std::string json_of(const std::vector<PacingSample>& samples);

/// What the refusals of one lead mean for it.
struct LeadRelease {
    LeadId lead{};
    std::int64_t refusal = 0;   ///< the last phone's refusal: the release counts if it is new
    bool blocked = false;       ///< for good
    std::optional<Instant> due; ///< else: when to try again
};

/// One entry for each lead whose last phone was refused: blocked when every number of it is refused
/// for good, else due when the first of them may be legal.
[[nodiscard]] std::vector<LeadRelease> releases_of(const std::vector<GateRefusal>& refusals);
[[nodiscard]] std::string json_of(const std::vector<LeadRelease>& releases);

} // namespace campaigns
