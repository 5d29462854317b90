#include "campaigns/files/csv_text.hpp"

#include <array>
#include <utility>

namespace campaigns::csv {

namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

using namespace std::string_view_literals;

constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kForeignTypes{{
    {"PK\x03\x04"sv, "an Excel workbook (XLSX) or a ZIP archive"sv},
    {"PK\x05\x06"sv, "an empty ZIP archive"sv},
    {"\xD0\xCF\x11\xE0"sv, "an old Excel workbook (XLS)"sv},
    {"%PDF"sv, "a PDF document"sv},
    {"\x1F\x8B"sv, "a gzip archive"sv},
    {"BZh9"sv, "a bzip2 archive"sv},
    {"\xFD"
     "7zXZ"sv,
     "an xz archive"sv},
    {"\x28\xB5\x2F\xFD"sv, "a zstd archive"sv},
    {"7z\xBC\xAF"sv, "a 7-Zip archive"sv},
    {"{\\rtf"sv, "a rich text document (RTF)"sv},
    {"SQLite format 3"sv, "an SQLite database"sv},
    {"<!DOCTYPE"sv, "a web page (HTML)"sv},
    {"<html"sv, "a web page (HTML)"sv},
    {"<?xml"sv, "an XML document"sv},
    {"\x89PNG"sv, "a picture (PNG)"sv},
    {"\xFF\xD8\xFF"sv, "a picture (JPEG)"sv},
    {"\xFF\xFE\0\0"sv, "text in UTF-32"sv},
    {"\0\0\xFE\xFF"sv, "text in UTF-32"sv},
}};

// What Windows-1252 has in 0x80 .. 0x9F, where Latin-1 has control characters.
constexpr std::array<std::uint16_t, 32> kWindows1252{
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

bool is_continuation(unsigned char byte) {
    return (byte & 0xC0U) == 0x80U;
}

// Length of the well-formed sequence at the start of `bytes` (RFC 3629 section 4), 0 when there
// is none. `bytes` is not empty.
std::size_t sequence_length(std::string_view bytes) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char first = at(0);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || bytes.size() < length) {
        return 0;
    }
    const unsigned char second = at(1);
    // The second byte is where overlong forms, surrogates and values beyond U+10FFFF show.
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
        (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(at(i))) {
            return 0;
        }
    }
    return length;
}

} // namespace

std::string_view foreign_type(std::string_view head) {
    for (const auto& [magic, name] : kForeignTypes) {
        if (head.starts_with(magic)) {
            return name;
        }
    }
    return {};
}

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t length = sequence_length(bytes);
        if (length == 0) {
            return false;
        }
        bytes.remove_prefix(length);
    }
    return true;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
    if ((code_point >= 0xD800 && code_point <= 0xDFFF) || code_point > 0x10FFFF) {
        code_point = kReplacement;
    }
    if (code_point < 0x80) {
        out.push_back(static_cast<char>(code_point));
        return;
    }
    const auto continuation = [&](unsigned shift) {
        out.push_back(static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU)));
    };
    if (code_point < 0x800) {
        out.push_back(static_cast<char>(0xC0U | (code_point >> 6U)));
    } else if (code_point < 0x10000) {
        out.push_back(static_cast<char>(0xE0U | (code_point >> 12U)));
        continuation(6);
    } else {
        out.push_back(static_cast<char>(0xF0U | (code_point >> 18U)));
        continuation(12);
        continuation(6);
    }
    continuation(0);
}

std::string from_windows_1252(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 4);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        const bool special = byte >= 0x80 && byte <= 0x9F;
        append_utf8(out, special ? kWindows1252[byte - 0x80U] : byte);
    }
    return out;
}

void Utf16Decoder::decode(std::string_view bytes, std::string& out) {
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (!has_byte_) {
            byte_ = byte;
            has_byte_ = true;
            continue;
        }
        has_byte_ = false;
        const std::uint32_t high = big_endian_ ? byte_ : byte;
        const std::uint32_t low = big_endian_ ? byte : byte_;
        unit(high << 8U | low, out);
    }
}

void Utf16Decoder::finish(std::string& out) {
    if (has_byte_ || high_surrogate_ != 0) {
        append_utf8(out, kReplacement);
    }
    has_byte_ = false;
    high_surrogate_ = 0;
}

void Utf16Decoder::unit(std::uint32_t value, std::string& out) {
    const bool is_high = value >= 0xD800 && value <= 0xDBFF;
    const bool is_low = value >= 0xDC00 && value <= 0xDFFF;
    if (high_surrogate_ != 0) {
        const std::uint32_t high = std::exchange(high_surrogate_, 0U);
        if (is_low) {
            append_utf8(out, 0x10000U + ((high - 0xD800U) << 10U) + (value - 0xDC00U));
            return;
        }
        append_utf8(out, kReplacement);
    }
    if (is_high) {
        high_surrogate_ = value;
    } else {
        append_utf8(out, is_low ? kReplacement : value);
    }
}

} // namespace campaigns::csv
