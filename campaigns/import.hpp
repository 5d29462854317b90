#pragma once

// The import of a lead list: a file of rows becomes leads of a campaign, or reasons why not.
//
// Who may be called is not judged here: lists and hours are the gate's, at dial time. An import
// refuses what cannot be dialed at all and what is there already.

#include "campaigns/import_columns.hpp"
#include "campaigns/store.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace campaigns {

struct ImportRequest {
    std::string path;
    std::string campaign;
    std::vector<ColumnChoice> columns; ///< `--map`; the rest is found by name
    std::string refused_path;          ///< report of refused rows; empty: none
};

struct ImportProgress {
    std::uint64_t bytes_read = 0;
    std::uint64_t bytes_total = 0;
    std::int64_t rows = 0;
};
using OnProgress = std::function<void(const ImportProgress&)>;

struct ImportSummary {
    bool already_imported = false; ///< the same bytes for the same campaign: nothing was changed
    std::string sha256;
    std::int64_t list_id = 0; ///< 0 when nothing was accepted
    std::int64_t rows = 0;    ///< without the header and blank rows
    std::int64_t accepted = 0;
    std::int64_t refused = 0;
    std::map<std::string, std::int64_t> refused_by_reason;
    std::map<std::string, std::int64_t> warnings_by_reason;
    std::vector<std::string> columns; ///< "Cell Phone -> phone"
    std::vector<std::string> notices; ///< for people
    std::int64_t listed_now = 0;      ///< accepted leads with a number that a list holds today
    bool report_written = false;
};

/// The whole file is refused and nothing was changed. `text` begins with file and line.
struct ImportFault {
    std::string text;
};

/// Imports in one transaction: all accepted rows or, after any failure, none. Two imports for one
/// campaign take turns. Throws SourceError, StoreRefusal (no such campaign), StoreUnavailable and
/// CommitInDoubt (then repeat it: it is done at most once).
[[nodiscard]] std::variant<ImportSummary, ImportFault>
import_leads(Store& store, const ImportRequest& request, const OnProgress& on_progress);

} // namespace campaigns
