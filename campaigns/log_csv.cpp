#include "campaigns/log_csv.hpp"

#include "campaigns/files/csv_write.hpp"

#include <boost/json.hpp>

#include <array>

namespace campaigns {

namespace json = boost::json;

namespace {

// The columns of the CSV, named as the keys of the JSON. Nested values are flattened to text.
constexpr std::array<std::string_view, 32> kColumns{
    "attempt",
    "at",
    "campaign",
    "lead",
    "number",
    "caller_id",
    "trunk",
    "failover_of",
    "run",
    "clock_shift_s",
    "outcome",
    "treatment",
    "sip_status",
    "agent",
    "agent_name",
    "ringing_at",
    "answered_at",
    "bridged_at",
    "first_audio_at",
    "message_started_at",
    "message_ended_at",
    "answer_to_bridge_us",
    "answer_to_agent_us",
    "ended_at",
    "ended_by",
    "failover_follows",
    "disposition",
    "disposition_note",
    "evidence.zones",
    "evidence.lists",
    "evidence.tzdb",
    "evidence.rules",
};
constexpr std::string_view kEvents = "events";

std::string text_of(const json::value& value) {
    if (value.is_null()) {
        return {};
    }
    return value.is_string() ? std::string{value.get_string()} : json::serialize(value);
}

// {"zone": "America/New_York", "local": "2026-..."} becomes "America/New_York 2026-...".
std::string joined_objects(const json::value& array) {
    std::string out;
    if (!array.is_array()) {
        return text_of(array);
    }
    for (const json::value& item : array.get_array()) {
        out += out.empty() ? "" : "; ";
        if (!item.is_object()) {
            out += text_of(item);
            continue;
        }
        bool first = true;
        for (const auto& [key, value] : item.get_object()) {
            const std::string text = text_of(value);
            if (!text.empty()) {
                out += first ? "" : " ";
                out += text;
                first = false;
            }
        }
    }
    return out;
}

std::string cell_text(const json::object& row, std::string_view column) {
    constexpr std::string_view evidence = "evidence.";
    const json::object* from = &row;
    if (column.starts_with(evidence)) {
        const json::value* nested = row.if_contains("evidence");
        from = nested == nullptr ? nullptr : nested->if_object();
        column.remove_prefix(evidence.size());
    }
    const json::value* value = from == nullptr ? nullptr : from->if_contains(column);
    return value == nullptr ? std::string{} : joined_objects(*value);
}

} // namespace

std::string log_csv_header() {
    std::string line;
    for (const std::string_view column : kColumns) {
        line += column;
        line += ',';
    }
    return line.append(kEvents) + "\n";
}

std::string log_csv_line(std::string_view json_row) {
    const json::value value = json::parse({json_row.data(), json_row.size()});
    const json::object& row = value.as_object();
    std::string line;
    for (const std::string_view column : kColumns) {
        csv::append_cell(line, cell_text(row, column));
        line += ',';
    }
    csv::append_cell(line, cell_text(row, kEvents));
    return line + "\n";
}

} // namespace campaigns
