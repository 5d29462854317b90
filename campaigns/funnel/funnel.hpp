#pragma once

// The funnel of a campaign: where its leads are on the way to a call, and what stops each group.
//
// Read from counts that the store keeps while leads change, never from the leads: as cheap with ten
// million of them as with ten. Only hours are asked of the gate, once for each place.

#include "campaigns/funnel/hours.hpp"
#include "campaigns/sentence.hpp"
#include "campaigns/types.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

class Store;

/// What stops a lead, in the order in which it is asked: each lead stops at the first that holds.
enum class FunnelStep : std::uint8_t {
    held,      ///< its list is loading, or was undone
    filtered,  ///< the campaign's filter does not let it through
    finished,  ///< a conversation was held, or an agent closed it
    used_up,   ///< all attempts made
    refused,   ///< the gate refused it for good
    in_hand,   ///< leased, ringing, or in a call
    for_agent, ///< a callback of one agent
    list_off,  ///< its list has weight 0 or is not active
    resting,   ///< due later
    closed,    ///< due, and it is too late or too early where the phone rings
    callable,  ///< nothing stops it
};
inline constexpr std::size_t kFunnelSteps = 11;
[[nodiscard]] std::string_view to_text(FunnelStep step); ///< "used_up"
[[nodiscard]] Sentence words_of(FunnelStep step);        ///< "all attempts used"

/// Leads by step; indexed by FunnelStep.
struct StepCounts {
    std::array<std::int64_t, kFunnelSteps> leads{};
    [[nodiscard]] std::int64_t& operator[](FunnelStep step) {
        return leads[static_cast<std::size_t>(step)];
    }
    [[nodiscard]] std::int64_t operator[](FunnelStep step) const {
        return leads[static_cast<std::size_t>(step)];
    }
    [[nodiscard]] std::int64_t total() const;
};

/// Part of a step, with what it is for people.
struct FunnelReason {
    std::string code; ///< an outcome, a disposition, a reason code of the gate, "within_hour", ...
    Sentence words;   ///< "busy", "on the national registry"; a disposition's label as it was typed
    std::int64_t leads = 0;
    std::optional<Instant> until = {}; ///< when the first of them comes back, if that is known
};

struct FunnelStage {
    FunnelStep step{};
    std::int64_t leads = 0;            ///< that stop here
    std::int64_t left = 0;             ///< that go on
    std::vector<FunnelReason> reasons; ///< most leads first; resting and closed: soonest first
};

/// A set of zones and jurisdictions that calls may land in.
struct FunnelPlace {
    std::int32_t place = 0;
    std::string key; ///< "US,US-FL|America/Chicago,America/New_York"; empty: not looked up
    PlaceHours hours;
    std::int64_t leads = 0;
    std::int64_t due = 0; ///< ready, due, on active lists
};

/// Places with the same zones: where it is the same time.
struct FunnelZone {
    std::vector<std::string> zones; ///< sorted; empty: leads whose place nobody has looked up
    std::vector<std::string> local; ///< time there, of each zone: "14:05"
    StepCounts counts;
    std::optional<Instant> opens_at;  ///< when the first closed place of them opens
    std::optional<Instant> closes_at; ///< when the first open place of them closes
    std::vector<FunnelPlace> places;  ///< with leads of this campaign; most leads first
};

struct FunnelList {
    ListId list{};
    std::string name;   ///< of the file
    std::string source; ///< of which kind of file
    std::string status; ///< "active", "loading", "undone"
    int weight = 1;
    int priority = 0;
    std::int64_t rows_read = 0;
    std::int64_t rows_refused = 0;
    StepCounts counts;
};

struct Funnel {
    Instant at{};
    CampaignId campaign{};
    std::string name;
    bool running = false;
    std::int64_t loaded = 0;       ///< leads of imported lists
    std::int64_t rows_refused = 0; ///< rows of files that never became leads
    std::int64_t by_hand = 0;      ///< numbers that agents dialed by hand; in no other count
    StepCounts counts;
    std::vector<FunnelStage> stages; ///< one a step, in order
    std::vector<FunnelZone> zones;   ///< most leads first
    std::vector<FunnelList> lists;   ///< newest first
    /// When the number of callable leads grows next: a place opens, or a lead is due.
    std::optional<Instant> next_change;
    [[nodiscard]] std::int64_t callable() const { return counts[FunnelStep::callable]; }
};

// -- the counts behind it

/// How long leads rest still.
enum class RestClass : std::uint8_t { within_hour, within_day, later };

/// What the store has counted at one moment.
struct FunnelCounts {
    struct Group { ///< by list, status and reason
        ListId list{};
        std::string status; ///< of leads; "leased" for all on loan, "for_agent" for callbacks
        std::string stop_reason;
        std::int64_t leads = 0;
    };
    struct ByPlace { ///< without leads of numbers dialed by hand
        std::int32_t place = 0;
        bool list_off = false; ///< of lists that are switched off
        std::string status;
        std::int64_t leads = 0;
    };
    struct Due { ///< ready leads that are due
        ListId list{};
        std::int32_t place = 0;
        std::int64_t leads = 0;
    };
    struct Resting { ///< ready leads that are not
        ListId list{};
        std::string stop_reason;
        RestClass until{};
        std::optional<Instant> first; ///< when the first of them is due
        std::int64_t leads = 0;
    };
    struct List {
        FunnelList shown;
        bool by_hand = false;
    };
    std::vector<Group> groups;
    std::vector<ByPlace> places;
    std::vector<Due> due;
    std::vector<Resting> resting;
    std::vector<List> lists;                  ///< newest first
    std::vector<PlaceSample> whereabouts;     ///< of all places in `places`
    std::map<std::string, std::string> words; ///< of dispositions, by code
};

/// Exact at the moment of the call, whatever other sessions write meanwhile; one snapshot.
[[nodiscard]] FunnelCounts funnel_counts(Store& store, CampaignId campaign, Instant at);

/// Moves what changed into the counts, so that reading stays quick; whoever reads often calls it
/// before. The program's clock, never another instant. Does nothing while another session does it.
/// Returns how many rows of changes it moved; it takes some ten thousand at a time.
std::int64_t fold_lead_counts(Store& store, Instant now);

/// Ready leads that are due at `at`, by list, place and priority, as the supply sees them.
struct ReadyGroup {
    int priority = 0;
    ListId list{};
    std::int32_t place = 0;
    std::int64_t leads = 0;
};
[[nodiscard]] std::vector<ReadyGroup> ready_groups(Store& store, CampaignId campaign, Instant at);

/// The funnel, from counts and hours; pure.
[[nodiscard]] Funnel make_funnel(const Campaign& campaign, const FunnelCounts& counts,
                                 HoursOf& hours, Instant at);

// -- for people and pages

/// Figures of the wallboard, in the shape that it has had since the beginning.
struct FunnelTotals {
    std::int64_t ready = 0;     ///< due, hours aside
    std::int64_t leased = 0;    ///< leased or dialing
    std::int64_t resting = 0;   ///< due later
    std::int64_t exhausted = 0; ///< all attempts used
    std::int64_t finished = 0;
    std::int64_t blocked = 0; ///< refused for good by the gate
};
[[nodiscard]] FunnelTotals totals_of(const Funnel& funnel);
/// The same without asking for hours; leads of lists that are off and of one agent count as
/// resting.
[[nodiscard]] FunnelTotals totals_of(const FunnelCounts& counts);

/// One JSON object.
[[nodiscard]] std::string to_json(const Funnel& funnel);
/// A page of text; times are in UTC beside the local ones.
[[nodiscard]] std::string to_text(const Funnel& funnel);

/// What a stop_reason means, for people: a reason code of the gate, an outcome, a word of the
/// store; the code itself with blanks when it is neither.
[[nodiscard]] std::string words_of_reason(std::string_view code);

} // namespace campaigns
