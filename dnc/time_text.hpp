#pragma once

// Dates and instants as RFC 3339 text, read strictly.

#include "dnc/time.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dnc {

/// "2026-11-22"; nothing unless such a day exists, and nothing outside the years 1970 to 2199.
[[nodiscard]] std::optional<std::chrono::year_month_day> read_date(std::string_view text);
/// Of any year from 0 to 9999.
[[nodiscard]] std::optional<std::chrono::year_month_day> read_any_date(std::string_view text);

/// "2026-11-23T15:00:00-05:00", "2026-11-23t20:00:00.5z": RFC 3339 5.6, to the microsecond. Nothing
/// without an offset, and nothing outside the years 1970 to 2199.
[[nodiscard]] std::optional<Instant> read_instant(std::string_view text);
/// Of any year from 0 to 9999.
[[nodiscard]] std::optional<Instant> read_any_instant(std::string_view text);

/// "08:00" to "24:00", from midnight.
[[nodiscard]] std::optional<std::chrono::seconds> read_time_of_day(std::string_view text);

/// "2026-11-22".
[[nodiscard]] std::string date_text(std::chrono::year_month_day date);

/// "08:00".
[[nodiscard]] std::string clock_text(std::chrono::seconds of_day);

/// "2026-11-23T15:04:05-05:00", RFC 3339; `offset` east of UTC.
[[nodiscard]] std::string local_text(std::chrono::year_month_day date, std::chrono::seconds of_day,
                                     std::chrono::seconds offset);

/// "2026-11-23T20:00:00Z", with a fraction only when there is one.
[[nodiscard]] std::string instant_text(Instant at);

} // namespace dnc
