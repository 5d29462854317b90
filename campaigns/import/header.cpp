#include "campaigns/import/header.hpp"

#include "campaigns/import/rows.hpp"

#include <fmt/format.h>

namespace campaigns {

namespace {

constexpr std::size_t kHeaderBytesMax = 100;

std::vector<std::string> headers_of(const csv::Row& row) {
    std::vector<std::string> headers;
    for (const std::string_view field : row.fields) {
        headers.push_back(tidy_text(field, kHeaderBytesMax));
    }
    // Spreadsheets leave separators of deleted columns at the end of lines.
    while (!headers.empty() && headers.back().empty()) {
        headers.pop_back();
    }
    for (std::size_t i = 0; i < headers.size(); ++i) {
        headers[i] = headers[i].empty() ? fmt::format("column {}", i + 1) : headers[i];
    }
    return headers;
}

} // namespace

std::variant<ColumnMap, ColumnFault> read_header(const csv::Row& row,
                                                 const HeaderChoices& choices) {
    if (row.fault) {
        return ColumnFault{"header: " + csv::explain(*row.fault)};
    }
    const std::vector<std::string> headers = headers_of(row);
    const bool as_before = choices.by_hand.empty() && choices.remembered;
    auto map = as_before ? map_as_before(headers, choices.remembered->columns,
                                         choices.remembered->headers, choices.remembered->name)
                         : map_columns(headers, choices.by_hand);
    if (auto* const fault = std::get_if<ColumnFault>(&map)) {
        fault->headers = headers;
    }
    return map;
}

std::vector<std::string> describe_columns(const ColumnMap& map) {
    std::vector<std::string> texts;
    for (const MappedColumn& column : map.columns) {
        texts.push_back(fmt::format("{} -> {}", map.headers[column.index], to_text(column.field)));
    }
    return texts;
}

std::vector<std::string> notices_of(const ColumnMap& map) {
    std::vector<std::string> notices = map.notices;
    std::string unknown;
    for (const std::size_t index : map.unknown) {
        unknown += fmt::format("{}{}", unknown.empty() ? "" : ", ", map.headers[index]);
    }
    if (!unknown.empty()) {
        notices.push_back(
            fmt::format("columns kept with the lead, without a meaning here: {}", unknown));
    }
    return notices;
}

} // namespace campaigns
