#include "campaigns/lists/lists.hpp"

#include <array>
#include <utility>

namespace campaigns {

namespace {

constexpr std::array<std::pair<dnc::ListKind, std::string_view>, 9> kKinds{{
    {dnc::ListKind::national, "national"},
    {dnc::ListKind::company, "company"},
    {dnc::ListKind::other, "other"},
    {dnc::ListKind::state, "state"},
    {dnc::ListKind::preference, "preference"},
    {dnc::ListKind::litigator, "litigator"},
    {dnc::ListKind::wireless, "wireless"},
    {dnc::ListKind::ported, "ported"},
    {dnc::ListKind::landline, "landline"},
}};

} // namespace

std::string_view to_text(dnc::ListKind kind) {
    for (const auto& [known, text] : kKinds) {
        if (known == kind) {
            return text;
        }
    }
    return "other";
}

std::optional<dnc::ListKind> list_kind_from_text(std::string_view text) {
    for (const auto& [kind, known] : kKinds) {
        if (known == text) {
            return kind;
        }
    }
    return std::nullopt;
}

} // namespace campaigns
