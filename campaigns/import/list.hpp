#pragma once

// The writing half of an import: one transaction that is committed whole or not at all, and the
// row that tells of it whatever happens.

#include "campaigns/import/batch.hpp"
#include "campaigns/import/header.hpp"
#include "campaigns/import/import.hpp"
#include "campaigns/import/overtaken.hpp"
#include "campaigns/store.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace campaigns {

/// Phones are written in runs of so many, in order of number within each.
inline constexpr std::size_t kPhonesInRun = 131'072;

/// Rows go in through COPY in batches, so memory does not grow with the file. Throws like Store.
/// Dropped without commit() it leaves nothing but the row of the import.
class ImportList {
public:
    /// `request` outlives it and has a file name. Throws StoreRefusal when there is no such
    /// campaign.
    ImportList(Store& store, const ImportRequest& request, std::string sha256, std::uint64_t bytes,
               std::size_t phones_in_run = kPhonesInRun);
    ~ImportList();
    ImportList(const ImportList&) = delete;
    ImportList& operator=(const ImportList&) = delete;

    /// What an earlier import of the same bytes did, if there was one that is in force.
    [[nodiscard]] std::optional<ImportSummary> earlier();

    /// Makes the import's row, waits for other imports of the campaign (and of the seller, where
    /// the policy looks at it) to end, and begins the transaction. Nothing, when the same bytes
    /// came in meanwhile: then earlier() tells.
    [[nodiscard]] bool begin();

    [[nodiscard]] const Campaign& campaign() const;
    [[nodiscard]] std::int64_t import_id() const;
    [[nodiscard]] LeadFrame frame() const;
    /// For a second session like this one.
    [[nodiscard]] const std::string& dsn() const;

    /// Leads that came one by one meanwhile may have some of its numbers: finish() tells.
    void write(const ImportBatch& batch);

    /// After the last batch: writes what was held back. The rows that other leads were faster with.
    [[nodiscard]] Overtaken finish();

    /// Writes the counts, remembers the columns of the source, commits and tells the engines.
    /// `summary` has the counts of all batches, put right by finish(). Fills list_id and import_id.
    void commit(ImportSummary& summary, const ColumnMap& columns);

    /// Ends it without leads: `status` is "refused" or "failed", `error` says why.
    void drop(const std::string& status, const std::string& error);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace campaigns
