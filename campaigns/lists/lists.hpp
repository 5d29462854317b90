#pragma once

// Suppression lists as the store tells of them: what changed since they were loaded, and what they
// said about one number over time.

#include "dnc/number.hpp"
#include "dnc/suppression.hpp"
#include "dnc/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

[[nodiscard]] std::string_view to_text(dnc::ListKind kind);
[[nodiscard]] std::optional<dnc::ListKind> list_kind_from_text(std::string_view text);

/// The version of a list that an engine holds (0: none).
struct ListHeld {
    std::int64_t list_id = 0;
    std::int64_t version_id = 0;
    friend bool operator==(const ListHeld&, const ListHeld&) = default;
};

/// A number put on a list or taken off it.
struct ListChange {
    dnc::Number number;
    bool listed = true;
};

/// One list as it is in force now, for an engine that holds an older state of it.
struct ListUpdate {
    dnc::SuppressionList list; ///< its numbers are empty when `keep`
    bool keep = false;         ///< the numbers held stay, with `changes` on top, in order
    std::vector<ListChange> changes = {};
};

struct SuppressionUpdate {
    std::vector<ListUpdate> lists;    ///< all there are; a list held and not in here is gone
    std::vector<std::string> notices; ///< for the log: files that could not be used or written
};

/// Where a number came onto a list or went off it.
struct ListEvent {
    dnc::Instant at{}; ///< since then we knew: the version was loaded, the person asked
    bool listed = false;
    std::int64_t version_id = 0; ///< 0: a single change, such as an opt-out
    std::optional<std::chrono::year_month_day> as_of = {}; ///< of the version
    std::optional<dnc::Instant> registry_at = {}; ///< when the registry did it, if its file says
    std::string source;                           ///< file name, or key_press, agent, api, ...
};

/// What one list has said about a number.
struct NumberOnList {
    std::int64_t list_id = 0;
    std::string list;
    dnc::ListKind kind = dnc::ListKind::other;
    std::string country;
    std::string region;
    std::string seller;
    std::int64_t version_id = 0; ///< in force at the instant asked about; 0: none
    std::optional<std::chrono::year_month_day> as_of = {};
    bool covered = true;           ///< its area code, by that version
    bool listed = false;           ///< at that instant
    std::vector<ListEvent> events; ///< oldest first, up to that instant
};

} // namespace campaigns
