#include "campaigns/files/xlsx_read.hpp"

#include "campaigns/files/xlsx_archive.hpp"
#include "campaigns/files/xlsx_file_type.hpp"
#include "campaigns/files/xlsx_sheet.hpp"
#include "campaigns/files/xlsx_workbook.hpp"
#include "campaigns/import/source.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace campaigns::xlsx {

namespace {

std::string names_of(const std::vector<SheetEntry>& sheets) {
    std::string names;
    for (const SheetEntry& sheet : sheets) {
        names += fmt::format("{}\"{}\"{}", names.empty() ? "" : ", ", sheet.name,
                             sheet.hidden ? " (hidden)" : "");
    }
    return names.size() > 1000 ? names.substr(0, 1000) + " ..." : names;
}

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

// The sheets to read, in the order in which one of them is looked for that has rows.
std::vector<const SheetEntry*> candidates(const Workbook& workbook, const std::string& wanted) {
    std::vector<const SheetEntry*> found;
    if (wanted.empty()) {
        for (const SheetEntry& sheet : workbook.sheets) {
            if (!sheet.hidden && !sheet.part.empty()) {
                found.push_back(&sheet);
            }
        }
        return found;
    }
    for (const SheetEntry& sheet : workbook.sheets) {
        if (lower(sheet.name) == lower(wanted)) {
            found.assign(1, &sheet);
        }
    }
    std::size_t number = 0;
    const char* const end = wanted.data() + wanted.size();
    const bool is_number = std::from_chars(wanted.data(), end, number).ptr == end;
    if (found.empty() && is_number && number >= 1 && number <= workbook.sheets.size()) {
        found.push_back(&workbook.sheets[number - 1]);
    }
    if (found.empty()) {
        throw WorkbookError{"no_such_sheet",
                            fmt::format("there is no sheet \"{}\"; the workbook has {}", wanted,
                                        names_of(workbook.sheets))};
    }
    if (found.front()->part.empty()) {
        throw WorkbookError{"no_such_sheet",
                            fmt::format("the sheet \"{}\" is a chart or a dialog; choose another "
                                        "of {}",
                                        found.front()->name, names_of(workbook.sheets))};
    }
    return found;
}

std::int64_t read_sheet(Archive& archive, const SheetEntry& sheet, const SheetContext& context,
                        csv::Reader::Listener& listener, const OnProgress& on_progress) {
    Part part = archive.open(sheet.part);
    SheetReader reader{sheet.part, context, listener};
    bool last = false;
    while (!last) {
        const std::string_view piece = part.read();
        last = piece.empty();
        reader.feed(piece, last);
        if (on_progress && !on_progress(part.packed_done(), part.packed_size())) {
            throw WorkbookError{"stopped", "the reading was stopped"};
        }
    }
    return reader.rows();
}

Read read_archive(Archive& archive, const Options& options, csv::Reader::Listener& listener,
                  const OnProgress& on_progress) {
    const Workbook workbook = read_workbook(archive);
    const auto chosen = candidates(workbook, options.sheet);
    const auto formats = read_styles(archive, workbook.styles_part);
    const auto strings = read_strings(archive, workbook.strings_part);
    const SheetContext context{*strings, formats, workbook.dates};
    Read read;
    for (const SheetEntry& sheet : workbook.sheets) {
        read.sheets.push_back(sheet.name);
    }
    for (const SheetEntry* const sheet : chosen) {
        read.rows = read_sheet(archive, *sheet, context, listener, on_progress);
        if (read.rows > 0) {
            read.sheet = sheet->name;
            return read;
        }
    }
    throw WorkbookError{"empty",
                        options.sheet.empty()
                            ? fmt::format("no visible sheet of the workbook has rows; it has {}",
                                          names_of(workbook.sheets))
                            : fmt::format("the sheet \"{}\" has no rows; the workbook has {}",
                                          chosen.front()->name, names_of(workbook.sheets))};
}

Fault fault_of(const WorkbookError& error) {
    return {error.code, error.what()};
}

std::optional<Fault> foreign_file_at(const std::string& path) {
    SourceFile file{path};
    const std::string head{file.read()};
    if (!is_ole(head)) {
        return foreign_file(head);
    }
    OleNames names;
    for (std::string_view piece = head; !piece.empty(); piece = file.read()) {
        names.look(piece);
    }
    return names.fault();
}

std::optional<Fault> foreign_bytes(std::string_view bytes) {
    if (!is_ole(bytes)) {
        return foreign_file(bytes);
    }
    OleNames names;
    names.look(bytes);
    return names.fault();
}

} // namespace

std::variant<Read, Fault> read(const std::string& path, const Options& options,
                               csv::Reader::Listener& listener, const OnProgress& on_progress) {
    if (auto fault = foreign_file_at(path)) {
        return std::move(*fault);
    }
    try {
        Archive archive{path};
        return read_archive(archive, options, listener, on_progress);
    } catch (const WorkbookError& error) {
        return fault_of(error);
    }
}

std::variant<Read, Fault> read_bytes(std::string_view bytes, const Options& options,
                                     csv::Reader::Listener& listener,
                                     const OnProgress& on_progress) {
    if (auto fault = foreign_bytes(bytes)) {
        return std::move(*fault);
    }
    try {
        Archive archive = Archive::of_bytes(bytes);
        return read_archive(archive, options, listener, on_progress);
    } catch (const WorkbookError& error) {
        return fault_of(error);
    }
}

std::optional<Fault> foreign_type_of(const std::string& path) {
    if (auto fault = foreign_file_at(path)) {
        return fault;
    }
    try {
        Archive archive{path};
        static_cast<void>(read_workbook(archive));
        return std::nullopt;
    } catch (const WorkbookError& error) {
        return fault_of(error);
    }
}

bool looks_like_workbook(const std::string& path) {
    SourceFile file{path};
    const std::string_view head = file.read();
    return is_ole(head) || head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06");
}

} // namespace campaigns::xlsx
