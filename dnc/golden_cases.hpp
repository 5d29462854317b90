#pragma once

// Runs cases with a known outcome through a gate: those inside rule packs, and those of tests.

#include "dnc/gate.hpp"
#include "dnc/pack.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dnc {

/// What must come out of a case.
struct Expected {
    std::string verdict;
    /// Exactly these codes, in any order; not looked at when empty optional.
    std::optional<std::vector<std::string>> codes = {};
    /// At least these; "HOURS_*" stands for any code that begins so.
    std::vector<std::string> codes_include = {};
    std::string until = {}; ///< RFC 3339; empty: not looked at
};

/// What is different, in words; empty when the decision is as expected.
[[nodiscard]] std::string difference(const Expected& expected, const Decision& decision);

/// Judges a line of `dialer decide`; what is different in words, empty when it came out as
/// expected. A line that cannot be read is a difference.
[[nodiscard]] std::string run_case(const Gate& gate, std::string_view facts_json, bool assume_clear,
                                   const Expected& expected);

[[nodiscard]] std::string run_case(const Gate& gate, const GoldenCase& golden);

} // namespace dnc
