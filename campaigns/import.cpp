#include "campaigns/import.hpp"

#include "campaigns/csv.hpp"
#include "campaigns/import_list.hpp"
#include "campaigns/import_report.hpp"
#include "campaigns/import_rows.hpp"
#include "campaigns/import_seen.hpp"
#include "campaigns/import_source.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace campaigns {

namespace {

// One run over the file. Rows come in through the CSV reader; the first one is the header.
class Importer final : public csv::Reader::Listener {
public:
    Importer(const ImportRequest& request, ImportList& list)
        : request_{request}, list_{list},
          in_campaign_{list.campaign_numbers()}, report_{request.refused_path} {}

    void on_row(const csv::Row& row) override {
        if (fault_) {
            return;
        }
        if (!judge_) {
            read_header(row);
            return;
        }
        std::visit([this](auto&& verdict) { take(std::forward<decltype(verdict)>(verdict)); },
                   judge_->judge(row));
    }

    void on_notice(std::int64_t line, std::string_view text) override {
        summary_.notices.push_back(fmt::format("{}:{}: {}", request_.path, line, text));
    }

    // What refuses the file as a whole, once it is known.
    [[nodiscard]] const std::optional<ImportFault>& fault() const { return fault_; }
    [[nodiscard]] std::int64_t rows() const { return summary_.rows; }

    void refuse(const csv::Fault& fault) {
        fault_ = ImportFault{fmt::format("{}: {}", request_.path, csv::explain(fault))};
    }

    // The end of the file, and of the transaction.
    std::variant<ImportSummary, ImportFault> finish() {
        if (!fault_ && !judge_) {
            fault_ =
                ImportFault{fmt::format("{}: the file is empty; export it again", request_.path)};
        }
        if (fault_) {
            return *fault_;
        }
        // A list without leads is not kept: with another --map the same file must be welcome.
        if (summary_.accepted > 0) {
            list_.commit(summary_);
        }
        summary_.report_written = report_.publish();
        return std::move(summary_);
    }

    void begin(const std::string& sha256) {
        summary_.sha256 = sha256;
        list_.begin(file_name(request_.path), sha256);
    }

private:
    void read_header(const csv::Row& row) {
        if (row.fault) {
            fault_ = ImportFault{fmt::format("{}:{}: header: {}", request_.path, row.fault->line,
                                             csv::explain(*row.fault))};
            return;
        }
        std::vector<std::string> headers;
        for (const std::string_view field : row.fields) {
            headers.push_back(tidy_text(field, 100));
        }
        // Spreadsheets leave separators of deleted columns at the end of lines.
        while (!headers.empty() && headers.back().empty()) {
            headers.pop_back();
        }
        for (std::size_t i = 0; i < headers.size(); ++i) {
            headers[i] = headers[i].empty() ? fmt::format("column {}", i + 1) : headers[i];
        }
        auto mapped = map_columns(headers, request_.columns);
        if (const auto* fault = std::get_if<ColumnFault>(&mapped)) {
            fault_ = ImportFault{fmt::format("{}:{}: {}", request_.path, row.line, fault->text)};
            return;
        }
        use(std::get<ColumnMap>(std::move(mapped)));
    }

    void use(ColumnMap map) {
        for (const MappedColumn& column : map.columns) {
            summary_.columns.push_back(
                fmt::format("{} -> {}", map.headers[column.index], to_text(column.field)));
        }
        std::string unknown;
        for (const std::size_t index : map.unknown) {
            unknown += fmt::format("{}{}", unknown.empty() ? "" : ", ", map.headers[index]);
        }
        if (!unknown.empty()) {
            summary_.notices.push_back(
                fmt::format("columns kept with the lead, without a meaning here: {}", unknown));
        }
        judge_.emplace(std::move(map), [this](RowFinding finding) {
            ++summary_.warnings_by_reason[finding.reason];
            report_.add(finding, false);
            list_.add(std::move(finding), false);
        });
    }

    void take(BlankRow /*row*/) {}

    void take(RowFinding finding) {
        ++summary_.rows;
        ++summary_.refused;
        ++summary_.refused_by_reason[finding.reason];
        report_.add(finding, true);
        list_.add(std::move(finding), true);
    }

    void take(LeadRow lead) {
        if (auto finding = duplicate(lead)) {
            take(std::move(*finding));
            return;
        }
        ++summary_.rows;
        ++summary_.accepted;
        for (const dnc::Number number : lead.phones) {
            in_file_.insert(number, lead.line);
        }
        list_.add(std::move(lead));
    }

    // Any number that another lead has makes the row a duplicate: two leads with one number would
    // have one person called twice.
    [[nodiscard]] std::optional<RowFinding> duplicate(const LeadRow& lead) const {
        for (const dnc::Number number : lead.phones) {
            const std::int64_t line = in_file_.line_of(number);
            if (line != 0) {
                return RowFinding{
                    .line = lead.line,
                    .reason = "duplicate_in_file",
                    .field = "phone",
                    .value = dnc::to_e164(number),
                    .advice = fmt::format("line {} has the same number; nothing to do", line)};
            }
            if (in_campaign_.contains(number)) {
                return RowFinding{
                    .line = lead.line,
                    .reason = "duplicate_in_campaign",
                    .field = "phone",
                    .value = dnc::to_e164(number),
                    .advice = "a lead of this campaign has the number already; nothing to do"};
            }
        }
        return std::nullopt;
    }

    const ImportRequest& request_;
    ImportList& list_;
    dnc::NumberSet in_campaign_;
    SeenNumbers in_file_;
    RefusedReport report_;
    std::optional<RowJudge> judge_;
    std::optional<ImportFault> fault_;
    ImportSummary summary_;
};

// Returns the hash of what was read.
std::string run(SourceFile& file, Importer& importer, const OnProgress& on_progress) {
    csv::Reader reader{importer};
    Sha256 hash;
    ImportProgress progress{.bytes_read = 0, .bytes_total = file.size(), .rows = 0};
    std::optional<csv::Fault> fault;
    for (auto piece = file.read(); !piece.empty() && !fault && !importer.fault();
         piece = file.read()) {
        hash.update(piece);
        fault = reader.feed(piece);
        progress.bytes_read += piece.size();
        progress.rows = importer.rows();
        on_progress(progress);
    }
    fault = fault ? fault : reader.finish();
    if (fault) {
        importer.refuse(*fault);
    }
    return hash.hex();
}

} // namespace

std::variant<ImportSummary, ImportFault> import_leads(Store& store, const ImportRequest& request,
                                                      const OnProgress& on_progress) {
    SourceFile file{request.path};
    const std::string sha256 = hash_of(file);
    ImportList list{store, request.campaign};
    if (auto earlier = list.earlier(sha256)) {
        return std::move(*earlier);
    }
    Importer importer{request, list};
    importer.begin(sha256);
    const std::string read = run(file, importer, on_progress);
    if (!importer.fault() && read != sha256) {
        throw SourceError{fmt::format("{}: the file changed while it was read; import it again "
                                      "when it is complete",
                                      request.path)};
    }
    return importer.finish();
}

} // namespace campaigns
