#pragma once

// The supply of leads: which are dialed next. Leads are leased by group (list, place, priority),
// from counts that are kept while leads change, so that a lease takes as long with ten million
// leads as with ten.

#include "campaigns/funnel/hours.hpp"
#include "campaigns/types.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace campaigns {

class Store;

/// Hot leads and callbacks; nothing goes before them.
inline constexpr int kUrgent = 9;
/// Candidates that one lease looks at, at most, while the campaign's filter lets too few through.
inline constexpr int kCandidatesMax = 2000;

struct LeaseWish {
    CampaignId campaign{};
    RunId run{};
    int count = 0;
    Instant now{};
    Instant until{};              ///< when the loan ends by itself
    std::chrono::days memory{31}; ///< past calls are read since `now - memory`
    /// Rows of `places` that may not be called now, sorted; their leads stay where they are.
    std::vector<std::int32_t> closed_places = {};
    int level_min = 0; ///< kUrgent: nothing but hot leads and callbacks
};

struct Leased {
    std::vector<Lead> leads; ///< the most urgent first; `priority` as their lists lift it
    int filtered = 0;        ///< candidates that the filter does not let through, now parked
    int limited = 0;         ///< candidates that have had their attempts of the day or week
    bool closed = false;     ///< leads are due in places that are closed now
};

/// Up to `count` leads of a running campaign that are due, on loan to the run. FOR UPDATE SKIP
/// LOCKED: two engines never get the same lead. Order: urgent ones; then by priority (the higher
/// one of lead and list); among lists of one priority by their weights, from a random start; among
/// places by how many leads each has; then by the instant at which they became due. Lists with
/// weight 0 or that are not active give nothing. StoreRefusal when the run is not open.
[[nodiscard]] Leased lease_supply(Store& store, const LeaseWish& wish);

/// All rows of `places` but the one of leads that nobody has looked up.
[[nodiscard]] std::vector<PlaceSample> places_of_leads(Store& store);

// -- lists

struct ListOfLeads {
    ListId id{};
    std::string campaign;
    std::string file_name;
    std::string source;
    std::string kind;   ///< "file", "by_hand", "api"
    std::string status; ///< "loading", "active", "undone"
    int weight = 1;     ///< 0 .. 100; of 0 nothing is dialed
    int priority = 0;   ///< 0 .. 9; lifts the leads with a lower one
    std::int64_t leads = 0;
    std::int64_t ready = 0; ///< due or resting
    Instant imported_at{};
};

/// Of the campaign, or of all with an empty name, in the order in which they came. StoreRefusal
/// when there is no such campaign.
[[nodiscard]] std::vector<ListOfLeads> lists_of_leads(Store& store, const std::string& campaign);

/// What is empty stays as it is.
struct LeadListChange {
    std::optional<int> weight;
    std::optional<int> priority;
};
/// Engines follow at once. StoreRefusal when there is no such list or a value is out of range.
void change_list(Store& store, ListId list, const LeadListChange& change, const Actor& actor);

// -- single leads

/// A lead that arrives by itself (a form on a page, another program).
struct NewLead {
    std::string campaign;            ///< by name
    std::vector<std::string> phones; ///< in any notation, the preferred one first
    std::string name = {};
    std::string external_id = {};
    std::string email = {};
    std::string country = {};
    std::string region = {};
    std::string county = {};
    std::string city = {};
    std::string address = {};
    std::string postal_code = {};
    std::string time_zone = {};
    std::string debt = {};
    std::vector<std::pair<std::string, std::string>> custom = {};
    int priority = kUrgent;
    std::optional<Instant> due = {}; ///< empty: now
};

/// The id in `places` of where a number and an address lie (PlaceIds of import_places.hpp, on the
/// same session); empty: nobody looks, and the background does later.
using PlaceFinder = std::function<std::int32_t(dnc::Number, const dnc::Address&)>;

struct AddedLead {
    LeadId id{};
    bool existed = false;              ///< the campaign had a lead with one of the numbers
    bool will_be_dialed = false;       ///< ready now, or brought to the front
    std::string status;                ///< of the lead, after it
    std::vector<std::string> warnings; ///< phones that were left out, regions nobody knows, ...
};

/// Adds the lead to the campaign's list of leads that came one by one and tells the engines, so
/// that it is dialed within a second when that is legal. A number that the campaign has already
/// makes no second lead: a lead that waits is brought to the front instead. StoreRefusal, in words
/// for people, when no phone is a number, the campaign is unknown or a value is too long. An
/// import does not hold it up, unless it has written one of the numbers already and is not done:
/// then two seconds are waited for that, and the lead is refused after them.
[[nodiscard]] AddedLead add_lead(Store& store, const NewLead& lead, const PlaceFinder& place,
                                 const Actor& actor);

/// What is empty stays as it is.
struct LeadChange {
    std::optional<int> priority;
    std::optional<Instant> due;
    /// Exhausted, finished, filtered: ready again with no attempt counted. Blocked ones stay: it is
    /// the gate that has to say something else.
    bool again = false;
};
/// StoreRefusal when there is no such lead, it is on loan or blocked, or a value is out of range.
void change_lead(Store& store, LeadId lead, const LeadChange& change, const Actor& actor);

struct RecycleWish {
    std::string campaign;
    std::optional<ListId> list = {};
    /// Why they stopped: outcomes and dispositions; empty: any.
    std::vector<std::string> reasons = {};
    bool finished = false;                ///< also leads that had a conversation
    std::optional<int> attempts_max = {}; ///< only leads with so many attempts at most
};
/// Makes exhausted leads ready again, with no attempt counted, in batches; what was done stays done
/// when it is interrupted, and a second call finishes it. Returns how many. StoreRefusal when there
/// is no such campaign or list.
std::int64_t recycle_leads(Store& store, const RecycleWish& wish, const Actor& actor);
/// How many it would be.
[[nodiscard]] std::int64_t count_recyclable(Store& store, const RecycleWish& wish);

} // namespace campaigns
