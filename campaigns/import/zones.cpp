#include "campaigns/import/rows.hpp"

#include <array>
#include <utility>

namespace campaigns {

namespace {

constexpr std::size_t kZoneBytesMax = 64;

using Word = std::pair<std::string_view, std::string_view>; // lower case letters, and what it is

// What people, and the programs they export from, call the zones of North America. Windows has
// names of its own; "Mountain" without more keeps summer time, as all of it but Arizona does.
constexpr std::array<Word, 35> kZoneWords{{
    {"eastern", "America/New_York"},
    {"et", "America/New_York"},
    {"est", "America/New_York"},
    {"edt", "America/New_York"},
    {"estedt", "America/New_York"},
    {"useastern", "America/New_York"},
    {"easternstandard", "America/New_York"},
    {"central", "America/Chicago"},
    {"ct", "America/Chicago"},
    {"cst", "America/Chicago"},
    {"cdt", "America/Chicago"},
    {"cstcdt", "America/Chicago"},
    {"centralstandard", "America/Chicago"},
    {"mountain", "America/Denver"},
    {"mt", "America/Denver"},
    {"mst", "America/Denver"},
    {"mdt", "America/Denver"},
    {"mstmdt", "America/Denver"},
    {"mountainstandard", "America/Denver"},
    {"arizona", "America/Phoenix"},
    {"usmountainstandard", "America/Phoenix"},
    {"pacific", "America/Los_Angeles"},
    {"pt", "America/Los_Angeles"},
    {"pst", "America/Los_Angeles"},
    {"pdt", "America/Los_Angeles"},
    {"pstpdt", "America/Los_Angeles"},
    {"pacificstandard", "America/Los_Angeles"},
    {"alaska", "America/Anchorage"},
    {"akst", "America/Anchorage"},
    {"alaskan", "America/Anchorage"},
    {"alaskanstandard", "America/Anchorage"},
    {"hawaii", "Pacific/Honolulu"},
    {"hst", "Pacific/Honolulu"},
    {"hawaiian", "Pacific/Honolulu"},
    {"hawaiianstandard", "Pacific/Honolulu"},
}};

constexpr std::array<Word, 11> kCountryWords{{
    {"us", "US"},
    {"usa", "US"},
    {"unitedstates", "US"},
    {"unitedstatesofamerica", "US"},
    {"america", "US"},
    {"ca", "CA"},
    {"can", "CA"},
    {"canada", "CA"},
    {"uk", "GB"},
    {"unitedkingdom", "GB"},
    {"greatbritain", "GB"},
}};

std::string lower_letters(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, kZoneBytesMax)) {
        if (c >= 'A' && c <= 'Z') {
            out.push_back(static_cast<char>(c | 0x20));
        } else if (c >= 'a' && c <= 'z') {
            out.push_back(c);
        }
    }
    return out;
}

template <std::size_t kCount>
std::string_view find_word(const std::array<Word, kCount>& words, std::string_view wanted) {
    for (const auto& [word, meaning] : words) {
        if (word == wanted) {
            return meaning;
        }
    }
    return {};
}

bool has_zone_shape(std::string_view name) {
    constexpr std::string_view allowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    const std::size_t slash = name.find('/');
    return slash != std::string_view::npos && slash > 0 && slash + 1 < name.size() &&
           name.find_first_not_of(allowed) == std::string_view::npos;
}

} // namespace

std::string read_time_zone(std::string_view text, const dnc::ZoneDatabase* zones) {
    std::string name = tidy_text(text, kZoneBytesMax);
    for (char& c : name) {
        c = c == ' ' && name.find('/') != std::string::npos ? '_' : c; // "America/New York"
    }
    const bool is_zone =
        zones == nullptr ? has_zone_shape(name) : name.size() > 3 && zones->find(name).has_value();
    if (is_zone) {
        return name;
    }
    std::string word = lower_letters(text);
    for (const std::string_view ending : {"timezone", "time", "zone"}) {
        if (word.size() > ending.size() && word.ends_with(ending)) {
            word.erase(word.size() - ending.size());
            break;
        }
    }
    return std::string{find_word(kZoneWords, word)};
}

std::string read_country(std::string_view text) {
    const std::string_view known = find_word(kCountryWords, lower_letters(text));
    return known.empty() ? tidy_text(text, kZoneBytesMax) : std::string{known};
}

} // namespace campaigns
