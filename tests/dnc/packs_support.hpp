#pragma once

// Hand-made rule packs, and facts about a call of which everything is known, for tests of rules.

#include "tests/dnc/support.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace dnc_tests {

/// "2026-11-23".
[[nodiscard]] std::chrono::sys_days day(std::string_view text);
/// "US", "US-FL".
[[nodiscard]] dnc::Jurisdiction where(std::string_view text);

/// A rule in force since ever, with a citation.
[[nodiscard]] dnc::Rule rule(std::string id, dnc::RuleBody body);

/// A pack of a jurisdiction; an empty one holds everywhere.
[[nodiscard]] dnc::Pack pack(std::string id, dnc::PackLevel level, std::string_view jurisdiction,
                             std::vector<dnc::Rule> rules);
/// The federal pack of the United States with these rules.
[[nodiscard]] dnc::Pack federal(std::vector<dnc::Rule> rules);
[[nodiscard]] dnc::Pack state(std::string_view region, std::vector<dnc::Rule> rules);

/// The same hours on all days; `hours` as {"08:00", "21:00"} pairs in a row.
[[nodiscard]] dnc::WindowRule every_day(std::initializer_list<std::string_view> hours);
[[nodiscard]] std::vector<dnc::Interval> hours(std::initializer_list<std::string_view> hours);

/// With the shipped tables and the system's zones.
[[nodiscard]] dnc::Gate gate_of(std::vector<dnc::Pack> packs);

/// A call for the seller Acme of which everything is known and nothing speaks against it.
[[nodiscard]] dnc::CallFacts call_to(dnc::Number number);
/// A consent for Acme with its evidence.
[[nodiscard]] dnc::Consent consent(dnc::ConsentGrade grade, dnc::Instant at);

/// "allow", "deny HOURS_STATE LIST_NATIONAL": the verdict, then each code in the order given.
[[nodiscard]] std::string outcome(const dnc::Decision& decision);

} // namespace dnc_tests
