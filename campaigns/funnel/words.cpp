// What the reasons that stop leads mean, for people.

#include "campaigns/funnel/funnel.hpp"
#include "dnc/reasons.hpp"

#include <algorithm>
#include <array>

namespace campaigns {

namespace {

struct Words {
    std::string_view code;
    std::string_view words;
};

// Reason codes of the gate that stand for themselves.
constexpr std::array kGateWords = std::to_array<Words>({
    {"REVOKED_SELLER", "consent was taken back for this seller"},
    {"REVOKED_SUBJECT", "consent was taken back for this subject"},
    {"REVOKED_ALL", "consent was taken back for all calls"},
    {"COMPANY_DNC", "the person asked us not to call"},
    {"LIST_NATIONAL", "on the national do-not-call registry"},
    {"LIST_STATE", "on the state's do-not-call registry"},
    {"LIST_PREFERENCE", "on a preference list"},
    {"LIST_LITIGATOR", "on a list of people known to sue"},
    {"LIST_OTHER", "on a further list of numbers not to call"},
    {"LIST_MISSING", "a required list was never loaded"},
    {"LIST_STALE", "a required list is too old"},
    {"LIST_NOT_SUBSCRIBED", "our subscription does not cover the area code"},
    {"FEED_STALE", "opt-outs of the last seconds may be missing"},
    {"LINE_NOT_GEOGRAPHIC", "not the line of a person"},
    {"LINE_PREMIUM", "a premium-rate number"},
    {"LINE_EMERGENCY", "an emergency or service number"},
    {"LINE_PROTECTED", "a protected line"},
    {"LINE_WIRELESS", "such calls to wireless lines are forbidden"},
    {"LINE_LANDLINE", "such calls to landlines are forbidden"},
    {"LINE_VOIP", "such calls to internet lines are forbidden"},
    {"REASSIGNED_YES", "the number has a new owner"},
    {"REASSIGNED_NO_DATA", "nobody can say whether the number has a new owner"},
    {"REASSIGNED_STALE", "it was asked too long ago whether the number has a new owner"},
    {"TZ_UNKNOWN", "the time zone is not known, or its zones share no legal hour"},
    {"TZDB_STALE", "our time zone data are too old"},
    {"PACK_MISSING", "there are no rules for that country"},
    {"UNKNOWN_CONSENT", "not known whether there is consent"},
    {"UNKNOWN_REVOCATIONS", "not known whether consent was taken back"},
    {"UNKNOWN_SELLER", "not known for which seller"},
    {"UNKNOWN_LINE_TYPE", "not known what kind of line it is"},
    {"UNKNOWN_REASSIGNED", "nobody asked whether the number has a new owner"},
    {"UNKNOWN_LIST_NATIONAL", "the national registry was not asked"},
    {"UNKNOWN_LIST_STATE", "the state's registry was not asked"},
    {"UNKNOWN_LIST_PREFERENCE", "the preference list was not asked"},
    {"UNKNOWN_LIST_LITIGATOR", "the list of people known to sue was not asked"},
    {"UNKNOWN_LIST_OTHER", "a further list was not asked"},
    {"UNKNOWN_LIST_COMPANY", "our own list was not asked"},
    {"UNKNOWN_ATTEMPTS", "past calls are not known"},
    {"UNKNOWN_EMERGENCIES", "not known whether an emergency is declared"},
    {"UNKNOWN_HOLIDAYS", "not known whether a holiday was proclaimed"},
});

// The front part of codes that end in the level of the rule's pack.
constexpr std::array kLevelGroups = std::to_array<Words>({
    {"HOURS", "outside the hours of"},
    {"HOLIDAY", "a holiday by"},
    {"EMERGENCY", "a state of emergency, by"},
    {"FREQ", "called as often as allowed by"},
    {"CONSENT", "no consent of the kind asked for by"},
});
constexpr std::array kLevels = std::to_array<Words>({
    {"FEDERAL", "federal rules"},
    {"STATE", "the state's rules"},
    {"NATIONAL", "the country's rules"},
    {"HOUSE", "house rules"},
    {"COMPANY", "the company's rules"},
});

constexpr std::array kStoreWords = std::to_array<Words>({
    {"answered", "answered"},
    {"bridged", "a conversation was held"},
    {"abandoned", "answered, and no agent was free in time"},
    {"early_hangup", "answered and hung up at once"},
    {"busy", "busy"},
    {"no_answer", "nobody answered"},
    {"rejected", "the call was declined"},
    {"invalid_number", "the number does not exist"},
    {"congestion", "the network was congested"},
    {"trunk_failure", "the trunk failed"},
    {"cancelled", "cancelled by us"},
    {"not_sent", "the call was never sent"},
    {"interrupted", "the engine stopped during the call"},
    {"filtered", "not let through by the filter"},
    {"undone", "the import was undone"},
    {"held", "the list is still being loaded"},
    {"loading", "the list is still being loaded"},
    {"callback", "a callback was promised"},
    {"within_hour", "due within the hour"},
    {"within_day", "due within 24 hours"},
    {"later", "due later"},
    {"campaign_hours", "outside the campaign's own hours"},
});

template <std::size_t kCount>
std::string_view find(const std::array<Words, kCount>& table, std::string_view code) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [code](const Words& row) { return row.code == code; });
    return found == table.end() ? std::string_view{} : found->words;
}

/// "outside the hours of the state's rules" for HOURS_STATE; empty for other codes.
std::string level_words(std::string_view code) {
    const std::size_t bar = code.find('_');
    if (bar == std::string_view::npos) {
        return {};
    }
    const std::string_view group = find(kLevelGroups, code.substr(0, bar));
    const std::string_view level = find(kLevels, code.substr(bar + 1));
    return group.empty() || level.empty() ? std::string{}
                                          : std::string{group} + " " + std::string{level};
}

} // namespace

std::string words_of_reason(std::string_view code) {
    if (code.empty()) {
        return "never tried";
    }
    for (const std::string_view words : {find(kGateWords, code), find(kStoreWords, code)}) {
        if (!words.empty()) {
            return std::string{words};
        }
    }
    if (std::string words = level_words(code); !words.empty()) {
        return words;
    }
    std::string words{code};
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

} // namespace campaigns
