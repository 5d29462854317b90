#pragma once

// A NumberSet in a file that is mapped instead of loaded.
//
// The file has a header and a directory of sections, one for each area code with its bitmap and one
// for other countries' numbers, each with its SHA-256. The SHA-256 of header and directory is the
// file's seal: who knows it (the store does) can tell that every byte is the one that was written.
// The same version of a list gives the same file everywhere, so one seal serves every machine of
// one byte order.

#include "dnc/number_set.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

namespace dnc {

/// What a file says it is; a file of another list or version is refused.
struct NumberSetIdentity {
    std::int64_t list_id = 0;
    std::int64_t version_id = 0;
    std::chrono::year_month_day as_of{};
};

/// Why a file cannot be used; the numbers must come from the store.
struct NumberSetFault {
    std::string why; ///< one sentence, with the path
};

/// The layout that this program writes and reads; a seal of another one is of no use to it.
inline constexpr int kNumberSetFormat = 1;

/// Writes the file under a name of its own, makes it durable and moves it to `path`; readers of an
/// older file there keep theirs. Returns the seal, 64 hexadecimal digits.
[[nodiscard]] std::variant<std::string, NumberSetFault>
write_number_set(const NumberSet& set, const NumberSetIdentity& identity, const std::string& path);

/// Maps the file and compares every section with its hash and the directory with `seal` before
/// anything is used. Changes to the set stay in this process: the kernel copies the page. The file
/// must not be shortened while it is mapped; it is written read-only and only ever replaced.
[[nodiscard]] std::variant<NumberSet, NumberSetFault>
map_number_set(const std::string& path, const NumberSetIdentity& identity, const std::string& seal);

} // namespace dnc
