#pragma once

// Civil time in named zones, behind an interface so that decisions stay pure.

#include "dnc/time.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dnc {

/// Index of a zone inside one ZoneDatabase.
enum class ZoneId : std::uint16_t {};

/// Civil time at an instant in one zone.
struct LocalTime {
    std::chrono::year_month_day date;
    std::chrono::seconds of_day; ///< 0 .. 86399
    std::chrono::seconds offset; ///< east of UTC
};

/// Zones by name, all loaded at construction. Thread-safe after construction (read only).
class ZoneDatabase {
public:
    virtual ~ZoneDatabase() = default;

    /// Release of the zone data, e.g. "2026f". Written into every decision.
    [[nodiscard]] virtual std::string_view version() const = 0;

    /// Nothing when the zone is not in the data.
    [[nodiscard]] virtual std::optional<ZoneId> find(std::string_view name) const = 0;

    [[nodiscard]] virtual std::string_view name(ZoneId zone) const = 0;

    [[nodiscard]] virtual LocalTime local(ZoneId zone, Instant at) const = 0;

    /// First instant >= `from` at which the zone's clock shows `of_day` (0 .. 86400).
    /// A time skipped by a clock change counts from the instant of the change.
    [[nodiscard]] virtual Instant next_time_of_day(ZoneId zone, Instant from,
                                                   std::chrono::seconds of_day) const = 0;

    /// First instant at which the zone's clock shows `of_day` (0 .. 86400) on `date`, or the change
    /// that skips it.
    [[nodiscard]] virtual Instant first_at(ZoneId zone, std::chrono::sys_days date,
                                           std::chrono::seconds of_day) const = 0;

    /// First instant at which the zone's date is `date` or later.
    [[nodiscard]] Instant day_begin(ZoneId zone, std::chrono::sys_days date) const {
        return first_at(zone, date, std::chrono::seconds::zero());
    }
};

/// Loads zone data from a directory of compiled zones (the system's when empty) and reads its
/// version from the directory's tzdata.zi or +VERSION. Throws std::runtime_error when there is no
/// data or no version: a decision without a known version must not be made.
[[nodiscard]] std::unique_ptr<ZoneDatabase> load_zones(const std::string& directory);

} // namespace dnc
