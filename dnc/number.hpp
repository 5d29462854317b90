#pragma once

// A telephone number as E.164 digits, and the reading of what people type for one.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace dnc {

/// An E.164 number as an integer, e.g. 12125550123 for +1 212 555 0123. PostgreSQL bigint. Below
/// 10,000,000 it is a short number without country code: 911.
struct Number {
    std::int64_t e164 = 0;

    friend auto operator<=>(Number, Number) = default;
};

/// Why a text is no number that can be dialed.
enum class NumberFault {
    empty,
    not_a_number, ///< letters, several numbers in one field, spreadsheet damage (1.2125E+10)
    too_short,
    too_long,
    bad_area_code,   ///< NANP: area code starts with 0 or 1, or is N11
    bad_exchange,    ///< NANP: exchange starts with 0 or 1, or is N11
    unknown_country, ///< international prefix of a country code that does not exist
};

/// One sentence for people: what is wrong and what to do.
[[nodiscard]] std::string_view explain(NumberFault fault);

/// Reads "(212) 555-0123", "212.555.0123 ", "+1 212 555 0123", "1-212-555-0123", "0039 06 ..." and
/// so on. Without a country code the number is NANP. Judged by format only: whether an area code
/// is in service is never asked here (tables lag behind assignments).
[[nodiscard]] std::variant<Number, NumberFault> read_number(std::string_view text);

/// As read_number, but reads also what nobody may put on a list and what the gate must still judge:
/// short numbers ("911", "+1911", 3 to 6 digits) and NANP numbers with a service in place of the
/// area code. What is imported goes through read_number, which refuses them.
[[nodiscard]] std::variant<Number, NumberFault> read_dialed_number(std::string_view text);

/// "+12125550123"; a short number without plus.
[[nodiscard]] std::string to_e164(Number number);

/// Area code of a NANP number (200..999), nothing for other countries.
[[nodiscard]] std::optional<int> area_code(Number number);

} // namespace dnc
