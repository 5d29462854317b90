#pragma once

// The period of a log export, as people write it.

#include "dnc/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace dialer::commands {

/// from <= at < to.
struct Period {
    dnc::Instant from;
    dnc::Instant to;
};

/// Reads RFC 3339 ("2026-11-23T15:00:00-05:00", "...Z", fractions of a second); nothing when it is
/// no such time.
[[nodiscard]] std::optional<dnc::Instant> read_rfc3339(std::string_view text);

/// A date is a day in UTC: `from` its beginning, `to` its end. Throws CommandError.
[[nodiscard]] Period read_period(const std::string& from, const std::string& to);

} // namespace dialer::commands
