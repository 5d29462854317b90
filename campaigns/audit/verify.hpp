#pragma once

// Verifies an export of the audit log: no database, no clock, nothing but the file and a key.

#include "campaigns/audit/form.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns::audit {

/// The first thing that is wrong in a file.
struct Fault {
    std::int64_t line = 0;  ///< from 1; one past the last when something is missing at the end
    std::int64_t leaf = -1; ///< of the record that is wrong or missing; -1: it is no record
    std::string kind;       ///< as the record says, as far as it can be read
    std::string subject;
    std::string what; ///< for people
};

/// What was proved, or what is wrong.
struct Verdict {
    std::optional<Fault> fault;
    Header header;
    std::int64_t records = 0;
    std::vector<Head> heads; ///< all of the file, their signatures checked
    std::string trusted_by;  ///< id of the given key that the last head rests on
};

/// Verifies the whole of `file`. `keys` are those that the reader trusts; a key that the file
/// introduces counts when one of them (or of those it introduced) has signed it. Uses up to
/// `threads` threads. Constant memory, but for the heads.
[[nodiscard]] Verdict verify_export(std::string_view file, const std::vector<PublicKey>& keys,
                                    int threads = 2);

/// Full sentences that say what the verdict means, one a line.
[[nodiscard]] std::string explain(const Verdict& verdict);

} // namespace campaigns::audit
