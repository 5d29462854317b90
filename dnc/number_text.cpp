#include "dnc/number_text.hpp"

#include <algorithm>
#include <cstdint>

namespace dnc {

namespace {

struct Character {
    std::uint32_t code = 0;
    std::size_t bytes = 1;
};

constexpr std::uint32_t kBroken = 0xFFFFFFFF;

std::size_t sequence_length(unsigned char lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead < 0xE0) {
        return 2;
    }
    if (lead >= 0xE0 && lead < 0xF0) {
        return 3;
    }
    return 0; // nothing beyond the basic plane is ever part of a number
}

/// The next character of UTF-8 text; kBroken for anything that is not well formed. A lone byte
/// 0xA0 is taken as the no-break space of Latin-1 files.
Character next_character(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) == 0xA0) {
        return {0xA0, 1};
    }
    const std::size_t length = sequence_length(byte(0));
    if (length == 0 || length > text.size()) {
        return {kBroken, 1};
    }
    if (length == 1) {
        return {byte(0), 1};
    }
    std::uint32_t code = byte(0) & (length == 2 ? 0x1FU : 0x0FU);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) {
            return {kBroken, 1};
        }
        code = (code << 6U) | (byte(i) & 0x3FU);
    }
    return {code, length};
}

struct CodeRange {
    std::uint32_t first;
    std::uint32_t last;
};

// Characters that people and programs put between digits, sorted.
constexpr std::array kSeparators = {
    CodeRange{'\t', '\r'}, // tab and line ends
    CodeRange{' ', ' '},       CodeRange{'(', ')'},       CodeRange{'-', '/'},
    CodeRange{'[', '['},       CodeRange{']', ']'},       CodeRange{'_', '_'},
    CodeRange{0x00A0, 0x00A0}, // no-break space
    CodeRange{0x00AD, 0x00AD}, // soft hyphen
    CodeRange{0x00B7, 0x00B7}, // middle dot
    CodeRange{0x2000, 0x2015}, // spaces of all widths, invisible marks, dashes
    CodeRange{0x2022, 0x2022}, // bullet
    CodeRange{0x2024, 0x2024}, // one dot leader
    CodeRange{0x202A, 0x202F}, // direction marks around pasted contacts, narrow no-break space
    CodeRange{0x205F, 0x2069}, // mathematical space, word joiner, direction isolates
    CodeRange{0x2212, 0x2212}, // minus
    CodeRange{0x2215, 0x2215}, // division slash
    CodeRange{0x3000, 0x3000}, // ideographic space
    CodeRange{0xFE58, 0xFE58}, CodeRange{0xFE63, 0xFE63}, // small dashes
    CodeRange{0xFEFF, 0xFEFF},                            // byte order mark
    CodeRange{0xFF08, 0xFF09}, CodeRange{0xFF0D, 0xFF0F}, // full-width ( ) - . /
};

bool is_separator(std::uint32_t code) {
    return std::any_of(kSeparators.begin(), kSeparators.end(), [code](const CodeRange& range) {
        return code >= range.first && code <= range.last;
    });
}

bool is_apostrophe(std::uint32_t code) {
    return code == '\'' || code == '`' || (code >= 0x2018 && code <= 0x201B);
}

bool is_open_bracket(std::uint32_t code) {
    return code == '(' || code == '[' || code == 0xFF08;
}
bool is_close_bracket(std::uint32_t code) {
    return code == ')' || code == ']' || code == 0xFF09;
}
bool is_plus(std::uint32_t code) {
    return code == '+' || code == 0xFF0B;
}

/// 0..9, or nothing; full-width digits count.
std::optional<char> digit_of(std::uint32_t code) {
    if (code >= '0' && code <= '9') {
        return static_cast<char>(code);
    }
    if (code >= 0xFF10 && code <= 0xFF19) {
        return static_cast<char>('0' + (code - 0xFF10));
    }
    return std::nullopt;
}

/// Collects digits and remembers what tells several numbers from one that is too long.
class Scanner {
public:
    void take(std::uint32_t code) {
        if (const auto digit = digit_of(code)) {
            take_digit(*digit);
        } else if (is_plus(code)) {
            take_plus();
        } else if (is_separator(code)) {
            take_separator(code);
        } else if (!(is_apostrophe(code) && !started_)) {
            result_.fault = NumberFault::not_a_number;
        }
    }

    [[nodiscard]] bool failed() const { return result_.fault.has_value(); }

    [[nodiscard]] NumberText finish() {
        if (!failed() && seen_ == 0) {
            const bool blank = !result_.plus;
            result_.fault = blank ? NumberFault::empty : NumberFault::not_a_number;
        } else if (!failed() && seen_ > NumberText::kCapacity) {
            result_.fault = whole_before_gap_ ? NumberFault::not_a_number : NumberFault::too_long;
        }
        return result_;
    }

private:
    void take_digit(char digit) {
        started_ = true;
        lone_zero_ = after_open_ && digit == '0';
        after_open_ = false;
        if (seen_ < NumberText::kCapacity) {
            result_.digits[seen_] = digit;
            result_.count = seen_ + 1;
        }
        ++seen_;
    }

    void take_plus() {
        if (started_) {
            result_.fault = NumberFault::not_a_number;
        }
        started_ = true;
        result_.plus = true;
    }

    void take_separator(std::uint32_t code) {
        // "+44 (0)20 ...": whether the 0 is dialed differs by country, and a wrong guess would
        // ring a stranger, so a person has to decide.
        if (is_close_bracket(code) && lone_zero_) {
            result_.fault = NumberFault::not_a_number;
        }
        lone_zero_ = false;
        after_open_ = is_open_bracket(code);
        whole_before_gap_ = whole_before_gap_ || seen_ == 10 || seen_ == 11;
    }

    NumberText result_;
    std::size_t seen_ = 0; // digits, kept or not
    bool started_ = false;
    bool whole_before_gap_ = false; // a complete national number stood before a separator
    bool after_open_ = false;
    bool lone_zero_ = false;
};

std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string_view without_scheme(std::string_view text) {
    constexpr std::string_view kScheme = "tel:"; // RFC 3966
    const auto same = [](char a, char b) { return (a | 0x20) == b; };
    const bool has_scheme = text.size() >= kScheme.size() &&
                            std::equal(kScheme.begin(), kScheme.end() - 1, text.begin(),
                                       [&](char want, char got) { return same(got, want); }) &&
                            text[kScheme.size() - 1] == ':';
    return has_scheme ? text.substr(kScheme.size()) : text;
}

/// "12125550123.0" is what a spreadsheet makes of a whole number; with ten digits or more before
/// the point nothing else can be meant.
std::string_view without_decimal_zero(std::string_view text) {
    const std::size_t point = text.find_last_of('.');
    if (point == std::string_view::npos || text.size() - point < 2 || text.size() - point > 3) {
        return text;
    }
    const std::string_view after = text.substr(point + 1);
    std::string_view before = text.substr(0, point);
    const std::size_t first = before.find_first_not_of("'+");
    const bool zeros = after.find_first_not_of('0') == std::string_view::npos;
    const bool whole = first != std::string_view::npos && before.size() - first >= 10 &&
                       before.find_first_not_of("0123456789", first) == std::string_view::npos;
    return zeros && whole ? before : text;
}

} // namespace

NumberText scan_number_text(std::string_view text) {
    std::string_view rest =
        without_decimal_zero(without_blanks(without_scheme(without_blanks(text))));
    Scanner scanner;
    while (!rest.empty() && !scanner.failed()) {
        const Character character = next_character(rest);
        scanner.take(character.code);
        rest.remove_prefix(character.bytes);
    }
    return scanner.finish();
}

} // namespace dnc
