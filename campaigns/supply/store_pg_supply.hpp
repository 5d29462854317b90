#pragma once

// What the files of the supply share: how a lead is read, and who is told of changes.

#include "campaigns/store_session.hpp"
#include "campaigns/supply/supply.hpp"

#include <optional>
#include <string>

namespace campaigns {

/// SQL: columns of a lead `l` as read_lead wants them; phones that are known to be invalid are left
/// out.
extern const char* const kLeadColumns;
[[nodiscard]] Lead read_lead(const pqxx::row& row, CampaignId campaign, Instant until);

/// The id of the campaign of that name; StoreRefusal when there is none.
[[nodiscard]] CampaignId campaign_named(pqxx::transaction_base& work, const std::string& name);

/// The campaign's filter as a condition over `leads l JOIN lists s`; StoreRefusal with the position
/// when it is not understood.
[[nodiscard]] std::string filter_sql(pqxx::transaction_base& work, const std::string& expression,
                                     Instant now);

/// Says that leads may have become due.
void tell_leads(pqxx::transaction_base& work);
/// Says that settings of a campaign have changed.
void tell_campaigns(pqxx::transaction_base& work, const std::string& name);

void prepare_supply(pqxx::connection& connection);

} // namespace campaigns
