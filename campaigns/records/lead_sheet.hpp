#pragma once

// What an agent is shown of a person: the lead's fields, its numbers, and the calls before: those
// to the lead, and those that the seller's campaigns made to its numbers.

#include "campaigns/records/scripts.hpp"
#include "campaigns/types.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace campaigns {

class Store;

struct LeadPhone {
    dnc::Number number;
    bool invalid = false; ///< a call has learnt that it does not exist
};

struct PastCall {
    AttemptId attempt{};
    Instant at{};
    dnc::Number number;
    std::string agent;     ///< name; empty: none
    std::string campaign;  ///< name; another one's too, of the same seller
    bool same_lead = true; ///< else another lead with that number, maybe another person
    std::string outcome;   ///< empty: not over yet
    std::string treatment; ///< of an answered one
    std::optional<std::chrono::seconds> talk;
    std::string disposition; ///< code; empty: none
    std::string note;
};

struct LeadSheet {
    LeadId lead{};
    CampaignId campaign{};
    std::string campaign_name;
    LeadFields fields;             ///< as scripts have them
    std::vector<LeadPhone> phones; ///< in order of preference
    std::vector<PastCall> calls;   ///< newest first, 20 at most; those that never left are no calls
};

/// StoreRefusal when there is no such lead.
[[nodiscard]] LeadSheet lead_sheet(Store& store, LeadId lead);

} // namespace campaigns
