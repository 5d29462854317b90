#pragma once

// Why a lead is not dialed, or why it was: every condition on the way to a call, with its answer,
// and the earliest instant at which it could be dialed.

#include "campaigns/sentence.hpp"
#include "campaigns/types.hpp"
#include "dnc/gate.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

class Store;

/// Exactly one of lead, number and external id; the campaign narrows it.
struct LeadQuery {
    std::optional<LeadId> lead = {};
    std::optional<dnc::Number> number = {};
    std::string external_id = {};
    std::string campaign = {}; ///< by name; empty: all
};
struct LeadFound {
    LeadId lead{};
    CampaignId campaign{};
    std::string campaign_name;
    std::string name;
    std::string external_id;
    std::string status;
};
/// Newest first, 100 at most; empty when there is none. StoreRefusal when the campaign is unknown.
[[nodiscard]] std::vector<LeadFound> find_leads(Store& store, const LeadQuery& query);

enum class Passes : std::uint8_t { yes, no, unknown };
[[nodiscard]] std::string_view to_text(Passes passes);

/// One thing that must hold before a call.
struct WhyCondition {
    std::string code;  ///< "campaign_running", "list_active", "due", "filter", ...
    std::string title; ///< "The campaign is running"
    Passes passes = Passes::unknown;
    Sentence words;                    ///< what is the case
    std::optional<Instant> until = {}; ///< when it holds by itself
    Sentence unless = {};              ///< what would have to happen, when it never does by itself
};

struct PhoneWhy {
    dnc::Number number;
    bool invalid = false;            ///< a call has learnt that it does not exist; never dialed
    bool next = false;               ///< the one that the next attempt begins with
    dnc::Decision decision;          ///< at the instant asked about
    std::vector<std::string> listed; ///< names of lists that have it
    std::optional<Instant> earliest; ///< when the gate, the campaign's hours and limits let it
    std::vector<Sentence> unless;    ///< when `earliest` is empty
};

struct WhyAttempt {
    AttemptId id{};
    Instant at{};
    dnc::Number number;
    dnc::Number caller_id;
    std::string trunk;
    std::string outcome;     ///< empty: still open
    std::string treatment;   ///< empty likewise
    std::string disposition; ///< code; empty: none
    std::optional<Instant> ended_at;
    std::string evidence; ///< JSON as it stands in the dial log: what the gate rested on
    Sentence words;       ///< why it was dialed, for people
};

/// What the gate said when it refused the lead.
struct WhyRefusal {
    Instant at{};
    dnc::Number number;
    std::string verdict; ///< "deny", "defer"
    std::optional<Instant> until;
    std::string reasons; ///< JSON as it stands in the log
};

struct Why {
    Instant at{};
    LeadId lead{};
    std::string external_id;
    std::string name;
    CampaignId campaign{};
    std::string campaign_name;
    ListId list{};
    std::string list_name;
    std::string status;
    std::string stop_reason;

    bool callable_now = false;
    Sentence summary; ///< the answer in one sentence
    /// When it could be dialed, lines, trunks and agents permitting; empty: never as things stand,
    /// in the next 31 days.
    std::optional<Instant> earliest;
    std::vector<Sentence> unless; ///< what would have to happen first, when that is empty
    /// When it could be dialed if all of `unless` happened at once; empty when not even then.
    std::optional<Instant> earliest_then;
    /// Due leads that come before it: at least and at most, hours aside. Empty: it is not in line.
    std::optional<std::int64_t> ahead_min;
    std::optional<std::int64_t> ahead_max;
    std::vector<WhyCondition> conditions; ///< in the order in which they are asked
    std::vector<PhoneWhy> phones;         ///< in order of preference
    std::vector<WhyAttempt> attempts;     ///< newest first, 20 at most
    std::vector<WhyRefusal> refusals;     ///< newest first, 5 at most
};

/// How far the earliest instant is looked for.
inline constexpr std::chrono::days kWhySearch{31};

/// What the store knows now, and the gate asked at `at`; the same store and instant give the same
/// answer. Lists are asked by look-up, never loaded. StoreRefusal when there is no such lead.
[[nodiscard]] Why why_not_dialed(Store& store, const dnc::Gate& gate,
                                 const dnc::ZoneDatabase& zones, LeadId lead, Instant at);

/// One JSON object.
[[nodiscard]] std::string to_json(const Why& why);
/// A page of text.
[[nodiscard]] std::string to_text(const Why& why);

} // namespace campaigns
