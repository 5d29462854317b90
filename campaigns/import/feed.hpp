#pragma once

// The reading half of an import, on a thread of its own: from the file to batches that are ready to
// be written.

#include "campaigns/import/batch.hpp"
#include "campaigns/import/header.hpp"
#include "campaigns/import/import.hpp"
#include "campaigns/import/report.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace campaigns {

/// What the reading half works for; all of it outlives the feed.
struct FeedPlan {
    const ImportRequest& request;
    const Campaign& campaign;
    std::string dsn; ///< for a session of its own
    std::int64_t import_id = 0;
    LeadFrame frame; ///< of the leads
    HeaderChoices choices;
    RefusedReport& report;
};

/// What is known at the end of the file.
struct FeedResult {
    std::optional<std::string> fault; ///< the file as a whole cannot be used
    std::optional<ColumnMap> columns;
    std::vector<std::string> notices;
    ScrubReport scrub;
};

/// Reads as fast as batches are taken. The thread ends with the object, whatever happened.
class ImportFeed {
public:
    /// Throws StoreUnavailable when no second session can be made.
    explicit ImportFeed(const FeedPlan& plan);
    ~ImportFeed();
    ImportFeed(const ImportFeed&) = delete;
    ImportFeed& operator=(const ImportFeed&) = delete;

    /// Waits for the next batch; nothing at the end of the file. Throws what the reading threw.
    [[nodiscard]] std::optional<ImportBatch> next();
    /// After the last batch.
    [[nodiscard]] const FeedResult& result() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace campaigns
