#pragma once

// From a row of a lead list to a lead, or to the reason why it is none. Pure.

#include "campaigns/files/csv.hpp"
#include "campaigns/import/columns.hpp"
#include "campaigns/ledger/ledger.hpp"
#include "campaigns/sentence.hpp"
#include "campaigns/types.hpp"
#include "dnc/number.hpp"
#include "dnc/zones.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace campaigns {

/// A row that can be dialed, as far as its own cells say.
struct LeadRow {
    std::int64_t line = 0;
    std::vector<dnc::Number> phones; ///< at least one, no number twice, in order of preference
    std::string name;
    std::string region; ///< "FL"; empty when unknown
    std::string postal_code;
    std::string email;
    std::string external_id;
    std::string address;
    std::string city;
    std::string county;
    std::string
        country; ///< "US" where the text is a country that people write often, else as it is
    std::string time_zone; ///< IANA name; what the list says, which never widens a window
    std::string debt;
    std::optional<ConsentRecord> consent;                    ///< for the first phone
    std::vector<std::pair<std::string, std::string>> custom; ///< other columns: header and text
};

/// Something to tell about a row: why it was refused, or (as a warning) what was left out of it.
struct RowFinding {
    std::int64_t line = 0;
    std::string reason; ///< code, e.g. "phone_too_short", "duplicate_in_file"
    std::string field;  ///< header of the column; empty when it is about the whole row
    std::string value;  ///< shortened
    Sentence advice;    ///< what is wrong and what to do
};

/// The advice for a reason whose English words come from elsewhere: the page knows those of the
/// code in the reader's language.
[[nodiscard]] Sentence advice_for(std::string_view reason, std::string_view words);

/// A row of separators only: neither a lead nor an error.
struct BlankRow {};

using RowVerdict = std::variant<LeadRow, RowFinding, BlankRow>;

/// The reason code of a number fault: "phone_too_short".
[[nodiscard]] std::string_view reason_code(dnc::NumberFault fault);

/// "Florida", "fl" and "US-FL" are "FL"; empty when it is no state, territory or province.
[[nodiscard]] std::string read_region(std::string_view text);

/// At most `bytes_max` bytes of clean UTF-8 text: control characters become spaces, ends trimmed.
[[nodiscard]] std::string tidy_text(std::string_view text, std::size_t bytes_max);

/// "America/New_York", "Eastern", "EST" and "Eastern Standard Time" are "America/New_York"; empty
/// for what names no zone. Without `zones` a name of that shape is taken for one.
[[nodiscard]] std::string read_time_zone(std::string_view text, const dnc::ZoneDatabase* zones);

/// "USA", "U.S." and "United States" are "US", as with the neighbours; others stay as they are.
[[nodiscard]] std::string read_country(std::string_view text);

/// What rows are read against.
struct RowContext {
    const dnc::ZoneDatabase* zones = nullptr; ///< nullptr: zones are judged by their form
    std::string seller = {};                  ///< of consents without a column that names any
    std::string file_name = {};               ///< for the source of consents
    Actor actor = {};                         ///< who records them, and when
};

/// Judges rows by a column map. Warnings go to `warn` (further phones that are no numbers, states
/// that are not known); the row stays.
class RowJudge {
public:
    using Warn = std::function<void(RowFinding)>;

    RowJudge(ColumnMap map, Warn warn, RowContext context = {})
        : map_{std::move(map)}, warn_{std::move(warn)}, context_{std::move(context)},
          has_consent_{
              std::any_of(map_.columns.begin(), map_.columns.end(),
                          [](const MappedColumn& column) { return is_consent(column.field); })} {}

    [[nodiscard]] RowVerdict judge(const csv::Row& row) const;
    [[nodiscard]] const ColumnMap& columns() const { return map_; }

private:
    [[nodiscard]] RowVerdict read_phones(const csv::Row& row, LeadRow lead) const;
    void read_texts(const csv::Row& row, LeadRow& lead) const;
    void read_lead_region(std::string_view cell, const std::string& header, LeadRow& lead) const;

    void read_lead_zone(std::string_view cell, const std::string& header, LeadRow& lead) const;
    void read_lead_consent(const csv::Row& row, LeadRow& lead) const;

    ColumnMap map_;
    Warn warn_;
    RowContext context_;
    bool has_consent_;
};

} // namespace campaigns
