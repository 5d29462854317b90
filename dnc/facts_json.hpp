#pragma once

// A line of `dialer decide`: the facts about one call as JSON, read strictly.

#include "dnc/facts.hpp"
#include "dnc/time.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace dnc {

/// Longest line that is read.
inline constexpr std::size_t kFactsBytesMax = 1024 * 1024;

/// What one line asks.
struct Question {
    CallFacts facts;
    Instant at{};
    std::string id; ///< as JSON ("\"a-1\"", "17"); "null" when none was given
};

/// Why a line asks nothing that can be judged.
struct QuestionFault {
    std::string id;     ///< as in Question, when it could be read
    std::string field;  ///< "attempts[3].at"; empty: the line as a whole
    std::string reason; ///< what is wrong
    std::string fix;    ///< what to write instead
};

/// Reads untrusted bytes; linear in the line. The contract of the members is in dnc/decide.md: a
/// member that is left out is not known, null and the empty list say that there is none, and one
/// that has no place there is a fault. With `assume_clear` the facts say so too, and the answers of
/// lists may leave out whether the number is listed.
[[nodiscard]] std::variant<Question, QuestionFault> read_question(std::string_view line,
                                                                  bool assume_clear);

} // namespace dnc
