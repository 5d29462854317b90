#include "pacing/settings.hpp"

#include <algorithm>
#include <array>

namespace pacing {

namespace {

constexpr std::array<std::string_view, modes> mode_names{"manual",     "preview", "progressive",
                                                         "predictive", "ratio",   "agentless"};

} // namespace

std::string_view to_text(Mode mode) {
    const auto at = static_cast<std::size_t>(mode);
    return at < mode_names.size() ? mode_names[at] : "unknown";
}

std::optional<Mode> mode_from_text(std::string_view text) {
    const auto found = std::find(mode_names.begin(), mode_names.end(), text);
    if (found == mode_names.end()) {
        return std::nullopt;
    }
    return static_cast<Mode>(found - mode_names.begin());
}

} // namespace pacing
