#pragma once

// The SHA-256 of bytes, by which a decision names the files it rested on.

#include <string>
#include <string_view>

namespace dnc {

/// 64 hexadecimal digits in lower case. Throws std::runtime_error when the library has no SHA-256.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

} // namespace dnc
