#pragma once

// A streaming reader of CSV as people really send it, in constant memory.
//
// RFC 4180 with what spreadsheets and databases make of it: comma, semicolon, tab or bar as
// separator (found from the first line, or told by a `sep=;` line), LF, CRLF or CR, UTF-8 with or
// without a byte order mark, UTF-16 either way, and Windows-1252 where bytes are no UTF-8. Damage
// is reported with the row it is in, and reading goes on; only a file of another type ends it.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace campaigns::csv {

inline constexpr std::size_t kFieldBytesMax = std::size_t{64} * 1024;
inline constexpr std::size_t kRecordBytesMax = std::size_t{1024} * 1024;
inline constexpr std::size_t kColumnsMax = 1024;

enum class FaultKind {
    wrong_file_type,    ///< a spreadsheet, archive or page; the only fault that ends the reading
    unterminated_quote, ///< a quoted field that is never closed; the lines after it are kept
    text_after_quote,   ///< "Smith"Jr,...
    field_too_long,     ///< over kFieldBytesMax
    line_too_long,      ///< over kRecordBytesMax
    too_many_columns,   ///< over kColumnsMax
    nul_byte,
    bad_cell, ///< of a workbook: an error value, a formula that was never computed, damage
};

/// The code that reports use, e.g. "unterminated_quote".
[[nodiscard]] std::string_view to_text(FaultKind kind);

struct Fault {
    FaultKind kind{};
    std::int64_t line = 0; ///< physical line, from 1; of the opening quote for a quote fault
    std::string detail; ///< the kind of file for wrong_file_type; of a workbook: all of explain()
};

/// One or two sentences for people: what is wrong and what to do.
[[nodiscard]] std::string explain(const Fault& fault);

/// One record. Records that are empty or only white space are no rows.
struct Row {
    std::int64_t line = 0;                    ///< physical line on which it begins, from 1
    std::span<const std::string_view> fields; ///< UTF-8; valid during the call only
    std::optional<Fault> fault;               ///< when set, the fields are what could be read
};

/// Push bytes in, get rows through the listener. One thread. Memory: at most one record
/// (kRecordBytesMax), whatever the file is.
class Reader {
public:
    class Listener {
    public:
        virtual ~Listener() = default;
        /// The first row is the header, when the file has one: the reader does not judge.
        virtual void on_row(const Row& row) = 0;
        /// Something worth telling that refuses nothing (the encoding guessed); once per kind.
        virtual void on_notice(std::int64_t line, std::string_view text) = 0;
    };

    explicit Reader(Listener& listener);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    /// The next bytes, in pieces of any size: the rows do not depend on how a file is cut.
    /// Returns the fault that ended the reading; after that, feeding does nothing.
    std::optional<Fault> feed(std::string_view bytes);

    /// The end of the file: delivers the last row.
    std::optional<Fault> finish();

    /// Known once the first row was delivered: ',' ';' '\t' or '|'.
    [[nodiscard]] char separator() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace campaigns::csv
