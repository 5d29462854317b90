#pragma once

// A broken invariant stops the process, in every build: state is recovered from PostgreSQL, and a
// dialer that no longer knows what it does must not dial.

namespace dialer {

/// Logs the place and the condition, and aborts.
[[noreturn]] void invariant_broken(const char* condition, const char* file, int line);

} // namespace dialer

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): the text of the condition is wanted.
#define INVARIANT(condition)                                                                       \
    (static_cast<bool>(condition) ? void()                                                         \
                                  : ::dialer::invariant_broken(#condition, __FILE__, __LINE__))
