#include "campaigns/numbers_file.hpp"
#include "dialer/commands/commands.hpp"
#include "dialer/commands/progress.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace dialer::commands {

namespace {

using campaigns::NumbersFault;
using campaigns::NumbersSummary;

campaigns::NumbersRequest request_of(const DncLoadOptions& options) {
    const auto as_of = campaigns::read_date(options.as_of);
    if (!as_of) {
        throw CommandError{
            Exit::usage,
            fmt::format("--as-of \"{}\" is no date; write it as 2026-11-23", options.as_of)};
    }
    const auto kind = campaigns::list_kind_from_text(options.kind);
    if (!options.kind.empty() && !kind) {
        throw CommandError{
            Exit::usage,
            fmt::format("--kind \"{}\": it is national, company or other", options.kind)};
    }
    return {.path = options.file,
            .list = options.list,
            .kind = kind,
            .as_of = *as_of,
            .at = Clock{}.now().wall,
            .allow_bad = options.allow_bad,
            .allow_shrink = options.allow_shrink};
}

void tell_bad_lines(const DncLoadOptions& options, const std::vector<campaigns::BadLine>& lines) {
    for (const campaigns::BadLine& line : lines) {
        fmt::print(stderr, "dialer: dnc load: {}:{}: \"{}\": {}\n", options.file, line.line,
                   line.value, line.why);
    }
}

void print_json(const DncLoadOptions& options, const NumbersSummary& summary) {
    const boost::json::object object{
        {"file", options.file},
        {"list", options.list},
        {"kind", summary.kind},
        {"as_of", campaigns::to_text(summary.as_of)},
        {"sha256", summary.sha256},
        {"version", summary.version_id},
        {"already_loaded", summary.already_loaded},
        {"lines", summary.lines},
        {"numbers", summary.numbers},
        {"duplicates", summary.duplicates},
        {"bad", summary.bad},
    };
    fmt::print("{}\n", boost::json::serialize(object));
}

void print_text(const DncLoadOptions& options, const NumbersSummary& summary) {
    if (summary.already_loaded) {
        fmt::print("{}: loaded before as version {} of list {}; nothing was changed\n",
                   options.file, summary.version_id, options.list);
        return;
    }
    fmt::print("{}: {} lines, {} new, {} there already, {} bad\n", options.file, summary.lines,
               summary.added, summary.duplicates, summary.bad);
    fmt::print("list {} ({}) is at version {} as of {}: {} numbers\n", options.list, summary.kind,
               summary.version_id, campaigns::to_text(summary.as_of), summary.numbers);
}

} // namespace

Exit dnc_load(const DncLoadOptions& options) {
    const auto request = request_of(options);
    const auto outcome = [&] {
        campaigns::Store store{engine_dsn(options.store)};
        ProgressBar bar{options.quiet};
        return campaigns::load_numbers(
            store, request,
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
