#include "dialer/commands/dossier_page.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>
#include <span>
#include <stdexcept>
#include <utility>

namespace dialer::commands {

namespace {

namespace json = boost::json;

constexpr std::string_view kStyle =
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;"
    "border-bottom:1px solid #bbb}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.25rem .6rem;border-bottom:1px solid #ddd}"
    "th{background:#f2f2f2}.no{color:#666}details{margin:.2rem 0}"
    "summary{cursor:pointer}code{font-size:.85em;overflow-wrap:anywhere}";

std::string escape(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            // Control characters have no place in a page.
            out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
        }
    }
    return out;
}

std::string cell(const json::value& value);

/// "key: value" lines of an object; entries of an array one below the other.
std::string nested(const json::value& value) {
    std::string out;
    if (value.is_object()) {
        for (const auto& [key, member] : value.get_object()) {
            if (!member.is_null()) {
                out += fmt::format("{}<b>{}</b> {}", out.empty() ? "" : "<br>", escape(key),
                                   cell(member));
            }
        }
    } else {
        for (const json::value& entry : value.get_array()) {
            out += (out.empty() ? "" : "<br>") + cell(entry);
        }
    }
    return out;
}

std::string cell(const json::value& value) {
    if (value.is_null()) {
        return "<span class=\"no\">-</span>";
    }
    if (value.is_string()) {
        const auto& text = value.get_string();
        return escape({text.data(), text.size()});
    }
    if (value.is_bool()) {
        return value.get_bool() ? "yes" : "no";
    }
    if (value.is_object() || value.is_array()) {
        return nested(value);
    }
    return escape(json::serialize(value));
}

/// A long cell folds up.
std::string folded(std::string_view title, const json::value& value) {
    if (value.is_null() || (value.is_array() && value.get_array().empty())) {
        return cell(nullptr);
    }
    return fmt::format("<details><summary>{}</summary>{}</details>", title, nested(value));
}

struct Column {
    const char* title;
    const char* member;
    const char* fold = nullptr; ///< what to show until it is unfolded
};

struct Table {
    const char* title;
    const char* member;
    std::span<const Column> columns;
};

constexpr std::array<Column, 7> kListColumns{{{"list", "list"},
                                              {"kind", "kind"},
                                              {"seller", "seller"},
                                              {"on it now", "listed"},
                                              {"version", "version"},
                                              {"as of", "as_of"},
                                              {"on and off", "events", "history"}}};
constexpr std::array<Column, 7> kOptOutColumns{{{"at", "at"},
                                                {"list", "list"},
                                                {"seller", "seller"},
                                                {"on the list", "listed"},
                                                {"said by", "source"},
                                                {"taken by", "by"},
                                                {"in attempt", "attempt"}}};
constexpr std::array<Column, 9> kConsentColumns{{{"given", "at"},
                                                 {"grade", "grade"},
                                                 {"for", "sellers"},
                                                 {"about", "subject"},
                                                 {"expires", "expires"},
                                                 {"evidence", "evidence"},
                                                 {"recorded", "recorded_at"},
                                                 {"by", "recorded_by"},
                                                 {"from", "source"}}};
constexpr std::array<Column, 8> kRevocationColumns{{{"at", "at"},
                                                    {"means", "means"},
                                                    {"scope", "scope"},
                                                    {"seller", "seller"},
                                                    {"about", "subject"},
                                                    {"law's last day", "legal_deadline"},
                                                    {"recorded", "recorded_at"},
                                                    {"by", "recorded_by"}}};
constexpr std::array<Column, 7> kRelationshipColumns{{{"at", "at"},
                                                      {"kind", "kind"},
                                                      {"seller", "seller"},
                                                      {"proof", "proof"},
                                                      {"recorded", "recorded_at"},
                                                      {"by", "recorded_by"},
                                                      {"from", "source"}}};
constexpr std::array<Column, 3> kReassignedColumns{
    {{"asked on", "queried_at"}, {"about", "asked_for"}, {"answer", "answer"}}};
constexpr std::array<Column, 9> kLeadColumns{{{"lead", "lead"},
                                              {"campaign", "campaign"},
                                              {"seller", "seller"},
                                              {"name", "name"},
                                              {"region", "region"},
                                              {"status", "status"},
                                              {"from the list", "list"},
                                              {"until its import was undone at", "undone_at"},
                                              {"further columns", "custom", "columns"}}};
constexpr std::array<Column, 6> kRefusalColumns{{{"at", "at"},
                                                 {"campaign", "campaign"},
                                                 {"verdict", "verdict"},
                                                 {"until", "until"},
                                                 {"reasons", "reasons"},
                                                 {"rested on", "evidence", "zones, packs, lists"}}};
constexpr std::array<Column, 10> kAttemptColumns{
    {{"at", "at"},
     {"campaign", "campaign"},
     {"for", "seller"},
     {"about", "subject"},
     {"shown number", "caller_id"},
     {"trunk", "trunk"},
     {"result", "result"},
     {"events", "events", "events"},
     {"agents said", "dispositions"},
     {"allowed because", "evidence", "zones, packs, lists, caps"}}};

constexpr std::array<Table, 9> kTables{
    {{"Lists", "lists", kListColumns},
     {"Opt-outs", "opt_outs", kOptOutColumns},
     {"Consents", "consents", kConsentColumns},
     {"Revocations", "revocations", kRevocationColumns},
     {"Relationships", "relationships", kRelationshipColumns},
     {"Reassigned-numbers answers", "reassigned", kReassignedColumns},
     {"Leads", "leads", kLeadColumns},
     {"Decisions not to call", "refusals", kRefusalColumns},
     {"Attempts", "attempts", kAttemptColumns}}};

const json::array& rows_of(const json::object& dossier, const char* member) {
    const json::value* rows = dossier.if_contains(member);
    if (rows == nullptr || !rows->is_array()) {
        throw std::runtime_error{fmt::format("the dossier has no {}", member)};
    }
    return rows->get_array();
}

json::object parse(std::string_view text) {
    json::value value = json::parse(text);
    if (!value.is_object() || !value.get_object().contains("number")) {
        throw std::runtime_error{"this is no dossier"};
    }
    return std::move(value.get_object());
}

std::string table_html(const Table& table, const json::array& rows) {
    std::string out = fmt::format("<h2>{} ({})</h2>\n", table.title, rows.size());
    if (rows.empty()) {
        return out + "<p class=\"no\">Nothing on record.</p>\n";
    }
    out += "<table><thead><tr>";
    for (const Column& column : table.columns) {
        out += fmt::format("<th scope=\"col\">{}</th>", column.title);
    }
    out += "</tr></thead><tbody>\n";
    for (const json::value& row : rows) {
        out += "<tr>";
        for (const Column& column : table.columns) {
            const json::value* found = row.as_object().if_contains(column.member);
            const json::value value = found == nullptr ? json::value(nullptr) : *found;
            out += "<td>" + (column.fold == nullptr ? cell(value) : folded(column.fold, value)) +
                   "</td>";
        }
        out += "</tr>\n";
    }
    return out + "</tbody></table>\n";
}

} // namespace

std::string dossier_page(std::string_view text) {
    const json::object dossier = parse(text);
    const std::string number = cell(dossier.at("number"));
    std::string page = fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\">"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'\">"
        "<title>Dossier of {0}</title><style>{1}</style></head><body>\n<main><h1>Dossier of "
        "{0}</h1>\n<p>Made at {2}. All times are UTC.</p>\n",
        number, kStyle, cell(dossier.at("made_at")));
    for (const Table& table : kTables) {
        page += table_html(table, rows_of(dossier, table.member));
    }
    return page + "</main></body></html>\n";
}

std::string dossier_summary(std::string_view text) {
    const json::object dossier = parse(text);
    std::string out = fmt::format("{}\n", dossier.at("number").as_string().c_str());
    for (const json::value& list : rows_of(dossier, "lists")) {
        const json::object& row = list.as_object();
        if (row.at("listed").as_bool()) {
            out += fmt::format("on the list {} ({})\n", row.at("list").as_string().c_str(),
                               row.at("kind").as_string().c_str());
        }
    }
    for (const json::value& lead : rows_of(dossier, "leads")) {
        const json::object& row = lead.as_object();
        if (const auto* undone = row.at("undone_at").if_string()) {
            out += fmt::format("was on the list {} of campaign {} until its import was undone at "
                               "{}\n",
                               row.at("list").at("file").as_string().c_str(),
                               row.at("campaign").as_string().c_str(), undone->c_str());
        }
    }
    for (const Table& table : kTables) {
        out += fmt::format("{:<28} {}\n", table.title, rows_of(dossier, table.member).size());
    }
    return out + "all of it: --json, or --html FILE\n";
}

} // namespace dialer::commands
