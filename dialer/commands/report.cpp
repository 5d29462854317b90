// `dialer report`: one report as CSV, JSON or a workbook.

#include "campaigns/reports/reports.hpp"
#include "dialer/commands/gate_files.hpp"
#include "dialer/commands/output.hpp"
#include "dialer/commands/report_commands.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/abandonment.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace dialer::commands {

namespace {

namespace json = boost::json;

campaigns::TableFormat format_of(const ReportOptions& options) {
    const auto format = campaigns::table_format_from_text(options.format);
    if (!format) {
        throw CommandError{Exit::usage, "--format is csv, json or xlsx"};
    }
    if (format == campaigns::TableFormat::xlsx && options.out.empty()) {
        throw CommandError{Exit::usage, "a workbook needs a file: name one with --out"};
    }
    return *format;
}

const campaigns::ReportKind& kind_of(const std::string& name) {
    if (const auto* kind = campaigns::find_report(name)) {
        return *kind;
    }
    throw CommandError{Exit::usage, fmt::format("there is no report \"{}\"; `dialer report list` "
                                                "has those there are",
                                                name)};
}

json::array words(const std::vector<std::string_view>& texts) {
    json::array array;
    for (const std::string_view text : texts) {
        array.push_back(json::string{text});
    }
    return array;
}

json::object as_json(const campaigns::ReportKind& kind) {
    json::array figures;
    for (const campaigns::FigureKind& figure : kind.figures) {
        figures.push_back(
            {{"name", json::string{figure.name}}, {"meaning", json::string{figure.meaning}}});
    }
    return {{"name", json::string{kind.name}},
            {"title", json::string{kind.title}},
            {"description", json::string{kind.description}},
            {"by", words(kind.by)},
            {"usual_by", words(kind.usual_by)},
            {"figures", std::move(figures)}};
}

std::string in_full(const campaigns::ReportKind& kind) {
    std::string text =
        fmt::format("{}: {}\n{}\n\nDivided by: {}\nUsually by: {}\n\n", kind.name, kind.title,
                    kind.description, fmt::join(kind.by, ", "), fmt::join(kind.usual_by, ", "));
    for (const campaigns::FigureKind& figure : kind.figures) {
        text += fmt::format("{:<22} {}\n", figure.name, figure.meaning);
    }
    return text;
}

void print(const std::string& text) {
    Output out{{}};
    out.write(text);
    out.publish();
}

} // namespace

Exit report(const ReportOptions& options) {
    const auto format = format_of(options);
    kind_of(options.name);
    const auto files = gate_files(options.packs, options.tzdata);
    const auto zones = dnc::load_zones(files.tzdata);
    const auto now = Clock{}.now().wall;
    const auto laws = dnc::abandonment_rules(dnc::load_packs(files.packs),
                                             std::chrono::floor<std::chrono::days>(now));
    const auto period =
        campaigns::report_period(*zones, options.zone, options.from, options.to, now);
    campaigns::Store store{engine_dsn(options.store)};
    const auto made = campaigns::make_report(store, {.zones = *zones, .laws = laws},
                                             {.name = options.name,
                                              .campaigns = options.campaigns,
                                              .from = period.from,
                                              .to = period.to,
                                              .zone = options.zone,
                                              .by = options.by,
                                              .now = now});
    Output out{options.out};
    campaigns::write_report(made, format, [&out](std::string_view bytes) { out.write(bytes); });
    out.publish();
    if (options.notes) {
        fmt::print(stderr, "{}\n\n", made.title);
        for (const std::string& note : made.notes) {
            fmt::print(stderr, "{}\n", note);
        }
    }
    return Exit::done;
}

Exit report_list(const ReportListOptions& options) {
    if (!options.name.empty()) {
        const auto& kind = kind_of(options.name);
        print(options.json ? json::serialize(as_json(kind)) + "\n" : in_full(kind));
        return Exit::done;
    }
    json::array all;
    std::string text;
    for (const campaigns::ReportKind& kind : campaigns::report_kinds()) {
        all.push_back(as_json(kind));
        text += fmt::format("{:<17} {}\n", kind.name, kind.description);
    }
    print(options.json ? json::serialize(all) + "\n" : text);
    return Exit::done;
}

} // namespace dialer::commands
