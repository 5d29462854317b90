// `dialer script`: what agents read out and fill in.

#include "campaigns/import/source.hpp"
#include "campaigns/records/scripts_store.hpp"
#include "campaigns/store.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/commands/record_commands.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>
#include <cstdio>

namespace dialer::commands {

namespace {

using campaigns::ScriptVersion;
using campaigns::Store;

std::string read_all(const std::string& path) {
    std::string text;
    if (path == "-") {
        std::array<char, 4096> piece{};
        for (std::size_t got = 1; got > 0 && text.size() <= campaigns::kScriptBytesMax;) {
            got = std::fread(piece.data(), 1, piece.size(), stdin);
            text.append(piece.data(), got);
        }
        return text;
    }
    campaigns::SourceFile file{path};
    for (std::string_view piece = file.read();
         !piece.empty() && text.size() <= campaigns::kScriptBytesMax; piece = file.read()) {
        text.append(piece);
    }
    return text;
}

boost::json::object json_of(const ScriptVersion& version) {
    return {{"id", version.id},
            {"version", version.version},
            {"at", dnc::instant_text(version.at)},
            {"by", version.by},
            {"text", version.text},
            {"form", boost::json::parse(campaigns::form_json(version.form))}};
}

ScriptVersion chosen(Store& store, const ScriptShowOptions& options) {
    const auto versions = campaigns::scripts_of(store, options.campaign);
    for (const ScriptVersion& version : versions) {
        if (options.version == 0 || version.version == options.version) {
            return version;
        }
    }
    throw CommandError{Exit::refused,
                       options.version == 0
                           ? fmt::format("campaign \"{}\" has no script", options.campaign)
                           : fmt::format("campaign \"{}\" has no version {} of its script",
                                         options.campaign, options.version)};
}

void print_form(const ScriptVersion& version) {
    for (const campaigns::FormField& field : version.form) {
        fmt::print("  [{}] {}{}", to_text(field.kind), field.label,
                   field.required ? " (required)" : "");
        for (const std::string& choice : field.choices) {
            fmt::print(" | {}", choice);
        }
        fmt::print("\n");
    }
}

} // namespace

Exit script_add(const ScriptAddOptions& options) {
    if (options.file.empty() == options.text.empty()) {
        throw CommandError{Exit::usage, "give the script as a file or with --text"};
    }
    const std::string text = options.file.empty() ? options.text : read_all(options.file);
    const std::string form = options.form_file.empty() ? "" : read_all(options.form_file);
    Store store{engine_dsn(options.store)};
    const auto added = campaigns::add_script(store, options.campaign, text, form,
                                             {by_option(options.by), Clock{}.now().wall});
    for (const std::string& warning : added.warnings) {
        fmt::print(stderr, "warning: {}\n", warning);
    }
    fmt::print("version {} {}\n", added.version,
               added.unchanged ? "says that already" : "is in force");
    return Exit::done;
}

Exit script_show(const ScriptShowOptions& options) {
    Store store{engine_dsn(options.store)};
    ScriptVersion version = chosen(store, options);
    if (options.lead != 0) {
        version.text =
            campaigns::render_script(version.text,
                                     campaigns::lead_fields(store, campaigns::LeadId{options.lead}))
                .text;
    }
    if (options.json) {
        fmt::print("{}\n", boost::json::serialize(json_of(version)));
        return Exit::done;
    }
    fmt::print("{}\n", version.text);
    print_form(version);
    return Exit::done;
}

Exit script_list(const ScriptListOptions& options) {
    Store store{engine_dsn(options.store)};
    const auto versions = campaigns::scripts_of(store, options.campaign);
    if (options.json) {
        boost::json::array list;
        for (const ScriptVersion& version : versions) {
            list.push_back(json_of(version));
        }
        fmt::print("{}\n", boost::json::serialize(list));
        return Exit::done;
    }
    fmt::print("{:>7}  {:<27}  {:<16}  {:>6}  {:>6}\n", "version", "since", "by", "bytes",
               "fields");
    for (const ScriptVersion& version : versions) {
        fmt::print("{:>7}  {:<27}  {:<16}  {:>6}  {:>6}\n", version.version,
                   dnc::instant_text(version.at), version.by, version.text.size(),
                   version.form.size());
    }
    return Exit::done;
}

} // namespace dialer::commands
