#pragma once

// What every command shares: exit codes, where the store is, and how an error is told.

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dialer::commands {

/// Exit codes of the program; `dialer --help` lists them.
enum class Exit {
    done = 0,
    failed = 1,  ///< something did not work: store out of reach, file unreadable
    usage = 2,   ///< the command line is wrong
    refused = 3, ///< the input was refused and nothing was changed
};

/// Ends a command with a code and one line for people.
struct CommandError : std::runtime_error {
    CommandError(Exit code, const std::string& text) : std::runtime_error{text}, exit{code} {}
    Exit exit;
};

/// Where the store is: `--store`, else the environment's DIALER_STORE, else the configuration.
struct StoreOptions {
    std::string config_path = "dialer.toml";
    std::string dsn;
};

/// The connection string of the engine's role. Throws CommandError when nothing names a store.
[[nodiscard]] std::string engine_dsn(const StoreOptions& options);

/// The schema owner's, for migrations.
[[nodiscard]] std::string owner_dsn(const StoreOptions& options);

/// The digest realm of agents' phones: the option, else the configuration's, else "dialer".
[[nodiscard]] std::string sip_realm(const StoreOptions& options, const std::string& given);

/// Runs a command and turns what it throws into one line on stderr, "dialer: NAME: ...", and an
/// exit code.
template <typename Run> int run_command(std::string_view name, Run&& run);

/// The exit code for the exception being handled, told on stderr.
[[nodiscard]] int tell_error(std::string_view name, const std::exception& error);

template <typename Run> int run_command(std::string_view name, Run&& run) {
    try {
        return static_cast<int>(run());
    } catch (const std::exception& error) {
        return tell_error(name, error);
    }
}

} // namespace dialer::commands
