#include "campaigns/import/import.hpp"

#include "campaigns/import/feed.hpp"
#include "campaigns/import/imports.hpp"
#include "campaigns/import/list.hpp"
#include "campaigns/import/report.hpp"
#include "campaigns/import/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace campaigns {

namespace {

struct DedupeWord {
    std::string_view word;
    bool DedupePolicy::*on;
};
constexpr std::array<DedupeWord, 4> kDedupeWords{{{"file", &DedupePolicy::file},
                                                  {"list", &DedupePolicy::list},
                                                  {"campaign", &DedupePolicy::campaign},
                                                  {"company", &DedupePolicy::company}}};

void add_counts(std::map<std::string, std::int64_t>& to,
                const std::map<std::string, std::int64_t>& from) {
    for (const auto& [reason, count] : from) {
        to[reason] += count;
    }
}

void add_batch(ImportSummary& summary, const ImportBatch& batch) {
    summary.rows += batch.rows;
    summary.accepted += batch.accepted;
    summary.refused += batch.refused;
    summary.listed_now += batch.listed;
    add_counts(summary.refused_by_reason, batch.refused_by_reason);
    add_counts(summary.warnings_by_reason, batch.warnings_by_reason);
}

/// Writes batches as they come. Returns why the file as a whole is refused, if it is.
std::optional<std::string> load(ImportFeed& feed, ImportList& list, ImportSummary& summary,
                                const OnProgress& on_progress) {
    while (auto batch = feed.next()) {
        list.write(*batch);
        add_batch(summary, *batch);
        on_progress({batch->bytes_read, batch->bytes_total, summary.rows});
    }
    const FeedResult& result = feed.result();
    summary.notices = result.notices;
    summary.scrub = result.scrub;
    if (result.columns) {
        summary.columns = describe_columns(*result.columns);
    }
    return result.fault;
}

/// Tells of rows that were accepted, and whose numbers other leads got before they were written.
void add_overtaken(ImportSummary& summary, RefusedReport& report, const Overtaken& overtaken) {
    add_batch(summary, overtaken.correction);
    for (const Overtaken::Row& row : overtaken.rows) {
        report.add(row.finding, row.refused);
    }
}

std::variant<ImportSummary, ImportFault> run(const ImportRequest& request,
                                             std::optional<ImportSource> remembered,
                                             const SourceState& file, ImportList& list,
                                             const OnProgress& on_progress) {
    RefusedReport report{request.refused_path};
    ImportSummary summary;
    summary.sha256 = file.sha256;
    const FeedPlan plan{.request = request,
                        .campaign = list.campaign(),
                        .dsn = list.dsn(),
                        .import_id = list.import_id(),
                        .frame = list.frame(),
                        .choices = {request.columns, std::move(remembered)},
                        .report = report};
    ImportFeed feed{plan};
    if (const auto fault = load(feed, list, summary, on_progress)) {
        list.drop("refused", *fault);
        return ImportFault{*fault};
    }
    if (!file.is_unchanged()) {
        throw SourceError{fmt::format("{}: the file changed while it was read; import it again "
                                      "when it is complete",
                                      request.file_name)};
    }
    add_overtaken(summary, report, list.finish());
    list.commit(summary, feed.result().columns.value());
    summary.report_written = report.publish();
    return summary;
}

} // namespace

std::variant<DedupePolicy, ColumnFault> read_dedupe_policy(std::string_view text) {
    DedupePolicy policy{.file = false, .list = false, .campaign = false, .company = false};
    if (text == "none") {
        return policy;
    }
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string_view word = text.substr(begin, end - begin);
        begin = end + 1;
        const auto known = std::find_if(kDedupeWords.begin(), kDedupeWords.end(),
                                        [word](const DedupeWord& one) { return one.word == word; });
        if (known == kDedupeWords.end()) {
            return ColumnFault{fmt::format("--dedupe: \"{}\" is none of file, list, campaign, "
                                           "company; or write none",
                                           word)};
        }
        policy.*(known->on) = true;
    }
    return policy;
}

std::string to_text(const DedupePolicy& policy) {
    std::string text;
    for (const DedupeWord& one : kDedupeWords) {
        if (policy.*(one.on)) {
            text += (text.empty() ? "" : ",") + std::string{one.word};
        }
    }
    return text.empty() ? "none" : text;
}

std::variant<ImportSummary, ImportFault> import_leads(Store& store, const ImportRequest& given,
                                                      const OnProgress& on_progress) {
    ImportRequest request = given;
    if (request.file_name.empty()) {
        request.file_name = file_name(request.path);
    }
    const SourceState file = state_of(request.path);
    ImportList list{store, request, file.sha256, file.size};
    if (auto earlier = list.earlier()) {
        return std::move(*earlier);
    }
    auto remembered = find_source(store, request.source);
    if (!list.begin()) {
        return list.earlier().value();
    }
    try {
        return run(request, std::move(remembered), file, list, on_progress);
    } catch (const StoreUnavailable&) {
        throw; // there is no session to tell it on
    } catch (const CommitInDoubt&) {
        throw;
    } catch (const std::exception& error) {
        list.drop("failed", error.what());
        throw;
    }
}

} // namespace campaigns
