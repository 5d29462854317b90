#pragma once

// A streaming reader of XLSX workbooks as people really send them, in constant memory.
//
// ECMA-376 (OOXML) inside a ZIP archive: one sheet's rows come through the listener of the CSV
// reader, cells as the text that a person would see: dates as 2026-11-23 or 2026-11-23T15:04:05,
// whole numbers without exponent or decimals, the value and not the text of a formula. A phone
// number that the spreadsheet kept as a number (12125550101, 1.2125550101E+10) stays exact.

#include "campaigns/files/csv.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace campaigns::xlsx {

/// What one archive may ask of us, whatever it claims to hold.
inline constexpr std::uint64_t kUnpackedBytesMax = std::uint64_t{4} << 30;
inline constexpr std::uint64_t kRatioMax = 200; ///< unpacked to packed, of a part over 1 MiB
inline constexpr std::size_t kSharedStringsBytesMax = std::size_t{256} << 20;

struct Options {
    std::string sheet; ///< name, or number from 1; empty: the first visible one that has rows
};

/// The workbook as a whole cannot be read; the text is for people and says what to do.
struct Fault {
    std::string code; ///< "not_xlsx", "damaged", "encrypted", "too_large", "no_such_sheet", ...
    std::string text;
};

struct Read {
    std::string sheet;               ///< that was read
    std::vector<std::string> sheets; ///< all, in their order
    std::int64_t rows = 0;
};

/// Compressed bytes of the sheet done, and how many there are; false ends the reading.
using OnProgress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

/// Reads one sheet. `Row::line` is the row's number in the sheet. A row with a cell that cannot be
/// read (an error value, a formula that was never computed, too much text) has a fault that names
/// the cell, and the rest goes on. Each row has at least as many fields as the first one. Throws
/// SourceError when the file cannot be read. Memory: the shared strings (at most
/// kSharedStringsBytesMax), one row, and the buffers of the archive.
[[nodiscard]] std::variant<Read, Fault> read(const std::string& path, const Options& options,
                                             csv::Reader::Listener& listener,
                                             const OnProgress& on_progress = {});

/// The same of the bytes of a file.
[[nodiscard]] std::variant<Read, Fault> read_bytes(std::string_view bytes, const Options& options,
                                                   csv::Reader::Listener& listener,
                                                   const OnProgress& on_progress = {});

/// What the file is instead, when it is no workbook: an old or an encrypted workbook, a web page, a
/// document, a plain archive, an OpenDocument file ...; code "text" when it may be read as CSV.
/// Nothing: it is a workbook. Throws SourceError.
[[nodiscard]] std::optional<Fault> foreign_type_of(const std::string& path);

/// True when the file begins as those that spreadsheet programs save do (a ZIP archive, or the
/// compound file of older and of encrypted workbooks): read() takes it, or says what it is instead.
[[nodiscard]] bool looks_like_workbook(const std::string& path);

} // namespace campaigns::xlsx
