#pragma once

// What agents may say that a call was, and what each word does to the lead.

#include "campaigns/types.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

class Store;

enum class DispositionCategory {
    sale,
    contact,
    no_contact,
    machine,
    callback,
    do_not_call,
    wrong_number,
    other,
};
[[nodiscard]] std::string_view to_text(DispositionCategory category);
[[nodiscard]] std::optional<DispositionCategory>
disposition_category_from_text(std::string_view text);

/// What a disposition does to its lead, unless the lead is in somebody's hand again.
enum class LeadAction {
    finish,       ///< never dialed again
    retry,        ///< the campaign's retry rule of that word decides
    callback,     ///< finished here; the agent's callback makes it due again
    block_number, ///< this number is not the person's: the lead goes on with its other ones
    opt_out,      ///< finished; the opt-out itself is recorded where the person asked for it
};
[[nodiscard]] std::string_view to_text(LeadAction action);
[[nodiscard]] std::optional<LeadAction> lead_action_from_text(std::string_view text);

struct DispositionCode {
    std::string code = {};                    ///< lower case, digits and '_', at most 40 characters
    std::optional<std::string> campaign = {}; ///< its name; empty: of every campaign
    std::string label = {};                   ///< what the agent reads; empty: the code
    DispositionCategory category = DispositionCategory::other;
    LeadAction lead_action = LeadAction::finish;
    int position = 0; ///< order on the agent's page
    bool active = true;
};

/// What is empty stays as it is.
struct DispositionChange {
    std::optional<std::string> label = {};
    std::optional<DispositionCategory> category = {};
    std::optional<LeadAction> lead_action = {};
    std::optional<int> position = {};
    std::optional<bool> active = {};
};

/// Those an agent of the campaign sees, in their order: a campaign's own code hides the one of all
/// campaigns with the same name. Without a campaign: every row there is.
[[nodiscard]] std::vector<DispositionCode>
disposition_codes_of(Store& store, const std::optional<std::string>& campaign,
                     bool with_inactive = false);

/// Throws StoreRefusal when it is there already, the code is not well formed, or there is no such
/// campaign. `position` 0: after all others.
void add_disposition_code(Store& store, const DispositionCode& code, const Actor& actor);

/// Throws StoreRefusal when there is no such code.
void change_disposition_code(Store& store, const std::string& code,
                             const std::optional<std::string>& campaign,
                             const DispositionChange& change, const Actor& actor);

/// Which words agents of the campaign may say now; for the check before a disposition is logged.
[[nodiscard]] bool is_disposition_of(Store& store, CampaignId campaign, const std::string& code);

} // namespace campaigns
