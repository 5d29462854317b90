#pragma once

// A dossier as a page for people: one file, nothing loaded from anywhere.

#include <string>
#include <string_view>

namespace dialer::commands {

/// `json`: the dossier. All of its texts are escaped: names and notes come from strangers. Throws
/// std::runtime_error when it is no dossier.
[[nodiscard]] std::string dossier_page(std::string_view json);

/// A few lines for a terminal.
[[nodiscard]] std::string dossier_summary(std::string_view json);

} // namespace dialer::commands
