#include "campaigns/import/preview.hpp"

#include "campaigns/import/header.hpp"
#include "campaigns/import/lookups.hpp"
#include "campaigns/import/rows_source.hpp"
#include "campaigns/import/seen.hpp"
#include "campaigns/sentence_json.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace campaigns {

namespace {

namespace json = boost::json;

constexpr int kRowsMax = 1000;
constexpr std::size_t kSamples = 3;
constexpr std::size_t kSampleBytesMax = 60;

/// Reads a few rows and then stops the reading.
class Previewer final : public csv::Reader::Listener {
public:
    Previewer(const ImportRequest& request, HeaderChoices choices, const std::string& seller,
              int rows_max)
        : request_{request}, choices_{std::move(choices)}, seller_{seller},
          rows_max_{static_cast<std::size_t>(rows_max)} {}

    void on_row(const csv::Row& row) override {
        if (fault_ || is_full()) {
            return;
        }
        if (!judge_) {
            read_header(row);
            return;
        }
        add_samples(row);
        RowVerdict verdict = judge_->judge(row);
        if (!std::holds_alternative<BlankRow>(verdict)) {
            preview_.rows.push_back({std::move(verdict), std::exchange(warnings_, {})});
        }
    }

    void on_notice(std::int64_t line, std::string_view text) override {
        preview_.notices.push_back(fmt::format("line {}: {}", line, text));
    }

    [[nodiscard]] bool is_full() const { return preview_.rows.size() >= rows_max_; }

    std::variant<ImportPreview, ImportFault> finish(const std::optional<std::string>& fault,
                                                    RowsSource source) {
        if (fault_) {
            return *fault_;
        }
        if (fault && !judge_) {
            return ImportFault{fmt::format("{}: {}", name(), *fault)};
        }
        if (!judge_) {
            return ImportFault{fmt::format("{}: the file is empty; export it again", name())};
        }
        preview_.type = std::move(source.type);
        preview_.sheets = std::move(source.sheets);
        return std::move(preview_);
    }

private:
    /// What its sender calls the file.
    [[nodiscard]] const std::string& name() const {
        return request_.file_name.empty() ? request_.path : request_.file_name;
    }

    void read_header(const csv::Row& row) {
        auto read = campaigns::read_header(row, choices_);
        if (const auto* fault = std::get_if<ColumnFault>(&read)) {
            fault_ = ImportFault{fmt::format("{}:{}: {}", name(), row.line, fault->text),
                                 fault->headers};
            return;
        }
        ColumnMap map = std::get<ColumnMap>(std::move(read));
        preview_.columns.resize(map.headers.size());
        for (std::size_t i = 0; i < map.headers.size(); ++i) {
            preview_.columns[i] = {map.headers[i], "custom", {}};
        }
        for (const MappedColumn& column : map.columns) {
            preview_.columns[column.index].field = to_text(column.field);
        }
        for (std::string& notice : notices_of(map)) {
            preview_.notices.push_back(std::move(notice));
        }
        const ImportRules* rules = request_.rules;
        judge_.emplace(
            std::move(map), [this](RowFinding finding) { warnings_.push_back(std::move(finding)); },
            RowContext{.zones = rules == nullptr ? nullptr : &rules->zones,
                       .seller = seller_,
                       .file_name = request_.file_name,
                       .actor = request_.actor});
    }

    void add_samples(const csv::Row& row) {
        const std::size_t count = std::min(row.fields.size(), preview_.columns.size());
        for (std::size_t i = 0; i < count; ++i) {
            std::string text = tidy_text(row.fields[i], kSampleBytesMax);
            auto& samples = preview_.columns[i].samples;
            const bool wanted = !text.empty() && samples.size() < kSamples &&
                                std::find(samples.begin(), samples.end(), text) == samples.end();
            if (wanted) {
                samples.push_back(std::move(text));
            }
        }
    }

    const ImportRequest& request_;
    HeaderChoices choices_;
    std::string seller_;
    std::size_t rows_max_;
    std::optional<RowJudge> judge_;
    std::optional<ImportFault> fault_;
    std::vector<RowFinding> warnings_;
    ImportPreview preview_;
};

/// Nothing when the request names no campaign; StoreRefusal when there is no such one.
std::optional<Campaign> campaign_of(Store& store, const std::string& name) {
    if (name.empty()) {
        return std::nullopt;
    }
    const auto all = store.campaigns();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Campaign& one) { return one.name == name; });
    if (found == all.end()) {
        throw StoreRefusal{fmt::format("there is no campaign \"{}\"", name)};
    }
    return *found;
}

RowFinding duplicate(const LeadRow& lead, dnc::Number number, const std::string& reason,
                     Sentence advice) {
    return {.line = lead.line,
            .reason = reason,
            .field = "phone",
            .value = dnc::to_e164(number),
            .advice = std::move(advice)};
}

/// Turns leads whose number is there already into what the import would make of them.
void find_duplicates(Store& store, const ImportRequest& request, const Campaign& campaign,
                     ImportPreview& preview) {
    std::vector<dnc::Number> numbers;
    for (const auto& row : preview.rows) {
        if (const auto* lead = std::get_if<LeadRow>(&row.verdict)) {
            numbers.insert(numbers.end(), lead->phones.begin(), lead->phones.end());
        }
    }
    ImportLookups lookups{store,
                          {.campaign = campaign.id,
                           .seller = campaign.seller,
                           .source = request.source,
                           .dedupe = request.dedupe,
                           .now = request.actor.at,
                           .memory = std::chrono::days{0}}};
    const auto taken = lookups.taken(numbers);
    SeenNumbers seen;
    for (auto& row : preview.rows) {
        const auto* lead = std::get_if<LeadRow>(&row.verdict);
        if (lead == nullptr) {
            continue;
        }
        std::optional<RowFinding> finding;
        for (const dnc::Number number : lead->phones) {
            const std::int64_t line = seen.line_of(number);
            const auto by = taken.find(number.e164);
            if (!finding && line != 0) {
                finding = duplicate(*lead, number, "duplicate_in_file",
                                    {"row.same_line", {{"line", line}}});
            } else if (!finding && by != taken.end()) {
                finding = duplicate(*lead, number,
                                    by->second.in_campaign ? "duplicate_in_campaign"
                                                           : "duplicate_in_company",
                                    {"row.taken",
                                     {{"lead", by->second.lead},
                                      {"list", by->second.list},
                                      {"file", by->second.file}}});
            }
        }
        if (finding) {
            row.verdict = std::move(*finding);
            continue;
        }
        for (const dnc::Number number : lead->phones) {
            seen.insert(number, lead->line);
        }
    }
}

json::object finding_json(const RowFinding& finding) {
    return {{"reason", finding.reason},
            {"field", finding.field},
            {"value", finding.value},
            {"advice", english(finding.advice)},
            {"advice_said", said_json(finding.advice)}};
}

json::object lead_json(const LeadRow& lead) {
    json::array phones;
    for (const dnc::Number number : lead.phones) {
        phones.push_back(json::string{dnc::to_e164(number)});
    }
    json::object object{{"phones", std::move(phones)}};
    const std::array<std::pair<std::string_view, const std::string*>, 11> texts{
        {{"name", &lead.name},
         {"email", &lead.email},
         {"address", &lead.address},
         {"city", &lead.city},
         {"state", &lead.region},
         {"postal_code", &lead.postal_code},
         {"county", &lead.county},
         {"country", &lead.country},
         {"time_zone", &lead.time_zone},
         {"external_id", &lead.external_id},
         {"debt", &lead.debt}}};
    for (const auto& [name, text] : texts) {
        if (!text->empty()) {
            object.emplace(name, *text);
        }
    }
    if (lead.consent) {
        object.emplace("consent", json::parse(lead.consent->evidence));
    }
    json::object custom;
    for (const auto& [header, text] : lead.custom) {
        custom.emplace(header, text);
    }
    object.emplace("custom", std::move(custom));
    return object;
}

json::object row_json(const ImportPreview::PreviewRow& row) {
    json::object object;
    if (const auto* lead = std::get_if<LeadRow>(&row.verdict)) {
        object.emplace("line", lead->line);
        object.emplace("lead", lead_json(*lead));
    } else if (const auto* finding = std::get_if<RowFinding>(&row.verdict)) {
        object.emplace("line", finding->line);
        object.emplace("refused", finding_json(*finding));
    }
    json::array warnings;
    for (const RowFinding& warning : row.warnings) {
        warnings.push_back(finding_json(warning));
    }
    object.emplace("warnings", std::move(warnings));
    return object;
}

} // namespace

std::variant<ImportPreview, ImportFault> preview_leads(Store& store, const ImportRequest& request,
                                                       int rows_max) {
    const auto campaign = campaign_of(store, request.campaign);
    Previewer previewer{request,
                        {request.columns, find_source(store, request.source)},
                        campaign ? campaign->seller : std::string{},
                        std::clamp(rows_max, 1, kRowsMax)};
    RowsSource source;
    const auto fault = read_rows(
        request.path, request.sheet, previewer,
        [&previewer](std::uint64_t /*done*/, std::uint64_t /*total*/) {
            return !previewer.is_full();
        },
        source);
    auto preview = previewer.finish(fault, std::move(source));
    if (campaign && std::holds_alternative<ImportPreview>(preview)) {
        find_duplicates(store, request, *campaign, std::get<ImportPreview>(preview));
    }
    return preview;
}

std::string to_json(const ImportPreview& preview) {
    json::array columns;
    for (const ImportPreview::Column& column : preview.columns) {
        columns.push_back(json::object{{"header", column.header},
                                       {"field", column.field},
                                       {"samples", json::value_from(column.samples)}});
    }
    json::array rows;
    for (const ImportPreview::PreviewRow& row : preview.rows) {
        rows.push_back(row_json(row));
    }
    return json::serialize(json::object{{"type", preview.type},
                                        {"sheets", json::value_from(preview.sheets)},
                                        {"columns", std::move(columns)},
                                        {"rows", std::move(rows)},
                                        {"notices", json::value_from(preview.notices)}});
}

} // namespace campaigns
