#pragma once

// Parses untrusted JSON within bounds and without the leniencies of the library.
//
// For the .cpp files of dnc only; its public headers know no JSON.

#include <boost/json/fwd.hpp>
#include <boost/json/storage_ptr.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace dnc {

/// Deepest nesting that a pack or a line may have.
inline constexpr std::size_t kJsonDepthMax = 24;

/// Fills `out` when the text is valid JSON in UTF-8, not nested too deeply, and no object has a
/// member twice (the library would keep the last of them without a word). Otherwise leaves `why`
/// with a reason for people, and `out` is of no use. `out` takes its memory from `storage`.
[[nodiscard]] bool parse_json(std::string_view text, const boost::json::storage_ptr& storage,
                              boost::json::value& out, std::string& why);

} // namespace dnc
