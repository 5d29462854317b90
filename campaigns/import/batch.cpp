#include "campaigns/import/batch.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace campaigns {

namespace {

void append_number(std::string& out, std::int64_t value) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

bool is_special(char c) {
    return c == '\\' || c == '\t' || c == '\n' || c == '\r';
}

/// Texts of rows hold no control characters but what a quoted cell or a JSON text may have; COPY
/// gives the backslash a meaning.
void append_text(std::string& out, std::string_view text) {
    // Not find_first_of(): it calls memchr() once a character.
    if (std::none_of(text.begin(), text.end(), is_special)) {
        out += text;
        return;
    }
    for (const char c : text) {
        switch (c) {
        case '\\':
            out += "\\\\";
            break;
        case '\t':
            out += "\\t";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        default:
            out += c;
        }
    }
}

void append_custom(std::string& out, const LeadRow& lead) {
    if (lead.custom.empty()) {
        out += "\\N";
        return;
    }
    boost::json::object object;
    for (const auto& [header, text] : lead.custom) {
        object.emplace(header, text);
    }
    append_text(out, boost::json::serialize(object));
}

} // namespace

void append_lead(std::string& out, const LeadFrame& frame, const LeadRow& lead, std::int64_t id,
                 std::int32_t place) {
    append_number(out, id);
    out += '\t';
    append_number(out, frame.campaign_id);
    out += '\t';
    append_number(out, frame.list_id);
    for (const std::string* text :
         {&lead.external_id, &lead.name, &lead.region, &lead.postal_code, &lead.email}) {
        out += '\t';
        append_text(out, *text);
    }
    out += '\t';
    append_custom(out, lead);
    out += frame.held ? "\theld\theld\t" : "\tready\t\t";
    append_number(out, place);
    for (const std::string* text :
         {&lead.country, &lead.county, &lead.city, &lead.address, &lead.time_zone, &lead.debt}) {
        out += '\t';
        append_text(out, *text);
    }
    out += '\n';
}

void append_finding(std::string& out, std::int64_t import_id, const RowFinding& finding,
                    bool refused) {
    append_number(out, import_id);
    out += '\t';
    append_number(out, finding.line);
    const std::string advice = english(finding.advice);
    for (const std::string* text : {&finding.reason, &finding.field, &finding.value, &advice}) {
        out += '\t';
        append_text(out, *text);
    }
    out += refused ? "\tt\n" : "\tf\n";
}

void append_phone(std::string& out, std::int64_t campaign_id, const PhoneRow& phone) {
    append_number(out, phone.lead);
    out += '\t';
    append_number(out, phone.position);
    out += '\t';
    append_number(out, campaign_id);
    out += '\t';
    append_number(out, phone.number);
    out += '\n';
}

} // namespace campaigns
