#pragma once

// Files that are no XLSX workbook: what they are, and what to do with them.

#include "campaigns/files/xlsx_archive.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace campaigns::xlsx {

/// What a file is by its first bytes (some 4 KiB are enough). Nothing: a ZIP archive, which may be
/// a workbook. `inside` is looked into for the directory of an OLE file and may be the same bytes.
[[nodiscard]] std::optional<Fault> foreign_file(std::string_view head);

/// True when the bytes begin as the compound files of older Office programs do.
[[nodiscard]] bool is_ole(std::string_view head);

/// Looks for the names of streams in the pieces of an OLE file: an old workbook, or an encrypted
/// new one.
class OleNames {
public:
    void look(std::string_view piece);
    [[nodiscard]] Fault fault() const;

private:
    std::string tail_; // of the piece before
    bool encrypted_ = false;
    bool workbook_ = false;
    bool document_ = false;
};

/// Throws what an archive that holds no XLSX workbook is instead: ODS, XLSB, DOCX, plain ZIP ...
[[noreturn]] void throw_other_archive(const Archive& archive);

} // namespace campaigns::xlsx
