#include "campaigns/lists/numbers_file.hpp"

#include "campaigns/lists/numbers_file_read.hpp"
#include "campaigns/lists/numbers_file_source.hpp"
#include "campaigns/lists/numbers_file_version.hpp"
#include "dnc/time_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace campaigns {

namespace {

std::optional<NumbersFault> refuse(std::string text) {
    return NumbersFault{std::move(text), {}};
}

std::optional<NumbersFault> check_date(const NumbersRequest& request) {
    if (std::chrono::sys_days{request.as_of} > std::chrono::floor<std::chrono::days>(request.at)) {
        return refuse(fmt::format("--as-of {} is in the future; give the day the file was made on",
                                  dnc::date_text(request.as_of)));
    }
    return std::nullopt;
}

// A list of changes fits on one version alone.
std::optional<NumbersFault> check_changes(const NumbersRequest& request, ListVersion& version,
                                          const std::string& sha256) {
    const auto& in_force = version.in_force();
    if (version.kind() == dnc::ListKind::company) {
        return refuse("a company list has no lists of changes: load what is new as a plain list, "
                      "it only adds");
    }
    if (const auto earlier = version.earlier(sha256, request.as_of, true)) {
        return refuse(fmt::format("{}: these changes were loaded before, as version {} of list "
                                  "\"{}\"",
                                  request.path, earlier->version_id, request.list));
    }
    if (!in_force || in_force->version_id != *request.after) {
        return refuse(fmt::format(
            "--after {}: the version in force of list \"{}\" is {}; load the changes in their "
            "order, or the full list",
            *request.after, request.list, in_force ? in_force->version_id : 0));
    }
    if (in_force->as_of >= request.as_of) {
        return refuse(fmt::format("--as-of {} is not newer than the version in force ({}); these "
                                  "changes are in it already or out of order",
                                  dnc::date_text(request.as_of), dnc::date_text(in_force->as_of)));
    }
    if (request.area_codes && request.area_codes != in_force->area_codes) {
        return refuse(fmt::format("changes cover the area codes of version {}, which --area-codes "
                                  "does not name; for others load the full list",
                                  in_force->version_id));
    }
    return std::nullopt;
}

std::optional<NumbersFault> check_full(const NumbersRequest& request, const ListVersion& version) {
    const auto& in_force = version.in_force();
    if (version.kind() != dnc::ListKind::company && in_force && in_force->as_of > request.as_of) {
        return refuse(
            fmt::format("--as-of {} is older than the version in force ({}); load the newer file",
                        dnc::date_text(request.as_of), dnc::date_text(in_force->as_of)));
    }
    return std::nullopt;
}

dnc::RegistryOptions options_of(const NumbersRequest& request, const ListVersion& version) {
    dnc::RegistryOptions options;
    options.content = request.after    ? dnc::RegistryContent::changes
                      : request.blocks ? dnc::RegistryContent::blocks
                                       : dnc::RegistryContent::numbers;
    options.country = request.country.empty() ? version.country() : request.country;
    options.columns = request.columns;
    const auto& covered = request.after ? version.in_force()->area_codes : request.area_codes;
    options.area_codes = covered.value_or(options.area_codes);
    return options;
}

/// Puts the records into the version and counts what became of them.
class Taker {
public:
    Taker(const NumbersRequest& request, ListVersion& version, NumbersSummary& summary)
        : changes_{request.after.has_value()}, version_{version}, summary_{summary} {}

    void operator()(const dnc::RegistryRecord& record) {
        if (changes_) {
            version_.change(record.first, record.listed, record.at);
            ++(record.listed ? summary_.added : summary_.removed);
        } else if (!record.listed) {
            ++summary_.cleared;
        } else {
            const std::int64_t fresh = version_.add(record.first, record.count);
            summary_.added += fresh;
            summary_.duplicates += record.count - fresh;
        }
    }

private:
    bool changes_;
    ListVersion& version_;
    NumbersSummary& summary_;
};

std::optional<std::string> check_size(const NumbersRequest& request, const ListVersion& version) {
    const auto& in_force = version.in_force();
    if (!request.after && !request.allow_shrink && in_force &&
        version.size() * 2 < in_force->numbers) {
        return fmt::format("{}: the file has {} numbers and the version in force {}; if it is not "
                           "cut off, load it with --allow-shrink",
                           request.path, version.size(), in_force->numbers);
    }
    return std::nullopt;
}

void commit(const NumbersRequest& request, ListVersion& version, NumbersSummary& summary) {
    const auto& in_force = version.in_force();
    summary.as_of = request.as_of;
    if (in_force && in_force->as_of > request.as_of) {
        // Only a company list gets here: it grows, and what is newer in it stays as new.
        summary.as_of = in_force->as_of;
    }
    summary.kind = to_text(version.kind());
    const auto done = version.commit(summary.sha256, summary.as_of, summary.bad);
    summary.version_id = done.version_id;
    summary.numbers = done.numbers;
    if (done.void_changes > 0) {
        summary.notices.push_back(fmt::format(
            "{}: {} changes changed nothing (numbers added that were listed, or taken off that "
            "were not); if they are many, the list before was not the one they were made for",
            request.path, done.void_changes));
    }
}

std::optional<int> read_part(std::string_view text, std::size_t begin, std::size_t size) {
    int value = 0;
    const char* first = text.data() + begin;
    const auto [end, error] = std::from_chars(first, first + size, value);
    const bool whole = error == std::errc{} && end == first + size && *first != '-';
    return whole ? std::optional{value} : std::nullopt;
}

} // namespace

std::optional<std::bitset<1000>> read_area_codes(std::string_view text) {
    std::bitset<1000> codes;
    for (bool more = true; more;) {
        const std::size_t comma = text.find(',');
        const std::string_view one = text.substr(0, comma);
        const auto code = one.size() == 3 ? read_part(one, 0, 3) : std::nullopt;
        if (!code || *code < 200) {
            return std::nullopt;
        }
        codes.set(static_cast<std::size_t>(*code));
        more = comma != std::string_view::npos;
        text.remove_prefix(more ? comma + 1 : text.size());
    }
    return codes;
}

std::variant<NumbersSummary, NumbersFault> load_numbers(Store& store, const NumbersRequest& request,
                                                        const OnProgress& on_progress) {
    NumbersSource source{request.path};
    ListVersion version{store, request};
    NumbersSummary summary;
    if (!request.after) {
        if (const auto earlier = version.earlier(source.sha256(), request.as_of, false)) {
            summary.already_loaded = true;
            summary.sha256 = source.sha256();
            summary.version_id = earlier->version_id;
            summary.kind = to_text(version.kind());
            summary.as_of = earlier->as_of;
            summary.numbers = earlier->numbers;
            return summary;
        }
    }
    auto fault = check_date(request);
    if (!fault) {
        fault = request.after ? check_changes(request, version, source.sha256())
                              : check_full(request, version);
    }
    if (fault) {
        return std::move(*fault);
    }
    version.begin();
    const auto options = options_of(request, version);
    auto why = read_numbers_file(source, request, options, summary, on_progress,
                                 Taker{request, version, summary});
    why = why ? why : check_size(request, version);
    if (why) {
        return NumbersFault{std::move(*why), std::move(summary.bad_lines)};
    }
    commit(request, version, summary);
    return summary;
}

} // namespace campaigns
