#pragma once

// The digits in a text that people typed for a telephone number.

#include "dnc/number.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace dnc {

/// What was found in a field: digits in order, or why it cannot be a number.
struct NumberText {
    /// Room for 15 digits of E.164 and the longest international prefix, 011.
    static constexpr std::size_t kCapacity = 18;

    std::array<char, kCapacity> digits{};
    std::size_t count = 0;
    bool plus = false; ///< the digits start with a country code
    std::optional<NumberFault> fault;
};

/// Reads untrusted bytes in one pass; linear in the text, no allocation. Separators, brackets,
/// invisible characters, a leading apostrophe and "tel:" are dropped, full-width digits read, and
/// the ".0" a spreadsheet adds to a whole number taken off.
[[nodiscard]] NumberText scan_number_text(std::string_view text);

} // namespace dnc
