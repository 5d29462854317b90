#pragma once

// Rows of an import in the form in which they travel to PostgreSQL: the text format of COPY. Pure.

#include "campaigns/import/rows.hpp"
#include "campaigns/ledger/ledger.hpp"
#include "dnc/number.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

struct PhoneRow {
    std::int64_t lead = 0;
    std::int64_t number = 0;
    std::int64_t line = 0; ///< of the row in the file
    std::int16_t position = 0;
    bool listed = false; ///< the lead counts in ImportBatch::listed
};

/// Some thousand rows of a file and what became of them.
struct ImportBatch {
    std::string leads;    ///< lines of kCopiedLeadColumns
    std::string findings; ///< lines of kCopiedFindingColumns
    std::vector<PhoneRow> phones;
    std::vector<ConsentRecord> consents;
    std::int64_t rows = 0;
    std::int64_t accepted = 0;
    std::int64_t refused = 0;
    std::int64_t listed = 0; ///< accepted leads with a number that a list holds today
    std::map<std::string, std::int64_t> refused_by_reason;
    std::map<std::string, std::int64_t> warnings_by_reason;
    std::uint64_t bytes_read = 0; ///< of the file, up to the end of this batch
    std::uint64_t bytes_total = 0;
};

inline constexpr std::string_view kCopiedLeadColumns =
    "id, campaign_id, list_id, external_id, name, region, postal_code, email, custom, status, "
    "stop_reason, place, country, county, city, address, time_zone, debt";
inline constexpr std::string_view kCopiedFindingColumns =
    "import_id, line, reason, field, value, advice, refused";
inline constexpr std::string_view kCopiedPhoneColumns = "lead_id, position, campaign_id, number";

/// What all leads of an import have in common.
struct LeadFrame {
    std::int64_t campaign_id = 0;
    std::int64_t list_id = 0;
    bool held = false;
};

void append_lead(std::string& out, const LeadFrame& frame, const LeadRow& lead, std::int64_t id,
                 std::int32_t place);
void append_finding(std::string& out, std::int64_t import_id, const RowFinding& finding,
                    bool refused);
void append_phone(std::string& out, std::int64_t campaign_id, const PhoneRow& phone);

} // namespace campaigns
