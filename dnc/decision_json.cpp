#include "dnc/decision_json.hpp"

#include "dnc/time_text.hpp"

namespace dnc {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";

void append_escaped(std::string& out, char c) {
    switch (c) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\n':
        out += "\\n";
        return;
    default:
        out += "\\u00";
        out += kHex[static_cast<unsigned char>(c) >> 4U];
        out += kHex[static_cast<unsigned char>(c) & 15U];
    }
}

/// RFC 8259 7. The text is UTF-8.
void append_text(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
            append_escaped(out, c);
        } else {
            out += c;
        }
    }
    out += '"';
}

/// `name` is ours and needs no escape.
void append_member(std::string& out, std::string_view name, std::string_view text) {
    out += '"';
    out += name;
    out += "\":";
    append_text(out, text);
}

template <typename Range, typename Append>
void append_list(std::string& out, std::string_view name, const Range& range, Append append) {
    out += ",\"";
    out += name;
    out += "\":[";
    bool first = true;
    for (const auto& element : range) {
        out += first ? "{" : ",{";
        first = false;
        append(element);
        out += '}';
    }
    out += ']';
}

void append_reason(std::string& out, const Reason& reason) {
    append_member(out, "code", to_text(reason.code));
    out += ',';
    append_member(out, "rule", reason.rule);
    out += ',';
    append_member(out, "cite", reason.cite);
    out += ',';
    append_member(out, "detail", reason.detail);
}

} // namespace

void append_decision(std::string& out, std::string_view id, const Decision& decision) {
    out += "{\"id\":";
    out += id;
    out += ',';
    append_member(out, "verdict", to_text(decision.verdict));
    append_list(out, "reasons", decision.reasons,
                [&out](const Reason& reason) { append_reason(out, reason); });
    append_list(out, "zones", decision.evidence.zones, [&out](const auto& zone) {
        append_member(out, "zone", zone.zone);
        out += ',';
        append_member(out, "local", zone.local);
    });
    append_list(out, "packs", decision.evidence.packs, [&out](const auto& pack) {
        append_member(out, "id", pack.id);
        out += ',';
        append_member(out, "version", pack.version);
        out += ',';
        append_member(out, "sha256", pack.sha256);
    });
    out += ',';
    append_member(out, "tzdb", decision.evidence.tzdb_version);
    if (decision.until) {
        out += ',';
        append_member(out, "until", instant_text(*decision.until));
    }
    out += "}\n";
}

void append_fault(std::string& out, std::size_t line, const QuestionFault& fault) {
    out += "{\"line\":" + std::to_string(line);
    if (!fault.id.empty()) {
        out += ",\"id\":" + fault.id;
    }
    out += ",\"error\":{";
    append_member(out, "field", fault.field);
    out += ',';
    append_member(out, "reason", fault.reason);
    out += ',';
    append_member(out, "fix", fault.fix);
    out += "}}\n";
}

} // namespace dnc
