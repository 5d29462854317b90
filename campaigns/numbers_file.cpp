#include "campaigns/numbers_file.hpp"

#include "campaigns/csv.hpp"
#include "campaigns/import_source.hpp"
#include "campaigns/numbers_file_version.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

namespace campaigns {

namespace {

constexpr std::size_t kBadLinesShown = 20;
constexpr std::int64_t kLinesPerBad = 100; // one bad line in so many is borne

constexpr std::array<std::pair<dnc::ListKind, std::string_view>, 3> kKinds{{
    {dnc::ListKind::national, "national"},
    {dnc::ListKind::company, "company"},
    {dnc::ListKind::other, "other"},
}};

// One run over the file.
class Loader final : public csv::Reader::Listener {
public:
    Loader(const NumbersRequest& request, ListVersion& version)
        : request_{request}, version_{version} {}

    void on_row(const csv::Row& row) override {
        if (fault_) {
            return;
        }
        std::visit([&](auto&& line) { take(std::forward<decltype(line)>(line), row.line); },
                   read_number_line(row, read_ == 0));
    }

    void on_notice(std::int64_t line, std::string_view text) override {
        summary_.notices.push_back(fmt::format("{}:{}: {}", request_.path, line, text));
    }

    void refuse(std::string text) { fault_ = NumbersFault{std::move(text), {}}; }
    [[nodiscard]] bool refused() const { return fault_.has_value(); }
    [[nodiscard]] std::int64_t lines() const { return summary_.lines; }

    std::variant<NumbersSummary, NumbersFault> finish(const std::string& sha256) {
        check();
        if (fault_) {
            fault_->bad_lines = std::move(summary_.bad_lines);
            return std::move(*fault_);
        }
        const auto& in_force = version_.in_force();
        summary_.as_of = request_.as_of;
        if (in_force && in_force->as_of > request_.as_of) {
            // Only a company list gets here: it grows, and what is newer in it stays as new.
            summary_.as_of = in_force->as_of;
        }
        summary_.sha256 = sha256;
        summary_.kind = to_text(version_.kind());
        summary_.numbers = version_.size();
        summary_.version_id =
            version_.commit(file_name(request_.path), sha256, summary_.as_of, request_.at);
        return std::move(summary_);
    }

private:
    void take(dnc::Number number, std::int64_t /*line*/) {
        ++summary_.lines;
        ++read_;
        if (version_.add(number)) {
            ++summary_.added;
        } else {
            ++summary_.duplicates;
        }
    }

    void take(NotANumberLine /*line*/, std::int64_t /*at*/) {}

    void take(BadLine line, std::int64_t /*at*/) {
        ++summary_.lines;
        ++summary_.bad;
        if (summary_.bad_lines.size() < kBadLinesShown) {
            summary_.bad_lines.push_back(std::move(line));
        }
    }

    void take(ChangeListLine /*line*/, std::int64_t at) {
        refuse(fmt::format("{}:{}: this is a list of changes (A and D), not a full list; download "
                           "the full list and load that",
                           request_.path, at));
    }

    void check() {
        if (fault_) {
            return;
        }
        if (read_ == 0) {
            refuse(fmt::format("{}: there is no number in the file; check that it is the right one",
                               request_.path));
        } else if (!request_.allow_bad && summary_.bad * kLinesPerBad > summary_.lines) {
            refuse(
                fmt::format("{}: {} of {} lines are no numbers, more than 1 %; correct the file, "
                            "or load the rest with --allow-bad",
                            request_.path, summary_.bad, summary_.lines));
        } else if (const auto& in_force = version_.in_force();
                   !request_.allow_shrink && in_force && version_.size() * 2 < in_force->numbers) {
            refuse(fmt::format("{}: the file has {} numbers and the version in force {}; if it is "
                               "not cut off, load it with --allow-shrink",
                               request_.path, version_.size(), in_force->numbers));
        }
    }

    const NumbersRequest& request_;
    ListVersion& version_;
    std::int64_t read_ = 0;
    NumbersSummary summary_;
    std::optional<NumbersFault> fault_;
};

std::string run(SourceFile& file, Loader& loader, const OnProgress& on_progress) {
    csv::Reader reader{loader};
    Sha256 hash;
    ImportProgress progress{.bytes_read = 0, .bytes_total = file.size(), .rows = 0};
    std::optional<csv::Fault> fault;
    for (auto piece = file.read(); !piece.empty() && !fault && !loader.refused();
         piece = file.read()) {
        hash.update(piece);
        fault = reader.feed(piece);
        progress.bytes_read += piece.size();
        progress.rows = loader.lines();
        on_progress(progress);
    }
    fault = fault ? fault : reader.finish();
    if (fault) {
        loader.refuse(fmt::format("{}: {}", file.path(), csv::explain(*fault)));
    }
    return hash.hex();
}

// What refuses the request before the file is read.
std::optional<NumbersFault> check_date(const NumbersRequest& request, const ListVersion& version) {
    const auto today = std::chrono::floor<std::chrono::days>(request.at);
    if (std::chrono::sys_days{request.as_of} > today) {
        return NumbersFault{
            fmt::format("--as-of {} is in the future; give the day the file was made on",
                        to_text(request.as_of)),
            {}};
    }
    const auto& in_force = version.in_force();
    if (version.kind() != dnc::ListKind::company && in_force && in_force->as_of > request.as_of) {
        return NumbersFault{
            fmt::format("--as-of {} is older than the version in force ({}); load the newer file",
                        to_text(request.as_of), to_text(in_force->as_of)),
            {}};
    }
    return std::nullopt;
}

} // namespace

std::string_view to_text(dnc::ListKind kind) {
    for (const auto& [known, text] : kKinds) {
        if (known == kind) {
            return text;
        }
    }
    return "other";
}

std::optional<dnc::ListKind> list_kind_from_text(std::string_view text) {
    for (const auto& [kind, known] : kKinds) {
        if (known == text) {
            return kind;
        }
    }
    return std::nullopt;
}

std::optional<std::chrono::year_month_day> read_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto part = [&](std::size_t begin, std::size_t size) -> std::optional<int> {
        int value = 0;
        const char* first = text.data() + begin;
        const auto [end, error] = std::from_chars(first, first + size, value);
        const bool whole = error == std::errc{} && end == first + size && *first != '-';
        return whole ? std::optional{value} : std::nullopt;
    };
    const auto year = part(0, 4);
    const auto month = part(5, 2);
    const auto day = part(8, 2);
    if (!year || !month || !day) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    return date.ok() ? std::optional{date} : std::nullopt;
}

std::string to_text(std::chrono::year_month_day date) {
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::variant<NumbersSummary, NumbersFault> load_numbers(Store& store, const NumbersRequest& request,
                                                        const OnProgress& on_progress) {
    SourceFile file{request.path};
    const std::string sha256 = hash_of(file);
    ListVersion version{store, request.list, request.kind};
    if (const auto earlier = version.earlier(sha256, request.as_of)) {
        NumbersSummary summary;
        summary.already_loaded = true;
        summary.sha256 = sha256;
        summary.version_id = earlier->version_id;
        summary.kind = to_text(version.kind());
        summary.as_of = earlier->as_of;
        summary.numbers = earlier->numbers;
        return summary;
    }
    if (auto fault = check_date(request, version)) {
        return std::move(*fault);
    }
    Loader loader{request, version};
    version.begin();
    if (run(file, loader, on_progress) != sha256 && !loader.refused()) {
        throw SourceError{fmt::format("{}: the file changed while it was read; load it again when "
                                      "it is complete",
                                      request.path)};
    }
    return loader.finish(sha256);
}

} // namespace campaigns
