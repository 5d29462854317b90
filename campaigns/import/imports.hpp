#pragma once

// Imports that were: their list, their refused rows, accepting and taking back.

#include "campaigns/import/scrub.hpp"
#include "campaigns/store.hpp"
#include "campaigns/types.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

struct ImportRecord {
    std::int64_t id = 0;
    CampaignId campaign{};
    std::string campaign_name;
    std::int64_t list_id = 0; ///< 0: no row was taken
    std::string file_name;
    std::int64_t bytes = 0;
    std::string sha256;
    std::string source;
    std::string by;
    Instant started_at{};
    std::optional<Instant> ended_at;
    /// running, broken (its program died; nothing was kept), held, done, refused, failed, undone
    std::string status;
    std::int64_t rows = 0;
    std::int64_t accepted = 0;
    std::int64_t refused = 0;
    std::int64_t consents = 0;
    std::map<std::string, std::int64_t> refused_by_reason;
    std::map<std::string, std::int64_t> warnings_by_reason;
    std::vector<std::string> columns;
    std::vector<std::string> notices;
    ScrubReport scrub;
    std::string error; ///< of refused and failed ones
    std::optional<Instant> undone_at;
    std::string undone_by;
    std::int64_t taken_back = 0; ///< leads that an undo took out of supply
    std::int64_t kept = 0;       ///< leads that had been dialed by then: held as well, not freed
};

/// Newest first, at most `limit` with an id below `before` (0: from the newest on). `campaign`
/// empty: of all.
[[nodiscard]] std::vector<ImportRecord> list_imports(Store& store, const std::string& campaign,
                                                     int limit, std::int64_t before = 0);
/// StoreRefusal when there is no such import.
[[nodiscard]] ImportRecord find_import(Store& store, std::int64_t id);
[[nodiscard]] std::string to_json(const ImportRecord& record);

/// Lets a held import's leads into supply, at once. StoreRefusal unless it is held.
ImportRecord accept_import(Store& store, std::int64_t id, const Actor& actor);

/// Takes an import back, in one transaction: its leads are never dialed again, and numbers of leads
/// that were not dialed yet may come again with another import. Calls in progress go on. Undoing
/// what is undone changes nothing. StoreRefusal when there is nothing to take back.
ImportRecord undo_import(Store& store, std::int64_t id, const Actor& actor);

/// Refused rows and warnings of an import as CSV with the columns line, result, reason, field,
/// value, what_to_do; `sink` gets the text in pieces. Constant memory. StoreRefusal when there is
/// no such import.
void refused_rows(Store& store, std::int64_t id, const std::function<void(std::string_view)>& sink);

/// A source of lists and what its columns are.
struct ImportSource {
    std::string name;
    std::vector<std::pair<std::string, std::string>> columns; ///< field and header, in order
    std::vector<std::string> headers; ///< of the file that they were chosen for
    Instant changed_at{};
    std::string changed_by;
};
[[nodiscard]] std::vector<ImportSource> import_sources(Store& store);
[[nodiscard]] std::optional<ImportSource> find_source(Store& store, const std::string& name);

} // namespace campaigns
