#pragma once

// Calling hours, holidays and emergencies.

#include "dnc/rules_consent.hpp"

namespace dnc {

void judge_window(const ReadyRule& rule, const WindowRule& body, const Case& asked, Judgement& out);
/// Nothing when the rule allows the call at that moment; else the first instant at which it does in
/// each single zone, Instant::max() when it never does.
[[nodiscard]] std::optional<Instant> closed_until(const ReadyRule& rule, const WindowRule& body,
                                                  const Case& asked);

void judge_emergency(const ReadyRule& rule, const Case& asked, Judgement& out);
[[nodiscard]] std::optional<Instant> emergency_until(const ReadyRule& rule, const Case& asked);

/// How far ahead a legal instant is looked for: rules whose hours never come are not looked for
/// longer.
inline constexpr std::chrono::days kSearchAhead{400};

} // namespace dnc
