#include "tests/dnc/places_support.hpp"

#include <algorithm>
#include <memory>
#include <sstream>
#include <utility>

namespace dnc_tests {

namespace {

std::string text_of(const dnc::Jurisdiction& one) {
    std::string text{one.country.data(), one.country.size()};
    if (one.region[0] != 0) {
        text += '-';
    }
    for (const char letter : one.region) {
        if (letter != 0) {
            text += letter;
        }
    }
    return text;
}

} // namespace

const dnc::ZoneDatabase& zones() {
    static const std::unique_ptr<dnc::ZoneDatabase> loaded = dnc::load_zones("");
    return *loaded;
}

const dnc::Geography& geography() {
    static const dnc::Geography loaded = dnc::load_geography(DNC_FOLDER "/geo");
    return loaded;
}

const dnc::Places& places() {
    static const dnc::Places made{geography(), zones()};
    return made;
}

dnc::Number in_area(int code) {
    return in_nanp(code * 10'000'000LL + 555'0100);
}

dnc::Address in_state(std::string region, std::string postal) {
    return in_country("", std::move(region), std::move(postal));
}

dnc::Address in_country(std::string country, std::string region, std::string postal) {
    return {.country = std::move(country),
            .region = std::move(region),
            .county = {},
            .postal_code = std::move(postal)};
}

Names zone_names(const dnc::Place& place) {
    Names names;
    for (const dnc::ZoneId zone : place.zones) {
        names.emplace(zones().name(zone));
    }
    return names;
}

Names laws(const std::vector<dnc::Jurisdiction>& jurisdictions) {
    Names names;
    for (const dnc::Jurisdiction& one : jurisdictions) {
        names.insert(text_of(one));
    }
    return names;
}

Names words(const std::string& text) {
    std::istringstream stream{text};
    Names names;
    for (std::string word; stream >> word;) {
        names.insert(word);
    }
    return names;
}

bool has_all(const Names& whole, const Names& part) {
    return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

} // namespace dnc_tests
