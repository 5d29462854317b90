#pragma once

// A campaign's own calling hours: when it wants to call, inside what the law allows. Pure.
//
// Hours are data of the campaign and never widen anything: the gate decides on every call as well.

#include "dnc/time.hpp"
#include "dnc/zones.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace campaigns {

struct CallingHours {
    /// Half-open, seconds of the civil day, 0 .. 86400.
    struct Interval {
        std::chrono::seconds open{};
        std::chrono::seconds close{};
        friend bool operator==(const Interval&, const Interval&) = default;
    };
    /// By weekday, 0 = Sunday as std::chrono has it; sorted, none touching the next.
    std::array<std::vector<Interval>, 7> weekdays;
    /// IANA name of the zone that the hours are read in; empty: the called person's.
    std::string zone;

    /// No interval at all: the campaign has no hours of its own.
    [[nodiscard]] bool always() const;
    /// Hours that are never open, for texts that nobody can read.
    [[nodiscard]] static CallingHours never();
    friend bool operator==(const CallingHours&, const CallingHours&) = default;
};

/// Reads "mon-fri 09:00-12:00 13:00-20:00, sat 10:00-16:00"; empty: no hours of its own. Days that
/// are not named are closed. The alternative is one sentence that says what is wrong. Whether
/// `zone` exists is known to campaign_open only.
[[nodiscard]] std::variant<CallingHours, std::string> read_calling_hours(std::string_view text,
                                                                         std::string zone = {});

/// The shortest text that reads as the same hours; without the zone.
[[nodiscard]] std::string to_text(const CallingHours& hours);

struct HoursState {
    bool open = true;
    /// When closed: the first instant from now at which it is open; nothing within two weeks means
    /// that the hours never meet in all zones.
    std::optional<dnc::Instant> opens;
};

/// Whether a person whose plausible zones these are may be called by the campaign's own hours: each
/// of the zones must be inside them (`hours.zone` alone, if it is set). A zone that is not in the
/// data, or no zone at all, counts as closed without an opening.
[[nodiscard]] HoursState campaign_open(const CallingHours& hours,
                                       const std::vector<dnc::ZoneId>& zones,
                                       const dnc::ZoneDatabase& database, dnc::Instant at);
/// The same by names.
[[nodiscard]] HoursState campaign_open(const CallingHours& hours,
                                       const std::vector<std::string>& zones,
                                       const dnc::ZoneDatabase& database, dnc::Instant at);

} // namespace campaigns
