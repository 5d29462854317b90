#pragma once

// The period of a log export, as people write it.

#include "dnc/time.hpp"

#include <string>

namespace dialer::commands {

/// from <= at < to.
struct Period {
    dnc::Instant from;
    dnc::Instant to;
};

/// A date is a day in UTC: `from` its beginning, `to` its end. Throws CommandError.
[[nodiscard]] Period read_period(const std::string& from, const std::string& to);

} // namespace dialer::commands
