#pragma once

// Why a call is refused: the closed list of codes that people and logs see.

#include "dnc/pack.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dnc {

enum class Verdict : std::uint8_t {
    allow,
    deny,  ///< not now and not later by itself
    defer, ///< not now, but legal later by itself (a window opens, a cap runs off)
};

/// Closed list; dnc/README.md says what each means. Codes are stored in logs as text and never
/// change their meaning. Groups of five are in the order of PackLevel.
enum class ReasonCode : std::uint8_t {
    hours_federal,
    hours_state,
    hours_national,
    hours_house,
    hours_company,
    holiday_federal,
    holiday_state,
    holiday_national,
    holiday_house,
    holiday_company,
    emergency_federal,
    emergency_state,
    emergency_national,
    emergency_house,
    emergency_company,
    freq_federal,
    freq_state,
    freq_national,
    freq_house,
    freq_company,
    consent_federal,
    consent_state,
    consent_national,
    consent_house,
    consent_company,
    revoked_seller,
    revoked_subject,
    revoked_all,
    company_dnc,
    list_national,
    list_state,
    list_preference,
    list_litigator,
    list_other,
    list_missing,
    list_stale,
    list_not_subscribed,
    feed_stale,
    line_not_geographic,
    line_premium,
    line_emergency,
    line_protected,
    line_wireless,
    line_landline,
    line_voip,
    reassigned_yes,
    reassigned_no_data,
    reassigned_stale,
    tz_unknown,
    tzdb_stale,
    pack_missing,
    unknown_consent,
    unknown_revocations,
    unknown_seller,
    unknown_line_type,
    unknown_reassigned,
    unknown_list_national,
    unknown_list_state,
    unknown_list_preference,
    unknown_list_litigator,
    unknown_list_other,
    unknown_list_company,
    unknown_attempts,
    unknown_emergencies,
    unknown_holidays,
};
inline constexpr std::size_t kReasonCodes = 65;

/// The code of a group for a pack's level: at_level(ReasonCode::hours_federal, PackLevel::state) is
/// hours_state.
[[nodiscard]] constexpr ReasonCode at_level(ReasonCode federal, PackLevel level) {
    return static_cast<ReasonCode>(static_cast<unsigned>(federal) + static_cast<unsigned>(level));
}

/// What a reason is about, and so what can make it go away.
enum class ReasonScope : std::uint8_t {
    time,   ///< the hour, or calls of the last days: passes by itself
    number, ///< the number or the person: stays until a list, a consent or the rules change
    data,   ///< our lists, feed, ledger or zone data: it is they that must be mended
};

[[nodiscard]] std::string_view to_text(ReasonCode code);
[[nodiscard]] std::string_view to_text(Verdict verdict);
/// The code that people and logs see, read back; nothing for any other text.
[[nodiscard]] std::optional<ReasonCode> reason_from_text(std::string_view text);
[[nodiscard]] ReasonScope scope_of(ReasonCode code);

} // namespace dnc
