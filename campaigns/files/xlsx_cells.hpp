#pragma once

// What stands in a cell, as the text that a person sees there. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace campaigns::xlsx {

inline constexpr std::uint32_t kSheetColumnsMax = 16'384;
inline constexpr std::int64_t kSheetRowsMax = 1'048'576;

/// "C12": the column from 0 and the row from 1 (0 when the reference has none).
struct CellRef {
    std::uint32_t column = 0;
    std::int64_t row = 0;
};
/// Nothing when it is no reference, or lies outside of what a sheet can have.
[[nodiscard]] std::optional<CellRef> read_cell_ref(std::string_view text);
/// "C12" for column 2 and row 12.
[[nodiscard]] std::string cell_name(std::uint32_t column, std::int64_t row);

/// What a number format makes of a number, as far as it matters here.
struct NumberFormat {
    enum class Kind {
        plain,
        date,      ///< year, month or day, no time
        date_time, ///< both
        time,      ///< hours, minutes or seconds of a day
        elapsed,   ///< [h]:mm: hours that may pass 24
        digits,    ///< "00000" or "000-00-0000": postal codes and numbers of accounts
    };
    Kind kind = Kind::plain;
    std::string digits; ///< the pattern, for Kind::digits
};

/// Of a format with a code of its own: "d/m/yy h:mm", "\"day\" 0". Only the first of its sections
/// is looked at; what stands in quotes, in brackets or behind a backslash is no letter of a date.
[[nodiscard]] NumberFormat format_of_code(std::string_view code);
/// Of one without (ECMA-376 part 1, 18.8.30): 14 to 22 and 45 to 47 are dates and times, 27 to 36
/// and 50 to 58 dates of East Asian calendars.
[[nodiscard]] NumberFormat format_of_builtin(std::uint32_t id);

/// The days that serial numbers count from.
enum class DateSystem { from_1900, from_1904 };

/// A number as a file has it ("1.2125550101E+10", "0.10000000000000001") as people see it:
/// "12125550101", "0.1". At most 15 digits count in what has a point or an exponent, as in every
/// spreadsheet; whole numbers stay exact, however long. What is no number stays as it is.
[[nodiscard]] std::string number_text(std::string_view text);

/// A number under a format: "2026-11-23", "2026-11-23T15:04:05", "15:04:05", "02134", or
/// number_text where the format says nothing or the number is no date.
[[nodiscard]] std::string formatted_text(std::string_view text, const NumberFormat& format,
                                         DateSystem system);

/// A date in ISO 8601, as strict files have it: without fractions of seconds, and without the time
/// when the format shows none.
[[nodiscard]] std::string iso_date_text(std::string_view text, const NumberFormat& format);

/// Appends text with its escapes undone: "_x000D_" is a carriage return, "_x005F_" an underscore
/// (ECMA-376 part 1, 22.9.2.19). A zero character stays escaped: it is no text.
void append_unescaped(std::string& out, std::string_view text);

} // namespace campaigns::xlsx
