#include "dnc/gate.hpp"

namespace dnc {

namespace {

struct ReasonRow {
    ReasonCode code;
    std::string_view text;
    ReasonScope scope;
};

// In the order of the enumeration; the codes are stored in logs and never change their meaning.
constexpr std::array<ReasonRow, kReasonCodes> kReasons = {{
    {ReasonCode::hours_federal, "HOURS_FEDERAL", ReasonScope::time},
    {ReasonCode::company_dnc, "COMPANY_DNC", ReasonScope::number},
    {ReasonCode::list_national, "LIST_NATIONAL", ReasonScope::number},
    {ReasonCode::list_other, "LIST_OTHER", ReasonScope::number},
    {ReasonCode::list_missing, "LIST_MISSING", ReasonScope::data},
    {ReasonCode::list_stale, "LIST_STALE", ReasonScope::data},
    {ReasonCode::feed_stale, "FEED_STALE", ReasonScope::data},
    {ReasonCode::line_not_geographic, "LINE_NOT_GEOGRAPHIC", ReasonScope::number},
    {ReasonCode::tz_unknown, "TZ_UNKNOWN", ReasonScope::number},
    {ReasonCode::tzdb_stale, "TZDB_STALE", ReasonScope::data},
    {ReasonCode::country_unsupported, "COUNTRY_UNSUPPORTED", ReasonScope::number},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kReasons.size(); ++i) {
        if (static_cast<std::size_t>(kReasons[i].code) != i) {
            return false;
        }
    }
    return true;
}
static_assert(in_order());

} // namespace

std::string_view to_text(ReasonCode code) {
    return kReasons.at(static_cast<std::size_t>(code)).text;
}

std::string_view to_text(Verdict verdict) {
    switch (verdict) {
    case Verdict::allow:
        return "allow";
    case Verdict::deny:
        return "deny";
    case Verdict::defer:
        return "defer";
    }
    return "deny";
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
