#pragma once

// What the files of the supply share: how a lead is read, and who is told of changes.

#include "campaigns/store_session.hpp"
#include "campaigns/supply/supply.hpp"

#include <pqxx/except>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

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

/// Lets this transaction wait at most so long for any one lock; then or_busy() says why.
void wait_at_most(pqxx::transaction_base& work, std::chrono::milliseconds limit);

/// Runs `work`; StoreRefusal with that text when a lock did not come in time, or was waited for in
/// a circle.
template <typename Work> auto or_busy(const char* text, Work&& work) {
    try {
        return work();
    } catch (const pqxx::deadlock_detected&) {
        throw StoreRefusal{text};
    } catch (const pqxx::sql_error& error) {
        if (error.sqlstate() == "55P03") { // lock_not_available
            throw StoreRefusal{text};
        }
        throw;
    }
}

/// Says that leads may have become due.
void tell_leads(pqxx::transaction_base& work);
/// Says that settings of a campaign have changed.
void tell_campaigns(pqxx::transaction_base& work, const std::string& name);

void prepare_supply(pqxx::connection& connection);

} // namespace campaigns
