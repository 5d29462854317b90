#include "dnc/registry_flat.hpp"

#include "dnc/registry_text.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace dnc {

namespace {

constexpr std::size_t kLineBytesMax = 1024;
constexpr std::size_t kCommaLine = 11; // "212,5550101"
constexpr std::size_t kPlainLine = 10; // "2125550101"
constexpr std::int64_t kCountryCode = 10'000'000'000;

/// The ten digits of a line of one of the two shapes, where area code and exchange are such as the
/// North American plan has: they begin with 2 to 9 and do not end in 11. 0 for any other line.
std::int64_t flat_number(std::string_view line) {
    std::array<char, kPlainLine> digits{};
    if (line.size() == kCommaLine && line[3] == ',') {
        std::memcpy(digits.data(), line.data(), 3);
        std::memcpy(digits.data() + 3, line.data() + 4, 7);
    } else if (line.size() == kPlainLine) {
        std::memcpy(digits.data(), line.data(), kPlainLine);
    } else {
        return 0;
    }
    std::int64_t value = 0;
    bool good = true;
    for (const char c : digits) {
        good = good && is_digit(c);
        value = value * 10 + (c - '0');
    }
    const auto is_code = [&digits](std::size_t at) {
        return digits[at] >= '2' && !(digits[at + 1] == '1' && digits[at + 2] == '1');
    };
    return good && is_code(0) && is_code(3) ? value : 0;
}

std::string_view without_cr(std::string_view line) {
    if (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
    }
    return line;
}

bool is_nanp_country(std::string_view country) {
    return country.empty() || country == "US" || country == "CA" || country == "PR";
}

} // namespace

bool is_flat_registry(std::string_view beginning) {
    bool any = false;
    for (;;) {
        const std::size_t end = beginning.find('\n');
        if (end == std::string_view::npos) {
            return any;
        }
        if (flat_number(without_cr(beginning.substr(0, end))) == 0) {
            return false;
        }
        any = true;
        beginning.remove_prefix(end + 1);
    }
}

FlatRegistryReader::FlatRegistryReader(const RegistryOptions& options, RegistrySink& sink)
    : options_{options}, sink_{sink}, rows_{options, sink} {}

std::optional<RegistryFault> FlatRegistryReader::take_line(std::string_view line) {
    ++line_;
    line = without_cr(line);
    const std::int64_t digits = is_nanp_country(options_.country) &&
                                        options_.content == RegistryContent::numbers &&
                                        options_.columns.empty()
                                    ? flat_number(line)
                                    : 0;
    if (digits != 0 && options_.area_codes.test(static_cast<std::size_t>(digits / 10'000'000))) {
        RegistryRecord record;
        record.first = Number{kCountryCode + digits};
        sink_.on_record(record);
        return std::nullopt;
    }
    std::array<std::string_view, 16> fields;
    std::size_t count = 0;
    for (std::string_view left = line; count < fields.size();) {
        const std::size_t comma = left.find(',');
        fields[count++] = left.substr(0, comma);
        if (comma == std::string_view::npos) {
            break;
        }
        left.remove_prefix(comma + 1);
    }
    return rows_.row(line_, {fields.data(), count});
}

std::optional<RegistryFault> FlatRegistryReader::feed(std::string_view piece) {
    while (!piece.empty()) {
        const std::size_t end = piece.find('\n');
        const std::string_view part = piece.substr(0, end);
        if (end != std::string_view::npos && rest_.empty() && !overlong_) {
            if (auto fault = take_line(part)) {
                return fault;
            }
            piece.remove_prefix(end + 1);
            continue;
        }
        overlong_ = overlong_ || rest_.size() + part.size() > kLineBytesMax;
        rest_.append(part.substr(0, kLineBytesMax - std::min(kLineBytesMax, rest_.size())));
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        piece.remove_prefix(end + 1);
        if (auto fault = finish()) {
            return fault;
        }
    }
    return std::nullopt;
}

std::optional<RegistryFault> FlatRegistryReader::finish() {
    const std::string line = std::move(rest_);
    rest_.clear();
    if (overlong_) {
        overlong_ = false;
        sink_.on_bad({++line_, "", shown(line), "the line is longer than 1 KiB"});
        return std::nullopt;
    }
    return line.empty() ? std::nullopt : take_line(line);
}

} // namespace dnc
