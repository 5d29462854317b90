#pragma once

// JSON strings without a library: the journal is written on the hot path.

#include <string>
#include <string_view>

namespace peers {

/// The text as a JSON string with its quotes. Bytes that are not UTF-8 become '?'.
[[nodiscard]] std::string quoted(std::string_view text);

} // namespace peers
