#include "dnc/area_codes.hpp"

#include <array>
#include <charconv>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace dnc {

namespace {

constexpr std::string_view kHeader = "code,country,regions,zones,geographic,source,confidence,note";
constexpr std::size_t kFields = 8;

/// One line of the file, with its place for messages.
struct Line {
    const std::string& path;
    std::size_t number;
    std::string_view text;
};

[[noreturn]] void refuse(const Line& line, std::string_view why) {
    throw std::runtime_error{line.path + ":" + std::to_string(line.number) + ": " +
                             std::string{why}};
}

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

std::vector<std::string> read_names(const Line& line, std::string_view field,
                                    std::string_view what) {
    std::vector<std::string> names;
    if (field.empty()) {
        return names;
    }
    for (const std::string_view name : split(field, '|')) {
        if (name.empty()) {
            refuse(line, "an empty name in the list of " + std::string{what});
        }
        for (const std::string& before : names) {
            if (before == name) {
                refuse(line, "'" + std::string{name} + "' is in the list of " + std::string{what} +
                                 " twice");
            }
        }
        names.emplace_back(name);
    }
    return names;
}

int read_code(const Line& line, std::string_view field) {
    int code = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), code);
    const bool whole = error == std::errc{} && end == field.data() + field.size();
    if (!whole || code < 200 || code > 999 || code % 100 == 11) {
        refuse(line, "'" + std::string{field} + "' is no area code (200 to 999, not N11)");
    }
    return code;
}

bool is_country(std::string_view field) {
    return field.size() == 2 &&
           field.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
}

AreaCode read_row(const Line& line) {
    const std::vector<std::string_view> fields = split(line.text, ',');
    if (fields.size() != kFields) {
        refuse(line, "expected " + std::to_string(kFields) + " fields separated by commas, found " +
                         std::to_string(fields.size()));
    }
    AreaCode row;
    row.code = read_code(line, fields[0]);
    row.country = fields[1];
    row.regions = read_names(line, fields[2], "regions");
    row.zones = read_names(line, fields[3], "zones");
    row.geographic = fields[4] == "yes";
    if (!row.geographic && fields[4] != "no") {
        refuse(line, "the field 'geographic' must be yes or no");
    }
    if (row.geographic && !is_country(row.country)) {
        refuse(line, "the field 'country' must be two capital letters");
    }
    if (row.geographic == row.zones.empty()) {
        refuse(line, "a geographic code needs a zone, and no other code may have one");
    }
    if (fields[5].empty()) {
        refuse(line, "the field 'source' is empty");
    }
    if (fields[6].size() != 1 ||
        std::string_view{"VMSK"}.find(fields[6]) == std::string_view::npos) {
        refuse(line, "the field 'confidence' must be V, M, S or K");
    }
    return row;
}

} // namespace

AreaCodes load_area_codes(const std::string& path) {
    std::ifstream file{path};
    if (!file) {
        throw std::runtime_error{path + ": cannot be read"};
    }
    std::vector<AreaCode> rows;
    std::array<std::size_t, 1000> line_of{};
    bool header_seen = false;
    std::string text;
    for (std::size_t number = 1; std::getline(file, text); ++number) {
        if (text.ends_with('\r')) {
            text.pop_back();
        }
        const Line line{path, number, text};
        if (text.empty() || text.starts_with('#')) {
            continue;
        }
        if (!header_seen) {
            if (text != kHeader) {
                refuse(line, "the first row must be: " + std::string{kHeader});
            }
            header_seen = true;
            continue;
        }
        rows.push_back(read_row(line));
        auto& first_line = line_of[static_cast<std::size_t>(rows.back().code)];
        if (first_line != 0) {
            refuse(line, "area code " + std::to_string(rows.back().code) + " is already on line " +
                             std::to_string(first_line));
        }
        first_line = number;
    }
    if (file.bad() || rows.empty()) {
        throw std::runtime_error{path + ": holds no area codes"};
    }
    return AreaCodes{std::move(rows)};
}

} // namespace dnc
