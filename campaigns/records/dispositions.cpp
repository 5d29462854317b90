#include "campaigns/records/dispositions.hpp"

#include <array>
#include <utility>

namespace campaigns {

namespace {

constexpr std::array<std::pair<DispositionCategory, std::string_view>, 8> kCategories{{
    {DispositionCategory::sale, "sale"},
    {DispositionCategory::contact, "contact"},
    {DispositionCategory::no_contact, "no_contact"},
    {DispositionCategory::machine, "machine"},
    {DispositionCategory::callback, "callback"},
    {DispositionCategory::do_not_call, "do_not_call"},
    {DispositionCategory::wrong_number, "wrong_number"},
    {DispositionCategory::other, "other"},
}};

constexpr std::array<std::pair<LeadAction, std::string_view>, 5> kActions{{
    {LeadAction::finish, "finish"},
    {LeadAction::retry, "retry"},
    {LeadAction::callback, "callback"},
    {LeadAction::block_number, "block_number"},
    {LeadAction::opt_out, "opt_out"},
}};

template <typename Words, typename Value>
std::string_view word_of(const Words& words, Value value) {
    for (const auto& [known, word] : words) {
        if (known == value) {
            return word;
        }
    }
    return {};
}

template <typename Value, typename Words>
std::optional<Value> value_of(const Words& words, std::string_view text) {
    for (const auto& [value, word] : words) {
        if (word == text) {
            return value;
        }
    }
    return std::nullopt;
}

} // namespace

std::string_view to_text(DispositionCategory category) {
    return word_of(kCategories, category);
}
std::optional<DispositionCategory> disposition_category_from_text(std::string_view text) {
    return value_of<DispositionCategory>(kCategories, text);
}
std::string_view to_text(LeadAction action) {
    return word_of(kActions, action);
}
std::optional<LeadAction> lead_action_from_text(std::string_view text) {
    return value_of<LeadAction>(kActions, text);
}

} // namespace campaigns
