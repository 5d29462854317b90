#pragma once

// Caps on calls, and quiet times after certain calls.

#include "dnc/caps.hpp"
#include "dnc/rules_consent.hpp"

namespace dnc {

void judge_frequency(const ReadyRule& rule, const FrequencyRule& body, const Case& asked,
                     Judgement& out);

/// Nothing when the rule allows the call at that moment; else the first instant at which it does
/// when nobody calls in between, Instant::max() when it never does. `past` is work space.
[[nodiscard]] std::optional<Instant> capped_until(const ReadyRule& rule, const FrequencyRule& body,
                                                  const Case& asked, std::vector<Instant>& past);

/// What the store has to count again, with nobody else counting, when it writes the attempt.
[[nodiscard]] CapReservation reservation_of(const ReadyRule& rule, const FrequencyRule& body,
                                            const Case& asked);

} // namespace dnc
