#pragma once

// Loading a CSV file of consents or relationships into the ledger.

#include "campaigns/import/import.hpp"
#include "campaigns/import/rows.hpp"
#include "campaigns/ledger/ledger.hpp"
#include "campaigns/store.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace campaigns {

struct LedgerFileRequest {
    std::string path;
    std::string refused_path; ///< report of refused rows
    dnc::Instant at{};        ///< now
    std::string by;           ///< who loads it
};

struct LedgerFileSummary {
    std::int64_t rows = 0;
    std::int64_t added = 0;
    std::int64_t known = 0; ///< the ledger had them already
    std::int64_t refused = 0;
    bool report_written = false;
    std::vector<RowFinding> findings; ///< the first few
    std::vector<std::string> notices;
    std::string sha256;
};

/// Rows that are right are added (in groups: a file that is loaded again adds what is missing),
/// the others are reported. Each row is recorded with the file's name, its line and its hash.
/// The fault says why nothing was read. Throws SourceError when the file cannot be read.
[[nodiscard]] std::variant<LedgerFileSummary, ImportFault>
load_consents(Store& store, const LedgerFileRequest& request, const OnProgress& on_progress);
[[nodiscard]] std::variant<LedgerFileSummary, ImportFault>
load_relationships(Store& store, const LedgerFileRequest& request, const OnProgress& on_progress);

} // namespace campaigns
