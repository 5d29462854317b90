#include "dialer/commands/import_print.hpp"

#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace dialer::commands {

namespace {

constexpr std::size_t kPlacesShown = 12;

void print_counts_of(std::string_view name, const campaigns::CallableCounts& counts) {
    fmt::print("  {:<44} {:>9} {:>9} {:>9} {:>9}\n", name, counts[0], counts[1], counts[2],
               counts[3]);
}

std::int64_t sum(const campaigns::CallableCounts& counts) {
    return counts[0] + counts[1] + counts[2] + counts[3];
}

/// Most leads first; the rest in one line.
void print_places(const campaigns::ScrubReport& scrub) {
    std::vector<std::pair<std::string, campaigns::CallableCounts>> rows;
    for (const auto& [place, counts] : scrub.places) {
        const auto key = scrub.place_keys.find(place);
        rows.emplace_back(key == scrub.place_keys.end() ? "" : key->second, counts);
    }
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
        return sum(a.second) != sum(b.second) ? sum(a.second) > sum(b.second) : a.first < b.first;
    });
    campaigns::CallableCounts rest{};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i < kPlacesShown) {
            print_counts_of(rows[i].first.substr(0, 44), rows[i].second);
            continue;
        }
        for (std::size_t column = 0; column < rest.size(); ++column) {
            rest[column] += rows[i].second[column];
        }
    }
    if (rows.size() > kPlacesShown) {
        print_counts_of(fmt::format("{} further places", rows.size() - kPlacesShown), rest);
    }
}

std::string lead_text(const campaigns::LeadRow& lead) {
    std::string text;
    for (const dnc::Number number : lead.phones) {
        text += dnc::to_e164(number) + " ";
    }
    for (const std::string* cell :
         {&lead.name, &lead.email, &lead.address, &lead.city, &lead.region, &lead.postal_code,
          &lead.country, &lead.time_zone, &lead.external_id}) {
        text += cell->empty() ? "" : "| " + *cell + " ";
    }
    return text;
}

void print_row(const campaigns::ImportPreview::PreviewRow& row) {
    if (const auto* lead = std::get_if<campaigns::LeadRow>(&row.verdict)) {
        fmt::print("{:>7}  {}{}\n", lead->line, lead_text(*lead),
                   lead->consent ? "| with consent" : "");
    } else if (const auto* finding = std::get_if<campaigns::RowFinding>(&row.verdict)) {
        fmt::print("{:>7}  refused: {}{}{} ({})\n", finding->line, finding->reason,
                   finding->value.empty() ? "" : ": ", finding->value,
                   campaigns::english(finding->advice));
    }
    for (const campaigns::RowFinding& warning : row.warnings) {
        fmt::print("         warning: {} {}: {} ({})\n", warning.reason, warning.field,
                   warning.value, campaigns::english(warning.advice));
    }
}

} // namespace

std::string system_user() {
    const passwd* const entry = ::getpwuid(::geteuid());
    return entry == nullptr ? fmt::format("uid {}", ::geteuid()) : std::string{entry->pw_name};
}

boost::json::object counts_json(const std::map<std::string, std::int64_t>& counts) {
    boost::json::object object;
    for (const auto& [reason, count] : counts) {
        object.emplace(reason, count);
    }
    return object;
}

void print_counts(std::string_view title, const std::map<std::string, std::int64_t>& counts) {
    if (counts.empty()) {
        return;
    }
    fmt::print("{}\n", title);
    for (const auto& [reason, count] : counts) {
        fmt::print("  {:<30} {:>9}\n", reason, count);
    }
}

void print_scrub(const campaigns::ScrubReport& scrub) {
    if (!scrub.made) {
        return;
    }
    fmt::print("what the gate says of the leads at {}:\n", dnc::instant_text(scrub.at));
    fmt::print("  {:<44} {:>9} {:>9} {:>9} {:>9}\n", "", "now", "today", "later", "never");
    print_counts_of("all leads", scrub.leads);
    if (!scrub.reasons.empty()) {
        fmt::print("  by reason (a lead may have several):\n");
    }
    for (const auto& [reason, counts] : scrub.reasons) {
        print_counts_of(reason, counts);
    }
    fmt::print("  by place:\n");
    print_places(scrub);
}

void print_preview(const campaigns::ImportPreview& preview) {
    fmt::print("{}\n", preview.type);
    for (const std::string& sheet : preview.sheets) {
        fmt::print("sheet {}\n", sheet);
    }
    for (const std::string& notice : preview.notices) {
        fmt::print("note: {}\n", notice);
    }
    for (const auto& column : preview.columns) {
        std::string samples;
        for (const std::string& sample : column.samples) {
            samples += (samples.empty() ? "" : "; ") + sample;
        }
        fmt::print("column {:<24} -> {:<16} {}\n", column.header, column.field, samples);
    }
    for (const auto& row : preview.rows) {
        print_row(row);
    }
    fmt::print("nothing was changed\n");
}

void print_record(const campaigns::ImportRecord& record) {
    fmt::print("import {}: {} into {}, {}\n", record.id, record.file_name, record.campaign_name,
               record.status);
    fmt::print("  by {} at {}; {} bytes, sha256 {}\n", record.by,
               dnc::instant_text(record.started_at), record.bytes, record.sha256);
    if (!record.source.empty()) {
        fmt::print("  source {}\n", record.source);
    }
    fmt::print("  list {}: {} rows, {} accepted, {} refused, {} consents\n", record.list_id,
               record.rows, record.accepted, record.refused, record.consents);
    if (!record.error.empty()) {
        fmt::print("  {}\n", record.error);
    }
    if (record.undone_at) {
        fmt::print("  undone by {} at {}: {} leads taken back, {} that had been dialed are held\n",
                   record.undone_by, dnc::instant_text(*record.undone_at), record.taken_back,
                   record.kept);
    }
    for (const std::string& column : record.columns) {
        fmt::print("  column {}\n", column);
    }
    for (const std::string& notice : record.notices) {
        fmt::print("  note: {}\n", notice);
    }
    print_counts("refused:", record.refused_by_reason);
    print_counts("accepted with a warning:", record.warnings_by_reason);
    print_scrub(record.scrub);
}

} // namespace dialer::commands
