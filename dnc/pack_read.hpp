#pragma once

// The parts that the reader of rule packs is made of.
//
// For the pack_read*.cpp files only. All of these throw std::runtime_error naming file and field.

#include "dnc/pack.hpp"
#include "dnc/pack_json.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dnc::pack_read {

inline constexpr std::size_t kPackBytesMax = 1024 * 1024;
inline constexpr std::size_t kRulesMax = 4096;
inline constexpr std::size_t kCasesMax = 4096;

/// The years that a yearly day can be limited to.
inline constexpr int kYearMin = 1900;
inline constexpr int kYearMax = 2199;

/// The member `when` of a rule.
[[nodiscard]] Condition read_condition(const PackNode& node);
/// The member `lift_by` of a rule of kind `kind`.
[[nodiscard]] std::vector<Lift> read_lifts(const PackNode& node, const std::string& kind);
/// One day of a calendar rule.
[[nodiscard]] HolidayDef read_holiday(const PackNode& node);
/// The members `days`, `calendar` and so on of a window rule.
[[nodiscard]] WindowRule read_window(const PackNode& rule);
/// What the rule's member `kind` asks for. Refuses members that neither the kind nor every rule
/// has.
[[nodiscard]] RuleBody read_body(const PackNode& rule);

/// Area codes, 200 to 999, each once.
[[nodiscard]] std::vector<int> read_area_codes(const PackNode& node);
/// Texts, each once, at least one.
[[nodiscard]] std::vector<std::string> read_texts(const PackNode& node);
/// Letters, digits and "-._", at most 64.
[[nodiscard]] std::string read_id(const PackNode& node);
/// The name of a zone; whether there is such a zone is not known here.
[[nodiscard]] std::string read_zone_name(const PackNode& node);

/// Whether the pack has a calendar rule of that id.
[[nodiscard]] bool has_calendar(const Pack& pack, std::string_view id);
/// Refuses the calendar that a rule of the pack names.
[[noreturn]] void refuse_calendar(const Pack& pack, std::size_t rule);

} // namespace dnc::pack_read
