#include "campaigns/import/rows_source.hpp"

#include "campaigns/files/xlsx_read.hpp"
#include "campaigns/import/source.hpp"

#include <fmt/format.h>

namespace campaigns {

namespace {

std::string separator_name(char separator) {
    switch (separator) {
    case '\t':
        return "tab";
    case ';':
        return "semicolon";
    case '|':
        return "bar";
    default:
        return "comma";
    }
}

std::optional<std::string> read_csv(const std::string& path, csv::Reader::Listener& listener,
                                    const OnBytes& on_bytes, RowsSource& out) {
    SourceFile file{path};
    csv::Reader reader{listener};
    std::uint64_t done = 0;
    bool go_on = true;
    std::optional<csv::Fault> fault;
    for (auto piece = file.read(); !piece.empty() && !fault && go_on; piece = file.read()) {
        fault = reader.feed(piece);
        done += piece.size();
        go_on = on_bytes(done, file.size());
    }
    if (!fault && go_on) {
        fault = reader.finish();
    }
    out.type = "CSV, separated by " + separator_name(reader.separator());
    return fault ? std::optional{csv::explain(*fault)} : std::nullopt;
}

std::optional<std::string> read_workbook(const std::string& path, const std::string& sheet,
                                         csv::Reader::Listener& listener, const OnBytes& on_bytes,
                                         RowsSource& out) {
    const auto read = xlsx::read(path, {.sheet = sheet}, listener, on_bytes);
    if (const auto* fault = std::get_if<xlsx::Fault>(&read)) {
        return fault->text;
    }
    const auto& workbook = std::get<xlsx::Read>(read);
    out.type = "XLSX, sheet " + workbook.sheet;
    out.sheets = workbook.sheets;
    return std::nullopt;
}

} // namespace

std::optional<std::string> read_rows(const std::string& path, const std::string& sheet,
                                     csv::Reader::Listener& listener, const OnBytes& on_bytes,
                                     RowsSource& out) {
    if (xlsx::looks_like_workbook(path)) {
        return read_workbook(path, sheet, listener, on_bytes, out);
    }
    if (!sheet.empty()) {
        return "it is no workbook and has no sheets; leave the sheet out";
    }
    return read_csv(path, listener, on_bytes, out);
}

} // namespace campaigns
