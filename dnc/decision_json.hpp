#pragma once

// The answers of `dialer decide`, one JSON object a line.

#include "dnc/facts_json.hpp"
#include "dnc/gate.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace dnc {

/// Appends {"id", "verdict", "reasons", "zones", "packs", "tzdb", "until"?} and a line end. `id` is
/// JSON, as Question has it.
void append_decision(std::string& out, std::string_view id, const Decision& decision);

/// Appends {"line", "id"?, "error": {"field", "reason", "fix"}} and a line end. `line` counts
/// from 1.
void append_fault(std::string& out, std::size_t line, const QuestionFault& fault);

} // namespace dnc
