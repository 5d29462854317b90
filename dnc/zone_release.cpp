#include "dnc/zone_release.hpp"

#include <cstddef>

namespace dnc {

namespace {

constexpr std::size_t kYearDigits = 4;
constexpr std::size_t kLettersMax = 4;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

} // namespace

std::optional<ZoneRelease> read_zone_release(std::string_view text) {
    ZoneRelease release;
    std::size_t at = 0;
    for (; at < text.size() && at < kYearDigits && is_digit(text[at]); ++at) {
        release.year = release.year * 10 + (text[at] - '0');
    }
    if (at != kYearDigits) {
        return std::nullopt;
    }
    for (; at < text.size() && is_letter(text[at]); ++at) {
        release.letters.push_back(text[at]);
    }
    const bool ends = at == text.size() || text[at] == '-';
    if (!ends || release.letters.size() > kLettersMax) {
        return std::nullopt;
    }
    return release;
}

} // namespace dnc
