#include "dnc/registry.hpp"
#include "dnc/registry_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace dnc {

namespace {

// -- numbers as countries write them (ITU-T E.164 and the national numbering plans)

struct National {
    std::string_view country;
    std::string_view code;
    bool drops_zero;      ///< a 0 before the national number is not dialed from abroad
    std::size_t size_min; ///< of the number without that 0
    std::size_t size_max;
};

constexpr std::array<National, 14> kNationals{{
    {"GB", "44", true, 7, 10},
    {"IE", "353", true, 7, 9},
    {"IT", "39", false, 6, 11}, // fixed numbers keep their 0
    {"FR", "33", true, 9, 9},
    {"DE", "49", true, 6, 11},
    {"ES", "34", false, 9, 9},
    {"PT", "351", false, 9, 9},
    {"NL", "31", true, 9, 9},
    {"BE", "32", true, 8, 9},
    {"PL", "48", false, 9, 9},
    {"AU", "61", true, 6, 10},
    {"NZ", "64", true, 8, 10},
    {"BR", "55", true, 10, 11},
    {"MX", "52", false, 10, 10},
}};

constexpr std::array<std::string_view, 4> kNanpCountries{"US", "CA", "PR", ""};

const National* find_national(std::string_view country) {
    const auto* const found =
        std::find_if(kNationals.begin(), kNationals.end(),
                     [country](const National& one) { return one.country == country; });
    return found == kNationals.end() ? nullptr : found;
}

bool is_nanp(std::string_view country) {
    return std::find(kNanpCountries.begin(), kNanpCountries.end(), country) != kNanpCountries.end();
}

/// Digits of a national number; empty when there is something else in it than digits and the
/// marks that people put between them.
std::string national_digits(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (is_digit(c)) {
            digits += c;
        } else if (std::string_view{" -.()/"}.find(c) == std::string_view::npos) {
            return {};
        }
    }
    return digits;
}

// -- instants

/// Reads fixed-width numbers off the front of a text.
class Digits {
public:
    explicit Digits(std::string_view text) : text_{text} {}

    std::optional<int> take(std::size_t width) {
        int value = 0;
        if (text_.size() < width || !all_digits(text_.substr(0, width))) {
            return std::nullopt;
        }
        std::from_chars(text_.data(), text_.data() + width, value);
        text_.remove_prefix(width);
        return value;
    }
    bool skip(std::string_view any_of) {
        if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) {
            return false;
        }
        text_.remove_prefix(1);
        return true;
    }
    [[nodiscard]] std::string_view rest() const { return text_; }

private:
    std::string_view text_;
};

std::optional<std::chrono::sys_days> day_of(std::optional<int> year, std::optional<int> month,
                                            std::optional<int> day) {
    if (!year || !month || !day || *year < 1970 || *year > 2199) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    return date.ok() ? std::optional{std::chrono::sys_days{date}} : std::nullopt;
}

/// "2026-11-20", "2026/11/20", "20261120" or "11/20/2026".
std::optional<std::chrono::sys_days> take_day(Digits& text) {
    const bool american =
        text.rest().size() >= 3 && !is_digit(text.rest()[2]) && is_digit(text.rest()[1]);
    if (american) {
        const auto month = text.take(2);
        text.skip("/-");
        const auto day = text.take(2);
        return text.skip("/-") ? day_of(text.take(4), month, day) : std::nullopt;
    }
    const auto year = text.take(4);
    text.skip("-/");
    const auto month = text.take(2);
    text.skip("-/");
    return day_of(year, month, text.take(2));
}

/// "10:00", "10:00:00.123", "100000".
std::optional<std::chrono::microseconds> take_clock(Digits& text) {
    const auto hour = text.take(2);
    text.skip(":");
    const auto minute = text.take(2);
    const bool seconds_follow = text.skip(":") || text.rest().size() >= 2;
    const auto second = seconds_follow && is_digit(text.rest().empty() ? ' ' : text.rest()[0])
                            ? text.take(2)
                            : std::optional{0};
    if (!hour || !minute || !second || *hour > 24 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    std::chrono::microseconds time =
        std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second};
    if (text.skip(".,")) {
        for (int unit = 100'000; !text.rest().empty() && is_digit(text.rest()[0]); unit /= 10) {
            time += std::chrono::microseconds{*text.take(1) * unit};
        }
    }
    return time;
}

/// "", "Z", "+01:00", "-0500".
std::optional<std::chrono::minutes> take_offset(Digits& text) {
    if (text.rest().empty() || text.skip("Zz")) {
        return std::chrono::minutes{0};
    }
    const bool west = text.rest()[0] == '-';
    if (!text.skip("+-")) {
        return std::nullopt;
    }
    const auto hours = text.take(2);
    text.skip(":");
    const auto minutes = text.rest().empty() ? std::optional{0} : text.take(2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) {
        return std::nullopt;
    }
    const std::chrono::minutes offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
    return west ? -offset : offset;
}

} // namespace

bool knows_country(std::string_view country) {
    return find_national(country) != nullptr || is_nanp(country);
}

std::variant<Number, NumberFault> read_national(std::string_view text, std::string_view country) {
    text = trim(text);
    const National* const national = find_national(country);
    if (text.starts_with('+') || text.starts_with("00") || is_nanp(country)) {
        return read_number(text);
    }
    if (national == nullptr) {
        return text.empty() ? NumberFault::empty : NumberFault::not_a_number;
    }
    std::string digits = national_digits(text);
    if (digits.empty()) {
        return text.empty() ? NumberFault::empty : NumberFault::not_a_number;
    }
    const auto fits = [national](std::size_t size) {
        return size >= national->size_min && size <= national->size_max;
    };
    if (national->drops_zero && digits.front() == '0') {
        digits.erase(0, 1);
    } else if (digits.starts_with(national->code) && fits(digits.size() - national->code.size()) &&
               (national->drops_zero || digits.size() > national->size_max)) {
        digits.erase(0, national->code.size()); // written with the country code but without its +
    }
    if (!fits(digits.size())) {
        return digits.size() < national->size_min ? NumberFault::too_short : NumberFault::too_long;
    }
    return read_number("+" + std::string{national->code} + digits);
}

std::optional<Instant> read_registry_time(std::string_view text) {
    Digits digits{trim(text)};
    const auto day = take_day(digits);
    if (!day || digits.rest().empty()) {
        return day ? std::optional{Instant{*day}} : std::nullopt;
    }
    digits.skip("Tt ");
    const auto clock = take_clock(digits);
    digits.skip(" ");
    const auto offset = take_offset(digits);
    if (!clock || !offset || !digits.rest().empty()) {
        return std::nullopt;
    }
    return Instant{*day + *clock - *offset};
}

} // namespace dnc
