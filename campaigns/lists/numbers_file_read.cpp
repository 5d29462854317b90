#include "campaigns/lists/numbers_file_read.hpp"

#include "campaigns/files/csv.hpp"
#include "dnc/registry_flat.hpp"
#include "dnc/registry_json.hpp"
#include "dnc/registry_rows.hpp"
#include "dnc/registry_xml.hpp"

#include <fmt/format.h>

#include <utility>

namespace campaigns {

namespace {

constexpr std::size_t kBadLinesShown = 20;
constexpr std::int64_t kLinesPerBad = 100; // one bad line in so many is borne

using dnc::RegistryFault;

/// A reader of one form of file.
class FormReader {
public:
    virtual ~FormReader() = default;
    [[nodiscard]] virtual std::optional<RegistryFault> feed(std::string_view piece) = 0;
    [[nodiscard]] virtual std::optional<RegistryFault> finish() = 0;
};

template <typename Reader> class PlainForm final : public FormReader {
public:
    PlainForm(const dnc::RegistryOptions& options, dnc::RegistrySink& sink)
        : reader_{options, sink} {}
    std::optional<RegistryFault> feed(std::string_view piece) override {
        return reader_.feed(piece);
    }
    std::optional<RegistryFault> finish() override { return reader_.finish(); }

private:
    Reader reader_;
};

/// Tables as people send them, through the reader of lead lists.
class CsvForm final : public FormReader, csv::Reader::Listener {
public:
    CsvForm(const dnc::RegistryOptions& options, dnc::RegistrySink& sink,
            std::vector<std::string>& notices, const std::string& path)
        : rows_{options, sink}, sink_{sink}, notices_{notices}, path_{path} {}

    std::optional<RegistryFault> feed(std::string_view piece) override {
        return end_of(reader_.feed(piece));
    }
    std::optional<RegistryFault> finish() override { return end_of(reader_.finish()); }

private:
    void on_row(const csv::Row& row) override {
        if (fault_) {
            return;
        }
        if (row.fault) {
            sink_.on_bad({row.fault->line, "", "", csv::explain(*row.fault)});
        } else {
            fault_ = rows_.row(row.line, row.fields);
        }
    }
    void on_notice(std::int64_t line, std::string_view text) override {
        notices_.push_back(fmt::format("{}:{}: {}", path_, line, text));
    }
    std::optional<RegistryFault> end_of(const std::optional<csv::Fault>& fault) {
        return fault ? std::optional{RegistryFault{fault->line, csv::explain(*fault)}} : fault_;
    }

    dnc::RegistryRows rows_;
    dnc::RegistrySink& sink_;
    std::vector<std::string>& notices_;
    const std::string& path_;
    std::optional<RegistryFault> fault_;
    csv::Reader reader_{*this};
};

/// Counts records and remembers how the last one was.
class Counter final : public dnc::RegistrySink {
public:
    Counter(NumbersSummary& summary,
            const std::function<void(const dnc::RegistryRecord&)>& on_record)
        : summary_{summary}, on_record_{on_record} {}

    void on_record(const dnc::RegistryRecord& record) override {
        ++summary_.lines;
        last_was_bad_ = false;
        // Other numbers are of many lengths: a shorter one may be a whole one, cut off.
        last_was_short_ = !dnc::area_code(record.first);
        on_record_(record);
    }
    void on_bad(dnc::BadRecord bad) override {
        ++summary_.lines;
        ++summary_.bad;
        last_was_bad_ = true;
        if (summary_.bad_lines.size() < kBadLinesShown) {
            summary_.bad_lines.push_back(std::move(bad));
        }
    }
    [[nodiscard]] bool last_was_bad() const { return last_was_bad_; }
    [[nodiscard]] bool last_may_be_cut() const { return last_was_bad_ || last_was_short_; }

private:
    NumbersSummary& summary_;
    const std::function<void(const dnc::RegistryRecord&)>& on_record_;
    bool last_was_bad_ = false;
    bool last_was_short_ = false;
};

/// The first character that says what a file is; marks of encodings and blanks say nothing.
char first_sign(std::string_view beginning) {
    constexpr std::string_view blank{" \t\r\n\xEF\xBB\xBF"};
    const std::size_t at = beginning.find_first_not_of(blank);
    return at == std::string_view::npos ? '\0' : beginning[at];
}

/// Lines end somewhere; elements and documents say it themselves when they are cut.
enum class Form { lines, marked };

struct Opened {
    std::unique_ptr<FormReader> reader;
    Form form = Form::lines;
};

Opened open_form(std::string_view beginning, const NumbersRequest& request,
                 const dnc::RegistryOptions& options, Counter& sink, NumbersSummary& summary) {
    const char sign = first_sign(beginning);
    if (sign == '<') {
        return {std::make_unique<PlainForm<dnc::XmlRegistryReader>>(options, sink), Form::marked};
    }
    if (sign == '{' || sign == '[') {
        return {std::make_unique<PlainForm<dnc::JsonRegistryReader>>(options, sink), Form::marked};
    }
    if (options.content == dnc::RegistryContent::numbers && options.columns.empty() &&
        dnc::is_flat_registry(beginning)) {
        return {std::make_unique<PlainForm<dnc::FlatRegistryReader>>(options, sink)};
    }
    return {std::make_unique<CsvForm>(options, sink, summary.notices, request.path)};
}

std::string told(const NumbersRequest& request, const RegistryFault& fault) {
    return fault.line == 0 ? fmt::format("{}: {}", request.path, fault.why)
                           : fmt::format("{}:{}: {}", request.path, fault.line, fault.why);
}

/// What speaks against a file that was read to its end.
std::optional<std::string> judge(const NumbersRequest& request, const NumbersSummary& summary,
                                 const Counter& counter, bool ends_open) {
    const bool declared = request.rows && *request.rows == summary.lines;
    if (request.rows && !declared) {
        return fmt::format("{}: it has {} records and should have {} (--rows); was it cut off? "
                           "Download it again",
                           request.path, summary.lines, *request.rows);
    }
    const bool cut =
        counter.last_was_bad() || (!declared && (request.after || counter.last_may_be_cut()));
    if (ends_open && cut) {
        return fmt::format("{}: the last line has no end and may be cut off; download the file "
                           "again, or say how many records it has with --rows",
                           request.path);
    }
    if (summary.lines == summary.bad) {
        return fmt::format("{}: there is no number in the file; check that it is the right one",
                           request.path);
    }
    if (!request.allow_bad && summary.bad * kLinesPerBad > summary.lines) {
        return fmt::format("{}: {} of {} lines are no numbers, more than 1 %; correct the file, or "
                           "load the rest with --allow-bad",
                           request.path, summary.bad, summary.lines);
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string>
read_numbers_file(NumbersSource& source, const NumbersRequest& request,
                  const dnc::RegistryOptions& options, NumbersSummary& summary,
                  const OnProgress& on_progress,
                  const std::function<void(const dnc::RegistryRecord&)>& on_record) {
    summary.sha256 = source.sha256();
    Counter counter{summary, on_record};
    ImportProgress progress{.bytes_read = 0, .bytes_total = source.size(), .rows = 0};
    Opened opened;
    bool ends_open = false;
    for (auto piece = source.read(); !piece.empty(); piece = source.read()) {
        if (!opened.reader) {
            opened = open_form(piece, request, options, counter, summary);
        }
        if (const auto fault = opened.reader->feed(piece)) {
            return told(request, *fault);
        }
        ends_open = opened.form == Form::lines && piece.back() != '\n' && piece.back() != '\r';
        progress.bytes_read += piece.size();
        progress.rows = summary.lines;
        on_progress(progress);
    }
    const auto fault = opened.reader ? opened.reader->finish() : std::nullopt;
    if (fault) {
        return told(request, *fault);
    }
    source.check_unchanged();
    return judge(request, summary, counter, ends_open);
}

} // namespace campaigns
