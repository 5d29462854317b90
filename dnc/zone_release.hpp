#pragma once

// The order of tz database releases: 2025b before 2026, before 2026a, before 2026f.

#include <optional>
#include <string>
#include <string_view>

namespace dnc {

/// A release name taken apart. After "z" the tz project goes on with "za", "zb", so that letters
/// compare as text.
struct ZoneRelease {
    int year = 0;
    std::string letters;

    friend auto operator<=>(const ZoneRelease&, const ZoneRelease&) = default;
};

/// "2026f", also "2026f-12-g0123abc" of a build between releases (which counts as 2026f). Nothing
/// for any other text.
[[nodiscard]] std::optional<ZoneRelease> read_zone_release(std::string_view text);

} // namespace dnc
