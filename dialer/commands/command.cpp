#include "dialer/commands/command.hpp"

#include "campaigns/store.hpp"
#include "dialer/config.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace dialer::commands {

namespace {

std::string from_environment() {
    const char* value = std::getenv("DIALER_STORE");
    return value == nullptr ? std::string{} : std::string{value};
}

StoreConfig from_config(const StoreOptions& options) {
    if (!std::filesystem::exists(options.config_path)) {
        throw CommandError{Exit::usage,
                           fmt::format("{}: no such file; name the configuration with --config, or "
                                       "the store with --store or in DIALER_STORE",
                                       options.config_path)};
    }
    return load_config(options.config_path).store;
}

// libpq ends its messages with line ends of its own, and puts hints on further lines.
std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool space = c == '\n' || c == '\t' || c == '\r' || c == ' ';
        if (!space) {
            out.push_back(c);
        } else if (!out.empty() && out.back() != ' ') {
            out.push_back(' ');
        }
    }
    while (!out.empty() && out.back() == ' ') {
        out.pop_back();
    }
    return out;
}

} // namespace

std::string engine_dsn(const StoreOptions& options) {
    if (!options.dsn.empty()) {
        return options.dsn;
    }
    const std::string environment = from_environment();
    return environment.empty() ? from_config(options).dsn : environment;
}

std::string owner_dsn(const StoreOptions& options) {
    if (!options.dsn.empty()) {
        return options.dsn;
    }
    if (const std::string environment = from_environment(); !environment.empty()) {
        return environment;
    }
    const StoreConfig store = from_config(options);
    return store.owner_dsn.empty() ? store.dsn : store.owner_dsn;
}

std::string sip_realm(const StoreOptions& options, const std::string& given) {
    if (!given.empty()) {
        return given;
    }
    if (std::filesystem::exists(options.config_path)) {
        return load_config(options.config_path).sip.realm;
    }
    return sip::StackConfig{}.realm;
}

int tell_error(std::string_view name, const std::exception& error) {
    Exit code = Exit::failed;
    std::string hint;
    if (const auto* command = dynamic_cast<const CommandError*>(&error)) {
        code = command->exit;
    } else if (dynamic_cast<const campaigns::StoreRefusal*>(&error) != nullptr) {
        code = Exit::refused;
    } else if (dynamic_cast<const campaigns::CommitInDoubt*>(&error) != nullptr) {
        hint = "; it may have been done: run the command again, nothing is done twice";
    }
    fmt::print(stderr, "dialer: {}: {}{}\n", name, one_line(error.what()), hint);
    return static_cast<int>(code);
}

} // namespace dialer::commands
