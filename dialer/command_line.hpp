#pragma once

// What the files of the command line share. Only they know CLI11.

#include "dialer/commands/command.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace dialer::commands {

/// What the parsed command line asks for; empty when it asks for help.
using Action = std::function<int()>;

// Help of options that many commands have.
inline constexpr auto kByHelp =
    "Who does this, for the record; the environment's USER when not given";
inline constexpr auto kMomentHelp = "Date (its first moment in UTC) or RFC 3339 with offset";

/// Options live as long as the parser that fills them.
template <typename Options> std::shared_ptr<Options> options_of(CLI::App& command) {
    auto options = std::make_shared<Options>();
    command
        .add_option("--config", options->store.config_path,
                    "Configuration file of the engine (TOML)")
        ->capture_default_str();
    command.add_option("--store", options->store.dsn,
                       "PostgreSQL connection string, instead of the configuration's");
    return options;
}

template <typename Options>
void run_as(CLI::App& command, Action& action, std::string name, std::shared_ptr<Options> options,
            Exit (*run)(const Options&)) {
    command.callback([&action, name = std::move(name), options, run] {
        action = [=] { return run_command(name, [&] { return run(*options); }); };
    });
}

/// consent, relationship, emergency, holiday, dossier.
void add_ledger_commands(CLI::App& app, Action& action);
void add_audit_commands(CLI::App& app, Action& action);
/// funnel, why.
void add_funnel_commands(CLI::App& app, Action& action);
void add_import_commands(CLI::App& app, Action& action);
void add_people_commands(CLI::App& app, Action& action);
void add_records_commands(CLI::App& app, Action& action);
void add_reports_commands(CLI::App& app, Action& action);
void add_settings_commands(CLI::App& app, Action& action);
void add_supply_commands(CLI::App& app, Action& action);

} // namespace dialer::commands
