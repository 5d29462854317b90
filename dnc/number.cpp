#include "dnc/number.hpp"

#include "dnc/number_text.hpp"

#include <array>
#include <cstddef>

namespace dnc {

namespace {

// E.164 allows 15 digits; below 8 with its country code no number is in public use.
constexpr std::size_t kDigitsMin = 8;
constexpr std::size_t kDigitsMax = 15;
constexpr std::size_t kNanpNational = 10;
// Services and short codes have 3 to 6 digits; seven are a number without its area code.
constexpr std::size_t kShortMin = 3;
constexpr std::size_t kShortMax = 6;
constexpr std::int64_t kShortEnd = 10'000'000; // seven digits are never a whole E.164 number

constexpr std::int64_t kNanpFirst = 12'000'000'000;
constexpr std::int64_t kNanpLast = 19'999'999'999;

struct CodeRange {
    int first;
    int last;
};

// Country codes in public use by their first three digits (ITU-T E.164 list). One- and two-digit
// codes fill their whole range. Codes of networks without subscribers to call are left out.
constexpr std::array kCountryRanges = {
    CodeRange{100, 199}, // NANP
    CodeRange{200, 209}, CodeRange{211, 213}, CodeRange{216, 216}, CodeRange{218, 218},
    CodeRange{220, 258}, CodeRange{260, 279}, CodeRange{290, 291}, CodeRange{297, 299},
    CodeRange{300, 349}, CodeRange{350, 383}, CodeRange{385, 387}, CodeRange{389, 419},
    CodeRange{420, 421}, CodeRange{423, 423}, CodeRange{430, 499}, // Europe
    CodeRange{500, 599},                                           // Americas
    CodeRange{600, 670}, CodeRange{672, 683}, CodeRange{685, 692}, // South-East Asia, Oceania
    CodeRange{700, 799},                                           // Russia, Kazakhstan
    CodeRange{800, 800}, CodeRange{808, 808}, CodeRange{810, 829}, CodeRange{840, 850},
    CodeRange{852, 853}, CodeRange{855, 856}, CodeRange{860, 870}, CodeRange{878, 878},
    CodeRange{880, 883}, CodeRange{886, 886}, CodeRange{888, 888}, // Asia and shared codes
    CodeRange{900, 968}, CodeRange{970, 977}, CodeRange{979, 989}, CodeRange{992, 996},
    CodeRange{998, 998},
};

bool is_country(std::string_view digits) {
    const int code = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
    for (const CodeRange& range : kCountryRanges) {
        if (code >= range.first && code <= range.last) {
            return true;
        }
    }
    return false;
}

std::int64_t to_integer(std::string_view digits) {
    std::int64_t value = 0;
    for (const char digit : digits) {
        value = value * 10 + (digit - '0');
    }
    return value;
}

/// [2-9]XX, and not N11: those three digits are a service (411, 911), never part of a number.
bool is_nanp_triple(std::string_view digits) {
    return digits[0] >= '2' && !(digits[1] == '1' && digits[2] == '1');
}

std::variant<Number, NumberFault> read_nanp(std::string_view national) {
    if (national.size() < kNanpNational) {
        return NumberFault::too_short;
    }
    if (national.size() > kNanpNational) {
        return NumberFault::too_long;
    }
    if (!is_nanp_triple(national.substr(0, 3))) {
        return NumberFault::bad_area_code;
    }
    if (!is_nanp_triple(national.substr(3, 3))) {
        return NumberFault::bad_exchange;
    }
    return Number{10'000'000'000 + to_integer(national)};
}

/// `digits` starts with the country code.
std::variant<Number, NumberFault> read_international(std::string_view digits) {
    if (digits.starts_with('1')) {
        return read_nanp(digits.substr(1));
    }
    if (digits.size() < kDigitsMin) {
        return NumberFault::too_short;
    }
    if (digits.size() > kDigitsMax) {
        return NumberFault::too_long;
    }
    if (!is_country(digits)) {
        return NumberFault::unknown_country;
    }
    return Number{to_integer(digits)};
}

std::variant<Number, NumberFault> read_domestic(std::string_view digits) {
    // Ten digits are always a national number: no prefix is looked for, so that a mistyped area
    // code is reported as one and never becomes a call abroad.
    if (digits.size() > kNanpNational) {
        if (digits.starts_with("011")) {
            return read_international(digits.substr(3)); // the NANP's international prefix
        }
        if (digits.starts_with("00")) {
            return read_international(digits.substr(2)); // the prefix ITU-T E.164 recommends
        }
        if (digits.starts_with('1')) {
            return read_nanp(digits.substr(1));
        }
    }
    return read_nanp(digits);
}

} // namespace

std::string_view explain(NumberFault fault) {
    switch (fault) {
    case NumberFault::empty:
        return "There is no number in this field; fill it in or leave the row out.";
    case NumberFault::not_a_number:
        return "This is not one plain telephone number: remove letters, extensions (x123), a "
               "bracketed (0) and further numbers, and format spreadsheet cells like 1.2125E+10 "
               "as text.";
    case NumberFault::too_short:
        return "The number has too few digits; give the area code and all seven digits after it.";
    case NumberFault::too_long:
        return "The number has too many digits; give ten digits, or + and the country code for "
               "other countries.";
    case NumberFault::bad_area_code:
        return "No area code starts with 0 or 1 or ends in 11; check the first three digits.";
    case NumberFault::bad_exchange:
        return "The three digits after the area code cannot start with 0 or 1 or end in 11; "
               "check them.";
    case NumberFault::unknown_country:
        return "No country has this country code; check the digits after the + or 011.";
    }
    return "The number cannot be read.";
}

std::variant<Number, NumberFault> read_number(std::string_view text) {
    const NumberText read = scan_number_text(text);
    if (read.fault) {
        return *read.fault;
    }
    const std::string_view digits{read.digits.data(), read.count};
    return read.plus ? read_international(digits) : read_domestic(digits);
}

std::variant<Number, NumberFault> read_dialed_number(std::string_view text) {
    const NumberText read = scan_number_text(text);
    std::variant<Number, NumberFault> strict = read_number(text);
    if (read.fault || std::holds_alternative<Number>(strict)) {
        return strict;
    }
    std::string_view digits{read.digits.data(), read.count};
    const bool in_nanp = digits.starts_with('1') && (read.plus || digits.size() == 11);
    if (in_nanp && digits.size() > kShortMin) {
        digits.remove_prefix(1);
    }
    if (digits.size() >= kShortMin && digits.size() <= kShortMax) {
        return Number{to_integer(digits)};
    }
    const bool is_service = digits.size() == kNanpNational && (in_nanp || !read.plus) &&
                            digits[0] >= '2' && digits.substr(1, 2) == "11";
    if (is_service) {
        return Number{10'000'000'000 + to_integer(digits)};
    }
    return strict;
}

std::string to_e164(Number number) {
    const std::string digits = std::to_string(number.e164);
    return number.e164 < kShortEnd ? digits : "+" + digits;
}

std::optional<int> area_code(Number number) {
    if (number.e164 < kNanpFirst || number.e164 > kNanpLast) {
        return std::nullopt;
    }
    return static_cast<int>(number.e164 / 10'000'000 - 1000);
}

} // namespace dnc
