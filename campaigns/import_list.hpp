#pragma once

// One lead list on its way into the store: a transaction that is committed whole or not at all.

#include "campaigns/import.hpp"
#include "campaigns/import_rows.hpp"
#include "campaigns/store.hpp"
#include "dnc/suppression.hpp"

#include <memory>
#include <optional>
#include <string>

namespace campaigns {

/// Rows go in through COPY in batches, so memory does not grow with the file. Throws like Store.
/// Dropped without commit() it leaves nothing.
class ImportList {
public:
    /// Waits for another import of the campaign to end. Throws StoreRefusal when there is no such
    /// campaign.
    ImportList(Store& store, const std::string& campaign);
    ~ImportList();
    ImportList(const ImportList&) = delete;
    ImportList& operator=(const ImportList&) = delete;

    /// What an earlier import of the same bytes did, if there was one.
    [[nodiscard]] std::optional<ImportSummary> earlier(const std::string& sha256);

    /// The numbers that the campaign's leads have now.
    [[nodiscard]] dnc::NumberSet campaign_numbers();

    /// Makes the list's row. Before any add.
    void begin(const std::string& file_name, const std::string& sha256);
    void add(LeadRow lead);
    void add(RowFinding finding, bool refused);

    /// Writes the counts, counts the accepted leads that a suppression list holds today, commits
    /// and tells the engines. Fills list_id and listed_now.
    void commit(ImportSummary& summary);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace campaigns
