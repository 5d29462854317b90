#include "dnc/geo_table.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace dnc {

namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

void check_evidence(const GeoLine& line) {
    const std::size_t count = line.fields.size();
    if (line.fields[count - 3].empty()) {
        line.refuse("the field 'source' is empty");
    }
    const std::string_view confidence = line.fields[count - 2];
    if (confidence.size() != 1 ||
        std::string_view{"VMSK"}.find(confidence) == std::string_view::npos) {
        line.refuse("the field 'confidence' must be V, M, S or K");
    }
}

} // namespace

void GeoLine::refuse(std::string_view why) const {
    throw std::runtime_error{path + ":" + std::to_string(number) + ": " + std::string{why}};
}

std::vector<std::string> GeoLine::names(std::size_t field, std::string_view what) const {
    std::vector<std::string> names;
    if (fields[field].empty()) {
        return names;
    }
    for (const std::string_view name : split(fields[field], '|')) {
        if (name.empty()) {
            refuse("an empty name in the list of " + std::string{what});
        }
        if (std::find(names.begin(), names.end(), name) != names.end()) {
            refuse("'" + std::string{name} + "' is in the list of " + std::string{what} + " twice");
        }
        names.emplace_back(name);
    }
    return names;
}

void read_geo_table(const std::string& path, std::string_view header,
                    const std::function<void(const GeoLine&)>& row) {
    std::ifstream file{path};
    if (!file) {
        throw std::runtime_error{path + ": cannot be read"};
    }
    const auto columns = static_cast<std::size_t>(std::count(header.begin(), header.end(), ','));
    bool header_seen = false;
    bool row_seen = false;
    std::string text;
    for (std::size_t number = 1; std::getline(file, text); ++number) {
        if (text.ends_with('\r')) {
            text.pop_back();
        }
        if (text.empty() || text.starts_with('#')) {
            continue;
        }
        const GeoLine line{path, number, split(text, ',')};
        if (!header_seen) {
            if (text != header) {
                line.refuse("the first row must be: " + std::string{header});
            }
            header_seen = true;
            continue;
        }
        if (line.fields.size() != columns + 1) {
            line.refuse("expected " + std::to_string(columns + 1) +
                        " fields separated by commas, found " + std::to_string(line.fields.size()));
        }
        check_evidence(line);
        row(line);
        row_seen = true;
    }
    if (file.bad() || !row_seen) {
        throw std::runtime_error{path + ": holds no rows"};
    }
}

bool is_country_code(std::string_view text) {
    return text.size() == 2 &&
           text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
}

} // namespace dnc
