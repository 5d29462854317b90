#include "campaigns/ledger/file.hpp"

#include "campaigns/import/report.hpp"
#include "campaigns/import/source.hpp"
#include "campaigns/ledger/rows.hpp"

#include <fmt/format.h>

#include <utility>

namespace campaigns {

namespace {

constexpr std::size_t kGroup = 5000;
constexpr std::size_t kFindingsMax = 20;
constexpr std::size_t kCellBytesMax = 2000;
constexpr std::size_t kHashShown = 16; // hexadecimal digits of it in each row's source

/// How one kind of row is read and stored.
template <typename Record> struct Kind {
    std::string (*header_fault)(const std::vector<std::string>&);
    LedgerVerdict<Record> (*read)(const Cells&, std::int64_t);
    Recorded (Store::*add)(const std::vector<Record>&);
};

/// Reads rows and brings them to the store in groups.
template <typename Record> class Loader final : public csv::Reader::Listener {
public:
    Loader(Store& store, const LedgerFileRequest& request, const Kind<Record>& kind,
           std::string sha256)
        : store_{store}, request_{request}, kind_{kind}, report_{request.refused_path} {
        summary_.sha256 = std::move(sha256);
    }

    void on_row(const csv::Row& row) override;
    void on_notice(std::int64_t line, std::string_view text) override;
    [[nodiscard]] const std::string& fault() const { return fault_; }
    [[nodiscard]] std::int64_t rows() const { return summary_.rows; }
    LedgerFileSummary finish();

private:
    void read_header(const csv::Row& row);
    [[nodiscard]] Cells cells_of(const csv::Row& row) const;
    void refuse(RowFinding finding);
    void add(Record record, std::int64_t line);
    void flush();

    Store& store_;
    const LedgerFileRequest& request_;
    const Kind<Record>& kind_;
    RefusedReport report_;
    LedgerFileSummary summary_;
    std::vector<std::string> headers_;
    std::vector<Record> group_;
    std::string fault_;
};

template <typename Record> void Loader<Record>::on_row(const csv::Row& row) {
    if (headers_.empty()) {
        return read_header(row);
    }
    if (!fault_.empty()) {
        return;
    }
    ++summary_.rows;
    if (row.fault) {
        const auto reason = csv::to_text(row.fault->kind);
        return refuse(
            {row.line, std::string{reason}, "", "", advice_for(reason, csv::explain(*row.fault))});
    }
    auto verdict = kind_.read(cells_of(row), row.line);
    if (auto* finding = std::get_if<RowFinding>(&verdict)) {
        return refuse(std::move(*finding));
    }
    add(std::get<Record>(std::move(verdict)), row.line);
}

template <typename Record>
void Loader<Record>::on_notice(std::int64_t line, std::string_view text) {
    summary_.notices.push_back(fmt::format("{}:{}: {}", request_.path, line, text));
}

template <typename Record> LedgerFileSummary Loader<Record>::finish() {
    flush();
    summary_.report_written = report_.publish();
    return std::move(summary_);
}

template <typename Record> void Loader<Record>::read_header(const csv::Row& row) {
    for (const std::string_view cell : row.fields) {
        headers_.push_back(header_key(cell));
    }
    if (const std::string fault = kind_.header_fault(headers_); !fault.empty()) {
        fault_ = fmt::format("{}:{}: {}", request_.path, row.line, fault);
    }
}

template <typename Record> Cells Loader<Record>::cells_of(const csv::Row& row) const {
    Cells cells;
    for (std::size_t i = 0; i < headers_.size() && i < row.fields.size(); ++i) {
        if (!headers_[i].empty()) {
            cells.emplace_back(headers_[i], tidy_text(row.fields[i], kCellBytesMax));
        }
    }
    return cells;
}

template <typename Record> void Loader<Record>::refuse(RowFinding finding) {
    ++summary_.refused;
    report_.add(finding, true);
    if (summary_.findings.size() < kFindingsMax) {
        summary_.findings.push_back(std::move(finding));
    }
}

template <typename Record> void Loader<Record>::add(Record record, std::int64_t line) {
    record.recorded = {request_.at, request_.by,
                       fmt::format("{}:{} sha256:{}", file_name(request_.path), line,
                                   summary_.sha256.substr(0, kHashShown))};
    group_.push_back(std::move(record));
    if (group_.size() == kGroup) {
        flush();
    }
}

template <typename Record> void Loader<Record>::flush() {
    if (group_.empty()) {
        return;
    }
    const Recorded recorded = (store_.*kind_.add)(group_);
    summary_.added += recorded.added;
    summary_.known += recorded.known;
    group_.clear();
}

template <typename Record>
std::variant<LedgerFileSummary, ImportFault> load(Store& store, const LedgerFileRequest& request,
                                                  const Kind<Record>& kind,
                                                  const OnProgress& on_progress) {
    SourceFile file{request.path};
    Loader<Record> loader{store, request, kind, hash_of(file)};
    csv::Reader reader{loader};
    std::uint64_t bytes = 0;
    std::optional<csv::Fault> fault;
    for (auto piece = file.read(); !piece.empty() && !fault; piece = file.read()) {
        fault = reader.feed(piece);
        bytes += piece.size();
        if (!loader.fault().empty()) {
            return ImportFault{loader.fault()};
        }
        on_progress({bytes, file.size(), loader.rows()});
    }
    if (!fault) {
        fault = reader.finish();
    }
    if (fault) {
        return ImportFault{fmt::format("{}:{}: {}", request.path, fault->line, explain(*fault))};
    }
    if (!loader.fault().empty()) {
        return ImportFault{loader.fault()};
    }
    return loader.finish();
}

} // namespace

std::variant<LedgerFileSummary, ImportFault>
load_consents(Store& store, const LedgerFileRequest& request, const OnProgress& on_progress) {
    return load<ConsentRecord>(
        store, request, {&consent_header_fault, &read_consent, &Store::add_consents}, on_progress);
}

std::variant<LedgerFileSummary, ImportFault>
load_relationships(Store& store, const LedgerFileRequest& request, const OnProgress& on_progress) {
    return load<RelationshipRecord>(
        store, request, {&relationship_header_fault, &read_relationship, &Store::add_relationships},
        on_progress);
}

} // namespace campaigns
