#pragma once

// Tables for people and programs: one report as CSV, JSON or XLSX, row by row in constant memory.

#include "dnc/number.hpp"
#include "dnc/time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace campaigns {

enum class TableFormat { csv, json, xlsx };
[[nodiscard]] std::optional<TableFormat> table_format_from_text(std::string_view text);
/// For HTTP: "text/csv; charset=utf-8", ...
[[nodiscard]] std::string_view content_type_of(TableFormat format);

/// How a column is shown; CSV and JSON have numbers as they are.
enum class ColumnKind { text, whole, decimal, share, duration_s, instant, number };

struct Column {
    std::string name; ///< "answer_rate": member in JSON, header elsewhere
    ColumnKind kind = ColumnKind::text;
};

/// A number of a phone is dnc::Number, never an integer; nothing is an empty cell, null in JSON.
using Cell =
    std::variant<std::monostate, std::string, std::int64_t, double, dnc::Instant, dnc::Number>;

/// Gets the finished bytes in pieces.
using ByteSink = std::function<void(std::string_view)>;

/// Writes one table. JSON is one array of objects. Texts that a spreadsheet would run as a formula
/// are made harmless (csv_write.hpp). One thread. An XLSX arrives at the sink when finish() is
/// called; the others as rows come.
class TableWriter {
public:
    TableWriter(TableFormat format, std::string title, std::vector<Column> columns, ByteSink sink);
    ~TableWriter();
    TableWriter(const TableWriter&) = delete;
    TableWriter& operator=(const TableWriter&) = delete;

    /// As many cells as there are columns.
    void row(const std::vector<Cell>& cells);
    /// Nothing may be written afterwards. Throws std::runtime_error when the workbook cannot be
    /// made (no space left).
    void finish();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace campaigns
