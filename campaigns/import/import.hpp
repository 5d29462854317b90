#pragma once

// The import of a lead list: a file of rows becomes leads of a campaign, or reasons why not.
//
// Rows are refused for their form and for what is there already. Who may be called is the gate's to
// say at dial time; what it says of the new leads now is counted and stops none of them.

#include "campaigns/import/columns.hpp"
#include "campaigns/import/rules.hpp"
#include "campaigns/import/scrub.hpp"
#include "campaigns/store.hpp"
#include "campaigns/types.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace campaigns {

/// Where a number that is there already makes a row a duplicate. A campaign never holds a number
/// twice, whatever the policy: with `file` or `campaign` off, a lead comes without the numbers that
/// are taken, and is refused only when none is left.
struct DedupePolicy {
    bool file = true;     ///< an earlier row of the same file
    bool list = true;     ///< another list of the same source, in any campaign of the seller
    bool campaign = true; ///< any lead of the campaign
    bool company = true;  ///< a lead that may still be dialed in any campaign of the seller
};

/// "file,list,campaign,company", any of them, or "none"; the text of the fault is for people.
[[nodiscard]] std::variant<DedupePolicy, ColumnFault> read_dedupe_policy(std::string_view text);
[[nodiscard]] std::string to_text(const DedupePolicy& policy);

struct ImportRequest {
    std::string path;
    std::string campaign;
    std::vector<ColumnChoice> columns; ///< `--map`; the rest is found by name
    std::string refused_path;          ///< report of refused rows; empty: none
    std::string file_name = {};        ///< as people know it; empty: that of `path`
    std::string source = {};           ///< whose columns are remembered; empty: none
    std::string sheet = {};            ///< of a workbook; empty: the first one with rows
    DedupePolicy dedupe = {};
    bool hold = false; ///< the leads wait for accept_import()
    Actor actor = {};
    const ImportRules* rules = nullptr; ///< nullptr: no places and no scrub report
};

struct ImportProgress {
    std::uint64_t bytes_read = 0;
    std::uint64_t bytes_total = 0;
    std::int64_t rows = 0;
};
/// Called on the thread of import_leads.
using OnProgress = std::function<void(const ImportProgress&)>;

struct ImportSummary {
    bool already_imported = false; ///< the same bytes for the same campaign: nothing was changed
    std::int64_t import_id = 0;    ///< its row in the list of imports
    std::string sha256;
    std::int64_t list_id = 0; ///< 0 when nothing was accepted
    std::int64_t rows = 0;    ///< without the header and blank rows
    std::int64_t accepted = 0;
    std::int64_t refused = 0;
    std::int64_t consents = 0; ///< recorded with the leads
    std::map<std::string, std::int64_t> refused_by_reason;
    std::map<std::string, std::int64_t> warnings_by_reason;
    std::vector<std::string> columns; ///< "Cell Phone -> phone"
    std::vector<std::string> notices; ///< for people
    std::int64_t listed_now = 0;      ///< accepted leads with a number that a list holds today
    bool held = false;                ///< waits for accept_import()
    ScrubReport scrub;
    bool report_written = false;
};

/// The whole file is refused and nothing was changed. `text` begins with file and line.
struct ImportFault {
    std::string text;
    std::vector<std::string> headers = {}; ///< when it is what they mean that is not known
};

/// Imports in one transaction: all accepted rows or, after any failure, none; to go on after a
/// failure, repeat it. Two imports for one campaign take turns, and so do those for one seller when
/// duplicates of the company are refused. Leads that come one by one do not wait for it: a row
/// whose number such a lead got before it was written is a duplicate like any other (the scrub
/// report, which is made of rows as they are read, may count it). Makes a second session and a
/// thread for its duration. Throws SourceError, StoreRefusal (no such campaign), StoreUnavailable
/// and CommitInDoubt (then repeat it: it is done at most once).
[[nodiscard]] std::variant<ImportSummary, ImportFault>
import_leads(Store& store, const ImportRequest& request, const OnProgress& on_progress);

} // namespace campaigns
