#include "dnc/reasons.hpp"

namespace dnc {

namespace {

struct ReasonRow {
    ReasonCode code;
    std::string_view text;
    ReasonScope scope;
};

using enum ReasonCode;
using enum ReasonScope;

// In the order of the enumeration.
constexpr std::array<ReasonRow, kReasonCodes> kReasons = {{
    {hours_federal, "HOURS_FEDERAL", time},
    {hours_state, "HOURS_STATE", time},
    {hours_national, "HOURS_NATIONAL", time},
    {hours_house, "HOURS_HOUSE", time},
    {hours_company, "HOURS_COMPANY", time},
    {holiday_federal, "HOLIDAY_FEDERAL", time},
    {holiday_state, "HOLIDAY_STATE", time},
    {holiday_national, "HOLIDAY_NATIONAL", time},
    {holiday_house, "HOLIDAY_HOUSE", time},
    {holiday_company, "HOLIDAY_COMPANY", time},
    {emergency_federal, "EMERGENCY_FEDERAL", time},
    {emergency_state, "EMERGENCY_STATE", time},
    {emergency_national, "EMERGENCY_NATIONAL", time},
    {emergency_house, "EMERGENCY_HOUSE", time},
    {emergency_company, "EMERGENCY_COMPANY", time},
    {freq_federal, "FREQ_FEDERAL", time},
    {freq_state, "FREQ_STATE", time},
    {freq_national, "FREQ_NATIONAL", time},
    {freq_house, "FREQ_HOUSE", time},
    {freq_company, "FREQ_COMPANY", time},
    {consent_federal, "CONSENT_FEDERAL", number},
    {consent_state, "CONSENT_STATE", number},
    {consent_national, "CONSENT_NATIONAL", number},
    {consent_house, "CONSENT_HOUSE", number},
    {consent_company, "CONSENT_COMPANY", number},
    {revoked_seller, "REVOKED_SELLER", number},
    {revoked_subject, "REVOKED_SUBJECT", number},
    {revoked_all, "REVOKED_ALL", number},
    {company_dnc, "COMPANY_DNC", number},
    {list_national, "LIST_NATIONAL", number},
    {list_state, "LIST_STATE", number},
    {list_preference, "LIST_PREFERENCE", number},
    {list_litigator, "LIST_LITIGATOR", number},
    {list_other, "LIST_OTHER", number},
    {list_missing, "LIST_MISSING", data},
    {list_stale, "LIST_STALE", data},
    {list_not_subscribed, "LIST_NOT_SUBSCRIBED", number},
    {feed_stale, "FEED_STALE", data},
    {line_not_geographic, "LINE_NOT_GEOGRAPHIC", number},
    {line_premium, "LINE_PREMIUM", number},
    {line_emergency, "LINE_EMERGENCY", number},
    {line_protected, "LINE_PROTECTED", number},
    {line_wireless, "LINE_WIRELESS", number},
    {line_landline, "LINE_LANDLINE", number},
    {line_voip, "LINE_VOIP", number},
    {reassigned_yes, "REASSIGNED_YES", number},
    {reassigned_no_data, "REASSIGNED_NO_DATA", number},
    {reassigned_stale, "REASSIGNED_STALE", number},
    {tz_unknown, "TZ_UNKNOWN", number},
    {tzdb_stale, "TZDB_STALE", data},
    {pack_missing, "PACK_MISSING", number},
    {unknown_consent, "UNKNOWN_CONSENT", number},
    {unknown_revocations, "UNKNOWN_REVOCATIONS", data},
    {unknown_seller, "UNKNOWN_SELLER", data},
    {unknown_line_type, "UNKNOWN_LINE_TYPE", number},
    {unknown_reassigned, "UNKNOWN_REASSIGNED", number},
    {unknown_list_national, "UNKNOWN_LIST_NATIONAL", number},
    {unknown_list_state, "UNKNOWN_LIST_STATE", number},
    {unknown_list_preference, "UNKNOWN_LIST_PREFERENCE", number},
    {unknown_list_litigator, "UNKNOWN_LIST_LITIGATOR", number},
    {unknown_list_other, "UNKNOWN_LIST_OTHER", number},
    {unknown_list_company, "UNKNOWN_LIST_COMPANY", data},
    {unknown_attempts, "UNKNOWN_ATTEMPTS", data},
    {unknown_emergencies, "UNKNOWN_EMERGENCIES", data},
    {unknown_holidays, "UNKNOWN_HOLIDAYS", data},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kReasons.size(); ++i) {
        if (static_cast<std::size_t>(kReasons[i].code) != i || kReasons[i].text.empty()) {
            return false;
        }
    }
    return true;
}
static_assert(in_order());
static_assert(at_level(hours_federal, PackLevel::company) == hours_company);
static_assert(at_level(consent_federal, PackLevel::state) == consent_state);

} // namespace

std::string_view to_text(ReasonCode code) {
    return kReasons.at(static_cast<std::size_t>(code)).text;
}

std::string_view to_text(Verdict verdict) {
    constexpr std::array<std::string_view, 3> kTexts{"allow", "deny", "defer"};
    return kTexts.at(static_cast<std::size_t>(verdict));
}

std::optional<ReasonCode> reason_from_text(std::string_view text) {
    for (const ReasonRow& row : kReasons) {
        if (row.text == text) {
            return row.code;
        }
    }
    return std::nullopt;
}

ReasonScope scope_of(ReasonCode code) {
    return kReasons.at(static_cast<std::size_t>(code)).scope;
}

} // namespace dnc
