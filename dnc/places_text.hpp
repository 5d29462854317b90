#pragma once

// Text of an address in the form in which names are compared: capitals and digits only.

#include <array>
#include <cstddef>
#include <string_view>

namespace dnc {

/// Letters in capitals without accents, and digits; everything else is left out, so that "N.Y."
/// is "NY". Keeps no more than its room; a longer text matches no name.
class FoldedText {
public:
    explicit FoldedText(std::string_view text);

    [[nodiscard]] std::string_view view() const { return {letters_.data(), count_}; }
    [[nodiscard]] bool empty() const { return count_ == 0; }

private:
    void add(char letter);

    std::array<char, 48> letters_{};
    std::size_t count_ = 0;
};

} // namespace dnc
