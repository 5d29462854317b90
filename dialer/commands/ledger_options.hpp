#pragma once

// Reading the options that the commands of the ledger share.

#include "campaigns/ledger/ledger.hpp"
#include "campaigns/types.hpp"
#include "dialer/commands/ledger_commands.hpp"

#include <string>
#include <vector>

namespace dialer::commands {

/// Each throws CommandError with Exit::usage, naming the option.
[[nodiscard]] dnc::Number number_option(const std::string& text);
[[nodiscard]] dnc::Instant moment_option(const std::string& name, const std::string& text);
[[nodiscard]] campaigns::Declared declared_option(const DeclaredOptions& options);
/// "FL", "US-FL": as the tables of places write it.
[[nodiscard]] std::string region_option(const std::string& text);

/// A JSON object of "KEY=VALUE" texts, with further members.
[[nodiscard]] std::string
object_option(const std::string& name, const std::vector<std::string>& pairs,
              const std::vector<std::pair<std::string, std::string>>& more = {});

/// Who is at the keyboard, when --by does not say.
[[nodiscard]] std::string by_option(const std::string& by);
/// The same with the instant, for changes of settings.
[[nodiscard]] campaigns::Actor command_actor(const std::string& by);

/// For one request of a person at a command line; unique among engines and commands.
[[nodiscard]] std::int64_t request_id(dnc::Instant now);

} // namespace dialer::commands
