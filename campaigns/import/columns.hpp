#pragma once

// Which column of a lead list is what: by the names people give columns, or as they were told.

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace campaigns {

enum class LeadField {
    phone,
    name,
    first_name,
    last_name,
    region, ///< state or province
    postal_code,
    email,
    external_id, ///< the list owner's own id of the lead
    address,     ///< street and house
    city,
    county,
    country,
    time_zone,
    debt, ///< what is collected; caps on collections count by it
    consent_grade,
    consent_sellers, ///< whom it names; without the column the campaign's seller
    consent_subject,
    consent_at,
    consent_expires,
    consent_form,
    consent_proof, ///< further evidence (address, page, recording ...), any number of columns
};

/// Of the evidence of a consent.
[[nodiscard]] constexpr bool is_consent(LeadField field) {
    return field >= LeadField::consent_grade;
}
/// A field that several columns may have.
[[nodiscard]] constexpr bool is_many(LeadField field) {
    return field == LeadField::phone || field == LeadField::consent_proof;
}

/// The word of `--map` and of reports: "phone", "first_name", ...
[[nodiscard]] std::string_view to_text(LeadField field);

/// One column that is used.
struct MappedColumn {
    LeadField field{};
    std::size_t index = 0; ///< in the file, from 0
};

struct ColumnMap {
    std::vector<std::string> headers;  ///< all, as in the file
    std::vector<MappedColumn> columns; ///< phones in order of preference
    std::vector<std::size_t> unknown;  ///< columns with a name that no field has
    std::vector<std::string> notices;  ///< for people
};

/// The header cannot be used; the text says why and what to do.
struct ColumnFault {
    std::string text;
    std::vector<std::string> headers = {}; ///< those of the file, when they could be read
};

/// One `--map FIELD=COLUMN`.
using ColumnChoice = std::pair<std::string, std::string>;

/// Maps a header line. Upper and lower case, spaces, underscores, punctuation and accents do not
/// matter. When `choices` names a field, its synonyms are not looked for; the field "custom" keeps
/// a column without a meaning, whatever its name.
[[nodiscard]] std::variant<ColumnMap, ColumnFault>
map_columns(const std::vector<std::string>& headers, const std::vector<ColumnChoice>& choices);

/// Maps a header line as one of the same source was mapped before: each remembered column has its
/// field, all others are kept without one. `known` are the headers of that file. A remembered
/// column that is missing is a fault that names it; new ones are noticed.
[[nodiscard]] std::variant<ColumnMap, ColumnFault>
map_as_before(const std::vector<std::string>& headers, const std::vector<ColumnChoice>& remembered,
              const std::vector<std::string>& known, const std::string& source);

/// The choices that map_as_before() needs for another file like this one.
[[nodiscard]] std::vector<ColumnChoice> choices_of(const ColumnMap& map);

/// The words of `--map`, for people: "phone, name, ...".
[[nodiscard]] std::string field_list();

/// Reads "phone=Cell Phone,phone=Home,name=Customer". The text of the fault says what is wrong.
[[nodiscard]] std::variant<std::vector<ColumnChoice>, ColumnFault>
read_column_choices(std::string_view text);

} // namespace campaigns
