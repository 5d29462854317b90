#pragma once

// The words that rule packs and the lines of `dialer decide` use for enumerated values.

#include "dnc/facts.hpp"
#include "dnc/pack.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dnc {

/// One value and its word.
template <typename Value> struct Word {
    std::string_view text;
    Value value;
};

template <typename Value, std::size_t kCount> using Words = std::array<Word<Value>, kCount>;

/// Nothing when no value has that word.
template <typename Value, std::size_t kCount>
[[nodiscard]] constexpr std::optional<Value> from_word(const Words<Value, kCount>& words,
                                                       std::string_view text) {
    for (const Word<Value>& word : words) {
        if (word.text == text) {
            return word.value;
        }
    }
    return std::nullopt;
}

/// Empty when the value is not in the table.
template <typename Value, std::size_t kCount>
[[nodiscard]] constexpr std::string_view to_word(const Words<Value, kCount>& words, Value value) {
    for (const Word<Value>& word : words) {
        if (word.value == value) {
            return word.text;
        }
    }
    return {};
}

/// "live, prerecorded, ai", for messages.
template <typename Value, std::size_t kCount>
[[nodiscard]] std::string all_words(const Words<Value, kCount>& words) {
    std::string all;
    for (const Word<Value>& word : words) {
        all += (all.empty() ? "" : ", ") + std::string{word.text};
    }
    return all;
}

// -- of calls

inline constexpr Words<Purpose, 6> kPurposes{{{"telemarketing", Purpose::telemarketing},
                                              {"informational", Purpose::informational},
                                              {"collections", Purpose::collections},
                                              {"survey", Purpose::survey},
                                              {"nonprofit", Purpose::nonprofit},
                                              {"political", Purpose::political}}};
inline constexpr Words<Voice, 3> kVoices{
    {{"live", Voice::live}, {"prerecorded", Voice::prerecorded}, {"ai", Voice::ai}}};
inline constexpr Words<Manner, 2> kManners{
    {{"automated", Manner::automated}, {"manual", Manner::manual}}};
inline constexpr Words<AtdsProfile, 2> kAtdsProfiles{
    {{"strict", AtdsProfile::strict}, {"duguid", AtdsProfile::duguid}}};
inline constexpr Words<LineType, 4> kLineTypes{{{"landline", LineType::landline},
                                                {"wireless", LineType::wireless},
                                                {"voip", LineType::voip},
                                                {"protected", LineType::protected_line}}};
inline constexpr Words<ConsentGrade, 3> kConsentGrades{{{"oral", ConsentGrade::oral},
                                                        {"express", ConsentGrade::express},
                                                        {"written", ConsentGrade::written}}};
inline constexpr Words<RevocationScope, 3> kRevocationScopes{{{"seller", RevocationScope::seller},
                                                              {"subject", RevocationScope::subject},
                                                              {"all", RevocationScope::all}}};
inline constexpr Words<Relationship::Kind, 2> kRelationshipKinds{
    {{"purchase", Relationship::Kind::purchase}, {"inquiry", Relationship::Kind::inquiry}}};
inline constexpr Words<Reassignment::Answer, 3> kReassignmentAnswers{
    {{"yes", Reassignment::Answer::yes},
     {"no", Reassignment::Answer::no},
     {"no_data", Reassignment::Answer::no_data}}};
inline constexpr Words<PastOutcome, 6> kPastOutcomes{{{"not_alerted", PastOutcome::not_alerted},
                                                      {"no_answer", PastOutcome::no_answer},
                                                      {"busy", PastOutcome::busy},
                                                      {"machine", PastOutcome::machine},
                                                      {"abandoned", PastOutcome::abandoned},
                                                      {"conversation", PastOutcome::conversation}}};
/// Whether the person called us.
inline constexpr Words<bool, 2> kDirections{{{"out", false}, {"in", true}}};

// -- of rules

inline constexpr Words<PackLevel, 5> kPackLevels{{{"federal", PackLevel::federal},
                                                  {"state", PackLevel::state},
                                                  {"national", PackLevel::national},
                                                  {"house", PackLevel::house},
                                                  {"company", PackLevel::company}}};
inline constexpr Words<RuleStatus, 3> kRuleStatuses{
    {{"in_force", RuleStatus::in_force},
     {"proposed_repeal", RuleStatus::proposed_repeal},
     {"waived", RuleStatus::waived}}};
inline constexpr Words<Condition::Automation, 3> kAutomations{
    {{"dialing", Condition::Automation::dialing},
     {"selection_and_dialing", Condition::Automation::selection_and_dialing},
     {"selection_or_dialing", Condition::Automation::selection_or_dialing}}};
inline constexpr Words<CapKey, 5> kCapKeys{{{"number", CapKey::number},
                                            {"person", CapKey::person},
                                            {"seller", CapKey::seller},
                                            {"subject", CapKey::subject},
                                            {"debt", CapKey::debt}}};
inline constexpr Words<ListName, 6> kListNames{{{"national", ListName::national},
                                                {"state", ListName::state},
                                                {"preference", ListName::preference},
                                                {"litigator", ListName::litigator},
                                                {"other", ListName::other},
                                                {"company", ListName::company}}};
/// As std::chrono counts them.
inline constexpr Words<unsigned, 7> kWeekdays{
    {{"sun", 0U}, {"mon", 1U}, {"tue", 2U}, {"wed", 3U}, {"thu", 4U}, {"fri", 5U}, {"sat", 6U}}};

} // namespace dnc
