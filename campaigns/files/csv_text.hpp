#pragma once

// Encodings and file types for the CSV reader: what the bytes are, and how they become UTF-8.

#include <cstdint>
#include <string>
#include <string_view>

namespace campaigns::csv {

/// Names the type of a file that is no text table ("an Excel workbook (XLSX) or ZIP archive"), or
/// nothing. Looks at the first 16 bytes.
[[nodiscard]] std::string_view foreign_type(std::string_view head);

/// True for well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view bytes);

/// Appends one code point; what is no scalar value becomes U+FFFD.
void append_utf8(std::string& out, std::uint32_t code_point);

/// Windows-1252 to UTF-8; the five bytes without a meaning become U+FFFD.
[[nodiscard]] std::string from_windows_1252(std::string_view bytes);

/// UTF-16 to UTF-8 in pieces of any size. Lone surrogates become U+FFFD.
class Utf16Decoder {
public:
    explicit Utf16Decoder(bool big_endian) : big_endian_{big_endian} {}

    void decode(std::string_view bytes, std::string& out);
    /// The end: half a unit or a lone surrogate left over becomes U+FFFD.
    void finish(std::string& out);

private:
    void unit(std::uint32_t value, std::string& out);

    bool big_endian_;
    bool has_byte_ = false;
    unsigned char byte_ = 0;
    std::uint32_t high_surrogate_ = 0; // 0: none waiting
};

} // namespace campaigns::csv
