#include "campaigns/import/rows.hpp"

#include "campaigns/ledger/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

namespace campaigns {

namespace {

constexpr std::size_t kTextBytesMax = 256;
constexpr std::size_t kCustomBytesMax = 1024;
constexpr std::size_t kShownBytesMax = 60;
constexpr std::size_t kPhonesMax = 10;

struct Region {
    std::string_view code;
    std::string_view name; // folded: lower case letters only
};

constexpr std::array<Region, 69> kRegions{{
    {"AL", "alabama"},
    {"AK", "alaska"},
    {"AZ", "arizona"},
    {"AR", "arkansas"},
    {"CA", "california"},
    {"CO", "colorado"},
    {"CT", "connecticut"},
    {"DE", "delaware"},
    {"DC", "districtofcolumbia"},
    {"FL", "florida"},
    {"GA", "georgia"},
    {"HI", "hawaii"},
    {"ID", "idaho"},
    {"IL", "illinois"},
    {"IN", "indiana"},
    {"IA", "iowa"},
    {"KS", "kansas"},
    {"KY", "kentucky"},
    {"LA", "louisiana"},
    {"ME", "maine"},
    {"MD", "maryland"},
    {"MA", "massachusetts"},
    {"MI", "michigan"},
    {"MN", "minnesota"},
    {"MS", "mississippi"},
    {"MO", "missouri"},
    {"MT", "montana"},
    {"NE", "nebraska"},
    {"NV", "nevada"},
    {"NH", "newhampshire"},
    {"NJ", "newjersey"},
    {"NM", "newmexico"},
    {"NY", "newyork"},
    {"NC", "northcarolina"},
    {"ND", "northdakota"},
    {"OH", "ohio"},
    {"OK", "oklahoma"},
    {"OR", "oregon"},
    {"PA", "pennsylvania"},
    {"RI", "rhodeisland"},
    {"SC", "southcarolina"},
    {"SD", "southdakota"},
    {"TN", "tennessee"},
    {"TX", "texas"},
    {"UT", "utah"},
    {"VT", "vermont"},
    {"VA", "virginia"},
    {"WA", "washington"},
    {"WV", "westvirginia"},
    {"WI", "wisconsin"},
    {"WY", "wyoming"},
    {"AS", "americansamoa"},
    {"GU", "guam"},
    {"MP", "northernmarianaislands"},
    {"PR", "puertorico"},
    {"VI", "usvirginislands"},
    {"AB", "alberta"},
    {"BC", "britishcolumbia"},
    {"MB", "manitoba"},
    {"NB", "newbrunswick"},
    {"NL", "newfoundlandandlabrador"},
    {"NS", "novascotia"},
    {"NT", "northwestterritories"},
    {"NU", "nunavut"},
    {"ON", "ontario"},
    {"PE", "princeedwardisland"},
    {"QC", "quebec"},
    {"SK", "saskatchewan"},
    {"YT", "yukon"},
}};

// Lower case letters; the accent of "Québec" is taken off with the letters that carry it.
std::string letters(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (text.substr(i, 2) == "\xC3\xA9" || text.substr(i, 2) == "\xC3\x89") {
            out.push_back('e');
        } else if (c >= 'A' && c <= 'Z') {
            out.push_back(static_cast<char>(c | 0x20));
        } else if (c >= 'a' && c <= 'z') {
            out.push_back(c);
        }
    }
    return out;
}

using RegionTable = std::unordered_map<std::string, std::string_view>;

const RegionTable& region_table() {
    static const RegionTable table = [] {
        RegionTable made;
        for (const auto& [code, name] : kRegions) {
            made.emplace(letters(code), code);
            made.emplace(name, code);
        }
        made.emplace("washingtondc", "DC");
        made.emplace("virginislands", "VI");
        made.emplace("newfoundland", "NL");
        return made;
    }();
    return table;
}

std::string_view cell(const csv::Row& row, std::size_t index) {
    return index < row.fields.size() ? row.fields[index] : std::string_view{};
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string shown(std::string_view text) {
    std::string out = tidy_text(text, kShownBytesMax);
    return out.size() + 3 < text.size() ? out + "..." : out;
}

/// Where a cell goes that is kept as it is; nullptr for fields that are read.
std::string* text_of(LeadRow& lead, LeadField field) {
    switch (field) {
    case LeadField::name:
        return &lead.name;
    case LeadField::postal_code:
        return &lead.postal_code;
    case LeadField::email:
        return &lead.email;
    case LeadField::external_id:
        return &lead.external_id;
    case LeadField::address:
        return &lead.address;
    case LeadField::city:
        return &lead.city;
    case LeadField::county:
        return &lead.county;
    case LeadField::debt:
        return &lead.debt;
    default:
        return nullptr;
    }
}

RowFinding damaged(const csv::Row& row) {
    const std::string_view first = row.fields.empty() ? std::string_view{} : row.fields.front();
    return {.line = row.fault->line,
            .reason = std::string{to_text(row.fault->kind)},
            .field = {},
            .value = shown(first),
            .advice = advice_for(to_text(row.fault->kind), explain(*row.fault))};
}

// Surplus cells mean that a separator stands unquoted in a text: all cells after it have moved,
// so that a state or a number may be another person's.
std::optional<RowFinding> surplus(const csv::Row& row, std::size_t columns) {
    for (std::size_t i = columns; i < row.fields.size(); ++i) {
        if (!is_blank(row.fields[i])) {
            return RowFinding{.line = row.line,
                              .reason = "too_many_cells",
                              .field = {},
                              .value = shown(row.fields[i]),
                              .advice = {"row.too_many_cells",
                                         {{"cells", static_cast<std::int64_t>(row.fields.size())},
                                          {"columns", static_cast<std::int64_t>(columns)}}}};
        }
    }
    return std::nullopt;
}

} // namespace

std::string_view reason_code(dnc::NumberFault fault) {
    switch (fault) {
    case dnc::NumberFault::empty:
        return "phone_missing";
    case dnc::NumberFault::not_a_number:
        return "phone_not_a_number";
    case dnc::NumberFault::too_short:
        return "phone_too_short";
    case dnc::NumberFault::too_long:
        return "phone_too_long";
    case dnc::NumberFault::bad_area_code:
        return "phone_bad_area_code";
    case dnc::NumberFault::bad_exchange:
        return "phone_bad_exchange";
    case dnc::NumberFault::unknown_country:
        return "phone_unknown_country";
    }
    return "phone_not_a_number";
}

Sentence advice_for(std::string_view reason, std::string_view words) {
    const auto* const known = find_sentence(fmt::format("row.{}", reason));
    return known == nullptr ? typed(words) : Sentence{known->key, {{"advice", std::string{words}}}};
}

std::string read_region(std::string_view text) {
    std::string word = letters(text.substr(0, 64));
    for (const std::string_view prefix : {"us", "usa", "ca"}) {
        // "US-FL" is ISO 3166-2; "USA" alone names no region.
        if (word.size() == prefix.size() + 2 && word.starts_with(prefix) &&
            text.find_first_of("- _.") != std::string_view::npos) {
            word.erase(0, prefix.size());
            break;
        }
    }
    const auto found = region_table().find(word);
    return found == region_table().end() ? std::string{} : std::string{found->second};
}

std::string tidy_text(std::string_view text, std::size_t bytes_max) {
    std::string out;
    out.reserve(std::min(text.size(), bytes_max));
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool control = byte < 0x20 || byte == 0x7F;
        if ((control || c == ' ') && (out.empty() || out.back() == ' ')) {
            continue;
        }
        if (out.size() == bytes_max) {
            // Not in the middle of a character: drop its bytes so far.
            while ((byte & 0xC0U) == 0x80U && !out.empty() &&
                   (static_cast<unsigned char>(out.back()) & 0xC0U) == 0x80U) {
                out.pop_back();
            }
            if ((byte & 0xC0U) == 0x80U && !out.empty()) {
                out.pop_back();
            }
            break;
        }
        out.push_back(control ? ' ' : c);
    }
    while (!out.empty() && out.back() == ' ') {
        out.pop_back();
    }
    return out;
}

RowVerdict RowJudge::judge(const csv::Row& row) const {
    if (row.fault) {
        return damaged(row);
    }
    if (std::all_of(row.fields.begin(), row.fields.end(), is_blank)) {
        return BlankRow{};
    }
    if (auto finding = surplus(row, map_.headers.size())) {
        return *finding;
    }
    LeadRow lead;
    lead.line = row.line;
    return read_phones(row, std::move(lead));
}

RowVerdict RowJudge::read_phones(const csv::Row& row, LeadRow lead) const {
    std::vector<RowFinding> bad;
    const MappedColumn* first_phone = nullptr;
    for (const MappedColumn& column : map_.columns) {
        if (column.field != LeadField::phone) {
            continue;
        }
        first_phone = first_phone == nullptr ? &column : first_phone;
        const std::string_view text = cell(row, column.index);
        if (is_blank(text) || lead.phones.size() == kPhonesMax) {
            continue;
        }
        const auto read = dnc::read_number(text);
        if (const auto* number = std::get_if<dnc::Number>(&read)) {
            if (std::find(lead.phones.begin(), lead.phones.end(), *number) == lead.phones.end()) {
                lead.phones.push_back(*number);
            }
            continue;
        }
        const auto fault = std::get<dnc::NumberFault>(read);
        bad.push_back({.line = row.line,
                       .reason = std::string{reason_code(fault)},
                       .field = map_.headers[column.index],
                       .value = shown(text),
                       .advice = advice_for(reason_code(fault), dnc::explain(fault))});
    }
    if (lead.phones.empty() && !bad.empty()) {
        return bad.front();
    }
    if (lead.phones.empty()) {
        return RowFinding{.line = row.line,
                          .reason = std::string{reason_code(dnc::NumberFault::empty)},
                          .field = map_.headers[first_phone->index],
                          .value = {},
                          .advice = {"row.no_phone"}};
    }
    for (RowFinding& finding : bad) {
        warn_(std::move(finding));
    }
    read_texts(row, lead);
    return lead;
}

void RowJudge::read_texts(const csv::Row& row, LeadRow& lead) const {
    std::string first_name;
    std::string last_name;
    for (const MappedColumn& column : map_.columns) {
        const std::string_view text = cell(row, column.index);
        if (column.field == LeadField::first_name) {
            first_name = tidy_text(text, kTextBytesMax);
        } else if (column.field == LeadField::last_name) {
            last_name = tidy_text(text, kTextBytesMax);
        } else if (column.field == LeadField::region) {
            read_lead_region(text, map_.headers[column.index], lead);
        } else if (column.field == LeadField::country) {
            lead.country = read_country(text);
        } else if (column.field == LeadField::time_zone) {
            read_lead_zone(text, map_.headers[column.index], lead);
        } else if (std::string* const kept = text_of(lead, column.field)) {
            *kept = tidy_text(text, kTextBytesMax);
        }
    }
    if (lead.name.empty()) {
        lead.name = first_name;
        lead.name += first_name.empty() || last_name.empty() ? "" : " ";
        lead.name += last_name;
    }
    for (const std::size_t index : map_.unknown) {
        if (const std::string_view text = cell(row, index); !is_blank(text)) {
            lead.custom.emplace_back(map_.headers[index], tidy_text(text, kCustomBytesMax));
        }
    }
    if (has_consent_) {
        read_lead_consent(row, lead);
    }
}

// A consent that lacks something is told of; the lead comes without it.
void RowJudge::read_lead_consent(const csv::Row& row, LeadRow& lead) const {
    Cells cells{{"number", dnc::to_e164(lead.phones.front())}};
    bool given = false;
    for (const MappedColumn& column : map_.columns) {
        if (!is_consent(column.field)) {
            continue;
        }
        std::string text = tidy_text(cell(row, column.index), kCustomBytesMax);
        given = given || (column.field == LeadField::consent_grade && !text.empty());
        const std::string& header = map_.headers[column.index];
        cells.emplace_back(column.field == LeadField::consent_proof
                               ? header_key(header)
                               : std::string{to_text(column.field).substr(8)}, // "consent_"
                           std::move(text));
    }
    if (!given) {
        return;
    }
    const auto is_empty = [&cells](std::string_view name) {
        return std::none_of(cells.begin(), cells.end(), [name](const auto& named) {
            return named.first == name && !named.second.empty();
        });
    };
    if (is_empty("sellers")) {
        cells.emplace_back("sellers", context_.seller);
    }
    if (!lead.debt.empty()) {
        cells.emplace_back("debt", lead.debt);
    }
    auto read = read_consent(cells, lead.line);
    if (auto* finding = std::get_if<RowFinding>(&read)) {
        finding->reason = "consent_" + finding->reason;
        finding->field = "consent_" + finding->field;
        warn_(std::move(*finding));
        return;
    }
    lead.consent = std::get<ConsentRecord>(std::move(read));
    lead.consent->recorded = {context_.actor.at, context_.actor.name,
                              fmt::format("{}:{}", context_.file_name, lead.line)};
}

void RowJudge::read_lead_region(std::string_view text, const std::string& header,
                                LeadRow& lead) const {
    if (is_blank(text)) {
        return;
    }
    lead.region = read_region(text);
    if (lead.region.empty()) {
        // The gate would find no zones for such a word either: the area code decides alone.
        warn_({.line = lead.line,
               .reason = "state_unknown",
               .field = header,
               .value = shown(text),
               .advice = {"row.state_unknown"}});
    }
}

void RowJudge::read_lead_zone(std::string_view text, const std::string& header,
                              LeadRow& lead) const {
    if (is_blank(text)) {
        return;
    }
    lead.time_zone = read_time_zone(text, context_.zones);
    if (lead.time_zone.empty()) {
        warn_({.line = lead.line,
               .reason = "time_zone_unknown",
               .field = header,
               .value = shown(text),
               .advice = {"row.time_zone_unknown"}});
    }
}

} // namespace campaigns
