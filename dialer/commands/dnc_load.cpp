#include "campaigns/lists/numbers_file.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/commands/progress.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <utility>

namespace dialer::commands {

namespace {

using campaigns::NumbersFault;
using campaigns::NumbersSummary;

constexpr auto kReassigned = "reassigned"; // answers, which make no list

[[noreturn]] void refuse_usage(std::string text) {
    throw CommandError{Exit::usage, std::move(text)};
}

std::optional<dnc::ListKind> read_kind(const std::string& text) {
    const auto kind = campaigns::list_kind_from_text(text);
    if (!text.empty() && text != kReassigned && !kind) {
        refuse_usage(fmt::format("--kind \"{}\": it is national, company, state, preference, "
                                 "litigator, wireless, ported, landline, other or reassigned",
                                 text));
    }
    return kind;
}

std::vector<dnc::RegistryColumn> read_columns(const std::vector<std::string>& texts) {
    std::vector<dnc::RegistryColumn> columns;
    for (const std::string& text : texts) {
        const std::size_t sign = text.find('=');
        const auto field = dnc::registry_field_from_text(text.substr(0, sign));
        if (sign == std::string::npos || !field || sign + 1 == text.size()) {
            refuse_usage(fmt::format("--column \"{}\": write FIELD=COLUMN with one of the fields "
                                     "number, area_code, mark, time, listed, date, answer",
                                     text));
        }
        columns.push_back({*field, text.substr(sign + 1)});
    }
    return columns;
}

void check_together(const DncLoadOptions& options) {
    if (options.list.empty() != (options.kind == kReassigned)) {
        refuse_usage(options.list.empty() ? "--list is missing: which list is the file for?"
                                          : "--kind reassigned has no --list: answers are no list");
    }
    if (options.change != options.after.has_value()) {
        refuse_usage(
            "--change and --after go together: changes come after one version; `dialer dnc "
            "check` tells which is in force");
    }
    if (options.change && options.blocks) {
        refuse_usage("--change and --blocks exclude each other");
    }
}

campaigns::NumbersRequest request_of(const DncLoadOptions& options) {
    check_together(options);
    const auto as_of = dnc::read_any_date(options.as_of);
    if (!as_of) {
        refuse_usage(
            fmt::format("--as-of \"{}\" is no date; write it as 2026-11-23", options.as_of));
    }
    campaigns::NumbersRequest request{.path = options.file,
                                      .list = options.list,
                                      .kind = read_kind(options.kind),
                                      .as_of = *as_of,
                                      .at = Clock{}.now().wall,
                                      .allow_bad = options.allow_bad,
                                      .allow_shrink = options.allow_shrink,
                                      .country = options.country,
                                      .region = options.region,
                                      .seller = options.seller,
                                      .after = options.after,
                                      .blocks = options.blocks,
                                      .columns = read_columns(options.columns),
                                      .rows = options.rows};
    if (!options.area_codes.empty()) {
        request.area_codes = campaigns::read_area_codes(options.area_codes);
        if (!request.area_codes) {
            refuse_usage(
                fmt::format("--area-codes \"{}\": write them as 212,646", options.area_codes));
        }
    }
    return request;
}

void tell_bad_lines(const DncLoadOptions& options, const std::vector<campaigns::BadLine>& lines) {
    for (const campaigns::BadLine& line : lines) {
        fmt::print(stderr, "dialer: dnc load: {}:{}: {}\"{}\": {}\n", options.file, line.line,
                   line.field.empty() ? "" : line.field + " ", line.value, line.why);
    }
}

void print_json(const DncLoadOptions& options, const NumbersSummary& summary) {
    const boost::json::object object{
        {"file", options.file},
        {"list", options.list},
        {"kind", summary.kind},
        {"as_of", dnc::date_text(summary.as_of)},
        {"sha256", summary.sha256},
        {"version", summary.version_id},
        {"already_loaded", summary.already_loaded},
        {"lines", summary.lines},
        {"numbers", summary.numbers},
        {"added", summary.added},
        {"removed", summary.removed},
        {"cleared", summary.cleared},
        {"duplicates", summary.duplicates},
        {"bad", summary.bad},
    };
    fmt::print("{}\n", boost::json::serialize(object));
}

void print_text(const DncLoadOptions& options, const NumbersSummary& summary) {
    const std::string list =
        options.list.empty() ? "the reassigned-numbers answers" : "list " + options.list;
    if (summary.already_loaded) {
        fmt::print("{}: loaded before as version {} of {}; nothing was changed\n", options.file,
                   summary.version_id, list);
        return;
    }
    if (options.change) {
        fmt::print("{}: {} lines, {} added, {} taken off, {} bad\n", options.file, summary.lines,
                   summary.added, summary.removed, summary.bad);
    } else {
        fmt::print("{}: {} lines, {} new, {} there already, {} bad\n", options.file, summary.lines,
                   summary.added, summary.duplicates, summary.bad);
    }
    if (summary.cleared > 0) {
        fmt::print("{} of the lines say that their number is not listed\n", summary.cleared);
    }
    fmt::print("{} ({}) is at version {} as of {}: {} numbers\n", list, summary.kind,
               summary.version_id, dnc::date_text(summary.as_of), summary.numbers);
}

} // namespace

Exit dnc_load(const DncLoadOptions& options) {
    const auto request = request_of(options);
    const auto outcome = [&] {
        campaigns::Store store{engine_dsn(options.store)};
        ProgressBar bar{options.quiet};
        const auto load =
            options.list.empty() ? &campaigns::load_reassigned : &campaigns::load_numbers;
        return load(store, request,
                    [&bar](const campaigns::ImportProgress& progress) { bar.show(progress); });
    }();
    if (const auto* fault = std::get_if<NumbersFault>(&outcome)) {
        tell_bad_lines(options, fault->bad_lines);
        throw CommandError{Exit::refused, fault->text};
    }
    const auto& summary = std::get<NumbersSummary>(outcome);
    tell_bad_lines(options, summary.bad_lines);
    for (const std::string& notice : summary.notices) {
        fmt::print(stderr, "dialer: dnc load: {}\n", notice);
    }
    if (options.json) {
        print_json(options, summary);
    } else {
        print_text(options, summary);
    }
    return Exit::done;
}

} // namespace dialer::commands
