#pragma once

// The first rows of a lead list as an import would read them; nothing is changed.

#include "campaigns/import/import.hpp"
#include "campaigns/import/rows.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace campaigns {

struct ImportPreview {
    struct Column {
        std::string header;
        std::string field; ///< word of `--map`; "custom" for columns kept as they are
        std::vector<std::string> samples; ///< the first few different texts
    };
    struct PreviewRow {
        RowVerdict verdict; ///< a lead, or why it would be refused
        std::vector<RowFinding> warnings;
    };
    std::string type;                ///< "CSV, separated by ;" or "XLSX, sheet Leads"
    std::vector<std::string> sheets; ///< of a workbook
    std::vector<Column> columns;
    std::vector<PreviewRow> rows;
    std::vector<std::string> notices;
};

/// Reads at most `rows_max` rows (1 .. 1000). Duplicates are told of inside these rows and with the
/// campaign's leads, when the request names a campaign. The store is asked for the remembered
/// columns of the source as well. Throws SourceError, StoreRefusal and StoreUnavailable.
[[nodiscard]] std::variant<ImportPreview, ImportFault>
preview_leads(Store& store, const ImportRequest& request, int rows_max);

[[nodiscard]] std::string to_json(const ImportPreview& preview);

} // namespace campaigns
